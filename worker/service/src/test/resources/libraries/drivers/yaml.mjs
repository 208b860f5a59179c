import { parse, parseDocument, stringify } from 'yaml';

export default ({ text }) => {
  const document = parseDocument(text);
  document.set('added', { list: [1, 'two'] });
  let message = '';
  try { parse('a: [1\nb: 2'); } catch (e) { message = e.name; }
  return { parsed: parse(text), edited: String(document), plain: stringify({ a: 'yes', b: 'multi\nline', c: null, d: [[1], { e: true }] }), message };
};
