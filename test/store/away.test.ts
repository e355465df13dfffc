import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { isDatabaseAway } from '../../store/away.ts';
import { openDatabase } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { personById } from '../../store/persons.ts';
import { wholeForce } from '../../store/scope.ts';
import { force, openStore, testFields } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;
const scope = wholeForce(force);
const anId = '00000000-0000-4000-8000-000000000001';

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

test.each([
  ['typed queries', () => personById(store.db, scope, anId)],
  ['prepared statements', () => readEvents(store.db, scope, anId)],
])(
  'a connection that is cut under %s is a database that is away',
  async (_, ask) => {
    const killer = new pg.Client({ connectionString: store.url });
    await killer.connect();
    const errors: unknown[] = [];
    const giveUp = Date.now() + 20_000;
    while (errors.length < 5 && Date.now() < giveUp) {
      const asked = Array.from({ length: 20 }, () => ask().catch((error: unknown) => errors.push(error)));
      await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
      );
      await Promise.all(asked);
    }
    await killer.end();
    expect(errors.length).toBeGreaterThanOrEqual(5);
    expect(errors.filter((error) => !isDatabaseAway(error))).toEqual([]);
  },
  30_000,
);

test.each([
  ['typed queries', (db: StoreUnderTest['db']) => personById(db, scope, anId)],
  ['prepared statements', (db: StoreUnderTest['db']) => readEvents(db, scope, anId)],
])('nobody at the address is a database that is away, for %s', async (_, ask) => {
  const nowhere = openDatabase('postgresql://llwybr@127.0.0.1:1/llwybr', { fields: testFields });
  await expect(ask(nowhere).catch((error: unknown) => isDatabaseAway(error))).resolves.toBe(true);
  await nowhere.close();
});

test('a statement that is wrong, or data that is refused, is no database that is away', async () => {
  const wrong: unknown = await store.db.pool
    .query('select nothing from nowhere')
    .catch((error: unknown) => error);
  const refused: unknown = await store.db.prisma.force
    .create({ data: { id: force, name: 'x', nameCy: 'x' } })
    .catch((error: unknown) => error);
  expect([wrong, refused].map(isDatabaseAway)).toEqual([false, false]);
  expect([wrong, refused].every((error) => error instanceof Error)).toBe(true);
});

test('a transaction that gets no connection in time is a database that is away', async () => {
  const db = openDatabase(store.url, { max: 1, fields: testFields });
  const held = await db.pool.connect();
  const counted = db.prisma.$transaction([db.prisma.force.count(), db.prisma.person.count()]);
  await expect(counted.catch((error: unknown) => isDatabaseAway(error))).resolves.toBe(true);
  held.release();
  await db.close();
}, 30_000);
