import type { CarryFactData, Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { earliest, isBefore } from '../common/instant.ts';
import { arrestOnWithdrawnTask, withdrawTask } from './arrest-task.ts';
import { custodyNoted, releaseNoted } from './custody.ts';
import { correctDeath, personDied } from './death.ts';
import type { CompulsoryEvent } from './events.ts';
import type { ArrestTask, CompulsoryState } from './state.ts';
import { findBreach, findTask, isOpen } from './state.ts';
import { consentNoted, textsAllowed, textsStopped } from './texts.ts';

type CarryFact = Command<'carry-fact', CarryFactData>;

/**
 * A safety fact was stored beside the ledger and has bound sends and pages of tasks since then; here the
 * pathway itself acts on it. It is never refused for its stage or its time.
 */
export function carryFact(
  state: CompulsoryState,
  command: CarryFact,
  now: Instant,
): Decision<CompulsoryEvent> {
  switch (command.data.fact) {
    case 'death':
      return personDied(state, command);
    case 'death-corrected':
      return correctDeath(state, command, now);
    case 'stop-texts':
      return textsStopped(state, command, now);
    case 'texts-allowed':
      return textsAllowed(state, command, now);
    case 'consent-given':
    case 'consent-withdrawn':
      return consentNoted(state, command, now);
    case 'custody':
      return custodyNoted(state, command, now);
    case 'release':
      return releaseNoted(state, command, now);
    case 'task-withdrawn':
      return taskWithdrawn(state, command, now);
    case 'contact-preferences':
    case 'safety-flag':
    case 'safety-flag-lifted':
      // They bind what is sent and shown, where they are looked up with the person; the duty is as it was.
      return refuse('already-done', 'Nothing of the duty changes by this.');
  }
}

function taskWithdrawn(
  state: CompulsoryState,
  { data, occurredAt: told, receivedAt }: CarryFact,
  now: Instant,
): Decision<CompulsoryEvent> {
  const task = data.taskId === undefined ? undefined : findTask(state, data.taskId);
  // A time before the task was issued cannot be that of its withdrawal: it counts from when it was told.
  const occurredAt = task !== undefined && isBefore(told, task.issuedAt) ? earliest(receivedAt, now) : told;
  const arrestedAt = arrestAfter(state, task, occurredAt);
  if (task !== undefined && arrestedAt !== undefined) {
    const { factId } = data;
    return { events: [arrestOnWithdrawnTask(task, occurredAt, arrestedAt, factId)], intents: [] };
  }
  if (task === undefined || !isOpen(task)) {
    return refuse('already-done', 'No such task is open here.', { task: task?.status ?? null });
  }
  const { factId, reason } = data;
  const why = { cause: 'fact', factId, ...(reason === undefined ? {} : { reasonCode: reason }) } as const;
  return { events: [withdrawTask(state, task, occurredAt, why)], intents: [] };
}

/** When somebody was arrested on the task though it had been withdrawn at that instant; undefined where nobody was. */
function arrestAfter(
  state: CompulsoryState,
  task: ArrestTask | undefined,
  withdrawnAt: Instant,
): Instant | undefined {
  if (task?.status !== 'arrested' || task.arrestedWhenWithdrawnAt !== undefined) return undefined;
  const arrestedAt = findBreach(state, task.breachId)?.arrestedAt ?? null;
  return arrestedAt === null || isBefore(arrestedAt, withdrawnAt) ? undefined : arrestedAt;
}
