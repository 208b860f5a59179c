// Errors that are tricks.

// case: null
// expect: failed Error: null
throw null;

// case: undefined
// expect: failed Error: undefined
throw undefined;

// case: a symbol
// expect: failed Error: Symbol(s)
throw Symbol('s');

// case: a function
// expect: failed Error: () => 1
throw () => 1;

// case: a BigInt
// expect: failed Error: 1
throw 1n;

// case: an object without a prototype
// expect: failed Error
throw Object.create(null);

// case: an object that looks like an error
// expect: failed Error
throw { name: 'Fake', message: 'fake', stack: 'at java.lang.Thread.run(Thread.java:1)' };

// case: a Proxy of an error
// expect: failed TypeError: proxied
throw new Proxy(new TypeError('proxied'), {});

// case: a Proxy that answers everything with itself
// expect: failed Error
const p = new Proxy(function () { }, { get: () => p, apply: () => p, getPrototypeOf: () => Error.prototype });
throw p;

// case: a Proxy of which every trap throws
// expect: failed Error
const fail = () => { throw new Error('trap'); };
throw new Proxy({}, { get: fail, getPrototypeOf: fail, has: fail });

// case: a Proxy that loops
// expect: stopped CPU_TIME
// limits: cpu 100 ms
throw new Proxy({}, { getPrototypeOf() { for (;;); } });

// case: a name that loops
// expect: stopped CPU_TIME
// limits: cpu 100 ms
throw Object.defineProperty(new Error('e'), 'name', { get() { for (;;); } });

// case: a stack that loops
// expect: stopped CPU_TIME
// limits: cpu 100 ms
throw Object.defineProperty(new Error('e'), 'stack', { get() { for (;;); } });

// case: a name that throws itself
// expect: failed Error: fine
const e = new Error('fine');
Object.defineProperty(e, 'name', { get() { throw e; } });
throw e;

// case: a name that is no text
// expect: failed 42: m
throw Object.assign(new Error('m'), { name: 42 });

// case: a message that is an object
// expect: failed Error: [object Object]
throw Object.assign(new Error(), { message: {} });

// case: a message of megabytes
// expect: failed Error: xxxxxxxxxx
throw new Error('x'.repeat(3e6));

// case: a name of megabytes
// expect: failed ⟦200×n⟧: m
throw Object.assign(new Error('m'), { name: 'n'.repeat(1e6) });

// case: a stack of megabytes
// expect: failed Error: s
throw Object.assign(new Error('s'), { stack: '    at attack.js:1:1\n'.repeat(200000) });

// case: a stack that claims Java frames is the script's own text
// expect: failed Error: s
throw Object.assign(new Error('s'), { stack: 'at java.lang.Thread.run(Thread.java:1)' });

// case: a message of lone surrogates
// expect: failed Error
throw new Error('\ud800');

// case: a message with line ends and control characters
// expect: failed Error: a
throw new Error('a\n\u0000\u001b[31m\r\n    at fake.js:1:1');

// case: an error that hides its class
// expect: failed Error: hidden
const e = new Error('hidden');
Object.setPrototypeOf(e, { __proto__: Error.prototype, name: 'Error' });
throw e;

// case: an error of which the class lies
// expect: failed InternalError: The sandbox ran out of memory
class InternalError extends Error { name = 'InternalError'; }
throw new InternalError('The sandbox ran out of memory');

// case: Error replaced
// expect: failed RangeError: still
const real = RangeError;
globalThis.Error = class { static [Symbol.hasInstance]() { for (;;); } };
throw new real('still');

// case: Symbol.hasInstance on Error
// expect: failed Error: own
Object.defineProperty(Error, Symbol.hasInstance, { value: () => { throw 1; } });
throw new Error('own');

// case: String's conversions replaced
// expect: failed TypeError: own
String.prototype.slice = String.prototype.toString = Symbol.prototype.toString = () => 'evil';
throw new TypeError('own');

// case: prepareStackTrace is asked and gets no host frame
// expect: succeeded []
Error.prepareStackTrace = (_, frames) => frames;
const frames = new Error().stack;
const seen = [];
for (const f of Array.isArray(frames) ? frames : []) {
  for (const key of ['getThis', 'getFunction', 'getFileName', 'getTypeName', 'getEvalOrigin']) {
    const value = f[key]?.();
    if (typeof value === 'object' && value !== null && value !== globalThis) seen.push(key);
    if (typeof value === 'string' && /java|paddock|realm/.test(value)) seen.push(value);
    if (typeof value === 'function') seen.push(key);
  }
}
seen

// case: prepareStackTrace in a callback from a timer gets no host frame
// expect: succeeded []
Error.prepareStackTrace = (_, frames) => frames.map(f => [typeof f.getThis(), typeof f.getFunction(), String(f.getFileName())]);
new Promise(r => setTimeout(() => {
  const frames = new Error().stack;
  r((Array.isArray(frames) ? frames : []).filter(f => f[1] === 'function' || /java|paddock|realm/.test(f[2])));
}))

// case: prepareStackTrace that loops
// expect: stopped CPU_TIME | failed Error: e
// limits: cpu 100 ms
Error.prepareStackTrace = () => { for (;;); };
throw new Error('e');

// case: prepareStackTrace that throws
// expect: failed Error: e
Error.prepareStackTrace = () => { throw new Error('other'); };
throw new Error('e');

// case: prepareStackTrace that returns a symbol
// expect: failed Error: e
Error.prepareStackTrace = () => Symbol('s');
throw new Error('e');

// case: captureStackTrace on a Proxy and a frozen object
// expect: succeeded "calm"
for (const target of [new Proxy({}, { defineProperty: () => false }), Object.freeze({})]) {
  try { Error.captureStackTrace?.(target); } catch (e) { if (!(e instanceof TypeError)) throw e; }
}
'calm'

// case: a stack trace limit of infinity
// expect: stopped STACK
Error.stackTraceLimit = Infinity;
(function f() { f(); })()

// case: a stack trace limit that is guest code
// expect: failed Error: e
Object.defineProperty(Error, 'stackTraceLimit', { get() { throw 1; } });
throw new Error('e');

// case: an error thrown while an error is described
// expect: failed Error
throw { toString() { throw { toString() { throw null; } }; } };

// case: an error of many errors
// expect: failed AggregateError: many
throw new AggregateError(Array.from({ length: 1000 }, (_, i) => new Error('e' + i)), 'many');

// case: a rejection with null
// expect: failed Error: null
Promise.reject(null)

// case: an error in a finally over another
// expect: failed Error: second
try { throw new Error('first'); } finally { throw new Error('second'); }

// case: a syntax error that shows only the script's name
// expect: failed SyntaxError
let = = ;

// case: a syntax error in evaluated code
// expect: failed SyntaxError
eval('let x x')

// case: a syntax error in a constructed function
// expect: failed SyntaxError
new Function('a', '}) (')

// case: a syntax error of a forged place
// expect: failed SyntaxError
throw new SyntaxError('attack.js:99:99 forged');

// case: a regular expression that is none
// expect: failed SyntaxError
new RegExp('(?<a')

// case: an out of range error from the engine
// expect: failed RangeError
new Array(-1)

// case: a string longer than strings get
// expect: failed RangeError
'x'.repeat(2 ** 40)

// case: a BigInt larger than BigInts get
// expect: failed RangeError
2n ** (2n ** 64n)

// case: a typed array over nothing
// expect: failed RangeError
new Uint8Array(-1)

// case: a time zone that is none
// expect: failed RangeError
new Intl.DateTimeFormat('en', { timeZone: '../../etc/passwd' })

// case: a locale that is none
// expect: failed RangeError
new Intl.NumberFormat('no such locale')

// case: a text that is no URI
// expect: failed URIError
decodeURIComponent('%')

// case: a module's rejection with a Proxy that throws
// expect: failed Error
// kind: module
export default () => Promise.reject(new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } }));

// case: a module whose top level throws an error that lies
// expect: failed Error: top
// kind: module
const e = new Error('top');
Object.defineProperty(e, 'stack', { get() { throw 1; } });
throw e;
export default () => 1;
