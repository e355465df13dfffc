import { clear } from '../common/arming.ts';
import type { NewEvent } from '../common/event.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore } from '../common/instant.ts';
import { newEvent } from './events.ts';
import type { ClosureReason, PathwayEnded } from './events.ts';
import type { CompulsoryState } from './state.ts';
import type { AttentionCode } from './table.ts';

/**
 * No clock runs on after the end, and nobody need look, save where a unit has not acknowledged a
 * withdrawal, somebody was arrested on a withdrawn task, or an operator has not looked at an error.
 */
const outlasting: readonly string[] = [
  'withdrawal-unacknowledged',
  'arrested-on-withdrawn-task',
  'internal-error',
] satisfies readonly AttentionCode[];

/** That somebody may be in danger does not end with a duty, but by death. */
function outlasts(code: string, reason: ClosureReason): boolean {
  return outlasting.includes(code) || (code === ('call-today' satisfies AttentionCode) && reason !== 'died');
}

/** The end of the pathway, with what it stops. It is never before the test, also where the person died before that. */
export function endPathway(
  state: CompulsoryState,
  reason: ClosureReason,
  at: Instant,
): NewEvent<'pathway-ended', PathwayEnded> {
  return newEvent(
    'pathway-ended',
    isBefore(at, state.receivedAt) ? state.receivedAt : at,
    {
      reason,
      cancelledAppointments: state.appointments
        .filter(({ status }) => status === 'booked')
        .map(({ appointmentId }) => appointmentId),
    },
    {
      stage: reason,
      cleared: clear(state.deadlines, 'ended'),
      settled: state.attention
        .filter(({ code }) => !outlasts(code, reason))
        .map(({ code, ref }) => (ref === undefined ? { code } : { code, ref })),
    },
  );
}
