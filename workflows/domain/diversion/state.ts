import type { Appointment, Attendance } from '../common/appointment.ts';
import type { Attention } from '../common/attention.ts';
import type { ConsentPurpose } from '../common/consent.ts';
import type {
  ContactPreferences,
  KnownChannel,
  Language,
  YesNoUnknown,
} from '../common/contact-preference.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Instant } from '../common/instant.ts';
import type { LocalDate } from '../common/london-time.ts';
import type { PathwayState } from '../common/pathway-state.ts';
import type { Acceptance, Declined, ProviderRoute } from './acceptance.ts';
import type { Move, VoidReason } from './amendment.ts';
import type { Assessment } from './assessment.ts';
import type { ClosureReason } from './closure-reasons.ts';
import type { DiversionAppointmentKind, EngagementEvidence, MeetingEnder } from './commands.ts';
import type { Condition } from './condition.ts';
import type { FactMatter } from './fact-matter.ts';
import type { Messaged } from './messaged.ts';
import type { Need } from './needs.ts';
import type { DiversionPolicy } from './policy.ts';
import type { ReferralOrigin } from './referral-origin.ts';
import type { Disposal, ReferralSource } from './referral-source.ts';
import type { SharedContact } from './shared-contact.ts';
import type { DiversionStage } from './table.ts';
import type { AnsweredTransfer, TransferOffer } from './transfer.ts';
import { inTreatment } from './treatment.ts';
import type { Modality, PositiveOutcome, Treatment } from './treatment.ts';

/** What one referral of the voluntary path has come to. */
export interface DiversionState extends PathwayState, ReferralOrigin {
  readonly stage: DiversionStage;
  readonly policy: DiversionPolicy;
  readonly source: ReferralSource;
  readonly disposal: Disposal | null;
  readonly offenceCode: string | null;
  readonly drugCode: string | null;
  readonly offenceDate: LocalDate | null;
  readonly conditions: readonly Condition[];
  readonly language: Language | null;
  readonly safeToText: 'yes' | 'no' | null;
  readonly knownChannels: readonly KnownChannel[];
  readonly route: ProviderRoute | null;
  /** Where the person lives, as last said; left out or null: in none of the force's areas, as far as is known. */
  readonly area?: string | null;
  readonly acceptance: Acceptance;
  /** Given back, and with nobody since. */
  readonly declined: Declined | null;
  /** To another provider, not yet answered. */
  readonly transfer: TransferOffer | null;
  readonly answeredTransfer: AnsweredTransfer | null;
  readonly move: Move | null;
  readonly contact: Contact;
  /** What was counted here of other referrals of the person. */
  readonly sharedContacts: readonly SharedContact[];
  /** What contact is without those; null while there are none. */
  readonly ownContact: Contact | null;
  /** The attempt that may still be undone: the last thing recorded. */
  readonly undoable: UndoableAttempt | null;
  /** The attempts that were undone. */
  readonly undone: readonly string[];
  /** Null until the person takes part. */
  readonly engagement: Engagement | null;
  /** The first of each kind of evidence that rests on no appointment. */
  readonly evidenceApart: Engagement['evidence'];
  /** In the order of booking. */
  readonly appointments: readonly DiversionAppointment[];
  readonly assessment: Assessment | null;
  readonly treatment: Treatment;
  /** When each kind was last recorded. */
  readonly positiveOutcomes: Readonly<Partial<Record<PositiveOutcome, Instant>>>;
  readonly needs: readonly Need[];
  readonly iomSince: Instant | null;
  readonly textsStopped: boolean;
  readonly contactPreferences: ContactPreferences;
  /** What the person said yes or no to since the referral. */
  readonly consents: Readonly<Partial<Record<ConsentPurpose, 'given' | 'withdrawn'>>>;
  readonly safetyFlag: boolean;
  /** null: at liberty, as far as is known. */
  readonly custodySince: Instant | null;
  /** When the latest fact of each matter about the person was true: an older one that comes later changes nothing. */
  readonly told: Readonly<Partial<Record<FactMatter, Instant>>>;
  /** When that was told, where its event says so. */
  readonly toldWhen: Readonly<Partial<Record<FactMatter, Instant>>>;
  /** The latest release, where no custody was known that it ended; null: there is none. */
  readonly releaseAlone: ReleaseAlone | null;
  readonly died: boolean;
  /** What the closure by a death ended, so that correcting the death puts it back; null: no death closed it. */
  readonly beforeDeath: BeforeDeath | null;
  /** The facts of deaths that were none. */
  readonly correctedFacts: readonly string[];
  /** Until when an appointment last put the closure off, or held it. */
  readonly closureDeferredTo: Instant | null;
  /** One still ahead has put it off, which is done once in the life of the pathway. */
  readonly closureDeferred: boolean;
  /** Until when a person put the closure off, once. */
  readonly closureExtendedTo: Instant | null;
  /** The referral ended in treatment, at its limit; the treatment goes on. */
  readonly concludedAt: Instant | null;
  /** Null while open, also after a return. */
  readonly closure: Closure | null;
  /** What ran and was asked when it was closed: some of that is still so when the referral goes on. */
  readonly beforeClosure: BeforeClosure | null;
  /** The latest return to this referral after a closure. */
  readonly reopenedAt: Instant | null;
  /** What of the messages that are sent once must be remembered; left out where the policy has none of these. */
  readonly messaged?: Messaged;
  /** When a link to the person's page was last planned; left out: none was. */
  readonly pageLinkAt?: Instant;
  /** It should never have been: kept, and in no count. */
  readonly voided: Voided | null;
}

export interface Voided {
  readonly at: Instant;
  readonly reason: VoidReason;
  /** What it ended, so that taking it back puts that back. */
  readonly before: BeforeDeath;
}

/** A custody of before it that is carried here later has ended with it. */
export interface ReleaseAlone {
  readonly at: Instant;
  /** As of when custody was last spoken of before it: a custody from before that is no news. */
  readonly after: Instant | null;
}

export interface BeforeDeath {
  readonly deadlines: readonly Deadline[];
  readonly attention: readonly Attention[];
  readonly transfer: TransferOffer | null;
  /** The appointments that it cancelled and that were ahead, which stay so. */
  readonly cancelled: readonly string[];
  /** Those that had begun: what came of them is still to be recorded. */
  readonly begun: readonly string[];
}

export interface BeforeClosure extends Pick<BeforeDeath, 'deadlines' | 'attention'> {
  /** The appointments still ahead that it cancelled; left out where there were none. */
  readonly cancelled?: readonly string[];
}

export interface UndoableAttempt {
  readonly attemptId: string;
  readonly at: Instant;
  readonly userId: string;
  readonly until: Instant;
  /** What stood before it, so that undoing it puts everything back; it may have been the provider's acceptance too. */
  readonly contact: Contact;
  /** The same without what was shared; left out where nothing was. */
  readonly ownContact?: Contact;
  readonly acceptance: Acceptance;
  readonly deadlines: readonly Deadline[];
  readonly attention: readonly Attention[];
  /** The one before it, after which nothing but attempts and their undoing was recorded; left out: there is none. */
  readonly before?: UndoableAttempt;
}

export interface Contact {
  /** All attempts, also those of the system and to a wrong number. */
  readonly attempts: number;
  /** The tries of a person that count, until the first that reached. */
  readonly tries: readonly ContactTry[];
  /** When the person was first reached: spoken to, met or seen to take part. */
  readonly reachedAt: Instant | null;
  /** When an attempt first reached the person. */
  readonly spokenAt: Instant | null;
  /** The time for trying has passed once; it is not set again. */
  readonly effortOver: boolean;
}

export interface ContactTry {
  readonly at: Instant;
  readonly channel: KnownChannel;
}

export interface Engagement {
  /** The first of all evidence. */
  readonly at: Instant;
  /** The first of each kind of evidence. */
  readonly evidence: Readonly<Partial<Record<EngagementEvidence, Instant>>>;
}

export interface DiversionAppointment extends Appointment {
  readonly kind: DiversionAppointmentKind;
  readonly bookedAt: Instant;
  readonly attendance: Attendance | null;
  readonly leftAt: Instant | null;
  readonly arrivedAt: Instant | null;
  readonly endedBy: MeetingEnder | null;
  /** As of when the attendance that stands was recorded or corrected. */
  readonly recordedAt: Instant | null;
  /** The appointment that this one took the place of. */
  readonly supersedes: string | null;
  /** It came with a case that was open elsewhere, on this day; left out of every other. */
  readonly carriedOverAt?: Instant;
}

export interface Closure {
  readonly at: Instant;
  readonly reason: ClosureReason;
  readonly drugFree: YesNoUnknown | null;
  readonly crimeFree: YesNoUnknown | null;
  /** Null: nobody comes back to this referral. */
  readonly mayReturnUntil: Instant | null;
  /** The strands that it ended, as they were before; left out where there were none. */
  readonly endedModalities?: readonly Modality[];
}

/** The stage that the facts amount to; `decide` writes it into the event. */
export function stageOf(state: DiversionState): DiversionStage {
  if (state.voided !== null) {
    return 'void';
  }
  if (state.finished) {
    return 'finished';
  }
  if (state.closure !== null) {
    return 'closed';
  }
  return state.concludedAt === null ? openStageOf(state) : 'concluded';
}

function openStageOf(state: DiversionState): DiversionStage {
  if (inTreatment(state.treatment)) {
    return 'in-treatment';
  }
  if (state.treatment.agreedAt !== null) {
    return 'care-plan-agreed';
  }
  if (state.assessment !== null && state.assessment.result !== 'declined') {
    return 'assessed';
  }
  if (state.engagement !== null) {
    return 'engaged';
  }
  if (state.appointments.some(({ status }) => status === 'booked')) {
    return 'appointment-booked';
  }
  if (state.contact.reachedAt !== null) {
    return 'contacted';
  }
  return state.route === null ? 'awaiting-route' : 'awaiting-contact';
}
