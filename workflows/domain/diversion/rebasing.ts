import { arm, clear } from '../common/arming.ts';
import type { SettledAttention } from '../common/attention.ts';
import type { ClearedDeadline, Deadline } from '../common/deadline.ts';
import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { after } from '../common/duration.ts';
import type { Duration } from '../common/duration.ts';
import type { Instant } from '../common/instant.ts';
import { remindersDue } from '../common/reminder.ts';
import { settle } from './attention.ts';
import { closureWarning, policyHere, warningAfterReturn } from './clocks.ts';
import { doneSoFar } from './closing.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import { ownDefaults } from './policy.ts';
import type { DiversionPolicy } from './policy.ts';
import type { MovedDeadline } from './rebase.ts';
import type { DiversionState } from './state.ts';
import type { DeadlineRule } from './table.ts';

/**
 * A later version of its policy, taken by an open referral because a manager said so. Each running clock is counted
 * anew from where it started; one whose time is over by that passes at once, late, and says so. What has passed already
 * stays as it was.
 */
export function rebasePolicy(
  state: DiversionState,
  command: DiversionCommandOf<'rebase-policy'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { policy, reason } = data;
  const refused = refusePolicy(state.policy, policy);
  if (refused !== undefined) {
    return refused;
  }
  const { policyId, version } = state.policy;
  const { moved, ...effects } = underPolicy(state, policy, now);
  return new DecisionDraft(state, command)
    .record('policy-rebased', occurredAt, { policy, from: { policyId, version }, reason, moved }, effects)
    .decided();
}

/** Why an open referral under the one policy does not take the other; undefined: it may. */
export function refusePolicy(
  present: DiversionPolicy,
  policy: DiversionPolicy,
): { readonly refusal: Refusal } | undefined {
  const details = { policyId: policy.policyId, version: policy.version, present: present.version };
  if (
    policy.forceId !== present.forceId ||
    policy.programme !== present.programme ||
    policy.policyId !== present.policyId
  ) {
    return refuse('conflict', 'This is not a version of the policy of this referral.', details);
  }
  if (policy.version === present.version) {
    return refuse('already-done', 'The referral is under this version already.', details);
  }
  return policy.version < present.version
    ? refuse('conflict', 'The referral is under a later version: write a new one to go back.', details)
    : undefined;
}

export interface UnderPolicy {
  readonly cleared: readonly ClearedDeadline[];
  readonly armed: readonly Deadline[];
  readonly settled: readonly SettledAttention[];
  readonly moved: readonly MovedDeadline[];
}

/** What becomes of the running clocks of a referral under another policy. Changes nothing: a dry run asks the same. */
export function underPolicy(state: DiversionState, policy: DiversionPolicy, now: Instant): UnderPolicy {
  const next = { ...state, policy };
  const changed = state.deadlines
    .map((was) => ({ was, due: dueUnder(next, was, now) }))
    .filter(({ was, due }) => due !== was.due);
  const again = warningAgain(next, now);
  return {
    cleared: clear(
      changed.map(({ was }) => was),
      'superseded',
    ),
    armed: [
      ...changed.map(({ was: { rule, start, ref }, due }) => arm(state.seq, rule, { start, due }, ref)),
      ...again,
    ],
    settled: again.length === 0 ? [] : settle(state, ['closure-near', 'closure-near-lead']),
    moved: [
      ...changed.map(({ was: { rule, ref, due: from }, due: to }) => ({
        rule,
        ...(ref === undefined ? {} : { ref }),
        from,
        to,
      })),
      ...again.map(({ rule, due: to }) => ({ rule, from: null, to })),
    ],
  };
}

/** When a running clock is due under the policy of this state, counted from where it started. */
function dueUnder(state: DiversionState, deadline: Deadline, now: Instant): Instant {
  const policy = policyHere(state);
  const { start, due } = deadline;
  const counted = (duration: Duration): Instant => after(start, duration, policy.bankHolidays);
  switch (deadline.rule as DeadlineRule) {
    case 'first-contact':
      return counted(policy.firstContact);
    case 'acceptance':
      return counted(policy.acceptance ?? policy.firstContact);
    case 'routing':
      return counted(policy.routing ?? ownDefaults.routing);
    case 'transfer-answer':
      return counted(policy.transferAnswer ?? ownDefaults.transferAnswer);
    case 'contact-effort':
      return counted(policy.contactEffort.within);
    case 'police-feedback':
      return policy.policeFeedback === undefined ? due : counted(policy.policeFeedback);
    case 'booking':
      return counted(policy.booking ?? policy.contactEffort.within);
    case 'feedback':
      return counted(policy.feedback.ask);
    case 'feedback-escalation':
      return counted(policy.feedback.escalate);
    case 'closure-warning':
      return start === state.receivedAt
        ? closureWarning(state).due
        : warningAfterReturn(state.seq, start, policy).due;
    case 'closure':
      return endsAt(state, counted(policy.closure));
    case 'closure-after-return':
      return endsAt(state, counted(policy.closureAfterReturn));
    case 'reminder':
    case 'reminder-week':
    case 'reminder-morning':
      return reminderAt(state, deadline, now) ?? due;
    // The date of the caution, and the time of those who are closed: no length of this policy.
    case 'condition':
    case 'late-engagement':
      return due;
    default:
      // A ledger may hold clocks of a rule that is no more.
      return due;
  }
}

/**
 * What a person or an appointment put the closure off to stands: it was promised. A limit that nobody knew of yet ends
 * nothing before what the person did since: they engaged in time.
 */
function endsAt(state: DiversionState, limit: Instant): Instant {
  return [state.closureDeferredTo, state.closureExtendedTo, ...doneSoFar(state)].reduce<Instant>(
    (latest, at) => (at !== null && at > latest ? at : latest),
    limit,
  );
}

/** A reminder whose new time is over, or after the appointment, keeps its own: the person still gets one. */
function reminderAt(
  { appointments, policy }: DiversionState,
  { rule, ref: about }: Deadline,
  now: Instant,
): Instant | undefined {
  const appointment = appointments.find(({ appointmentId }) => appointmentId === about);
  if (appointment === undefined) {
    return undefined;
  }
  const { startsAt } = appointment;
  const due = remindersDue(startsAt, policy.messages).find((lead) => lead.rule === rule)?.due;
  return due !== undefined && due > now && due < startsAt ? due : undefined;
}

/** Warned already, and now there is time again: it is warned of the new limit too. */
function warningAgain(state: DiversionState, now: Instant): Deadline[] {
  const runs = (wanted: DeadlineRule): boolean => state.deadlines.some(({ rule }) => rule === wanted);
  if (runs('closure-warning') || !runs('closure')) {
    return [];
  }
  const warning = closureWarning(state);
  return warning.due > now ? [warning] : [];
}
