import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { readConfig } from '../../platform/config.ts';
import { encryptedDataConverter } from '../../platform/data-converter.ts';
import { refusalOf, sendCommand, startRun } from '../../platform/pathway-runs.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { pathwayById } from '../../store/pathways.ts';
import { wholeForce } from '../../store/scope.ts';
import { pathwayWorkflowId } from '../../workflows/contract/temporal.ts';
import type { Duration } from '../../workflows/domain/common/duration.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
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
  engine = await startEngine({ db });
}, 60_000);

afterAll(async () => {
  await engine.close();
  await db.close();
  await database.drop();
});

const seconds = (count: number): Duration => ({ unit: 'seconds', count });

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

test('M239 a clock and the command that settles it, in the same moment, give one result', async () => {
  const pathways = await Promise.all(
    Array.from({ length: 12 }, () =>
      openDiversion(db, { policy: { feedback: { ask: seconds(1), escalate: seconds(600) } } }),
    ),
  );
  const endsAt = Date.now() + 3_000;
  await Promise.all(
    pathways.map((pathway) => {
      const [from, to] = [toInstant(endsAt - 1_000), toInstant(endsAt)];
      const appointment = {
        appointmentId: 'a-1',
        startsAt: from,
        endsAt: to,
        placeCode: 'place',
        kind: 'assessment',
      };
      return sendCommand(
        engine.client,
        pathway,
        command('book-appointment', 'ProviderWorker', appointment),
        10_000,
      );
    }),
  );
  const asked = await dueOf(pathways[0]?.pathwayId ?? '');
  // From a little before the clock to a little after it.
  await Promise.all(
    pathways.map(async (pathway, index) => {
      await pause(Math.max(0, asked + (index - 6) * 15 - Date.now()));
      const attended = { appointmentId: 'a-1', attendance: 'attended-and-remained' };
      await sendCommand(
        engine.client,
        pathway,
        command('record-attendance', 'ProviderWorker', attended),
        10_000,
      );
    }),
  );
  for (const { pathwayId } of pathways) {
    const events = await readEvents(db, wholeForce(testForce), pathwayId);
    const told = events
      .map(({ type }) => type)
      .filter((type) => type === 'deadline-passed' || type === 'attendance-recorded');
    expect(['attendance-recorded', 'deadline-passed, then attendance-recorded']).toContain(
      told.join(', then '),
    );
    const row = await pathwayById(db, wholeForce(testForce), pathwayId);
    expect(row?.attention.map(({ code }) => code)).not.toContain('feedback-missing');
  }
}, 60_000);

/** When the pathway's next clock is due, in epoch milliseconds. */
async function dueOf(pathwayId: string): Promise<number> {
  return Date.parse((await pathwayById(db, wholeForce(testForce), pathwayId))?.nextDueAt ?? '');
}
