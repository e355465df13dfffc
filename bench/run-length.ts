import type { Client } from '@temporalio/client';

/** What one run leaves in Temporal. */
export interface RunLength {
  readonly events: number;
  readonly bytes: number;
}

/** The whole run from start to end, as the server counts it. Waits for its end. */
export async function lengthOf(client: Client, workflowId: string): Promise<RunLength> {
  const handle = client.workflow.getHandle(workflowId);
  await handle.result();
  const { historyLength, historySize } = await handle.describe();
  return { events: historyLength, bytes: historySize ?? 0 };
}
