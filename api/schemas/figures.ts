import { z } from 'zod';
import { roles } from '../../workflows/domain/common/actor.ts';
import { consentPurposes } from '../../workflows/domain/common/consent.ts';
import { instant, text } from './answers.ts';
import { line, moment } from './values.ts';

/** Every figure says what it counts: a number without its definition is read as another one. */
const count = (definition: string) => z.int().meta({ description: definition });

export const definitionsOfReferrals = {
  received:
    'Referrals of the voluntary path that were received up to this instant, by the date of receipt; those found void since are in none of the numbers.',
  open: 'Those of them that had not ended at this instant, by the dates in the world as they are known today.',
  closed:
    'Those of them that had ended, for whatever reason; who went on in treatment counts from the limit on. Open and closed add up to received.',
  people:
    'Human beings among them: who was referred twice, or has several rows that a person has merged, counts once.',
  areas:
    'By where the person lives, as last said; each area with its intensity. They add up to the whole, with those of no area.',
  leftOut: 'Referrals that are in none of the numbers because the person does not agree to this purpose now.',
} as const;

const givenOut = {
  received: count(definitionsOfReferrals.received),
  open: count(definitionsOfReferrals.open),
  closed: count(definitionsOfReferrals.closed),
  people: count(definitionsOfReferrals.people),
};

export const publication = z
  .strictObject({
    asAt: instant,
    asAtText: text,
    version: z.int().meta({ description: '1 the first; each later one corrects the one before' }),
    reason: z.string(),
    ...givenOut,
    publishedAt: instant,
    publishedText: text,
    by: z.strictObject({ userId: z.string(), role: z.enum(roles) }),
  })
  .meta({ id: 'PublishedFigures', description: 'Numbers as they were given out; they never change' });

export const referralFiguresAnswer = z.strictObject({
  asAt: instant,
  asAtText: text,
  ...givenOut,
  areas: z.array(
    z.strictObject({
      area: z.string().nullable().meta({ description: 'null: in none of the force’s areas, or not known' }),
      name: z.string().nullable(),
      intensity: z
        .enum(['intensive', 'non-intensive'])
        .nullable()
        .meta({ description: 'As the Drug Interventions Programme calls areas with more testing' }),
      received: z.int(),
      open: z.int(),
      closed: z.int(),
    }),
  ),
  agreedTo: z.enum(consentPurposes).nullable().meta({ description: 'null: everybody is counted' }),
  leftOut: count(definitionsOfReferrals.leftOut),
  counts: z.string().meta({ description: 'What is counted' }),
  definitions: z.strictObject({
    received: z.string(),
    open: z.string(),
    closed: z.string(),
    people: z.string(),
    areas: z.string(),
    leftOut: z.string(),
  }),
  status: z.enum(['provisional', 'final', 'revised']).meta({
    description:
      '`provisional`: not given out. `final`: as given out last. `revised`: something recorded since has changed them',
  }),
  publications: z.array(publication).meta({
    description: 'The revision log: every version that was given out for this instant, the first one first',
  }),
});

export const newPublication = z.strictObject({
  asAt: moment('The instant, e.g. the end of a quarter'),
  reason: line(
    300,
    'Why it is given out, or what has changed since the version before. No person is named here',
  ),
});

export const consentFiguresAnswer = z.strictObject({
  asAt: instant,
  asAtText: text,
  people: z.int(),
  purposes: z.array(
    z.strictObject({
      purpose: z.enum(consentPurposes),
      given: z.int(),
      withdrawn: z.int(),
      notAsked: z.int(),
    }),
  ),
  definitions: z.strictObject({ people: z.string(), purposes: z.string() }),
});

export const dangerFiguresAnswer = z.strictObject({
  asAt: instant,
  asAtText: text,
  people: z.int().nullable().meta({ description: 'null: from one to four, and so not told' }),
  suppressed: z.boolean(),
  definition: z.string(),
});
