import type { Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { isBefore } from '../common/instant.ts';
import { withdrawTask } from './arrest-task.ts';
import { breachOver } from './breach.ts';
import type { RecordResultData } from './commands.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import { isUnderReview } from './stage.ts';
import type { Breach, CompulsoryState } from './state.ts';
import { findBreach, isInForce, openTaskOf } from './state.ts';
import type { AttentionCode } from './table.ts';

/**
 * What came of a breach. A person may be charged, or the breach dropped, without an arrest; then nobody
 * may be arrested for it any more.
 */
export function recordResult(
  state: CompulsoryState,
  command: Command<'record-result', RecordResultData>,
): Decision<CompulsoryEvent> {
  const { data, occurredAt } = command;
  const { breachId, result } = data;
  const breach = findBreach(state, breachId);
  if (breach === undefined) {
    return refuse('not-found', 'This pathway has no such breach.', { breachId });
  }
  const arrests = arrestsWithoutTask(state, breachId);
  const seenTo = result === 'released' ? arrests.map(({ code, ref }) => ({ code, ref })) : [];
  if (result === 'released' && breach.arrestedAt === null && arrests.length > 0) {
    const last = arrests.find(({ arrestedAt }) => isBefore(occurredAt, arrestedAt));
    if (last !== undefined) {
      return refuse('before-the-start', 'Nobody is released before the arrest.', {
        arrestedAt: last.arrestedAt,
      });
    }
    // Nobody was arrested for the breach itself, so this says nothing of the breach.
    const released = { breachId, taskIds: arrests.map(({ ref }) => ref) };
    return {
      events: [newEvent('withdrawn-task-arrest-released', occurredAt, released, { settled: seenTo })],
      intents: [],
    };
  }
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

/** Arrests on withdrawn tasks of this breach that nobody has seen to yet. */
function arrestsWithoutTask(state: CompulsoryState, breachId: string) {
  const code: AttentionCode = 'arrested-on-withdrawn-task';
  return state.tasks.flatMap(({ taskId: ref, arrestedWhenWithdrawnAt: arrestedAt, breachId: about }) => {
    const open = state.attention.some((item) => item.code === code && item.ref === ref);
    return about === breachId && arrestedAt !== undefined && open ? [{ code, ref, arrestedAt }] : [];
  });
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
