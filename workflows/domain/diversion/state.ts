import type { Appointment, Attendance } from '../common/appointment.ts';
import type { KnownChannel, Language, YesNoUnknown } from '../common/contact-preference.ts';
import type { Instant } from '../common/instant.ts';
import type { LocalDate } from '../common/london-time.ts';
import type { PathwayState } from '../common/pathway-state.ts';
import type { ClosureReason } from './closure-reasons.ts';
import type { EngagementEvidence, ProviderRoute, ReferralSource } from './commands.ts';
import type { DiversionPolicy } from './policy.ts';
import type { DiversionStage } from './table.ts';

/** What one referral of the voluntary path has come to. */
export interface DiversionState extends PathwayState {
  readonly stage: DiversionStage;
  readonly policy: DiversionPolicy;
  readonly source: ReferralSource;
  readonly disposal: 'adult-community-resolution';
  readonly offenceCode: string;
  readonly drugCode: string | null;
  readonly offenceDate: LocalDate;
  readonly language: Language | null;
  readonly safeToText: 'yes' | 'no' | null;
  readonly knownChannels: readonly KnownChannel[];
  readonly route: ProviderRoute | null;
  readonly contact: Contact;
  /** Null until the person takes part. */
  readonly engagement: Engagement | null;
  /** In the order of booking. */
  readonly appointments: readonly DiversionAppointment[];
  readonly textsStopped: boolean;
  readonly died: boolean;
  /** Until when the closure was last put off; by an appointment still ahead only once in the life of the pathway. */
  readonly closureDeferredTo: Instant | null;
  /** Null while open, also after a return. */
  readonly closure: Closure | null;
  /** The latest return to this referral after a closure. */
  readonly reopenedAt: Instant | null;
}

export interface Contact {
  /** All attempts, also those of the system and to a wrong number. */
  readonly attempts: number;
  /** The tries of a person that count, until the first that reached. */
  readonly tries: readonly ContactTry[];
  /** When the person was first reached: spoken to, met or seen to take part. */
  readonly reachedAt: Instant | null;
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
  readonly bookedAt: Instant;
  readonly attendance: Attendance | null;
  readonly leftAt: Instant | null;
}

export interface Closure {
  readonly at: Instant;
  readonly reason: ClosureReason;
  readonly drugFree: YesNoUnknown | null;
  readonly crimeFree: YesNoUnknown | null;
  /** Null: nobody comes back to this referral. */
  readonly mayReturnUntil: Instant | null;
}

/** The stage that the facts amount to; `decide` writes it into the event. */
export function stageOf(state: DiversionState): DiversionStage {
  if (state.finished) {
    return 'finished';
  }
  if (state.closure !== null) {
    return 'closed';
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
