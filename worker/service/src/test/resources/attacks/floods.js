// More output and log than anybody asked for.

// case: a long output
// expect: stopped OUTPUT_SIZE
'x'.repeat(20000)

// case: an output that is long only as UTF-8
// expect: stopped OUTPUT_SIZE
'\u20ac'.repeat(5000)

// case: an output that is long only as JSON
// expect: stopped OUTPUT_SIZE
'\u0000'.repeat(5000)

// case: an output of lone surrogates
// expect: stopped OUTPUT_SIZE
'\ud800'.repeat(5000)

// case: an output of exactly the limit
// expect: succeeded "⟦98×y⟧"
// limits: output 100 bytes
'y'.repeat(98)

// case: a wide output
// expect: stopped OUTPUT_SIZE
new Array(5000).fill(null)

// case: an output that a getter makes long
// expect: stopped OUTPUT_SIZE
({ get a() { return 'x'.repeat(1e6); } })

// case: an output that toJSON makes long
// expect: stopped OUTPUT_SIZE
({ toJSON: () => Object.fromEntries(Array.from({ length: 2000 }, (_, i) => ['key' + i, i])) })

// case: a module's long output
// expect: stopped OUTPUT_SIZE
// kind: module
export default () => 'x'.repeat(20000);

// case: a few lines too many
// expect: succeeded 1
// logs: cut
for (let i = 0; i < 50; i++) console.log('x'.repeat(100));
1

// case: a flood of lines
// expect: stopped LOG_LINES
// logs: cut
for (;;) console.log('');

// case: a flood of bytes
// expect: stopped LOG_SIZE
// logs: cut
for (;;) console.log('x'.repeat(1000));

// case: one line of a megabyte is cut
// expect: succeeded
// logs: cut
console.log('x'.repeat(1e6));

// case: a flood whose refusal is caught
// expect: stopped LOG_LINES
// logs: cut
for (;;) { try { console.log(''); } catch { } }

// case: more lines than are kept
// expect: succeeded 1
// logs: cut
for (let i = 0; i < 150; i++) console.log(i);
1

// case: one line that is a little too long
// expect: succeeded 1
// logs: cut
console.log('x'.repeat(2500));
1

// case: a log up to its limit
// expect: succeeded 1
console.log('x'.repeat(2000));
1

// case: a log of characters of four bytes is cut between them
// expect: succeeded 1
// logs: cut
console.log('x' + '\u{1f600}'.repeat(600));
1

// case: a log of lone surrogates
// expect: succeeded 1
console.log('\ud800'.repeat(100) + '\udc00');
1

// case: log arguments that run away
// expect: stopped CPU_TIME
// limits: cpu 100 ms
console.log({ toJSON() { for (;;); } })

// case: log arguments that throw
// expect: succeeded "calm"
const bad = () => { throw new Error('bad'); };
console.log({ get a() { return bad(); } }, { toJSON: bad, toString: bad }, [{ toJSON: bad }]);
console.log(Symbol('s'), 10n, () => 1, null, undefined, -0, NaN);
'calm'

// case: a log argument whose text throws
// expect: succeeded "calm"
const bad = Object.assign(() => 1, { toString() { throw new Error('bad'); } });
console.log(bad);
console.log(new Proxy({}, { get() { throw 1; }, ownKeys() { throw 2; }, getPrototypeOf() { throw 3; } }));
console.log(Object.create(null));
console.log(Object.assign(new Error('e'), { stack: { toString() { throw 4; } } }));
'calm'

// case: a log argument that logs
// expect: succeeded "calm"
// limits: log 100 KiB
let depth = 0;
console.log({ toJSON() { if (depth++ < 20) console.log(this); return depth; } });
'calm'
