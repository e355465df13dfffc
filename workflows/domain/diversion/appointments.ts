import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { addLocalMonths, describeLocal } from '../common/london-time.ts';
import { secondsBetween } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import { successorOf } from './appointment-history.ts';
import { aboutFeedback, raise, settle } from './attention.ts';
import { appointmentRules, beginningRules, clearRules, clocksOfAppointment } from './clocks.ts';
import type { AppointmentData, DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { AppointmentBooked, DiversionEvent } from './events.ts';
import { needsAnotherWay, wantsNoTexts, wayToTell } from './reminding.ts';
import type { DiversionAppointment, DiversionState } from './state.ts';

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
    refuseSlot(command.data, occurredAt) ??
    refuseKnown(state, { ...command.data, appointmentId }) ??
    refuseTwice(state, command.data, ahead) ??
    refuseLater(ahead, occurredAt) ??
    refuseReplacing(state, command.data, { ahead, now });
  if (refused !== undefined) {
    return refused;
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
      ...(wantsNoTexts(state) && wayToTell(state) !== 'email'
        ? [raise(state, 'texts-stopped', bookedAt)]
        : []),
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
  const { appointmentId } = known;
  return isSame(known, data)
    ? refuse('already-done', 'This appointment is already booked.', { appointmentId })
    : refuse('conflict', 'Another appointment has this id.', { appointmentId });
}

/** Pressed a second time: what it was to bring about stands already. */
function refuseTwice(
  { appointments }: DiversionState,
  data: AppointmentData,
  ahead: DiversionAppointment | undefined,
): Refused {
  const { replaces } = data;
  const instead = replaces === undefined ? undefined : successorOf(appointments, replaces);
  const known = data.appointmentId === undefined && ahead !== undefined ? ahead : instead;
  return known?.status === 'booked' && isSame(known, data)
    ? refuse('already-done', 'This appointment is already booked.', { appointmentId: known.appointmentId })
    : undefined;
}

function refuseLater(ahead: DiversionAppointment | undefined, bookedAt: Instant): Refused {
  return ahead !== undefined && ahead.bookedAt > bookedAt
    ? refuse('conflict', 'A later booking is already recorded.', {
        appointmentId: ahead.appointmentId,
        bookedAt: ahead.bookedAt,
      })
    : undefined;
}

/**
 * One of the same kind is the same meeting at another time. One of another kind would be lost without a word: whoever books
 * says that they mean it.
 */
function refuseReplacing(
  state: DiversionState,
  { kind, startsAt, replaces }: AppointmentData,
  { ahead, now }: { readonly ahead: DiversionAppointment | undefined; readonly now: Instant },
): Refused {
  if (replaces !== undefined) {
    return refuseReplaced(state, replaces, ahead, startsAt > now);
  }
  if (ahead === undefined || startsAt <= now || ahead.kind === kind) {
    return undefined;
  }
  const { appointmentId } = ahead;
  return refuse(
    'conflict',
    `Another appointment is ahead, of another kind (${ahead.kind}), on ${describeLocal(ahead.startsAt)}, and only one can be. Give its id in "replaces" if this one is to take its place; else leave this one until that one was.`,
    { field: 'replaces', appointmentId, kind: ahead.kind, startsAt: ahead.startsAt },
  );
}

function refuseReplaced(
  { appointments }: DiversionState,
  replaces: string,
  ahead: DiversionAppointment | undefined,
  isAhead: boolean,
): Refused {
  const replaced = appointments.find(({ appointmentId }) => appointmentId === replaces);
  if (replaced === undefined) {
    return refuse('not-found', 'This pathway has no such appointment.', { replaces });
  }
  if (replaced === ahead && isAhead) {
    return undefined;
  }
  if (replaced.status === 'superseded' || replaced.status === 'cancelled') {
    return notHeld(appointments, replaced, { replaces });
  }
  return refuse(
    'condition-not-met',
    'Only an appointment still ahead is replaced, by another one that is ahead: leave "replaces" out, and record what came of the earlier one.',
    { replaces, startsAt: replaced.startsAt },
  );
}

/** Moved or cancelled: nothing came of it. What stands in its place is named. */
export function notHeld(
  appointments: readonly DiversionAppointment[],
  { appointmentId, status }: DiversionAppointment,
  about: Readonly<Record<string, string>> = { appointmentId },
): Exclude<Refused, undefined> {
  const next = successorOf(appointments, appointmentId);
  if (status !== 'superseded' || next === undefined) {
    return refuse('conflict', `This appointment was ${status === 'superseded' ? 'moved' : 'cancelled'}.`, {
      ...{ ...about, status },
    });
  }
  return refuse(
    'conflict',
    `This appointment was moved: in its place is the one on ${describeLocal(next.startsAt)} (${next.appointmentId}).`,
    { ...about, status, supersededBy: next.appointmentId },
  );
}

function isSame(known: DiversionAppointment, data: AppointmentData): boolean {
  return (['kind', 'startsAt', 'endsAt', 'placeCode'] as const).every((key) => known[key] === data[key]);
}
