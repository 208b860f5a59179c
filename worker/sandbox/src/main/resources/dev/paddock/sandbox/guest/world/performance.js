// performance: milliseconds on the script's clock since the run began. No marks, no measures.
'use strict';

(function ({ elapsedMicros, startMillis }) {
  const performance = {
    now() { return elapsedMicros() / 1000; },
    get timeOrigin() { return startMillis(); },
    toJSON() { return { timeOrigin: startMillis() }; },
  };
  Object.defineProperty(performance, Symbol.toStringTag, {
    value: 'Performance', configurable: true,
  });
  return { performance };
})
