// structuredClone, atob and btoa, by core-js.
'use strict';

(function ({ world, load }) {
  const { DOMException } = world('exception');
  const { toString } = Function.prototype;

  // core-js writes to its global object; this one is its own, over the real one.
  const own = {
    __proto__: globalThis,
    DOMException,
    structuredClone: undefined,
    atob: undefined,
    btoa: undefined,
    MessageChannel: undefined,
  };
  try {
    const require = load('core-js')(own);
    require('core-js/modules/web.structured-clone.js');
    require('core-js/modules/web.atob.js');
    require('core-js/modules/web.btoa.js');
  } finally {
    Function.prototype.toString = toString; // which core-js replaces too
  }
  const { structuredClone, atob, btoa } = own;
  delete structuredClone.sham; // core-js's mark of what can transfer buffers only
  return { structuredClone, atob, btoa };
})
