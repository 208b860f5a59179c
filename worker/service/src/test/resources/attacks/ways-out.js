// Ways out of the sandbox.

// case: the names of hosts
// expect: succeeded []
['Java', 'Packages', 'java', 'javax', 'com', 'org', 'Polyglot', 'Graal', 'Interop', 'load', 'loadWithNewGlobal',
  'print', 'printErr', 'quit', 'exit', 'read', 'readbuffer', 'readline', 'process', 'require', 'module', 'global',
  'window', 'self', 'Deno', 'Bun', 'WebAssembly', 'fetch', 'XMLHttpRequest', 'WebSocket', 'Worker', 'importScripts',
  'JavaImporter', 'JSAdapter', 'Debug', 'debug', 'host', 'startMillis', 'realm', 'TestV8', 'd8', '$vm']
  .filter(name => name === 'self' ? globalThis.self !== undefined && self !== globalThis : name in globalThis)

// case: Java by name
// expect: failed ReferenceError
Java.type('java.lang.Runtime').getRuntime().exec('id')

// case: Java by package
// expect: failed ReferenceError
Packages.java.lang.System.exit(1)

// case: Polyglot
// expect: failed ReferenceError
Polyglot.eval('js', '1')

// case: load
// expect: failed ReferenceError
load('/etc/passwd')

// case: quit
// expect: failed ReferenceError
quit(1)

// case: the constructor's constructor
// expect: failed ReferenceError: process is not defined
constructor.constructor('return process')().exit()

// case: constructed functions of every kind see the same globals
// expect: succeeded ["undefined","undefined","undefined","undefined"]
Promise.all([
  Function('return typeof Java')(),
  (async () => { }).constructor('return typeof Java')(),
  (function* () { }).constructor('yield typeof Java')().next().value,
  (async function* () { }).constructor('yield typeof Java')().next().then(r => r.value),
])

// case: indirect eval sees the same globals
// expect: succeeded ["undefined",true]
[(0, eval)('typeof Java'), (0, eval)('this') === globalThis]

// case: console's functions are the guest's own
// expect: succeeded []
const found = [];
for (const [name, f] of Object.entries({ ...console, setTimeout, clearTimeout, queueMicrotask, random: Math.random, now: Date.now, Date })) {
  if (f.constructor !== Function || !(f instanceof Function)) found.push(name);
  for (const member of ['getClass', 'class', 'hashCode', 'wait', 'notify', 'execute', 'apply0', 'getMember', 'then'])
    if (member in f) found.push(name + '.' + member);
}
found

// case: console shows no source of the sandbox
// expect: succeeded false
[console.log, setTimeout, Date, Date.now, Math.random, queueMicrotask].some(f => /host|elapsed|paddock/.test(Function.prototype.toString.call(f)))

// case: the caller of a callback
// expect: failed TypeError
function callback() { return callback.caller.arguments[0].log('INFO', 'x'); }
setTimeout(callback);
new Promise(() => { })

// case: the caller of a callback by arguments
// expect: succeeded "guest only"
function callback() {
  const who = arguments.callee.caller;
  return who === null || who === undefined ? 'guest only' : String(who);
}
new Promise(r => setTimeout(function () { r(callback.call()); }))
  .then(text => /guest only|function \(\) \{ r\(callback/.test(text) ? 'guest only' : text)

// case: the caller of a getter that the sandbox reads
// expect: succeeded {"then":"nobody","toJSON":"nobody"}
const seen = {};
function look(name) {
  let f = look.caller, depth = 0;
  const names = [];
  while (f && depth++ < 5) { names.push(f.name); try { f = f.caller; } catch { break; } }
  seen[name] = names.filter(n => n !== name).join() || 'nobody';
}
const o = {
  get then() { look('then'); return undefined; },
  toJSON() { look('toJSON'); return seen; },
};
Object.defineProperty(Object.getOwnPropertyDescriptor(o, 'then').get, 'name', { value: 'then' });
o

// case: the arguments of a function the sandbox calls
// expect: succeeded 0
new Promise(resolve => setTimeout(function () { resolve(arguments.length); }))

// case: this in a callback is not the sandbox's
// expect: succeeded [true,true]
Promise.all([
  new Promise(r => setTimeout(function () { 'use strict'; r(this === undefined || this === globalThis); })),
  new Promise(r => queueMicrotask(function () { 'use strict'; r(this === undefined); })),
])

// case: this in toJSON is the guest's
// expect: succeeded true
const o = { toJSON(key) { return this === o && key === ''; } };
o

// case: stack overflow inside the sandbox's functions leaks nothing
// expect: succeeded []
const caught = new Set();
function dig(f) { try { dig(f); } catch { try { f(); } catch (e) { caught.add(e); } } }
for (const f of [() => console.log({}), () => setTimeout(() => { }, 1), () => new Date(), () => Math.random(), () => Date.now(), () => clearTimeout(1)])
  dig(f);
[...caught].filter(e => !(e instanceof Error) || e.constructor.constructor !== Function).map(String)

// case: errors from the sandbox's functions are the guest's
// expect: succeeded [true,true,true,true]
const errors = [() => setTimeout(), () => queueMicrotask(1), () => new Date(Symbol()), () => setTimeout(() => { }, 1n ** 1n && Symbol())]
  .map(f => { try { f(); } catch (e) { return e; } });
errors.map(e => e instanceof TypeError && e.constructor === TypeError && e.constructor.constructor === Function)

// case: errors from the engine are the guest's
// expect: succeeded []
const attempts = [() => null.x, () => x.y, () => [].reduce(), () => new Array(-1), () => 'x'.repeat(-1), () => JSON.parse('{'),
  () => eval('}'), () => new RegExp('['), () => decodeURI('%'), () => BigInt('x'), () => Symbol() + '', () => new Proxy({}, null),
  () => Object.defineProperty(1), () => new Intl.NumberFormat('??'), () => structuredClone(() => 1), () => Reflect.construct(1),
  () => ''.normalize('x'), () => (1).toString(99), () => new Date(NaN).toISOString(), () => 1n / 0n, () => new Uint8Array(-1)];
attempts.map(f => { try { f(); return 'no error'; } catch (e) { return e; } })
  .filter(e => !(e instanceof Error) || e.constructor.constructor !== Function || /java|graal|oracle/.test(e.stack + Object.getOwnPropertyNames(e)))
  .map(String)

// case: members of host objects on everything reachable
// expect: succeeded []
const found = [], seen = new Set();
const names = ['getClass', 'class', 'notifyAll', 'getMember', 'execute', 'asString', 'getHostInterop', 'static'];
(function walk(value, path, depth) {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value) || depth > 6) return;
  seen.add(value);
  for (const name of names) if (Reflect.has(value, name)) found.push(path + '.' + name);
  for (const key of Reflect.ownKeys(value)) {
    const d = Reflect.getOwnPropertyDescriptor(value, key);
    for (const part of [d.value, d.get, d.set]) walk(part, path + '.' + String(key), depth + 1);
  }
  walk(Reflect.getPrototypeOf(value), path + '.__proto__', depth + 1);
})(globalThis, 'globalThis', 0);
found

// case: a foreign object anywhere
// expect: succeeded []
const found = [], seen = new Set();
(function walk(value, path, depth) {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value) || depth > 6) return;
  seen.add(value);
  let p = value;
  for (let i = 0; p !== null && p !== Object.prototype && i < 20; i++) p = Reflect.getPrototypeOf(p);
  if (p !== Object.prototype && value !== Object.prototype && p !== null) found.push(path);
  if (/Host|Foreign|Java/.test(Object.prototype.toString.call(value))) found.push(path);
  for (const key of Reflect.ownKeys(value)) {
    const d = Reflect.getOwnPropertyDescriptor(value, key);
    for (const part of [d.value, d.get, d.set]) walk(part, path + '.' + String(key), depth + 1);
  }
})(globalThis, 'globalThis', 0);
found

// case: the global object's prototype replaced
// expect: succeeded "calm"
try { Object.setPrototypeOf(globalThis, new Proxy({}, { has: () => true, get: (_, key) => key === 'Java' ? undefined : undefined })); } catch { }
'calm'

// case: Reflect on the global object
// expect: succeeded "undefined"
Reflect.get(globalThis, 'Java', globalThis) === undefined ? typeof Reflect.getOwnPropertyDescriptor(globalThis, 'Java') : 'there'

// case: sandbox functions as constructors, tags and accessors
// expect: succeeded "calm"
for (const f of [console.log, setTimeout, clearTimeout, queueMicrotask, Math.random, Date.now]) {
  try { new f(() => { }); } catch { }
  try { f`tag`; } catch { }
  try { Reflect.apply(f, { log: 1, host: 1 }, [() => { }]); } catch { }
  try { Object.defineProperty({}, 'x', { get: f }).x; } catch { }
}
'calm'

// case: the sandbox's functions given what is no value
// expect: succeeded "calm"
// limits: log 100 KiB
const odd = [undefined, null, Symbol('s'), 1n, Object.create(null), new Proxy(() => { }, {}), NaN, '', [], -1, 2 ** 53];
for (const f of [console.log, console.error, clearTimeout, clearInterval, Math.random, Date.now])
  for (const v of odd) { try { f(v, ...odd); } catch (e) { if (!(e instanceof TypeError)) throw e; } }
'calm'

// case: timers of other names
// expect: succeeded "calm"
for (const id of ['__proto__', 'constructor', 'toString', {}, [1], Symbol.iterator, 1.5, -1]) clearTimeout(id);
new Promise(r => setTimeout(r, 1, 'calm'))

// case: a callable thing that is no function as a callback
// expect: succeeded "called"
new Promise(r => setTimeout(new Proxy(r, {}), 0, 'called'))

// case: eval of an import declaration
// expect: failed SyntaxError
eval("import 'fs'")

// case: a host module from a script
// expect: failed Error: Error reading module '
import('fs')

// case: a host file from a script
// expect: failed Error: Error reading module '
import('/etc/passwd')

// case: a script that imports itself
// expect: failed Error: Error reading module '
import('./attack.js')

// case: the import of a constructed function
// expect: failed Error: Error reading module '
new Function("return import('node:fs')")()

// case: a node module
// expect: failed Error: Error reading module '
// kind: module
export default () => import('node:fs');

// case: a Java class as a module
// expect: failed Error: Error reading module '
// kind: module
export default () => import('java:java.lang.System');

// case: a host file
// expect: failed Error: Error reading module '
// kind: module
export default () => import('/etc/passwd');

// case: a host file by its address
// expect: failed Error: Error reading module '
// kind: module
export default () => import('file:///etc/passwd');

// case: a host file upwards
// expect: failed Error: Error reading module '
// kind: module
export default () => import('../../../../etc/passwd');

// case: a host file as JSON
// expect: failed Error: Error reading module '
// kind: module
export default () => import('/etc/passwd', { with: { type: 'json' } });

// case: a module from the network
// expect: failed Error: Error reading module '
// kind: module
export default () => import('https://example.com/module.mjs');

// case: a module in an address is the script's own
// expect: succeeded {"default":1}
// kind: module
export default () => import('data:text/javascript,export default 1');

// case: a host file from a module in an address
// expect: failed Error: Error reading module '
// kind: module
export default () => import('data:text/javascript,import "/etc/passwd"; export default 1');

// case: the sandbox's own sources
// expect: failed Error: Error reading module '
// kind: module
export default () => import('paddock:realm');

// case: a specifier that is no path
// expect: failed Error: Error reading module '
// kind: module
export default () => import('\0');

// case: a specifier that is very long
// expect: failed Error: Error reading module '
// kind: module
export default () => import('/' + 'x'.repeat(100000));

// case: a specifier that is empty
// expect: failed Error: Cannot find module
// kind: module
export default () => import('');

// case: a specifier that is code
// expect: failed Error: Error reading module '
// kind: module
export default () => import('x");export default 1;//');

// case: a specifier that is guest code
// expect: failed Error: specifier
// kind: module
export default () => import({ toString() { throw new Error('specifier'); } });

// case: a static import of a host file
// expect: failed Error: Error reading module '
// kind: module
import '/etc/passwd';
export default () => 1;

// case: a static import of a name from a host module
// expect: failed Error: Error reading module '
// kind: module
import { readFileSync } from 'fs';
export default () => readFileSync('/etc/passwd', 'utf8');

// case: a module that imports itself
// expect: succeeded true
// kind: module
import * as own from './attack.mjs';
export default () => own === own && typeof own.default === 'function';

// case: what a module knows of its place
// expect: succeeded "calm"
// kind: module
export default () => {
  const meta = JSON.stringify(Object.entries(import.meta));
  return /tmp|home|work|java/.test(meta) ? meta : 'calm';
};

// case: an error in a constructed function has no host frame
// expect: failed TypeError
new Function('null.x')()

// case: an error in a sort comparator has no host frame
// expect: failed Error: compare
[2, 1].sort(() => { throw new Error('compare'); })

// case: an error in a reviver has no host frame
// expect: failed Error: revive
JSON.parse('[1]', () => { throw new Error('revive'); })

// case: a stack read by the guest has no host frame
// expect: succeeded true
const stacks = [];
[1].map(() => 'a'.replace('a', () => stacks.push(new Error().stack)));
setTimeout(() => stacks.push(new Error().stack));
new Promise(r => setTimeout(() => r(stacks.every(s => !/java|paddock|graal|realm/i.test(s))), 2))

// case: a debugger statement
// expect: succeeded "on"
debugger;
'on'

// case: the engine's own test functions
// expect: succeeded ["undefined","undefined"]
[typeof $262, typeof TestNashorn]

// case: a shadow realm
// expect: succeeded "undefined"
typeof ShadowRealm

// case: garbage collection on request
// expect: succeeded ["undefined","undefined"]
[typeof gc, typeof GC]
