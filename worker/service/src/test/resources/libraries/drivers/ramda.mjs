import * as R from 'ramda';

export default ({ orders }) => ({
  totals: R.pipe(R.groupBy(R.prop('customer')), R.map(R.pipe(R.pluck('total'), R.sum)), R.toPairs, R.sortWith([R.descend(R.last)]))(orders),
  lens: R.over(R.lensPath(['a', 0, 'b']), R.inc, { a: [{ b: 1 }] }),
  transduced: R.transduce(R.compose(R.filter(R.propSatisfies(R.gt(R.__, 10), 'total')), R.map(R.prop('id'))), R.flip(R.append), [], orders),
  curried: R.curry((a, b, c) => a + b + c)(1)(R.__, 3)(2),
  equal: R.equals(new Map([[1, [new Date(0)]]]), new Map([[1, [new Date(0)]]])),
  evolved: R.evolve({ total: R.multiply(2), name: R.toUpper }, orders[0]),
});
