(input) => {
  const wanted = /^(oats|hay)-[0-9]+$/;
  let total = 0;
  const names = [];
  for (const item of input.items) {
    if (wanted.test(item.name)) {
      total += item.price * item.count;
      names.push(item.name);
    }
  }
  return { total, names, matches: total > 100 };
}
