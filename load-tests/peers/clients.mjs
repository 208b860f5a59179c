/**
 * Kafka workers, by the client that they use: each joins a group, answers requests in their order,
 * and commits offsets after the results are written (at least once). Results go out a few at a time,
 * so that the first need not wait for the last.
 */

/** So many results are sent together at the most, or those of so long. */
const MOST_TOGETHER = 100;
const LONGEST_MILLIS = 20;

const SESSION_MILLIS = 30_000;

/** Sends results a few at a time, without waiting for each to be there. */
class Outlet {
  #send;
  #results = [];
  #begun = 0;
  #underWay = [];

  constructor(send) {
    this.#send = send;
  }

  add(result) {
    if (this.#results.length === 0) this.#begun = performance.now();
    this.#results.push(result);
    if (this.isDue()) this.flush();
  }

  isDue() {
    return (
      this.#results.length >= MOST_TOGETHER || performance.now() - this.#begun >= LONGEST_MILLIS
    );
  }

  flush() {
    if (this.#results.length > 0) {
      this.#underWay.push(this.#send(this.#results));
      this.#results = [];
    }
  }

  /** Waits until all is written. */
  async settle() {
    this.flush();
    await Promise.all(this.#underWay.splice(0));
  }
}

async function kafkajs({ brokers, group, requests, results, worker }, answer) {
  const { Kafka, logLevel } = await import('kafkajs');
  const kafka = new Kafka({ clientId: worker, brokers, logLevel: logLevel.ERROR });
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: group, sessionTimeout: SESSION_MILLIS });
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topic: requests, fromBeginning: true });
  const headers = { worker };
  const outlet = new Outlet((messages) => producer.send({ topic: results, messages, acks: -1 }));
  await consumer.run({
    eachBatchAutoResolve: false,
    async eachBatch({ batch, resolveOffset, heartbeat, isRunning, isStale }) {
      let done;
      for (const { key, value, offset } of batch.messages) {
        if (!isRunning() || isStale()) break;
        outlet.add({ key, value: await answer(value), headers });
        done = offset;
        await heartbeat();
      }
      await outlet.settle();
      if (done !== undefined) resolveOffset(done);
    },
  });
}

async function platformatic({ brokers, group, requests, results, worker }, answer) {
  const { Consumer, Producer } = await import('@platformatic/kafka');
  const producer = new Producer({ clientId: worker, bootstrapBrokers: brokers });
  const consumer = new Consumer({
    clientId: worker,
    bootstrapBrokers: brokers,
    groupId: group,
    sessionTimeout: SESSION_MILLIS,
    autocommit: false,
  });
  const stream = await consumer.consume({
    topics: [requests],
    mode: 'committed',
    fallbackMode: 'earliest',
  });
  const headers = new Map([[Buffer.from('worker'), Buffer.from(worker)]]);
  const outlet = new Outlet((messages) => producer.send({ messages, acks: -1 }));
  const done = new Map();
  for await (const { key, value, partition, offset } of stream) {
    outlet.add({ topic: results, key, value: Buffer.from(await answer(value)), headers });
    done.set(partition, offset);
    if (stream.readableLength === 0 || outlet.isDue()) {
      await outlet.settle();
      await consumer.commit({
        offsets: [...done].map(([number, last]) => ({
          topic: requests,
          partition: number,
          offset: last + 1n,
          leaderEpoch: 0,
        })),
      });
      done.clear();
    }
  }
}

export const CLIENTS = { kafkajs, platformatic };
