import { after } from '../common/duration.ts';
import type { Instant } from '../common/instant.ts';
import { policyHere } from './clocks.ts';
import type { DiversionAppointment, DiversionState } from './state.ts';

/** An appointment that a closure which is due waits for, and until when. */
export interface Deferral {
  readonly appointmentId: string;
  readonly until: Instant;
  /** It has begun: it is waited for, and what is still ahead may put the closure off yet. */
  readonly holds: boolean;
}

/**
 * What a closure due at this limit waits for: that the attendance at a booked appointment can be recorded in its
 * time. Who came shortly before the limit, or comes soon after it, has engaged, whenever the caseworker enters it. An
 * appointment that is still ahead puts the closure off once; one that began and of which nothing is recorded holds it
 * as long as somebody is still to be asked, and no longer. Undefined: it waits for nothing.
 */
export function deferralAt(state: DiversionState, limit: Instant): Deferral | undefined {
  const { closureDeferral, bankHolidays } = state.policy;
  let latest: Deferral | undefined;
  for (const appointment of state.appointments) {
    const ahead = isSoonAfter(state, appointment, limit);
    const over = appointment.status !== 'booked' || wasOver(appointment, limit);
    if (over || (!ahead && appointment.startsAt >= limit)) continue;
    const { appointmentId, endsAt } = appointment;
    const recordable = feedbackOver(state, endsAt);
    const ofItsDay = ahead ? after(endsAt, closureDeferral.until, bankHolidays) : recordable;
    const until = ofItsDay > recordable ? ofItsDay : recordable;
    if (until > limit && (latest === undefined || until > latest.until)) {
      latest = { appointmentId, until, holds: !ahead };
    }
  }
  return latest;
}

/** It came with a case from elsewhere that was past its limit, and was not ahead any more: nobody waits for it. */
function wasOver({ carriedOverAt, startsAt }: DiversionAppointment, limit: Instant): boolean {
  return carriedOverAt !== undefined && limit <= carriedOverAt && startsAt <= carriedOverAt;
}

/** Booked before the limit (or elsewhere, nobody knows when), and beginning within the window after it. Once in the life of a referral. */
function isSoonAfter(
  { policy, closureDeferred }: DiversionState,
  { bookedAt, startsAt, carriedOverAt }: DiversionAppointment,
  limit: Instant,
): boolean {
  const end = after(limit, policy.closureDeferral.window, policy.bankHolidays);
  const before = bookedAt < limit || carriedOverAt !== undefined;
  return !closureDeferred && before && startsAt >= limit && startsAt < end;
}

/** The caseworker was asked, the team lead was told, and has had at least as long again as the caseworker had. */
function feedbackOver(state: DiversionState, endsAt: Instant): Instant {
  const policy = policyHere(state);
  const told = after(endsAt, policy.feedback.escalate, policy.bankHolidays);
  return after(told, policy.feedback.ask, policy.bankHolidays);
}
