import fc from 'fast-check';
import type { Role } from '../../../workflows/domain/common/actor.ts';
import { attendances } from '../../../workflows/domain/common/appointment.ts';
import { consentPurposes } from '../../../workflows/domain/common/consent.ts';
import {
  knownChannels,
  preferredWays,
  yesNoUnknown,
} from '../../../workflows/domain/common/contact-preference.ts';
import type { PersonFactKind } from '../../../workflows/domain/common/person-fact.ts';
import { replyFindings, replyMeanings } from '../../../workflows/domain/common/reply.ts';
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
import { rebaseReasons } from '../../../workflows/domain/diversion/rebase.ts';
import { reassignmentReasons } from '../../../workflows/domain/diversion/reassignment.ts';
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
import { policy } from './referral-life.ts';

/** What can happen in a life: every command of the table, every fact, reports, and time. How it is done: live-step.ts. */

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

const wrongRole = fc.constantFrom<Role>('PoliceOfficer', 'Analyst', 'DipOfficer', 'System', 'Manager');

/** Mostly who may. */
function sender(...right: readonly Role[]): fc.Arbitrary<Role> {
  return fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: wrongRole });
}

const provider = sender('ProviderWorker', 'ProviderManager');
const lead = sender('ProviderManager', 'Manager');
const manager = sender('Manager');
const officer = sender('PoliceOfficer', 'Manager');

const ago = fc.oneof(
  { weight: 12, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 20 * day }) },
  { weight: 1, arbitrary: fc.integer({ min: -day, max: 200 * day }) },
);

function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

const organisationId = seldom(fc.constantFrom('ddas', 'kaleidoscope'));

function step(
  what: string,
  data: fc.Arbitrary<unknown>,
  by: fc.Arbitrary<Role> = provider,
): fc.Arbitrary<Step> {
  return fc.record({ what: fc.constant(what), data, role: by, ago, organisationId });
}

const minutes = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * minute);
const hours = (min: number, max: number) => minutes(min * 60, max * 60);
const days = (min: number, max: number) => minutes(min * 24 * 60, max * 24 * 60);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** Counted from the latest that it fits; one too many is an unknown one. */
const back = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 3 }) });
const nothing = fc.constant({});
const length = fc.record({
  unit: fc.constantFrom('days', 'weeks', 'months'),
  count: fc.integer({ min: 0, max: 12 }),
});

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
  leftAfter: optional(minutes(-10, 100)),
  arrivedAfter: seldom(minutes(-10, 100)),
  endedBy: seldom(fc.constantFrom(...meetingEnders)),
};

const strand = fc.record({
  modalityId: optional(fc.constantFrom('m1', 'm2', 'm3')),
  type: fc.constantFrom(...modalityTypes),
  prescribed: fc.boolean(),
});

const substances = fc.subarray(['alcohol', 'cannabis', 'crack', 'heroin'], { maxLength: 4 });

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
  [7, step('undo-contact-attempt', fc.record({ back }))],
  [4, step('record-engagement', fc.record({ evidence: fc.constantFrom(...engagementEvidences) }))],
  [
    18,
    step(
      'book-appointment',
      fc.record({
        /** Few ids, so that some are given twice; left out, it is the command's. */
        appointmentId: fc.option(fc.constantFrom('a1', 'a2'), { nil: undefined, freq: 2 }),
        kind: fc.constantFrom(...diversionAppointmentKinds),
        /** Counted from the latest that it fits. */
        replaced: optional(back),
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
    6,
    step(
      'cancel-appointment',
      fc.record({
        back,
        askedBy: fc.constantFrom(...changeAskers),
        reason: fc.constantFrom(...changeReasons),
      }),
    ),
  ],
  [20, step('record-attendance', fc.record(met))],
  [12, step('correct-attendance', fc.record({ ...met, reason: fc.constantFrom(...correctionReasons) }))],
  [3, step('accept-referral', nothing)],
  [3, step('decline-referral', fc.record({ reason: fc.constantFrom(...declineReasons) }))],
  [6, step('reroute', fc.record({ route, reason: fc.constantFrom(...rerouteReasons) }), manager)],
  [5, step('assign-caseworker', fc.record({ workerId: fc.constantFrom('w1', 'w2', null) }))],
  [3, step('record-move', fc.record({ route: fc.option(route, { nil: null }) }))],
  [5, step('transfer-pathway', fc.record({ to: route, reason: fc.constantFrom(...transferReasons) }))],
  [5, step('accept-transfer', nothing, lead)],
  [4, step('decline-transfer', fc.record({ reason: fc.constantFrom(...transferRefusals) }), lead)],
  [4, step('take-back-transfer', nothing)],
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
        already: seldom(fc.record({ type: fc.constantFrom(...modalityTypes), prescribed: fc.boolean() })),
        /** From receipt. */
        startedAfter: optional(days(-60, 20)),
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
  [5, step('end-prescription', fc.record({ back, reason: fc.constantFrom(...prescriptionEndReasons) }))],
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
  [4, step('end-modality', fc.record({ back, reason: fc.constantFrom(...modalityEndReasons) }))],
  [3, step('record-positive-outcome', fc.record({ outcome: fc.constantFrom(...positiveOutcomes) }))],
  [
    3,
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
      fc.record({
        conditionId: fc.constantFrom('c1', 'c2'),
        result: fc.constantFrom(...conditionResults),
        corrects: optional(fc.constantFrom(...conditionResults)),
      }),
    ),
  ],
  [
    7,
    step(
      'record-condition-result',
      fc.record({
        conditionId: fc.constantFrom('c1', 'c2'),
        result: fc.constantFrom('met', 'excused'),
        corrects: fc.constant('not-met'),
      }),
    ),
  ],
  [8, step('acknowledge-non-compliance', fc.record({ conditionId: fc.constantFrom('c1', 'c2') }), officer)],
  [
    5,
    step(
      'extend-closure-date',
      /** From the present limit. */
      fc.record({ days: fc.integer({ min: -5, max: 40 }), reason: fc.constantFrom(...extensionReasons) }),
      lead,
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
  [6, step('reopen-pathway', fc.record({ reason: fc.constantFrom(...reopeningReasons) }), lead)],
  [3, step('send-page-link', nothing)],
  [3, step('set-iom-flag', fc.record({ designated: fc.boolean() }))],
  [3, step('add-note', fc.record({ noteId: fc.constantFrom('note-1', 'note-2') }))],
  [
    3,
    step(
      'amend-details',
      fc.record({
        amendmentId: fc.constantFrom('d1', 'd2', 'd3'),
        fields: fc.subarray(['surname', 'birthDate', 'postcode', 'mobile'] as const),
        underAge: seldom(fc.boolean()),
        reason: fc.constantFrom(...amendmentReasons),
        route: fc.option(fc.option(route, { nil: null }), { nil: undefined }),
      }),
    ),
  ],
  [1, step('void-pathway', fc.record({ reason: fc.constantFrom(...voidReasons) }), officer)],
  [
    2,
    step(
      'rebase-policy',
      fc.record({
        policy: fc
          .record({ version: fc.integer({ min: 1, max: 6 }), closure: length, firstContact: length })
          .map((changed) => ({ ...policy, ...changed, closureWarning: changed.closure })),
        reason: fc.constantFrom(...rebaseReasons),
      }),
      manager,
    ),
  ],
  [
    2,
    step(
      'reassign-person',
      fc.record({
        personId: fc.constantFrom('person-1', 'person-2'),
        reason: fc.constantFrom(...reassignmentReasons),
        language: fc.constantFrom('en', 'cy', null),
        safeToText: fc.constantFrom('yes', 'no', null),
        knownChannels: fc.subarray([...knownChannels]),
      }),
      manager,
    ),
  ],
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
  [2, fact('death')],
  [5, fact('death-corrected')],
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

/** Few attempts, so that some are told twice and some undone. */
const shares: readonly (readonly [number, fc.Arbitrary<Step>])[] = [
  [
    8,
    step(
      'share-contact',
      fc.record({
        attemptId: fc.constantFrom('s1', 's2', 's3', 's4', 's5', 's6', null),
        channel: fc.constantFrom(...contactChannels),
        result: fc.constantFrom(
          'no-answer',
          'no-answer',
          'left-message',
          'reached',
          'declined',
          'undone',
          'undone',
        ),
      }),
    ),
  ],
];

const time: readonly (readonly [number, fc.Arbitrary<Step>])[] = [
  [25, step('until', fc.oneof(hours(0, 30), days(0, 14)))],
  [3, step('until', days(14, 60))],
  [16, step('until-appointment', fc.constant(null))],
  [14, step('until-clock', fc.constant(null))],
  [5, step('asleep', fc.oneof(hours(0, 30), days(0, 40)))],
  [7, step('again', fc.nat())],
  [4, step('effort', fc.constantFrom('text', 'email', 'phone'))],
  [3, step('treat', strand)],
];

const reports: readonly (readonly [number, fc.Arbitrary<Step>])[] = [
  [
    4,
    step(
      'report-delivery',
      fc.record({
        intentId: fc.constantFrom('i1', 'i2'),
        outcome: fc.constantFrom('failed', 'unknown'),
        purpose: fc.constantFrom('appointment-reminder', 'online-enrolment'),
      }),
    ),
  ],
  [
    6,
    step(
      'record-reply',
      fc.record({
        back,
        replyId: fc.constantFrom('r1', 'r2', 'r3'),
        meaning: fc.constantFrom(...replyMeanings),
        callToday: fc.boolean(),
      }),
    ),
  ],
  [
    3,
    step(
      'settle-reply',
      fc.record({
        back,
        replyId: fc.constantFrom('r1', 'r2', 'r3'),
        finding: fc.constantFrom(...replyFindings),
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
  ...[...commands, ...facts, ...shares, ...time, ...reports].map(([weight, arbitrary]) => ({
    weight,
    arbitrary,
  })),
);
