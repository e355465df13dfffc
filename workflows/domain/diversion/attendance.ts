import type { AppointmentStatus, Attendance } from '../common/appointment.ts';
import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { describeLocal } from '../common/london-time.ts';
import { notHeld } from './appointments.ts';
import { aboutFeedback, raise, settle, settleSince } from './attention.ts';
import { appointmentRules, clearRules } from './clocks.ts';
import type { AttendanceData, DiversionCommandOf } from './commands.ts';
import { waitForBooking } from './contact.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import { addsEvidence, engage } from './engagement.ts';
import type { AttendanceRecorded, DiversionEvent } from './events.ts';
import type { DiversionAppointment, DiversionState } from './state.ts';

/** What came of an appointment. Silence is never a miss, and a miss leads to another try, nothing else. */

type Refused = { readonly refusal: Refusal } | undefined;

/** What the person came to, or did not; the provider's doing is never the person's miss. */
export const statusAfter: Readonly<Record<Attendance, AppointmentStatus>> = {
  'attended-and-remained': 'held',
  'attended-and-left': 'held',
  'sent-away': 'held',
  absent: 'missed',
  'provider-caused': 'provider-caused',
};

export function recordAttendance(
  state: DiversionState,
  command: DiversionCommandOf<'record-attendance'>,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { appointmentId, attendance } = data;
  const appointment = state.appointments.find((known) => known.appointmentId === appointmentId);
  if (appointment === undefined) {
    return refuse('not-found', 'This pathway has no such appointment.', { appointmentId });
  }
  const refused = refuseRecorded(state, appointment, data) ?? refuseTimes(appointment, data, occurredAt);
  if (refused !== undefined) {
    return refused;
  }
  const status = statusAfter[attendance];
  const draft = new DecisionDraft(state, command).record(
    'attendance-recorded',
    occurredAt,
    { ...saidOf(data), status },
    effectsOf(state, appointment, { attendance, status }, occurredAt),
  );
  // A late entry brings no closed referral back by itself: coming back is a command of its own.
  if (
    state.closure === null &&
    attendance === 'attended-and-remained' &&
    addsEvidence(state, 'attended', appointment.startsAt)
  ) {
    engage(draft, { evidence: 'attended', at: appointment.startsAt, appointmentId });
  }
  return draft.decided();
}

/** What the record says of the meeting; what was not said is left out of the ledger. */
export function saidOf({
  appointmentId,
  attendance,
  leftAt,
  arrivedAt,
  endedBy,
}: AttendanceData): Omit<AttendanceRecorded, 'status'> {
  return {
    appointmentId,
    attendance,
    leftAt: leftAt ?? null,
    ...(arrivedAt === undefined ? {} : { arrivedAt }),
    ...(endedBy === undefined ? {} : { endedBy }),
  };
}

function effectsOf(
  state: DiversionState,
  appointment: DiversionAppointment,
  { attendance, status }: { readonly attendance: Attendance; readonly status: AppointmentStatus },
  occurredAt: Instant,
): DraftEffects {
  const { appointmentId, startsAt } = appointment;
  const came = status === 'held';
  const others = state.appointments.filter((other) => other !== appointment);
  const otherAhead = others.some((other) => other.status === 'booked' && other.startsAt > occurredAt);
  const rebook = state.closure === null && !came && !otherAhead;
  return {
    cleared: clearRules(
      state,
      appointmentRules,
      status === 'provider-caused' ? 'ended' : 'met',
      appointmentId,
    ),
    settled: [
      ...settle(state, aboutFeedback, appointmentId),
      // The text was about this appointment, unless there is another ahead.
      ...(otherAhead ? [] : settle(state, ['message-not-sent', 'reach-another-way', 'tell-of-change'])),
      ...(came ? settleSince(state, ['texts-stopped'], startsAt) : []),
      ...(came && otherAhead ? settleSince(state, ['reach-another-way'], startsAt) : []),
    ],
    // Met, and no further: as after any other contact, the next step is to book.
    armed:
      state.closure === null && came && attendance !== 'attended-and-remained'
        ? waitForBooking({ ...state, appointments: others }, startsAt)
        : [],
    raised: rebook ? [raise(state, 'appointment-to-rebook', occurredAt)] : [],
  };
}

/** The first record stands: who says otherwise meets a conflict, never an overwrite. */
function refuseRecorded(
  { appointments }: DiversionState,
  appointment: DiversionAppointment,
  data: AttendanceData,
): Refused {
  const { appointmentId, status, attendance, leftAt, arrivedAt, endedBy } = appointment;
  if (status === 'booked') {
    return undefined;
  }
  if (attendance === null) {
    return notHeld(appointments, appointment);
  }
  const recorded = { appointmentId, attendance, leftAt, arrivedAt, endedBy };
  return saysTheSame(appointment, data)
    ? refuse('already-done', 'This attendance is already recorded.', recorded)
    : refuse(
        'conflict',
        'Another attendance is already recorded for this appointment: correct-attendance puts it right, with the reason.',
        recorded,
      );
}

export function saysTheSame(known: DiversionAppointment, data: AttendanceData): boolean {
  return (
    known.attendance === data.attendance &&
    (['leftAt', 'arrivedAt', 'endedBy'] as const).every((key) => known[key] === (data[key] ?? null))
  );
}

const endedEarly: readonly Attendance[] = ['attended-and-left', 'sent-away'];

export function refuseTimes(
  appointment: DiversionAppointment,
  data: AttendanceData,
  occurredAt: Instant,
): Refused {
  const { startsAt, endsAt } = appointment;
  const { attendance, leftAt, endedBy } = data;
  // That the provider cannot hold it may be known before.
  if (attendance !== 'provider-caused' && occurredAt < startsAt) {
    return refuse(
      'before-the-start',
      `The appointment starts on ${describeLocal(startsAt)}: what comes of it can be recorded from then on.`,
      { field: 'occurredAt', startsAt },
    );
  }
  if ((leftAt !== undefined || endedBy !== undefined) && !endedEarly.includes(attendance)) {
    return refuse(
      'condition-not-met',
      'Only of who left or was sent away is it said when they left and who ended the meeting.',
      { field: leftAt === undefined ? 'endedBy' : 'leftAt', attendance },
    );
  }
  if (leftAt !== undefined && (leftAt < startsAt || leftAt > endsAt || leftAt > occurredAt)) {
    return refuse('before-the-start', 'The time of leaving lies within the appointment and is not to come.', {
      startsAt,
      endsAt,
      leftAt,
    });
  }
  return refuseArrival(appointment, data, occurredAt);
}

/** Who was there from the start has no time of arrival. */
function refuseArrival(
  { startsAt, endsAt }: DiversionAppointment,
  { attendance, arrivedAt, leftAt = endsAt }: AttendanceData,
  occurredAt: Instant,
): Refused {
  if (arrivedAt === undefined) {
    return undefined;
  }
  if (statusAfter[attendance] !== 'held') {
    return refuse('condition-not-met', 'Only who came has a time of arrival.', { attendance });
  }
  return arrivedAt <= startsAt || arrivedAt > leftAt || arrivedAt > occurredAt
    ? refuse(
        'before-the-start',
        'Who came late came after the start and before they left, and the time is not to come.',
        { startsAt, endsAt, leftAt, arrivedAt },
      )
    : undefined;
}
