import { fileURLToPath } from 'node:url';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { pathwayWorkerOptions } from '../../workers/worker-options.ts';
import { bareActivities } from './activities.ts';
import { bareQueue } from './names.ts';

/*
 * The peer's worker process: the same SDK and the same settings as the worker of the pathways, and nothing of
 * the product beside them. Ends at SIGTERM, by the SDK's own handler.
 */
const { connectionOptions, namespace } = loadClientConnectConfig();
const connection = await NativeConnection.connect(connectionOptions);
const worker = await Worker.create({
  ...pathwayWorkerOptions(process.env),
  connection,
  namespace: namespace ?? 'default',
  taskQueue: bareQueue,
  workflowBundle: await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('workflow.ts', import.meta.url)),
  }),
  activities: bareActivities,
});
await worker.run();
await connection.close();
