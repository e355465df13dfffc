import { z } from 'zod';
import { instant, text } from './answers.ts';
import { code } from './values.ts';

const mostSlots = 10_000;

export const newCapacity = z.strictObject({
  providerId: code('The provider; its own people name their own'),
  openSlots: z.int().min(0).max(mostSlots).nullable().meta({
    description: 'How many of those who wait for its word it can take at present; null: it sets no limit',
  }),
});

export const capacityLine = z
  .strictObject({
    providerId: z.string(),
    openSlots: z.int().nullable().meta({ description: 'null: it sets no limit' }),
    saidAt: instant.nullable(),
    saidText: text.nullable(),
    unaccepted: z.int().meta({ description: 'Referrals that it has and has not accepted' }),
    waiting: z
      .int()
      .meta({ description: 'Those of them beyond its open slots: the list waiting=true&provider=…' }),
  })
  .meta({ id: 'ProviderCapacity' });

export const capacityList = z.strictObject({ items: z.array(capacityLine) });
