import { arm } from '../common/arming.ts';
import type { Command } from '../common/command.ts';
import { isInFuture } from '../common/command-guard.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { NewEvent } from '../common/event.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore } from '../common/instant.ts';
import {
  arrestClocks,
  clearClocks,
  clock,
  markerClocks,
  putOutClocks,
  putOutRules,
  raise,
  settle,
} from './clocks.ts';
import type {
  AcknowledgeTaskData,
  IssueArrestTaskData,
  RecordArrestData,
  WithdrawTaskData,
} from './commands.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent, TaskWithdrawn, WithdrawnTaskArrestRecorded } from './events.ts';
import { measureArrest, measurePutOut } from './marker.ts';
import type { ArrestTask, Breach, CompulsoryState } from './state.ts';
import { findBreach, findTask, isInForce, isOpen, openTaskOf } from './state.ts';
import type { AttentionCode } from './table.ts';

/** Put out for arrest: one unit is asked. The task holds ids, codes and instants of the police's own, nothing else. */
export function issueArrestTask(
  state: CompulsoryState,
  command: Command<'issue-arrest-task', IssueArrestTaskData>,
): Decision<CompulsoryEvent> {
  const { data, occurredAt } = command;
  const { breachId, unitCode } = data;
  const taskId = data.taskId ?? command.commandId;
  const breach = findBreach(state, breachId);
  if (breach === undefined) {
    return refuse('not-found', 'This pathway has no such breach.', { breachId });
  }
  if (findTask(state, taskId) !== undefined) {
    return refuse('conflict', 'This task is already in the pathway.', { taskId });
  }
  if (!isInForce(breach) || breach.arrestedAt !== null) {
    return refuse(
      'condition-not-met',
      'Only a breach in force, with nobody arrested, is put out for arrest.',
      {
        breach: breach.status,
        arrestedAt: breach.arrestedAt,
      },
    );
  }
  if (breach.marker === null) {
    return refuse('condition-not-met', 'Set the marker before you put the breach out for arrest.', {
      breachId,
    });
  }
  const open = openTaskOf(state, breachId);
  if (open !== undefined) {
    return refuse('condition-not-met', 'A task is already open for this breach. Withdraw it first.', {
      taskId: open.taskId,
    });
  }
  const inCustody = state.attention.find(({ code }) => code === inCustodyCode)?.ref;
  if (inCustody !== undefined) {
    return refuse(
      'condition-not-met',
      'The person was arrested on a withdrawn task. Record the release first; nobody is wanted who is in custody.',
      { taskId: inCustody },
    );
  }
  const { marker, setAt } = breach.marker;
  if (isBefore(occurredAt, setAt)) {
    return refuse('before-the-start', 'The breach was not declared or its marker was not set yet.', {
      declaredAt: breach.declaredAt,
      setAt,
    });
  }
  const issued = newEvent(
    'arrest-task-issued',
    occurredAt,
    {
      taskId,
      breachId,
      unitCode,
      marker,
      offence: breach.offence,
      breachedAt: breach.breachedAt,
      putOut: measurePutOut(breach.marker, occurredAt),
    },
    {
      armed: [clock(state, 'task-acknowledgement', occurredAt, state.policy.acknowledgement[marker], taskId)],
      cleared: clearClocks(state, putOutClocks, breachId, 'met'),
      settled: settle(state, overdueUntilPutOut(state, breach), breachId),
    },
  );
  return { events: [issued], intents: [] };
}

/** Putting out ends "overdue" unless the target of the arrest is passed as well. */
function overdueUntilPutOut(
  state: CompulsoryState,
  { breachId, marker }: Breach,
): ('breach-without-task' | 'marker-overdue')[] {
  const arrestRuns = state.deadlines.some(
    ({ rule, ref }) => ref === breachId && (arrestClocks as readonly string[]).includes(rule),
  );
  const arrestPassed = marker !== null && marker.arrestDue !== null && !arrestRuns;
  return arrestPassed ? ['breach-without-task'] : ['breach-without-task', 'marker-overdue'];
}

/** By the unit: the task is taken on; or of a withdrawn one, nobody is on the way any more. */
export function acknowledgeTask(
  state: CompulsoryState,
  command: Command<'acknowledge-task', AcknowledgeTaskData>,
): Decision<CompulsoryEvent> {
  const { data, occurredAt } = command;
  const { taskId } = data;
  const task = findTask(state, taskId);
  if (task === undefined) {
    return refuse('not-found', 'This pathway has no such task.', { taskId });
  }
  if (isBefore(occurredAt, task.issuedAt)) {
    return refuse('before-the-start', 'The task was not issued yet.', { issuedAt: task.issuedAt });
  }
  if (task.status === 'issued') {
    const acknowledged = newEvent(
      'task-acknowledged',
      occurredAt,
      { taskId },
      {
        cleared: clearClocks(state, ['task-acknowledgement'], taskId, 'met'),
        settled: settle(state, ['task-unacknowledged'], taskId),
      },
    );
    return { events: [acknowledged], intents: [] };
  }
  if (task.status === 'withdrawn') {
    const known = newEvent(
      'withdrawal-acknowledged',
      occurredAt,
      { taskId },
      { settled: settle(state, ['withdrawal-unacknowledged'], taskId) },
    );
    return { events: [known], intents: [] };
  }
  return refuse('already-done', 'This task needs no acknowledgement.', { task: task.status });
}

/** Somebody was arrested on a withdrawn task, and nobody has recorded the release. */
const inCustodyCode: AttentionCode = 'arrested-on-withdrawn-task';

/**
 * Late or not, an arrest is an arrest: it is recorded, and held against the targets. One before the task was
 * withdrawn is one for the breach, whenever it is entered, if the breach still stands or had its result only
 * afterwards. Any other on a withdrawn task is recorded too, at any stage, because it may have happened all the same; then a manager is told.
 */
export function recordArrest(
  state: CompulsoryState,
  command: Command<'record-arrest', RecordArrestData>,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { data, occurredAt, receivedAt } = command;
  const { taskId, arrestedAt } = data;
  const task = findTask(state, taskId);
  const breach = task === undefined ? undefined : findBreach(state, task.breachId);
  if (task === undefined || breach === undefined) {
    return refuse('not-found', 'This pathway has no such task.', { taskId });
  }
  if (task.status === 'arrested') {
    return refuse('already-done', 'The arrest is already recorded.', { arrestedAt: breach.arrestedAt });
  }
  if (task.arrestedWhenWithdrawnAt !== undefined) {
    return refuse('already-done', 'The arrest on this withdrawn task is already recorded.', {
      arrestedAt: task.arrestedWhenWithdrawnAt,
    });
  }
  if (isInFuture(arrestedAt, receivedAt, now)) {
    return refuse('in-the-future', 'The arrest cannot be later than now.', { arrestedAt });
  }
  if (isBefore(arrestedAt, task.issuedAt)) {
    return refuse('before-the-start', 'The arrest cannot be earlier than its task.', {
      arrestedAt,
      issuedAt: task.issuedAt,
    });
  }
  if (!isOpen(task) && !isForBreach(task, breach, arrestedAt)) {
    return { events: [arrestOnWithdrawnTask(state, task, occurredAt, arrestedAt)], intents: [] };
  }
  const { breachId, marker } = breach;
  const over = taskOver(state, taskId);
  // Put out again meanwhile: nobody is to be looked for who was already arrested.
  const other = state.tasks.find(
    (held) => held.breachId === breachId && held.taskId !== taskId && isOpen(held),
  );
  const recorded = newEvent(
    'arrest-recorded',
    occurredAt,
    {
      taskId,
      breachId,
      arrestedAt,
      marker: task.marker,
      putOut: measurePutOut(marker, task.issuedAt),
      arrest: measureArrest(marker, arrestedAt),
    },
    {
      cleared: [...over.cleared, ...clearClocks(state, markerClocks, breachId, 'met')],
      settled: [
        ...over.settled,
        ...settle(state, ['withdrawal-unacknowledged'], taskId),
        ...settle(state, ['breach-without-task', 'marker-overdue'], breachId),
      ],
    },
  );
  return {
    // The other task goes first: at no event is there an open task for somebody arrested.
    events: [
      ...(other === undefined ? [] : [withdrawTask(state, other, occurredAt, { cause: 'arrest' })]),
      recorded,
    ],
    intents: [],
  };
}

/** Of a withdrawn task: the arrest came before the withdrawal, and before anything else that came of the breach. */
function isForBreach({ withdrawnAt }: ArrestTask, breach: Breach, arrestedAt: Instant): boolean {
  return (
    withdrawnAt !== undefined &&
    isBefore(arrestedAt, withdrawnAt) &&
    breach.status !== 'withdrawn' &&
    breach.results.every(({ at }) => isBefore(arrestedAt, at)) &&
    breach.arrestedAt === null
  );
}

/** The task stays withdrawn, the breach and its clocks stay as they are: only a person can say what this means. */
export function arrestOnWithdrawnTask(
  state: CompulsoryState,
  { taskId, breachId, status }: ArrestTask,
  occurredAt: Instant,
  arrestedAt: Instant,
  told: Pick<WithdrawnTaskArrestRecorded, 'factId' | 'reasonCode' | 'withdrawnAt'> = {},
): NewEvent<'withdrawn-task-arrest-recorded', WithdrawnTaskArrestRecorded> {
  const wanted = state.tasks.filter((task) => isOpen(task));
  return newEvent(
    'withdrawn-task-arrest-recorded',
    occurredAt,
    {
      taskId,
      breachId,
      arrestedAt,
      taskWithdrawn: true,
      withdrawalAcknowledged: status === 'withdrawal-acknowledged',
      ...told,
    },
    {
      raised: [
        raise(inCustodyCode, arrestedAt, taskId),
        ...wanted.map((task) => raise('wanted-while-in-custody', arrestedAt, task.taskId)),
      ],
    },
  );
}

/** The breach stays in force: it needs another task, or another end. */
export function withdrawTaskByOfficer(
  state: CompulsoryState,
  command: Command<'withdraw-task', WithdrawTaskData>,
): Decision<CompulsoryEvent> {
  const { data, occurredAt } = command;
  const { taskId, reasonCode } = data;
  const task = findTask(state, taskId);
  if (task === undefined) {
    return refuse('not-found', 'This pathway has no such task.', { taskId });
  }
  if (!isOpen(task)) {
    return refuse('already-done', 'This task is not open.', { task: task.status });
  }
  if (isBefore(occurredAt, task.issuedAt)) {
    return refuse('before-the-start', 'The task was not issued yet.', { issuedAt: task.issuedAt });
  }
  return {
    events: [withdrawTask(state, task, occurredAt, { cause: 'officer', reasonCode })],
    intents: [],
  };
}

/**
 * Ends a task at once. It stays on the unit's list until the unit says that it knows. Where only the
 * task falls and not the breach, the breach is without a task again, and so not put out: the clock to
 * put it out runs again, from the failure as before.
 */
export function withdrawTask(
  state: CompulsoryState,
  { taskId, breachId }: ArrestTask,
  occurredAt: Instant,
  why: Omit<TaskWithdrawn, 'taskId' | 'breachId' | 'withdrawnAt'>,
): NewEvent<'task-withdrawn', TaskWithdrawn> {
  const { cleared, settled } = taskOver(state, taskId);
  const breachStays = why.cause === 'officer' || why.cause === 'fact';
  return newEvent(
    'task-withdrawn',
    occurredAt,
    { taskId, breachId, ...why, withdrawnAt: occurredAt },
    {
      armed: breachStays ? putOutAgain(state, breachId) : [],
      cleared,
      settled,
      raised: [
        raise('withdrawal-unacknowledged', occurredAt, taskId),
        ...(breachStays ? [raise('breach-without-task', occurredAt, breachId)] : []),
      ],
    },
  );
}

function putOutAgain(state: CompulsoryState, breachId: string): Deadline[] {
  const { breachedAt: start, marker = null } = findBreach(state, breachId) ?? {};
  return start === undefined || marker === null || marker.putOutDue === null
    ? []
    : [arm(state.seq, putOutRules[marker.marker], { start, due: marker.putOutDue }, breachId)];
}

function taskOver(state: CompulsoryState, taskId: string) {
  return {
    cleared: clearClocks(state, ['task-acknowledgement'], taskId, 'ended'),
    settled: settle(state, ['task-unacknowledged', 'wanted-while-in-custody'], taskId),
  };
}
