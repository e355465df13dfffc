import { z } from 'zod';
import { roles } from '../../workflows/domain/common/actor.ts';

const largestPage = 500;

export const changesQuery = z.strictObject({
  after: z
    .string()
    .min(1)
    .max(400)
    .exactOptional()
    .meta({ description: '`next` of the answer before; left out, from the first event on' }),
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/, 'A whole number from 1 on')
    .default('100')
    .transform((text) => Math.min(Number(text), largestPage))
    .meta({ description: `At most ${String(largestPage)}; more is cut to that` }),
});

const instant = z
  .string()
  .meta({ format: 'date-time', description: 'An instant in UTC, to the millisecond' });

export const changeList = z
  .strictObject({
    items: z.array(
      z.strictObject({
        pathwayId: z.string().meta({ format: 'uuid' }),
        reference: z.string(),
        kind: z.enum(['diversion', 'compulsory']),
        seq: z.int().meta({ description: 'Its place in the ledger of the pathway' }),
        type: z.string(),
        stage: z.string().nullable().meta({ description: 'The stage from this event on; null: as before' }),
        occurredAt: instant,
        recordedAt: instant,
        commandId: z.string().meta({ description: 'Whoever sent the command knows it by this' }),
        actorId: z.string(),
        actorRole: z.enum(roles),
      }),
    ),
    next: z.string().meta({ description: 'Ask again with this, also when there is nothing more now' }),
    more: z.boolean().meta({ description: 'There is more now' }),
  })
  .meta({ id: 'ChangeList' });
