// Deep recursion, and sources that are hard on a parser. Memory is no help here: it is ample.
//
// limits: heap 32 MiB

// case: a function that calls itself
// expect: stopped STACK
(function f() { f(); })()

// case: functions that call each other
// expect: stopped STACK
const even = n => odd(n + 1), odd = n => even(n + 1);
even(0)

// case: recursion through a getter
// expect: stopped STACK
({ get a() { return this.a; } }).a

// case: recursion through a Proxy
// expect: stopped STACK
const p = new Proxy({}, { get: (t, k, r) => r[k] });
p.x

// case: recursion through toString
// expect: stopped STACK
const o = { toString() { return `${o}`; } };
`${o}`

// case: recursion through a comparator
// expect: stopped STACK
(function f() { [2, 1].sort(f); })()

// case: recursion through a replacement function
// expect: stopped STACK
(function f() { return 'a'.replace('a', f); })()

// case: recursion through constructors
// expect: stopped STACK
class A { constructor() { this.a = new A(); } }
new A()

// case: recursion through a reviver
// expect: stopped STACK | failed RangeError
(function f() { return JSON.parse('[1]', f); })()

// case: recursion through eval
// expect: stopped STACK
(function f() { eval('f()'); })()

// case: recursion through a bound function
// expect: stopped STACK
let f = () => 1;
for (let i = 0; i < 20000; i++) f = f.bind(null);
f()

// case: recursion through proxies of proxies
// expect: stopped STACK
let p = {};
for (let i = 0; i < 20000; i++) p = new Proxy(p, {});
p.x

// case: recursion through a generator
// expect: stopped STACK
function* f() { yield* f(); }
f().next()

// case: recursion in an async function
// expect: stopped STACK
// limits: async 100000 operations, heap 32 MiB
const f = async () => { await f(); };
f()

// case: recursion that is caught
// expect: succeeded "caught"
let result;
try { (function f() { f(); })(); } catch (e) { result = e instanceof RangeError ? 'caught' : e.name; }
result

// case: recursion that is caught at every depth
// isolation: process
// expect: stopped CPU_TIME
// limits: cpu 200 ms, heap 32 MiB
(function f() { try { f(); } catch { f(); } finally { f(); } })()

// case: recursion from the place where it overflowed
// expect: succeeded "back"
const down = (n) => { try { return down(n + 1); } catch { return n; } };
down(0) > 100 ? 'back' : 'shallow'

// case: an output nested deeply
// expect: stopped STACK | failed RangeError
let o = {};
for (let i = 0; i < 100000; i++) o = { o };
o

// case: arrays nested deeply and flattened
// expect: stopped STACK
let a = [];
for (let i = 0; i < 100000; i++) a = [a];
a.flat(Infinity).length

// case: arrays nested deeply and joined
// expect: stopped STACK
let a = [];
for (let i = 0; i < 100000; i++) a = [a];
String(a)

// case: a toJSON that returns itself anew
// expect: stopped STACK | failed RangeError
const f = () => ({ a: { toJSON: f } });
f()

// case: an error whose cause has a cause
// expect: failed Error: last
let e;
for (let i = 0; i < 10000; i++) e = new Error('cause', { cause: e });
throw new Error('last', { cause: e });

// case: parentheses nested in the source
// expect: stopped STACK
⟦100000×(⟧1⟦100000×)⟧

// case: parentheses never closed
// expect: stopped STACK
⟦100000×(⟧

// case: brackets nested in the source
// expect: stopped STACK
⟦100000×[⟧⟦100000×]⟧

// case: braces nested in the source
// expect: stopped STACK
⟦100000×{⟧⟦100000×}⟧

// case: functions nested in the source
// expect: stopped STACK
⟦30000×()=>⟧1

// case: templates nested in the source
// expect: stopped STACK
⟦30000×`${⟧1⟦30000×}`⟧

// case: operators nested in the source
// expect: stopped STACK
⟦200000×-~⟧1

// case: a sum with a hundred thousand terms
// expect: stopped STACK
⟦100000×1+⟧1

// case: a hundred thousand else ifs
// expect: stopped STACK
let x = 1;
⟦100000×if (x === 0) x = 2; else ⟧x = 3;

// case: a call chain with a hundred thousand links
// expect: stopped STACK
let o = { f: () => o };
o⟦100000×.f()⟧

// case: destructuring nested in the source
// expect: stopped STACK
const ⟦50000×[⟧a⟦50000×]⟧ = 1;

// case: parentheses nested in evaluated code, caught
// expect: succeeded "RangeError"
let name;
try { eval('('.repeat(100000)); } catch (e) { name = e.name; }
name

// case: brackets nested in JSON
// expect: stopped STACK | failed RangeError
JSON.parse('['.repeat(100000) + ']'.repeat(100000))

// case: groups nested in a regular expression
// expect: failed SyntaxError
new RegExp('('.repeat(100000) + ')'.repeat(100000))

// case: alternatives in a regular expression
// expect: succeeded false
// limits: cpu 4000 ms, heap 32 MiB
new RegExp('a|'.repeat(5000) + 'b').test('c')

// case: counted repetition in a regular expression
// expect: stopped CPU_TIME or HEAP | succeeded false | failed SyntaxError
// limits: cpu 500 ms
new RegExp('((((a{1,1000}){1,1000}){1,1000}){1,1000})b').test('a'.repeat(100000))

// case: a source of one long line
// expect: succeeded 200000
'⟦200000×x⟧'.length

// case: a source of many statements
// expect: succeeded 20000
// limits: cpu 10000 ms, heap 32 MiB
let n = 0;
⟦20000×n++;⟧
n

// case: a source with a very long name
// expect: failed ReferenceError
⟦100000×name⟧

// case: a comment that never ends
// expect: failed SyntaxError
/* ⟦100000×*⟧

// case: a string that never ends
// expect: failed SyntaxError
'⟦100000×a⟧

// case: a module with parentheses nested in its source
// expect: stopped STACK
// kind: module
export default () => ⟦100000×(⟧1⟦100000×)⟧;

// case: an input nested as deeply as JSON allows
// expect: succeeded 1
// input: {"a":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}
input.a.flat(Infinity)[0]
