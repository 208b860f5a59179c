// Loops that never end, in every shape that JavaScript has for one.
//
// expect: stopped CPU_TIME
// limits: cpu 100 ms

// case: while
while (true);

// case: do while
do { } while (1)

// case: for without a head
for (;;);

// case: labels that jump to each other
outer: for (;;) { inner: for (;;) { if (Math.random() < 0.5) continue outer; break inner; } }

// case: a loop in every finally on the way out
for (;;) { try { for (;;); } finally { continue; } }

// case: a loop that catches whatever stops it
// isolation: process
const spin = () => { for (;;) { try { spin(); } catch { spin(); } } };
for (;;) { try { spin(); } catch { } }

// case: a generator that always has a next
for (const _ of (function* () { for (;;) yield; })());

// case: a generator that starts over when it is closed
function* forever() { try { for (;;) yield; } finally { yield* forever(); } }
for (const _ of forever()) { for (const _ of forever()); }

// case: an iterator that is never done
for (const _ of { [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) });

// case: an async iterator that is never done
(async () => { for await (const _ of (async function* () { for (;;) yield; })()); })()

// case: promises that resolve to the next
// expect: stopped ASYNC_OPERATIONS
(function next() { return Promise.resolve().then(next); })()

// case: await in a loop
(async () => { for (;;) await 0; })()

// case: microtasks that queue the next
(function next() { queueMicrotask(next); })();
new Promise(() => { })

// case: thenables that resolve to thenables
({ then(resolve) { resolve(this); } })

// case: timers that set the next
(function next() { setTimeout(next); })();
new Promise(() => { })

// case: an interval that works
setInterval(() => { for (let i = 0; i < 1000; i++); });
new Promise(() => { })

// case: a timer that clears itself and sets two
(function next(n) { const id = setTimeout(next, 0, n + 1); if (n % 2) { clearTimeout(id); setTimeout(next, 0, n + 2); } })(0);
new Promise(() => { })

// case: a getter
({ get a() { for (;;); } }).a

// case: a setter
({ set a(_) { for (;;); } }).a = 1

// case: a Proxy's get trap
new Proxy({}, { get() { for (;;); } }).anything

// case: a Proxy's has trap below a with
with (new Proxy({}, { has() { for (;;); } })) x;

// case: a Proxy's ownKeys trap
Object.keys(new Proxy({}, { ownKeys() { for (;;); } }))

// case: a Proxy for a prototype
const o = {};
Object.setPrototypeOf(o, new Proxy({}, { get: () => { for (;;); } }));
o.missing

// case: toString in a template
`${{ toString() { for (;;); } }}`

// case: valueOf in arithmetic
+{ valueOf() { for (;;); } }

// case: Symbol.toPrimitive as a key
({})[{ [Symbol.toPrimitive]() { for (;;); } }]

// case: Symbol.hasInstance
1 instanceof { [Symbol.hasInstance]() { for (;;); } }

// case: Symbol.species
class A extends Array { static get [Symbol.species]() { for (;;); } }
new A(1).map(x => x)

// case: a comparator
[3, 1, 2].sort(() => { for (;;); })

// case: a reviver
JSON.parse('[1]', () => { for (;;); })

// case: a replacer
JSON.stringify([1], () => { for (;;); })

// case: a replacement function
'aaa'.replace(/a/g, () => { for (;;); })

// case: a tagged template
(() => { for (;;); })`tag${1}`

// case: a static block
class A { static { for (;;); } }

// case: a default parameter
((a = (() => { for (;;); })()) => a)()

// case: a map that grows while it is walked
const m = new Map([[0, 0]]);
m.forEach((_, k) => { m.delete(k); m.set(k + 1, 0); });

// case: code that code writes
new Function('for (;;) eval("1")')()

// case: a regular expression with catastrophic backtracking
/^(([a-z])+.)+\2[A-Z]$/.test('a'.repeat(60))

// case: a regular expression with alternatives that overlap
/^(?:(a|aa|aaa)+)\1b$/.test('a'.repeat(60))

// case: a regular expression that starts at every place
/(.*)(.*)(.*)(.*)(.*)(.*)\6\5x/.test('y'.repeat(2000))

// case: a module's top level
// kind: module
for (;;);
export default () => 1;

// case: a module's top level await
// kind: module
for (;;) await 0;
export default () => 1;

// case: a module's function
// kind: module
export default async () => { for (;;) await null; }

// case: a loop in the error of a loop's error
class E extends Error { get message() { for (;;); } get stack() { for (;;); } }
throw new E();

// case: waiting for a shared memory cell
// expect: failed TypeError | failed ReferenceError
// limits: wall 500 ms
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
