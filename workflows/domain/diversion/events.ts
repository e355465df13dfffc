import type { AppointmentStatus, Attendance } from '../common/appointment.ts';
import type { NotReachedReason } from '../common/by-email.ts';
import type { ConsentPurpose } from '../common/consent.ts';
import type {
  ContactPreferences,
  KnownChannel,
  Language,
  YesNoUnknown,
} from '../common/contact-preference.ts';
import type { LedgerEvent, NewEvent } from '../common/event.ts';
import type { Instant } from '../common/instant.ts';
import type { PageLinkPlanned } from '../common/page-link.ts';
import type { ReplyRecorded, ReplySettled } from '../common/reply.ts';
import type { LocalDate } from '../common/london-time.ts';
import type { CaseworkerAssigned, ProviderRoute, ReferralDeclined, ReferralRouted } from './acceptance.ts';
import type {
  DetailsAmended,
  IomFlagSet,
  NoteAdded,
  PathwayVoided,
  PersonMoved,
  VoidReason,
} from './amendment.ts';
import type { AssessmentRecorded } from './assessment.ts';
import type { AttemptsCarriedOver } from './carried-over.ts';
import type { ClosureReason } from './closure-reasons.ts';
import type {
  ChangeAsker,
  ChangeReason,
  ContactChannel,
  ContactMaker,
  ContactResult,
  CorrectionReason,
  DiversionAppointmentKind,
  EngagementEvidence,
  ExtensionReason,
  MeetingEnder,
  ReopeningReason,
} from './commands.ts';
import type { ConditionData, ConditionResultRecorded } from './condition.ts';
import type { NeedAdded, NeedClosed } from './needs.ts';
import type { DiversionPolicy } from './policy.ts';
import type { PolicyRebased } from './rebase.ts';
import type { PersonReassigned } from './reassignment.ts';
import type { ReferralOrigin } from './referral-origin.ts';
import type { Disposal, ReferralSource } from './referral-source.ts';
import type { ContactShared, ContactShareUndone } from './shared-contact.ts';
import type { Engagement } from './state.ts';
import type { TransferAccepted, TransferDeclined, TransferOffered, TransferTakenBack } from './transfer.ts';
import type {
  CarePlanAgreed,
  ModalityEnded,
  PositiveOutcomeRecorded,
  PrescriptionEnded,
  PrescriptionStarted,
  TreatmentSessionRecorded,
  TreatmentStarted,
  TreatmentTested,
} from './treatment.ts';

/**
 * What can happen on the voluntary path. The ledger keeps these for ever: a changed shape is a new schema
 * version with an upcaster, never an edit. Nothing in this list can lead to a consequence in law.
 */

export interface ReferralReceived extends ReferralOrigin {
  readonly pathwayId: string;
  readonly forceId: string;
  readonly personId: string;
  readonly source: ReferralSource;
  readonly disposal: Disposal | null;
  readonly offenceCode: string | null;
  readonly drugCode: string | null;
  readonly offenceDate: LocalDate | null;
  /** Left out where there are none. */
  readonly conditions?: readonly ConditionData[];
  readonly language: Language | null;
  readonly safeToText: 'yes' | 'no' | null;
  readonly knownChannels: readonly KnownChannel[];
  readonly route: ProviderRoute | null;
  /** Left out where it is in none of the force's areas, and in events from before areas were kept. */
  readonly area?: string;
  /** The whole snapshot: a later policy does not touch this pathway. */
  readonly policy: DiversionPolicy;
}

export interface ContactAttempted {
  readonly channel: ContactChannel;
  readonly result: ContactResult;
  readonly by: ContactMaker;
  /** Until when who recorded it may undo it, as long as nothing else is recorded; left out: not at all. */
  readonly undoableUntil?: Instant;
}

/** The attempt did not take place as recorded; the entry stays, what it did is undone. */
export interface ContactAttemptUndone {
  readonly attemptId: string;
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
  /** Of a booking that moves another one, where it was said. */
  readonly askedBy?: ChangeAsker;
  readonly reason?: ChangeReason;
  /** It was booked elsewhere, nobody knows when, and came with the case on this day. */
  readonly carriedOverAt?: Instant;
}

export interface AppointmentCancelled {
  readonly appointmentId: string;
  readonly askedBy: ChangeAsker;
  readonly reason: ChangeReason;
}

export interface AttendanceRecorded {
  readonly appointmentId: string;
  readonly attendance: Attendance;
  readonly leftAt: Instant | null;
  /** Left out: on time, or not said. */
  readonly arrivedAt?: Instant;
  readonly endedBy?: MeetingEnder;
  /** What becomes of the appointment. */
  readonly status: AppointmentStatus;
}

/** Both records stay; this one counts. */
export interface AttendanceCorrected {
  readonly appointmentId: string;
  readonly was: Attendance;
  readonly attendance: Attendance;
  readonly leftAt: Instant | null;
  readonly arrivedAt?: Instant;
  readonly endedBy?: MeetingEnder;
  readonly status: AppointmentStatus;
  readonly reason: CorrectionReason;
  /** What the engagement comes to where it rested on what is corrected; left out: as it was. */
  readonly engagement?: Engagement | null;
  /** When the person was first reached, where that rested on it; left out: as it was. */
  readonly reachedAt?: Instant | null;
}

/** `occurredAt` is the date of the closure: for a clock that passed late, the instant it was due. */
export interface PathwayClosed {
  readonly reason: ClosureReason;
  readonly drugFree: YesNoUnknown | null;
  readonly crimeFree: YesNoUnknown | null;
  /** The appointments that the closure cancels. */
  readonly cancelled: readonly string[];
  /** Those of them that had begun, and of which nothing was recorded; left out where there are none. */
  readonly begun?: readonly string[];
  /** Until when the person may come back to this referral; null: not at all. */
  readonly mayReturnUntil: Instant | null;
  /** The fact about the person that closed it. */
  readonly factId: string | null;
  /** The strands of treatment that still ran and that the closure ends; left out where there are none. */
  readonly endedModalities?: readonly ModalityEnded[];
}

/** In treatment when the time was over: the referral has done its work, the treatment goes on. `occurredAt` is the limit. */
export interface DiversionConcluded {
  readonly engagedAt: Instant | null;
}

export interface PathwayReopened {
  readonly closedAt: Instant;
  readonly reason: ClosureReason;
  /** Why a person opened it again; left out where it followed from an engagement or a contact. */
  readonly because?: ReopeningReason;
  /** The strands that the closure ended and that go on, because it was an error; left out where there are none. */
  readonly resumedModalities?: readonly string[];
  /** It was concluded in treatment before the closure that was an error, and is so again; left out: it is open. */
  readonly concludedAt?: Instant;
  /**
   * Why it had been void, which is taken back: what ran before goes on. `closedAt` and `reason` are then of the closure
   * that stands, else of the voiding. Left out: a closure is taken back.
   */
  readonly voided?: VoidReason;
  /** It had been closed when it was voided, and is so again. */
  readonly closureStands?: true;
  /** Nobody comes back to that closure any more. */
  readonly finished?: true;
  /** The appointments that had begun when it was voided: somebody may have come. Left out where there are none. */
  readonly restored?: readonly string[];
}

/** The one extension by a person; an appointment's is `closure-deferred`. */
export interface ClosureExtended {
  readonly from: Instant;
  readonly until: Instant;
  readonly reason: ExtensionReason;
}

export interface ClosureDeferred {
  readonly appointmentId: string;
  readonly until: Instant;
  /**
   * It only waits for what came of an appointment that had begun; left out: it is the one deferral, or from before the two
   * were told apart.
   */
  readonly holds?: true;
}

/** `occurredAt` is when it was noticed, so that with `due` the event says how late. */
export interface DeadlinePassed {
  readonly deadlineId: string;
  readonly rule: string;
  readonly due: Instant;
}

export interface FactNoted {
  readonly factId: string;
  /** When it was told; not in the events from before that was kept. */
  readonly recordedAt?: Instant;
}

export interface CustodyNoted extends FactNoted {
  /** Carried here after the release that ended it: the person is free, and what it stopped began anew by then. */
  readonly endedAt?: Instant;
}

export interface ConsentNoted extends FactNoted {
  readonly purpose: ConsentPurpose;
  readonly given: boolean;
}

export interface ContactPreferencesNoted extends FactNoted {
  readonly preferences: ContactPreferences;
}

export interface SafetyFlagNoted extends FactNoted {
  readonly flagged: boolean;
}

/** The person lives. */
export interface DeathCorrected extends FactNoted {
  /** The fact of the death; should that be carried here only later, it does nothing. */
  readonly correctsFactId: string;
  /** The closure that the mistaken death made is taken back. */
  readonly reopens: boolean;
  /** The appointments that had begun before it: somebody may have come. Left out where there are none. */
  readonly restored?: readonly string[];
  /** Whether the referral was closed for good apart from it. */
  readonly finished: boolean;
}

export interface MessageNotSent {
  readonly intentId: string;
  readonly purpose: string;
  readonly outcome: 'unknown' | 'failed' | 'skipped';
  /** Why it did not go; only of what was skipped. */
  readonly reason?: NotReachedReason;
  /** Nobody is asked yet: the person is told the same by e-mail. */
  readonly byEmail?: true;
}

export interface InternalErrorReported {
  readonly commandName: string;
}

export type NoData = Readonly<Record<string, never>>;

export interface DiversionEventData {
  readonly 'referral-received': ReferralReceived;
  readonly 'contact-attempted': ContactAttempted;
  /** Of a case that was open elsewhere: the person was first reached then; how, is not known. */
  readonly 'first-contact-carried-over': NoData;
  /** Of a case that was open elsewhere: tries on days that nobody knows. */
  readonly 'attempts-carried-over': AttemptsCarriedOver;
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
  readonly 'referral-accepted': NoData;
  readonly 'referral-declined': ReferralDeclined;
  readonly 'referral-routed': ReferralRouted;
  readonly 'caseworker-assigned': CaseworkerAssigned;
  readonly 'contact-attempt-undone': ContactAttemptUndone;
  readonly 'appointment-cancelled': AppointmentCancelled;
  readonly 'attendance-corrected': AttendanceCorrected;
  readonly 'assessment-recorded': AssessmentRecorded;
  readonly 'care-plan-agreed': CarePlanAgreed;
  readonly 'treatment-started': TreatmentStarted;
  readonly 'treatment-session-recorded': TreatmentSessionRecorded;
  readonly 'prescription-started': PrescriptionStarted;
  readonly 'prescription-ended': PrescriptionEnded;
  readonly 'treatment-tested': TreatmentTested;
  readonly 'modality-ended': ModalityEnded;
  readonly 'positive-outcome-recorded': PositiveOutcomeRecorded;
  readonly 'need-added': NeedAdded;
  readonly 'need-closed': NeedClosed;
  readonly 'condition-result-recorded': ConditionResultRecorded;
  readonly 'non-compliance-acknowledged': { readonly conditionId: string };
  readonly 'closure-extended': ClosureExtended;
  readonly 'diversion-concluded': DiversionConcluded;
  readonly 'person-moved': PersonMoved;
  readonly 'transfer-offered': TransferOffered;
  readonly 'transfer-accepted': TransferAccepted;
  readonly 'transfer-declined': TransferDeclined;
  readonly 'transfer-taken-back': TransferTakenBack;
  readonly 'iom-flag-set': IomFlagSet;
  readonly 'note-added': NoteAdded;
  readonly 'details-amended': DetailsAmended;
  readonly 'pathway-voided': PathwayVoided;
  readonly 'person-reassigned': PersonReassigned;
  readonly 'contact-shared': ContactShared;
  readonly 'contact-share-undone': ContactShareUndone;
  readonly 'policy-rebased': PolicyRebased;
  readonly 'texts-allowed': FactNoted;
  readonly 'custody-noted': CustodyNoted;
  readonly 'release-noted': FactNoted;
  readonly 'consent-noted': ConsentNoted;
  readonly 'contact-preferences-noted': ContactPreferencesNoted;
  readonly 'safety-flag-noted': SafetyFlagNoted;
  readonly 'death-corrected': DeathCorrected;
  readonly 'message-not-sent': MessageNotSent;
  readonly 'reply-recorded': ReplyRecorded;
  readonly 'reply-settled': ReplySettled;
  readonly 'page-link-planned': PageLinkPlanned;
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
  'first-contact-carried-over': 1,
  'attempts-carried-over': 1,
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
  'referral-accepted': 1,
  'referral-declined': 1,
  'referral-routed': 1,
  'caseworker-assigned': 1,
  'contact-attempt-undone': 1,
  'appointment-cancelled': 1,
  'attendance-corrected': 1,
  'assessment-recorded': 1,
  'care-plan-agreed': 1,
  'treatment-started': 1,
  'treatment-session-recorded': 1,
  'prescription-started': 1,
  'prescription-ended': 1,
  'treatment-tested': 1,
  'modality-ended': 1,
  'positive-outcome-recorded': 1,
  'need-added': 1,
  'need-closed': 1,
  'condition-result-recorded': 1,
  'non-compliance-acknowledged': 1,
  'closure-extended': 1,
  'diversion-concluded': 1,
  'person-moved': 1,
  'transfer-offered': 1,
  'transfer-accepted': 1,
  'transfer-declined': 1,
  'transfer-taken-back': 1,
  'iom-flag-set': 1,
  'note-added': 1,
  'details-amended': 1,
  'pathway-voided': 1,
  'person-reassigned': 1,
  'contact-shared': 1,
  'contact-share-undone': 1,
  'policy-rebased': 1,
  'texts-allowed': 1,
  'custody-noted': 1,
  'release-noted': 1,
  'consent-noted': 1,
  'contact-preferences-noted': 1,
  'safety-flag-noted': 1,
  'death-corrected': 1,
  'message-not-sent': 1,
  'reply-recorded': 1,
  'reply-settled': 1,
  'page-link-planned': 1,
  'internal-error-reported': 1,
};
