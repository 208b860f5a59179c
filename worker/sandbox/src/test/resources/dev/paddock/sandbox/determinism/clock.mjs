// Every way to read the clock, with work of uncertain length in between.
const work = () => { let sum = 0; for (let i = 0; i < 20000; i++) { sum += i % 7; } return sum; };

class Day extends Date {}

export default async (input, context) => {
  const seen = [Date.now(), new Date().getTime(), Date(), String(new Date()), +new Day()];
  work();
  seen.push(performance.now(), performance.timeOrigin, context.now, new Event('e').timeStamp);
  const end = Date.now() + 3;
  let looks = 0;
  while (Date.now() < end) { looks++; }
  seen.push(looks, performance.now());
  await new Promise((resolve) => setTimeout(resolve, 7));
  work();
  seen.push(Date.now(), performance.now());
  console.time('t');
  work();
  console.timeEnd('t');
  const day = new Date(2024, 2, 10, 2, 30);
  return [...seen, day.getTime(), day.getTimezoneOffset(), day.getHours(), day.toString(),
    day.toTimeString(), day.toDateString(), Date.parse('2024-03-10T02:30'),
    new Date(1e12).toLocaleString(), new Date(1e12).toLocaleDateString('de'),
    Intl.DateTimeFormat().resolvedOptions().timeZone];
};
