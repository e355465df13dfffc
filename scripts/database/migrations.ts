import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';

export const migrationsDirectory = resolve('prisma', 'migrations');

/** The number that Prisma's own engine locks by, so that the two never migrate one database at a time. */
const advisoryLock = 72_707_369;

/** As Prisma's engine makes it: whoever migrates with that later finds its own table. */
const historyTable = `
  create table if not exists _prisma_migrations (
    id varchar(36) primary key not null,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`;

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Refused because files and database tell different stories; nothing was changed. */
export class MigrationConflict extends Error {}

/**
 * Applies the migrations that the database does not have yet, in the order of their names, each in one transaction
 * with its row in `_prisma_migrations`: a file is in whole or not at all. Prisma's engine is not used, because it has
 * to be downloaded and cannot be everywhere.
 * @returns the names that were applied now
 * @throws MigrationConflict when an applied file has been edited or is missing, or an earlier one was left out
 * @throws Error naming the file whose SQL failed
 */
export async function applyMigrations(url: string, directory = migrationsDirectory): Promise<string[]> {
  const migrations = readMigrations(directory);
  const client = new pg.Client({ connectionString: url, application_name: 'llwybr-migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [advisoryLock]);
    await client.query(historyTable);
    const applied = await client.query<{ migration_name: string; checksum: string; finished: boolean }>(
      `select migration_name, checksum, finished_at is not null as finished
         from _prisma_migrations where rolled_back_at is null order by migration_name`,
    );
    checkHistory(migrations, applied.rows);
    const known = new Set(applied.rows.map(({ migration_name }) => migration_name));
    const pending = migrations.filter(({ name }) => !known.has(name));
    for (const migration of pending) await applyOne(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    // Ending the session gives the lock back as well.
    await client.end();
  }
}

function readMigrations(directory: string): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(directory, name, 'migration.sql'));
      return {
        name,
        sql: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      };
    });
}

function checkHistory(
  migrations: readonly Migration[],
  applied: readonly { migration_name: string; checksum: string; finished: boolean }[],
): void {
  const files = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { migration_name: name, checksum, finished } of applied) {
    const file = files.get(name);
    if (file === undefined) {
      throw new MigrationConflict(
        `The database has migration ${name}, which is not among the files: it belongs to a newer release.`,
      );
    }
    if (!finished)
      throw new MigrationConflict(`Migration ${name} was begun by another tool and did not finish.`);
    if (checksum !== file.checksum) {
      throw new MigrationConflict(
        `Migration ${name} was edited after it had been applied. Undo that, and write a new one.`,
      );
    }
  }
  const newest = applied.at(-1)?.migration_name;
  const known = new Set(applied.map(({ migration_name }) => migration_name));
  const late = migrations.find(({ name }) => newest !== undefined && name < newest && !known.has(name));
  if (late !== undefined) {
    throw new MigrationConflict(
      `Migration ${late.name} sorts before ${newest ?? ''}, which is applied. Give it a later name.`,
    );
  }
}

async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(
      `Migration ${migration.name} failed, and nothing of it was kept: ${describe(error, migration.sql)}`,
      {
        cause: error,
      },
    );
  }
}

function describe(error: unknown, sql: string): string {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? error.message : String(error);
  const line =
    error.position === undefined ? undefined : sql.slice(0, Number(error.position)).split('\n').length;
  return `${error.message}${line === undefined ? '' : ` (line ${line})`}`;
}
