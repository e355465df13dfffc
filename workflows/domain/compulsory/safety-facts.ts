import { arm } from '../common/arming.ts';
import type { Attention } from '../common/attention.ts';
import type { CarryFactData, Command } from '../common/command.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { earliest, isBefore } from '../common/instant.ts';
import { arrestOnWithdrawnTask, withdrawTask } from './arrest-task.ts';
import { arrestRules, putOutRules, raise } from './clocks.ts';
import { custodyNoted, releaseNoted } from './custody.ts';
import { correctDeath, personDied } from './death.ts';
import type { CompulsoryEvent } from './events.ts';
import type { ArrestTask, Breach, CompulsoryState } from './state.ts';
import { findBreach, findTask, isInForce, isOpen } from './state.ts';
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
  const { factId, reason } = data;
  const why = { factId, ...(reason === undefined ? {} : { reasonCode: reason }) };
  const held = task === undefined ? undefined : arrestAfter(state, task, occurredAt);
  if (task !== undefined && held !== undefined) {
    return { events: [arrestTakenOff(state, task, held, occurredAt, why, now)], intents: [] };
  }
  if (task === undefined || !isOpen(task)) {
    return refuse('already-done', 'No such task is open here.', { task: task?.status ?? null });
  }
  return { events: [withdrawTask(state, task, occurredAt, { cause: 'fact', ...why })], intents: [] };
}

interface ArrestForBreach {
  readonly breach: Breach;
  readonly arrestedAt: Instant;
}

/** The arrest on this task, recorded as one for its breach, though the task had been withdrawn at that instant. */
function arrestAfter(
  state: CompulsoryState,
  task: ArrestTask,
  withdrawnAt: Instant,
): ArrestForBreach | undefined {
  const breach = findBreach(state, task.breachId);
  const arrestedAt = breach?.arrestedAt ?? null;
  if (breach === undefined || arrestedAt === null) return undefined;
  if (task.status !== 'arrested' || task.arrestedWhenWithdrawnAt !== undefined) return undefined;
  return isBefore(arrestedAt, withdrawnAt) ? undefined : { breach, arrestedAt };
}

/**
 * The withdrawal was heard of only after the arrest was recorded. The pathway comes to where it would be had it been
 * heard of first, for nobody's liberty hangs on which of two came in sooner: the arrest is none for the breach, whose
 * clocks run again. Only a breach that a release has concluded is not opened again, and the person is free.
 */
function arrestTakenOff(
  state: CompulsoryState,
  task: ArrestTask,
  { breach, arrestedAt }: ArrestForBreach,
  withdrawnAt: Instant,
  why: { readonly factId: string; readonly reasonCode?: string },
  now: Instant,
): CompulsoryEvent {
  const { taskId, breachId } = task;
  const released = breach.results.some(({ result }) => result === 'released');
  const told = released ? why : { ...why, withdrawnAt };
  const recorded = arrestOnWithdrawnTask(state, task, withdrawnAt, arrestedAt, told);
  if (released) return recorded;
  const again = isInForce(breach) ? clocksAgain(state, breach, now) : undefined;
  return {
    ...recorded,
    ...(again === undefined || again.armed.length === 0 ? {} : { armed: again.armed }),
    raised: [
      ...(recorded.raised ?? []),
      raise('withdrawal-unacknowledged', withdrawnAt, taskId),
      ...(again === undefined ? [] : [raise('breach-without-task', withdrawnAt, breachId), ...again.raised]),
    ],
  };
}

/** Both clocks of the marker, from the failure as before: those that run on, and that one of them has passed. */
function clocksAgain(
  state: CompulsoryState,
  { breachId, breachedAt: start, marker }: Breach,
  now: Instant,
): { readonly armed: readonly Deadline[]; readonly raised: readonly Attention[] } {
  if (marker === null) return { armed: [], raised: [] };
  const { putOutDue, arrestDue } = marker;
  const clocks = [
    { rule: putOutRules[marker.marker], due: putOutDue },
    { rule: arrestRules[marker.marker], due: arrestDue },
  ].flatMap(({ rule, due }) => (due === null ? [] : [{ rule, due }]));
  const passed = earliest(...clocks.flatMap(({ due }) => (isBefore(now, due) ? [] : [due])));
  return {
    armed: clocks
      .filter(({ due }) => isBefore(now, due))
      .map(({ rule, due }) => arm(state.seq, rule, { start, due }, breachId)),
    raised: passed === undefined ? [] : [raise('marker-overdue', passed, breachId)],
  };
}
