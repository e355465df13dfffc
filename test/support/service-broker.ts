import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join, resolve } from 'node:path';
import { asAdmin } from '../../scripts/database/scratch-database.ts';
import { applyMigrations } from '../../scripts/database/migrations.ts';
import { freePort } from '../../scripts/services/ports.ts';
import {
  discardAbandoned,
  ensureDatabase,
  startPostgres,
  type PostgresServer,
} from '../../scripts/services/postgres.ts';
import { commandLine, pidIn } from '../../scripts/services/server-process.ts';
import {
  startTemporal,
  stopAbandonedTemporal,
  stopTemporalsWithoutStore,
  type TemporalServer,
} from '../../scripts/services/temporal.ts';
import { templateDatabase } from './services.ts';

/** Databases of single suites begin so; one that is still there when all tests have ended was leaked. */
export const suiteDatabasePrefix = 'llwybr_test';

export interface TestServices {
  /** Starts it on the first call, with the migrated template. */
  readonly postgres: () => Promise<PostgresServer>;
  readonly temporal: () => Promise<TemporalServer>;
  /** Stops and deletes what was started. @returns the databases that suites left behind */
  readonly end: () => Promise<string[]>;
}

/** Servers for tests, in directories and on ports of their own, so that a running `npm start` is not disturbed. */
export function testServices(root = resolve('.llwybr-test')): TestServices {
  mkdirSync(root, { recursive: true });
  const directory = mkdtempSync(join(root, runPrefix));
  // As root the server runs as another user, who has to get in.
  chmodSync(directory, 0o755);
  writeFileSync(join(directory, ownerFile), `${process.pid}\n`);
  let postgres: Promise<PostgresServer> | undefined;
  let temporal: Promise<TemporalServer> | undefined;
  return {
    postgres: () => (postgres ??= startTestPostgres(join(directory, 'postgres'))),
    temporal: () =>
      (temporal ??= freePort().then((port) =>
        startTemporal({ directory: join(directory, 'temporal'), port }),
      )),
    end: async () => {
      const database = await postgres?.catch(() => undefined);
      const leaked = database === undefined ? [] : await suiteDatabases(database.adminUrl);
      await Promise.all([database?.discard(), (await temporal?.catch(() => undefined))?.discard()]);
      rmSync(directory, { recursive: true, force: true });
      return leaked;
    },
  };
}

const runPrefix = 'run-';
const ownerFile = 'owner.pid';

/** Clears up after runs that were killed; those of processes that are still alive are left alone. */
export async function clearAbandonedRuns(root = resolve('.llwybr-test')): Promise<void> {
  const names = existsSync(root) ? readdirSync(root).filter((name) => name.startsWith(runPrefix)) : [];
  for (const directory of names.map((name) => join(root, name))) {
    const owner = pidIn(join(directory, ownerFile));
    if (owner === undefined || commandLine(owner) !== undefined) continue;
    await stopAbandonedTemporal(join(directory, 'temporal'));
    await discardAbandoned(join(directory, 'postgres'));
    rmSync(directory, { recursive: true, force: true });
  }
  // PostgreSQL ends by itself within a minute when its data are gone; Temporal would stay for ever.
  await stopTemporalsWithoutStore(root);
}

async function startTestPostgres(directory: string): Promise<PostgresServer> {
  const server = await startPostgres({ directory, port: await freePort(), durability: 'process' });
  await ensureDatabase(server.adminUrl, templateDatabase);
  const url = new URL(server.adminUrl);
  url.pathname = `/${templateDatabase}`;
  await applyMigrations(url.href);
  return server;
}

export function suiteDatabases(adminUrl: string): Promise<string[]> {
  return asAdmin(adminUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1) order by datname',
      [suiteDatabasePrefix],
    );
    return rows.map(({ datname }) => datname);
  });
}

export interface Broker {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Answers the address of a service over http on the loopback, starting the service at the first question. */
export async function startBroker(services: TestServices): Promise<Broker> {
  const address = async (path: string | undefined): Promise<string | undefined> => {
    if (path === '/postgres') return (await services.postgres()).adminUrl;
    if (path === '/temporal') return (await services.temporal()).address;
    return undefined;
  };
  const server: Server = createServer((request, response) => {
    address(request.url).then(
      (text) => response.writeHead(text === undefined ? 404 : 200, { connection: 'close' }).end(text),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : 'failed'),
    );
  });
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
