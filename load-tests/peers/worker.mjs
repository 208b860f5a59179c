/**
 * A Kafka worker that runs scripts. Takes its settings as JSON in its only argument: `client`,
 * `isolation`, `brokers`, `group`, `requests`, `results`, `worker`, and `watched` where scripts may
 * hold its thread. Ends with the process that started it.
 */
import { Worker } from 'node:worker_threads';
import { CLIENTS } from './clients.mjs';
import { answering } from './isolation.mjs';

const settings = JSON.parse(process.argv[2]);

process.stdin.on('end', () => process.exit(0)).resume();
if (settings.watched) {
  // Standard input is not looked at while a script holds the thread.
  new Worker(
    `setInterval(() => {
       if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL');
     }, 500);`,
    { eval: true },
  ).unref();
}

await CLIENTS[settings.client](settings, await answering(settings.isolation));
