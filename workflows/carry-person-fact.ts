import { proxyActivities } from '@temporalio/workflow';
import type { FactActivities } from './contract/activities.ts';
import type { CarryFactInput } from './contract/envelope.ts';

const { carryFact } = proxyActivities<FactActivities>({
  startToCloseTimeout: '1 minute',
  // It says that it is alive meanwhile: one whose worker died is missed as soon as a workflow task would be.
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/**
 * Takes one safety fact to every open pathway of its person. The fact binds from the moment it was
 * stored; this only lets the pathways themselves act on it.
 */
export async function carryPersonFact(input: CarryFactInput): Promise<void> {
  await carryFact(input);
}
