import type { CarryFactData, Command, DeliveryOutcomeData, InternalErrorData } from '../common/command.ts';
import { clear } from '../common/arming.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { raise, settleAll } from './attention.ts';
import { clearRules } from './clocks.ts';
import { close } from './closing.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';

/** What the engine brings: safety facts about the person, messages that went wrong, rules that failed. */

export function carryFact(
  state: DiversionState,
  command: Command<'carry-fact', CarryFactData>,
  now: Instant,
): Decision<DiversionEvent> {
  switch (command.data.fact) {
    case 'death':
      return noteDeath(state, command, now);
    case 'stop-texts':
      return stopTexts(state, command);
    case 'task-withdrawn':
      return refuse('not-found', 'The voluntary path has no tasks.');
  }
}

/** Everything stops at once. A referral that is closed already keeps its closure as it was. */
function noteDeath(
  state: DiversionState,
  command: Command<'carry-fact', CarryFactData>,
  now: Instant,
): Decision<DiversionEvent> {
  if (state.died || state.finished) {
    return refuse('already-done', 'Nothing runs here any more.');
  }
  const { factId } = command.data;
  const draft = new DecisionDraft(state, command);
  if (state.closure === null) {
    close(draft, { reason: 'died', at: withinLife(state, command.occurredAt, now), factId }, now);
    return draft.decided();
  }
  const cleared = clear(state.deadlines, 'ended');
  return draft
    .record('death-noted', command.occurredAt, { factId }, { cleared, settled: settleAll(state) })
    .decided();
}

/** The date of death may be given as before receipt; a closure never is. */
function withinLife({ receivedAt }: DiversionState, at: Instant, now: Instant): Instant {
  const notLater = at > now ? now : at;
  return notLater < receivedAt ? receivedAt : notLater;
}

/** No text any more, and somebody is asked to reach the person in another way. */
function stopTexts(
  state: DiversionState,
  command: Command<'carry-fact', CarryFactData>,
): Decision<DiversionEvent> {
  if (state.textsStopped || state.finished) {
    return refuse('already-done', 'No texts go out here any more.');
  }
  const { data, occurredAt } = command;
  return new DecisionDraft(state, command)
    .record(
      'texts-stopped',
      occurredAt,
      { factId: data.factId },
      {
        cleared: clearRules(state, ['reminder'], 'ended'),
        raised: state.closure === null ? [raise(state, 'texts-stopped', occurredAt)] : [],
      },
    )
    .decided();
}

export function reportDelivery(
  state: DiversionState,
  command: Command<'report-delivery', DeliveryOutcomeData>,
): Decision<DiversionEvent> {
  const { intentId, outcome, purpose } = command.data;
  if (state.closure !== null || state.voided !== null) {
    return refuse('already-done', 'The referral is closed: nobody needs to act on its messages.');
  }
  if (state.attention.some(({ code, ref }) => code === 'message-not-sent' && ref === intentId)) {
    return refuse('already-done', 'This message is already reported.');
  }
  const raised = [raise(state, 'message-not-sent', command.occurredAt, intentId)];
  return new DecisionDraft(state, command)
    .record('message-not-sent', command.occurredAt, { intentId, outcome, purpose }, { raised })
    .decided();
}

export function reportInternalError(
  state: DiversionState,
  command: Command<'report-internal-error', InternalErrorData>,
): Decision<DiversionEvent> {
  const { commandName } = command.data;
  if (state.attention.some(({ code, ref }) => code === 'internal-error' && ref === commandName)) {
    return refuse('already-done', 'This failure is already reported.');
  }
  const raised = [raise(state, 'internal-error', command.occurredAt, commandName)];
  return new DecisionDraft(state, command)
    .record('internal-error-reported', command.occurredAt, { commandName }, { raised })
    .decided();
}
