import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { raise, settle } from './attention.ts';
import { clearRules } from './clocks.ts';
import type { DiversionCommandOf } from './commands.ts';
import type { Condition, ConditionResultData } from './condition.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';
import type { AttentionCode } from './table.ts';

/**
 * What came of a condition of the caution. Not met tells the officer in the case and does nothing else: whether there
 * was a reasonable excuse, and what follows, is for the police and the prosecutor (Criminal Justice Act 2003 s.24). A
 * result that was wrong is put right by a second one; who was told of it is told of that too.
 */

export function recordConditionResult(
  state: DiversionState,
  command: DiversionCommandOf<'record-condition-result'>,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { conditionId, result, corrects } = data;
  const condition = state.conditions.find((known) => known.conditionId === conditionId);
  if (condition === undefined) {
    return refuse('not-found', 'This referral has no such condition.', { conditionId });
  }
  const refused = refuseResult(condition, data);
  if (refused !== undefined) {
    return refused;
  }
  const notMet = result === 'not-met' ? [raise(state, 'caution-not-met', occurredAt, conditionId)] : [];
  // Whoever was told acts on it, whether or not they have said that they saw it.
  const takenBack =
    corrects === 'not-met' ? [raise(state, 'caution-corrected', occurredAt, conditionId)] : [];
  return new DecisionDraft(state, command)
    .record(
      'condition-result-recorded',
      occurredAt,
      { conditionId, result, ...(corrects === undefined ? {} : { corrects }) },
      {
        cleared: clearRules(state, ['condition'], 'met', conditionId),
        settled: settle(state, ['condition-undecided', ...notices], conditionId),
        raised: [...notMet, ...takenBack],
      },
    )
    .decided();
}

/** What the officer in the case is told of a condition. */
const notices: readonly AttentionCode[] = ['caution-not-met', 'caution-corrected'];

/** The first result stands; whoever puts it right says which one they mean, so that two people do not overwrite each other. */
function refuseResult(
  { conditionId, result: known }: Condition,
  { result, corrects }: ConditionResultData,
): { readonly refusal: Refusal } | undefined {
  const details = { conditionId, result: known };
  if (known === result) {
    return refuse('already-done', 'The result of this condition is already recorded.', details);
  }
  if (known === (corrects ?? null)) {
    return undefined;
  }
  return known === null
    ? refuse(
        'condition-not-met',
        'There is no result of this condition yet that could be corrected.',
        details,
      )
    : refuse(
        'conflict',
        'Another result of this condition is already recorded: to put it right, say which one you correct.',
        details,
      );
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
  const settled = settle(state, notices, conditionId);
  if (condition.result !== 'not-met' && settled.length === 0) {
    return refuse('condition-not-met', 'Nobody has said that this condition was not met.', {
      conditionId,
      result: condition.result,
    });
  }
  if (settled.length === 0) {
    return refuse('already-done', 'That this condition was not met has been seen already.', { conditionId });
  }
  return new DecisionDraft(state, command)
    .record('non-compliance-acknowledged', occurredAt, { conditionId }, { settled })
    .decided();
}
