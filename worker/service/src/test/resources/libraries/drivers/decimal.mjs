import Decimal from 'decimal.js';

Decimal.set({ precision: 40 });

export default ({ amounts }) => ({
  sum: amounts.reduce((sum, a) => sum.plus(a), new Decimal(0)),
  pi: Decimal.acos(-1),
  root: new Decimal(2).sqrt(),
  power: new Decimal('1.05').pow(30),
  rounded: ['0.5', '1.5', '2.5'].map((x) => new Decimal(x).toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN)),
  hex: new Decimal(255.5).toHexadecimal(),
});
