// Whatever depends on a language, a country or a time zone, where none is named.
export default () => [
  (1234567.891).toLocaleString(), (12).toLocaleString(undefined, { style: 'currency', currency: 'TRY' }),
  12345678901234567890n.toLocaleString(), 'TITLE I'.toLocaleLowerCase(), 'title i'.toLocaleUpperCase(),
  ['z', 'ä', 'a', 'Z', 'ı', 'i', 'I', 'ç', 'c', 'o', 'ö'].sort((a, b) => a.localeCompare(b)),
  ['z', 'ä', 'a', 'ç', 'c', 'o', 'ö'].sort(new Intl.Collator().compare), 'i'.localeCompare('ı'),
  Intl.NumberFormat().resolvedOptions(), Intl.Collator().resolvedOptions(),
  Intl.DateTimeFormat().resolvedOptions(), new Intl.PluralRules().resolvedOptions(),
  new Intl.ListFormat().format(['a', 'b', 'c']), new Intl.RelativeTimeFormat().format(-1, 'day'),
  new Intl.DisplayNames(undefined, { type: 'region' }).of('TR'),
  [...new Intl.Segmenter().segment('a b')].length, new Intl.Locale('tr').maximize().toString(),
  new Date(0).toLocaleString(), new Date(0).toLocaleTimeString(), new Date(0).toLocaleDateString(),
  [1234.5, new Date(0)].toLocaleString(), new Intl.DurationFormat().format({ hours: 1, minutes: 2 }),
  new TextDecoder().decode(new TextEncoder().encode('çığ €')), encodeURIComponent('çığ'),
];
