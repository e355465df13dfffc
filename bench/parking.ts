import { pathwayWorkflowId, viewQuery } from '../workflows/contract/temporal.ts';
import { eventually } from '../test/support/eventually.ts';
import { byClients, numbers } from '../scripts/house/clients.ts';
import type { BenchScene } from './bench.ts';
import { Referral } from './referral.ts';

const clients = 16;

/** Opens so many pathways and starts their runs. They sleep when this resolves: each waits for its first clock. */
export function park(scene: Pick<BenchScene, 'rig' | 'signal'>, count: number): Promise<Referral[]> {
  return byClients(numbers(count), clients, () => parkOne(scene));
}

async function parkOne({ rig, signal }: Pick<BenchScene, 'rig' | 'signal'>): Promise<Referral> {
  signal.throwIfAborted();
  const referral = new Referral(rig);
  await referral.open();
  await referral.start();
  // It sleeps once it has caught up. A first task whose reading of the ledger is slow answers before that.
  const handle = rig.house.client.workflow.getHandle(pathwayWorkflowId(referral.address.pathwayId));
  await eventually(async () => {
    signal.throwIfAborted();
    const { caughtUp } = await handle.query(viewQuery);
    if (!caughtUp) throw new Error('A run has not caught up');
  }, 60_000);
  return referral;
}
