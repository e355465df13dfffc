import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { pathwayWorkflowId } from '../../../workflows/contract/temporal.ts';

/**
 * When the next timer of a run rings, in epoch milliseconds. A run counts from some moment within the
 * workflow task that sets the timer, the server from the end of that task: the truth lies between.
 */
export interface NextTimer {
  readonly earliest: number;
  readonly latest: number;
}

/** Clocks of two processes, and whole milliseconds. */
const toleranceMs = 500;

/**
 * Whether a run wakes for a clock that is due then. It may wake sooner: a clock that moved further away keeps
 * the timer that is there, which rings, finds nothing due, and gives way to the next one.
 */
export function ringsInTime(timer: NextTimer | 'none', dueMs: number): boolean {
  return timer !== 'none' && timer.earliest - toleranceMs <= dueMs;
}

/** Read out of the history of the pathway's run. */
export async function nextTimerOf(client: Client, pathwayId: string): Promise<NextTimer | 'none' | 'no-run'> {
  const handle = client.workflow.getHandle(pathwayWorkflowId(pathwayId));
  let history;
  try {
    history = await client.withDeadline(Date.now() + 10_000, () => handle.fetchHistory());
  } catch {
    return 'no-run';
  }
  const pending = new Map<string, NextTimer>();
  let taskStartedAt = 0;
  for (const event of history.events ?? []) {
    const at = tsToMs(event.eventTime);
    if (isThere(event.workflowTaskStartedEventAttributes)) taskStartedAt = at;
    const timer = event.timerStartedEventAttributes;
    if (isThere(timer)) {
      const timeout = tsToMs(timer.startToFireTimeout);
      pending.set(String(event.eventId), { earliest: taskStartedAt + timeout, latest: at + timeout });
    }
    const over = event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes;
    if (isThere(over)) pending.delete(String(over.startedEventId));
  }
  let next: NextTimer | undefined;
  for (const timer of pending.values()) {
    if (next === undefined || timer.latest < next.latest) next = timer;
  }
  return next ?? 'none';
}

/** Messages from the server hold null where a field of another kind of event would be. */
function isThere<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
