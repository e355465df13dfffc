import type { Command } from '../common/command.ts';
import { isInFuture } from '../common/command-guard.ts';
import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore } from '../common/instant.ts';
import {
  appointmentEffects,
  appointmentOver,
  noticeOf,
  noticeRemark,
  refuseAppointment,
  refuseVarier,
} from './assessment-appointment.ts';
import { clearClocks, settle } from './clocks.ts';
import type { VaryAppointmentData } from './commands.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import { isUnderReview } from './stage.ts';
import type { AssessmentAppointment, CompulsoryState, Failure } from './state.ts';
import { findRequirement, isInForce, latestNotice } from './state.ts';

type VaryAppointment = Command<'vary-appointment', VaryAppointmentData>;

/**
 * A new time and place for the assessment that is still owed: moved ahead of its time, or set anew after
 * an excuse or a cause of the provider. Only a further written notice that repeats the warning does it
 * (Drugs Act 2005 ss.11(8) and 13(8)), so there is no way in here without one. A badly served notice is
 * taken down as it was: the time before it no longer binds, and the new one makes no breach.
 *
 * It moves from the moment of its service, whenever it is entered. So one that was served before the time
 * of an appointment also ends a failure that was recorded at that time, also one that was excused meanwhile: the
 * person owed nothing then.
 */
export function varyAppointment(
  state: CompulsoryState,
  command: VaryAppointment,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { data, occurredAt } = command;
  const { appointment, notice, reasonCode, askedBy } = data;
  const owed = underDuty(state);
  const booked = owed.find(({ status }) => status === 'booked');
  const failure = booked === undefined ? failureUnderReview(state, owed) : undefined;
  const bound = booked ?? owed.find(({ appointmentId }) => appointmentId === failure?.appointmentId);
  const varied = bound ?? owed.at(-1);
  if (varied === undefined) {
    return refuse('condition-not-met', 'Nothing is required of the person that could be given a new time.');
  }
  const refused =
    refuseVarier(varied.kind, command.actor.role) ??
    (bound === undefined ? refuseInBreach(state) : refuseBegun(bound, failure, notice.servedAt)) ??
    // Seen from its service, at which it was set, and not from its entry, which may come after it.
    refuseAppointment(state, appointment, notice.servedAt) ??
    refuseNotice(state, varied, command, now);
  if (refused !== undefined) {
    return refused;
  }
  const { requirementId, kind } = varied;
  const ended = failure ?? (booked === undefined ? excusedThough(state, varied, notice.servedAt) : undefined);
  const supersedes = bound?.appointmentId ?? ended?.appointmentId ?? null;
  const over = supersedes === null ? {} : appointmentOver(state, supersedes, 'superseded');
  const { armed, raised } = appointmentEffects(state, kind, appointment, occurredAt, now);
  const event = newEvent(
    'appointment-varied',
    occurredAt,
    {
      requirementId,
      assessment: kind,
      supersedes,
      ...(ended === undefined ? {} : { endsFailure: ended.failureId }),
      appointment,
      notice: noticeOf(notice, appointment, now),
      reasonCode,
      askedBy,
    },
    {
      armed,
      raised: [...raised, ...noticeRemark(kind, appointment, notice, occurredAt)],
      cleared: [
        ...(over.cleared ?? []),
        ...(failure === undefined
          ? []
          : clearClocks(state, ['good-cause-review'], failure.failureId, 'superseded')),
      ],
      settled: [
        ...(over.settled ?? []),
        ...owed.flatMap(({ appointmentId }) =>
          settle(state, ['rebook-needed', 'notice-without-warning'], appointmentId),
        ),
        ...(failure === undefined
          ? []
          : settle(state, ['failure-undecided', 'review-overdue', 'breach-undeclared'], failure.failureId)),
      ],
    },
  );
  return { events: [event], intents: [] };
}

/** Every appointment of a duty that is still in force, oldest first. The last one is the assessment still owed. */
function underDuty(state: CompulsoryState): AssessmentAppointment[] {
  return state.appointments.filter(
    ({ requirementId }) => findRequirement(state, requirementId)?.status === 'in-force',
  );
}

function failureUnderReview(
  state: CompulsoryState,
  owed: readonly AssessmentAppointment[],
): Failure | undefined {
  return state.failures
    .filter((failure) => owed.some(({ appointmentId }) => appointmentId === failure.appointmentId))
    .filter((failure) => isUnderReview(state, failure))
    .at(-1);
}

/** The failure at it that was excused, where the notice had moved the person from its time before it began. */
function excusedThough(
  state: CompulsoryState,
  { appointmentId, startsAt }: AssessmentAppointment,
  servedAt: Instant,
): Failure | undefined {
  return isBefore(servedAt, startsAt)
    ? state.failures.find(
        (failure) => failure.appointmentId === appointmentId && failure.review === 'accepted',
      )
    : undefined;
}

/** A time that has come is not moved away from under a failure, or from under somebody who came. */
function refuseBegun(
  { appointmentId, startsAt }: AssessmentAppointment,
  failure: Failure | undefined,
  servedAt: Instant,
): { readonly refusal: Refusal } | undefined {
  if (isBefore(servedAt, startsAt)) return undefined;
  const message =
    failure === undefined
      ? 'This appointment had begun when the notice was served. Record first what happened at it.'
      : 'A failure is under review, and its appointment had begun when the notice was served. Decide on good cause first.';
  return refuse('condition-not-met', message, { appointmentId, startsAt, servedAt });
}

/**
 * A breach is a person's decision and only that person takes it back. Nothing is moved under it, and the
 * refusal says whom to tell: an officer may be on the way to an arrest that this notice leaves without ground.
 */
function refuseInBreach(state: CompulsoryState): { readonly refusal: Refusal } | undefined {
  const breach = state.breaches.find(isInForce);
  if (breach === undefined) return undefined;
  const { breachId, failureId, arrestedAt } = breach;
  return arrestedAt === null
    ? refuse(
        'condition-not-met',
        'A breach was declared for this appointment. Tell the DIP officer at once: accepting good cause withdraws the breach and its task; then send this notice again.',
        { breachId, failureId },
      )
    : refuse(
        'condition-not-met',
        'The person was arrested for a breach of this appointment. Tell custody and the DIP officer of this notice at once.',
        { breachId, arrestedAt },
      );
}

/** Further: not before the notice that it changes, or that one would still be the latest. */
function refuseNotice(
  state: CompulsoryState,
  { requirementId, kind }: AssessmentAppointment,
  { data: { notice }, receivedAt }: VaryAppointment,
  now: Instant,
): { readonly refusal: Refusal } | undefined {
  const { servedAt } = notice;
  if (isInFuture(servedAt, receivedAt, now)) {
    return refuse('in-the-future', 'The notice cannot be served later than now.', { servedAt });
  }
  const latest = latestNotice(state, requirementId, kind);
  if (latest !== undefined && isBefore(servedAt, latest.servedAt)) {
    return refuse('before-the-start', 'A further notice cannot be served before the one that it changes.', {
      servedAt,
      latestServedAt: latest.servedAt,
    });
  }
  return undefined;
}
