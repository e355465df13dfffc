import type { Deadline } from '../common/deadline.ts';
import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { describeLocal } from '../common/london-time.ts';
import { effectsOfBooking, notHeld, refuseSlot } from './appointments.ts';
import { aboutFeedback, raise, settle } from './attention.ts';
import { appointmentRules, clearRules, contactRules, firstContact, policyHere } from './clocks.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { AppointmentBooked, DiversionEvent } from './events.ts';
import { onEarlierDay } from './recorded-order.ts';
import type { DiversionAppointment, DiversionState } from './state.ts';
import { inTreatment } from './treatment.ts';

/**
 * Moving and cancelling an appointment, before it begins: by the time at which that was agreed, which may be entered
 * only after its start. What came of one that began is an attendance.
 */

type Refused = { readonly refusal: Refusal } | undefined;

export function rescheduleAppointment(
  state: DiversionState,
  command: DiversionCommandOf<'reschedule-appointment'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { commandId, data, occurredAt } = command;
  const { startsAt, endsAt, askedBy, reason } = data;
  const known = find(state, data.appointmentId);
  if (known === undefined) {
    return unknown(data.appointmentId);
  }
  const slot = { startsAt, endsAt, placeCode: data.placeCode ?? known.placeCode };
  const refused =
    refuseMoved(state, known, slot) ??
    refuseChange(state, known, occurredAt) ??
    refuseSlot(slot, occurredAt) ??
    refuseSecond(state, known, slot, now);
  if (refused !== undefined) {
    return refused;
  }
  const booking: AppointmentBooked = {
    appointmentId: commandId,
    kind: known.kind,
    ...slot,
    supersedes: known.appointmentId,
    askedBy,
    reason,
  };
  return new DecisionDraft(state, command)
    .record('appointment-booked', occurredAt, booking, effectsOfBooking(state, booking, occurredAt, now))
    .decided();
}

export function cancelAppointment(
  state: DiversionState,
  command: DiversionCommandOf<'cancel-appointment'>,
  _now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { appointmentId, askedBy, reason } = data;
  const known = find(state, appointmentId);
  if (known === undefined) {
    return unknown(appointmentId);
  }
  if (known.status === 'cancelled') {
    return refuse('already-done', 'This appointment is already cancelled.', { appointmentId });
  }
  const refused = refuseChange(state, known, occurredAt);
  if (refused !== undefined) {
    return refused;
  }
  const cancelled = { appointmentId, askedBy, reason };
  return new DecisionDraft(state, command)
    .record('appointment-cancelled', occurredAt, cancelled, effectsOfCancelling(state, known, occurredAt))
    .decided();
}

/** Somebody is asked to book another, unless one is ahead or the treatment itself brings the person in. */
function effectsOfCancelling(
  state: DiversionState,
  { appointmentId }: DiversionAppointment,
  occurredAt: Instant,
): DraftEffects {
  const otherAhead = state.appointments.some(
    (other) =>
      other.appointmentId !== appointmentId && other.status === 'booked' && other.startsAt > occurredAt,
  );
  const goesOn = otherAhead || inTreatment(state.treatment) || state.concludedAt !== null;
  return {
    cleared: clearRules(state, appointmentRules, 'ended', appointmentId),
    armed: goesOn ? [] : tryAgain(state, occurredAt),
    settled: [
      ...settle(state, aboutFeedback, appointmentId),
      // The text was about this appointment, unless there is another ahead.
      ...(otherAhead ? [] : settle(state, ['message-not-sent', 'reach-another-way'])),
    ],
    raised: goesOn ? [] : [raise(state, 'appointment-to-rebook', occurredAt)],
  };
}

/** The booking ended the wait for a first try. Where nobody has made one, there is again nothing else to wait for. */
function tryAgain(state: DiversionState, cancelledAt: Instant): Deadline[] {
  const { contact, engagement, custodySince, deadlines, route, seq } = state;
  const waits =
    contact.attempts === 0 &&
    contact.tries.length === 0 &&
    contact.reachedAt === null &&
    engagement === null &&
    custodySince === null &&
    route !== null &&
    !deadlines.some(({ rule }) => contactRules.some((known) => known === rule));
  return waits ? [firstContact(seq, cancelledAt, policyHere(state))] : [];
}

function find({ appointments }: DiversionState, wanted: string): DiversionAppointment | undefined {
  return appointments.find(({ appointmentId }) => appointmentId === wanted);
}

function unknown(appointmentId: string): { readonly refusal: Refusal } {
  return refuse('not-found', 'This pathway has no such appointment.', { appointmentId });
}

type Slot = Pick<DiversionAppointment, 'startsAt' | 'endsAt' | 'placeCode'>;

/** It is there already: the same move told twice, or none at all. */
function refuseMoved({ appointments }: DiversionState, known: DiversionAppointment, slot: Slot): Refused {
  const standing =
    known.status === 'superseded'
      ? appointments.find(({ supersedes }) => supersedes === known.appointmentId)
      : known;
  const same =
    standing?.status === 'booked' &&
    (['startsAt', 'endsAt', 'placeCode'] as const).every((key) => standing[key] === slot[key]);
  return same
    ? refuse('already-done', 'The appointment is already booked for this time and place.', {
        appointmentId: standing.appointmentId,
      })
    : undefined;
}

function refuseChange(
  { appointments }: DiversionState,
  known: DiversionAppointment,
  changedAt: Instant,
): Refused {
  const { appointmentId, status, startsAt, bookedAt } = known;
  if (status === 'superseded' || status === 'cancelled') {
    return notHeld(appointments, known);
  }
  if (status !== 'booked') {
    return refuse('conflict', 'What came of this appointment is already recorded.', {
      appointmentId,
      status,
    });
  }
  if (changedAt >= startsAt) {
    return refuse(
      'condition-not-met',
      `The appointment began on ${describeLocal(startsAt)}: record what came of it.`,
      { startsAt },
    );
  }
  return onEarlierDay(changedAt, bookedAt)
    ? refuse('before-the-start', 'The change is dated before the booking.', { bookedAt })
    : undefined;
}

/** At most one appointment is ahead: one that was moved only after its start meets the next one there. */
function refuseSecond(
  { appointments }: DiversionState,
  known: DiversionAppointment,
  { startsAt }: Slot,
  now: Instant,
): Refused {
  const other = appointments.find(
    (appointment) => appointment !== known && appointment.status === 'booked' && appointment.startsAt > now,
  );
  return other === undefined || startsAt <= now
    ? undefined
    : refuse('conflict', 'Another appointment is already ahead: move that one, or cancel it first.', {
        appointmentId: other.appointmentId,
      });
}
