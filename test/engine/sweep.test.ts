import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { createLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { pathwayById } from '../../store/pathways.ts';
import { findFact, recordFact } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import { Sweep } from '../../workers/sweep.ts';
import { createTestDatabase } from '../support/database.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { actor, now, openDiversion, prepareForce, testForce } from '../support/pathways.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let engine: TestEngine;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  engine = await startEngine({
    db,
    messages: {
      deliverMessage: () => Promise.reject(ApplicationFailure.nonRetryable('no message is expected here')),
    },
  });
}, 60_000);

afterAll(async () => {
  await engine.close();
  await db.close();
  await database.drop();
});

function aSweep(): Sweep {
  return new Sweep({
    db,
    client: engine.client,
    log: createLog({ level: 'silent', process: 'worker', build: 'test' }),
    metrics: createMetrics({ process: 'worker', build: 'test' }),
  });
}

test('a pathway that cannot be started holds up no other one and no safety fact', async () => {
  // Temporal takes no search attribute of this length, today or ever: its force can have no run.
  const endless = 'f'.repeat(5_000);
  const poisoned = await openDiversion(db);
  await db.pool.query(`insert into force (id, name, name_cy) values ($1, 'F', 'F')`, [endless]);
  const { rowCount } = await db.pool.query(
    `with policy as (
       insert into policy select $1, policy_id, version, duty, programme, valid_from, demo, body, recorded_at
         from policy where force_id = $2 on conflict do nothing returning 1
     ), person as (
       insert into person select (jsonb_populate_record(person, jsonb_build_object('force_id', $1::text))).*
         from person where force_id = $2 and id = $3 returning 1
     )
     insert into pathway select (jsonb_populate_record(pathway, jsonb_build_object('force_id', $1::text))).*
       from pathway where force_id = $2 and id = $4`,
    [endless, testForce, poisoned.personId, poisoned.pathwayId],
  );
  expect(rowCount).toBe(1);
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
