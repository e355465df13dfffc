import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { PortInUse, portInUse } from './ports.ts';
import { dataDirFile, preparePostgresHome, serverEnvironment, superuser } from './postgres-home.ts';
import { startServerProcess, stopLeftOver, tailOf, until, type ServerProcess } from './server-process.ts';

export interface PostgresOptions {
  /** Holds the cluster, its log and its password; made when missing. */
  readonly directory: string;
  readonly port: number;
  /** The database of `url`, made when missing. Default `llwybr`. */
  readonly database?: string;
  /**
   * `full` writes through to the disk at each commit. `process` survives the death of every process, but not of the
   * machine, and is quicker: for tests. Default `full`.
   */
  readonly durability?: 'full' | 'process';
  /** Default `postgres.log` in the directory. */
  readonly logFile?: string;
  /** Further settings, `name=value`. */
  readonly settings?: readonly string[];
}

export interface PostgresServer {
  /** Of the database, with user and password. */
  readonly url: string;
  /** Of the `postgres` database of the same cluster, for making and dropping others. */
  readonly adminUrl: string;
  readonly port: number;
  readonly dataDir: string;
  readonly logFile: string;
  /** Of the postmaster; throws while it is stopped. */
  readonly pid: () => number;
  readonly running: () => boolean;
  /** Ends connections, writes everything out, leaves. */
  readonly stop: () => Promise<void>;
  /** SIGKILL to the postmaster; its backends notice and leave without writing anything more. */
  readonly kill: () => Promise<void>;
  /** Starts again on the same data and port, also after `kill`. */
  readonly start: () => Promise<void>;
  /** Stops it and deletes the cluster. */
  readonly discard: () => Promise<void>;
  /** Resolves when the current postmaster has gone. */
  readonly exited: () => Promise<unknown>;
}

/** Stops a server whose owner was killed, and keeps its cluster. @returns whether there was one */
export async function stopAbandonedPostgres(directory: string): Promise<boolean> {
  const dataDir = dataDirOf(directory);
  return dataDir !== undefined && stopLeftOver(join(dataDir, 'postmaster.pid'), dataDir, 'SIGINT');
}

/** Stops and deletes a cluster whose owner was killed. */
export async function discardAbandoned(directory: string): Promise<void> {
  const dataDir = dataDirOf(directory);
  if (dataDir === undefined) return;
  await stopAbandonedPostgres(directory);
  rmSync(dirname(dataDir), { recursive: true, force: true });
}

function dataDirOf(directory: string): string | undefined {
  const file = join(resolve(directory), dataDirFile);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/**
 * PostgreSQL 18 from npm on 127.0.0.1, as a child of this process. A server left over on the same data by a start
 * that was killed is stopped first.
 * @throws PortInUse
 * @throws Error with the end of the server's log when it does not come up within 60 s
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const directory = resolve(options.directory);
  const home = preparePostgresHome(directory, options.durability !== 'process');
  // The data may have had to go elsewhere; whoever clears up after a killed process finds it by this.
  writeFileSync(join(directory, dataDirFile), `${home.dataDir}\n`);
  const logFile = options.logFile ?? join(directory, 'postgres.log');
  const database = options.database ?? 'llwybr';
  const urlOf = (name: string): string =>
    `postgresql://${superuser}:${home.password}@127.0.0.1:${options.port}/${name}`;
  const adminUrl = urlOf('postgres');
  const settings = [
    // Only TCP on the loopback: socket paths have a short limit, and checkouts have long paths.
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=300',
    'timezone=UTC',
    'log_timezone=UTC',
    'log_min_duration_statement=1000',
    ...(options.durability === 'process' ? ['fsync=off', 'full_page_writes=off'] : []),
    ...(options.settings ?? []),
  ];
  let server: ServerProcess | undefined;

  const start = async (): Promise<void> => {
    if (server?.running() === true) return;
    mkdirSync(directory, { recursive: true });
    await stopLeftOver(join(home.dataDir, 'postmaster.pid'), home.dataDir, 'SIGINT');
    if (await portInUse(options.port)) throw new PortInUse(options.port, 'PostgreSQL');
    const giveUp = performance.now() + 60_000;
    for (;;) {
      const attempt = await startServerProcess({
        name: 'PostgreSQL',
        command: join(home.binaries, 'bin', 'postgres'),
        args: [
          ...['-D', home.dataDir, '-p', String(options.port)],
          ...settings.flatMap((setting) => ['-c', setting]),
        ],
        cwd: home.dataDir,
        env: serverEnvironment(),
        ...(home.user === undefined ? {} : { user: home.user }),
        logFile,
      });
      const up = await until(
        async () => !attempt.running() || (await accepts(adminUrl)),
        giveUp - performance.now(),
      );
      if (up && attempt.running()) {
        server = attempt;
        return;
      }
      const end = tailOf(logFile);
      await attempt.stop(['SIGQUIT'], 2_000);
      // The backends of a killed postmaster hold its shared memory for a moment.
      const held = /pre-existing shared memory block|lock file .* already exists/.test(end);
      if (!held || performance.now() > giveUp) throw new Error(`PostgreSQL did not start:\n${end}`);
      await until(() => false, 100);
    }
  };
  await start();
  try {
    await ensureDatabase(adminUrl, database);
  } catch (error) {
    await stopOne(server);
    throw error;
  }

  return {
    url: urlOf(database),
    adminUrl,
    port: options.port,
    dataDir: home.dataDir,
    logFile,
    start,
    pid: () => {
      if (server?.running() !== true) throw new Error('PostgreSQL is not running.');
      return server.pid;
    },
    running: () => server?.running() === true,
    stop: () => stopOne(server),
    kill: async () => {
      await server?.kill();
    },
    discard: async () => {
      await stopOne(server);
      rmSync(dirname(home.dataDir), { recursive: true, force: true });
    },
    exited: () => server?.exited ?? Promise.resolve(),
  };
}

async function stopOne(server: ServerProcess | undefined): Promise<void> {
  // SIGINT is the fast shutdown, SIGQUIT the one that recovers at the next start.
  await server?.stop(['SIGINT', 'SIGQUIT']);
}

async function accepts(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes the database unless it exists. */
export async function ensureDatabase(adminUrl: string, name: string, template?: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) {
      const from = template === undefined ? '' : ` template ${client.escapeIdentifier(template)}`;
      await client.query(`create database ${client.escapeIdentifier(name)}${from}`);
    }
  } finally {
    await client.end();
  }
}
