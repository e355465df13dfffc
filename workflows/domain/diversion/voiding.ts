import { arm, clear } from '../common/arming.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { outlivesClosure, settleAll } from './attention.ts';
import type { DiversionCommandOf } from './commands.ts';
import { asBefore } from './death.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState, Voided } from './state.ts';
import type { DeadlineRule } from './table.ts';

/**
 * The referral should never have been: whatever waits stops for good, also what has begun, and nobody is asked anything
 * any more. The ledger keeps it with the reason; counts leave out what is void, of every date.
 */
export function voidPathway(
  state: DiversionState,
  command: DiversionCommandOf<'void-pathway'>,
  _now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const cancelled = state.appointments
    .filter(({ status }) => status === 'booked')
    .map(({ appointmentId }) => appointmentId);
  return new DecisionDraft(state, command)
    .record(
      'pathway-voided',
      occurredAt,
      { reason: data.reason, cancelled },
      { cleared: clear(state.deadlines, 'ended'), settled: settleAll(state) },
    )
    .decided();
}

/**
 * A slip, taken back: what it stopped goes on as if it had not been, as after the correction of a death. Void also looks
 * like gone to everybody but a manager, so it is a manager who says that it was an error.
 */
export function takeBackVoid(
  state: DiversionState,
  voided: Voided,
  command: DiversionCommandOf<'reopen-pathway'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { occurredAt, data, actor } = command;
  const because = data.reason;
  if (actor.role !== 'Manager') {
    return refuse('wrong-role', 'What is void is brought back by a manager.', {
      role: actor.role,
      allowedRoles: ['Manager'],
    });
  }
  if (because !== 'voided-in-error') {
    return refuse('condition-not-met', 'This referral is void: it is brought back only as voided in error.', {
      reason: because,
      voidedFor: voided.reason,
    });
  }
  if (occurredAt < voided.at) {
    return refuse('before-the-start', 'It is dated before the referral was voided.', { voidedAt: voided.at });
  }
  const draft = new DecisionDraft(state, command);
  const { closure, died, seq } = state;
  if (closure === null) {
    const { begun } = voided.before;
    const opened = {
      closedAt: voided.at,
      reason: 'entered-in-error',
      because,
      voided: voided.reason,
    } as const;
    const data = begun.length === 0 ? opened : { ...opened, restored: begun };
    const effects = asBefore(state, voided.before, occurredAt, { now });
    return draft.record('pathway-reopened', occurredAt, data, effects).decided();
  }
  const { at: closedAt, reason, mayReturnUntil } = closure;
  const mayReturn = !died && mayReturnUntil !== null && mayReturnUntil > now;
  const closed = { closedAt, reason, because, voided: voided.reason, closureStands: true } as const;
  const late = { start: closedAt, due: mayReturnUntil ?? closedAt };
  return draft
    .record('pathway-reopened', occurredAt, mayReturn ? closed : { ...closed, finished: true }, {
      armed: mayReturn ? [arm(seq, 'late-engagement' satisfies DeadlineRule, late)] : [],
      raised: voided.before.attention.filter(({ code }) =>
        [...outlivesClosure, 'tell-of-change'].some((outliving) => outliving === code),
      ),
    })
    .decided();
}
