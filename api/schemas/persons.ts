import { z } from 'zod';
import { contradictions } from '../../store/person-merges.ts';
import { personFactKinds } from '../../workflows/domain/common/person-fact.ts';
import { standingItem } from './facts.ts';
import { mobile } from './intake.ts';
import { birthDate, code, line } from './values.ts';

/** People, and the decisions that two rows are one human being or not. */

const instant = z
  .string()
  .meta({ format: 'date-time', description: 'An instant in UTC, to the millisecond' });
const uuid = z.string().meta({ format: 'uuid' });

const contradiction = z.enum(contradictions);

export const mergeBody = z.strictObject({
  otherPersonId: z
    .string()
    .max(36)
    .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'must be a UUID in lower case')
    .meta({ format: 'uuid', description: 'The row that is the same human being' }),
  reason: code('Why they are the same, by code'),
  confirm: z
    .array(contradiction)
    .max(contradictions.length)
    .meta({ description: 'The contradictions that the caller has seen and merges over' })
    .exactOptional(),
});

export const splitBody = z.strictObject({
  mergeId: z.string().max(36).meta({ format: 'uuid', description: 'The merge that was none' }),
  reason: code('Why they are two, by code'),
});

/** By what an answer on the telephone gives: each as people spell it. */
export const personSearchBody = z
  .union(
    [
      z.strictObject({ mobile }),
      z.strictObject({
        surname: line(100, 'Surname'),
        forenames: line(
          100,
          'The first of them counts. Left out, it finds only those of whom none is known',
        ).exactOptional(),
        birthDate: birthDate('Date of birth'),
      }),
      z.strictObject({
        nominalNumber: line(40, 'The force’s own number of the person; for the police and the manager'),
      }),
    ],
    'one of the three: { "mobile": "07700 900123" }, { "surname": "Howell", "forenames": "Cerys", "birthDate": "1994-05-02" }, or { "nominalNumber": "N1" }',
  )
  .meta({ id: 'PersonSearch' });

const identity = z.strictObject({
  surname: z.string(),
  forenames: z.string().nullable(),
  birthDate: z.string(),
  nominalNumber: z
    .string()
    .nullable()
    .meta({ description: 'The force’s own number; null where there is none, or not for your role' }),
});

const contact = z.strictObject({
  address: z.string().nullable(),
  postcode: z.string().nullable(),
  mobile: z.string().nullable(),
  email: z.string().nullable(),
  language: z.enum(['en', 'cy']).nullable(),
  safeToText: z.enum(['yes', 'no']).nullable().meta({
    description:
      'As it was said last of the number in use, of any row of a merged person; null: not asked, which means no',
  }),
});

const merge = z.strictObject({
  mergeId: uuid,
  personId: uuid,
  otherPersonId: uuid,
  reason: z.string(),
  confirmed: z
    .array(contradiction)
    .nullable()
    .meta({ description: 'The contradictions that were merged over; null: not for your role' }),
  mergedAt: instant,
  mergedBy: z.string(),
  split: z
    .strictObject({ at: instant, by: z.string(), reason: z.string() })
    .nullable()
    .meta({ description: 'null: the merge holds' }),
});

export const personView = z
  .strictObject({
    personId: uuid,
    identity,
    contact: contact.nullable().meta({ description: 'null: not for your role' }),
    cautions: z.array(standingItem).meta({
      description:
        'What to know before reaching them, of what the caller may know: a death, custody, a danger, texts stopped, a consent taken back, a way of being reached that was not said yes to. Empty: nothing of that kind stands. All that was told: `GET /persons/{personId}/facts`',
    }),
    sameAs: z
      .array(z.strictObject({ personId: uuid, identity }))
      .meta({ description: 'The other rows of the same human being; each keeps what it says' }),
    possibleMatches: z
      .array(
        z.strictObject({
          personId: uuid,
          identity,
          basis: z.string().meta({ description: 'Why they may be the same, by code' }),
          foundAt: instant,
          merged: z.boolean(),
        }),
      )
      .meta({ description: 'Who may be the same human being. Nobody is merged but by a person.' }),
    pathways: z.array(
      z.strictObject({
        pathwayId: uuid,
        personId: uuid,
        reference: z.string(),
        kind: z.enum(['diversion', 'compulsory']),
        stage: z.string(),
        receivedAt: instant,
        closedAt: instant.nullable(),
      }),
    ),
    merges: z.array(merge).meta({ description: 'Merges and splits, oldest first' }),
  })
  .meta({ id: 'PersonView' });

export const mergeAnswer = merge
  .extend({ sameAs: z.array(uuid).meta({ description: 'The other rows of the same human being' }) })
  .meta({ id: 'MergeAnswer' });

export const splitAnswer = merge
  .extend({
    carriedAcross: z
      .array(
        z.strictObject({
          factId: uuid,
          fact: z.enum(personFactKinds),
          personId: uuid,
          pathwayIds: z.array(uuid),
        }),
      )
      .meta({
        description:
          'What was told of the one and acted on by pathways of the other while they were one. A split does not take it back: a person looks at each.',
      }),
  })
  .meta({ id: 'SplitAnswer' });

export const peopleFound = z
  .strictObject({
    words: z.string().meta({ description: 'What was found, and of an empty list what that means' }),
    complete: z.boolean().meta({ description: 'false: there are more than are shown; ask by more' }),
    items: z.array(
      z.strictObject({
        personId: uuid,
        identity,
        pathways: z
          .array(
            z.strictObject({
              pathwayId: uuid,
              reference: z.string(),
              kind: z.enum(['diversion', 'compulsory']),
              stage: z.string(),
            }),
          )
          .meta({ description: 'Those that are open and that the caller may read' }),
      }),
    ),
  })
  .meta({ id: 'PeopleFound' });
