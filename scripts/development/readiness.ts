import { Connection, type ConnectionOptions } from '@temporalio/client';
import proto from '@temporalio/proto';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { searchAttributes, taskQueues } from '../../workflows/contract/temporal.ts';

// CommonJS without named exports, so it comes as one object.
const { IndexedValueType, TaskQueueType } = proto.temporal.api.enums.v1;

/** Whether a page answers with 2xx. */
export async function answersWell(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

export interface TemporalProbe {
  readonly address: string;
  readonly namespace: string;
  /** Whether the process polls both task queues. Pollers of earlier processes stay listed for minutes. */
  readonly polledBy: (pid: number) => Promise<boolean>;
  /** Makes the search attributes where the server lacks them and allows it. @returns those still missing */
  readonly ensureSearchAttributes: () => Promise<string[]>;
  readonly close: () => Promise<void>;
}

/**
 * Connects by the given variables, as the processes themselves will.
 * @throws Error when there is no server, or it refuses
 */
export async function probeTemporal(variables: Record<string, string | undefined>): Promise<TemporalProbe> {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars });
  const address = connectionOptions.address ?? '127.0.0.1:7233';
  const connection = await Connection.connect({
    ...(connectionOptions as ConnectionOptions),
    connectTimeout: 10_000,
  });
  const missing = async (): Promise<string[]> => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return Object.values(searchAttributes).filter((name) => !(name in customAttributes));
  };
  return {
    address,
    namespace,
    polledBy: async (pid) => {
      const kinds = [
        [taskQueues.pathways, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW],
        [taskQueues.messages, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY],
      ] as const;
      const polled = await Promise.all(
        kinds.map(async ([name, taskQueueType]) => {
          const { pollers } = await connection.workflowService.describeTaskQueue({
            namespace,
            taskQueue: { name },
            taskQueueType,
          });
          return pollers.some(({ identity }) => new RegExp(`\\b${pid}\\b`).test(identity ?? ''));
        }),
      ).catch(() => [false]);
      return polled.every(Boolean);
    },
    ensureSearchAttributes: async () => {
      try {
        const names = await missing();
        if (names.length === 0) return [];
        await connection.operatorService.addSearchAttributes({
          namespace,
          searchAttributes: Object.fromEntries(
            names.map((name) => [name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD]),
          ),
        });
        return [];
      } catch {
        // Temporal Cloud has no operator service: there they are made beforehand, and cannot be listed this way.
        return Object.values(searchAttributes);
      }
    },
    close: () => connection.close(),
  };
}
