// Whatever has an order.
export default (input, context) => {
  const keys = Array.from({ length: 300 }, (_, i) => `k${(i * 7919) % 1009}`);
  const object = {};
  for (const key of keys) { object[key] = key.length; }
  for (const key of keys.slice(0, 50)) { delete object[key]; }
  object[5] = object[3] = 0;
  const things = keys.map((key) => ({ key }));
  const rows = keys.map((key, i) => ({ key, group: i % 3 }));
  const collected = {};
  for (const key in { ...input, z: 1 }) { collected[key] = true; }
  return [
    input, Object.keys(context.labels), Object.keys(object).join(), JSON.stringify(object).length,
    [...new Map(things.map((thing) => [thing, thing.key])).values()].join(),
    [...new Set(keys)].join(), collected, [...new Set(things)].map(({ key }) => key).join(),
    rows.sort((a, b) => a.group - b.group).map(({ key }) => key).join(),
    Object.getOwnPropertyNames(globalThis).join(), Reflect.ownKeys(Array.prototype).map(String).join(),
    Object.keys(Object.groupBy(rows, ({ group }) => group)).join(),
  ];
};
