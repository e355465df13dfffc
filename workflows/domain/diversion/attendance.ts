import type { AppointmentStatus, Attendance } from '../common/appointment.ts';
import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { describeLocal } from '../common/london-time.ts';
import { raise, settle, settleSince } from './attention.ts';
import { appointmentRules, clearRules } from './clocks.ts';
import type { AttendanceData, DiversionCommandOf } from './commands.ts';
import { waitForBooking } from './contact.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import { addsEvidence, engage } from './engagement.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionAppointment, DiversionState } from './state.ts';

/** What came of an appointment. Silence is never a miss, and a miss leads to another try, nothing else. */

/** What the person came to, or did not; the provider's doing is never the person's miss. */
const statusAfter: Readonly<Record<Attendance, AppointmentStatus>> = {
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
  const { appointmentId, attendance, leftAt = null } = data;
  const appointment = state.appointments.find((known) => known.appointmentId === appointmentId);
  if (appointment === undefined) {
    return refuse('not-found', 'This pathway has no such appointment.', { appointmentId });
  }
  const refused = refuseRecorded(appointment, data) ?? refuseTimes(appointment, data, occurredAt);
  if (refused !== undefined) {
    return refused;
  }
  const status = statusAfter[attendance];
  const draft = new DecisionDraft(state, command).record(
    'attendance-recorded',
    occurredAt,
    { appointmentId, attendance, leftAt, status },
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
      ...settle(state, ['feedback-missing', 'feedback-overdue'], appointmentId),
      // The text was about this appointment, unless there is another ahead.
      ...(otherAhead ? [] : settle(state, ['message-not-sent'])),
      ...(came ? settleSince(state, ['texts-stopped'], startsAt) : []),
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
  { appointmentId, status, attendance, leftAt }: DiversionAppointment,
  data: AttendanceData,
): { readonly refusal: Refusal } | undefined {
  if (status === 'booked') {
    return undefined;
  }
  if (attendance === null) {
    const word = status === 'superseded' ? 'moved' : 'cancelled';
    return refuse('conflict', `This appointment was ${word}.`, { appointmentId, status });
  }
  const recorded = { appointmentId, attendance, leftAt };
  return attendance === data.attendance && leftAt === (data.leftAt ?? null)
    ? refuse('already-done', 'This attendance is already recorded.', recorded)
    : refuse('conflict', 'Another attendance is already recorded for this appointment.', recorded);
}

function refuseTimes(
  { startsAt, endsAt }: DiversionAppointment,
  { attendance, leftAt }: AttendanceData,
  occurredAt: Instant,
): { readonly refusal: Refusal } | undefined {
  // That the provider cannot hold it may be known before.
  if (attendance !== 'provider-caused' && occurredAt < startsAt) {
    return refuse(
      'condition-not-met',
      `The appointment starts on ${describeLocal(startsAt)}: what comes of it can be recorded from then on.`,
      { field: 'occurredAt', startsAt },
    );
  }
  if (leftAt === undefined) {
    return undefined;
  }
  if (attendance !== 'attended-and-left' && attendance !== 'sent-away') {
    return refuse('condition-not-met', 'Only who left or was sent away has a time of leaving.', {
      field: 'leftAt',
      attendance,
    });
  }
  return leftAt < startsAt || leftAt > endsAt || leftAt > occurredAt
    ? refuse('condition-not-met', 'The time of leaving lies within the appointment and is not to come.', {
        startsAt,
        endsAt,
        leftAt,
      })
    : undefined;
}
