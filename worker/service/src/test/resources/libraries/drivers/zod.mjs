import { z } from 'zod';

const Order = z.object({
  id: z.uuid(),
  customer: z.object({ mail: z.email(), age: z.number().int().min(18).optional() }),
  lines: z.array(z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('goods'), weight: z.number().positive() }),
    z.object({ kind: z.literal('service'), hours: z.coerce.number() }),
  ])).min(1),
  note: z.string().trim().default('none').transform((text) => text.toUpperCase()),
}).strict();

export default (orders) => orders.map((order) => {
  const result = Order.safeParse(order);
  return result.success ? result.data : result.error.issues.map(({ code, path, message }) => ({ code, path, message }));
});
