import { z } from 'zod';
import { instant, text, uuid } from './answers.ts';
import { line } from './values.ts';

export const keptPeople = z.strictObject({
  asAt: instant,
  items: z.array(
    z.strictObject({
      personId: uuid,
      cases: z.int(),
      endedAt: instant.meta({ description: 'When the last case ended' }),
      keptUntil: instant.meta({ description: 'Until when the force said that details are kept' }),
      keptText: text,
    }),
  ),
  next: uuid
    .nullable()
    .meta({ description: '`after` of the next page, also of one that found nobody yet; null at the end' }),
});

export const newErasure = z.strictObject({
  reason: line(300, 'Why nothing speaks against it. No person is named here'),
});

export const erasureAnswer = z
  .strictObject({ personId: uuid, erasedAt: instant, erasedText: text })
  .meta({ id: 'Erasure', description: 'The details are gone; cases, events and counts stay' });
