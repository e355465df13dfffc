import type { Appointment, Attendance } from '../common/appointment.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore } from '../common/instant.ts';
import type { PathwayState } from '../common/pathway-state.ts';
import type { BreachResult, Marker } from './commands.ts';
import type { Assessment, ClosureReason, Notice, Offence, TestRecorded } from './events.ts';
import type { CompulsoryPolicy } from './policy.ts';

/** What a compulsory pathway knows. A requirement, a failure, a breach and a task each have their own id. */
export interface CompulsoryState extends PathwayState {
  readonly policy: CompulsoryPolicy;
  readonly test: DrugTest;
  readonly requirements: readonly Requirement[];
  readonly notices: readonly Notice[];
  readonly appointments: readonly AssessmentAppointment[];
  readonly failures: readonly Failure[];
  readonly breaches: readonly Breach[];
  readonly tasks: readonly ArrestTask[];
  readonly diedAt: Instant | null;
  /** The requirements that the death ended; empty where none did. */
  readonly endedByDeath: readonly string[];
  /** The facts of deaths that were none. */
  readonly correctedDeaths: readonly string[];
  readonly textsStoppedAt: Instant | null;
  /** The consent to be texted was taken back; null: it was not, or it is given again. */
  readonly textsRefusedAt: Instant | null;
  /** null: at liberty, as far as is known. */
  readonly custodySince: Instant | null;
  /** When the latest fact of each matter was true: an older one that is carried later changes nothing. */
  readonly told: Readonly<Partial<Record<FactMatter, Instant>>>;
  /** When a link to the person's page was last planned; left out: none was. */
  readonly pageLinkAt?: Instant;
  readonly closed: { readonly at: Instant; readonly reason: ClosureReason } | null;
}

export type FactMatter = 'texts' | 'texts-consent' | 'custody';

export type DrugTest = Pick<
  TestRecorded,
  | 'testedAt'
  | 'suiteCode'
  | 'basis'
  | 'selectionReasonCode'
  | 'results'
  | 'adult'
  | 'language'
  | 'safeToText'
  | 'knownChannels'
  | 'area'
>;

/** The duty to attend both assessments and remain for their duration. */
export interface Requirement {
  readonly requirementId: string;
  readonly imposedAt: Instant;
  /** `discharged`: attended and remained as required. `ended`: by a breach's result or the end of the pathway. */
  readonly status: 'in-force' | 'discharged' | 'ended';
  /** `imposed` with the initial one; `set` by notice RA4 or `released` at the initial assessment. */
  readonly followUp: 'imposed' | 'set' | 'released';
}

export interface AssessmentAppointment extends Appointment {
  readonly kind: Assessment;
  readonly requirementId: string;
  readonly attendance: Attendance | null;
}

export interface Failure {
  readonly failureId: string;
  readonly requirementId: string;
  readonly appointmentId: string;
  readonly assessment: Assessment;
  readonly attendance: Attendance;
  readonly failedAt: Instant;
  readonly reportedAt: Instant;
  readonly review: 'undecided' | 'accepted' | 'rejected';
  readonly reviewedAt: Instant | null;
  /** It was no failure: a notice served before its time had moved the person to this appointment. */
  readonly endedByNotice?: string;
  /** It was no failure: the person had attended this appointment, which had been moved to that one, to its end. */
  readonly endedByAttendance?: string;
}

export interface Breach {
  readonly breachId: string;
  readonly failureId: string;
  readonly requirementId: string;
  readonly appointmentId: string;
  readonly assessment: Assessment;
  readonly offence: Offence;
  readonly breachedAt: Instant;
  readonly declaredAt: Instant;
  readonly status: 'in-force' | 'withdrawn' | 'concluded';
  readonly marker: MarkerRecord | null;
  /** Markers that were changed, oldest first, with the clocks they gave. */
  readonly earlierMarkers: readonly MarkerRecord[];
  /** The first issue of a task, for the record; the target is held against the task that stands. */
  readonly putOutAt: Instant | null;
  readonly arrestedAt: Instant | null;
  readonly results: readonly { readonly result: BreachResult; readonly at: Instant }[];
}

export interface MarkerRecord {
  readonly marker: Marker;
  readonly setAt: Instant;
  readonly reasonCode: string;
  /** Null: this colour has no target for the event. */
  readonly putOutDue: Instant | null;
  readonly arrestDue: Instant | null;
}

export interface ArrestTask {
  readonly taskId: string;
  readonly breachId: string;
  readonly unitCode: string;
  readonly marker: Marker;
  readonly offence: Offence;
  readonly issuedAt: Instant;
  readonly status: TaskStatus;
  /** From when on nobody was to be arrested on it; only of a withdrawn one, and not in the oldest ledgers. */
  readonly withdrawnAt?: Instant;
  /** Only where somebody was arrested on it after all, though it had been withdrawn. */
  readonly arrestedWhenWithdrawnAt?: Instant;
}

/** Open: `issued` or `acknowledged`. A withdrawn task stays on the unit's list until it has acknowledged that. */
export const taskStatuses = [
  'issued',
  'acknowledged',
  'arrested',
  'withdrawn',
  'withdrawal-acknowledged',
] as const;

export type TaskStatus = (typeof taskStatuses)[number];

export function isOpen(task: ArrestTask): boolean {
  return task.status === 'issued' || task.status === 'acknowledged';
}

export function isInForce(breach: Breach): boolean {
  return breach.status === 'in-force';
}

export function wantsNoTexts({
  textsStoppedAt,
  textsRefusedAt,
}: Pick<CompulsoryState, 'textsStoppedAt' | 'textsRefusedAt'>): boolean {
  return textsStoppedAt !== null || textsRefusedAt !== null;
}

export function findAppointment(state: CompulsoryState, id: string): AssessmentAppointment | undefined {
  return state.appointments.find(({ appointmentId }) => appointmentId === id);
}

/** Of the notices about this assessment of this requirement, whatever their form, the one served last. */
export function latestNotice(
  state: CompulsoryState,
  requirementId: string,
  assessment: Assessment,
): Notice | undefined {
  let latest: Notice | undefined;
  for (const notice of state.notices) {
    const about = findAppointment(state, notice.appointmentId);
    const concerns = about?.requirementId === requirementId && about.kind === assessment;
    if (concerns && (latest === undefined || !isBefore(notice.servedAt, latest.servedAt))) {
      latest = notice;
    }
  }
  return latest;
}

export function findRequirement(state: CompulsoryState, id: string): Requirement | undefined {
  return state.requirements.find(({ requirementId }) => requirementId === id);
}

export function findFailure(state: CompulsoryState, id: string): Failure | undefined {
  return state.failures.find(({ failureId }) => failureId === id);
}

/**
 * The failure that ended the follow-up part of a requirement. As the authors know Drugs Act 2005 s.12(5), the
 * requirement under s.10(2) ceases to have effect when the person does not attend the initial assessment at
 * the specified time and place; its text could not be looked up. So it is read in favour of the person: any
 * absence ends it, also an excused one. Who left or was sent away did attend.
 */
export function missedInitial(
  state: CompulsoryState,
  id: string,
  /** Failures that end with what is being recorded. */
  ending: readonly string[] = [],
): Failure | undefined {
  return state.failures.find(
    (failure) =>
      failure.requirementId === id &&
      failure.assessment === 'initial-assessment' &&
      failure.attendance === 'absent' &&
      !isEnded(failure) &&
      !ending.includes(failure.failureId),
  );
}

/** It turned out to be no failure at all. */
export function isEnded({ endedByNotice, endedByAttendance }: Failure): boolean {
  return endedByNotice !== undefined || endedByAttendance !== undefined;
}

export function findBreach(state: CompulsoryState, id: string): Breach | undefined {
  return state.breaches.find(({ breachId }) => breachId === id);
}

export function findTask(state: CompulsoryState, id: string): ArrestTask | undefined {
  return state.tasks.find(({ taskId }) => taskId === id);
}

/** The breach that this failure was declared, whatever became of it. */
export function breachOfFailure(state: CompulsoryState, id: string): Breach | undefined {
  return state.breaches.find(({ failureId }) => failureId === id);
}

/** A breach has one open task at most. */
export function openTaskOf(state: CompulsoryState, id: string): ArrestTask | undefined {
  return state.tasks.find((task) => task.breachId === id && isOpen(task));
}
