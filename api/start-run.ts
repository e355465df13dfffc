import type { Client } from '@temporalio/client';
import { startRun } from '../platform/pathway-runs.ts';
import type { RunAddress } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { confirmRun } from '../store/pathways.ts';

const withinMs = 5_000;

/**
 * Starts the run of a pathway and notes that it was seen. Where this fails the sweep does it.
 *
 * @throws the client's errors, those of `pg`
 */
export async function startPathwayRun(db: Database, client: Client, address: RunAddress): Promise<void> {
  await client.withDeadline(Date.now() + withinMs, () => startRun(client, address));
  await confirmRun(db, address.forceId, address.pathwayId);
}
