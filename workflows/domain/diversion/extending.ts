import { arm, clear } from '../common/arming.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { after } from '../common/duration.ts';
import { earliest, epochMs, toInstant } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import { addDaysToDate, describeLocal, instantAt, isLocalDate, localParts } from '../common/london-time.ts';
import type { LocalDate } from '../common/london-time.ts';
import { settle } from './attention.ts';
import { clearRules, closureWarning } from './clocks.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import { ownDefaults } from './policy.ts';
import type { DiversionState } from './state.ts';
import type { DeadlineRule } from './table.ts';

/**
 * A person puts the closure off to a date, once in the life of a referral and with the reason. What an appointment puts
 * off by itself (closure-deferral.ts) comes on top of it.
 */
export function extendClosureDate(
  state: DiversionState,
  command: DiversionCommandOf<'extend-closure-date'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { occurredAt, data } = command;
  const { until, reason } = data;
  const running = closingClock(state);
  if (running === undefined || running.due <= now) {
    return refuse('condition-not-met', 'The time of this referral is over: it cannot be put off any more.');
  }
  const furthest = furthestExtension(state, running);
  const refused = refuseAgain(state, until) ?? refuseUntil(until, running.due, furthest);
  if (refused !== undefined) {
    return refused;
  }
  const due = closingOn(until, furthest);
  const warning = closureWarning({ ...state, closureExtendedTo: due });
  const warned = warning.due > now;
  return new DecisionDraft(state, command)
    .record(
      'closure-extended',
      occurredAt,
      { from: running.due, until: due, reason },
      {
        cleared: [...clear([running], 'superseded'), ...clearRules(state, ['closure-warning'], 'superseded')],
        armed: [...(warned ? [warning] : []), arm(state.seq, running.rule, { start: running.start, due })],
        // Where the new date is as near as the warning would have been, it stays said that the closure is near.
        settled: warned ? settle(state, ['closure-near', 'closure-near-lead']) : [],
      },
    )
    .decided();
}

function closingClock({ deadlines }: DiversionState): Deadline | undefined {
  const rules: readonly string[] = ['closure', 'closure-after-return'] satisfies DeadlineRule[];
  return deadlines.find(({ rule }) => rules.includes(rule));
}

/** Past the limit as it was first counted, whatever an appointment has put off since. */
function furthestExtension({ policy }: DiversionState, { rule, start }: Deadline): Instant {
  const length = rule === 'closure' ? policy.closure : policy.closureAfterReturn;
  const limit = after(start, length, policy.bankHolidays);
  const extension = policy.closureExtension ?? ownDefaults.closureExtension;
  // A limit at the end of a day is the first instant of the next one: its days are counted from the day that ended.
  const from = extension.endOfDay === true ? justBefore(limit) : limit;
  return after(from, extension, policy.bankHolidays);
}

/** The end of that local day, but never past what the policy allows, which may end within a day. */
function closingOn(until: LocalDate, furthest: Instant): Instant {
  return earliest(instantAt(addDaysToDate(until, 1), '00:00'), furthest);
}

/** The last local day on which a referral is open that closes at this instant. */
function lastDay(due: Instant): LocalDate {
  return localParts(justBefore(due)).date;
}

function justBefore(instant: Instant): Instant {
  return toInstant(epochMs(instant) - 1);
}

function refuseAgain(
  { closureExtendedTo }: DiversionState,
  until: LocalDate,
): { readonly refusal: Refusal } | undefined {
  if (closureExtendedTo === null) {
    return undefined;
  }
  const details = { extendedTo: closureExtendedTo };
  return isLocalDate(until) && lastDay(closureExtendedTo) === until
    ? refuse('already-done', 'The closure is already put off to this date.', details)
    : refuse(
        'conflict',
        `The closure was already put off once, to ${describeLocal(closureExtendedTo)}.`,
        details,
      );
}

function refuseUntil(
  until: LocalDate,
  present: Instant,
  furthest: Instant,
): { readonly refusal: Refusal } | undefined {
  const latest = lastDay(furthest);
  // Judged by the date alone first, so that nothing is counted from a date that is none or far away.
  if (!isLocalDate(until) || until > latest || closingOn(until, furthest) <= present) {
    return refuse(
      'condition-not-met',
      'The closure can be put off to a day after the present limit, and only as far as the policy allows.',
      { until, present, latest },
    );
  }
  return undefined;
}
