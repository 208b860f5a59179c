// Storms of timers and promises, and waiting for what never comes.
//
// limits: cpu 200 ms, async 50 operations

// case: a promise that nothing settles
// expect: stopped WALL_TIME
new Promise(() => { })

// case: an async function that waits for itself
// expect: stopped WALL_TIME
let p;
const f = async () => { await null; await p; };
p = f();
p

// case: a promise that is resolved with itself
// expect: failed TypeError
let resolve;
const p = new Promise(r => resolve = r);
resolve(p);
p

// case: a thenable that never calls back
// expect: stopped WALL_TIME
({ then() { } })

// case: a thenable that calls back twice
// expect: succeeded 1
({ then(resolve, reject) { resolve(1); resolve(2); reject(3); throw 4; } })

// case: a module that waits at its top level for ever
// expect: stopped WALL_TIME
// kind: module
await new Promise(() => { });
export default () => 1;

// case: a module that waits for its own import
// expect: stopped WALL_TIME
// kind: module
await import('./attack.mjs');
export default () => 1;

// case: a timer far away
// expect: stopped WALL_TIME
// limits: wall 300 ms
new Promise(r => setTimeout(r, 2 ** 31 - 1))

// case: a timer further away than timers reach
// expect: stopped WALL_TIME
// limits: wall 300 ms
new Promise(r => setTimeout(r, Infinity))

// case: an interval that does nothing
// expect: stopped WALL_TIME
// limits: cpu 2000 ms, wall 300 ms
setInterval(() => { }, 10);
new Promise(() => { })

// case: many timers
// expect: stopped ASYNC_OPERATIONS
for (;;) setTimeout(() => { }, 1e6);

// case: timers that double
// expect: stopped ASYNC_OPERATIONS
// limits: cpu 2000 ms, async 50 operations
(function f() { setTimeout(f); setTimeout(f); })();
new Promise(() => { })

// case: many intervals
// expect: stopped ASYNC_OPERATIONS
for (;;) setInterval(() => { });

// case: many timers set in a microtask
// expect: stopped ASYNC_OPERATIONS
(async () => { for (;;) { await 0; setTimeout(() => { }, 1000); } })()

// case: the refusal of a timer caught
// expect: stopped ASYNC_OPERATIONS
for (;;) { try { setTimeout(() => { }, 1e6); } catch { } }

// case: a race of many timers
// expect: stopped ASYNC_OPERATIONS
Promise.race(Array.from({ length: 60 }, (_, i) => new Promise(r => setTimeout(r, i, i))))

// case: timers up to the limit
// expect: succeeded 50
Promise.all(Array.from({ length: 50 }, () => new Promise(r => setTimeout(r)))).then(all => all.length)

// case: timers with strange delays run in order
// expect: succeeded ["NaN","-1","text","0","1"]
const order = [];
setTimeout(() => order.push('1'), 50);
for (const d of [NaN, -1, 'text', 0]) setTimeout(() => order.push(String(d)), d);
new Promise(r => setTimeout(() => r(order), 60))

// case: a delay that is guest code
// expect: stopped CPU_TIME
setTimeout(() => { }, { valueOf() { for (;;); } })

// case: a delay that cannot be a number
// expect: failed TypeError
setTimeout(() => { }, Symbol('delay'))

// case: a timer without a function
// expect: failed TypeError
setTimeout('for (;;);')

// case: rejections that nobody sees
// expect: succeeded "calm"
for (let i = 0; i < 1000; i++) Promise.reject(new Error('unseen ' + i));
'calm'

// case: an error in a timer that nobody awaits
// expect: failed Error: in a timer
setTimeout(() => { throw new Error('in a timer'); });
new Promise(() => { })

// case: an error in a microtask that nobody awaits
// expect: failed Error: in a microtask
queueMicrotask(() => { throw new Error('in a microtask'); });
new Promise(r => setTimeout(r, 20, 'unseen'))

// case: a promise chain of ten thousand links
// expect: succeeded 10000
// limits: cpu 4000 ms
let p = Promise.resolve(0);
for (let i = 0; i < 10000; i++) p = p.then(n => n + 1);
p

// case: a promise nested in promises
// expect: succeeded 1
// limits: cpu 4000 ms
let p = Promise.resolve(1);
for (let i = 0; i < 2000; i++) { const inner = p; p = new Promise(r => r(inner)); }
p

// case: Promise.all of something endless
// expect: stopped CPU_TIME or HEAP
Promise.all((function* () { for (;;) yield 1; })())
