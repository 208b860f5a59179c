import { marked } from 'marked';

marked.use({ gfm: true, renderer: { heading: ({ tokens, depth }) => `<h${depth} id="x">${tokens.map((t) => t.raw).join('')}</h${depth}>\n` } });

export default async ({ text }) => ({ html: await marked.parse(text, { async: true }), tokens: marked.lexer(text).map((t) => t.type) });
