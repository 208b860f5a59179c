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

// case: many promises that nothing settles
// expect: stopped ASYNC_OPERATIONS
for (;;) new Promise(() => { });

// case: many async functions that wait for the same
// expect: stopped ASYNC_OPERATIONS
const never = new Promise(() => { });
for (;;) (async () => { await never; })();

// case: many reactions to the same promise
// expect: stopped ASYNC_OPERATIONS
const never = new Promise(() => { });
for (;;) never.then(() => { });

// case: many promises of a class of the script's own
// expect: stopped ASYNC_OPERATIONS
class Own extends Promise { }
for (;;) new Own(() => { });

// case: many generators that wait
// expect: stopped ASYNC_OPERATIONS
const never = new Promise(() => { });
for (;;) (async function* () { yield never; })().next();

// case: promises up to the limit
// expect: succeeded 49
const never = Array.from({ length: 49 }, () => new Promise(() => { }));
never.length

// case: a hundred thousand promises, each settled before the next
// expect: succeeded 100000
// limits: cpu 20000 ms, wall 30000 ms, async 50 operations
(async () => { let n = 0; for (; n < 100000; n++) await new Promise(r => r()); return n; })()

// case: many promises resolved with what never settles
// expect: stopped ASYNC_OPERATIONS
const never = { then() { } };
Array.from({ length: 1000 }, () => new Promise(r => r(never))).length

// case: pending promises hidden behind others that a thenable settles
// expect: stopped ASYNC_OPERATIONS
// limits: cpu 20000 ms, async 50 operations
(async () => {
  for (let n = 0; n < 1000; n++) {
    new Promise(() => { });
    await new Promise(r => r({ then(f) { f(1) } }));
  }
})()

// case: twenty thousand promises, each settled by another before the next
// expect: succeeded 20000
// limits: cpu 20000 ms, wall 30000 ms, async 50 operations
(async () => { let n = 0; for (; n < 20000; n++) await new Promise(r => r(Promise.resolve())); return n; })()

// case: a thousand promises that make others while they are resolved
// expect: succeeded 1000
// limits: cpu 20000 ms, async 50 operations
(async () => {
  let n = 0;
  for (; n < 1000; n++) await new Promise(r => r({ get then() { Promise.resolve(); } }));
  return n;
})()

// case: promises left pending by the script before
// expect: succeeded 49
Array.from({ length: 49 }, () => new Promise(() => { })).length
// then: as many again
// expect: succeeded 49
Array.from({ length: 49 }, () => new Promise(() => { })).length

// case: timers up to the limit
// expect: succeeded 50
let left = 50;
new Promise(resolve => { for (let i = 0; i < 50; i++) setTimeout(() => --left || resolve(50)); })

// case: timers with strange delays run in order
// expect: succeeded ["NaN","-1","text","0","1"]
const order = [];
setTimeout(() => order.push('1'), 400);
for (const d of [NaN, -1, 'text', 0]) setTimeout(() => order.push(String(d)), d);
new Promise(r => setTimeout(() => r(order), 500))

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
// limits: cpu 4000 ms, async 20000 operations
let p = Promise.resolve(0);
for (let i = 0; i < 10000; i++) p = p.then(n => n + 1);
p

// case: a promise nested in promises
// expect: succeeded 1
// limits: cpu 4000 ms, async 4100 operations
let p = Promise.resolve(1);
for (let i = 0; i < 2000; i++) { const inner = p; p = new Promise(r => r(inner)); }
p

// case: Promise.all of something endless
// expect: stopped ASYNC_OPERATIONS
Promise.all((function* () { for (;;) yield 1; })())
