import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import { onEarlierDay } from './recorded-order.ts';
import type { DiversionState } from './state.ts';

/** Wider needs, each with the service that the person was referred on to and what came of it. */

export function addNeed(
  state: DiversionState,
  command: DiversionCommandOf<'add-need'>,
): Decision<DiversionEvent> {
  const { commandId, data, occurredAt } = command;
  const { needId, code, referredTo = null } = data;
  const says = (need: { readonly code: string; readonly referredTo: string | null }): boolean =>
    need.code === code && need.referredTo === referredTo;
  const known = state.needs.find((need) =>
    needId === undefined ? need.closedAt === null && says(need) : need.needId === needId,
  );
  if (known !== undefined) {
    const details = { needId: known.needId, code: known.code, referredTo: known.referredTo };
    return says(known)
      ? refuse('already-done', 'This need is already recorded.', details)
      : refuse('conflict', 'Another need has this id.', details);
  }
  return new DecisionDraft(state, command)
    .record('need-added', occurredAt, { needId: needId ?? commandId, code, referredTo })
    .decided();
}

export function closeNeed(
  state: DiversionState,
  command: DiversionCommandOf<'close-need'>,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { needId, result } = data;
  const need = state.needs.find((known) => known.needId === needId);
  if (need === undefined) {
    return refuse('not-found', 'This pathway has no such need.', { needId });
  }
  if (need.closedAt !== null) {
    const details = { needId, closedAt: need.closedAt, result: need.result };
    return need.result === result
      ? refuse('already-done', 'What came of this need is already recorded.', details)
      : refuse('conflict', 'Something else came of this need.', details);
  }
  if (onEarlierDay(occurredAt, need.since)) {
    return refuse('before-the-start', 'What came of the need is dated before the need.', {
      needId,
      since: need.since,
    });
  }
  return new DecisionDraft(state, command).record('need-closed', occurredAt, { needId, result }).decided();
}
