import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answerFor } from '../../api/commands.ts';
import { createRunOnce } from '../../api/middleware/idempotency.ts';
import type { RunOnce } from '../../api/middleware/idempotency.ts';
import { Problem } from '../../api/problems.ts';
import type { Intent } from '../../api/route.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { pathwayById } from '../../store/pathways.ts';
import { requestByKey } from '../../store/requests.ts';
import { wholeForce } from '../../store/scope.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { openDiversion, prepareForce, testForce } from '../support/pathways.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let runOnce: RunOnce;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await db.pool.query(`insert into force (id, name, name_cy) values ('f', 'F', 'F')`);
  await prepareForce(db);
  runOnce = createRunOnce({ db, secret: Buffer.alloc(32, 7) });
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

function aRequest() {
  const caller = { userId: 'user-1', roles: [], organisationId: 'o', forceId: 'f' };
  return { caller, key: randomUUID(), address: 'POST /anywhere', bytes: Buffer.from('{}') };
}

test('a refusal that could not be kept is not given, since the same key may be taken later', async () => {
  const request = aRequest();
  const refusing = runOnce(request, async () => {
    await db.pool.query('alter table request rename to request_away');
    throw new Problem('conflict');
  });
  await expect(refusing).rejects.toMatchObject({ code: 'ledger-away', status: 503 });
  await db.pool.query('alter table request_away rename to request');
  await db.pool.query('update request set lease_until = clock_timestamp()');

  const taking = await runOnce(request, () => Promise.resolve({ status: 200, body: { taken: true } }));
  expect(taking).toMatchObject({ status: 200 });
  const repeat = runOnce(request, () => Promise.reject(new Problem('conflict')));
  expect(await repeat).toMatchObject({ status: 200, body: { taken: true } });
});

test('a repeat after an unknown outcome acts as of the time when the key first came', async () => {
  const request = aRequest();
  const seen: Intent[] = [];
  const unknown = runOnce(request, (intent) => {
    seen.push(intent);
    return Promise.reject(new Problem('outcome-unknown'));
  });
  await expect(unknown).rejects.toMatchObject({ status: 503 });
  const firstCame = '2026-09-02T08:00:00.000Z';
  await db.pool.query('update request set created_at = $2 where key = $1', [request.key, firstCame]);
  await runOnce(request, (intent) => {
    seen.push(intent);
    return Promise.resolve({ status: 200, body: {} });
  });
  const { caller, key } = request;
  const row = await requestByKey(db, { forceId: caller.forceId, caller: caller.userId, key });
  expect(seen.map(({ requestId }) => requestId)).toEqual([row?.commandId, row?.commandId]);
  expect(seen.map(({ repeated }) => repeated)).toEqual([false, true]);
  expect(seen[1]?.receivedAt).toBe(firstCame);
});

test('the refusal of a request that was overtaken does not stand for the one that was taken', async () => {
  const request = aRequest();
  let refuse: () => void = () => undefined;
  const overtaken = runOnce(request, async () => {
    await new Promise<void>((resolve) => {
      refuse = resolve;
    });
    throw new Problem('wrong-stage');
  });
  await eventually(async () => {
    const { rowCount } = await db.pool.query(
      'update request set lease_until = clock_timestamp() where key = $1',
      [request.key],
    );
    expect(rowCount).toBe(1);
  });
  const taking = runOnce(request, async ({ repeated }) => {
    expect(repeated).toBe(true);
    // While this one is recorded, the slow one keeps its refusal.
    refuse();
    expect(await overtaken).toMatchObject({ status: 409 });
    return { status: 200, body: { taken: true } };
  });
  expect(await taking).toMatchObject({ status: 200, body: { taken: true } });
  const repeat = runOnce(request, () => Promise.reject(new Problem('conflict')));
  expect(await repeat).toMatchObject({ status: 200, body: { taken: true } });
});

test('a booking that is recorded is not answered by halves while the ledger is away: a repeat finds the whole', async () => {
  const { pathwayId } = await openDiversion(db);
  const row = await pathwayById(db, wholeForce(testForce), pathwayId);
  if (row === null) throw new Error('No pathway');
  const nowhere = openDatabase('postgresql://llwybr@127.0.0.1:1/llwybr');
  const booked = {
    ...{ pathwayId, commandId: randomUUID(), seq: 2, stage: 'appointment-booked' },
    events: [{ seq: 2, type: 'appointment-booked' }],
  };
  const caller = {
    ...{ userId: 'user-1', roles: ['ProviderWorker' as const], organisationId: 'ddas', forceId: testForce },
  };
  await expect(answerFor(nowhere, caller, row, booked)).rejects.toMatchObject({
    ...{ code: 'outcome-unknown', status: 503, parts: { retryAfter: 2 } },
  });
  await nowhere.close();
});
