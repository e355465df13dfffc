import { emailInstead } from '../common/by-email.ts';
import type { Command, DeliveryOutcomeData, InternalErrorData } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { isEmailPurpose } from '../common/message-purpose.ts';
import type { Instant } from '../common/instant.ts';
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
  const { intentId, purpose, outcome, reason } = data;
  if (isEmailPurpose(purpose)) {
    return refuse('already-done', 'It was for somebody at work: nobody needs to reach the person for it.');
  }
  const why = reason === undefined ? {} : { reason };
  const instead = emailInstead(data, now);
  if (instead !== undefined && state.closed === null && state.custodySince === null) {
    const told = { intentId, purpose, outcome, ...why, byEmail: true } as const;
    return { events: [newEvent('message-not-sent', occurredAt, told)], intents: [instead] };
  }
  if (outcome === 'skipped') {
    const raised = state.closed === null ? otherWay(state, occurredAt, now) : [];
    if (raised.length === 0) {
      return refuse('already-done', 'Somebody is asked already, or no appointment is ahead.', { intentId });
    }
    const told = { intentId, purpose, outcome, ...why };
    return { events: [newEvent('message-not-sent', occurredAt, told, { raised })], intents: [] };
  }
  if (state.attention.some(({ code, ref }) => code === 'message-not-sent' && ref === intentId)) {
    return refuse('already-done', 'This delivery is already reported.', { intentId });
  }
  const reported = newEvent(
    'message-not-sent',
    occurredAt,
    { intentId, purpose, outcome },
    // Nobody need be reached about a pathway that has ended.
    { raised: state.closed === null ? [raise('message-not-sent', occurredAt, intentId)] : [] },
  );
  return { events: [reported], intents: [] };
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
