import { arm } from '../common/arming.ts';
import type { Command } from '../common/command.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { after } from '../common/duration.ts';
import type { Duration } from '../common/duration.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore } from '../common/instant.ts';
import { arrestRules, clearClocks, clock, markerClocks, putOutRules, raise, settle } from './clocks.ts';
import type { SetMarkerData } from './commands.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent, Measure } from './events.ts';
import type { Breach, CompulsoryState, MarkerRecord } from './state.ts';
import { findBreach, isInForce, openTaskOf } from './state.ts';

/**
 * Sets or changes the colour. Every clock is computed from the failure, whenever the colour is set: a RED
 * set late is overdue at once. The clocks of the old colour are superseded and stay in the history.
 */
export function setMarker(
  state: CompulsoryState,
  command: Command<'set-marker', SetMarkerData>,
): Decision<CompulsoryEvent> {
  const { data, occurredAt } = command;
  const { breachId, marker, reasonCode } = data;
  const breach = findBreach(state, breachId);
  if (breach === undefined) {
    return refuse('not-found', 'This pathway has no such breach.', { breachId });
  }
  if (!isInForce(breach) || breach.arrestedAt !== null) {
    return refuse('condition-not-met', 'The person was arrested for this breach, or it is over.', {
      breach: breach.status,
      arrestedAt: breach.arrestedAt,
    });
  }
  if (breach.marker?.marker === marker) {
    return refuse('already-done', `The marker is already ${marker}.`, { setAt: breach.marker.setAt });
  }
  if (isBefore(occurredAt, breach.marker?.setAt ?? breach.declaredAt)) {
    return refuse(
      'before-the-start',
      'The marker cannot be set before the breach was declared or last marked.',
      {
        declaredAt: breach.declaredAt,
      },
    );
  }
  const targets = state.policy.markers[marker];
  const putOutDue = dueOf(state, breach, targets.putOut);
  const arrestDue = dueOf(state, breach, targets.arrest);
  const armed: Deadline[] = [];
  const task = openTaskOf(state, breachId);
  if (putOutDue !== null && task === undefined) {
    armed.push(arm(state.seq, putOutRules[marker], { start: breach.breachedAt, due: putOutDue }, breachId));
  }
  if (arrestDue !== null) {
    armed.push(arm(state.seq, arrestRules[marker], { start: breach.breachedAt, due: arrestDue }, breachId));
  }
  const acknowledgement = task?.status === 'issued' ? task : undefined;
  if (acknowledgement !== undefined) {
    const { taskId, issuedAt } = acknowledgement;
    armed.push(clock(state, 'task-acknowledgement', issuedAt, state.policy.acknowledgement[marker], taskId));
  }
  const set = newEvent(
    'marker-set',
    occurredAt,
    { breachId, marker, reasonCode, previous: breach.marker?.marker ?? null, putOutDue, arrestDue },
    {
      armed,
      cleared: [
        ...clearClocks(state, markerClocks, breachId, 'superseded'),
        ...clearClocks(state, ['task-acknowledgement'], acknowledgement?.taskId ?? '', 'superseded'),
      ],
      settled: [
        ...settle(state, ['breach-without-marker', 'marker-overdue'], breachId),
        ...settle(state, ['task-unacknowledged'], acknowledgement?.taskId ?? ''),
      ],
      raised:
        task === undefined && breach.marker === null
          ? [raise('breach-without-task', occurredAt, breachId)]
          : [],
    },
  );
  return { events: [set], intents: [] };
}

function dueOf(state: CompulsoryState, { breachedAt }: Breach, target: Duration | null): Instant | null {
  return target === null ? null : after(breachedAt, target, state.policy.bankHolidays);
}

/** Put out for arrest, held against the target of the marker. Exactly at the due time is in time. */
export function measurePutOut(marker: MarkerRecord | null, at: Instant | null): Measure {
  return measure(at, marker?.putOutDue ?? null);
}

export function measureArrest(marker: MarkerRecord | null, at: Instant | null): Measure {
  return measure(at, marker?.arrestDue ?? null);
}

function measure(at: Instant | null, due: Instant | null): Measure {
  return { at, due, inTime: at === null || due === null ? null : !isBefore(due, at) };
}
