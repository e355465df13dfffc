import type { CarryFactData, Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore } from '../common/instant.ts';
import { withdrawTask } from './arrest-task.ts';
import { withdrawBreach } from './breach.ts';
import { raise } from './clocks.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import type { CompulsoryState } from './state.ts';
import { isInForce, isOpen } from './state.ts';

type CarryFact = Command<'carry-fact', CarryFactData>;

/** Everything stops at once. A unit that holds a task must still acknowledge that it is withdrawn. */
export function personDied(
  state: CompulsoryState,
  { data, occurredAt }: CarryFact,
): Decision<CompulsoryEvent> {
  if (state.diedAt !== null) {
    return refuse('already-done', 'The death is already recorded.', { diedAt: state.diedAt });
  }
  if (state.correctedDeaths.includes(data.factId)) {
    return refuse('already-done', 'This death is already corrected.');
  }
  // The date of the death may be before the test; what it ends here ended no sooner than it began.
  const ended = notBefore(state.receivedAt, occurredAt);
  const tasks = state.tasks.filter(isOpen);
  const breaches = state.breaches.filter(isInForce);
  return {
    events: [
      newEvent('person-died', occurredAt, { factId: data.factId }),
      ...tasks.map((task) => {
        const withdrawnAt = notBefore(task.issuedAt, occurredAt);
        return withdrawTask(state, task, withdrawnAt, { cause: 'death', factId: data.factId });
      }),
      ...breaches.map((breach) => withdrawBreach(state, breach, ended, 'death')),
    ],
    intents: [],
  };
}

function notBefore(start: Instant, at: Instant): Instant {
  return isBefore(at, start) ? start : at;
}

/**
 * The person lives, and the duty with them. A withdrawn task stays withdrawn: a unit was told so. No clock starts again
 * and no breach comes back by itself; the DIP officer looks at what stood before and decides.
 */
export function correctDeath(
  state: CompulsoryState,
  { data, occurredAt }: CarryFact,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { factId, correctsFactId } = data;
  const { diedAt, closed, finished, endedByDeath } = state;
  if (correctsFactId === undefined) {
    return refuse('condition-not-met', 'It is not said which death was none.', { factId });
  }
  if (state.correctedDeaths.includes(correctsFactId) || (diedAt === null && finished)) {
    return refuse('already-done', 'No death is recorded here.', { correctsFactId });
  }
  const reopens = diedAt !== null && closed?.reason === 'died';
  const told = isBefore(now, occurredAt) ? now : occurredAt;
  const at = reopens ? notBefore(closed.at, told) : told;
  const corrected = newEvent(
    'death-corrected',
    at,
    { factId, correctsFactId, reopens, requirementIds: reopens ? endedByDeath : [] },
    { raised: reopens ? [raise('death-corrected', at)] : [] },
  );
  return { events: [corrected], intents: [] };
}
