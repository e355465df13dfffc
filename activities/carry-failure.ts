import type { Client } from '@temporalio/client';
import type { Database } from '../store/database.ts';
import { markFailureTold } from '../store/failures-to-tell.ts';
import type { FailureToTell } from '../store/failures-to-tell.ts';
import { systemActor } from '../workflows/domain/common/actor.ts';
import { deliveryCommandId } from '../workflows/domain/common/command.ts';
import { tellPathway } from './tell-pathway.ts';

/**
 * Takes to its pathway that the gateway could not deliver a text after all, as the run itself reports one that failed at
 * once: under the same id, so that whoever comes second records nothing.
 * @throws ApplicationFailure retryable while the pathway does not answer
 */
export async function carryFailure(db: Database, client: Client, failure: FailureToTell): Promise<void> {
  const { forceId, pathwayId, kind, intentId, purpose, at } = failure;
  await tellPathway(
    db,
    client,
    { forceId, pathwayId, kind },
    {
      ...{ commandId: deliveryCommandId(intentId), name: 'report-delivery', actor: systemActor(forceId) },
      ...{ occurredAt: at, receivedAt: at, data: { intentId, purpose, outcome: 'failed' } },
    },
  );
  await markFailureTold(db, failure);
}
