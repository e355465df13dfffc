import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { refusalOf, sendCommand, type RunAddress } from '../../platform/pathway-runs.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { readEvents, verifyChain } from '../../store/ledger.ts';
import { wholeForce } from '../../store/scope.ts';
import type { RunView } from '../../workflows/contract/envelope.ts';
import {
  messageNames,
  pathwayWorkflowId,
  pathwayWorkflowType,
  taskQueues,
  viewQuery,
} from '../../workflows/contract/temporal.ts';
import { diversion } from '../../workflows/domain/diversion/kind.ts';
import type { DiversionState } from '../../workflows/domain/diversion/state.ts';
import { createTestDatabase } from '../support/database.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { command, openDiversion, prepareForce, testForce } from '../support/pathways.ts';

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

const attempt = () =>
  command('record-contact-attempt', 'ProviderWorker', {
    channel: 'phone',
    result: 'no-answer',
    by: 'person',
  });

const runOf = (pathwayId: string) => engine.client.workflow.getHandle(pathwayWorkflowId(pathwayId));

/** Starts the run and sends it anything, as a client that is not ours could. */
async function sendAny(address: RunAddress, given: unknown): Promise<unknown> {
  const { forceId, pathwayId, kind } = address;
  const startWorkflowOperation = new WithStartWorkflowOperation(pathwayWorkflowType(kind), {
    ...{ taskQueue: taskQueues.pathways, workflowId: pathwayWorkflowId(pathwayId) },
    ...{ args: [{ forceId, pathwayId }], workflowIdConflictPolicy: 'USE_EXISTING' as const },
  });
  startWorkflowOperation.workflowHandle().catch(() => undefined);
  return engine.client.withDeadline(Date.now() + 15_000, () =>
    engine.client.workflow.executeUpdateWithStart(messageNames.command, {
      args: [given],
      startWorkflowOperation,
    }),
  );
}

/** As a restore of a backup would: no trigger is asked. */
async function putBack(
  ...statements: readonly (readonly [text: string, values: unknown[]])[]
): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (const [text, values] of statements) await client.query(text, values);
  } finally {
    await client.query('set session_replication_role = origin');
    client.release();
  }
}

test.each([
  ['null', null],
  ['an empty object', {}],
  ['a text', 'x'],
  ['an id that is no text', { ...attempt(), commandId: 5 }],
  ['nobody', { ...attempt(), actor: null }],
  ['somebody of another force', { ...attempt(), actor: { ...attempt().actor, forceId: 'another' } }],
])('a forged command (%s) neither ends nor blocks a run, also before it has caught up', async (_, forged) => {
  const pathway = await openDiversion(db);
  // As the first that a run hears of, it passes every check that needs the state.
  await expect(sendAny(pathway, forged)).rejects.toThrow();
  await sendCommand(engine.client, pathway, attempt(), 15_000);
  await expect(sendAny(pathway, forged)).rejects.toThrow();
  const { events } = await sendCommand(engine.client, pathway, attempt(), 15_000);
  expect(events.map(({ type }) => type)).toEqual(['contact-attempted']);
});

test('a run whose ledger was put back forgets what it knew, and one whose pathway is lost rests', async () => {
  const pathway = await openDiversion(db);
  const { pathwayId } = pathway;
  for (let sent = 0; sent < 4; sent += 1) await sendCommand(engine.client, pathway, attempt(), 15_000);
  const before = await readEvents(db, wholeForce(testForce), pathwayId);
  await putBack(
    ['delete from event where pathway_id = $1 and seq > 2', [pathwayId]],
    [
      `update pathway set head_seq = 2, head_hash = (select hash from event where pathway_id = $1 and seq = 2)
        where id = $1`,
      [pathwayId],
    ],
  );
  const answer = await sendCommand(engine.client, pathway, attempt(), 15_000);
  expect(answer.seq).toBeLessThan(before.length);
  const after = await readEvents(db, wholeForce(testForce), pathwayId);
  const fold = after.reduce<DiversionState | undefined>(
    (state, { recordedAt: _recordedAt, ...event }) => diversion.evolve(state, event),
    undefined,
  );
  const view: RunView = await runOf(pathwayId).query(viewQuery);
  expect(view.state).toEqual(JSON.parse(JSON.stringify(fold)));
  expect(await verifyChain(db, testForce, pathwayId)).toEqual({ ok: true });

  await putBack(
    ['delete from event where pathway_id = $1', [pathwayId]],
    ['delete from pathway where id = $1', [pathwayId]],
  );
  const refused = await sendCommand(engine.client, pathway, attempt(), 15_000).catch(refusalOf);
  expect(refused).toMatchObject({ code: 'internal-error' });
  // What it still had to try is over with the answer to this query; nothing is tried again and again.
  const { inbox } = await runOf(pathwayId).query(viewQuery);
  expect(inbox).toBe(0);
  const { historyLength } = await runOf(pathwayId).describe();
  expect(historyLength).toBeLessThan(80);
});
