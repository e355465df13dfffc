import type { DataConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import type {
  FactActivities,
  LedgerActivities,
  MessageActivities,
} from '../workflows/contract/activities.ts';
import { taskQueues } from '../workflows/contract/temporal.ts';
import { messageWorkerOptions, pathwayWorkerOptions, workerRolesOf } from './worker-options.ts';
import type { WorkerRole } from './worker-options.ts';

export interface WorkerParts {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly dataConverter: DataConverter;
  readonly bundle: NonNullable<WorkerOptions['workflowBundle']>;
  readonly buildId: string;
  readonly pathwayActivities: LedgerActivities & FactActivities;
  readonly messageActivities: MessageActivities;
  readonly env: NodeJS.ProcessEnv;
}

/** The workers of one process, by its roles: the pathways with their ledger, and the messages at their own rate. */
export async function createWorkers(parts: WorkerParts): Promise<Worker[]> {
  const { connection, namespace, dataConverter, env } = parts;
  const shared = {
    connection,
    namespace,
    dataConverter,
    identity: `${parts.buildId}@${String(process.pid)}`,
    // By itself the SDK writes 90 characters of its own name and the bundle's hash into two events of every workflow task.
    // Runs are not bound to a version: a new build takes over those of the one before (docs/releasing.md).
    workerDeploymentOptions: {
      version: { deploymentName: 'llwybr', buildId: parts.buildId },
      useWorkerVersioning: false as const,
    },
  };
  const create: Readonly<Record<WorkerRole, () => Promise<Worker>>> = {
    pathways: () =>
      Worker.create({
        ...shared,
        ...pathwayWorkerOptions(env),
        taskQueue: taskQueues.pathways,
        workflowBundle: parts.bundle,
        activities: parts.pathwayActivities,
      }),
    messages: () =>
      Worker.create({
        ...shared,
        ...messageWorkerOptions(env),
        taskQueue: taskQueues.messages,
        activities: parts.messageActivities,
      }),
  };
  return Promise.all(workerRolesOf(env).map((role) => create[role]()));
}
