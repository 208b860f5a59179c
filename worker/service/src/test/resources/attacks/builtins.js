// Single calls of built-in functions that run for seconds, or ask for gigabytes, without looking
// at the clock. Only the end of the process stops most of them.
//
// expect: stopped CPU_TIME or HEAP
// limits: cpu 100 ms, heap 32 MiB
// isolation: process

// case: a power of BigInts
10n ** 50000000n

// case: digits of a BigInt
(2n ** 30000000n).toString()

// case: a BigInt of many digits
BigInt('7'.repeat(4000000))

// case: a BigInt shifted far
1n << 1073741823n

// case: an array from a length
Array.from({ length: 1e9 })

// case: an array filled
new Array(1e9).fill(0)

// case: holes joined
// expect: failed RangeError
new Array(2 ** 32 - 1).join()

// case: holes joined with a long separator
new Array(1e6).join('x'.repeat(1e6))

// case: an array-like searched
Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)

// case: an array-like that includes nothing
Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)

// case: an array-like reversed
Array.prototype.reverse.call({ length: 2 ** 53 - 1 })

// case: an array-like filled
Array.prototype.fill.call({ length: 2 ** 53 - 1 }, 1)

// case: an array-like copied within
Array.prototype.copyWithin.call({ length: 2 ** 53 - 1, 5: 1 }, 0, 5)

// case: an array-like walked
Array.prototype.forEach.call({ length: 2 ** 53 - 1 }, () => { })

// case: an array-like that loses its head
Array.prototype.shift.call({ length: 2 ** 53 - 1 })

// case: an array-like sorted into a copy
// expect: stopped CPU_TIME or HEAP or STACK | failed RangeError
Array.prototype.toSorted.call({ length: 2 ** 32 - 1 })

// case: a sparse array walked
// expect: stopped CPU_TIME or HEAP | succeeded
const a = [];
a[4294967290] = 1;
a.every(() => true) && a.sort() && a.reverse() && a.flat() && a.forEach(() => { })

// case: a spreadable array-like
// expect: stopped CPU_TIME or HEAP | failed RangeError
[].concat({ length: 2 ** 53 - 1, [Symbol.isConcatSpreadable]: true })

// case: arguments from an array-like
// expect: stopped CPU_TIME or HEAP or STACK | failed RangeError
((...a) => a.length).apply(null, { length: 1e8 })

// case: arguments spread
// expect: stopped CPU_TIME or HEAP or STACK | failed RangeError
Math.max(...new Array(1e8))

// case: a string repeated
'x'.repeat(2 ** 29)

// case: a string padded
''.padStart(2 ** 29, 'ab')

// case: a string split into its characters
'ab'.repeat(1e7).split('')

// case: every character of a string replaced
'a'.repeat(1e7).replaceAll('a', '$&$&$&$&$&$&$&$&')

// case: a long string normalized
('\u0344\u1e9b\u0323'.repeat(3000000)).normalize('NFKD')

// case: long strings compared by language
for (const s = 'ä'.repeat(2e6); ;) s.localeCompare(s + 'b', 'de')

// case: a long string in upper case
for (const s = 'ß'.repeat(4e6); ;) s.toLocaleUpperCase('tr')

// case: a regular expression on a long string
/(?:a|ab)(?:c|bcd)(?:d*)x\b/.test('abcd'.repeat(4e6)) || /(.)*\1z/.test('y'.repeat(4e6))

// case: numbers formatted with every locale
const tags = ['ar', 'de', 'fa', 'hi', 'ja', 'ru', 'th', 'zh'];
for (let i = 0; ; i++) new Intl.NumberFormat(tags[i % 8], { style: 'currency', currency: 'EUR' }).format(i)

// case: a date from a long text
for (const s = '1'.repeat(8e6); ;) { Date.parse(s); new Date(s + ' GMT'); }

// case: a number from a long text
for (const s = '1'.repeat(8e6) + 'e-8000000'; ;) { parseFloat(s); Number(s); }

// case: JSON of a doubling object
let o = [1];
for (let i = 0; i < 40; i++) o = [o, o];
o

// case: a long JSON text parsed
JSON.parse('[' + '[[]],'.repeat(3000000) + '1]').length

// case: a source of many megabytes
new Function('return [' + '0,'.repeat(8000000) + ']')()
