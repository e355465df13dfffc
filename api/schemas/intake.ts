import { z } from 'zod';
import { textableNumber } from '../../messages/phone-number.ts';
import { substances } from '../../workflows/domain/compulsory/commands.ts';
import { birthDate, code, language, line, localDate, moment, postcode, safeToText } from './values.ts';

/** Force's own numbers, e.g. `NC-2026-000431`; kept encrypted and never in an event. */
function policeNumber(description: string) {
  return line(40, description);
}

export const mobile = z
  .string()
  .max(30)
  .meta({ description: 'A mobile number of the United Kingdom.', examples: ['07700 900123'] })
  .transform((typed, context) => {
    const number = textableNumber(typed);
    if (number === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'Not a mobile number of the United Kingdom; leave it out where there is none',
        params: { code: 'invalid-phone' },
      });
      return z.NEVER;
    }
    return number;
  });

/** Where the person lives: one of the two, and nothing guessed. */
export const residence = z
  .union(
    [z.strictObject({ postcode }), z.strictObject({ noFixedAbode: z.literal(true) })],
    'Give one of the two: { "postcode": "SA31 2AA" }, or { "noFixedAbode": true }',
  )
  .meta({ description: 'Where the person lives: a postcode, or that there is no fixed abode.' });

/**
 * The officer's form, in twelve questions: name, birth date, nominal number, occurrence number, when the
 * outcome was decided, offence, offence date, residence, mobile, language, safe to text, agreement.
 */
export const referralBody = z
  .strictObject({
    surname: line(100, 'Surname'),
    forenames: line(100, 'Forenames').exactOptional(),
    birthDate: birthDate('Date of birth'),
    nominalNumber: policeNumber('The force’s number of the person'),
    occurrenceNumber: policeNumber(
      'The force’s number of the occurrence; with the nominal number it identifies the outcome',
    ),
    outcomeAt: moment('When the outcome was decided: receipt, where the clocks start'),
    offenceCode: z.enum(['92D', '92E']).meta({
      description: 'Home Office counting rules: 92D possession except cannabis, 92E possession of cannabis',
    }),
    offenceDate: localDate('Date of the offence; age is judged on it'),
    residence,
    mobile: mobile.exactOptional(),
    language: language.exactOptional(),
    safeToText: safeToText.exactOptional(),
    agreed: z
      .literal(true, 'Without agreement there is no referral')
      .meta({ description: 'The person agreed to be referred' }),
  })
  .superRefine(({ birthDate: born, offenceDate }, context) => {
    if (born >= offenceDate) {
      context.addIssue({
        code: 'custom',
        path: ['birthDate'],
        message: 'The birth lies after the offence',
        params: { code: 'invalid-date' },
      });
    }
  });

export type ReferralBody = z.output<typeof referralBody>;

const basis = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('trigger-offence'), offenceCode: code('The offence arrested for') }),
  z.strictObject({
    kind: z.literal('inspector-authority'),
    inspectorId: code('Account id of the inspector who authorised the sample'),
    authorisedAt: moment('When it was authorised'),
    groundsCode: code('The recorded grounds'),
  }),
  z.strictObject({ kind: z.literal('voluntary') }),
]);

/** A test in custody. A positive one under a legal basis opens a compulsory pathway; others are counted. */
export const drugTestBody = z.strictObject({
  surname: line(100, 'Surname'),
  forenames: line(100, 'Forenames').exactOptional(),
  birthDate: birthDate('Date of birth'),
  nominalNumber: policeNumber('The force’s number of the person').exactOptional(),
  testedAt: moment('When the sample was tested'),
  suiteCode: code('The custody suite'),
  basis,
  selectionReasonCode: code('Why this person was tested; "intelligence-led" is a reason and no legal basis'),
  results: z
    .array(z.strictObject({ substance: z.enum(substances), result: z.enum(['positive', 'negative']) }))
    .min(1)
    .max(substances.length)
    .refine(
      (results) => new Set(results.map(({ substance }) => substance)).size === results.length,
      'One result a substance',
    ),
  residence: residence.exactOptional(),
  mobile: mobile.exactOptional(),
  language: language.exactOptional(),
  safeToText: safeToText.exactOptional(),
});

export type DrugTestBody = z.output<typeof drugTestBody>;
