import { z } from 'zod';
import { roles } from '../../workflows/domain/common/actor.ts';
import { durationUnits } from '../../workflows/domain/common/duration.ts';
import {
  emailPurposes,
  isReminderPurpose,
  programmePurposes,
  reminderPurposes,
  textPurposes,
} from '../../workflows/domain/common/message-purpose.ts';
import { rebaseReasons } from '../../workflows/domain/diversion/rebase.ts';
import { demo, instant as instantText, kind, text, uuid } from './answers.ts';
import { code, instant, line, localDate, moment, newId, reference } from './values.ts';

/** Policies, programmes, routes and areas: what is sent, and what is answered. */

/** Many enough for half a century of bank holidays. */
const mostHolidays = 500;

const largestCount = 5_000;

const duration = z
  .strictObject({
    unit: z.enum(durationUnits),
    count: z.number().min(0).max(largestCount),
    endOfDay: z
      .boolean()
      .exactOptional()
      .meta({ description: 'Only of days, weeks and months: to the end of the day reached' }),
  })
  .meta({
    id: 'Duration',
    description: 'Days, weeks and months are UK calendar time; hours are elapsed time',
  });

const count = z.int().min(0).max(100);
const localTime = z
  .string()
  .max(5)
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time, hh:mm')
  .meta({ examples: ['09:00'] });

/** Each that is switched by itself: reminders are switched by their times. */
const switchedPurposes = [...textPurposes, ...emailPurposes, ...programmePurposes].filter(
  (purpose) => !isReminderPurpose(purpose),
);

const common = {
  messages: z
    .strictObject({
      reminder: z.strictObject({ before: duration, at: localTime.nullable() }),
      reminders: z
        .array(
          z.strictObject({ purpose: z.enum(reminderPurposes), before: duration, at: localTime.nullable() }),
        )
        .max(reminderPurposes.length)
        .refine((leads) => new Set(leads.map(({ purpose }) => purpose)).size === leads.length, {
          error: 'must name each reminder once',
        })
        .exactOptional()
        .meta({ description: 'In place of `reminder`, each sort at most once' }),
      purposes: z
        .array(z.enum(switchedPurposes))
        .max(switchedPurposes.length)
        .exactOptional()
        .meta({ description: 'What is sent besides reminders; left out: nothing' }),
      onlineProgrammes: z
        .array(reference('A programme'))
        .max(20)
        .exactOptional()
        .meta({ description: 'Who is routed into one of these is enrolled and invited online' }),
      perDay: z
        .int()
        .min(1)
        .max(100)
        .exactOptional()
        .meta({ description: 'The most texts to one person on one local day; left out: no limit' }),
      sendFrom: localTime,
      sendUntil: localTime,
    })
    .exactOptional(),
  bankHolidays: z.array(localDate('A bank holiday')).max(mostHolidays).exactOptional(),
  retention: duration.exactOptional().meta({
    description: 'From the end of a case, how long the details of its person are kept',
  }),
};

const feedback = z.strictObject({ ask: duration, escalate: duration });

const serviceLevel = z.strictObject({
  acceptance: duration.exactOptional(),
  firstContact: duration.exactOptional(),
  feedback: feedback.exactOptional(),
  policeFeedback: duration.exactOptional(),
});

/** Of the voluntary path: what changes; the rest stays as in the version it is based on. */
export const diversionRules = z.strictObject({
  ...common,
  firstContact: duration.exactOptional(),
  acceptance: duration.exactOptional(),
  routing: duration.exactOptional(),
  transferAnswer: duration.exactOptional(),
  policeFeedback: duration.exactOptional(),
  contactEffort: z
    .strictObject({ within: duration, attempts: count, days: count, channels: count })
    .exactOptional(),
  booking: duration.exactOptional(),
  feedback: feedback.exactOptional(),
  undo: duration.exactOptional(),
  alcoholFirst: z.boolean().exactOptional(),
  closureWarning: duration.exactOptional(),
  closure: duration.exactOptional(),
  closureDeferral: z.strictObject({ window: duration, until: duration }).exactOptional(),
  closureExtension: duration.exactOptional(),
  lateEngagement: duration.exactOptional(),
  closureAfterReturn: duration.exactOptional(),
  serviceLevels: z
    .record(code('A provider'), serviceLevel)
    .exactOptional()
    .meta({ description: 'What single providers have promised; it takes the place of the whole list' }),
});

const targets = z.strictObject({ putOut: duration.nullable(), arrest: duration.nullable() });

/** Of the compulsory path. */
export const compulsoryRules = z.strictObject({
  ...common,
  requirementDecision: duration.exactOptional(),
  feedback: feedback.exactOptional(),
  goodCauseReview: duration.exactOptional(),
  markers: z.strictObject({ RED: targets, AMBER: targets, GREEN: targets }).exactOptional(),
  acknowledgement: z.strictObject({ RED: duration, AMBER: duration, GREEN: duration }).exactOptional(),
});

const reason = line(
  300,
  'Why it changes, for the printed rules and whoever asks later. No person is named here',
);
const version = z.int().min(1).max(1_000_000);

export const newPolicyVersion = z.strictObject({
  policyId: reference('The policy'),
  basedOn: version.meta({
    description:
      'Its latest version, which the new one follows; another number means that it has changed meanwhile',
  }),
  validFrom: moment('From when what is received falls under it; at the earliest a day ago'),
  reason,
  rules: z.union([diversionRules, compulsoryRules]).meta({
    description: 'What changes, each field whole; left out, it stays as it was',
  }),
  forProgramme: code(
    'A programme without a policy of its own: it gets one, in its first version, made of this one',
  ).exactOptional(),
  dryRun: z.boolean().default(false).meta({
    description:
      'Says what it would come to and which open pathways a re-base would touch, and keeps nothing',
  }),
});

export const newProgrammeVersion = z.strictObject({
  code: code('The programme'),
  basedOn: version
    .nullable()
    .meta({ description: 'Its latest version, which the new one follows; null: a programme that is new' }),
  name: line(100, 'Name'),
  nameCy: line(100, 'Name in Welsh'),
  providerId: code('The one provider that runs it; null: the routes say who takes whom').nullable(),
  validFrom: moment('From when this version holds; at the earliest a day ago'),
  validUntil: moment('From then on it takes nobody; null: no end is known').nullable(),
  reason,
});

export const newRoute = z.strictObject({
  programme: code('Whose referrals it routes'),
  postcodeArea: z
    .string()
    .max(4)
    .regex(/^(\*|[A-Z]{1,2}([0-9][0-9A-Z]?)?)$/, 'must be a postcode area or district, or *')
    .meta({
      description:
        'The letters of a postcode (SA), a district where an area is split (SY23), or *: who lives elsewhere',
      examples: ['SA', 'SY23', '*'],
    }),
  providerId: code('Who takes them; null: nobody any more, the row in force ends').nullable(),
  intoProgramme: code('The programme that takes them, where it is another one').exactOptional(),
  validFrom: moment('From when it holds; at the earliest a day ago'),
  validUntil: moment('The end that is known already').exactOptional(),
  reason,
});

export const referenceQuery = z.strictObject({
  at: instant('The rules as they hold then; left out, now').exactOptional(),
  versions: z
    .enum(['in-force', 'all'])
    .default('in-force')
    .meta({ description: '`all`: also what has ended, was replaced or begins later' }),
  programme: code('Of this programme alone').exactOptional(),
});

export const rebaseParams = z.strictObject({
  policyId: reference('The policy'),
  version: z
    .string()
    .regex(/^[1-9]\d{0,5}$/)
    .transform(Number),
});

const afterPathway = newId('`next` of the answer before');

export const rebaseQuery = z.strictObject({ after: afterPathway.exactOptional() });

export const rebaseBody = z.strictObject({
  reason: z.enum(rebaseReasons),
  pathwayIds: z
    .array(newId('A pathway under this policy'))
    .min(1)
    .max(200)
    .exactOptional()
    .meta({ description: 'Left out: every open one that is under an earlier version' }),
  after: afterPathway.exactOptional(),
});

// Answers -------------------------------------------------------------------------------------------------------------

const changed = z
  .strictObject({
    by: z.string().meta({ description: 'The account that wrote it' }),
    role: z.enum(roles),
    organisationId: z.string(),
    reason: z.string(),
    at: instantText,
    atText: text,
  })
  .nullable()
  .meta({ description: 'Who wrote it and why; null: it came with the force’s presets' });

const rule = z
  .strictObject({
    field: z.string(),
    title: z.string(),
    value: z.string().meta({ description: 'In words' }),
    source: z.string(),
    since: instantText.meta({ description: 'When the version began that last changed it' }),
    sinceText: text,
    sinceVersion: z.int(),
    changed,
  })
  .meta({ id: 'Rule' });

const policyHead = {
  policyId: z.string(),
  version: z.int(),
  duty: kind,
  programme: z.string(),
  validFrom: instantText,
  validFromText: text,
  demo,
};

export const policyView = z
  .strictObject({
    ...policyHead,
    inForce: z.boolean().meta({ description: 'Whether what is received at that time falls under it' }),
    recordedAt: instantText,
    changed,
    openUnderEarlier: z.int().meta({ description: 'Open pathways that are under an earlier version' }),
    policy: z
      .record(z.string(), z.unknown())
      .meta({ description: 'The whole snapshot, as pathways keep it' }),
  })
  .meta({ id: 'Policy' });

const at = { at: instantText, atText: text };

export const policyList = z.strictObject({ ...at, items: z.array(policyView) });

const movedDeadline = z.strictObject({
  rule: z.string(),
  title: z.string(),
  ref: z.string().exactOptional(),
  from: instantText.nullable().meta({ description: 'null: it had passed, and would be set again' }),
  fromText: text.nullable(),
  to: instantText,
  toText: text,
  passesAtOnce: z.boolean().meta({ description: 'Its time would be over: it would pass at once, late' }),
});

export const rebasePreview = z
  .strictObject({
    policyId: z.string(),
    version: z.int(),
    open: z.int().meta({ description: 'Open pathways under an earlier version, all of them' }),
    pathways: z.array(
      z.strictObject({
        pathwayId: uuid,
        reference: z.string(),
        receivedAt: instantText,
        fromVersion: z.int(),
        moved: z.array(movedDeadline),
      }),
    ),
    next: uuid.nullable(),
  })
  .meta({ id: 'RebasePreview', description: 'What a re-base would do; nothing is done' });

export const policySaved = z
  .strictObject({
    ...policyHead,
    saved: z.boolean().meta({ description: 'false: a dry run' }),
    changedFields: z.array(z.string()),
    rules: z.array(
      z.strictObject({
        field: z.string(),
        title: z.string(),
        was: z.string().nullable(),
        becomes: z.string().nullable(),
      }),
    ),
    rebase: rebasePreview,
  })
  .meta({ id: 'PolicySaved' });

export const rebaseAnswer = z
  .strictObject({
    policyId: z.string(),
    version: z.int(),
    rebased: z.array(z.strictObject({ pathwayId: uuid, seq: z.int() })),
    refused: z.array(z.strictObject({ pathwayId: uuid, code: z.string(), detail: z.string() })),
    remaining: z.int().meta({ description: 'Of those asked for, still under an earlier version' }),
    next: uuid.nullable().meta({
      description: 'Not all were reached: send it again, with this as `after` and a new Idempotency-Key',
    }),
  })
  .meta({ id: 'RebaseAnswer' });

export const programmeView = z
  .strictObject({
    code: z.string(),
    version: z.int(),
    duty: kind,
    name: z.string(),
    nameCy: z.string(),
    providerId: z.string().nullable(),
    validFrom: instantText,
    validFromText: text,
    validUntil: instantText.nullable(),
    validUntilText: text.nullable(),
    inForce: z.boolean(),
    takesPeople: z.boolean().meta({ description: 'It has begun, and its end has not come' }),
    lengths: z
      .strictObject({
        policyId: z.string(),
        version: z.int(),
        closure: z.string(),
        attempts: z.int(),
        alcoholFirst: z.boolean(),
      })
      .nullable()
      .meta({ description: 'Of its policy in force; null on the compulsory path, or where it has none' }),
    open: z
      .array(z.strictObject({ providerId: z.string().nullable(), open: z.int() }))
      .nullable()
      .meta({
        description:
          'Open pathways by provider, for managers; those of a programme that ends need another route',
      }),
    changed,
  })
  .meta({ id: 'Programme' });

export const programmeList = z.strictObject({ ...at, items: z.array(programmeView) });

export const routeView = z
  .strictObject({
    routeId: z.string(),
    programme: z.string(),
    intoProgramme: z.string().nullable(),
    postcodeArea: z.string(),
    providerId: z.string(),
    validFrom: instantText,
    validFromText: text,
    validUntil: instantText.nullable(),
    validUntilText: text.nullable(),
    inForce: z.boolean(),
  })
  .meta({ id: 'Route' });

export const routeList = z.strictObject({
  ...at,
  items: z.array(routeView),
  changes: z
    .array(
      z.strictObject({
        programme: z.string(),
        postcodeArea: z.string(),
        version: z.int(),
        validFrom: instantText,
        ended: z.string().nullable(),
        added: z.string().nullable(),
        changed,
      }),
    )
    .meta({ description: 'What people changed, in order' }),
});

export const routeChanged = z
  .strictObject({ added: routeView.nullable(), ended: routeView.nullable() })
  .meta({ id: 'RouteChanged' });

export const areaList = z.strictObject({
  items: z.array(
    z.strictObject({
      code: z.string(),
      name: z.string(),
      nameCy: z.string(),
      intensity: z.enum(['intensive', 'non-intensive']).nullable(),
      districts: z.array(z.string()),
    }),
  ),
});

export const printedRules = z
  .strictObject({
    force: z.strictObject({ forceId: z.string(), name: z.string(), nameCy: z.string() }),
    ...at,
    policies: z.array(z.strictObject({ ...policyHead, title: z.string(), changed, rules: z.array(rule) })),
    programmes: z.array(programmeView),
    routes: z.array(routeView),
  })
  .meta({ id: 'PrintedRules', description: 'The rules in force at that time, to print' });
