// Returns a promise that never settles, and keeps a timer alive. The wall-clock quota ends the wait.
export default () =>
  new Promise(() => {
    setInterval(() => {}, 1_000);
  });
