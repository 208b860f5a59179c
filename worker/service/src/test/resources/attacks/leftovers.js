// What one execution leaves behind for the next one in the same sandbox: the second script must
// find a pristine world.

// case: globals
// expect: succeeded 1
var leak = 1; globalThis.other = 2; function leaked() { } this.third = 3; fourth = 4; 1
// then: finds none
// expect: succeeded ["undefined","undefined","undefined","undefined","undefined"]
[typeof leak, typeof other, typeof leaked, typeof third, typeof fourth]

// case: top level declarations
// expect: succeeded 1
let a = 1; const b = 2; class C { } a
// then: may declare the same
// expect: succeeded [3,4,"C"]
const a = 3; let b = 4; class C { } [a, b, C.name]

// case: prototypes
// expect: succeeded 1
for (const c of [Object, Array, String, Number, Function, Promise, Map, Set, RegExp, Date, Error, Symbol, BigInt, Boolean])
  c.prototype.leak = 'leak';
1
// then: finds none
// expect: succeeded []
[{}, [], '', 1, () => 1, Promise.resolve(), new Map(), new Set(), /r/, new Date(), new Error(), Symbol(), 1n, true]
  .filter(v => v.leak !== undefined).map(v => typeof v)

// case: hidden prototypes
// expect: succeeded 1
const hidden = [[][Symbol.iterator](), new Map().entries(), (function* () { })(), (async function* () { })(), new Uint8Array(),
  (async () => { }), ''.matchAll(/x/g), new Set().values()];
for (const h of hidden) { for (let p = h; p = Object.getPrototypeOf(p);) { try { p.leak = 1; } catch { } } }
1
// then: finds none
// expect: succeeded 0
[[][Symbol.iterator](), new Map().entries(), (function* () { })(), (async function* () { })(), new Uint8Array(),
  (async () => { }), ''.matchAll(/x/g), new Set().values(), {}].filter(v => 'leak' in v).length

// case: built-ins replaced
// expect: succeeded 1
JSON.parse = JSON.stringify = Math.max = Array.from = Object.keys = Reflect.apply = null;
Promise.prototype.then = Array.prototype.map = String.prototype.slice = Function.prototype.call = null;
delete globalThis.Map; globalThis.Set = undefined; parseInt = () => 'evil'; undefined; 1
// then: finds the real ones
// expect: succeeded [1,"[1]",2,[1],["k"],"function","function",7]
[JSON.parse('1'), JSON.stringify([1]), Math.max(1, 2), Array.from([1]), Object.keys({ k: 1 }), typeof Map, typeof Set, parseInt('7')]

// case: built-ins frozen
// expect: succeeded 1
for (const name of Object.getOwnPropertyNames(globalThis)) {
  try { const v = globalThis[name]; Object.freeze(v); if (v?.prototype) Object.freeze(v.prototype); } catch { }
}
try { Object.freeze(globalThis); } catch { }
1
// then: may change its own
// expect: succeeded [false,false,false,1]
globalThis.own = 1;
[Object.isFrozen(Math), Object.isFrozen(Array.prototype), Object.isFrozen(globalThis), own]

// case: built-ins made unusable by accessors
// expect: succeeded 1
Object.defineProperty(globalThis, 'input', { get() { return 'stolen'; }, configurable: false });
Object.defineProperty(Object.prototype, 'value', { get() { return 'evil'; }, configurable: false });
1
// then: reads its own input
// expect: succeeded {"mine":true}
// input: {"mine":true}
input

// case: the input
// expect: succeeded {"secret":"of the first"}
// input: {"secret":"of the first"}
globalThis.kept = input; input
// then: sees only its own
// expect: succeeded [null,"undefined"]
[input, typeof kept]

// case: the input of a module
// expect: succeeded "of the first"
// kind: module
// input: {"secret":"of the first"}
let kept;
export default (input) => { kept ??= input.secret; return kept; };
// then: runs anew with the next
// expect: succeeded "of the second"
// kind: module
// input: {"secret":"of the second"}
let kept;
export default (input) => { kept ??= input.secret; return kept; };

// case: a module's state
// expect: succeeded 1
// kind: module
let runs = 0;
export default () => ++runs;
// then: begins at zero in the same module
// expect: succeeded 1
// kind: module
let runs = 0;
export default () => ++runs;

// case: a script's state
// expect: succeeded 1
globalThis.runs = (globalThis.runs ?? 0) + 1
// then: begins at zero in the same script
// expect: succeeded 1
globalThis.runs = (globalThis.runs ?? 0) + 1

// case: timers
// expect: succeeded 1
for (let i = 0; i < 90; i++) setInterval(() => { globalThis.ticks = (globalThis.ticks ?? 0) + 1; throw new Error('tick'); }, 1); 1
// then: meets none and counts from none
// expect: succeeded ["undefined",1]
const first = setTimeout(() => { }, 1);
new Promise(r => setTimeout(() => r([typeof ticks, Number(first)]), 20))

// case: microtasks
// expect: failed Error: end
(function next() { queueMicrotask(() => { globalThis.storm = true; }); })(); throw new Error('end');
// then: meets none
// expect: succeeded "undefined"
new Promise(r => setTimeout(() => r(typeof storm), 2))

// case: promises that hang when a quota ends the run
// expect: stopped CPU_TIME
// limits: cpu 100 ms
Promise.resolve().then(() => { for (;;); }).finally(() => { globalThis.late = 1; }); new Promise(() => { })
// then: goes its own way
// expect: succeeded "undefined"
// limits: cpu 2000 ms
Promise.resolve().then(() => typeof late)

// case: registered symbols
// expect: succeeded 1
Symbol.for('registered')[Symbol.toStringTag]; Object.prototype[Symbol.for('registered')] = 'leak'; 1
// then: carry nothing
// expect: succeeded true
({})[Symbol.for('registered')] === undefined

// case: well-known symbols on built-ins
// expect: succeeded 1
Array.prototype[Symbol.isConcatSpreadable] = false;
RegExp.prototype[Symbol.match] = RegExp.prototype[Symbol.replace] = () => 'evil';
Object.defineProperty(Array, Symbol.hasInstance, { value: () => false }) && 1
// then: are as they were
// expect: succeeded [[1],"b",true]
[[].concat([1]), 'a'.replace(/a/, 'b'), [] instanceof Array]

// case: the stack trace limit and prepareStackTrace
// expect: succeeded 1
Error.stackTraceLimit = 0; Error.prepareStackTrace = () => 'prepared'; 1
// then: are as they were
// expect: succeeded [true,"undefined",true]
[Error.stackTraceLimit !== 0, typeof Error.prepareStackTrace, /attack\.js/.test(new Error('e').stack)]

// case: the last match of a regular expression
// expect: succeeded "secret"
/(sec)ret/.exec('the secret of the first'); RegExp.lastMatch
// then: is forgotten
// expect: succeeded ["","","",""]
[RegExp.$1, RegExp.lastMatch ?? '', RegExp.input ?? '', RegExp.leftContext ?? '']

// case: the state of a regular expression literal
// expect: succeeded 1
const r = /a/g; r.test('aaa'); r.lastIndex
// then: starts over in the same source
// expect: succeeded 1
const r = /a/g; r.test('aaa'); r.lastIndex

// case: template objects
// expect: succeeded true
globalThis.t = (s) => s; const o = (() => t`same`)(); try { o.leak = 1; } catch { } Object.isFrozen(o)
// then: are new in the same source
// expect: succeeded true
globalThis.t = (s) => s; const o = (() => t`same`)(); try { o.leak = 1; } catch { } Object.isFrozen(o) && o.leak === undefined

// case: console
// expect: succeeded 1
console.log = (line) => { globalThis.captured = line; }; globalThis.console = { log() { throw new Error('gone'); } }; 1
// then: is whole
// expect: succeeded ["function","undefined"]
console.log('mine'); [typeof console.log, typeof captured]

// case: the clock
// expect: succeeded 1
Date.now = () => 42; globalThis.Date = class { getTime() { return 42; } }; 1
// then: is right
// expect: succeeded [true,true]
[Date.now() !== 42, new Date(0).getTime() === 0]

// case: randomness
// expect: succeeded 1
const draws = []; for (let i = 0; i < 100; i++) draws.push(Math.random()); Math.random = () => 0.5; 1
// then: starts from its own seed
// expect: succeeded true
const first = [Math.random(), Math.random()]; first[0] !== 0.5 && first[0] !== first[1]

// case: time zone and language
// expect: succeeded 1
try { Intl.DateTimeFormat.prototype.resolvedOptions = () => ({ timeZone: 'evil' }); Intl.NumberFormat = null; globalThis.Intl = null; } catch { } 1
// then: are as they were
// expect: succeeded ["UTC","1,234.5",0]
[Intl.DateTimeFormat().resolvedOptions().timeZone, new Intl.NumberFormat('en').format(1234.5), new Date(0).getTimezoneOffset()]

// case: the heap
// expect: succeeded 100
// limits: heap 16 MiB
globalThis.kept = []; for (let i = 0; i < 100; i++) kept.push(new Uint8Array(120000)); kept.length
// then: is whole for the next
// expect: succeeded 100
globalThis.kept = []; for (let i = 0; i < 100; i++) kept.push(new Uint8Array(120000)); kept.length

// case: memory after a heap violation
// isolation: process
// expect: stopped HEAP
// limits: heap 8 MiB, cpu 20000 ms
const a = []; for (;;) a.push({});
// then: is not charged to the next
// expect: succeeded 50
const a = []; for (let i = 0; i < 50; i++) a.push(new Uint8Array(100000)); a.length

// case: a deep stack
// expect: stopped STACK
(function f() { f(); })()
// then: leaves the next its whole depth
// expect: succeeded true
let depth = 0; (function f() { depth++; if (depth < 500) f(); })(); depth === 500

// case: finalizers
// expect: succeeded 1
globalThis.registry = new FinalizationRegistry(() => { for (;;); });
for (let i = 0; i < 1000; i++) registry.register({ i }, i); 1
// then: do not run in the next
// expect: succeeded 1
// limits: cpu 2000 ms
const garbage = []; for (let i = 0; i < 200; i++) garbage.push(new Array(100).fill(i)); await0(); function await0() { } 1

// case: error classes changed
// expect: succeeded 1
TypeError.prototype.name = 'Evil'; Error.prototype.toString = () => 'evil'; TypeError.prototype.constructor = null; 1
// then: name errors rightly
// expect: failed TypeError: Cannot read property 'x' of null
null.x

// case: a source that is the same text under another meaning
// expect: succeeded 1
this.answer = 1; typeof answer === 'number' ? 1 : 0
// then: as a module it is its own
// expect: succeeded "undefined"
// kind: module
export default () => typeof answer;

// case: inline caches
// expect: succeeded 200
let n = 0; const read = (o) => o.value; for (let i = 0; i < 200; i++) n += read({ value: 1, ['k' + i % 7]: i }); n
// then: hold for other shapes
// expect: succeeded ["undefined",5,"text"]
const read = (o) => o.value; [typeof read({}), read({ a: 1, value: 5 }), read(Object.create({ value: 'text' }))]

// case: a failed module
// expect: failed Error: broken
// kind: module
throw new Error('broken'); export default () => 1;
// then: does not break the next of the same name
// expect: succeeded "whole"
// kind: module
export default () => 'whole';

// case: a cycle of violations
// expect: stopped CPU_TIME
// limits: cpu 50 ms
for (;;);
// then: another
// expect: stopped OUTPUT_SIZE
// limits: output 10 bytes
'x'.repeat(100)
// then: another
// expect: stopped ASYNC_OPERATIONS
// limits: async 5 operations
for (;;) setTimeout(() => { }, 1000);
// then: and a calm one
// expect: succeeded "calm"
// limits: cpu 2000 ms
'calm'
