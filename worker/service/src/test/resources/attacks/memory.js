// Memory that is kept, in every shape. CPU is no help here: it is ample.
//
// expect: stopped HEAP
// limits: cpu 20000 ms, wall 30000 ms, heap 8 MiB, async 100000000 operations
// isolation: process

// case: objects in an array
const a = [];
for (;;) a.push({});

// case: arrays in arrays
let a = [];
for (;;) a = [a, new Array(100).fill(a)];

// case: numbers
const a = [];
for (let i = 0.5; ; i++) a.push(i);

// case: a map
const m = new Map();
for (let i = 0; ; i++) m.set(i, { i });

// case: a set
const s = new Set();
for (let i = 0; ; i++) s.add('k' + i);

// case: a weak map whose keys are kept
const m = new WeakMap(), keys = [];
for (;;) { const key = {}; keys.push(key); m.set(key, [key]); }

// case: a string that doubles
let s = 'x';
for (;;) { s += s; s.charCodeAt(s.length >> 1); }

// case: a rope
let s = '', piece = 'x'.repeat(100000);
for (let i = 0; ; i++) s = s + piece + i + s.at(-1);

// case: a rope flattened at the end
let s = 'x'.repeat(1000), t = s;
for (let i = 0; i < 16; i++) { t = t + s + t; }
t.indexOf('y')

// case: many strings
const a = [];
for (let i = 0; ; i++) a.push('string ' + i + '!'.repeat(50));

// case: slices of strings
const a = [];
for (let i = 0; ; i++) a.push(('x'.repeat(100000) + i).slice(5, 30));

// case: closures
const f = [];
for (let i = 0; ; i++) f.push(() => [i, f]);

// case: bound functions
let f = () => 1;
for (;;) f = f.bind(null, f);

// case: an ArrayBuffer
new ArrayBuffer(2 ** 29)

// case: many ArrayBuffers
const a = [];
for (;;) a.push(new ArrayBuffer(100000));

// case: ArrayBuffers too few to grow old
const a = [];
for (let i = 0; i < 150; i++) a.push(new ArrayBuffer(100000));
new Promise(r => setTimeout(r, 500, a.length))

// case: a resizable ArrayBuffer
const b = new ArrayBuffer(1, { maxByteLength: 2 ** 30 });
for (let n = 1; ; n *= 2) b.resize(n);

// case: typed arrays
const a = [];
for (;;) a.push(new Float64Array(5000));

// case: one typed array
new Float64Array(2 ** 27).fill(1).length

// case: BigInts
const a = [];
for (let i = 1n; ; i++) a.push(i << 5000n);

// case: symbols
const a = [];
for (let i = 0; ; i++) a.push(Symbol('symbol ' + i));

// case: registered symbols
for (let i = 0; ; i++) Symbol.for('registered ' + i);

// case: an object as a dictionary
const o = {};
for (let i = 0; ; i++) o['k' + i] = i;

// case: objects of different shapes
const a = [];
for (let i = 0; ; i++) a.push({ ['a' + i]: 1, ['b' + i]: 2, ['c' + i]: 3 });

// case: globals
for (let i = 0; ; i++) globalThis['g' + i] = [i];

// case: prototypes in a chain
let o = {};
for (;;) o = Object.create(o, { own: { value: 1 } });

// case: classes
const a = [];
for (;;) a.push(class { m() { return a; } static s = [1]; });

// case: proxies
let p = {};
for (;;) p = new Proxy(p, {});

// case: getters
const o = {};
for (let i = 0; ; i++) Object.defineProperty(o, 'g' + i, { get: () => i, configurable: true });

// case: results of regular expressions
const a = [];
for (;;) a.push(/(?<first>a+)(b+)/d.exec('aaaaaaabbbbbbb'));

// case: regular expressions
const a = [];
for (let i = 0; ; i++) { const r = new RegExp('a' + i + '[b-z]{1,9}'); r.test('abc'); a.push(r); }

// case: suspended generators
const a = [];
for (;;) { const g = (function* (x) { yield x; yield x; })([1]); g.next(); a.push(g); }

// case: pending promises
const a = [];
for (;;) a.push(new Promise(() => { }));

// case: reactions to one promise
const p = new Promise(() => { });
for (;;) p.then(() => p, () => p);

// case: microtasks not yet run
for (let i = 0; ; i++) queueMicrotask(() => i);

// case: functions that code writes
const a = [];
for (let i = 0; ; i++) a.push(new Function('return [' + i + ', ' + 'x, '.repeat(50) + ']'));

// case: evaluated code
const a = [];
for (let i = 0; ; i++) a.push(eval('(function f' + i + '(a, b) { return a + b + ' + i + '; })'));

// case: template objects
const a = [];
for (let i = 0; ; i++) a.push(eval('((s) => s)`part ' + i + '${1} other part`'));

// case: errors with their stacks
const a = [];
for (;;) a.push(new Error('kept'));

// case: finalizers
const r = new FinalizationRegistry(() => { }), a = [];
for (;;) { const o = {}; a.push(o); r.register(o, { held: o }); }

// case: weak references
const a = [];
for (;;) { const o = {}; a.push(o, new WeakRef(o)); }

// case: dates
const a = [];
for (let i = 0; ; i++) a.push(new Date(i));

// case: formatters
const a = [];
for (;;) a.push(new Intl.DateTimeFormat('en', { dateStyle: 'full' }));

// case: arguments that recursion keeps
const keep = [];
(function f(...a) { keep.push(a); return f(...a, a); })();

// case: an array that a comparator fills
const a = [];
[2, 1].sort(() => { for (;;) a.push([1]); });

// case: JSON text parsed
const a = [];
for (;;) a.push(JSON.parse('{"a":[1,2,3],"b":{"c":"d"}}'));

// case: memory in a module's top level
// kind: module
const a = [];
for (;;) a.push({});
export default () => 1;

// case: memory kept by an awaiting function
(async () => { const a = []; for (;;) { a.push(new Array(50).fill(0)); await 0; } })()

// case: memory in timers
const a = [];
setInterval(() => { for (let i = 0; i < 10000; i++) a.push([i]); });
new Promise(() => { })

// case: memory that comes in bits between garbage
const a = [];
for (let i = 0; ; i++) { const garbage = new Array(1000).fill(i); if (i % 4 === 0) a.push(garbage); }

// case: garbage is not charged
// expect: succeeded 200000
let n = 0;
for (let i = 0; i < 200; i++) n += new Array(1000).fill({ i }).length;
n
