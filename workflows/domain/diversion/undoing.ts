import { arm } from '../common/arming.ts';
import type { Role } from '../common/actor.ts';
import type { Attention } from '../common/attention.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { describeLocal } from '../common/london-time.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import { onEarlierDay } from './recorded-order.ts';
import type { DiversionState, UndoableAttempt } from './state.ts';
import { diversionTable } from './table.ts';

/** A slip of the finger, taken back: what the attempt did to clocks and attention is undone, both entries stay. */

const leads: readonly Role[] = ['ProviderManager', 'Manager'];

export function undoContactAttempt(
  state: DiversionState,
  command: DiversionCommandOf<'undo-contact-attempt'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { undoable, undone } = state;
  const { attemptId } = command.data;
  if (undone.includes(attemptId)) {
    return refuse('already-done', 'This contact attempt is already undone.', { attemptId });
  }
  if (undoable?.attemptId !== attemptId) {
    const details = { attemptId, undoable: undoable?.attemptId ?? null };
    return isBefore(undoable, attemptId)
      ? refuse(
          'condition-not-met',
          'Another contact attempt was recorded after it: undo that one first.',
          details,
        )
      : refuse(
          'condition-not-met',
          'Only a contact attempt after which nothing but attempts was recorded can be undone. This one stands: say in a note (add-note) what is wrong with it.',
          details,
        );
  }
  return refuseUndoing(undoable, command, now) ?? undo(state, undoable, command);
}

/** Whether it can be undone once those after it are. */
function isBefore(undoable: UndoableAttempt | null, attemptId: string): boolean {
  for (let earlier = undoable?.before; earlier !== undefined; earlier = earlier.before) {
    if (earlier.attemptId === attemptId) return true;
  }
  return false;
}

function undo(
  state: DiversionState,
  undoable: UndoableAttempt,
  command: DiversionCommandOf<'undo-contact-attempt'>,
): Decision<DiversionEvent> {
  const { attemptId } = command.data;
  return new DecisionDraft(state, command)
    .record('contact-attempt-undone', command.occurredAt, { attemptId }, asBefore(state, undoable))
    .decided();
}

/**
 * A clock is never set twice under one id: what ran before the attempt is set again with its own times. Where a later
 * attempt was undone first, it runs already under a new id.
 */
function asBefore(state: DiversionState, { deadlines, attention }: UndoableAttempt): DraftEffects {
  const without = (kept: readonly Deadline[]) => (deadline: Deadline) =>
    !kept.some((other) =>
      (['rule', 'start', 'due', 'ref'] as const).every((key) => other[key] === deadline[key]),
    );
  const missing = (among: readonly Attention[]) => (item: Attention) =>
    isOfPractice(item) && !among.some(({ code, ref }) => code === item.code && ref === item.ref);
  return {
    armed: deadlines
      .filter(without(state.deadlines))
      .map(({ rule, start, due, ref }) => arm(state.seq, rule, { start, due }, ref)),
    cleared: state.deadlines.filter(without(deadlines)).map(({ id }) => ({ id, why: 'ended' })),
    raised: attention.filter(missing(state.attention)),
    settled: state.attention
      .filter(missing(attention))
      .map(({ code, ref }) => (ref === undefined ? { code } : { code, ref })),
  };
}

/** A rule that failed before and now did not is mended, whatever becomes of the attempt. */
function isOfPractice({ code }: Attention): boolean {
  const rows: Readonly<Record<string, { readonly family: string }>> = diversionTable.attention;
  return rows[code]?.family === 'practice';
}

function refuseUndoing(
  { userId, until, at }: UndoableAttempt,
  { actor, occurredAt }: DiversionCommandOf<'undo-contact-attempt'>,
  now: Instant,
): ReturnType<typeof refuse> | undefined {
  if (actor.userId !== userId && !leads.includes(actor.role)) {
    return refuse('wrong-role', 'Who recorded the contact attempt may undo it, or a team lead.', {
      role: actor.role,
      allowedRoles: leads,
    });
  }
  if (now >= until) {
    return refuse('condition-not-met', `It could be undone until ${describeLocal(until)}.`, { until });
  }
  return onEarlierDay(occurredAt, at)
    ? refuse('before-the-start', 'The undoing is dated before the contact attempt.', { attemptedAt: at })
    : undefined;
}
