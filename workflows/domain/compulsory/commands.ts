import type { Attendance } from '../common/appointment.ts';
import type { Command, EngineCommand } from '../common/command.ts';
import type { KnownChannel, Language, YesNoUnknown } from '../common/contact-preference.ts';
import type { Instant } from '../common/instant.ts';
import type { LocalDate } from '../common/london-time.ts';
import type { CompulsoryPolicy } from './policy.ts';

/**
 * Every command of the compulsory pathway. Ids, codes and instants only. Ids that the sender may leave
 * out become the id of the command.
 */

/**
 * The drugs a custody test looks for or reports. All but `cannabis` and `benzodiazepines` are specified
 * Class A drugs (see drug-test.ts).
 */
export const substances = [
  'cocaine',
  'opiates',
  'methylamphetamine',
  'mdma',
  'other-class-a',
  'benzodiazepines',
  'cannabis',
] as const;

export type Substance = (typeof substances)[number];

export interface TestResult {
  readonly substance: Substance;
  readonly result: 'positive' | 'negative';
}

/**
 * The legal basis as custody recorded it; whether the offence is on the statutory list, and whether the
 * grounds were good, nobody checks here. Why this person was chosen is another matter
 * (`selectionReasonCode`): "intelligence-led" is no legal basis.
 */
export type TestBasis =
  /** Arrested for an offence of the statutory list (PACE 1984 s.63B(1A)(a)). */
  | { readonly kind: 'trigger-offence'; readonly offenceCode: string }
  /** An inspector or above authorised the sample, on grounds recorded in custody (PACE 1984 s.63B(1A)(b)). */
  | {
      readonly kind: 'inspector-authority';
      readonly inspectorId: string;
      readonly authorisedAt: Instant;
      readonly groundsCode: string;
    }
  /** Agreed to; creates no duty and opens no pathway. */
  | { readonly kind: 'voluntary' };

/** Opens the pathway. `birthDate` is judged and goes into no event. */
export interface RecordTestData {
  readonly pathwayId: string;
  readonly personId: string;
  readonly testedAt: Instant;
  readonly suiteCode: string;
  readonly basis: TestBasis;
  /** e.g. `all-triggers`, `intelligence-led`: reference data. */
  readonly selectionReasonCode: string;
  readonly results: readonly TestResult[];
  readonly birthDate: LocalDate;
  readonly language: Language;
  readonly safeToText: YesNoUnknown;
  readonly knownChannels: readonly KnownChannel[];
  /** The part of the force where the person lives; left out where it is not known. */
  readonly area?: string;
  readonly policy: CompulsoryPolicy;
}

export interface NewAppointment {
  readonly appointmentId: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly placeCode: string;
}

/** `offered-and-refused`: held out to the person, who did not take it. */
export const waysOfService = ['handed-over', 'offered-and-refused', 'posted', 'left-at-address'] as const;

export type WayOfService = (typeof waysOfService)[number];

/** The paper that makes time and place enforceable: it says both, and warns of the offence. */
export interface ServedNotice<F extends NoticeForm = NoticeForm> {
  readonly form: F;
  readonly servedAt: Instant;
  readonly how: WayOfService;
  /** Account id of who served it, never a name. */
  readonly servedBy: string;
  readonly language: Language;
  readonly warningGiven: boolean;
  /** Time and place as they stand on the paper itself, where they were taken down from it. */
  readonly startsAt?: Instant;
  readonly placeCode?: string;
}

/** RA1: the initial assessment. RA2: a new time and place of either. RA4: the follow-up assessment. */
export const noticeForms = ['RA1', 'RA2', 'RA4'] as const;

export type NoticeForm = (typeof noticeForms)[number];

/** The follow-up assessment is required in the same breath (Drugs Act 2005 s.10(2)). */
export interface ImposeRequirementData {
  readonly requirementId?: string;
  readonly initialAssessment: NewAppointment;
  readonly notice: ServedNotice<'RA1'>;
}

export interface ConcludeWithoutRequirementData {
  readonly reasonCode: string;
}

/** Who asked for another time. */
export const askers = ['person', 'provider', 'police'] as const;

export type Asker = (typeof askers)[number];

/** There is no new time without its notice: what was said on the telephone binds nobody. */
export interface VaryAppointmentData {
  readonly appointment: NewAppointment;
  readonly notice: ServedNotice<'RA2'>;
  readonly reasonCode: string;
  readonly askedBy: Asker;
}

/** What the initial assessor decides before the initial assessment ends (Drugs Act 2005 s.13). */
export type FollowUpDecision =
  | { readonly released: true }
  | { readonly released: false; readonly appointment: NewAppointment; readonly notice: ServedNotice<'RA4'> };

export interface RecordAttendanceData {
  readonly appointmentId: string;
  readonly attendance: Attendance;
  /** When the person went: needed for `attended-and-left` and `sent-away`, else not allowed. */
  readonly leftAt?: Instant;
  /** When an assessment attended to its end really ended, where that was not the time planned. */
  readonly endedAt?: Instant;
  /** Needed when the initial assessment was attended to its end, else not allowed. */
  readonly followUp?: FollowUpDecision;
}

/** `failureId` is in the event `failure-reported` and in the state. */
export interface DecideGoodCauseData {
  readonly failureId: string;
  readonly decision: 'accepted' | 'rejected';
  readonly reasonCode: string;
}

export interface DeclareBreachData {
  readonly failureId: string;
  readonly breachId?: string;
}

export const markers = ['RED', 'AMBER', 'GREEN'] as const;

export type Marker = (typeof markers)[number];

export interface SetMarkerData {
  readonly breachId: string;
  readonly marker: Marker;
  readonly reasonCode: string;
}

export interface IssueArrestTaskData {
  readonly breachId: string;
  readonly taskId?: string;
  readonly unitCode: string;
}

/** Of an open task: taken on. Of a withdrawn one: the withdrawal is known, nobody is on the way any more. */
export interface AcknowledgeTaskData {
  readonly taskId: string;
}

export interface RecordArrestData {
  readonly taskId: string;
  readonly arrestedAt: Instant;
}

export interface WithdrawTaskData {
  readonly taskId: string;
  readonly reasonCode: string;
}

/** `drr`: a Drug Rehabilitation Requirement was made. */
export const breachResults = ['charged', 'court', 'drr', 'no-further-action', 'released'] as const;

export type BreachResult = (typeof breachResults)[number];

export interface RecordResultData {
  readonly breachId: string;
  readonly result: BreachResult;
  /** Only of a release: the task of the arrest that it ends, where the person was arrested on more than one. */
  readonly taskId?: string;
}

export type OpeningCommand = Command<'record-test', RecordTestData>;

export type CompulsoryCommand =
  | Command<'impose-requirement', ImposeRequirementData>
  | Command<'conclude-without-requirement', ConcludeWithoutRequirementData>
  | Command<'vary-appointment', VaryAppointmentData>
  | Command<'record-attendance', RecordAttendanceData>
  | Command<'decide-good-cause', DecideGoodCauseData>
  | Command<'declare-breach', DeclareBreachData>
  | Command<'set-marker', SetMarkerData>
  | Command<'issue-arrest-task', IssueArrestTaskData>
  | Command<'acknowledge-task', AcknowledgeTaskData>
  | Command<'record-arrest', RecordArrestData>
  | Command<'withdraw-task', WithdrawTaskData>
  | Command<'record-result', RecordResultData>
  | Command<'send-page-link', Readonly<Record<string, never>>>;

/** Everything that `decide` understands. */
export type AnyCompulsoryCommand = OpeningCommand | CompulsoryCommand | EngineCommand;

export const compulsoryCommandNames = [
  'impose-requirement',
  'conclude-without-requirement',
  'vary-appointment',
  'record-attendance',
  'decide-good-cause',
  'declare-breach',
  'set-marker',
  'issue-arrest-task',
  'acknowledge-task',
  'record-arrest',
  'withdraw-task',
  'record-result',
  'send-page-link',
] as const satisfies readonly CompulsoryCommand['name'][];
