({ items }) => {
  const byKind = {};
  for (const item of items) (byKind[item.name.split('-')[0]] ??= []).push(item);
  return Object.entries(byKind).map(([kind, all]) => ({
    kind,
    count: all.reduce((sum, { count }) => sum + count, 0),
    dearest: all.toSorted((a, b) => b.price - a.price).slice(0, 3),
  }));
}
