import { z } from 'zod';
import { roles } from '../../workflows/domain/common/actor.ts';
import { amendableDetails, amendmentReasons } from '../../workflows/domain/diversion/amendment.ts';

/** What the ledger names and does not hold: notes, and what details were before and after. */

const uuid = z.string().meta({ format: 'uuid' });
const instant = z
  .string()
  .meta({ format: 'date-time', description: 'An instant in UTC, to the millisecond' });

const entry = {
  seq: z.int().meta({ description: 'The event of the ledger that brought it into force' }),
  occurredAt: instant,
  occurredText: z.string().meta({ description: 'In words, UK local time' }),
  recordedAt: instant,
  by: z.strictObject({ userId: z.string(), role: z.enum(roles), organisationId: z.string() }),
};

export const noteList = z
  .strictObject({
    pathwayId: uuid,
    items: z.array(z.strictObject({ noteId: uuid, ...entry, text: z.string() })),
  })
  .meta({ id: 'Notes' });

const value = z.string().nullable();

export const amendmentList = z
  .strictObject({
    pathwayId: uuid,
    items: z.array(
      z.strictObject({
        amendmentId: uuid,
        ...entry,
        command: z.enum(['amend-details', 'record-move']),
        reason: z.enum(amendmentReasons).nullable().meta({ description: 'A move has none' }),
        ofFormerPerson: z.boolean().meta({
          description: 'The referral was somebody else’s then: no value is told, each is null',
        }),
        details: z.array(z.strictObject({ detail: z.enum(amendableDetails), old: value, new: value })),
      }),
    ),
  })
  .meta({ id: 'Amendments' });
