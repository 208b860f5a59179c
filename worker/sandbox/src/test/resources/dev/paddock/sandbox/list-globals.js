// Names every own property of the global object, and the own properties of what it holds: first
// those of the value itself, then those of its prototype. In order of the alphabet, because the
// order of creation is nobody's business.
(() => {
  const show = (key) => (typeof key === 'symbol' ? `@@${key.description.replace('Symbol.', '')}` : key);
  const OF_EVERY_FUNCTION = ['length', 'name', 'prototype'];
  const members = (object, except) =>
    Reflect.ownKeys(object).filter((key) => !except.includes(key)).map(show).sort().join(' ');
  return Reflect.ownKeys(globalThis).map((key) => {
    const value = globalThis[key];
    const { writable, enumerable, configurable } = Reflect.getOwnPropertyDescriptor(globalThis, key);
    const attributes = `${writable ? 'w' : '-'}${enumerable ? 'e' : '-'}${configurable ? 'c' : '-'}`;
    let line = `${show(key)} ${attributes} ${value === globalThis ? 'itself' : typeof value}`;
    if (typeof value === 'function') {
      const own = members(value, OF_EVERY_FUNCTION);
      line += own && `: ${own}`;
      if (value.prototype !== undefined) {
        line += ` | ${members(value.prototype, ['constructor'])}`;
      }
    } else if (typeof value === 'object' && value !== null && value !== globalThis) {
      line += `: ${members(value, [])}`;
      if (Object.getPrototypeOf(value) !== Object.prototype) {
        line += ` | ${members(Object.getPrototypeOf(value), ['constructor'])}`;
      }
    }
    return line;
  }).sort().join('\n');
})()
