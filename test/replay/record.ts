import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { applyMigrations } from '../../scripts/database/migrations.ts';
import { freePorts } from '../../scripts/services/ports.ts';
import { startPostgres } from '../../scripts/services/postgres.ts';
import { startTemporal } from '../../scripts/services/temporal.ts';
import { openDatabase } from '../../store/database.ts';
import { pathwayWorkflowId, viewQuery } from '../../workflows/contract/temporal.ts';
import { startEngine } from '../support/engine.ts';
import { prepareForce } from '../support/pathways.ts';
import { serviceVariables } from '../support/services.ts';
import { historiesDirectory, recordedHistories, type RecordedHistory } from './recorded-history.ts';
import { scenarios } from './scenarios.ts';

/*
 * `npm run record-histories [-- scenario ...]`: plays the scenarios that have no recorded history yet (or
 * the named ones, under a further name) on a real server and keeps what it recorded. Histories that are
 * there stay as they are.
 */
const build = process.env['BUILD_ID'] ?? 'unreleased';
const wanted = process.argv.slice(2);
const known = new Set(recordedHistories().map(({ scenario }) => scenario));
const playing = Object.entries(scenarios).filter(([name]) =>
  wanted.length > 0 ? wanted.includes(name) : !known.has(name),
);

const directory = await mkdtemp(path.join(tmpdir(), 'llwybr-histories-'));
const [postgresPort = 0, temporalPort = 0] = await freePorts(2);
const postgres = await startPostgres({
  directory: path.join(directory, 'postgres'),
  port: postgresPort,
  durability: 'process',
});
const temporal = await startTemporal({ directory: path.join(directory, 'temporal'), port: temporalPort });
process.env[serviceVariables.temporal] = temporal.address;
// The keys of tests: a recorded history is opened by them.
process.env['LLWYBR_ENV'] = 'test';
try {
  await applyMigrations(postgres.url);
  const db = openDatabase(postgres.url);
  await prepareForce(db);
  let away = 0;
  let noWay: string | null = null;
  const engine = await startEngine({
    db,
    messages: {
      deliverMessage: () =>
        Promise.resolve({
          ...{ status: 'skipped', purpose: 'appointment-reminder', at: new Date().toISOString() },
          ...(noWay === null ? {} : { reason: noWay }),
        }),
    },
    wrapLedger: (real) => ({
      append: (input) => (away-- > 0 ? Promise.reject(new Error('away')) : real.append(input)),
    }),
  });
  try {
    for (const [scenario, play] of playing) {
      noWay = null;
      const run = await play({
        ...{ db, engine, databaseAway: (appends) => (away = appends) },
        noWay: (reason = 'no-textable-number') => (noWay = reason),
      });
      const workflowId = pathwayWorkflowId(run.pathwayId);
      const { runId: last } = await engine.client.workflow.getHandle(workflowId).describe();
      const runIds: string[] = [];
      for await (const { runId } of engine.client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
        runIds.push(runId);
      }
      // Every run of a continued pathway replays by itself.
      for (const runId of new Set([last, ...runIds])) {
        const handle = engine.client.workflow.getHandle(workflowId, runId);
        const { state } = await handle.query(viewQuery);
        const history = await handle.fetchHistory();
        const name = runId === last ? scenario : `${scenario}.earlier-run`;
        const recorded: RecordedHistory = {
          scenario: name,
          workflowId,
          build,
          state,
          history: JSON.parse(historyToJSON(history)) as unknown,
        };
        await writeFile(
          path.join(historiesDirectory, `${name}.${build}.json`),
          `${JSON.stringify(recorded)}\n`,
        );
      }
      console.log(`recorded ${scenario}`);
    }
  } finally {
    await engine.close();
    await db.close();
  }
} finally {
  await temporal.discard();
  await postgres.discard();
  await rm(directory, { recursive: true, force: true });
}
