import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { searchAttributes } from '../../workflows/contract/temporal.ts';
import { PortInUse, portInUse } from './ports.ts';
import {
  endProcess,
  runningCommands,
  startServerProcess,
  stopLeftOver,
  tailOf,
  until,
  type ServerProcess,
} from './server-process.ts';
import { findTemporalProgram } from './temporal-program.ts';

export interface TemporalOptions {
  /** Holds the store and the log; made when missing. */
  readonly directory: string;
  readonly port: number;
  /** Serves Temporal's own pages; without it there are none. */
  readonly uiPort?: number;
  /** Serves the server's own counters at `/metrics`. */
  readonly metricsPort?: number;
  /** Default `temporal.log` in the directory. */
  readonly logFile?: string;
  /** Further dynamic configuration, `name` to JSON value. */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
  /** Receives a line for each step that takes time, such as a download. */
  readonly say?: (line: string) => void;
}

export interface TemporalServer {
  /** host:port, for TEMPORAL_ADDRESS. */
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string | undefined;
  readonly metricsUrl: string | undefined;
  /** The file that holds every run and timer. */
  readonly dbFilename: string;
  readonly logFile: string;
  /** Where the program was found. */
  readonly origin: string;
  /** Throws while it is stopped. */
  readonly pid: () => number;
  readonly running: () => boolean;
  readonly stop: () => Promise<void>;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
  /** Starts again on the same store and ports, also after `kill`. */
  readonly start: () => Promise<void>;
  /** Deletes the store, as if the machine that held it were lost; only while stopped. */
  readonly loseStore: () => void;
  /** Stops it and deletes the store. */
  readonly discard: () => Promise<void>;
  /** Resolves when the current process has gone. */
  readonly exited: () => Promise<unknown>;
}

const namespace = 'default';
const pidFileName = 'temporal.pid';
const storeName = 'temporal.db';

/** Stops a server whose owner was killed. @returns whether there was one */
export async function stopAbandonedTemporal(directory: string): Promise<boolean> {
  return stopLeftOver(join(resolve(directory), pidFileName), join(resolve(directory), storeName));
}

/**
 * Stops the servers whose store was somewhere under a directory and has been deleted together with its own directory,
 * pid file and all: nobody can be using them any more, and only their command lines still tell whose they were.
 */
export async function stopTemporalsWithoutStore(root: string): Promise<void> {
  for (const { pid, command } of runningCommands()) {
    const [, store] = / server start-dev .*--db-filename (.+?) --namespace /.exec(command) ?? [];
    if (store?.startsWith(join(resolve(root), sep)) !== true || basename(store) !== storeName) continue;
    if (!existsSync(dirname(store))) await endProcess(pid);
  }
}

/** Dynamic configuration of every development server; docker-compose.yml gives the same. */
export const developmentSettings: Readonly<Record<string, string>> = {
  // A workflow whose task fails is marked after the second failure (10 s) instead of the fifth (54 s).
  'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute': '2',
  // Priority holds within a partition of a queue only; of the usual four, one may give out a reminder while another
  // has something urgent waiting. One machine needs no more than one.
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
};

/** Closed runs stay readable for this long; the development server's own default is a day. */
const retention = msToTs('30 days');

/**
 * Temporal's development server on 127.0.0.1 with its state in a file, as a child of this process; ready means that
 * the namespace and the search attributes are there. A server left over on the same store is stopped first.
 * @throws PortInUse
 * @throws Error with the end of the server's log when it is not ready within 60 s
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true });
  const program = await findTemporalProgram(options.say);
  const dbFilename = join(directory, storeName);
  const logFile = options.logFile ?? join(directory, 'temporal.log');
  const pidFile = join(directory, pidFileName);
  const address = `127.0.0.1:${options.port}`;
  const dynamicConfig = { ...developmentSettings, ...(options.dynamicConfig ?? {}) };
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(options.port)],
    ...['--db-filename', dbFilename, '--namespace', namespace, '--log-level', 'warn', '--log-format', 'json'],
    ...(options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)]),
    ...(options.metricsPort === undefined ? [] : ['--metrics-port', String(options.metricsPort)]),
    ...Object.values(searchAttributes).flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...Object.entries(dynamicConfig).flatMap(([name, value]) => [
      '--dynamic-config-value',
      `${name}=${value}`,
    ]),
  ];
  let server: ServerProcess | undefined;

  const start = async (): Promise<void> => {
    if (server?.running() === true) return;
    await stopLeftOver(pidFile, dbFilename);
    for (const port of [options.port, options.uiPort, options.metricsPort]) {
      if (port !== undefined && (await portInUse(port))) throw new PortInUse(port, 'Temporal');
    }
    const attempt = await startServerProcess({
      name: 'Temporal',
      command: program.path,
      args,
      cwd: directory,
      env: ownEnvironment(),
      logFile,
      pidFile,
    });
    const ready = await until(async () => !attempt.running() || (await isReady(address)), 60_000);
    if (!ready || !attempt.running()) {
      await attempt.stop(['SIGTERM'], 2_000);
      throw new Error(`Temporal did not start:\n${tailOf(logFile)}`);
    }
    server = attempt;
  };
  const stop = async (): Promise<void> => {
    await server?.stop(['SIGTERM']);
  };
  const loseStore = (): void => {
    if (server?.running() === true) throw new Error('Stop Temporal before its store is deleted.');
    for (const end of ['', '-wal', '-shm', '-journal']) {
      rmSync(join(dirname(dbFilename), `${basename(dbFilename)}${end}`), { force: true });
    }
  };
  await start();

  return {
    address,
    namespace,
    uiUrl: options.uiPort === undefined ? undefined : `http://127.0.0.1:${options.uiPort}`,
    metricsUrl:
      options.metricsPort === undefined ? undefined : `http://127.0.0.1:${options.metricsPort}/metrics`,
    dbFilename,
    logFile,
    origin: program.origin,
    start,
    stop,
    loseStore,
    pid: () => {
      if (server?.running() !== true) throw new Error('Temporal is not running.');
      return server.pid;
    },
    running: () => server?.running() === true,
    kill: async () => {
      await server?.kill();
    },
    discard: async () => {
      await stop();
      loseStore();
    },
    exited: () => server?.exited ?? Promise.resolve(),
  };
}

/** Settings of a developer's own Temporal must not steer this server. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

/** The namespace is there, keeps closed runs long enough, and knows the search attributes. */
async function isReady(address: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 1_000 });
    const deadline = Date.now() + 2_000;
    return await connection.withDeadline(deadline, async () => {
      if (connection === undefined) return false;
      const { config } = await connection.workflowService.describeNamespace({ namespace });
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      if (!Object.values(searchAttributes).every((name) => name in customAttributes)) return false;
      const kept = config?.workflowExecutionRetentionTtl?.seconds;
      if (Number(kept ?? 0) < Number(retention.seconds)) {
        await connection.workflowService.updateNamespace({
          namespace,
          config: { workflowExecutionRetentionTtl: retention },
        });
      }
      return true;
    });
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}
