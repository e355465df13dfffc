import type { CarryFactData, Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore } from '../common/instant.ts';
import { raise, settleAll } from './clocks.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import { isUnderReview } from './stage.ts';
import type { CompulsoryState } from './state.ts';

/**
 * In custody nobody can come, which a person weighs: it is never an excuse by itself, no clock stops, and no task is
 * executed or withdrawn by it.
 */

type CarryFact = Command<'carry-fact', CarryFactData>;

export function custodyNoted(
  state: CompulsoryState,
  { data, occurredAt }: CarryFact,
  now: Instant,
): Decision<CompulsoryEvent> {
  const at = isBefore(now, occurredAt) ? now : occurredAt;
  if (state.finished || state.custodySince !== null || isOvertaken(state, at)) {
    return known(state);
  }
  const owed = state.closed === null && state.requirements.length > 0;
  const raised = owed ? [raise('in-custody', at)] : [];
  return { events: [newEvent('custody-noted', at, { factId: data.factId }, { raised })], intents: [] };
}

export function releaseNoted(
  state: CompulsoryState,
  { data, occurredAt }: CarryFact,
  now: Instant,
): Decision<CompulsoryEvent> {
  const at = isBefore(now, occurredAt) ? now : occurredAt;
  const { told, custodySince } = state;
  const free = custodySince === null && told.custody !== undefined;
  if (state.finished || free || isOvertaken(state, at)) {
    return known(state);
  }
  // Who reviews a failure must still see that the person may have been in custody then.
  const reviewed = state.failures.some((failure) => isUnderReview(state, failure));
  const settled = reviewed ? [] : settleAll(state, 'in-custody');
  return { events: [newEvent('release-noted', at, { factId: data.factId }, { settled })], intents: [] };
}

function isOvertaken({ told }: CompulsoryState, at: Instant): boolean {
  return told.custody !== undefined && isBefore(at, told.custody);
}

function known({ custodySince }: CompulsoryState): ReturnType<typeof refuse> {
  return refuse('already-done', 'This is known here already, or something later is.', { custodySince });
}
