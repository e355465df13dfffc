import { z } from 'zod';
import { letterPurposes } from '../../messages/letters/letter-words.ts';
import { languages } from '../../workflows/domain/common/contact-preference.ts';
import { instant } from './answers.ts';
import { line, reference } from './values.ts';

/** Letters to print, and where they come from. */

export const letterQuery = z.strictObject({
  purpose: z
    .enum(letterPurposes)
    .meta({ description: 'What the letter tells; neither is a notice that the law asks for' }),
  appointmentId: reference(
    'Of the letter about an appointment; left out: the next one that is booked',
  ).exactOptional(),
  language: z
    .enum([...languages, 'both'])
    .exactOptional()
    .meta({ description: 'Left out: the person’s own; both where nobody has asked' }),
});

export const letterPage = z.string().meta({ description: 'A page that is printed as it stands' });

export const newLetterhead = z.strictObject({
  lines: z.array(line(60, 'One line of the return address')).min(1).max(6).meta({
    description: 'The return address, which shows on the envelope: it may not tell what the letter is about',
  }),
  phone: z
    .string()
    .max(20)
    .regex(/^\+?[0-9][0-9 ()]{5,18}$/, 'must be a phone number')
    .meta({ description: 'To be rung' }),
});

export const letterheadAnswer = z
  .strictObject({
    lines: z
      .array(z.string())
      .nullable()
      .meta({ description: 'null: none is set, and no letter can be made' }),
    phone: z.string().nullable(),
    changedBy: z.string().nullable(),
    updatedAt: instant.nullable(),
  })
  .meta({ id: 'Letterhead' });
