import { applyPatches, enableMapSet, enablePatches, produce, produceWithPatches } from 'immer';

enableMapSet();
enablePatches();

export default (base) => {
  const [next, patches, inverse] = produceWithPatches(base, (draft) => {
    draft.list.push({ n: 4 });
    draft.list[0].n++;
    delete draft.gone;
  });
  const map = produce(new Map([['a', { n: 1 }]]), (draft) => { draft.get('a').n = 2; draft.set('b', new Set([1])); });
  let frozen = false;
  try { next.list.push(1); } catch (e) { frozen = e instanceof TypeError; }
  return { next, patches, inverse, back: applyPatches(next, inverse), shared: next.list[1] === base.list[1], frozen, map: [...map].map(([k, v]) => [k, v.n ?? v.size]) };
};
