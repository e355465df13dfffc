import type { Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { EventEffects } from '../common/event.ts';
import { isBefore } from '../common/instant.ts';
import { reminderRules } from '../common/reminder.ts';
import { clearClocks, settle } from './clocks.ts';
import type { RecordAttendanceData } from './commands.ts';
import { isUnderReview } from './stage.ts';
import type { AssessmentAppointment, CompulsoryState, Failure } from './state.ts';
import { breachOfFailure, findRequirement, isEnded, isInForce } from './state.ts';

/*
 * An appointment that a notice had moved, which came to the assessor's or the person's ears too late: the person was
 * there and the assessment was held. It counts, for the duty is to attend and remain (Drugs Act 2005 ss.12(1) and
 * 14(1)), and nobody is pursued for a later time of what was done before it.
 */

/** Whether it is an appointment that was moved, at which the person is said to have been all the same. */
export function isOvertaken(
  { status, attendance: recorded }: AssessmentAppointment,
  { attendance }: RecordAttendanceData,
): boolean {
  return status === 'superseded' && recorded === null && attendance === 'attended-and-remained';
}

/**
 * Whether the attendance cannot count, or not yet. A breach is a person's decision and only that person takes it
 * back; so is the excuse of a failure that came before the time at which the person was there.
 */
export function refuseOvertaken(
  state: CompulsoryState,
  appointment: AssessmentAppointment,
): { readonly refusal: Refusal } | undefined {
  const { requirementId, kind, status, startsAt } = appointment;
  const requirement = findRequirement(state, requirementId);
  const owed =
    requirement?.status === 'in-force' && (kind === 'follow-up-assessment' || requirement.followUp !== 'set');
  if (!owed) {
    return refuse(
      'condition-not-met',
      'This appointment was moved, and its assessment is not owed any more.',
      {
        status,
      },
    );
  }
  const breach = state.breaches.find((one) => isInForce(one) && isAbout(one, appointment));
  if (breach !== undefined) {
    const { breachId, failureId, arrestedAt } = breach;
    return arrestedAt === null
      ? refuse(
          'condition-not-met',
          'A breach was declared for a later time of this assessment. Tell the DIP officer at once: accepting good cause withdraws the breach and its task; then send this record again.',
          { breachId, failureId },
        )
      : refuse(
          'condition-not-met',
          'The person was arrested for a breach of a later time of this assessment. Tell custody and the DIP officer of this attendance at once.',
          { breachId, arrestedAt },
        );
  }
  const before = state.failures.find(
    (failure) =>
      isAbout(failure, appointment) && isUnderReview(state, failure) && isBefore(failure.failedAt, startsAt),
  );
  return before === undefined
    ? undefined
    : refuse(
        'condition-not-met',
        'A failure is under review that came before this appointment. Decide on good cause first.',
        { failureId: before.failureId, failedAt: before.failedAt },
      );
}

/** What the attendance takes with it: the time to which the assessment was moved, and what was missed at such a time. */
export interface Overtaking {
  /** Appointments that nobody need come to, and those at which a failure was recorded that was none. */
  readonly cancels: readonly string[];
  readonly endsFailures: readonly string[];
  readonly effects: EventEffects;
}

export function overtaking(state: CompulsoryState, appointment: AssessmentAppointment): Overtaking {
  const { requirementId, kind, appointmentId: own, startsAt } = appointment;
  const others = state.appointments.filter(
    (other) => other.requirementId === requirementId && other.kind === kind && other.appointmentId !== own,
  );
  const ended = state.failures.filter(
    (failure) =>
      isAbout(failure, appointment) && wasNone(state, failure) && !isBefore(failure.failedAt, startsAt),
  );
  const missed = ended.map(({ appointmentId }) => appointmentId);
  const cancels = others
    .filter(({ status, appointmentId }) => status === 'booked' || missed.includes(appointmentId))
    .map(({ appointmentId }) => appointmentId);
  return {
    cancels,
    endsFailures: ended.map(({ failureId }) => failureId),
    effects: {
      cleared: [
        ...cancels.flatMap((id) =>
          clearClocks(state, ['feedback', 'feedback-escalation', ...reminderRules], id, 'superseded'),
        ),
        ...ended.flatMap(({ failureId }) =>
          clearClocks(state, ['good-cause-review'], failureId, 'superseded'),
        ),
      ],
      settled: [
        ...others.flatMap(({ appointmentId }) =>
          settle(
            state,
            [
              'feedback-missing',
              'feedback-overdue',
              'reach-another-way',
              'reply-cannot-come',
              'rebook-needed',
              'notice-without-warning',
            ],
            appointmentId,
          ),
        ),
        ...ended.flatMap(({ failureId }) =>
          settle(state, ['failure-undecided', 'review-overdue', 'breach-undeclared'], failureId),
        ),
      ],
    },
  };
}

/** Excused, or waiting for a decision; a breach that was withdrawn went with an excuse. */
function wasNone(state: CompulsoryState, failure: Failure): boolean {
  const breach = breachOfFailure(state, failure.failureId);
  return !isEnded(failure) && (breach === undefined || breach.status === 'withdrawn');
}

function isAbout(
  { requirementId, assessment }: Pick<Failure, 'requirementId' | 'assessment'>,
  appointment: AssessmentAppointment,
): boolean {
  return requirementId === appointment.requirementId && assessment === appointment.kind;
}
