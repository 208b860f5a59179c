import { Engine } from 'json-rules-engine';

export default async ({ rules, facts }) => {
  const engine = new Engine(rules);
  engine.addFact('limit', async () => 100);
  engine.addOperator('startsWith', (value, start) => value.startsWith(start));
  const { events, failureEvents } = await engine.run(facts);
  return { events, failures: failureEvents.map((event) => event.type) };
};
