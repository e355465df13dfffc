import { z } from 'zod';
import { instant } from './answers.ts';
import { code, line } from './values.ts';

/** What is shown of places to the people who come there. */

export const placeParams = z.strictObject({
  organisationId: code('The organisation'),
  placeCode: code('A place of this organisation'),
});

const longest = 120;

export const newShownPlace = z.strictObject({
  words: z
    .strictObject({
      en: line(longest, 'To who reads English, e.g. a street address'),
      cy: line(longest, 'To who reads Welsh'),
    })
    .nullable()
    .meta({
      description:
        'On the person’s page, in their calendar and in letters; it may tell neither what the place is for nor whose it is. null: taken back, and nothing is shown',
      examples: [{ en: '1 Stryd Enghraifft, Carmarthen', cy: '1 Stryd Enghraifft, Caerfyrddin' }],
    }),
});

export const shownPlace = z
  .strictObject({
    placeCode: z.string(),
    name: z.string(),
    nameCy: z.string(),
    address: z.string(),
    postcode: z.string(),
    words: z
      .strictObject({ en: z.string(), cy: z.string() })
      .nullable()
      .meta({ description: 'Recorded as safe to show; null: none, and nothing is shown' }),
    telling: z.array(z.string()).meta({
      description:
        'What in the words tells by now what the place is for: where this is not empty, they are recorded and not shown',
    }),
    changedBy: z
      .string()
      .nullable()
      .meta({ description: 'Who set the words or took them back; null: nobody ever did' }),
    updatedAt: instant.nullable(),
  })
  .meta({ id: 'ShownPlace' });

export const shownPlaceList = z.strictObject({ items: z.array(shownPlace) }).meta({ id: 'ShownPlaceList' });
