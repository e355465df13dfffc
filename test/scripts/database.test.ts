import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { applyMigrations, MigrationConflict } from '../../scripts/database/migrations.ts';
import {
  asAdmin,
  createScratchDatabase,
  type ScratchDatabase,
} from '../../scripts/database/scratch-database.ts';
import { suiteDatabasePrefix } from '../support/service-broker.ts';
import { testPostgresUrl } from '../support/services.ts';

let files: string;
let database: ScratchDatabase | undefined;

beforeEach(() => {
  files = mkdtempSync(join(tmpdir(), 'llwybr-migrations-'));
});
afterEach(async () => {
  rmSync(files, { recursive: true, force: true });
  await database?.drop();
  database = undefined;
});

function migration(name: string, sql: string): void {
  mkdirSync(join(files, name), { recursive: true });
  writeFileSync(join(files, name, 'migration.sql'), sql);
}

async function emptyDatabase(): Promise<string> {
  database = await createScratchDatabase(await testPostgresUrl(), suiteDatabasePrefix);
  return database.url;
}

const tables = (url: string): Promise<string[]> =>
  asAdmin(url, async (client) => {
    const { rows } = await client.query<{ tablename: string }>(
      `select tablename from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations' order by 1`,
    );
    return rows.map(({ tablename }) => tablename);
  });

describe('migrations', () => {
  it('are applied once, in the order of their names, and a function body with semicolons stays whole', async () => {
    const url = await emptyDatabase();
    migration('2_second', 'insert into visit values (later()); create table two ();');
    migration(
      '1_first',
      'create table visit (n int); create function later() returns int language plpgsql as $$ begin perform 1; return 2; end $$;',
    );
    expect(await applyMigrations(url, files)).toEqual(['1_first', '2_second']);
    expect(await applyMigrations(url, files)).toEqual([]);
    expect(await tables(url)).toEqual(['two', 'visit']);
  });

  it('keep nothing of a file that fails, and say its name and line', async () => {
    const url = await emptyDatabase();
    migration('1_bad', 'create table half ();\ncreate table whole (n nonsense);');
    await expect(applyMigrations(url, files)).rejects.toThrow(/1_bad failed.*nonsense.*\(line 2\)/);
    expect(await tables(url)).toEqual([]);
  });

  it('are applied by one of two processes that start together', async () => {
    const url = await emptyDatabase();
    migration('1_one', 'select pg_sleep(0.1); create table one ();');
    const both = await Promise.all([applyMigrations(url, files), applyMigrations(url, files)]);
    expect(both.map(({ length }) => length).sort()).toEqual([0, 1]);
  });

  it.each([
    ['was edited', () => migration('2_b', 'create table b (n int);')],
    ['is missing', () => rmSync(join(files, '2_b'), { recursive: true })],
    ['sorts before one that is applied', () => migration('1_a', 'create table a ();')],
  ])('are refused whole when a file %s', async (_what, change) => {
    const url = await emptyDatabase();
    migration('2_b', 'create table b ();');
    await applyMigrations(url, files);
    change();
    migration('3_c', 'create table c ();');
    await expect(applyMigrations(url, files)).rejects.toThrow(MigrationConflict);
    expect(await tables(url)).toEqual(['b']);
  });
});

describe('the drift check', () => {
  const run = promisify(execFile);
  const drift = async (schema: string): Promise<{ code: number; output: string }> => {
    const env = { ...process.env, DATABASE_URL: await testPostgresUrl() };
    const args = ['--import', 'tsx', 'scripts/database/drift.ts', schema];
    return run(process.execPath, args, { env }).then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      (error: unknown) => {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
        return { code, output: stdout + stderr };
      },
    );
  };

  it('names what only the schema has and what only the migrations have, and exits with 2', async () => {
    const schema = readFileSync(resolve('prisma', 'schema.prisma'), 'utf8');
    const changed = join(files, 'schema.prisma');
    const column = /^ +nameCy .*\n/m;
    expect(schema).toMatch(column);
    writeFileSync(changed, `${schema.replace(column, '')}\nmodel ExtraTable {\n  id String @id\n}\n`);
    const { code, output } = await drift(changed);
    expect(output).toContain('ExtraTable');
    expect(output).toContain('name_cy');
    expect(code).toBe(2);
  });
});
