import type { Attendance } from '../common/appointment.ts';
import type { Command } from '../common/command.ts';
import type { KnownChannel, Language, YesNoUnknown } from '../common/contact-preference.ts';
import type { Instant } from '../common/instant.ts';
import type { LocalDate } from '../common/london-time.ts';
import type { ClosureReason } from './closure-reasons.ts';
import type { DiversionPolicy } from './policy.ts';

/**
 * The commands of the voluntary path, as they come from the API. Ids, codes, instants and short coded
 * values only: names, contact details and notes stay in PostgreSQL. When a thing happened is the
 * envelope's `occurredAt`; it may lie in the past, never before receipt, never in the future.
 */

/** A known way of reaching the person (common/contact-preference.ts), or a voicemail left on a known phone. */
export const contactChannels = ['phone', 'text', 'email', 'post', 'in-person', 'voicemail'] as const;
export type ContactChannel = (typeof contactChannels)[number];

export const contactResults = ['reached', 'no-answer', 'left-message', 'wrong-number', 'declined'] as const;
export type ContactResult = (typeof contactResults)[number];

/** A text that the system sent by itself is no try of a person. */
export const contactMakers = ['person', 'system'] as const;
export type ContactMaker = (typeof contactMakers)[number];

export const engagementEvidences = ['attended', 'logged-in', 'prescribed', 'other'] as const;
export type EngagementEvidence = (typeof engagementEvidences)[number];

export const diversionAppointmentKinds = ['first-meeting', 'assessment', 'treatment'] as const;
export type DiversionAppointmentKind = (typeof diversionAppointmentKinds)[number];

/** The provider that a referral goes to, and the row of the route table that chose it. */
export interface ProviderRoute {
  readonly providerId: string;
  readonly programme: string;
  readonly routeId: string;
}

export interface ReferralSource {
  readonly source: 'police';
  readonly via: 'acr' | 'records-export';
}

export interface ReferralData {
  readonly pathwayId: string;
  readonly personId: string;
  /** When the outcome was decided: receipt, where the clocks of the whole referral start. */
  readonly receivedAt: Instant;
  readonly source: ReferralSource;
  readonly disposal: 'adult-community-resolution';
  /** Home Office counting rules, e.g. 92E. */
  readonly offenceCode: string;
  /** Code of the substance list. */
  readonly drugCode?: string;
  readonly offenceDate: LocalDate;
  /** For judging the age on the offence date only; it goes into no event. */
  readonly birthDate: LocalDate;
  /** null: not asked. */
  readonly language: Language | null;
  /** null: not asked, which means no. */
  readonly safeToText: 'yes' | 'no' | null;
  /** The ways of reaching the person that came with the referral; empty when there are none. */
  readonly knownChannels: readonly KnownChannel[];
  /** null: no row of the route table fits, a manager decides. */
  readonly route: ProviderRoute | null;
  readonly policy: DiversionPolicy;
}

export interface ContactAttemptData {
  readonly channel: ContactChannel;
  readonly result: ContactResult;
  readonly by: ContactMaker;
}

export interface EngagementData {
  readonly evidence: EngagementEvidence;
}

export interface AppointmentData {
  /** Left out: the command's id. */
  readonly appointmentId?: string;
  readonly kind: DiversionAppointmentKind;
  readonly startsAt: Instant;
  /** After the start, at most 12 hours later. */
  readonly endsAt: Instant;
  readonly placeCode: string;
}

export interface AttendanceData {
  readonly appointmentId: string;
  readonly attendance: Attendance;
  /** Only for who left or was sent away: between the start and the end. */
  readonly leftAt?: Instant;
}

export interface ClosePathwayData {
  readonly reason: ClosureReason;
  /** Both needed for `completed`, refused for every other reason. */
  readonly drugFree?: YesNoUnknown;
  readonly crimeFree?: YesNoUnknown;
}

/** Every command of this kind with the shape of its data. */
export interface DiversionCommandData {
  readonly 'receive-referral': ReferralData;
  readonly 'record-contact-attempt': ContactAttemptData;
  readonly 'record-engagement': EngagementData;
  readonly 'book-appointment': AppointmentData;
  readonly 'record-attendance': AttendanceData;
  readonly 'close-pathway': ClosePathwayData;
}

export type DiversionCommandName = keyof DiversionCommandData;

export type DiversionCommandOf<N extends DiversionCommandName> = Command<N, DiversionCommandData[N]>;

export type DiversionCommand = {
  [N in DiversionCommandName]: DiversionCommandOf<N>;
}[DiversionCommandName];
