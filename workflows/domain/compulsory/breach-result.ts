import type { SettledAttention } from '../common/attention.ts';
import type { Command } from '../common/command.ts';
import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore } from '../common/instant.ts';
import { withdrawTask } from './arrest-task.ts';
import { breachOver } from './breach.ts';
import type { RecordResultData } from './commands.ts';
import { settleAll } from './clocks.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import { isUnderReview } from './stage.ts';
import type { Breach, CompulsoryState } from './state.ts';
import { findBreach, findTask, isInForce, openTaskOf } from './state.ts';
import type { AttentionCode } from './table.ts';

type RecordResult = Command<'record-result', RecordResultData>;

/**
 * What came of a breach. A person may be charged, or the breach dropped, without an arrest; then nobody
 * may be arrested for it any more.
 */
export function recordResult(state: CompulsoryState, command: RecordResult): Decision<CompulsoryEvent> {
  const { data, occurredAt } = command;
  const { breachId, result, taskId } = data;
  const breach = findBreach(state, breachId);
  if (breach === undefined) {
    return refuse('not-found', 'This pathway has no such breach.', { breachId });
  }
  if (result !== 'released' && taskId !== undefined) {
    return refuse('condition-not-met', 'Only a release names the task of the arrest that it ends.', {
      taskId,
      result,
    });
  }
  const { refusal, ended = [] } = result === 'released' ? arrestsEnded(state, breach, command) : {};
  if (refusal !== undefined) {
    return { refusal };
  }
  if (ended.length > 0) {
    // Nobody was arrested for the breach itself by these, so this says nothing of the breach.
    const released = { breachId, taskIds: ended.map(({ ref }) => ref) };
    const settled = [...ended.map(({ code, ref }) => ({ code, ref })), ...wantedNoMore(state, ended)];
    return {
      events: [newEvent('withdrawn-task-arrest-released', occurredAt, released, { settled })],
      intents: [],
    };
  }
  const seenTo = result === 'released' ? ofTheBreach(state, breach) : [];
  if (breach.status === 'withdrawn') {
    return refuse('condition-not-met', 'This breach was withdrawn. It has no result.', { breachId });
  }
  if (breach.results.some((earlier) => earlier.result === result)) {
    return refuse('already-done', 'This result is already recorded.', { breachId, result });
  }
  if (result === 'released' && breach.arrestedAt === null) {
    return refuse('condition-not-met', 'Nobody was arrested for this breach, so nobody was released.', {
      breachId,
    });
  }
  if (isBefore(occurredAt, breach.declaredAt)) {
    return refuse('before-the-start', 'The breach was not declared yet.', {
      declaredAt: breach.declaredAt,
    });
  }
  if (result === 'released' && breach.arrestedAt !== null && isBefore(occurredAt, breach.arrestedAt)) {
    return refuse('before-the-start', beforeTheArrest, { arrestedAt: breach.arrestedAt });
  }
  if (!isInForce(breach)) {
    const added = { breachId, result, concludes: false, endsRequirement: false };
    return { events: [newEvent('result-recorded', occurredAt, added, { settled: seenTo })], intents: [] };
  }
  const task = openTaskOf(state, breachId);
  const over = breachOver(state, breachId);
  const recorded = newEvent(
    'result-recorded',
    occurredAt,
    { breachId, result, concludes: true, endsRequirement: endsRequirement(state, breach) },
    { ...over, settled: [...(over.settled ?? []), ...seenTo] },
  );
  return {
    // The task goes first: at no event is there an open task without a breach in force.
    events: [
      ...(task === undefined ? [] : [withdrawTask(state, task, occurredAt, { cause: 'result' })]),
      recorded,
    ],
    intents: [],
  };
}

const beforeTheArrest = 'Nobody is released before the arrest.';

interface WithdrawnTaskArrest extends SettledAttention {
  readonly ref: string;
  readonly arrestedAt: Instant;
}

interface Ended {
  readonly refusal?: Refusal;
  /** None: it is the release from the arrest for the breach, or from none at all. */
  readonly ended?: readonly WithdrawnTaskArrest[];
}

/**
 * Which arrests on withdrawn tasks a release ends. While one of them is open, a release is taken for the result of
 * the breach only where nothing else is possible: a breach concluded by mistake is out of sight while the person
 * is held. So where both an arrest for the breach and another may be meant, the sender says which.
 */
function arrestsEnded(
  state: CompulsoryState,
  breach: Breach,
  { data: { taskId }, occurredAt }: RecordResult,
): Ended {
  const { breachId, arrestedAt } = breach;
  const own = isInForce(breach) ? ofTheBreach(state, breach).map(({ ref }) => ref) : [];
  const open = arrestsWithoutTask(state, breachId).filter(({ ref }) => !own.includes(ref));
  const meant = taskId === undefined ? open : open.filter(({ ref }) => ref === taskId);
  if (taskId !== undefined && meant.length === 0) {
    return refuseNamed(state, breachId, taskId) ?? {};
  }
  const apart = arrestedAt === null || !isInForce(breach) || isBefore(occurredAt, arrestedAt);
  if (taskId === undefined && meant.length > 0 && !apart) {
    const held = state.tasks.filter((task) => task.breachId === breachId && task.status === 'arrested');
    return refuse(
      'condition-not-met',
      'The person was arrested for this breach and also on a withdrawn task. Name the task from whose arrest the person was released.',
      { field: 'taskId', taskIds: [...meant.map(({ ref }) => ref), ...held.map((task) => task.taskId)] },
    );
  }
  const [first] = meant;
  const ended = meant.filter((arrest) => !isBefore(occurredAt, arrest.arrestedAt));
  return first !== undefined && ended.length === 0
    ? refuse('before-the-start', beforeTheArrest, { arrestedAt: first.arrestedAt })
    : { ended };
}

/** A task is named of which no arrest is open: undefined only for that of the arrest for the breach. */
function refuseNamed(
  state: CompulsoryState,
  breachId: string,
  taskId: string,
): { readonly refusal: Refusal } | undefined {
  const task = findTask(state, taskId);
  if (task?.breachId !== breachId) {
    return refuse('not-found', 'This breach has no such task.', { taskId });
  }
  if (task.status === 'arrested') return undefined;
  return task.arrestedWhenWithdrawnAt === undefined
    ? refuse('condition-not-met', 'Nobody was arrested on this task, so nobody was released.', { taskId })
    : refuse('already-done', 'The release from this arrest is already recorded.', { taskId });
}

/** Arrests on withdrawn tasks of this breach that nobody has seen to yet. */
function arrestsWithoutTask(state: CompulsoryState, breachId: string): WithdrawnTaskArrest[] {
  const code: AttentionCode = 'arrested-on-withdrawn-task';
  return state.tasks.flatMap(({ taskId: ref, arrestedWhenWithdrawnAt: arrestedAt, breachId: about }) => {
    const open = state.attention.some((item) => item.code === code && item.ref === ref);
    return about === breachId && arrestedAt !== undefined && open ? [{ code, ref, arrestedAt }] : [];
  });
}

/** Once nobody is in custody whom a task is out for, the DIP officer need not take it back. */
function wantedNoMore(state: CompulsoryState, ended: readonly WithdrawnTaskArrest[]): SettledAttention[] {
  const inCustody: AttentionCode = 'arrested-on-withdrawn-task';
  const held = state.attention.filter(
    ({ code, ref }) => code === inCustody && !ended.some((one) => one.ref === ref),
  );
  return held.length > 0 ? [] : settleAll(state, 'wanted-while-in-custody');
}

/** Older ledgers hold one arrest as both: for the breach, and on a task of which it was told later that it was withdrawn. */
function ofTheBreach(state: CompulsoryState, { breachId }: Breach): { code: string; ref: string }[] {
  return arrestsWithoutTask(state, breachId)
    .filter(({ ref }) => findTask(state, ref)?.status === 'arrested')
    .map(({ code, ref }) => ({ code, ref }));
}

/** Nothing else of the same requirement is booked, to be booked, under review or in breach. */
function endsRequirement(state: CompulsoryState, { breachId, requirementId }: Breach): boolean {
  const others = state.breaches.filter((breach) => breach.breachId !== breachId && isInForce(breach));
  const own = state.appointments.filter((appointment) => appointment.requirementId === requirementId);
  return !(
    others.some((breach) => breach.requirementId === requirementId) ||
    state.failures.some(
      (failure) => failure.requirementId === requirementId && isUnderReview(state, failure),
    ) ||
    own.some(({ status }) => status === 'booked') ||
    own.some(({ appointmentId }) =>
      state.attention.some(({ code, ref }) => code === 'rebook-needed' && ref === appointmentId),
    )
  );
}
