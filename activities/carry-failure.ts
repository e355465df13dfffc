import type { Client } from '@temporalio/client';
import type { Database } from '../store/database.ts';
import { markFailureCarried } from '../store/reported-failures.ts';
import type { ReportedFailure } from '../store/reported-failures.ts';
import { systemActor } from '../workflows/domain/common/actor.ts';
import { deliveryCommandId } from '../workflows/domain/common/command.ts';
import { sendEngineCommand } from './engine-command.ts';

/**
 * Tells the pathway of a text that the gateway could not deliver after all, under the id by which a delivery that fails
 * reports itself: of the two one is recorded. A refusal is an answer: nobody need be told any more.
 * @throws ApplicationFailure retryable while the pathway does not answer
 */
export async function carryFailure(
  db: Database,
  client: Client,
  { forceId, pathwayId, kind, reportedAt, outcome }: ReportedFailure,
): Promise<void> {
  const { intentId } = outcome;
  await sendEngineCommand(
    db,
    client,
    { forceId, pathwayId, kind },
    {
      ...{ commandId: deliveryCommandId(intentId), name: 'report-delivery', data: outcome },
      ...{ occurredAt: reportedAt, receivedAt: reportedAt, actor: systemActor(forceId) },
    },
  );
  await markFailureCarried(db, forceId, intentId);
}
