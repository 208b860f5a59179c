// How numbers come out, and whether code that has been compiled counts as code that has not.
const functions = ['sin', 'cos', 'tan', 'exp', 'log', 'log10', 'log2', 'log1p', 'expm1', 'sinh', 'cosh',
  'tanh', 'asin', 'acos', 'atan', 'cbrt', 'sqrt'];
const values = (x) => functions.map((name) => Math[name](x)).concat(x ** 2.7, Math.atan2(x, 3), Math.hypot(x, 2));

export default () => {
  const cold = values(0.7).join();
  let sum = 0;
  for (let i = 0; i < 4000; i++) { sum += values((i % 100) / 100)[i % functions.length]; }
  return [cold === values(0.7).join(), cold, sum, 0.1 + 0.2, 1e21, 1 / 3, -0, 5e-324, 123456789.125.toFixed(2),
    (255).toString(36), (0.1).toString(2), (1e-7).toPrecision(3), 1.005.toFixed(2), 2 ** 70, (2n ** 90n).toString(),
    parseFloat('1e400'), [3, 1, 2, 10].sort(), Math.sumPrecise([0.1, 0.2, 0.3])];
};
