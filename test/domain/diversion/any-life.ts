import fc from 'fast-check';
import type { Role } from '../../../workflows/domain/common/actor.ts';
import { attendances } from '../../../workflows/domain/common/appointment.ts';
import type { CarryFactData } from '../../../workflows/domain/common/command.ts';
import { consentPurposes } from '../../../workflows/domain/common/consent.ts';
import {
  knownChannels,
  preferredWays,
  yesNoUnknown,
} from '../../../workflows/domain/common/contact-preference.ts';
import { nearest } from '../../../workflows/domain/common/deadline.ts';
import { toInstant } from '../../../workflows/domain/common/instant.ts';
import { addDaysToDate, localParts } from '../../../workflows/domain/common/london-time.ts';
import type { PersonFactKind } from '../../../workflows/domain/common/person-fact.ts';
import { declineReasons, rerouteReasons } from '../../../workflows/domain/diversion/acceptance.ts';
import { amendmentReasons, voidReasons } from '../../../workflows/domain/diversion/amendment.ts';
import { assessmentResults, signposts } from '../../../workflows/domain/diversion/assessment.ts';
import { closureReasons } from '../../../workflows/domain/diversion/closure-reasons.ts';
import {
  changeAskers,
  changeReasons,
  contactChannels,
  contactMakers,
  contactResults,
  correctionReasons,
  diversionAppointmentKinds,
  engagementEvidences,
  extensionReasons,
  meetingEnders,
  reopeningReasons,
} from '../../../workflows/domain/diversion/commands.ts';
import { conditionResults } from '../../../workflows/domain/diversion/condition.ts';
import { needCodes, needResults } from '../../../workflows/domain/diversion/needs.ts';
import { transferReasons, transferRefusals } from '../../../workflows/domain/diversion/transfer.ts';
import {
  modalityEndReasons,
  modalityTypes,
  positiveOutcomes,
  prescriptionEndReasons,
  sessionKinds,
  sessionResults,
  treatmentTestResults,
} from '../../../workflows/domain/diversion/treatment.ts';
import type { JudgedLife } from './judged-life.ts';
import { policy } from './referral-life.ts';

/** What can happen in a life, and how it is done to one: every command of the table, every fact, and time. */

const minute = 60_000;
const day = 24 * 60 * minute;

export interface Step {
  readonly what: string;
  readonly data: unknown;
  readonly role: Role;
  /** How long before now it happened, in ms; below zero lies in the future. */
  readonly ago: number;
  /** Whom a provider's role works for; undefined: the provider that has the referral. */
  readonly organisationId: string | undefined;
}

const role = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<Role>('ProviderWorker', 'ProviderManager', 'Manager') },
  { weight: 1, arbitrary: fc.constantFrom<Role>('PoliceOfficer', 'Analyst', 'DipOfficer', 'System') },
);

const ago = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 20 * day }) },
  { weight: 1, arbitrary: fc.integer({ min: -day, max: 200 * day }) },
);

const organisationId = fc.option(fc.constantFrom('ddas', 'kaleidoscope'), { nil: undefined, freq: 8 });

function step(what: string, data: fc.Arbitrary<unknown>, by: fc.Arbitrary<Role> = role): fc.Arbitrary<Step> {
  return fc.record({ what: fc.constant(what), data, role: by, ago, organisationId });
}

const minutes = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * minute);
const hours = (min: number, max: number) => minutes(min * 60, max * 60);
const days = (min: number, max: number) => minutes(min * 24 * 60, max * 24 * 60);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** Counted from the latest; one too many is an unknown one. */
const back = fc.nat({ max: 3 });
const nothing = fc.constant({});

const route = fc.constantFrom(
  { providerId: 'ddas', programme: 'p', routeId: 'r' },
  { providerId: 'kaleidoscope', programme: 'p', routeId: 'r2' },
);

const slot = {
  /** From now to the start, and from the start to the end. */
  ahead: fc.oneof(
    { weight: 5, arbitrary: minutes(5, 60 * 24 * 30) },
    { weight: 1, arbitrary: days(-30, 400) },
  ),
  lasts: fc.oneof({ weight: 5, arbitrary: minutes(30, 90) }, { weight: 1, arbitrary: minutes(-10, 800) }),
};

const met = {
  back,
  attendance: fc.constantFrom(...attendances),
  leftAfter: fc.option(minutes(-10, 100), { nil: undefined, freq: 2 }),
  arrivedAfter: fc.option(minutes(-10, 100), { nil: undefined, freq: 4 }),
  endedBy: fc.option(fc.constantFrom(...meetingEnders), { nil: undefined, freq: 4 }),
};

const strand = fc.record({
  modalityId: optional(fc.constantFrom('m1', 'm2', 'm3')),
  type: fc.constantFrom(...modalityTypes),
  prescribed: fc.boolean(),
});

const substances = fc.subarray(['alcohol', 'cannabis', 'crack', 'heroin'], { maxLength: 4 });

/** A person of the force, or one of the roles that may do the rarer things. */
const officer = fc.constantFrom<Role>('PoliceOfficer', 'Inspector', 'Manager');

/** Every command of the table, each as often as a life needs it; what ends a life is rare, so that most are long. */
const commands: readonly (readonly [number, fc.Arbitrary<Step>])[] = [
  [
    20,
    step(
      'record-contact-attempt',
      fc.record({
        channel: fc.constantFrom(...contactChannels),
        result: fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom('no-answer' as const, 'left-message' as const) },
          { weight: 1, arbitrary: fc.constantFrom(...contactResults) },
        ),
        by: fc.constantFrom('person' as const, ...contactMakers),
      }),
    ),
  ],
  [5, step('undo-contact-attempt', fc.record({ back }))],
  [4, step('record-engagement', fc.record({ evidence: fc.constantFrom(...engagementEvidences) }))],
  [
    18,
    step(
      'book-appointment',
      fc.record({
        /** Few ids, so that some are given twice; left out, it is the command's. */
        appointmentId: fc.option(fc.constantFrom('a1', 'a2'), { nil: undefined, freq: 2 }),
        kind: fc.constantFrom(...diversionAppointmentKinds),
        ...slot,
      }),
    ),
  ],
  [
    6,
    step(
      'reschedule-appointment',
      fc.record({
        back,
        ...slot,
        askedBy: fc.constantFrom(...changeAskers),
        reason: fc.constantFrom(...changeReasons),
      }),
    ),
  ],
  [
    4,
    step(
      'cancel-appointment',
      fc.record({
        back,
        askedBy: fc.constantFrom(...changeAskers),
        reason: fc.constantFrom(...changeReasons),
      }),
    ),
  ],
  [18, step('record-attendance', fc.record(met))],
  [8, step('correct-attendance', fc.record({ ...met, reason: fc.constantFrom(...correctionReasons) }))],
  [3, step('accept-referral', nothing)],
  [3, step('decline-referral', fc.record({ reason: fc.constantFrom(...declineReasons) }))],
  [6, step('reroute', fc.record({ route, reason: fc.constantFrom(...rerouteReasons) }))],
  [4, step('assign-caseworker', fc.record({ workerId: fc.constantFrom('w1', 'w2', null) }))],
  [3, step('record-move', fc.record({ route: fc.option(route, { nil: null }) }))],
  [5, step('transfer-pathway', fc.record({ to: route, reason: fc.constantFrom(...transferReasons) }))],
  [3, step('accept-transfer', nothing)],
  [3, step('decline-transfer', fc.record({ reason: fc.constantFrom(...transferRefusals) }))],
  [2, step('take-back-transfer', nothing)],
  [
    6,
    step(
      'record-assessment',
      fc.record({
        substances,
        result: fc.constantFrom(...assessmentResults),
        programme: optional(fc.constant('core')),
        signposts: optional(fc.subarray([...signposts], { maxLength: 3 })),
      }),
    ),
  ],
  [6, step('agree-care-plan', fc.record({ modalities: fc.array(strand, { maxLength: 3 }) }))],
  [
    8,
    step(
      'start-treatment',
      fc.record({
        back: optional(back),
        already: fc.option(fc.record({ type: fc.constantFrom(...modalityTypes), prescribed: fc.boolean() }), {
          nil: undefined,
          freq: 3,
        }),
        /** From receipt. */
        startedAfter: fc.option(days(-60, 40), { nil: undefined, freq: 3 }),
      }),
    ),
  ],
  [
    5,
    step(
      'record-treatment-session',
      fc.record({ back, kind: fc.constantFrom(...sessionKinds), result: fc.constantFrom(...sessionResults) }),
    ),
  ],
  [4, step('start-prescription', fc.record({ back }))],
  [3, step('end-prescription', fc.record({ back, reason: fc.constantFrom(...prescriptionEndReasons) }))],
  [
    3,
    step(
      'record-treatment-test',
      fc.record({
        results: fc.array(
          fc.record({
            substance: fc.constantFrom('heroin', 'crack'),
            result: fc.constantFrom(...treatmentTestResults),
          }),
          { maxLength: 3 },
        ),
      }),
    ),
  ],
  [5, step('end-modality', fc.record({ back, reason: fc.constantFrom(...modalityEndReasons) }))],
  [3, step('record-positive-outcome', fc.record({ outcome: fc.constantFrom(...positiveOutcomes) }))],
  [
    4,
    step(
      'add-need',
      fc.record({
        needId: optional(fc.constantFrom('n1', 'n2')),
        code: fc.constantFrom(...needCodes),
        referredTo: optional(fc.constant('shelter')),
      }),
    ),
  ],
  [4, step('close-need', fc.record({ back, result: fc.constantFrom(...needResults) }))],
  [
    4,
    step(
      'record-condition-result',
      fc.record({ conditionId: fc.constantFrom('c1', 'c2'), result: fc.constantFrom(...conditionResults) }),
    ),
  ],
  [3, step('acknowledge-non-compliance', fc.record({ conditionId: fc.constantFrom('c1', 'c2') }), officer)],
  [
    5,
    step(
      'extend-closure-date',
      /** From the present limit. */
      fc.record({ days: fc.integer({ min: -5, max: 40 }), reason: fc.constantFrom(...extensionReasons) }),
    ),
  ],
  [
    3,
    step(
      'close-pathway',
      fc.record({
        reason: fc.constantFrom(...closureReasons),
        drugFree: fc.constantFrom(undefined, 'yes', 'unknown'),
        crimeFree: fc.constantFrom(undefined, 'no', 'unknown'),
      }),
    ),
  ],
  [6, step('reopen-pathway', fc.record({ reason: fc.constantFrom(...reopeningReasons) }))],
  [3, step('set-iom-flag', fc.record({ designated: fc.boolean() }))],
  [3, step('add-note', fc.record({ noteId: fc.constantFrom('note-1', 'note-2') }))],
  [
    3,
    step(
      'amend-details',
      fc.record({
        amendmentId: fc.constantFrom('d1', 'd2', 'd3'),
        fields: fc.subarray(['surname', 'postcode', 'mobile'] as const),
        reason: fc.constantFrom(...amendmentReasons),
        route: fc.option(fc.option(route, { nil: null }), { nil: undefined }),
      }),
    ),
  ],
  [1, step('void-pathway', fc.record({ reason: fc.constantFrom(...voidReasons) }), officer)],
  [1, step('receive-referral', nothing)],
];

/** Found only through the ids, so that a death can be corrected and a fact carried twice. */
const fact = (kind: PersonFactKind, rest: fc.Arbitrary<object> = nothing): fc.Arbitrary<Step> =>
  step(
    'carry-fact',
    fc.tuple(fc.nat({ max: 9 }), rest).map(([id, more]) => ({ id, fact: kind, ...more })),
  );

const purpose = fc.record({ purpose: fc.constantFrom(...consentPurposes) });

const facts: readonly (readonly [number, fc.Arbitrary<Step>])[] = [
  [1, fact('death')],
  [3, fact('death-corrected')],
  [2, fact('stop-texts')],
  [2, fact('texts-allowed')],
  [1, fact('task-withdrawn')],
  [3, fact('custody')],
  [3, fact('release')],
  [3, fact('consent-given', purpose)],
  [3, fact('consent-withdrawn', purpose)],
  [
    2,
    fact(
      'contact-preferences',
      fc.record({
        preferences: fc.dictionary(fc.constantFrom(...preferredWays), fc.constantFrom(...yesNoUnknown), {
          noNullPrototype: true,
        }),
      }),
    ),
  ],
  [2, fact('safety-flag')],
  [2, fact('safety-flag-lifted')],
];

const time: readonly (readonly [number, fc.Arbitrary<Step>])[] = [
  [25, step('until', fc.oneof(hours(0, 30), days(0, 14)))],
  [3, step('until', days(14, 60))],
  [12, step('until-appointment', fc.constant(null))],
  [14, step('until-clock', fc.constant(null))],
  [5, step('asleep', fc.oneof(hours(0, 30), days(0, 40)))],
  [7, step('again', fc.nat())],
  [4, step('effort', fc.constantFrom('text', 'email', 'phone'))],
  [8, step('treat', strand)],
];

const reports: readonly (readonly [number, fc.Arbitrary<Step>])[] = [
  [
    4,
    step(
      'report-delivery',
      fc.record({
        intentId: fc.constantFrom('i1', 'i2'),
        outcome: fc.constantFrom('failed', 'unknown'),
        purpose: fc.constant('appointment-reminder'),
      }),
    ),
  ],
  [
    2,
    step(
      'report-internal-error',
      fc.record({ commandName: fc.constantFrom('book-appointment', 'deadline-due') }),
    ),
  ],
  [1, step('issue-arrest-task', nothing)],
];

export const anyStep = fc.oneof(
  ...[...commands, ...facts, ...time, ...reports].map(([weight, arbitrary]) => ({ weight, arbitrary })),
);

/** Days from receipt on which the conditions of a caution are due; none: an Adult Community Resolution. */
const brought = fc.array(fc.integer({ min: 10, max: 120 }), { maxLength: 2 });

export const anyOpening = fc
  .record({
    receivedAt: fc
      .integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) })
      .map((ms) => toInstant(ms)),
    route: fc.constantFrom(null, { providerId: 'ddas', programme: 'p', routeId: 'r' }),
    knownChannels: fc.subarray([...knownChannels]),
    safeToText: fc.constantFrom('yes' as const, 'no' as const, null),
    due: brought,
  })
  .map(({ due, ...received }) => ({
    ...received,
    offenceDate: '2025-12-31',
    // A short list of bank holidays: the state is compared as a whole at every step.
    policy: { ...policy, bankHolidays: ['2026-04-03', '2026-12-25'] },
    ...(due.length === 0
      ? {}
      : {
          disposal: 'conditional-caution' as const,
          source: { source: 'police', via: 'conditional-caution' } as const,
          conditions: due.map((count, index) => ({
            conditionId: `c${String(index + 1)}`,
            code: 'attend-assessment',
            dueAt: toInstant(Date.parse(received.receivedAt) + count * day),
          })),
        }),
  }));

export function run(
  life: JudgedLife,
  { what, data, role: sender, ago: before, organisationId: works }: Step,
): void {
  const given = {
    role: sender,
    occurredAt: toInstant(Date.parse(life.now) - before),
    ...(works === undefined ? {} : { organisationId: works }),
  };
  const inTime = (ms: number) => toInstant(Date.parse(life.now) + ms);
  // What is not given is not there, as in a body of JSON.
  const send = (name: string, sent: object): void => {
    life.take(life.command(name, JSON.parse(JSON.stringify(sent)), given));
  };
  switch (what) {
    case 'until':
      life.until(inTime(data as number));
      return;
    case 'until-appointment': {
      const ahead = life.at.appointments.find(
        ({ status, endsAt }) => status === 'booked' && endsAt > life.now,
      );
      if (ahead !== undefined) life.until(ahead.endsAt);
      return;
    }
    case 'until-clock': {
      const next = nearest(life.at.deadlines);
      if (next !== undefined) life.until(next.due);
      return;
    }
    case 'effort':
      // Seldom come upon by chance: a try on each of three days.
      for (const channel of ['phone', data, 'phone']) {
        send('record-contact-attempt', { channel, result: 'no-answer', by: 'person' });
        life.until(inTime(day));
      }
      return;
    case 'treat': {
      // As seldom: assessed, planned and begun, by whoever has the person.
      const now = { role: 'ProviderWorker' } as const;
      const { modalityId = 'm1', ...kind } = data as { modalityId?: string };
      for (const [name, sent] of [
        ['record-assessment', { substances: ['heroin'], result: 'suitable' }],
        ['agree-care-plan', { modalities: [{ modalityId, ...kind }] }],
        ['start-treatment', { modalityId }],
      ] as const) {
        life.take(life.command(name, sent, now));
      }
      return;
    }
    case 'asleep':
      life.asleepUntil(inTime(data as number));
      return;
    case 'again': {
      // A clock of this life that ran, runs, or was cleared: fires again, late or early.
      const clock = life.seen[(data as number) % life.seen.length];
      if (clock !== undefined) life.pass(clock);
      return;
    }
    case 'carry-fact': {
      const { id, ...rest } = data as { id: number } & Omit<CarryFactData, 'factId'>;
      const correctsFactId = rest.fact === 'death-corrected' ? (life.deaths.at(-1) ?? 'none') : undefined;
      const carried = { factId: `${rest.fact}-${String(id)}`, ...rest, correctsFactId };
      life.engine(what, JSON.parse(JSON.stringify(carried)), given.occurredAt);
      return;
    }
    case 'report-delivery':
    case 'report-internal-error':
      life.engine(what, data, given.occurredAt);
      return;
    default:
      send(what, resolved(life, what, data as Loose, inTime));
  }
}

type Loose = Readonly<Record<string, unknown>>;

/** With the ids of this life, and the times counted from now, from receipt or from an appointment. */
function resolved(life: JudgedLife, what: string, data: Loose, inTime: (ms: number) => string): Loose {
  const { back: place = 0, ...rest } = data as Loose & { readonly back?: number };
  const { appointments, needs, treatment, transfer, answeredTransfer, deadlines, receivedAt } = life.at;
  const modalityId = treatment.modalities.at(-1 - place)?.modalityId ?? 'unknown';
  switch (what) {
    case 'book-appointment':
    case 'reschedule-appointment': {
      const { ahead, lasts, ...more } = rest as { ahead: number; lasts: number };
      const appointmentId = appointments.at(-1 - place)?.appointmentId ?? 'unknown';
      const named = what === 'book-appointment' ? { placeCode: 'p1' } : { appointmentId };
      return { ...more, ...named, startsAt: inTime(ahead), endsAt: inTime(ahead + lasts) };
    }
    case 'cancel-appointment':
      return { ...rest, appointmentId: appointments.at(-1 - place)?.appointmentId ?? 'unknown' };
    case 'record-attendance':
    case 'correct-attendance': {
      const { leftAfter, arrivedAfter, ...more } = rest as { leftAfter?: number; arrivedAfter?: number };
      const { appointmentId = 'unknown', startsAt = life.now } = appointments.at(-1 - place) ?? {};
      const after = (ms?: number) => (ms === undefined ? undefined : toInstant(Date.parse(startsAt) + ms));
      return { ...more, appointmentId, leftAt: after(leftAfter), arrivedAt: after(arrivedAfter) };
    }
    case 'undo-contact-attempt':
      return { attemptId: life.of('contact-attempted').at(-1 - (place % 2))?.commandId ?? 'unknown' };
    case 'start-treatment': {
      const { startedAfter, already } = rest as { startedAfter?: number; already?: object };
      const startedAt =
        startedAfter === undefined ? undefined : toInstant(Date.parse(receivedAt) + startedAfter);
      const named = already === undefined || data['back'] !== undefined ? modalityId : undefined;
      return { already, startedAt, modalityId: named };
    }
    case 'record-treatment-session':
    case 'start-prescription':
    case 'end-prescription':
    case 'end-modality':
      return { ...rest, modalityId };
    case 'close-need':
      return { ...rest, needId: needs.at(-1 - place)?.needId ?? 'unknown' };
    case 'accept-transfer':
    case 'decline-transfer':
    case 'take-back-transfer':
      return { ...rest, transferId: transfer?.transferId ?? answeredTransfer?.transferId ?? 'unknown' };
    case 'extend-closure-date': {
      const { days: count, ...more } = rest as { days: number };
      const limit = deadlines.find(({ rule }) => rule.startsWith('closure') && rule !== 'closure-warning');
      return { ...more, until: addDaysToDate(localParts(limit?.due ?? life.now).date, count) };
    }
    default:
      return rest;
  }
}
