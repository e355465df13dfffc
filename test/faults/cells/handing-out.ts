import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { pathwayWorkflowId } from '../../../workflows/contract/temporal.ts';

/** One delivery as the queue of messages saw it. Times are epoch milliseconds. */
export interface HandingOut {
  readonly pathwayId: string;
  /** Lower goes first. */
  readonly urgency: number;
  readonly queuedAt: number;
  readonly handedOutAt: number;
  /** The history keeps the last attempt only: one that was tried again came when its pause was over. */
  readonly attempt: number;
}

/** Every delivery of a pathway's run that a worker was given, out of the run's history. */
export async function handedOut(client: Client, pathwayId: string): Promise<HandingOut[]> {
  const { events } = await client.workflow.getHandle(pathwayWorkflowId(pathwayId)).fetchHistory();
  const queued = new Map<string, { readonly urgency: number; readonly queuedAt: number }>();
  const found: HandingOut[] = [];
  for (const event of events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled?.activityType?.name === 'deliverMessage') {
      const urgency = scheduled.priority?.priorityKey ?? 0;
      queued.set(String(event.eventId), { urgency, queuedAt: tsToMs(event.eventTime) });
    }
    const started = event.activityTaskStartedEventAttributes;
    const delivery =
      started === undefined || started === null ? undefined : queued.get(String(started.scheduledEventId));
    if (delivery === undefined) continue;
    found.push({
      pathwayId,
      ...delivery,
      handedOutAt: tsToMs(event.eventTime),
      attempt: started?.attempt ?? 1,
    });
  }
  return found;
}

/**
 * Pairs of first attempts of which the less urgent one was given out first, although the other had been
 * waiting for longer than `graceMs`.
 */
export function overtakings(
  deliveries: readonly HandingOut[],
  graceMs: number,
): { readonly urgent: HandingOut; readonly overtaker: HandingOut }[] {
  const first = deliveries.filter(({ attempt }) => attempt === 1);
  return first.flatMap((urgent) =>
    first
      .filter(
        (other) =>
          other.urgency > urgent.urgency &&
          other.handedOutAt < urgent.handedOutAt &&
          other.handedOutAt > urgent.queuedAt + graceMs,
      )
      .map((overtaker) => ({ urgent, overtaker })),
  );
}
