import type { Attendance } from '../common/appointment.ts';
import type { NotReachedReason } from '../common/by-email.ts';
import type { KnownChannel, Language, YesNoUnknown } from '../common/contact-preference.ts';
import type { EventEffects, LedgerEvent, NewEvent } from '../common/event.ts';
import type { Instant } from '../common/instant.ts';
import type { PageLinkPlanned } from '../common/page-link.ts';
import type { ReplyRecorded, ReplySettled } from '../common/reply.ts';
import type { BreachCondition } from './breach-condition.ts';
import type {
  Asker,
  BreachResult,
  Marker,
  NewAppointment,
  NoticeForm,
  ServedNotice,
  TestBasis,
  TestResult,
} from './commands.ts';
import type { CompulsoryPolicy } from './policy.ts';

/** Which assessment, and with it which duty and which offence. */
export type Assessment = 'initial-assessment' | 'follow-up-assessment';

/** Failing to attend or remain without good cause: of the initial and of the follow-up assessment. */
export const offences = {
  'initial-assessment': 'Drugs Act 2005 s.12(3)',
  'follow-up-assessment': 'Drugs Act 2005 s.14(3)',
} as const satisfies Record<Assessment, string>;

export type Offence = (typeof offences)[Assessment];

/**
 * What was served, about what, and when it was written down: back-dated proof must be seen as such. Time and
 * place are those of the paper where they were taken down from it (`fromPaper`), else those of the appointment.
 */
export interface Notice extends ServedNotice {
  readonly form: NoticeForm;
  readonly appointmentId: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly placeCode: string;
  readonly recordedAt: Instant;
  readonly fromPaper?: readonly ('startsAt' | 'placeCode')[];
}

/**
 * An event held against its target. `due` null: this colour has no target for it. `inTime` null: no
 * target, or it has not happened.
 */
export interface Measure {
  readonly at: Instant | null;
  readonly due: Instant | null;
  readonly inTime: boolean | null;
}

export interface TestRecorded {
  readonly pathwayId: string;
  readonly forceId: string;
  readonly personId: string;
  readonly testedAt: Instant;
  readonly suiteCode: string;
  readonly basis: TestBasis;
  readonly selectionReasonCode: string;
  readonly results: readonly TestResult[];
  /** 18 or over at the test, judged from a birth date that is not kept here. */
  readonly adult: boolean;
  readonly language: Language;
  readonly safeToText: YesNoUnknown;
  readonly knownChannels: readonly KnownChannel[];
  /** The part of the force where the person lives; left out where it is not known, and in events from before it was kept. */
  readonly area?: string;
  readonly policy: CompulsoryPolicy;
}

export interface RequirementImposed {
  readonly requirementId: string;
  readonly appointment: NewAppointment;
  readonly notice: Notice;
}

/** The assessment that was owed has a new time and place. */
export interface AppointmentVaried {
  readonly requirementId: string;
  readonly assessment: Assessment;
  /**
   * The appointment that still bound, or would have but for a failure that this ends; null where the one before was
   * excused or the provider's cause.
   */
  readonly supersedes: string | null;
  /** The failure recorded at it, where the notice was served before its time and entered only afterwards. */
  readonly endsFailure?: string;
  readonly appointment: NewAppointment;
  readonly notice: Notice;
  readonly reasonCode: string;
  readonly askedBy: Asker;
}

export type FollowUpOutcome =
  | { readonly released: true }
  | { readonly released: false; readonly appointment: NewAppointment; readonly notice: Notice };

export interface AttendanceRecorded {
  readonly appointmentId: string;
  readonly attendance: Attendance;
  readonly leftAt?: Instant;
  readonly endedAt?: Instant;
  readonly followUp?: FollowUpOutcome;
  /** Only at an appointment that had been moved: the times to which it was, which fall with this. */
  readonly cancels?: readonly string[];
  /** Only at such a one: what was reported at those times, and was no failure. */
  readonly endsFailures?: readonly string[];
}

export interface FailureReported {
  readonly failureId: string;
  readonly requirementId: string;
  readonly appointmentId: string;
  readonly assessment: Assessment;
  readonly attendance: Attendance;
  /** The failure itself: the planned start for who did not come, else the time of leaving. */
  readonly failedAt: Instant;
}

export interface GoodCauseDecided {
  readonly failureId: string;
  readonly decision: 'accepted' | 'rejected';
  readonly reasonCode: string;
}

export interface BreachDeclared {
  readonly breachId: string;
  readonly failureId: string;
  readonly requirementId: string;
  readonly appointmentId: string;
  readonly assessment: Assessment;
  readonly offence: Offence;
  /** The failure, not the declaration: all clocks of the breach run from here. */
  readonly breachedAt: Instant;
  /** Every condition with its proof as it stood. */
  readonly conditions: readonly BreachCondition[];
}

export interface MarkerSet {
  readonly breachId: string;
  readonly marker: Marker;
  readonly reasonCode: string;
  readonly previous: Marker | null;
  readonly putOutDue: Instant | null;
  readonly arrestDue: Instant | null;
}

/** Held by a neighbourhood unit. Nothing here comes from the voluntary side. */
export interface ArrestTaskIssued {
  readonly taskId: string;
  readonly breachId: string;
  readonly unitCode: string;
  readonly marker: Marker;
  readonly offence: Offence;
  readonly breachedAt: Instant;
  readonly putOut: Measure;
}

export interface ArrestRecorded {
  readonly taskId: string;
  readonly breachId: string;
  readonly arrestedAt: Instant;
  readonly marker: Marker;
  readonly putOut: Measure;
  readonly arrest: Measure;
}

/**
 * An arrest on a task that had been withdrawn before it, or whose breach had fallen when it was recorded. It is no
 * arrest for the breach: nothing is measured, no clock ends, and a breach that fell stays where it is.
 */
export interface WithdrawnTaskArrestRecorded {
  readonly taskId: string;
  readonly breachId: string;
  readonly arrestedAt: Instant;
  readonly taskWithdrawn: true;
  /** Whether the unit had said that it knows of the withdrawal. */
  readonly withdrawalAcknowledged: boolean;
  /** Where the withdrawal was a fact told before the arrest and heard of here only after it had been recorded as one. */
  readonly factId?: string;
  readonly reasonCode?: string;
  /**
   * From when on, by that fact, nobody was to be arrested on the task. With it the arrest that was recorded before is
   * taken off the breach and the task is a withdrawn one, as if the fact had been heard of first. Without it, as in
   * older ledgers and where a release had concluded the breach, both stay as they are.
   */
  readonly withdrawnAt?: Instant;
}

/**
 * `result`: the breach was dealt with before anybody was arrested. `fact`: told outside the engine, by its fact.
 * `arrest`: the person had been arrested on an earlier task, before that one was withdrawn.
 */
export type WithdrawalCause = 'officer' | 'fact' | 'good-cause' | 'death' | 'result' | 'arrest';

export interface TaskWithdrawn {
  readonly taskId: string;
  readonly breachId: string;
  readonly cause: WithdrawalCause;
  readonly reasonCode?: string;
  readonly factId?: string;
  /** From when on nobody was to be arrested on it. Ledgers of the first days do not say it. */
  readonly withdrawnAt?: Instant;
}

export interface ResultRecorded {
  readonly breachId: string;
  readonly result: BreachResult;
  /** The first result ends the breach; later ones (charged, then a court's) are added to it. */
  readonly concludes: boolean;
  /** Nothing more is asked of the person under the requirement that was breached. */
  readonly endsRequirement: boolean;
}

export interface DeadlinePassed {
  readonly deadlineId: string;
  readonly rule: string;
  readonly due: Instant;
  readonly ref?: string;
}

export interface PathwayEnded {
  readonly reason: ClosureReason;
  /** Appointments that were still booked. */
  readonly cancelledAppointments: readonly string[];
}

/** The person lives. What was withdrawn for the death stays withdrawn, and no clock starts by itself. */
export interface DeathCorrected {
  readonly factId: string;
  /** The fact of the death; should that be carried here only later, it does nothing. */
  readonly correctsFactId: string;
  /** The death had ended the pathway: it goes on. */
  readonly reopens: boolean;
  /** The requirements that only the death had ended. */
  readonly requirementIds: readonly string[];
}

export const closureReasons = ['not-required', 'discharged', 'concluded', 'died'] as const;

export type ClosureReason = (typeof closureReasons)[number];

export interface EventData {
  readonly 'test-recorded': TestRecorded;
  readonly 'requirement-imposed': RequirementImposed;
  readonly 'requirement-not-imposed': { readonly reasonCode: string };
  readonly 'appointment-varied': AppointmentVaried;
  readonly 'attendance-recorded': AttendanceRecorded;
  readonly 'failure-reported': FailureReported;
  readonly 'good-cause-decided': GoodCauseDecided;
  readonly 'breach-declared': BreachDeclared;
  readonly 'breach-withdrawn': { readonly breachId: string; readonly cause: 'good-cause' | 'death' };
  readonly 'marker-set': MarkerSet;
  readonly 'arrest-task-issued': ArrestTaskIssued;
  readonly 'task-acknowledged': { readonly taskId: string };
  readonly 'arrest-recorded': ArrestRecorded;
  readonly 'withdrawn-task-arrest-recorded': WithdrawnTaskArrestRecorded;
  readonly 'withdrawn-task-arrest-released': {
    readonly breachId: string;
    readonly taskIds: readonly string[];
  };
  readonly 'task-withdrawn': TaskWithdrawn;
  readonly 'withdrawal-acknowledged': { readonly taskId: string };
  readonly 'result-recorded': ResultRecorded;
  readonly 'deadline-passed': DeadlinePassed;
  readonly 'person-died': { readonly factId: string };
  readonly 'death-corrected': DeathCorrected;
  readonly 'texts-stopped': { readonly factId: string };
  readonly 'texts-allowed': { readonly factId: string };
  /** Of the consent to be texted; no other touches anything here. */
  readonly 'texts-consent-noted': { readonly factId: string; readonly given: boolean };
  readonly 'custody-noted': { readonly factId: string };
  readonly 'release-noted': { readonly factId: string };
  readonly 'message-not-sent': {
    readonly intentId: string;
    readonly purpose: string;
    readonly outcome: 'unknown' | 'failed' | 'skipped';
    /** Why it did not go; only of what was skipped. */
    readonly reason?: NotReachedReason;
    /** Nobody is asked yet: the person is told the same by e-mail. */
    readonly byEmail?: true;
  };
  readonly 'reply-recorded': ReplyRecorded;
  readonly 'reply-settled': ReplySettled;
  readonly 'page-link-planned': PageLinkPlanned;
  readonly 'internal-error-reported': { readonly commandName: string };
  readonly 'pathway-ended': PathwayEnded;
}

export type EventType = keyof EventData;

/** The schema version that `data` of each type has today; older ones are brought to it in upcast.ts. */
export const eventVersions: Readonly<Record<EventType, number>> = {
  'test-recorded': 1,
  'requirement-imposed': 1,
  'requirement-not-imposed': 1,
  'appointment-varied': 1,
  'attendance-recorded': 1,
  'failure-reported': 1,
  'good-cause-decided': 1,
  'breach-declared': 1,
  'breach-withdrawn': 1,
  'marker-set': 1,
  'arrest-task-issued': 1,
  'task-acknowledged': 1,
  'arrest-recorded': 1,
  'withdrawn-task-arrest-recorded': 1,
  'withdrawn-task-arrest-released': 1,
  'task-withdrawn': 1,
  'withdrawal-acknowledged': 1,
  'result-recorded': 1,
  'deadline-passed': 1,
  'person-died': 1,
  'death-corrected': 1,
  'texts-stopped': 1,
  'texts-allowed': 1,
  'texts-consent-noted': 1,
  'custody-noted': 1,
  'release-noted': 1,
  'message-not-sent': 1,
  'reply-recorded': 1,
  'reply-settled': 1,
  'page-link-planned': 1,
  'internal-error-reported': 1,
  'pathway-ended': 1,
};

export type CompulsoryEvent = { [T in EventType]: NewEvent<T, EventData[T]> }[EventType];

export type CompulsoryLedgerEvent = { [T in EventType]: LedgerEvent<T, EventData[T]> }[EventType];

/** An event of today's schema version, without the effects that are empty. */
export function newEvent<T extends EventType>(
  type: T,
  occurredAt: Instant,
  data: EventData[T],
  effects: EventEffects = {},
): NewEvent<T, EventData[T]> {
  const { stage, armed = [], cleared = [], raised = [], settled = [] } = effects;
  return {
    type,
    version: eventVersions[type],
    occurredAt,
    data,
    ...(stage === undefined ? {} : { stage }),
    ...(armed.length === 0 ? {} : { armed }),
    ...(cleared.length === 0 ? {} : { cleared }),
    ...(raised.length === 0 ? {} : { raised }),
    ...(settled.length === 0 ? {} : { settled }),
  };
}
