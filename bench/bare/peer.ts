import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import { pidFileOf } from '../../scripts/house/house-directory.ts';
import { KeptProcess } from '../../scripts/house/kept-process.ts';
import { bareQueue, bareType, step } from './names.ts';

// CommonJS without named exports, so it comes as one object.
const { TaskQueueType } = proto.temporal.api.enums.v1;

export interface PeerPlan {
  /** Of the house that it is compared with: the same Temporal server. */
  readonly directory: string;
  readonly address: string;
  readonly namespace: string;
  /** What the worker of the pathways was told beyond the usual. */
  readonly environment: Readonly<Record<string, string>>;
}

/** As patient as the callers of the pathways are in a bench. */
const answerWithinMs = 60_000;

/** The bare workflow with its worker process and its caller. */
export class BarePeer {
  readonly process: KeptProcess;
  readonly client: Client;
  readonly #connection: Connection;

  private constructor(process: KeptProcess, client: Client, connection: Connection) {
    this.process = process;
    this.client = client;
    this.#connection = connection;
  }

  /** @throws Error when its worker does not come up */
  static async open({ directory, address, namespace, environment }: PeerPlan): Promise<BarePeer> {
    const connection = await Connection.connect({ address });
    const worker = new KeptProcess({
      name: 'bare-worker',
      entry: 'bench/bare/worker.ts',
      env: {
        ...process.env,
        TZ: 'UTC',
        TEMPORAL_ADDRESS: address,
        TEMPORAL_NAMESPACE: namespace,
        TEMPORAL_CONFIG_FILE: join(directory, 'temporal', 'profile.toml'),
        ...environment,
      },
      logFile: join(directory, 'logs', 'bare-worker.log'),
      pidFile: pidFileOf(directory, 'bare-worker'),
      isReady: (pid) => isPolledBy(connection, namespace, pid),
    });
    const peer = new BarePeer(worker, new Client({ connection, namespace }), connection);
    try {
      await worker.start();
    } catch (error) {
      await peer.close();
      throw error;
    }
    return peer;
  }

  /** A run that ends after so many Updates. */
  start(updates: number): Promise<WorkflowHandle> {
    return this.client.withDeadline(Date.now() + answerWithinMs, () =>
      this.client.workflow.start(bareType, {
        taskQueue: bareQueue,
        workflowId: `bare:${randomUUID()}`,
        args: [updates],
      }),
    );
  }

  /** A whole run: its start, and one Update after the other. */
  async live(updates: number): Promise<WorkflowHandle> {
    const handle = await this.start(updates);
    for (let done = 0; done < updates; done += 1) await handle.executeUpdate(step);
    return handle;
  }

  async close(): Promise<void> {
    await this.process.end();
    await this.#connection.close();
  }
}

async function isPolledBy(connection: Connection, namespace: string, pid: number): Promise<boolean> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: bareQueue },
    taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  return pollers.some(({ identity }) => (identity ?? '').startsWith(`${String(pid)}@`));
}
