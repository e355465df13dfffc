import { clear } from '../common/arming.ts';
import type { CarryFactData, Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { earliest, isBefore } from '../common/instant.ts';
import { assessorOf } from './assessment-appointment.ts';
import { arrestOnWithdrawnTask, withdrawTask } from './arrest-task.ts';
import { withdrawBreach } from './breach.ts';
import { raise } from './clocks.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import type { ArrestTask, CompulsoryState } from './state.ts';
import { findBreach, findTask, isInForce, isOpen } from './state.ts';

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
    case 'stop-texts':
      return textsStopped(state, command, now);
    case 'task-withdrawn':
      return taskWithdrawn(state, command, now);
  }
}

/** Everything stops at once. A unit that holds a task must still acknowledge that it is withdrawn. */
function personDied(state: CompulsoryState, { data, occurredAt }: CarryFact): Decision<CompulsoryEvent> {
  if (state.diedAt !== null) {
    return refuse('already-done', 'The death is already recorded.', { diedAt: state.diedAt });
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

/** The duty stays: for each appointment ahead somebody must reach the person in another way. */
function textsStopped(
  state: CompulsoryState,
  { data, occurredAt }: CarryFact,
  now: Instant,
): Decision<CompulsoryEvent> {
  if (state.textsStoppedAt !== null) {
    return refuse('already-done', 'Texts are already stopped.', { stoppedAt: state.textsStoppedAt });
  }
  const ahead = state.appointments.filter(
    ({ status, startsAt }) => status === 'booked' && isBefore(now, startsAt),
  );
  const reminders = state.deadlines.filter(({ rule }) => rule === 'reminder');
  const stopped = newEvent(
    'texts-stopped',
    occurredAt,
    { factId: data.factId },
    {
      cleared: clear(reminders, 'ended'),
      raised: ahead.map(({ appointmentId, kind }) =>
        raise('reach-another-way', occurredAt, appointmentId, assessorOf(kind)),
      ),
    },
  );
  return { events: [stopped], intents: [] };
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
