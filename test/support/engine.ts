import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { createLedgerActivities } from '../../activities/append.ts';
import { createFactActivities } from '../../activities/carry-fact.ts';
import { readConfig } from '../../platform/config.ts';
import { encryptedDataConverter } from '../../platform/data-converter.ts';
import type { Database } from '../../store/database.ts';
import { buildBundle } from '../../workers/build-bundle.ts';
import { createWorkers } from '../../workers/run-workers.ts';
import type {
  FactActivities,
  LedgerActivities,
  MessageActivities,
} from '../../workflows/contract/activities.ts';
import { createTestNamespace } from './namespace.ts';

export interface TestEngine {
  readonly client: Client;
  readonly namespace: string;
  readonly address: string;
  /** Ends the workers; the runs sleep on. */
  stopWorkers(): Promise<void>;
  /** Workers as a new process would have them: nothing cached. */
  startWorkers(): Promise<void>;
  close(): Promise<void>;
}

export interface EngineParts {
  readonly db: Database;
  /** When not given, none is expected: a delivery fails at once. */
  readonly messages?: MessageActivities;
  /** Around the real append, for faults. */
  readonly wrapLedger?: (real: LedgerActivities) => LedgerActivities;
  /** Around the real carrying of facts, for faults. */
  readonly wrapFacts?: (real: FactActivities) => FactActivities;
  readonly env?: NodeJS.ProcessEnv;
}

const noMessages: MessageActivities = {
  deliverMessage: () => Promise.reject(ApplicationFailure.nonRetryable('no message is expected here')),
};

/** The engine on the shared Temporal server, in a namespace of its own, with the real workflows and ledger. */
export async function startEngine(parts: EngineParts): Promise<TestEngine> {
  quieten();
  const { address, namespace } = await createTestNamespace();
  const { keys } = readConfig({ LLWYBR_ENV: 'test' });
  const dataConverter = encryptedDataConverter(keys);
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace, dataConverter });
  const native = await NativeConnection.connect({ address });
  const bundle = { code: await sharedBundle() };
  const ledger = createLedgerActivities({ db: parts.db, build: 'test' });
  const facts = createFactActivities({ db: parts.db, client });
  let workers: Worker[] = [];
  let running: Promise<unknown> = Promise.resolve();

  const startWorkers = async (): Promise<void> => {
    workers = await createWorkers({
      connection: native,
      namespace,
      dataConverter,
      bundle,
      buildId: 'test',
      pathwayActivities: {
        ...(parts.wrapLedger?.(ledger) ?? ledger),
        ...(parts.wrapFacts?.(facts) ?? facts),
      },
      messageActivities: parts.messages ?? noMessages,
      env: { ...parts.env },
    });
    running = Promise.all(workers.map((worker) => worker.run()));
  };
  const stopWorkers = async (): Promise<void> => {
    for (const worker of workers) worker.shutdown();
    workers = [];
    await running;
  };

  await startWorkers();
  return {
    client,
    namespace,
    address,
    startWorkers,
    stopWorkers,
    close: async () => {
      await stopWorkers();
      await native.close();
      await connection.close();
    },
  };
}

let quiet = false;

/** The SDK's own lines would bury the tests'; faults that tests make on purpose are warnings there. */
export function quieten(): void {
  if (!quiet) Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  quiet = true;
}

/** Where the shared bundle is, once it was asked for. */
export const bundleFile = path.resolve('.llwybr-test/bundle/workflows.js');

/** Bundling takes seconds, so suites share one bundle for as long as the workflows stay as they are. */
export async function sharedBundle(): Promise<string> {
  const newest = Math.max(...newestIn('workflows'));
  const made = await stat(bundleFile).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (made < newest) {
    const { code } = await buildBundle();
    await mkdir(path.dirname(bundleFile), { recursive: true });
    const draft = `${bundleFile}.${String(process.pid)}`;
    await writeFile(draft, code);
    await rename(draft, bundleFile);
    return code;
  }
  return readFile(bundleFile, 'utf8');
}

function newestIn(directory: string): number[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(path.join(entry.parentPath, entry.name)).mtimeMs);
}
