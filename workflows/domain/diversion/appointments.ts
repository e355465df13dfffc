import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { addLocalMonths } from '../common/london-time.ts';
import { secondsBetween } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import { aboutFeedback, raise, settle } from './attention.ts';
import { appointmentRules, beginningRules, clearRules, clocksOfAppointment } from './clocks.ts';
import type { AppointmentData, DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { AppointmentBooked, DiversionEvent } from './events.ts';
import { needsAnotherWay, wantsNoTexts } from './reminding.ts';
import type { DiversionState } from './state.ts';

/** Booking. At most one appointment is ahead at any time; what came of it is in attendance.ts. */

type Refused = Extract<Decision, { readonly refusal: object }> | undefined;

const longestSeconds = 12 * 3600;

export function bookAppointment(
  state: DiversionState,
  command: DiversionCommandOf<'book-appointment'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { occurredAt, commandId } = command;
  const { appointmentId = commandId, kind, startsAt, endsAt, placeCode } = command.data;
  const ahead = state.appointments.find((known) => known.status === 'booked' && known.startsAt > now);
  const refused =
    refuseSlot(command.data, occurredAt) ?? refuseKnown(state, { ...command.data, appointmentId });
  if (refused !== undefined) {
    return refused;
  }
  if (ahead !== undefined && ahead.bookedAt > occurredAt) {
    return refuse('conflict', 'A later booking is already recorded.', {
      appointmentId: ahead.appointmentId,
      bookedAt: ahead.bookedAt,
    });
  }
  // An appointment entered after it took place does not move the one that is ahead.
  const supersedes = ahead !== undefined && startsAt > now ? ahead.appointmentId : null;
  const booking: AppointmentBooked = { appointmentId, kind, startsAt, endsAt, placeCode, supersedes };
  return new DecisionDraft(state, command)
    .record('appointment-booked', occurredAt, booking, effectsOfBooking(state, booking, occurredAt, now))
    .decided();
}

/** What a booking does, also one in place of another. */
export function effectsOfBooking(
  state: DiversionState,
  booking: AppointmentBooked,
  bookedAt: Instant,
  now: Instant,
): DraftEffects {
  const { supersedes } = booking;
  return {
    cleared: [
      ...clearRules(state, beginningRules, 'met'),
      ...(supersedes === null ? [] : clearRules(state, appointmentRules, 'superseded', supersedes)),
    ],
    armed: clocksOfAppointment(state.seq, state, { ...booking, bookedAt }, now),
    settled: [
      ...settle(state, [
        'no-first-contact',
        'too-few-tries',
        'nothing-booked',
        'appointment-to-rebook',
        'death-corrected',
      ]),
      ...(supersedes === null ? [] : settle(state, aboutFeedback, supersedes)),
    ],
    raised: [
      ...(wantsNoTexts(state) ? [raise(state, 'texts-stopped', bookedAt)] : []),
      ...(needsAnotherWay(state) ? [raise(state, 'reach-another-way', bookedAt)] : []),
    ],
  };
}

export function refuseSlot(
  { startsAt, endsAt }: Pick<AppointmentData, 'startsAt' | 'endsAt'>,
  bookedAt: Instant,
): Refused {
  if (startsAt <= bookedAt) {
    return refuse('before-the-start', 'An appointment starts after it was booked, not before.', {
      startsAt,
      bookedAt,
    });
  }
  if (startsAt > addLocalMonths(bookedAt, 12)) {
    return refuse('condition-not-met', 'An appointment is at most a year ahead.', { startsAt });
  }
  const seconds = secondsBetween(startsAt, endsAt);
  if (seconds <= 0) {
    return refuse('before-the-start', 'An appointment ends after it starts.', { startsAt, endsAt });
  }
  if (seconds > longestSeconds) {
    return refuse('condition-not-met', 'An appointment lasts at most 12 hours.', { startsAt, endsAt });
  }
  return undefined;
}

function refuseKnown(
  state: DiversionState,
  data: AppointmentData & { readonly appointmentId: string },
): Refused {
  const known = state.appointments.find(({ appointmentId }) => appointmentId === data.appointmentId);
  if (known === undefined) {
    return undefined;
  }
  const same = (['kind', 'startsAt', 'endsAt', 'placeCode'] as const).every(
    (key) => known[key] === data[key],
  );
  const { appointmentId } = known;
  return same
    ? refuse('already-done', 'This appointment is already booked.', { appointmentId })
    : refuse('conflict', 'Another appointment has this id.', { appointmentId });
}
