import type { Attendance } from '../common/appointment.ts';
import type { Command } from '../common/command.ts';
import type { KnownChannel, Language, YesNoUnknown } from '../common/contact-preference.ts';
import type { Instant } from '../common/instant.ts';
import type { LocalDate } from '../common/london-time.ts';
import type { AssignCaseworkerData, DeclineReferralData, ProviderRoute, RerouteData } from './acceptance.ts';
import type { AmendDetailsData, IomFlagData, MoveData, NoteData, VoidPathwayData } from './amendment.ts';
import type { AssessmentData } from './assessment.ts';
import type { CaseSoFar } from './carried-over.ts';
import type { ClosureReason } from './closure-reasons.ts';
import type { ConditionData, ConditionResultData, NonComplianceData } from './condition.ts';
import type { AddNeedData, CloseNeedData } from './needs.ts';
import type { DiversionPolicy } from './policy.ts';
import type { RebasePolicyData } from './rebase.ts';
import type { ReassignPersonData } from './reassignment.ts';
import type { ReferralOrigin } from './referral-origin.ts';
import type { Disposal, ReferralSource } from './referral-source.ts';
import type { AnswerTransferData, DeclineTransferData, TransferPathwayData } from './transfer.ts';
import type {
  AgreeCarePlanData,
  EndModalityData,
  EndPrescriptionData,
  PositiveOutcomeData,
  StartPrescriptionData,
  StartTreatmentData,
  TreatmentSessionData,
  TreatmentTestData,
} from './treatment.ts';

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

export interface ReferralData extends ReferralOrigin {
  readonly pathwayId: string;
  readonly personId: string;
  /** When the outcome was decided: receipt, where the clocks of the whole referral start. */
  readonly receivedAt: Instant;
  readonly source: ReferralSource;
  /** null: no disposal brought it (self-referral, probation, health ...). */
  readonly disposal: Disposal | null;
  /** Home Office counting rules, e.g. 92E; null where no offence brought it. */
  readonly offenceCode: string | null;
  /** Code of the substance list. */
  readonly drugCode?: string;
  /** null where no offence brought it: the age is then judged on the day of receipt. */
  readonly offenceDate: LocalDate | null;
  /** Of a conditional caution only. */
  readonly conditions?: readonly ConditionData[];
  /** For judging the age only; it goes into no event. */
  readonly birthDate: LocalDate;
  /** null: not asked. */
  readonly language: Language | null;
  /** null: not asked, which means no. */
  readonly safeToText: 'yes' | 'no' | null;
  /** The ways of reaching the person that came with the referral; empty when there are none. */
  readonly knownChannels: readonly KnownChannel[];
  /** null: no row of the route table fits, a manager decides. */
  readonly route: ProviderRoute | null;
  /** The part of the force where the person lives, by which tables are split; left out: in none of them. */
  readonly area?: string;
  readonly policy: DiversionPolicy;
  /** Only of a case that was open elsewhere: how far the person had come. */
  readonly soFar?: CaseSoFar;
}

export interface ContactAttemptData {
  readonly channel: ContactChannel;
  readonly result: ContactResult;
  readonly by: ContactMaker;
}

export interface UndoContactAttemptData {
  /** The command that recorded it. */
  readonly attemptId: string;
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
  /** The one ahead that it takes the place of; needed where that is of another kind, else left out. */
  readonly replaces?: string;
}

export const changeAskers = ['person', 'provider', 'other-agency'] as const;
/** Who asked for the change. */
export type ChangeAsker = (typeof changeAskers)[number];

export const changeReasons = [
  'ill',
  'work',
  'childcare',
  'travel',
  'forgot',
  'other-appointment',
  'staff-away',
  'place-closed',
  'not-needed',
  'other',
] as const;
export type ChangeReason = (typeof changeReasons)[number];

export interface RescheduleData {
  readonly appointmentId: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  /** Left out: where it was. */
  readonly placeCode?: string;
  readonly askedBy: ChangeAsker;
  readonly reason: ChangeReason;
}

export interface CancelAppointmentData {
  readonly appointmentId: string;
  readonly askedBy: ChangeAsker;
  readonly reason: ChangeReason;
}

export const meetingEnders = ['person', 'provider'] as const;
/** Who ended a meeting before its time. */
export type MeetingEnder = (typeof meetingEnders)[number];

export interface AttendanceData {
  readonly appointmentId: string;
  readonly attendance: Attendance;
  /** Only for who left or was sent away: between the start and the end. */
  readonly leftAt?: Instant;
  /** Only for who came after the start: by then the meeting had begun. */
  readonly arrivedAt?: Instant;
  /** Only for who left or was sent away. */
  readonly endedBy?: MeetingEnder;
}

export const correctionReasons = [
  'slip',
  'wrong-person',
  'wrong-appointment',
  'misunderstood',
  'new-information',
] as const;
export type CorrectionReason = (typeof correctionReasons)[number];

export interface CorrectAttendanceData extends AttendanceData {
  readonly reason: CorrectionReason;
}

export const extensionReasons = ['about-to-engage', 'ill', 'in-custody', 'provider-delay', 'other'] as const;
export type ExtensionReason = (typeof extensionReasons)[number];

export interface ExtendClosureDateData {
  /** The last local day on which the referral is open. */
  readonly until: LocalDate;
  readonly reason: ExtensionReason;
}

export const reopeningReasons = [
  'came-back',
  'closed-in-error',
  'new-information',
  'voided-in-error',
] as const;
export type ReopeningReason = (typeof reopeningReasons)[number];

export interface ReopenPathwayData {
  readonly reason: ReopeningReason;
}

export interface ClosePathwayData {
  readonly reason: ClosureReason;
  /** Both needed for `completed`, refused for every other reason. */
  readonly drugFree?: YesNoUnknown;
  readonly crimeFree?: YesNoUnknown;
}

export type NothingToSay = Readonly<Record<string, never>>;

/** Every command of this kind with the shape of its data. */
export interface DiversionCommandData {
  readonly 'receive-referral': ReferralData;
  readonly 'accept-referral': NothingToSay;
  readonly 'decline-referral': DeclineReferralData;
  readonly reroute: RerouteData;
  readonly 'assign-caseworker': AssignCaseworkerData;
  readonly 'record-contact-attempt': ContactAttemptData;
  readonly 'undo-contact-attempt': UndoContactAttemptData;
  readonly 'record-engagement': EngagementData;
  readonly 'book-appointment': AppointmentData;
  readonly 'reschedule-appointment': RescheduleData;
  readonly 'cancel-appointment': CancelAppointmentData;
  readonly 'record-attendance': AttendanceData;
  readonly 'correct-attendance': CorrectAttendanceData;
  readonly 'record-assessment': AssessmentData;
  readonly 'agree-care-plan': AgreeCarePlanData;
  readonly 'start-treatment': StartTreatmentData;
  readonly 'record-treatment-session': TreatmentSessionData;
  readonly 'start-prescription': StartPrescriptionData;
  readonly 'end-prescription': EndPrescriptionData;
  readonly 'record-treatment-test': TreatmentTestData;
  readonly 'end-modality': EndModalityData;
  readonly 'record-positive-outcome': PositiveOutcomeData;
  readonly 'add-need': AddNeedData;
  readonly 'close-need': CloseNeedData;
  readonly 'record-condition-result': ConditionResultData;
  readonly 'acknowledge-non-compliance': NonComplianceData;
  readonly 'extend-closure-date': ExtendClosureDateData;
  readonly 'close-pathway': ClosePathwayData;
  readonly 'reopen-pathway': ReopenPathwayData;
  readonly 'record-move': MoveData;
  readonly 'transfer-pathway': TransferPathwayData;
  readonly 'accept-transfer': AnswerTransferData;
  readonly 'decline-transfer': DeclineTransferData;
  readonly 'take-back-transfer': AnswerTransferData;
  readonly 'set-iom-flag': IomFlagData;
  readonly 'send-page-link': NothingToSay;
  readonly 'add-note': NoteData;
  readonly 'amend-details': AmendDetailsData;
  readonly 'void-pathway': VoidPathwayData;
  readonly 'reassign-person': ReassignPersonData;
  readonly 'rebase-policy': RebasePolicyData;
}

export type DiversionCommandName = keyof DiversionCommandData;

export type DiversionCommandOf<N extends DiversionCommandName> = Command<N, DiversionCommandData[N]>;

export type DiversionCommand = {
  [N in DiversionCommandName]: DiversionCommandOf<N>;
}[DiversionCommandName];
