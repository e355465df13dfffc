import { clear } from '../common/arming.ts';
import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { earliest } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import { notHeld } from './appointments.ts';
import { refuseTimes, saidOf, saysTheSame, statusAfter } from './attendance.ts';
import { raise, settle, settleSince } from './attention.ts';
import type { CorrectAttendanceData, DiversionCommandOf } from './commands.ts';
import { waitForBooking } from './contact.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import { addsEvidence, engage } from './engagement.ts';
import type { AttendanceCorrected, DiversionEvent } from './events.ts';
import { onEarlierDay } from './recorded-order.ts';
import type { DiversionAppointment, DiversionState, Engagement } from './state.ts';
import type { DeadlineRule } from './table.ts';

/**
 * A mistake in an attendance is corrected by a second record; both stay. What rested on the mistake alone falls, what
 * the correction shows is recorded, and the case waits for what it would have waited for. After the closure it is only
 * noted: the closure stays as it was reported, and whether to open the referral again is a person's decision.
 */
export function correctAttendance(
  state: DiversionState,
  command: DiversionCommandOf<'correct-attendance'>,
  _now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { appointmentId, attendance, reason } = data;
  const appointment = state.appointments.find((known) => known.appointmentId === appointmentId);
  if (appointment === undefined) {
    return refuse('not-found', 'This pathway has no such appointment.', { appointmentId });
  }
  const { attendance: was } = appointment;
  if (was === null) {
    return unrecorded(state, appointment);
  }
  const refused =
    refuseSame(appointment, data) ??
    refuseTimes(appointment, data, occurredAt) ??
    refuseOrder(appointment, occurredAt);
  if (refused !== undefined) {
    return refused;
  }
  const status = statusAfter[attendance];
  const fallen = whatFalls(state, appointment, data);
  const corrected: AttendanceCorrected = { ...saidOf(data), was, status, reason, ...fallen };
  const draft = new DecisionDraft(state, command).record(
    'attendance-corrected',
    occurredAt,
    corrected,
    state.closure === null ? effectsOf(state, appointment, corrected, occurredAt) : {},
  );
  const { startsAt } = appointment;
  if (
    state.closure === null &&
    attendance === 'attended-and-remained' &&
    addsEvidence(draft.state, 'attended', startsAt)
  ) {
    engage(draft, { evidence: 'attended', at: startsAt, appointmentId });
  }
  return draft.decided();
}

type Refused = { readonly refusal: Refusal } | undefined;

function unrecorded(
  { appointments }: DiversionState,
  appointment: DiversionAppointment,
): { readonly refusal: Refusal } {
  const { appointmentId, status } = appointment;
  return status === 'booked'
    ? refuse('condition-not-met', 'Nothing is recorded of this appointment yet: record the attendance.', {
        appointmentId,
      })
    : notHeld(appointments, appointment);
}

function refuseSame(appointment: DiversionAppointment, data: CorrectAttendanceData): Refused {
  const { appointmentId, attendance, leftAt, arrivedAt, endedBy } = appointment;
  return saysTheSame(appointment, data)
    ? refuse('already-done', 'This is what stands already.', {
        appointmentId,
        attendance,
        leftAt,
        arrivedAt,
        endedBy,
      })
    : undefined;
}

function refuseOrder({ recordedAt }: DiversionAppointment, correctedAt: Instant): Refused {
  return recordedAt !== null && onEarlierDay(correctedAt, recordedAt)
    ? refuse('before-the-start', 'The correction is dated before what it corrects.', { recordedAt })
    : undefined;
}

/** What rested on the mistake alone, as it is without it; empty where nothing did. */
function whatFalls(
  state: DiversionState,
  appointment: DiversionAppointment,
  { attendance }: CorrectAttendanceData,
): Pick<AttendanceCorrected, 'engagement' | 'reachedAt'> {
  const { startsAt } = appointment;
  const others = state.appointments.filter((other) => other !== appointment);
  const engagement =
    attendance !== 'attended-and-remained' && state.engagement?.evidence.attended === startsAt
      ? engagementWithout(state, others)
      : state.engagement;
  const rests = statusAfter[attendance] !== 'held' && state.contact.reachedAt === startsAt;
  const reachedAt = rests ? reachedWithout(state, others, engagement) : state.contact.reachedAt;
  return {
    ...(engagement?.evidence.attended === state.engagement?.evidence.attended ? {} : { engagement }),
    ...(reachedAt === state.contact.reachedAt ? {} : { reachedAt }),
  };
}

function engagementWithout(
  { engagement, evidenceApart }: DiversionState,
  others: readonly DiversionAppointment[],
): Engagement | null {
  const { attended: _fallen, ...known } = engagement?.evidence ?? {};
  const attended = earliest(
    ...others.filter((other) => other.attendance === 'attended-and-remained').map(({ startsAt }) => startsAt),
    ...(evidenceApart.attended === undefined ? [] : [evidenceApart.attended]),
  );
  const evidence = attended === undefined ? known : { ...known, attended };
  const at = earliest(...Object.values(evidence));
  return at === undefined ? null : { at, evidence };
}

function reachedWithout(
  { contact, assessment, evidenceApart }: DiversionState,
  others: readonly DiversionAppointment[],
  engagement: Engagement | null,
): Instant | null {
  const shown = [contact.spokenAt, assessment?.at ?? null, engagement?.at ?? null].filter(
    (at) => at !== null,
  );
  const met = others.filter(({ status }) => status === 'held').map(({ startsAt }) => startsAt);
  return earliest(...shown, ...met, ...Object.values(evidenceApart)) ?? null;
}

function effectsOf(
  state: DiversionState,
  appointment: DiversionAppointment,
  { attendance, status, engagement = state.engagement }: AttendanceCorrected,
  occurredAt: Instant,
): DraftEffects {
  const { startsAt } = appointment;
  const others = state.appointments.filter((other) => other !== appointment);
  const overtaken = others.some((other) => other.status !== 'superseded' && other.startsAt > startsAt);
  const came = status === 'held';
  // Who engaged waited for nothing: without the engagement somebody is to see to them.
  const falls = engagement === null && state.engagement !== null;
  const settled = [
    // Somebody was asked to book because of this miss, unless another appointment came after it.
    ...(came && !overtaken ? settle(state, ['appointment-to-rebook']) : []),
    ...(came ? settleSince(state, ['texts-stopped', 'reach-another-way'], startsAt) : []),
  ];
  const attention = state.attention.filter(({ code }) => !settled.some((item) => item.code === code));
  // The wait for a booking that the meeting had started is no more, where there was no meeting.
  const booking = state.deadlines.filter(
    ({ rule, start }) => rule === ('booking' satisfies DeadlineRule) && start === startsAt,
  );
  return {
    settled,
    cleared: came ? [] : clear(booking, 'ended'),
    armed:
      came && attendance !== 'attended-and-remained'
        ? waitForBooking({ ...state, appointments: others, engagement, attention }, startsAt)
        : falls && overtaken
          ? waitForBooking({ ...state, appointments: others, engagement, attention }, occurredAt)
          : [],
    raised:
      !came && appointment.status === 'held' && !overtaken
        ? [raise(state, 'appointment-to-rebook', occurredAt)]
        : [],
  };
}
