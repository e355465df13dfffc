import type { AppointmentStatus, Attendance } from '../common/appointment.ts';
import type { KnownChannel, Language, YesNoUnknown } from '../common/contact-preference.ts';
import type { LedgerEvent, NewEvent } from '../common/event.ts';
import type { Instant } from '../common/instant.ts';
import type { LocalDate } from '../common/london-time.ts';
import type { ClosureReason } from './closure-reasons.ts';
import type {
  ContactChannel,
  ContactMaker,
  ContactResult,
  DiversionAppointmentKind,
  EngagementEvidence,
  ProviderRoute,
  ReferralSource,
} from './commands.ts';
import type { DiversionPolicy } from './policy.ts';

/**
 * What can happen on the voluntary path. The ledger keeps these for ever: a changed shape is a new schema
 * version with an upcaster, never an edit. Nothing in this list can lead to a consequence in law.
 */

export interface ReferralReceived {
  readonly pathwayId: string;
  readonly forceId: string;
  readonly personId: string;
  readonly source: ReferralSource;
  readonly disposal: 'adult-community-resolution';
  readonly offenceCode: string;
  readonly drugCode: string | null;
  readonly offenceDate: LocalDate;
  readonly language: Language | null;
  readonly safeToText: 'yes' | 'no' | null;
  readonly knownChannels: readonly KnownChannel[];
  readonly route: ProviderRoute | null;
  /** The whole snapshot: a later policy does not touch this pathway. */
  readonly policy: DiversionPolicy;
}

export interface ContactAttempted {
  readonly channel: ContactChannel;
  readonly result: ContactResult;
  readonly by: ContactMaker;
}

export interface EngagementRecorded {
  readonly evidence: EngagementEvidence;
  /** The appointment whose attendance is the evidence; null when it was recorded by itself. */
  readonly appointmentId: string | null;
}

export interface AppointmentBooked {
  readonly appointmentId: string;
  readonly kind: DiversionAppointmentKind;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly placeCode: string;
  /** The appointment still ahead that this one takes the place of. */
  readonly supersedes: string | null;
}

export interface AttendanceRecorded {
  readonly appointmentId: string;
  readonly attendance: Attendance;
  readonly leftAt: Instant | null;
  /** What becomes of the appointment. */
  readonly status: AppointmentStatus;
}

/** `occurredAt` is the date of the closure: for a clock that passed late, the instant it was due. */
export interface PathwayClosed {
  readonly reason: ClosureReason;
  readonly drugFree: YesNoUnknown | null;
  readonly crimeFree: YesNoUnknown | null;
  /** The appointments that the closure cancels. */
  readonly cancelled: readonly string[];
  /** Until when the person may come back to this referral; null: not at all. */
  readonly mayReturnUntil: Instant | null;
  /** The fact about the person that closed it. */
  readonly factId: string | null;
}

export interface PathwayReopened {
  readonly closedAt: Instant;
  readonly reason: ClosureReason;
}

export interface ClosureDeferred {
  readonly appointmentId: string;
  readonly until: Instant;
}

/** `occurredAt` is when it was noticed, so that with `due` the event says how late. */
export interface DeadlinePassed {
  readonly deadlineId: string;
  readonly rule: string;
  readonly due: Instant;
}

export interface FactNoted {
  readonly factId: string;
}

export interface MessageNotSent {
  readonly intentId: string;
  readonly purpose: string;
  readonly outcome: 'unknown' | 'failed';
}

export interface InternalErrorReported {
  readonly commandName: string;
}

export type NoData = Readonly<Record<string, never>>;

export interface DiversionEventData {
  readonly 'referral-received': ReferralReceived;
  readonly 'contact-attempted': ContactAttempted;
  readonly 'engagement-recorded': EngagementRecorded;
  readonly 'appointment-booked': AppointmentBooked;
  readonly 'attendance-recorded': AttendanceRecorded;
  readonly 'pathway-closed': PathwayClosed;
  readonly 'pathway-reopened': PathwayReopened;
  readonly 'pathway-finished': NoData;
  readonly 'closure-deferred': ClosureDeferred;
  readonly 'deadline-passed': DeadlinePassed;
  readonly 'texts-stopped': FactNoted;
  /** The person died after the referral was closed; the closure stays as it was. */
  readonly 'death-noted': FactNoted;
  readonly 'message-not-sent': MessageNotSent;
  readonly 'internal-error-reported': InternalErrorReported;
}

export type DiversionEventType = keyof DiversionEventData;

export type DiversionEvent = {
  [T in DiversionEventType]: NewEvent<T, DiversionEventData[T]>;
}[DiversionEventType];

export type RecordedDiversionEvent = {
  [T in DiversionEventType]: LedgerEvent<T, DiversionEventData[T]>;
}[DiversionEventType];

/** The schema version in which each event is written today. */
export const eventVersions: Readonly<Record<DiversionEventType, number>> = {
  'referral-received': 1,
  'contact-attempted': 1,
  'engagement-recorded': 1,
  'appointment-booked': 1,
  'attendance-recorded': 1,
  'pathway-closed': 1,
  'pathway-reopened': 1,
  'pathway-finished': 1,
  'closure-deferred': 1,
  'deadline-passed': 1,
  'texts-stopped': 1,
  'death-noted': 1,
  'message-not-sent': 1,
  'internal-error-reported': 1,
};
