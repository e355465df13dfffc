import { z } from 'zod';
import { anySpelling, textableNumber } from '../../messages/phone-number.ts';
import { substances } from '../../workflows/domain/compulsory/commands.ts';
import {
  mayHaveOrigin,
  releaseUnknowns,
  treatmentRequirements,
} from '../../workflows/domain/diversion/referral-origin.ts';
import { referralSources, waysOfSource } from '../../workflows/domain/diversion/referral-source.ts';
import {
  birthDate,
  code,
  email,
  language,
  line,
  localDate,
  moment,
  newId,
  postcode,
  safeToText,
} from './values.ts';

/** Force's own numbers, e.g. `NC-2026-000431`; kept encrypted and never in an event. */
function policeNumber(description: string) {
  return line(40, description);
}

export const mobile = z
  .string()
  .max(30)
  .meta({ description: 'A mobile number of the United Kingdom.', examples: ['07700 900123'] })
  .transform((typed, context) => {
    // Whether one that belongs to nobody is taken is asked where it is known (api/mobile-numbers.ts).
    const number = textableNumber(typed, anySpelling);
    if (number === undefined) {
      context.addIssue({
        code: 'custom',
        message:
          'must be a mobile number of the United Kingdom, e.g. 07700 900123; leave it out where there is none',
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
    'one of the two: { "postcode": "SA31 2AA" }, or { "noFixedAbode": true }',
  )
  .meta({ description: 'Where the person lives: a postcode, or that there is no fixed abode.' });

const agreed = z
  .literal(true, {
    error: ({ input }) => {
      if (input === false) return 'must be true: without agreement there is no referral';
      return input === undefined ? undefined : 'must be true or false';
    },
  })
  .meta({ description: 'The person agreed to be referred' });

const nameAndBirth = {
  surname: line(100, 'Surname'),
  forenames: line(100, 'Forenames').exactOptional(),
  birthDate: birthDate('Date of birth'),
};

const reachedBy = {
  residence,
  mobile: mobile.exactOptional(),
  language: language.exactOptional(),
  safeToText: safeToText.exactOptional(),
};

/** What an officer has in hand where an offence was dealt with. */
const outcome = {
  nominalNumber: policeNumber('The force’s number of the person'),
  occurrenceNumber: policeNumber(
    'The force’s number of the occurrence; with the nominal number it identifies the outcome',
  ),
  outcomeAt: moment('When the outcome was decided: receipt, where the clocks start'),
  offenceDate: localDate('Date of the offence; age is judged on it'),
};

const possession = z.enum(['92D', '92E']).meta({
  description: 'Home Office counting rules: 92D possession except cannabis, 92E possession of cannabis',
});

/** Home Office counting rules. */
const anyOffence = code('The offence, Home Office counting rules');

const ofThePolice = z
  .literal(
    'police',
    'must be police with this via or none; for every other source via says how: form, outreach or other',
  )
  .exactOptional()
  .meta({ description: 'Left out, it is the police.' });

/** A drug by the code of the substance list, where it is known. */
const drugCode = code('Code of the substance list').exactOptional();

const addresses = {
  address: line(200, 'Address, without the postcode').exactOptional(),
  email: email.exactOptional(),
};

function refuseLaterBirth(
  { birthDate: born, offenceDate }: { readonly birthDate: string; readonly offenceDate?: string },
  context: z.core.$RefinementCtx,
): void {
  if (offenceDate === undefined || born < offenceDate) return;
  context.addIssue({
    code: 'custom',
    path: ['birthDate'],
    message: 'must lie before the offence',
    params: { code: 'before-the-start' },
  });
}

/**
 * The officer's form, in twelve questions: name, birth date, nominal number, occurrence number, when the
 * outcome was decided, offence, offence date, residence, mobile, language, safe to text, agreement.
 */
const communityResolution = z
  .strictObject({
    source: ofThePolice,
    via: z
      .literal('acr')
      .exactOptional()
      .meta({ description: 'An Adult Community Resolution: what it is where nothing is said.' }),
    ...{ ...nameAndBirth, ...outcome, offenceCode: possession, ...reachedBy, agreed },
  })
  .superRefine(refuseLaterBirth);

const mostConditions = 10;

const condition = z.strictObject({
  conditionId: newId('Left out: the id of this request, a colon and the place in the list').exactOptional(),
  code: code('What is to be done, by code, e.g. attend-assessment'),
  dueAt: moment('By when; after the caution was given'),
});

const conditionalCaution = z
  .strictObject({
    source: ofThePolice,
    via: z.literal('conditional-caution'),
    ...{ ...nameAndBirth, ...outcome, offenceCode: anyOffence, drugCode },
    conditions: z
      .array(condition)
      .min(1)
      .max(mostConditions)
      .meta({ description: 'What is not met tells the officer in the case; nothing follows by itself.' }),
    ...{ ...reachedBy, ...addresses, agreed },
  })
  .superRefine(refuseLaterBirth);

const outcome22 = z
  .strictObject({
    source: ofThePolice,
    via: z.literal('outcome-22'),
    ...{ ...nameAndBirth, ...outcome, offenceCode: anyOffence, drugCode },
    ...{ ...reachedBy, ...addresses, agreed },
  })
  .superRefine(refuseLaterBirth);

const prison = z
  .strictObject({
    prisonCode: code('The prison'),
    expectedRelease: localDate('When the person is to be released, as it is set today').exactOptional(),
    releaseUnknown: z
      .enum(releaseUnknowns)
      .exactOptional()
      .meta({ description: 'Why nobody can say when; in place of a day' }),
  })
  .refine(
    ({ expectedRelease, releaseUnknown }) =>
      (expectedRelease === undefined) !== (releaseUnknown === undefined),
    'must hold one of the two: expectedRelease, or releaseUnknown with the reason',
  )
  .transform(({ prisonCode, expectedRelease, releaseUnknown }) => ({
    ...{ prisonCode, expectedRelease: expectedRelease ?? null },
    ...(releaseUnknown === undefined ? {} : { releaseUnknown }),
  }))
  .meta({ description: 'Of a referral from prison: which, and when the person will be released.' });

const courtOrder = z
  .strictObject({
    requirement: z.enum(treatmentRequirements),
    madeOn: localDate('When the court made the order'),
  })
  .meta({
    description: 'Of a referral from a court or from probation: an order with a treatment requirement.',
  });

/** Whoever comes without a disposal; a police record is not needed. */
const withoutDisposal = z
  .strictObject({
    source: z.enum(referralSources).meta({
      description:
        'Who refers: officers for the police, the prison link worker for the prison, a provider all else.',
    }),
    via: z.enum(['form', 'outreach', 'cell-sweep', 'required-assessment', 'self-help', 'other']).meta({
      description:
        'police: cell-sweep, outreach, required-assessment, self-help or other; every other source: form, outreach or other',
    }),
    ...nameAndBirth,
    nominalNumber: policeNumber(
      'The force’s number of the person; only of the police and the prison',
    ).exactOptional(),
    receivedAt: moment(
      'When the referral was made, where the clocks start; left out, it is now',
    ).exactOptional(),
    offenceCode: anyOffence.exactOptional(),
    offenceDate: localDate('Date of an offence that is known; age is then judged on it').exactOptional(),
    drugCode,
    prison: prison.exactOptional(),
    courtOrder: courtOrder.exactOptional(),
    ...{ ...reachedBy, ...addresses, agreed },
  })
  .superRefine(refuseLaterBirth)
  .superRefine(({ source, via, nominalNumber, ...origin }, context) => {
    for (const part of ['prison', 'courtOrder'] as const) {
      if (origin[part] === undefined || mayHaveOrigin(part, source)) continue;
      const message = `is not asked where the source is ${source}; leave it out`;
      context.addIssue({ code: 'custom', path: [part], message });
    }
    if (!waysOfSource[source].includes(via)) {
      const message = `must be one of ${waysOfSource[source].join(', ')} where the source is ${source}`;
      context.addIssue({ code: 'custom', path: ['via'], message });
    }
    if (nominalNumber !== undefined && source !== 'police' && source !== 'prison') {
      context.addIssue({
        code: 'custom',
        path: ['nominalNumber'],
        message: 'is taken only from the police and the prison; leave it out',
      });
    }
  });

/** A referral of any source, told apart by the way it comes. */
export const referralBody = z.discriminatedUnion('via', [
  communityResolution,
  conditionalCaution,
  outcome22,
  withoutDisposal,
]);

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
      'must have one result for each substance',
    ),
  residence: residence.exactOptional(),
  mobile: mobile.exactOptional(),
  language: language.exactOptional(),
  safeToText: safeToText.exactOptional(),
});

export type DrugTestBody = z.output<typeof drugTestBody>;
