import { createElement as h, createContext, useContext, useId, useMemo, useState } from 'react';
import { renderToStaticMarkup, renderToString } from 'react-dom/server';

const Theme = createContext('light');
const Item = ({ name, price }) => h('li', { className: useContext(Theme), style: { color: 'red', marginTop: 2 }, 'data-id': useId() }, name, ': ', price);
const List = ({ items }) => {
  const [title] = useState('Order <7>');
  const total = useMemo(() => items.reduce((sum, i) => sum + i.price, 0), [items]);
  return h('div', null, h('h1', null, title), h('ul', null, items.map((i) => h(Item, { key: i.name, ...i }))), h('input', { disabled: true, defaultValue: 'x' }), total);
};

export default ({ items }) => {
  const page = h(Theme.Provider, { value: 'dark' }, h(List, { items }));
  return { markup: renderToStaticMarkup(page), hydratable: renderToString(page) };
};
