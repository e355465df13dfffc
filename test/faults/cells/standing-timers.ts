import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { pathwayWorkflowId } from '../../../workflows/contract/temporal.ts';

/** When the next timer of a pathway's run rings (epoch milliseconds), read out of its history. */
export async function nextTimerOf(client: Client, pathwayId: string): Promise<number | 'none' | 'no-run'> {
  const handle = client.workflow.getHandle(pathwayWorkflowId(pathwayId));
  let history;
  try {
    history = await client.withDeadline(Date.now() + 10_000, () => handle.fetchHistory());
  } catch {
    return 'no-run';
  }
  const pending = new Map<string, number>();
  for (const event of history.events ?? []) {
    const started = event.timerStartedEventAttributes;
    const id = String(event.eventId);
    if (started !== undefined && started !== null) {
      pending.set(id, tsToMs(event.eventTime) + tsToMs(started.startToFireTimeout));
    }
    const over = event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes;
    if (over !== undefined && over !== null) pending.delete(String(over.startedEventId));
  }
  return pending.size === 0 ? 'none' : Math.min(...pending.values());
}
