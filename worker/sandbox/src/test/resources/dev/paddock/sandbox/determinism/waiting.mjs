// In which order things come that are waited for, however long the work in between takes.
const work = (rounds) => { let sum = 0; for (let i = 0; i < rounds; i++) { sum += i % 7; } return sum; };

export default async () => {
  const order = [];
  const note = (name) => () => order.push(`${name}@${performance.now()}`);
  setTimeout(note('2 ms'), 2);
  work(200000);
  setTimeout(note('1 ms, asked for later'), 1);
  setTimeout(note('0 ms'), 0);
  setTimeout(note('half a ms'), 0.5);
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = note('message');
  port1.postMessage(1);
  queueMicrotask(note('microtask'));
  Promise.resolve().then(note('promise'));
  const interval = setInterval(() => { work(1000); note('interval')(); }, 3);
  await new Promise((resolve) => setTimeout(resolve, 10));
  clearInterval(interval);
  const { signal } = new AbortController();
  await new Promise((resolve) => AbortSignal.timeout(4).addEventListener('abort', resolve));
  return [...order, Date.now(), signal.aborted];
};
