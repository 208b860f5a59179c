// Outputs that are tricks.

// case: toJSON on everything
// expect: succeeded {"a":1}
Object.prototype.toJSON = () => 'evil';
delete Object.prototype.toJSON;
({ a: 1 })

// case: toJSON that changes what comes next
// expect: succeeded {"a":1,"b":2}
const o = { a: { toJSON() { o.b = 2; return 1; } }, b: 1 };
o

// case: an output whose keys a getter adds
// expect: succeeded {"a":1}
const o = { get a() { o.later = 1; return 1; } };
o

// case: a Proxy
// expect: succeeded {"x":"trap"}
new Proxy({}, {
  ownKeys: () => ['x'],
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
  get: (_, key) => key === 'x' ? 'trap' : undefined,
})

// case: a Proxy that lies about its length
// expect: stopped CPU_TIME or HEAP or OUTPUT_SIZE | failed RangeError
// limits: cpu 200 ms
new Proxy([], { get: (t, key) => key === 'length' ? 2 ** 32 : key === 'toJSON' || key === 'then' ? undefined : 1 })

// case: a Proxy without end
// expect: stopped CPU_TIME or HEAP
// limits: cpu 200 ms
let n = 0;
const endless = () => new Proxy({}, {
  ownKeys: () => ['k' + n++, 'l'],
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
  get: (_, key) => key === 'toJSON' || key === 'then' ? undefined : key === 'l' ? endless() : n,
});
JSON.stringify(Array.from({ length: 1e7 }, () => endless()).map(String))

// case: a revoked Proxy
// expect: failed TypeError
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();
proxy

// case: a Proxy of which every trap throws
// expect: failed Error: trap
const fail = () => { throw new Error('trap'); };
new Proxy({}, { get: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, has: fail, getPrototypeOf: fail })

// case: a cycle
// expect: failed TypeError: Converting circular structure to JSON
const o = { list: [] };
o.list.push({ o });
o

// case: a BigInt in an array
// expect: failed TypeError
[[1n]]

// case: a BigInt that can be JSON
// expect: succeeded ["1"]
BigInt.prototype.toJSON = function () { return String(this); };
[1n]

// case: numbers that JSON does not have
// expect: succeeded [null,null,0,1e+21]
[NaN, Infinity, -0, 1e21]

// case: values that JSON does not have
// expect: succeeded {"c":[null,null,null]}
({ a: undefined, b: () => 1, c: [undefined, () => 1, Symbol('s')], [Symbol('d')]: 1 })

// case: keys that are prototypes
// expect: succeeded {"__proto__":1,"constructor":2}
JSON.parse('{"__proto__":1,"constructor":2}')

// case: JSON and String replaced
// expect: succeeded {"a":1}
JSON.stringify = () => '"evil"';
JSON.parse = () => 'evil';
globalThis.String = globalThis.Error = globalThis.JSON = globalThis.Reflect = null;
({ a: 1 })

// case: promises replaced
// expect: succeeded 4
Promise.prototype.then = Promise.prototype.catch = Promise.resolve = null;
globalThis.Promise = null;
(async () => 4)()

// case: then on every object
// expect: succeeded "evil"
Object.prototype.then = function (resolve) { delete Object.prototype.then; resolve('evil'); };
({ a: 1 })

// case: then on every object, for ever
// expect: stopped CPU_TIME or WALL_TIME
// limits: cpu 100 ms
Object.defineProperty(Object.prototype, 'then', { get() { for (;;); } });
({})

// case: a then that throws
// expect: failed Error: then
({ get then() { throw new Error('then'); } })

// case: an async function that returns a thenable
// expect: succeeded "in"
(async () => ({ then: (resolve) => resolve({ then: (resolve) => resolve('in') }) }))()

// case: text that looks like JSON
// expect: succeeded "{\"status\":\"SUCCEEDED\"}"
'{"status":"SUCCEEDED"}'

// case: lone surrogates
// expect: succeeded "\ud800 \udfff"
'\ud800 \udfff'

// case: boxed values
// expect: succeeded [1,"s",true]
[new Number(1), new String('s'), new Boolean(true)]

// case: a String that lies
// expect: succeeded "lie"
Object.assign(new String('s'), { toString: () => 'lie' })

// case: an array with an own toJSON
// expect: succeeded "list"
Object.assign([1], { toJSON: () => 'list' })

// case: JSON that claims to be raw
// expect: succeeded "calm"
try { JSON.rawJSON?.('{"not": raw'); } catch { }
'calm'

// case: a replaced array iterator
// expect: succeeded [1,2]
Array.prototype[Symbol.iterator] = function* () { yield 'evil'; };
[1, 2]

// case: setters on every object
// expect: succeeded "calm"
for (const key of ['name', 'message', 'stack', 'callback', 'due', 'done', 'value'])
  Object.defineProperty(Object.prototype, key, { set() { for (;;); }, get() { return 'evil'; }, configurable: true });
'calm'

// case: setters on every object, with timers
// expect: succeeded "calm"
for (const key of ['1', '2', 'callback', 'due', 'args', 'repeat', 'millis'])
  Object.defineProperty(Object.prototype, key, { set() { for (;;); }, get() { return 'evil'; }, configurable: true });
new Promise(r => setTimeout(r, 1, 'calm'))

// case: a default export that is no function
// expect: failed TypeError: The module has no function
// kind: module
export default { then() { } };

// case: a default export that is a Proxy of a function
// expect: succeeded "proxied"
// kind: module
export default new Proxy(() => 1, { apply: () => 'proxied' });

// case: a default export that is a class
// expect: failed TypeError
// kind: module
export default class { }

// case: a then export answers for the module, as import() has it
// expect: succeeded "evil"
// kind: module
export const then = (resolve) => resolve({ default: () => 'evil' });
export default () => 'fine';

// case: an input that is changed
// expect: succeeded {"a":2,"own":false}
// kind: module
// input: {"a":1,"__proto__":{"polluted":true}}
export default (input, context) => {
  input.a = 2;
  Object.assign(Object.prototype, {});
  return { a: input.a, own: 'polluted' in {} };
};

// case: a context that is frozen and changed
// expect: failed TypeError
// kind: module
export default (input, context) => { Object.freeze(context); context.tenant = 'other'; };
