import type { Command } from '../common/command.ts';
import { isInFuture } from '../common/command-guard.ts';
import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore } from '../common/instant.ts';
import {
  appointmentEffects,
  appointmentOver,
  assessorOf,
  noticeOf,
  noticeRemark,
  refuseAppointment,
  refuseConductor,
} from './assessment-appointment.ts';
import { clock, raise, settle } from './clocks.ts';
import type { FollowUpDecision, RecordAttendanceData } from './commands.ts';
import { newEvent } from './events.ts';
import type { AttendanceRecorded, CompulsoryEvent, FollowUpOutcome } from './events.ts';
import { isOvertaken, overtaking, refuseOvertaken } from './overtaken-appointment.ts';
import type { AssessmentAppointment, CompulsoryState } from './state.ts';
import { findAppointment, missedInitial } from './state.ts';

type RecordAttendance = Command<'record-attendance', RecordAttendanceData>;

/**
 * What happened at an assessment. Attending and remaining are two duties (Drugs Act 2005 ss.12(1) and
 * 14(1)); a failure is reported in the same moment, as ss.12(2) and 14(2) ask of the assessor. What the provider
 * caused is nobody's failure.
 */
export function recordAttendance(
  state: CompulsoryState,
  command: RecordAttendance,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { data, occurredAt } = command;
  const appointment = findAppointment(state, data.appointmentId);
  if (appointment === undefined) {
    return refuse('not-found', 'This pathway has no such appointment.', {
      appointmentId: data.appointmentId,
    });
  }
  const refused =
    refuseConductor(appointment.kind, command.actor.role) ??
    refuseStatus(state, appointment, data) ??
    refuseTimes(appointment, data, occurredAt, now) ??
    refuseFollowUp(state, appointment, command, now);
  if (refused !== undefined) {
    return refused;
  }
  switch (data.attendance) {
    case 'attended-and-remained':
      return attended(state, appointment, command, now);
    case 'provider-caused':
      return providerCaused(state, appointment, command);
    case 'absent':
    case 'attended-and-left':
    case 'sent-away':
      return failed(state, appointment, command);
  }
}

function refuseStatus(
  state: CompulsoryState,
  appointment: AssessmentAppointment,
  data: RecordAttendanceData,
): { readonly refusal: Refusal } | undefined {
  if (appointment.attendance !== null) {
    const recorded = { recorded: appointment.attendance };
    return appointment.attendance === data.attendance
      ? refuse('already-done', 'This attendance is already recorded.', recorded)
      : refuse('conflict', 'Another attendance is already recorded for this appointment.', recorded);
  }
  if (isOvertaken(appointment, data)) {
    return refuseOvertaken(state, appointment);
  }
  return appointment.status === 'booked'
    ? undefined
    : refuse(
        'condition-not-met',
        'This appointment is no longer in force. Of one that was moved it can be recorded only that the person attended to its end.',
        { status: appointment.status },
      );
}

function refuseTimes(
  { startsAt, endsAt }: AssessmentAppointment,
  { attendance, leftAt, endedAt }: RecordAttendanceData,
  occurredAt: Instant,
  now: Instant,
): { readonly refusal: Refusal } | undefined {
  if (isBefore(occurredAt, startsAt)) {
    return refuse('before-the-start', 'The appointment has not started.', { startsAt });
  }
  // By either clock: one that goes fast where the command came in must not make anybody absent too early.
  if (attendance === 'absent' && (isBefore(occurredAt, endsAt) || isBefore(now, endsAt))) {
    return refuse('condition-not-met', 'The person may still come: the appointment is not over.', { endsAt });
  }
  const leaves = attendance === 'attended-and-left' || attendance === 'sent-away';
  if (leaves !== (leftAt !== undefined)) {
    return refuse(
      'condition-not-met',
      leaves ? 'Say when the person left.' : 'A time of leaving belongs only to a person who left early.',
      { field: 'leftAt' },
    );
  }
  if (endedAt !== undefined && attendance !== 'attended-and-remained') {
    return refuse('condition-not-met', 'An end belongs only to an assessment attended to its end.', {
      field: 'endedAt',
    });
  }
  // "Remain for the duration" is over with the time that was given; what runs on binds nobody.
  if (leftAt !== undefined && !isBefore(leftAt, endsAt)) {
    return refuse('condition-not-met', 'Who was there until the planned end has remained.', {
      leftAt,
      endsAt,
      law: 'Drugs Act 2005 ss.12(1) and 14(1)',
    });
  }
  const told = leftAt ?? endedAt;
  if (told !== undefined && (isBefore(told, startsAt) || isBefore(occurredAt, told))) {
    return refuse('before-the-start', 'This time must lie between the start and the record.', {
      field: leftAt === undefined ? 'endedAt' : 'leftAt',
      time: told,
      startsAt,
      occurredAt,
    });
  }
  return undefined;
}

/**
 * Before the initial assessment ends, the assessor either releases the person from the follow-up or sets
 * its time and place and hands over the notice (Drugs Act 2005 s.13).
 */
function refuseFollowUp(
  state: CompulsoryState,
  appointment: AssessmentAppointment,
  { data, receivedAt }: RecordAttendance,
  now: Instant,
): { readonly refusal: Refusal } | undefined {
  const { followUp } = data;
  const needed = appointment.kind === 'initial-assessment' && data.attendance === 'attended-and-remained';
  if (needed !== (followUp !== undefined)) {
    return refuse(
      'condition-not-met',
      needed
        ? 'Say whether the person is released from the follow-up assessment, or when it is.'
        : 'A follow-up is decided only at an initial assessment attended to its end.',
      { field: 'followUp' },
    );
  }
  if (followUp === undefined || followUp.released) {
    return undefined;
  }
  const ended = isOvertaken(appointment, data) ? overtaking(state, appointment).endsFailures : [];
  const missed = missedInitial(state, appointment.requirementId, ended);
  if (missed !== undefined) {
    return refuse(
      'condition-not-met',
      'The person did not attend an initial assessment before, which ended the duty to attend a follow-up. Record that the person is released from it; a meeting agreed to is voluntary.',
      { failureId: missed.failureId, law: 'Drugs Act 2005 s.12(5)' },
    );
  }
  const { servedAt } = followUp.notice;
  const endedAt = data.endedAt ?? appointment.endsAt;
  if (isInFuture(servedAt, receivedAt, now)) {
    return refuse('in-the-future', 'The notice cannot be served later than now.', { servedAt });
  }
  if (isBefore(servedAt, appointment.startsAt) || isBefore(endedAt, servedAt)) {
    return refuse('condition-not-met', 'The notice must be served during the initial assessment.', {
      servedAt,
      startsAt: appointment.startsAt,
      endedAt,
      law: 'Drugs Act 2005 s.13',
    });
  }
  return refuseAppointment(state, followUp.appointment, servedAt);
}

function attended(
  state: CompulsoryState,
  appointment: AssessmentAppointment,
  { data, occurredAt }: RecordAttendance,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { followUp } = data;
  const kind = 'follow-up-assessment';
  const next = followUp === undefined || followUp.released ? undefined : followUp;
  const booked = next && appointmentEffects(state, kind, next.appointment, occurredAt, now);
  const remark = next && noticeRemark(kind, next.appointment, next.notice, occurredAt);
  const over = appointmentOver(state, appointment.appointmentId, 'met');
  const {
    cancels = [],
    endsFailures = [],
    effects,
  } = isOvertaken(appointment, data) ? overtaking(state, appointment) : {};
  const recorded = newEvent(
    'attendance-recorded',
    occurredAt,
    {
      ...attendanceOf(data),
      ...(cancels.length === 0 ? {} : { cancels }),
      ...(endsFailures.length === 0 ? {} : { endsFailures }),
      ...(followUp === undefined ? {} : { followUp: outcomeOf(followUp, now) }),
    },
    {
      cleared: [...(over.cleared ?? []), ...(effects?.cleared ?? [])],
      armed: booked?.armed ?? [],
      raised: [...(booked?.raised ?? []), ...(remark ?? [])],
      settled: [
        ...(over.settled ?? []),
        ...settle(state, ['notice-without-warning'], appointment.appointmentId),
        ...(effects?.settled ?? []),
      ],
    },
  );
  return { events: [recorded], intents: [] };
}

function providerCaused(
  state: CompulsoryState,
  { appointmentId, kind }: AssessmentAppointment,
  { data, occurredAt }: RecordAttendance,
): Decision<CompulsoryEvent> {
  const recorded = newEvent('attendance-recorded', occurredAt, attendanceOf(data), {
    ...appointmentOver(state, appointmentId, 'met'),
    raised: [raise('rebook-needed', occurredAt, appointmentId, assessorOf(kind))],
  });
  return { events: [recorded], intents: [] };
}

function failed(
  state: CompulsoryState,
  { appointmentId, requirementId, kind, startsAt }: AssessmentAppointment,
  { commandId, data, occurredAt }: RecordAttendance,
): Decision<CompulsoryEvent> {
  const failureId = commandId;
  const recorded = newEvent(
    'attendance-recorded',
    occurredAt,
    attendanceOf(data),
    appointmentOver(state, appointmentId, 'met'),
  );
  const reported = newEvent(
    'failure-reported',
    occurredAt,
    {
      failureId,
      requirementId,
      appointmentId,
      assessment: kind,
      attendance: data.attendance,
      failedAt: data.leftAt ?? startsAt,
    },
    {
      armed: [clock(state, 'good-cause-review', occurredAt, state.policy.goodCauseReview, failureId)],
      raised: [raise('failure-undecided', occurredAt, failureId)],
    },
  );
  return { events: [recorded, reported], intents: [] };
}

function attendanceOf({
  appointmentId,
  attendance,
  leftAt,
  endedAt,
}: RecordAttendanceData): AttendanceRecorded {
  return {
    appointmentId,
    attendance,
    ...(leftAt === undefined ? {} : { leftAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

function outcomeOf(followUp: FollowUpDecision, now: Instant): FollowUpOutcome {
  return followUp.released
    ? { released: true }
    : {
        released: false,
        appointment: followUp.appointment,
        notice: noticeOf(followUp.notice, followUp.appointment, now),
      };
}
