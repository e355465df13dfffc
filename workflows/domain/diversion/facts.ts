import { emailInstead } from '../common/by-email.ts';
import type { CarryFactData, Command, DeliveryOutcomeData, InternalErrorData } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { isEmailPurpose, isProgrammePurpose } from '../common/message-purpose.ts';
import { isLeftOut } from '../common/no-way.ts';
import { isOpen, raise } from './attention.ts';
import { noteCustody, noteRelease } from './custody.ts';
import { correctDeath, noteDeath } from './death.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';
import type { AttentionCode } from './table.ts';
import { allowTexts, noteConsent, notePreferences, noteSafetyFlag, stopTexts } from './wishes.ts';

/** What the engine brings: safety facts about the person, messages that went wrong, rules that failed. */

/** Never refused for its stage: a fact that has nothing to change here is already done. */
export function carryFact(
  state: DiversionState,
  command: Command<'carry-fact', CarryFactData>,
  now: Instant,
): Decision<DiversionEvent> {
  switch (command.data.fact) {
    case 'death':
      return noteDeath(state, command, now);
    case 'death-corrected':
      return correctDeath(state, command, now);
    case 'stop-texts':
      return stopTexts(state, command, now);
    case 'texts-allowed':
      return allowTexts(state, command, now);
    case 'custody':
      return noteCustody(state, command, now);
    case 'release':
      return noteRelease(state, command, now);
    case 'consent-given':
    case 'consent-withdrawn':
      return noteConsent(state, command, now);
    case 'contact-preferences':
      return notePreferences(state, command, now);
    case 'safety-flag':
    case 'safety-flag-lifted':
      return noteSafetyFlag(state, command, now);
    case 'task-withdrawn':
      return refuse('not-found', 'The voluntary path has no tasks.');
  }
}

export function reportDelivery(
  state: DiversionState,
  command: Command<'report-delivery', DeliveryOutcomeData>,
): Decision<DiversionEvent> {
  const { intentId, outcome, purpose, reason, numberGone } = command.data;
  if (state.closure !== null || state.voided !== null) {
    return refuse('already-done', 'The referral is closed: nobody needs to act on its messages.');
  }
  if (isEmailPurpose(purpose)) {
    return refuse('already-done', 'It was for somebody at work: nobody needs to reach the person for it.');
  }
  const instead = emailInstead(command.data, command.occurredAt);
  if (instead !== undefined && state.custodySince === null) {
    const told = { intentId, outcome, purpose, ...(reason === undefined ? {} : { reason }) };
    return new DecisionDraft(state, command)
      .record('message-not-sent', command.occurredAt, { ...told, byEmail: true })
      .send(instead)
      .decided();
  }
  const code = isProgrammePurpose(purpose) ? 'not-enrolled' : 'message-not-sent';
  if (state.attention.some((open) => open.code === code && open.ref === intentId)) {
    return refuse('already-done', 'This message is already reported.');
  }
  const noWay = outcome === 'skipped' && code === 'message-not-sent' && !isLeftOut(reason);
  // Who looks for the right number is asked for no other way beside it.
  const asking: readonly AttentionCode[] =
    reason === 'wrong-number' ? ['reach-another-way', 'wrong-number', 'check-number'] : ['reach-another-way'];
  if (noWay && asking.some((open) => isOpen(state, open))) {
    return refuse('already-done', 'Somebody is asked already to reach the person in another way.');
  }
  const asksForNumber = numberGone === true && !isOpen(state, 'wrong-number');
  const raised = [
    noWay
      ? raise(state, 'reach-another-way', command.occurredAt)
      : raise(state, code, command.occurredAt, intentId),
    ...(asksForNumber ? [raise(state, 'wrong-number', command.occurredAt)] : []),
  ];
  const why = reason === undefined ? {} : { reason };
  return new DecisionDraft(state, command)
    .record('message-not-sent', command.occurredAt, { intentId, outcome, purpose, ...why }, { raised })
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
