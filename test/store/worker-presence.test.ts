import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { isWorkerPresent, showPresence } from '../../store/worker-presence.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let workers: Database;
let api: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  workers = openDatabase(database.url, { max: 5, applicationName: 'workers' });
  api = openDatabase(database.url, { max: 2, applicationName: 'api' });
});

afterAll(async () => {
  await workers.close();
  await api.close();
  await database.drop();
});

async function presence(expected: boolean): Promise<void> {
  await eventually(async () => {
    expect(await isWorkerPresent(api)).toBe(expected);
  });
}

test('a worker is present as long as one of them shows it', async () => {
  const [one, two] = [new AbortController(), new AbortController()];
  await presence(false);
  const shown = [showPresence(workers, one.signal), showPresence(workers, two.signal)];
  await presence(true);
  await eventually(async () => {
    const { rows } = await api.pool.query(`select from pg_locks where locktype = 'advisory' and granted`);
    expect(rows).toHaveLength(2);
  });
  one.abort();
  await shown[0];
  expect(await isWorkerPresent(api)).toBe(true);
  two.abort();
  await shown[1];
  await presence(false);
});

test('a worker that loses its connection shows itself again', async () => {
  const stop = new AbortController();
  const shown = showPresence(workers, stop.signal);
  await presence(true);
  const { rows } = await api.pool.query<{ pid: number }>(
    `select pid from pg_locks where locktype = 'advisory' and granted`,
  );
  await api.pool.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
  expect(await isWorkerPresent(api)).toBe(false);
  await presence(true);
  stop.abort();
  await shown;
});

test('a worker of another database is not seen', async () => {
  const other = await createTestDatabase();
  const elsewhere = openDatabase(other.url, { max: 2, applicationName: 'workers' });
  const stop = new AbortController();
  const shown = showPresence(elsewhere, stop.signal);
  try {
    await eventually(async () => {
      expect(await isWorkerPresent(elsewhere)).toBe(true);
    });
    expect(await isWorkerPresent(api)).toBe(false);
  } finally {
    stop.abort();
    await shown;
    await elsewhere.close();
    await other.drop();
  }
});
