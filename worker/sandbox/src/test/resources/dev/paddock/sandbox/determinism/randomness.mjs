// Whatever draws numbers.
export default () => {
  const drawn = [Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(5))]];
  drawn.push([1, 2, 3, 4, 5, 6, 7, 8].sort(() => Math.random() - 0.5), Math.random());
  return drawn;
};
