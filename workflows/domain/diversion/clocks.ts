import { arm, clear } from '../common/arming.ts';
import type { ClearedDeadline, Deadline } from '../common/deadline.ts';
import { after } from '../common/duration.ts';
import type { Duration } from '../common/duration.ts';
import { epochMs, toInstant } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import { isReminderRule, reminderRules, remindersToCome } from '../common/reminder.ts';
import type { ConditionData } from './condition.ts';
import { ownDefaults, policyWith } from './policy.ts';
import type { DiversionPolicy } from './policy.ts';
import { mayRemind } from './reminding.ts';
import type { ReferralSource } from './referral-source.ts';
import type { Reminding } from './reminding.ts';
import type { DiversionAppointment, DiversionState } from './state.ts';
import type { DeadlineRule } from './table.ts';
import type { TransferOffer } from './transfer.ts';

/** When each clock of the voluntary path is due, and which are set together. What their passing does is in passing.ts. */

/** The policy as it holds now: with what is agreed with the provider that has the referral. */
export function policyHere({ policy, route }: Pick<DiversionState, 'policy' | 'route'>): DiversionPolicy {
  return policyWith(policy, route?.providerId ?? null);
}

/** The clocks that start with receipt. */
export function clocksOfReceipt(receivedAt: Instant, policy: DiversionPolicy): Deadline[] {
  return [
    set(0, policy, 'first-contact', receivedAt, policy.firstContact),
    set(0, policy, 'closure-warning', receivedAt, policy.closureWarning),
    set(0, policy, 'closure', receivedAt, policy.closure),
  ];
}

/** What is agreed about a referral of theirs: until then the police read what has come of it. A case from elsewhere is not theirs. */
export function policeFeedback(
  receivedAt: Instant,
  { source, via }: ReferralSource,
  policy: DiversionPolicy,
): Deadline[] {
  const agreed = source === 'police' && via !== 'caseload-import' ? policy.policeFeedback : undefined;
  return agreed === undefined ? [] : [set(0, policy, 'police-feedback', receivedAt, agreed)];
}

/** The conditions of a caution, each with the date that the caution sets. */
export function clocksOfConditions(receivedAt: Instant, conditions: readonly ConditionData[]): Deadline[] {
  return conditions.map(({ conditionId, dueAt }) =>
    arm(0, 'condition' satisfies DeadlineRule, { start: receivedAt, due: dueAt }, conditionId),
  );
}

/** The wait for a first try counted anew, because another provider has the person now. */
export function firstContact(seq: number, routedAt: Instant, policy: DiversionPolicy): Deadline {
  return set(seq, policy, 'first-contact', routedAt, policy.firstContact);
}

/** The wait for the provider's word: taken, or given back. */
export function acceptanceWait(seq: number, routedAt: Instant, policy: DiversionPolicy): Deadline {
  return set(seq, policy, 'acceptance', routedAt, policy.acceptance ?? policy.firstContact);
}

/** The wait for a provider. */
export function routingWait(seq: number, withoutSince: Instant, policy: DiversionPolicy): Deadline {
  return set(seq, policy, 'routing', withoutSince, policy.routing ?? ownDefaults.routing);
}

/** What an open referral waits for from its provider, or because it has none. */
export function clocksOfProvider(
  seq: number,
  { policy, route, acceptance }: Pick<DiversionState, 'policy' | 'route' | 'acceptance'>,
  at: Instant,
): Deadline[] {
  if (route === null) {
    return [routingWait(seq, at, policy)];
  }
  return acceptance.acceptedAt === null ? [acceptanceWait(seq, at, policyHere({ policy, route }))] : [];
}

export function transferAnswer(
  seq: number,
  { transferId, offeredAt }: Pick<TransferOffer, 'transferId' | 'offeredAt'>,
  policy: DiversionPolicy,
): Deadline {
  const answer = policy.transferAnswer ?? ownDefaults.transferAnswer;
  return set(seq, policy, 'transfer-answer', offeredAt, answer, transferId);
}

export function contactEffort(seq: number, firstTry: Instant, policy: DiversionPolicy): Deadline {
  return set(seq, policy, 'contact-effort', firstTry, policy.contactEffort.within);
}

/** Reached, and nothing booked: nobody would look at the case again until the closure is near. */
export function bookingWait(seq: number, reachedAt: Instant, policy: DiversionPolicy): Deadline {
  return set(seq, policy, 'booking', reachedAt, policy.booking ?? policy.contactEffort.within);
}

/** The reminders, those left out whose time is over or where the person may not be reminded, and the question how it went. */
export function clocksOfAppointment(
  seq: number,
  state: Pick<DiversionState, 'policy' | 'route'> & Reminding,
  appointment: Pick<DiversionAppointment, 'appointmentId' | 'startsAt' | 'endsAt' | 'bookedAt'>,
  now: Instant,
): Deadline[] {
  const policy = policyHere(state);
  const { appointmentId, startsAt, endsAt, bookedAt } = appointment;
  const feedback = set(seq, policy, 'feedback', endsAt, policy.feedback.ask, appointmentId);
  const reminders = mayRemind(state) ? remindersToCome(startsAt, policy.messages, now) : [];
  return [
    ...reminders.map(({ rule, due }) =>
      arm(seq, rule satisfies DeadlineRule, { start: bookedAt, due }, appointmentId),
    ),
    feedback,
  ];
}

/** The reminders that are still to come once the person may be reminded again. */
export function remindersAhead(
  seq: number,
  state: Pick<DiversionState, 'policy' | 'route' | 'appointments' | 'deadlines'> & Reminding,
  now: Instant,
): Deadline[] {
  const planned = state.deadlines.map(({ rule, ref }) => `${rule} ${ref ?? ''}`);
  return state.appointments
    .filter(({ status }) => status === 'booked')
    .flatMap((appointment) => clocksOfAppointment(seq, state, appointment, now))
    .filter(({ rule, ref }) => isReminderRule(rule) && !planned.includes(`${rule} ${ref ?? ''}`));
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

/**
 * The limit counted from receipt, or what it was put off to, where it is still ahead of the return, with its warning;
 * else a new one. A referral that is concluded has no limit any more.
 */
export function clocksOfReturn(
  seq: number,
  {
    receivedAt,
    policy,
    closureDeferredTo,
    closureExtendedTo,
    concludedAt,
  }: Pick<
    DiversionState,
    'receivedAt' | 'policy' | 'closureDeferredTo' | 'closureExtendedTo' | 'concludedAt'
  >,
  at: Instant,
): Deadline[] {
  if (concludedAt !== null) {
    return [];
  }
  const limits = [
    after(receivedAt, policy.closure, policy.bankHolidays),
    closureDeferredTo,
    closureExtendedTo,
  ].filter((limit) => limit !== null);
  const due = limits.reduce((latest, limit) => (limit > latest ? limit : latest));
  if (due <= at) {
    return [warningAfterReturn(seq, at, policy), closureAfterReturn(seq, at, policy)];
  }
  const warning = closureWarning({ receivedAt, policy, closureExtendedTo, seq });
  const closure = arm(seq, 'closure' satisfies DeadlineRule, { start: receivedAt, due });
  return warning.due > at ? [warning, closure] : [closure];
}

/** The limit of who comes back, or was never gone, when theirs is over. */
export function closureAfterReturn(seq: number, at: Instant, policy: DiversionPolicy): Deadline {
  return set(seq, policy, 'closure-after-return', at, policy.closureAfterReturn);
}

/** As long before that limit as the first warning is before the first one; where that is longer than it, at the return. */
export function warningAfterReturn(seq: number, at: Instant, policy: DiversionPolicy): Deadline {
  const limit = after(at, policy.closure, policy.bankHolidays);
  const leadMs = epochMs(limit) - epochMs(after(at, policy.closureWarning, policy.bankHolidays));
  const due = toInstant(epochMs(closureAfterReturn(seq, at, policy).due) - leadMs);
  return arm(seq, 'closure-warning' satisfies DeadlineRule, { start: at, due: due < at ? at : due });
}

/** What ran about an appointment that has begun and of which nothing is recorded: it is still to be answered for. */
export function feedbackGoesOn(
  seq: number,
  { appointments, beforeClosure }: Pick<DiversionState, 'appointments' | 'beforeClosure'>,
): Deadline[] {
  const begun = appointments.filter(({ status }) => status === 'booked').map((known) => known.appointmentId);
  const rules: readonly string[] = ['feedback', 'feedback-escalation'] satisfies DeadlineRule[];
  return (beforeClosure?.deadlines ?? [])
    .filter(({ rule, ref = '' }) => rules.includes(rule) && begun.includes(ref))
    .map(({ rule, start, due, ref }) => arm(seq, rule, { start, due }, ref));
}

/** Counted from receipt; after an extension as long before the new limit as it was before the first. */
export function closureWarning({
  receivedAt,
  policy,
  closureExtendedTo,
  seq,
}: Pick<DiversionState, 'receivedAt' | 'policy' | 'closureExtendedTo' | 'seq'>): Deadline {
  const first = set(seq, policy, 'closure-warning', receivedAt, policy.closureWarning);
  if (closureExtendedTo === null) {
    return first;
  }
  const limit = after(receivedAt, policy.closure, policy.bankHolidays);
  const leadMs = epochMs(limit) - epochMs(first.due);
  return { ...first, due: toInstant(epochMs(closureExtendedTo) - leadMs) };
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
export const appointmentRules: readonly DeadlineRule[] = [
  ...reminderRules,
  'feedback',
  'feedback-escalation',
];

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
