// Runs first in every context and returns what the sandbox needs of the guest's world. Whatever is
// used after the guest has started is captured here, because the guest may replace any global.
(function (host, startMillis, seedHigh, seedLow, maxTimers, maxText) {
  'use strict';

  const { parse, stringify } = JSON;
  const { apply, construct, defineProperty } = Reflect;
  const { floor, imul, max, min } = Math;
  const NativeDate = Date;
  const toText = String;
  const toNumber = Number;
  const isArray = Array.isArray;
  const ErrorClass = Error;
  const TypeErrorClass = TypeError;
  const stringSlice = String.prototype.slice;
  const slice = (text, length) =>
    text.length > length ? apply(stringSlice, text, [0, length]) : text;

  function define(name, value) {
    defineProperty(globalThis, name, {
      value, writable: true, enumerable: false, configurable: true,
    });
  }

  // ---- clock: starts where the request says and advances with the run ----

  const now = () => startMillis + floor(host.elapsedMicros() / 1000);

  const GuestDate = new Proxy(NativeDate, {
    apply: () => new NativeDate(now()).toString(),
    construct: (target, args, newTarget) =>
      construct(target, args.length === 0 ? [now()] : args, newTarget),
  });
  NativeDate.now = { now() { return now(); } }.now;
  defineProperty(NativeDate.prototype, 'constructor', {
    value: GuestDate, writable: true, enumerable: false, configurable: true,
  });
  define('Date', GuestDate);

  // ---- randomness: sfc32 (Chris Doty-Humphrey, PractRand, public domain), seeded per execution ----

  let a = seedHigh | 0;
  let b = seedLow | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  function next() {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  }
  for (let i = 0; i < 15; i++) {
    next();
  }
  Math.random = { random() { return (next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53; } }.random;

  // ---- console ----

  function show(value) {
    if (typeof value === 'string') {
      return value;
    }
    if (typeof value === 'object' && value !== null) {
      if (value instanceof ErrorClass) {
        return toText(value.stack);
      }
      try {
        return stringify(value) ?? toText(value);
      } catch {
        return isArray(value) ? '[Array]' : '[Object]';
      }
    }
    return typeof value === 'bigint' ? toText(value) + 'n' : toText(value);
  }

  function logger(level) {
    return (...args) => {
      let line = '';
      for (let i = 0; i < args.length && line.length <= maxText; i++) {
        line += (i === 0 ? '' : ' ') + show(args[i]);
      }
      host.log(level, slice(line, maxText + 1));
    };
  }
  const info = logger('INFO');
  define('console', {
    debug: logger('DEBUG'),
    trace: logger('DEBUG'),
    log: info,
    info,
    warn: logger('WARN'),
    error: logger('ERROR'),
  });

  // ---- timers: run by the sandbox between turns, earliest first, in order of creation ----

  const timers = { __proto__: null };
  let pending = 0;
  let lastId = 0;

  function addTimer(callback, delay, args, repeat) {
    if (typeof callback !== 'function') {
      throw new TypeErrorClass('The callback must be a function');
    }
    if (pending >= maxTimers) {
      host.tooManyTimers(pending + 1);
    }
    const millis = min(max(toNumber(delay) || 0, repeat ? 1 : 0), 2147483647);
    const id = ++lastId;
    timers[id] = { callback, args, millis, repeat, due: host.elapsedMicros() + millis * 1000 };
    pending++;
    return id;
  }

  function removeTimer(id) {
    if (typeof id === 'number' && timers[id] !== undefined) {
      delete timers[id];
      pending--;
    }
  }

  define('setTimeout', (callback, delay, ...args) => addTimer(callback, delay, args, false));
  define('setInterval', (callback, delay, ...args) => addTimer(callback, delay, args, true));
  define('clearTimeout', removeTimer);
  define('clearInterval', removeTimer);
  define('queueMicrotask', (callback) => {
    if (typeof callback !== 'function') {
      throw new TypeErrorClass('The callback must be a function');
    }
    (async () => {
      await undefined;
      callback();
    })();
  });

  function earliest() {
    let first = null;
    for (const id in timers) {
      if (first === null || timers[id].due < timers[first].due) {
        first = id;
      }
    }
    return first;
  }

  // ---- outcome ----

  let settled = false;
  let output;
  let error = null;

  // Reading an error runs guest code: getters, toString, Proxy. It may throw anything.
  function attempt(read, fallback) {
    try {
      return read();
    } catch {
      return fallback;
    }
  }

  function describe(thrown) {
    const text = (read, length) => attempt(() => slice(toText(read()), length), '');
    if (attempt(() => thrown instanceof ErrorClass, false)) {
      return {
        name: text(() => thrown.name, 200),
        message: text(() => thrown.message, 4000),
        stack: text(() => thrown.stack, 16000),
      };
    }
    return { name: 'Error', message: text(() => thrown, 4000), stack: '' };
  }

  function fail(thrown) {
    error = describe(thrown);
    settled = true;
  }

  async function settle(value) {
    try {
      const result = await value;
      output = stringify(result);
      settled = true;
    } catch (thrown) {
      fail(thrown);
    }
  }

  return {
    prepareScript(inputText) {
      define('input', parse(inputText));
    },

    settle,

    fail,

    async callModule(imported, inputText, contextText) {
      try {
        const { default: entry } = await imported();
        if (typeof entry !== 'function') {
          throw new TypeErrorClass('The module has no function as its default export');
        }
        const context = parse(contextText);
        context.now = startMillis;
        await settle(entry(parse(inputText), context));
      } catch (thrown) {
        fail(thrown);
      }
    },

    importer: (specifier) => () => import(specifier),

    // Microseconds until the next timer is due, or -1 where none is pending.
    untilNextTimer() {
      const id = earliest();
      return id === null ? -1 : max(0, timers[id].due - host.elapsedMicros());
    },

    runNextTimer() {
      const id = earliest();
      const timer = timers[id];
      if (timer.repeat) {
        delete timers[id];
        timer.due = host.elapsedMicros() + timer.millis * 1000;
        timers[id] = timer;
      } else {
        removeTimer(toNumber(id));
      }
      apply(timer.callback, undefined, timer.args);
    },

    isSettled: () => settled,
    outputLength: () => (output === undefined ? -1 : output.length),
    output: () => output,
    error: () => error,
  };
})
