import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { startCarryFact } from '../../platform/pathway-runs.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { findCommand } from '../../store/ledger.ts';
import { findFact, recordFact } from '../../store/person-facts.ts';
import { appendRejectedType } from '../../workflows/contract/activities.ts';
import { internalErrorCommandId } from '../../workflows/domain/common/command.ts';
import { createTestDatabase } from '../support/database.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { actor, now, openDiversion, prepareForce, testForce } from '../support/pathways.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let engine: TestEngine;
/** A pathway whose ledger takes no fact yet. */
let broken: string | undefined;
/** The fact whose first carrying is heard of no more, as when its worker was killed; called, it ends at last. */
let lost: { readonly factId: string; end: () => void } | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  engine = await startEngine({
    db,
    wrapLedger: (real) => ({
      append: (input) =>
        input.pathwayId === broken && input.entry?.commandId.startsWith('fact:') === true
          ? Promise.reject(ApplicationFailure.create({ type: appendRejectedType, nonRetryable: true }))
          : real.append(input),
    }),
    wrapFacts: (real) => ({
      carryFact: (input) =>
        input.factId === lost?.factId && activityInfo().attempt === 1
          ? new Promise((resolve) => {
              if (lost !== undefined)
                lost.end = () => {
                  resolve({ pathways: 0 });
                };
            })
          : real.carryFact(input),
    }),
  });
}, 60_000);

afterAll(async () => {
  await engine.close();
  await db.close();
  await database.drop();
});

test('a carrying whose worker died is missed and done again within seconds', async () => {
  const { personId, pathwayId } = await openDiversion(db);
  const recorded = await recordFact(db, {
    ...{ forceId: testForce, requestId: randomUUID(), occurredAt: now(), reason: null },
    ...{ actor: actor('PoliceOfficer'), kind: 'custody', personId },
  });
  if (recorded === null) throw new Error('The fact was not recorded');
  const { factId } = recorded.fact;
  lost = { factId, end: () => undefined };
  await startCarryFact(engine.client, { forceId: testForce, factId });
  try {
    await eventually(async () => {
      expect(await findCommand(db, testForce, pathwayId, `fact:${factId}`)).toHaveLength(1);
    }, 25_000);
  } finally {
    lost.end();
  }
}, 30_000);

test('a pathway that fails keeps a death from none of the others, and hears of it once it is mended', async () => {
  const first = await openDiversion(db, { receivedAt: '2026-09-01T10:00:00.000Z' });
  const second = await openDiversion(db);
  await db.pool.query('update pathway set person_id = $1 where id = $2', [first.personId, second.pathwayId]);
  broken = first.pathwayId;
  const recorded = await recordFact(db, {
    ...{ forceId: testForce, requestId: randomUUID(), occurredAt: now(), reason: null },
    ...{ actor: actor('PoliceOfficer'), kind: 'death', personId: first.personId },
  });
  if (recorded === null) throw new Error('The fact was not recorded');
  const { factId } = recorded.fact;
  const toldOf = async (pathwayId: string) =>
    (await findCommand(db, testForce, pathwayId, `fact:${factId}`)).length > 0;

  await startCarryFact(engine.client, { forceId: testForce, factId });
  await eventually(async () => {
    expect(await toldOf(second.pathwayId)).toBe(true);
    const failed = await findCommand(
      db,
      testForce,
      first.pathwayId,
      internalErrorCommandId(`fact:${factId}`),
    );
    expect(failed).toHaveLength(1);
  });
  expect(await toldOf(first.pathwayId)).toBe(false);
  expect((await findFact(db, testForce, factId))?.carriedAt).toBeNull();

  broken = undefined;
  // The pauses between tries have grown meanwhile, up to half a minute.
  await eventually(async () => {
    expect((await findFact(db, testForce, factId))?.carriedAt).not.toBeNull();
  }, 45_000);
  expect(await toldOf(first.pathwayId)).toBe(true);
}, 90_000);
