import { emailInstead } from '../common/by-email.ts';
import type { Command, DeliveryOutcomeData, InternalErrorData } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { isEmailPurpose } from '../common/message-purpose.ts';
import type { Instant } from '../common/instant.ts';
import { isLeftOut } from '../common/no-way.ts';
import { raise } from './clocks.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import type { CompulsoryState } from './state.ts';
import { otherWay } from './texts.ts';

/** A message that failed, or of which nobody knows: it is never sent again, a person reaches the person. */
export function reportDelivery(
  state: CompulsoryState,
  { data, occurredAt }: Command<'report-delivery', DeliveryOutcomeData>,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { intentId, purpose, outcome, reason, numberGone } = data;
  if (isEmailPurpose(purpose)) {
    return refuse('already-done', 'It was for somebody at work: nobody needs to reach the person for it.');
  }
  const why = reason === undefined ? {} : { reason };
  const told = { intentId, purpose, outcome, ...why };
  const instead = emailInstead(data, now);
  if (instead !== undefined && state.closed === null && state.custodySince === null) {
    return {
      events: [newEvent('message-not-sent', occurredAt, { ...told, byEmail: true })],
      intents: [instead],
    };
  }
  if (outcome === 'skipped' && !isLeftOut(reason)) {
    const asked = reason === 'wrong-number' && isAskedOfNumber(state);
    const raised = state.closed === null && !asked ? otherWay(state, occurredAt, now) : [];
    if (raised.length === 0) {
      return refuse('already-done', 'Somebody is asked already, or no appointment is ahead.', { intentId });
    }
    return { events: [newEvent('message-not-sent', occurredAt, told, { raised })], intents: [] };
  }
  if (state.attention.some(({ code, ref }) => code === 'message-not-sent' && ref === intentId)) {
    return refuse('already-done', 'This delivery is already reported.', { intentId });
  }
  // No further text will reach the person either: asked so now, it is not asked again with each that is skipped.
  const gone = numberGone === true ? otherWay(state, occurredAt, now) : [];
  const asked = gone.length > 0 ? gone : [raise('message-not-sent', occurredAt, intentId)];
  // Nobody need be reached about a pathway that has ended.
  const raised = state.closed === null ? asked : [];
  const reported = newEvent('message-not-sent', occurredAt, told, { raised });
  return { events: [reported], intents: [] };
}

/** A stranger's answer was read here: who looks for the right number is asked for no other way beside it. */
function isAskedOfNumber({ attention }: CompulsoryState): boolean {
  return attention.some(({ code }) => code === 'check-number');
}

export function reportInternalError(
  state: CompulsoryState,
  { data, occurredAt }: Command<'report-internal-error', InternalErrorData>,
): Decision<CompulsoryEvent> {
  const { commandName } = data;
  if (state.attention.some(({ code, ref }) => code === 'internal-error' && ref === commandName)) {
    return refuse('already-done', 'This error is already reported.', { commandName });
  }
  const reported = newEvent(
    'internal-error-reported',
    occurredAt,
    { commandName },
    { raised: [raise('internal-error', occurredAt, commandName)] },
  );
  return { events: [reported], intents: [] };
}
