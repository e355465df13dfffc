import { z } from 'zod';
import type { CommandAnswer } from '../../workflows/contract/envelope.ts';
import { roles } from '../../workflows/domain/common/actor.ts';
import { personFactKinds } from '../../workflows/domain/common/person-fact.ts';
import { markers } from '../../workflows/domain/compulsory/commands.ts';
import { problems } from '../problems.ts';
import type { ProblemDocument } from '../problems.ts';

/** What the routes answer with. The description of the API is made from these, and the tests hold answers to them. */

export const instant = z
  .string()
  .meta({ format: 'date-time', description: 'An instant in UTC, to the millisecond' });
export const text = z.string().meta({ description: 'In words, UK local time, e.g. 3 March 2026 at 14:30' });
const role = z.enum(roles);
export const kind = z.enum(['diversion', 'compulsory']);
export const uuid = z.string().meta({ format: 'uuid' });
export const demo = z.boolean().meta({ description: 'Durations are scaled: these clocks prove nothing' });

export const fieldError = z.strictObject({ path: z.string(), code: z.string(), message: z.string() });

export const problemDocument = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(problems) as [keyof typeof problems, ...(keyof typeof problems)[]]),
    detail: z.string(),
    requestId: z.string().exactOptional(),
    errors: z.array(fieldError).exactOptional(),
    details: z.json().exactOptional(),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457, with a stable `code`',
  }) satisfies z.ZodType<ProblemDocument>;

/** Where a person under 18 is sent. */
export const youthService =
  'The young people’s drug and alcohol service takes referrals of people under 18 directly.';

export const commandAnswer = z
  .strictObject({
    pathwayId: uuid,
    commandId: z.string(),
    seq: z.int().nullable().meta({ description: 'null: the caller may not read the pathway' }),
    stage: z.string().nullable().meta({ description: 'null: the caller may not read the pathway' }),
    events: z
      .array(z.strictObject({ seq: z.int().nullable(), type: z.string() }))
      .meta({ description: 'Who may not read the pathway is told only what they said, without its number' }),
    superseded: z.string().exactOptional().meta({
      description: 'The appointment that this booking took the place of: nobody is expected there any more',
    }),
    hints: z
      .array(z.enum(['found-under-18']))
      .exactOptional()
      .meta({
        description: `\`found-under-18\`: by the details as they are now the person was under 18 then. They are recorded, and a manager is asked to void the referral. ${youthService}`,
      }),
  })
  .meta({
    id: 'CommandAnswer',
    description: 'The command is in the ledger',
  }) satisfies z.ZodType<Pick<CommandAnswer, 'pathwayId' | 'commandId'>>;

/** What all forms ask about a person. */
const personFields = [
  ...(['surname', 'forenames', 'birthDate', 'nominalNumber', 'residence'] as const),
  ...(['mobile', 'language', 'safeToText'] as const),
] as const;
export const referralFields = [
  ...personFields,
  ...(['address', 'email', 'outcomeAt', 'offenceCode', 'offenceDate', 'drugCode'] as const),
] as const;
export const drugTestFields = [
  ...personFields,
  ...(['suiteCode', 'basis', 'selectionReasonCode', 'results'] as const),
] as const;

function differs<F extends readonly [string, ...string[]]>(fields: F) {
  return z.array(z.enum(fields)).meta({
    description:
      'Fields that say something else than is recorded; nothing was changed. On the voluntary path the command `amend-details` of the case puts them right. A mobile number given later than the one known is not among them: it is used from now on',
  });
}

/** Told beside the answer: it was taken as it is, and may not do what the sender thinks. */
const withoutMobile =
  '`safe-to-text-without-mobile`: texts were said to be safe, and no mobile number was sent. Texts go only where one is known already';
const hints = z.array(z.enum(['safe-to-text-without-mobile'])).meta({ description: withoutMobile });
const referralHints = z
  .array(
    z.enum([
      ...(['safe-to-text-without-mobile', 'no-provider-yet', 'case-is-void'] as const),
      ...(['no-to-texts-taken', 'may-be-known'] as const),
    ]),
  )
  .meta({
    description: [
      withoutMobile,
      '`no-provider-yet`: no provider is known for where the person lives, and a manager finds them one; said in the first answer only',
      '`case-is-void`: this outcome was referred before, and its case was voided since: nobody works on it, and sending it again opens none. If that was a slip, a manager brings it back (reopen-pathway, reason voided-in-error)',
      '`no-to-texts-taken`: this repeat says that texts are not safe and the referral said otherwise. That is taken at once: no text leaves',
      '`may-be-known`: sent without the force’s number of the person, and `possibleMatches` is not 0, which may be this person, known already. A manager merges the two, and of people whom the police hold also a DIP officer; a referral sent twice is voided by a manager or a police officer',
    ].join('. '),
  });

export const referralAnswer = z
  .strictObject({
    reference: z.string().meta({ description: 'To quote to people; says nothing about the person' }),
    pathwayId: uuid,
    personId: uuid,
    receivedAt: instant,
    receivedText: text,
    replay: z
      .boolean()
      .meta({ description: 'This outcome was referred before; here is the case that it opened' }),
    differs: differs(referralFields),
    possibleMatches: z
      .int()
      .meta({ description: 'Other people with this name and birth date; never merged by itself' }),
    hints: referralHints,
    demo,
  })
  .meta({ id: 'ReferralAnswer' });

export const drugTestAnswer = z
  .strictObject({
    opened: z.boolean(),
    because: z.enum(['positive', 'negative', 'voluntary']),
    pathwayId: uuid.nullable(),
    personId: uuid.nullable(),
    reference: z.string().nullable(),
    replay: z.boolean().meta({
      description:
        'The test of this person at this instant was recorded before; here is the case that it opened',
    }),
    differs: differs(drugTestFields),
    hints,
    demo: demo.nullable(),
  })
  .meta({ id: 'DrugTestAnswer' });

export const deadline = z.strictObject({
  id: z.string(),
  rule: z.string(),
  title: z.string(),
  start: instant,
  due: instant,
  dueText: text,
  overdue: z.boolean(),
  source: z.string(),
  whoCanMove: z.array(role),
  ref: z.string().exactOptional(),
});

export const attention = z.strictObject({
  code: z.string(),
  title: z.string(),
  cause: z.string(),
  since: instant,
  sinceText: text,
  owner: role,
  remedy: z.string(),
  ref: z.string().exactOptional(),
});

export const pathwayLine = z
  .strictObject({
    pathwayId: uuid,
    reference: z.string(),
    kind,
    stage: z.string(),
    stageTitle: z.string(),
    personId: uuid,
    providerId: z.string().nullable(),
    area: z
      .string()
      .nullable()
      .meta({ description: 'The part of the force where the person lives; null: in none, or not known' }),
    markers: z
      .array(z.enum(markers))
      .meta({ description: 'The colours of the breaches in force; empty on the voluntary path' }),
    workerId: z.string().nullable().meta({ description: 'Who carries the case; null: nobody' }),
    receivedAt: instant,
    acceptedAt: instant
      .nullable()
      .meta({ description: 'When the provider took the person; null: not yet, or there is nothing to take' }),
    closedAt: instant.nullable(),
    closureReason: z.string().nullable(),
    nextDueAt: instant.nullable(),
    nextDueRule: z.string().nullable(),
    overdueFor: z.string().nullable().meta({
      description:
        'What has been late for longest: the code of what a passed clock asked for, or the rule of a clock that has come due; null: nothing is late',
    }),
    overdueSince: instant.nullable().meta({ description: 'Since when that is late' }),
    attention: z.array(z.string()).meta({ description: 'Codes of what needs a person' }),
    demo,
  })
  .meta({ id: 'PathwayLine' });

export const wait = z.strictObject({
  rule: z.string(),
  what: z.string(),
  since: instant,
  sinceText: text,
  until: instant.nullable(),
  untilText: text.nullable(),
  overdue: z.boolean(),
  source: z.string(),
  whoCanMove: z.array(role),
  ref: z.string().exactOptional(),
});

/** Where a referral came from, as it was first told; null: the case came from a test. */
export const origin = z
  .strictObject({
    source: z.string(),
    via: z.string(),
    prison: z
      .strictObject({
        prisonCode: z.string(),
        expectedRelease: z.string().nullable().meta({ description: 'YYYY-MM-DD; null: nobody knows' }),
        releaseUnknown: z.string().exactOptional().meta({ description: 'Why nobody knows' }),
      })
      .nullable(),
    courtOrder: z.strictObject({ requirement: z.string(), madeOn: z.string() }).nullable(),
  })
  .nullable();

export const pathwayView = z
  .strictObject({
    ...pathwayLine.shape,
    origin,
    stageMeaning: z.string(),
    seq: z.int(),
    waits: z.array(wait).meta({ description: 'What it waits for, since when, until when, by which rule' }),
    deadlines: z.array(deadline),
    attention: z.array(attention),
    allowedCommands: z
      .array(z.strictObject({ name: z.string(), title: z.string(), effect: z.string(), source: z.string() }))
      .meta({ description: 'What the caller may send now' }),
  })
  .meta({ id: 'Pathway' });

export const storedEvent = z.strictObject({
  seq: z.int(),
  type: z.string(),
  version: z.int(),
  occurredAt: instant,
  occurredText: text,
  recordedAt: instant,
  commandId: z.string(),
  actor: z.strictObject({ userId: z.string(), role, organisationId: z.string() }),
  data: z.json(),
  stage: z.string().exactOptional(),
  armed: z.json().exactOptional(),
  cleared: z.json().exactOptional(),
  raised: z.json().exactOptional(),
  settled: z.json().exactOptional(),
  lateBySeconds: z
    .number()
    .exactOptional()
    .meta({ description: 'Of a passed clock: how long after it was due it was recorded' }),
});

export const eventList = z
  .strictObject({ pathwayId: uuid, demo, items: z.array(storedEvent) })
  .meta({ id: 'Events' });

export const factAnswer = z
  .strictObject({
    factId: uuid,
    fact: z.enum(personFactKinds),
    recordedAt: instant,
    hints: z
      .array(z.enum(['already-known', 'closes-referrals']))
      .exactOptional()
      .meta({
        description:
          '`already-known`: custody or release was the latest that was known then; this one is recorded too. `closes-referrals`: with consent to treatment each open referral of the person is closed, and what is booked ahead is cancelled; to record the consent again does not open it, reopen-pathway does, while the person may come back',
      }),
  })
  .meta({ id: 'FactAnswer' });

export const arrestTaskList = z.strictObject({
  wording: z
    .strictObject({ offence: z.string(), kind: z.string(), entry: z.string(), arrest: z.string() })
    .meta({ description: 'What every task says' }),
  items: z.array(
    z.strictObject({
      taskId: z.string(),
      pathwayId: uuid,
      marker: z.enum(markers),
      status: z.string(),
      stands: z.boolean().meta({ description: 'Somebody is to be arrested on it, as of this moment' }),
      issuedAt: instant,
      issuedText: text,
      offence: z.string().nullable().meta({ description: 'Act and section of this failure' }),
      breachedAt: instant.nullable().meta({ description: 'When the person failed to attend or to remain' }),
      breachedText: text.nullable(),
      withdrawnAt: instant.nullable(),
      withdrawnText: text.nullable(),
      person: z
        .strictObject({
          surname: z.string(),
          forenames: z.string().nullable(),
          birthDate: z.string(),
          nominalNumber: z.string().nullable(),
        })
        .nullable()
        .meta({ description: 'Only while the task stands' }),
      danger: z
        .strictObject({
          since: instant,
          sinceText: text,
          reason: z.string().nullable().meta({ description: 'Why, by code' }),
          by: z.strictObject({ userId: z.string(), role }),
        })
        .nullable()
        .meta({
          description:
            'That somebody may be in danger, as the Drug Interventions Programme told it last; only while the task stands. What treatment knows is not here',
        }),
    }),
  ),
});

export const requestAnswer = z.strictObject({
  key: z.string(),
  state: z.enum(['answered', 'open']),
  createdAt: instant,
  answeredAt: instant.nullable(),
  expiresAt: instant,
  status: z.int().nullable(),
  answer: z.json(),
  words: z.string(),
});

export const stuckRow = z.strictObject({
  id: z.string().meta({ description: 'Pathway and cause: the same trouble has the same id on every look' }),
  pathwayId: uuid,
  reference: z.string(),
  kind,
  stage: z.string(),
  stageTitle: z.string(),
  family: z.enum(['engine', 'practice']),
  causeCode: z.string(),
  title: z.string(),
  cause: z.string().meta({ description: 'In plain words' }),
  since: instant,
  sinceText: text,
  owner: role.meta({ description: 'Whose move it is' }),
  refs: z.array(z.string()),
  remedy: z.string().meta({ description: 'What to do' }),
  remedies: z
    .array(
      z.strictObject({
        name: z.enum(['retry', 'wake', 'start']),
        title: z.string(),
        consequence: z.string(),
      }),
    )
    .meta({ description: 'What an operator can press' }),
  tries: z
    .strictObject({ attempt: z.int(), failureType: z.string().nullable() })
    .nullable()
    .meta({ description: 'Of what is retried: how often it was tried, and the type of its last failure' }),
});

export const stuckQuery = z.strictObject({
  pathwayId: uuid.exactOptional().meta({ description: 'Only of this case' }),
  cause: z
    .string()
    .max(60)
    .regex(/^[a-z0-9-]+$/, 'must be a code, e.g. no-route')
    .exactOptional()
    .meta({ description: 'Only of this cause, by its `causeCode`' }),
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/, 'must be a whole number from 1 to 999')
    .default('999')
    .transform(Number)
    .meta({ description: 'So many of the longest-standing rows' }),
});

export const stuckList = z.strictObject({
  asAt: instant,
  asAtText: text,
  complete: z.boolean().meta({
    description: 'No part is missing, and no row was left out of those that were asked for',
  }),
  counts: z
    .array(z.strictObject({ causeCode: z.string(), title: z.string(), count: z.int() }))
    .meta({ description: 'How many rows there are of each cause, most first, whatever was asked for' }),
  parts: z
    .array(z.strictObject({ part: z.string(), well: z.boolean(), words: z.string() }))
    .meta({ description: 'How the parts are that this list and all pathways depend on' }),
  items: z.array(stuckRow),
});

export const remedyAnswer = z.strictObject({ id: z.string(), remedy: z.string(), consequence: z.string() });
