import { all, create } from 'mathjs';

const math = create(all, { number: 'number' });

export default ({ expressions }) => ({
  values: expressions.map((text) => math.format(math.evaluate(text, { x: 3 }), { precision: 10 })),
  derivative: math.derivative('x^2 * sin(x)', 'x').toString(),
  simplified: math.simplify('2 x + 3 x - (x - 1)').toString(),
  big: math.format(math.evaluate('bignumber(2)^200')),
  lup: math.format(math.lup([[2, 1], [1, 4]]).U, { precision: 6 }),
  compiled: [1, 2].map((x) => math.compile('sqrt(x) + x!').evaluate({ x })),
});
