// No attacks, but what needs data, classes or messages of the engine that no warm-up touched: it
// must work in a sandbox that may open nothing any more.

// case: messages of the parser
// expect: failed SyntaxError: Expected an operand
let a = 1 + ;

// case: messages of the regular expression parser
// expect: failed SyntaxError
new RegExp('(?<=a(?<n>b')

// case: numbers of many languages
// expect: succeeded ["1.234,5","١٬٢٣٤٫٥","1,234.5","1,234.5","1234,5"]
['de', 'ar-EG', 'hi', 'th', 'pl'].map(l => new Intl.NumberFormat(l).format(1234.5).replace(/\s/g, ' '))

// case: currencies and units
// expect: succeeded ["1,00 €","￥1","1 km/h"]
[new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' }), new Intl.NumberFormat('ja', { style: 'currency', currency: 'JPY' }),
  new Intl.NumberFormat('en', { style: 'unit', unit: 'kilometer-per-hour' })].map(f => f.format(1).replace(/\s/g, ' '))

// case: dates of many languages
// expect: succeeded ["Donnerstag, 1. Januar 1970","jeudi 1 janvier 1970","1970年1月1日木曜日","четверг, 1 января 1970 г."]
['de', 'fr', 'ja', 'ru'].map(l => new Intl.DateTimeFormat(l, { dateStyle: 'full', timeZone: 'UTC' }).format(0).replace(/\s/g, ' '))

// case: calendars
// expect: succeeded ["๑ ม.ค. ๒๕๑๓","昭和45年1月1日"]
[new Intl.DateTimeFormat('th-u-nu-thai', { dateStyle: 'medium', timeZone: 'UTC' }), new Intl.DateTimeFormat('ja-u-ca-japanese', { dateStyle: 'long', timeZone: 'UTC' })]
  .map(f => f.format(0))

// case: time zones
// expect: succeeded ["1/1/1970, 1:00:00 AM","12/31/1969, 7:00:00 PM","1/1/1970, 5:30:00 AM"]
['Europe/Amsterdam', 'America/New_York', 'Asia/Kolkata'].map(z => new Date(0).toLocaleString('en-US', { timeZone: z }).replace(/\s/g, ' '))

// case: order of words by language
// expect: succeeded [["a","ä","z"],["a","z","ä"]]
['de', 'sv'].map(l => ['z', 'ä', 'a'].sort(new Intl.Collator(l).compare))

// case: plurals, lists, relative times, names
// expect: succeeded ["few","A, B oder C","vor 3 Tagen","Deutschland"]
[new Intl.PluralRules('pl').select(3), new Intl.ListFormat('de', { type: 'disjunction' }).format(['A', 'B', 'C']),
  new Intl.RelativeTimeFormat('de').format(-3, 'day'), new Intl.DisplayNames('de', { type: 'region' }).of('DE')]

// case: words and sentences
// expect: succeeded [3,2]
[[...new Intl.Segmenter('en', { granularity: 'word' }).segment('one two')].length,
  [...new Intl.Segmenter('ja', { granularity: 'sentence' }).segment('今日は。明日。')].length]

// case: letters of many scripts
// expect: succeeded [true,true,true,"I","ı","ss"]
[/^\p{Script=Thai}+$/u.test('ไทย'), /^\p{Lu}$/u.test('Ä'), /^\p{Emoji}$/v.test('😀'), 'I'.toLocaleUpperCase('tr'), 'I'.toLocaleLowerCase('tr'), 'ß'.toUpperCase().toLowerCase()]

// case: normal forms
// expect: succeeded ["é","é","fi"]
['e\u0301'.normalize('NFC'), '\u00e9'.normalize('NFD').normalize(), '\ufb01'.normalize('NFKC')]

// case: every kind of collection and view
// expect: succeeded [1,2,3,4,5,6,7,8]
[new Map([[1, 1]]).get(1), new Set([1, 2]).size, new WeakMap([[globalThis, 3]]).get(globalThis), new DataView(new ArrayBuffer(4)).byteLength,
  new Float16Array([5])[0], Number(new BigInt64Array([6n])[0]), new Uint8ClampedArray([7])[0], Object.groupBy([8], () => 'k').k[0]]
