import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KeyRing } from '../../platform/key-ring.ts';
import { connectTemporal } from '../../platform/temporal-client.ts';
import type { TemporalLink } from '../../platform/temporal-client.ts';
import { testTemporalAddress } from '../support/services.ts';

const keys = new KeyRing([{ id: 'first', key: randomBytes(32) }]);
let link: TemporalLink;
const before = process.env['TEMPORAL_ADDRESS'];

beforeAll(async () => {
  process.env['TEMPORAL_ADDRESS'] = await testTemporalAddress();
  link = connectTemporal(keys);
});

afterAll(async () => {
  await link.close();
  if (before === undefined) delete process.env['TEMPORAL_ADDRESS'];
  else process.env['TEMPORAL_ADDRESS'] = before;
});

describe('the link to Temporal', () => {
  test('goes where the environment says, and gives the server nothing to read', async () => {
    const workflowId = `test:${randomUUID()}`;
    // No worker polls this queue: the start alone is looked at.
    const options = { workflowId, taskQueue: workflowId, args: [{ reason: 'secret-reason' }] };
    const handle = await link.client.workflow.start('nothing', options);
    try {
      const { history } = await link.client.workflowService.getWorkflowExecutionHistory({
        namespace: link.namespace,
        execution: { workflowId },
      });
      const input = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
      expect(
        input.map(({ metadata }) => Buffer.from(metadata?.['encryption-key-id'] ?? []).toString()),
      ).toEqual(['first']);
      expect(Buffer.from(input[0]?.data ?? []).toString('latin1')).not.toContain('secret-reason');
    } finally {
      await handle.terminate();
    }
  });

  test('starts while Temporal is away, and fails only when it is used', async () => {
    process.env['TEMPORAL_ADDRESS'] = '127.0.0.1:1';
    const away = connectTemporal(keys);
    try {
      await expect(
        away.client.connection.withDeadline(Date.now() + 500, () => away.client.workflow.count()),
      ).rejects.toThrow();
    } finally {
      await away.close();
      process.env['TEMPORAL_ADDRESS'] = await testTemporalAddress();
    }
  });
});
