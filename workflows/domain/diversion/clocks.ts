import { arm, clear } from '../common/arming.ts';
import type { ClearedDeadline, Deadline } from '../common/deadline.ts';
import { after } from '../common/duration.ts';
import type { Duration } from '../common/duration.ts';
import type { Instant } from '../common/instant.ts';
import { reminderDue } from '../common/reminder.ts';
import type { DiversionPolicy } from './policy.ts';
import type { DiversionAppointment, DiversionState } from './state.ts';
import type { DeadlineRule } from './table.ts';

/** When each clock of the voluntary path is due, and which are set together. What their passing does is in passing.ts. */

/** The clocks that start with receipt. */
export function clocksOfReceipt(receivedAt: Instant, policy: DiversionPolicy): Deadline[] {
  return [
    set(0, policy, 'first-contact', receivedAt, policy.firstContact),
    set(0, policy, 'closure-warning', receivedAt, policy.closureWarning),
    set(0, policy, 'closure', receivedAt, policy.closure),
  ];
}

export function contactEffort(seq: number, firstTry: Instant, policy: DiversionPolicy): Deadline {
  return set(seq, policy, 'contact-effort', firstTry, policy.contactEffort.within);
}

/** Reached, and nothing booked: nobody would look at the case again until the closure is near. */
export function bookingWait(seq: number, reachedAt: Instant, policy: DiversionPolicy): Deadline {
  return set(seq, policy, 'booking', reachedAt, policy.booking ?? policy.contactEffort.within);
}

/** The reminder, unless its time is over or the person wants no texts, and the question how it went. */
export function clocksOfAppointment(
  seq: number,
  state: Pick<DiversionState, 'policy' | 'textsStopped'>,
  appointment: Pick<DiversionAppointment, 'appointmentId' | 'startsAt' | 'endsAt' | 'bookedAt'>,
  now: Instant,
): Deadline[] {
  const { policy, textsStopped } = state;
  const { appointmentId, startsAt, endsAt, bookedAt } = appointment;
  const feedback = set(seq, policy, 'feedback', endsAt, policy.feedback.ask, appointmentId);
  const due = reminderDue(startsAt, policy.messages);
  if (textsStopped || due <= now || due >= startsAt) {
    return [feedback];
  }
  return [arm(seq, 'reminder' satisfies DeadlineRule, { start: bookedAt, due }, appointmentId), feedback];
}

export function feedbackEscalation(
  seq: number,
  policy: DiversionPolicy,
  { start, ref }: Pick<Deadline, 'start' | 'ref'>,
): Deadline {
  return set(seq, policy, 'feedback-escalation', start, policy.feedback.escalate, ref);
}

export function lateEngagement(seq: number, closedAt: Instant, policy: DiversionPolicy): Deadline {
  return set(seq, policy, 'late-engagement', closedAt, policy.lateEngagement);
}

/** The limit counted from receipt where it is still ahead of the return, with its warning; else a new one. */
export function clocksOfReturn(
  seq: number,
  {
    receivedAt,
    policy,
    closureDeferredTo,
  }: Pick<DiversionState, 'receivedAt' | 'policy' | 'closureDeferredTo'>,
  at: Instant,
): Deadline[] {
  const first = [
    set(seq, policy, 'closure-warning', receivedAt, policy.closureWarning),
    set(seq, policy, 'closure', receivedAt, policy.closure),
  ].filter(({ due }) => due > at);
  if (first.some(({ rule }) => rule === 'closure')) {
    return first;
  }
  if (closureDeferredTo !== null && closureDeferredTo > at) {
    return [arm(seq, 'closure' satisfies DeadlineRule, { start: receivedAt, due: closureDeferredTo })];
  }
  return [set(seq, policy, 'closure-after-return', at, policy.closureAfterReturn)];
}

/** Clears whatever runs of these rules, about this one thing or about anything. */
export function clearRules(
  { deadlines }: Pick<DiversionState, 'deadlines'>,
  rules: readonly DeadlineRule[],
  why: ClearedDeadline['why'],
  about?: string,
): ClearedDeadline[] {
  const wanted: readonly string[] = rules;
  return clear(
    deadlines.filter(({ rule, ref }) => wanted.includes(rule) && (about === undefined || ref === about)),
    why,
  );
}

/** The clocks about one appointment. */
export const appointmentRules: readonly DeadlineRule[] = ['reminder', 'feedback', 'feedback-escalation'];

/** The clocks that wait for something to begin: for somebody to reach the person, and then for a booking. */
export const beginningRules: readonly DeadlineRule[] = ['first-contact', 'contact-effort', 'booking'];

/** The clocks that wait for somebody to reach the person. */
export const contactRules: readonly DeadlineRule[] = ['first-contact', 'contact-effort'];

function set(
  seq: number,
  policy: DiversionPolicy,
  rule: DeadlineRule,
  start: Instant,
  duration: Duration,
  ref?: string,
): Deadline {
  return arm(seq, rule, { start, due: after(start, duration, policy.bankHolidays) }, ref);
}
