// What errors say, and how they end a run.
function outer(f) { return f(); }

export default () => {
  const stacks = [];
  const provocations = [
    () => null.x, () => undefinedName, () => { throw new RangeError('own'); }, () => JSON.parse('{'),
    () => [1].map(() => { throw new TypeError('in a callback'); }), () => new Array(-1),
    () => decodeURIComponent('%'), () => new URL('nope'), () => structuredClone(() => 1),
    () => 'x'.repeat(-1), () => (1).toFixed(101), () => BigInt(0.5), () => Symbol() + '',
    () => new Intl.NumberFormat('not a locale'), () => new RegExp('('),
  ];
  for (const provoke of provocations) {
    try {
      outer(provoke);
    } catch (e) {
      stacks.push(e.name, e.message, e.stack);
    }
  }
  console.error(new Error('logged'), stacks.join('\n'));
  throw new Error(stacks.join('\n'));
};
