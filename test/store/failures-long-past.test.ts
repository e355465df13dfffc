import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { uncarriedFailures } from '../../store/reported-failures.ts';
import { anAppointment, planMessage } from '../support/delivery.ts';
import { openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

const fromNow = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

/** As an older build left it, and the migration that began to tell of failures marked it. */
async function failed(startsAt: string, expiresAt: string): Promise<string> {
  const { intentId } = await planMessage(store.db, {
    intent: { notBefore: '2026-03-02T09:00:00.000Z', expiresAt },
    appointment: anAppointment({ startsAt }),
  });
  await store.db.pool.query(
    `update message set status = 'failed', gateway_id = id::text, settled_at = now(), failure_reported_at = now()
      where id = $1`,
    [intentId],
  );
  return intentId;
}

test('an upgrade tells of no text about what is past, and of every other one that failed', async () => {
  await failed(fromNow(-2_000), fromNow(-2_000));
  await failed(fromNow(-1), fromNow(5));
  await failed(fromNow(5), fromNow(-1));
  const ahead = await failed(fromNow(5), fromNow(5));
  expect(await uncarriedFailures(store.db, 10)).toHaveLength(4);
  const path = '../../prisma/migrations/20261123104100_failures_long_past/migration.sql';
  await store.db.pool.query(readFileSync(new URL(path, import.meta.url), 'utf8'));
  const left = await uncarriedFailures(store.db, 10);
  expect(left.map(({ intentId }) => intentId)).toEqual([ahead]);
});
