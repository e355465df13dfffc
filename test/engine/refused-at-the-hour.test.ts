import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { readConfig } from '../../platform/config.ts';
import { encryptedDataConverter } from '../../platform/data-converter.ts';
import { refusalOf, sendCommand, startRun } from '../../platform/pathway-runs.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { wholeForce } from '../../store/scope.ts';
import { pathwayWorkflowId } from '../../workflows/contract/temporal.ts';
import { createTestDatabase } from '../support/database.ts';
import { sharedBundle, startEngine, type TestEngine } from '../support/engine.ts';
import { command, openDiversion, prepareForce, testForce } from '../support/pathways.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let engine: TestEngine;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  engine = await startEngine({ db, messages: { deliverMessage: () => Promise.reject(new Error('none')) } });
}, 60_000);

afterAll(async () => {
  await engine.close();
  await db.close();
  await database.drop();
});

/** A refused Update leaves no event, so whatever a run did because of one could not be replayed. */
test('commands that are refused while clocks come due leave a history that replays', async () => {
  const soon = { unit: 'seconds', count: 2 } as const;
  const pathways = await Promise.all(
    Array.from({ length: 12 }, () =>
      openDiversion(db, {
        policy: { firstContact: soon, closureWarning: { unit: 'seconds', count: 2.5 } },
      }),
    ),
  );
  await Promise.all(pathways.map((pathway) => startRun(engine.client, pathway)));
  const until = Date.now() + 4_000;
  await Promise.all(
    pathways.map(async (pathway) => {
      while (Date.now() < until) {
        const seen = (await readEvents(db, wholeForce(testForce), pathway.pathwayId)).length;
        const refused = command('record-attendance', 'ProviderWorker', {
          appointmentId: pathway.pathwayId,
          attendance: 'absent',
        });
        await sendCommand(engine.client, pathway, refused, 10_000, seen).catch((error: unknown) => {
          if (refusalOf(error) === undefined) throw error;
        });
      }
    }),
  );
  const workflowBundle = { code: await sharedBundle() };
  const dataConverter = encryptedDataConverter(readConfig({ LLWYBR_ENV: 'test' }).keys);
  for (const { pathwayId } of pathways) {
    const events = await readEvents(db, wholeForce(testForce), pathwayId);
    expect(events.filter(({ type }) => type === 'deadline-passed')).toHaveLength(2);
    const workflowId = pathwayWorkflowId(pathwayId);
    const history = await engine.client.workflow.getHandle(workflowId).fetchHistory();
    const whole = historyFromJSON(JSON.parse(historyToJSON(history)));
    await Worker.runReplayHistory({ workflowBundle, dataConverter }, whole, workflowId);
  }
}, 60_000);
