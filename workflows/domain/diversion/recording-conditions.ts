import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { raise, settle } from './attention.ts';
import { clearRules } from './clocks.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';

/**
 * What came of a condition of the caution. Not met tells the officer in the case and does nothing else: whether there
 * was a reasonable excuse, and what follows, is for the police and the prosecutor (Criminal Justice Act 2003 s.24).
 */

export function recordConditionResult(
  state: DiversionState,
  command: DiversionCommandOf<'record-condition-result'>,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { conditionId, result } = data;
  const condition = state.conditions.find((known) => known.conditionId === conditionId);
  if (condition === undefined) {
    return refuse('not-found', 'This referral has no such condition.', { conditionId });
  }
  if (condition.result !== null) {
    const details = { conditionId, result: condition.result };
    return condition.result === result
      ? refuse('already-done', 'The result of this condition is already recorded.', details)
      : refuse('conflict', 'Another result of this condition is already recorded.', details);
  }
  return new DecisionDraft(state, command)
    .record(
      'condition-result-recorded',
      occurredAt,
      { conditionId, result },
      {
        cleared: clearRules(state, ['condition'], 'met', conditionId),
        settled: settle(state, ['condition-undecided'], conditionId),
        raised: result === 'not-met' ? [raise(state, 'caution-not-met', occurredAt, conditionId)] : [],
      },
    )
    .decided();
}

export function acknowledgeNonCompliance(
  state: DiversionState,
  command: DiversionCommandOf<'acknowledge-non-compliance'>,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { conditionId } = data;
  const condition = state.conditions.find((known) => known.conditionId === conditionId);
  if (condition === undefined) {
    return refuse('not-found', 'This referral has no such condition.', { conditionId });
  }
  if (condition.result !== 'not-met') {
    return refuse('condition-not-met', 'Nobody has said that this condition was not met.', {
      conditionId,
      result: condition.result,
    });
  }
  const settled = settle(state, ['caution-not-met'], conditionId);
  if (settled.length === 0) {
    return refuse('already-done', 'That this condition was not met has been seen already.', { conditionId });
  }
  return new DecisionDraft(state, command)
    .record('non-compliance-acknowledged', occurredAt, { conditionId }, { settled })
    .decided();
}
