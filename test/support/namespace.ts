import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { searchAttributes } from '../../workflows/contract/temporal.ts';
import { testTemporalAddress } from './services.ts';

export interface TestNamespace {
  readonly address: string;
  readonly namespace: string;
}

const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;

/**
 * A namespace of its own on the shared server: task queues have fixed names, so two suites at once would
 * take each other's work. It stays behind; the server is thrown away with the test run.
 */
export async function createTestNamespace(): Promise<TestNamespace> {
  const address = await testTemporalAddress();
  const namespace = `suite-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    // A new namespace is not known everywhere at once.
    await untilTaken(() =>
      connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(Object.values(searchAttributes).map((name) => [name, keyword])),
      }),
    );
    await untilTaken(async () => {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      if (!Object.values(searchAttributes).every((name) => name in customAttributes))
        throw new Error('not yet');
    });
  } finally {
    await connection.close();
  }
  return { address, namespace };
}

async function untilTaken(act: () => Promise<unknown>): Promise<void> {
  const giveUp = Date.now() + 15_000;
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      if (Date.now() > giveUp) throw error;
      await pause(50);
    }
  }
}
