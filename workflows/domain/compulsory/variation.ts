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
  refuseAppointment,
} from './assessment-appointment.ts';
import { settle } from './clocks.ts';
import type { VaryAppointmentData } from './commands.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import type { AssessmentAppointment, CompulsoryState } from './state.ts';
import { findRequirement, latestNotice } from './state.ts';

type VaryAppointment = Command<'vary-appointment', VaryAppointmentData>;

/**
 * A new time and place for the assessment that is still owed: moved ahead of its time, or set anew after
 * an excuse or a cause of the provider. Only a further written notice that repeats the warning does it
 * (Drugs Act 2005 ss.11 and 13(5)), so there is no way in here without one. A badly served notice is
 * taken down as it was: the time before it no longer binds, and the new one makes no breach.
 */
export function varyAppointment(
  state: CompulsoryState,
  command: VaryAppointment,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { data, occurredAt } = command;
  const { appointment, reasonCode, askedBy } = data;
  const owed = underDuty(state);
  const booked = owed.find(({ status }) => status === 'booked');
  const varied = booked ?? owed.at(-1);
  if (varied === undefined) {
    return refuse('condition-not-met', 'Nothing is required of the person that could be given a new time.');
  }
  const refused =
    refuseBegun(booked, command) ??
    refuseAppointment(state, appointment, occurredAt) ??
    refuseNotice(state, varied, command, now);
  if (refused !== undefined) {
    return refused;
  }
  const { requirementId, kind } = varied;
  const over = booked === undefined ? {} : appointmentOver(state, booked.appointmentId, 'superseded');
  const { armed, raised } = appointmentEffects(state, kind, appointment, occurredAt, now);
  const event = newEvent(
    'appointment-varied',
    occurredAt,
    {
      requirementId,
      assessment: kind,
      supersedes: booked?.appointmentId ?? null,
      appointment,
      notice: noticeOf(data.notice, appointment, now),
      reasonCode,
      askedBy,
    },
    {
      armed,
      raised,
      cleared: over.cleared ?? [],
      settled: [
        ...(over.settled ?? []),
        ...owed.flatMap(({ appointmentId }) => settle(state, ['rebook-needed'], appointmentId)),
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

/** A time that has come is not moved away from under a failure, or from under somebody who came. */
function refuseBegun(
  booked: AssessmentAppointment | undefined,
  { receivedAt }: VaryAppointment,
): { readonly refusal: Refusal } | undefined {
  // By the time at which it was said: an engine that was away takes no move from anybody.
  if (booked === undefined || isBefore(receivedAt, booked.startsAt)) {
    return undefined;
  }
  const { appointmentId, startsAt } = booked;
  return refuse('condition-not-met', 'This appointment has begun. Record first what happened at it.', {
    appointmentId,
    startsAt,
  });
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
