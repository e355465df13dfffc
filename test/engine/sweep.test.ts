import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { RunAddress } from '../../platform/pathway-runs.ts';
import { createLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { pathwayById } from '../../store/pathways.ts';
import { factsOf, findFact, recordFact } from '../../store/person-facts.ts';
import { recordReply } from '../../store/replies.ts';
import { beginRequest } from '../../store/requests.ts';
import { wholeForce } from '../../store/scope.ts';
import { Sweep } from '../../workers/sweep.ts';
import type { RunView } from '../../workflows/contract/envelope.ts';
import { pathwayWorkflowId, viewQuery } from '../../workflows/contract/temporal.ts';
import type { Duration } from '../../workflows/domain/common/duration.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { diversion } from '../../workflows/domain/diversion/kind.ts';
import { createTestDatabase } from '../support/database.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { actor, command, now, openDiversion, prepareForce, testForce } from '../support/pathways.ts';
import { recordUnheard } from '../support/unheard.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let engine: TestEngine;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  engine = await startEngine({
    db,
  });
}, 60_000);

afterAll(async () => {
  await engine.close();
  await db.close();
  await database.drop();
});

const metrics = createMetrics({ process: 'worker', build: 'test' });

function aSweep(parts: { readonly batch?: number; readonly client?: Client } = {}): Sweep {
  return new Sweep({
    db,
    client: engine.client,
    ...parts,
    log: createLog({ level: 'silent', process: 'worker', build: 'test' }),
    metrics,
  });
}

/** As a database that was restored from before the pathway was opened. */
async function lose(pathwayId: string): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query('delete from event where pathway_id = $1', [pathwayId]);
    await client.query('delete from pathway where id = $1', [pathwayId]);
  } finally {
    await client.query('set session_replication_role = origin');
    client.release();
  }
}

const runOf = ({ pathwayId }: RunAddress) => engine.client.workflow.getHandle(pathwayWorkflowId(pathwayId));

const seconds = (count: number): Duration => ({ unit: 'seconds', count });

function viewOf(address: RunAddress): Promise<RunView> {
  return runOf(address).query(viewQuery);
}

async function eventTypes({ pathwayId }: RunAddress): Promise<string[]> {
  return (await readEvents(db, wholeForce(testForce), pathwayId)).map(({ type }) => type);
}

async function isRunning(address: RunAddress): Promise<boolean> {
  return (await runOf(address).describe()).status.name === 'RUNNING';
}

async function listed(): Promise<string[]> {
  const ids: string[] = [];
  const query = "ExecutionStatus = 'Running'";
  for await (const { workflowId } of engine.client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

test('a run that is missing is found though another one is too many, and that one is told of and left alone', async () => {
  const [missing, lost] = [await openDiversion(db), await openDiversion(db)];
  await aSweep().once();
  await eventually(async () => {
    const names = [missing, lost].map(({ pathwayId }) => pathwayWorkflowId(pathwayId));
    expect(await listed()).toEqual(expect.arrayContaining(names));
    expect((await viewOf(lost)).caughtUp).toBe(true);
  });
  await lose(lost.pathwayId);
  await runOf(missing).terminate('test');
  await eventually(async () => {
    expect(await listed()).not.toContain(pathwayWorkflowId(missing.pathwayId));
  });
  const { historyLength } = await runOf(lost).describe();

  const { restarted } = await aSweep().once();
  expect(restarted).toBe(1);
  expect(await isRunning(missing)).toBe(true);
  expect((await metrics.lostRuns.get()).values.map(({ value }) => value)).toEqual([1]);
  expect(await isRunning(lost)).toBe(true);
  expect((await runOf(lost).describe()).historyLength).toBe(historyLength);
  await runOf(lost).terminate('test');
}, 60_000);

test('keys that have expired are cleared away', async () => {
  const request = { forceId: testForce, caller: 'u-1', key: 'an-old-key', route: 'POST /x', bodyHash: 'h' };
  await beginRequest(db, request, { keepSeconds: 0 });
  await beginRequest(db, { ...request, key: 'a-new-key' });
  await aSweep().once();
  const { rows } = await db.pool.query('select key from request order by key');
  expect(rows).toEqual([{ key: 'a-new-key' }]);
});

describe('a live run that has not heard what the ledger holds', () => {
  test('is woken for a clock that it does not know of', async () => {
    const pathway = await openDiversion(db, {
      policy: { feedback: { ask: seconds(1), escalate: seconds(600) } },
    });
    await aSweep().once();
    await eventually(async () => {
      expect((await viewOf(pathway)).caughtUp).toBe(true);
    });
    const [startsAt, endsAt] = [toInstant(Date.now() + 300), toInstant(Date.now() + 600)];
    const appointment = { startsAt, endsAt, placeCode: 'place', kind: 'assessment' };
    await recordUnheard(db, diversion, pathway, command('book-appointment', 'ProviderWorker', appointment));
    const sweep = aSweep();
    await eventually(async () => {
      await sweep.once();
      expect(await eventTypes(pathway)).toContain('deadline-passed');
    }, 30_000);
  }, 60_000);

  test('is woken to end when the ledger says that it has ended', async () => {
    const pathway = await openDiversion(db);
    await aSweep().once();
    await eventually(async () => {
      expect((await viewOf(pathway)).caughtUp).toBe(true);
    });
    const voided = command('close-pathway', 'ProviderWorker', { reason: 'entered-in-error' });
    await recordUnheard(db, diversion, pathway, voided);
    expect((await pathwayById(db, wholeForce(testForce), pathway.pathwayId))?.needsRun).toBe(false);
    await eventually(async () => {
      await aSweep().once();
      expect(await isRunning(pathway)).toBe(false);
    }, 30_000);
  }, 60_000);
});

test('overdue pathways beyond one turn have theirs, however long the first ones stay overdue', async () => {
  const pathways = [await openDiversion(db), await openDiversion(db), await openDiversion(db)];
  await aSweep().once();
  const sweep = aSweep({ batch: 1 });
  // The names are compared now and not again within this test.
  await sweep.once();
  for (const [index, pathway] of pathways.entries()) {
    await runOf(pathway).terminate('test');
    // The run knows of no such clock, so it stays overdue.
    const due = `2001-01-0${String(index + 1)}T00:00:00Z`;
    await db.pool.query('update pathway set next_due_at = $2 where id = $1', [pathway.pathwayId, due]);
  }
  for (let turn = 0; turn < pathways.length; turn += 1) await sweep.once();
  expect(await Promise.all(pathways.map(isRunning))).toEqual([true, true, true]);
  expect((await sweep.once()).restarted).toBe(0);
}, 60_000);

test('pathways that cannot be started hold up no other one and no safety fact', async () => {
  // Temporal takes no search attribute of this length, today or ever: its force can have no run.
  const endless = 'f'.repeat(5_000);
  // As many as the sweep takes at once.
  const poisoned = await Promise.all(Array.from({ length: 10 }, () => openDiversion(db)));
  await db.pool.query(`insert into force (id, name, name_cy) values ($1, 'F', 'F')`, [endless]);
  const { rowCount } = await db.pool.query(
    `with policy as (
       insert into policy select $1, policy_id, version, duty, programme, valid_from, demo, body, recorded_at
         from policy where force_id = $2 on conflict do nothing returning 1
     ), person as (
       insert into person select (jsonb_populate_record(person, jsonb_build_object('force_id', $1::text))).*
         from person where force_id = $2 and id = any ($3::uuid[]) returning 1
     )
     insert into pathway select (jsonb_populate_record(pathway, jsonb_build_object('force_id', $1::text))).*
       from pathway where force_id = $2 and id = any ($4::uuid[])`,
    [
      endless,
      testForce,
      poisoned.map(({ personId }) => personId),
      poisoned.map(({ pathwayId }) => pathwayId),
    ],
  );
  expect(rowCount).toBe(10);
  await db.pool.query(`update pathway set created_at = '2000-01-01' where force_id = $1`, [endless]);

  const pathway = await openDiversion(db);
  const fact = await recordFact(db, {
    ...{ forceId: testForce, requestId: randomUUID(), occurredAt: now(), reason: null },
    ...{ actor: actor('PoliceOfficer'), kind: 'death', personId: pathway.personId },
  });
  if (fact === null) throw new Error('The fact was not recorded');

  await expect(aSweep().once()).rejects.toThrow();

  await eventually(async () => {
    const row = await pathwayById(db, wholeForce(testForce), pathway.pathwayId);
    expect(row?.runConfirmedAt).not.toBeNull();
    expect((await findFact(db, testForce, fact.fact.factId))?.carriedAt).not.toBeNull();
  });
  const events = await readEvents(db, wholeForce(testForce), pathway.pathwayId);
  expect(events.map(({ commandId }) => commandId)).toContain(`fact:${fact.fact.factId}`);
}, 60_000);

test('while the engine cannot be asked, what needs only PostgreSQL is done all the same', async () => {
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  await connection.close();
  const key = { forceId: testForce, caller: 'u-1', key: 'left-behind', route: 'POST /x', bodyHash: 'h' };
  await beginRequest(db, key, { keepSeconds: 0 });
  await expect(aSweep({ client: new Client({ connection }) }).once()).rejects.toThrow();
  const { rows } = await db.pool.query("select from request where key = 'left-behind'");
  expect(rows).toEqual([]);
});

test('M242: a STOP that nobody went on with binds while the engine cannot be asked', async () => {
  const { personId } = await openDiversion(db);
  const text = { from: '+447700900123', words: 'STOP', meaning: 'stop', callToday: false } as const;
  await recordReply(db, { forceId: testForce, gatewayId: randomUUID(), receivedAt: now(), ...text });
  expect(await factsOf(db, testForce, personId)).toEqual([]);
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  await connection.close();
  await expect(aSweep({ client: new Client({ connection }) }).once()).rejects.toThrow();
  expect((await factsOf(db, testForce, personId)).map(({ kind }) => kind)).toEqual(['stop-texts']);
});
