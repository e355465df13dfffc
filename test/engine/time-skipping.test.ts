import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import { createLedgerActivities } from '../../activities/append.ts';
import { readConfig } from '../../platform/config.ts';
import { encryptedDataConverter } from '../../platform/data-converter.ts';
import { sendCommand, startRun, type RunAddress } from '../../platform/pathway-runs.ts';
import { pinnedProgram, temporalTestServer } from '../../scripts/services/pinned-wheels.ts';
import { toolsDirectory } from '../../scripts/services/tools-directory.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { pathwayById } from '../../store/pathways.ts';
import { wholeForce } from '../../store/scope.ts';
import { createWorkers } from '../../workers/run-workers.ts';
import { searchAttributes } from '../../workflows/contract/temporal.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { epochMs, secondsBetween, toInstant, type Instant } from '../../workflows/domain/common/instant.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { quieten, sharedBundle } from '../support/engine.ts';
import { command, openCompulsory, openDiversion, prepareForce, testForce } from '../support/pathways.ts';

/*
 * Whole lives on the server whose clock skips what nobody waits for. That clock is one for the whole
 * server, so this suite has a server of its own and its tests run one after the other; the record times of
 * PostgreSQL do not skip and are not looked at here.
 */
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let env: TestWorkflowEnvironment;
let client: Client;
let workers: Worker[];
let running: Promise<unknown>;

beforeAll(async () => {
  quieten();
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  const path = await pinnedProgram(temporalTestServer, toolsDirectory());
  env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  await env.connection.operatorService.addSearchAttributes({
    namespace: env.namespace ?? 'default',
    searchAttributes: Object.fromEntries(Object.values(searchAttributes).map((name) => [name, keyword])),
  });
  const dataConverter = encryptedDataConverter(readConfig({ LLWYBR_ENV: 'test' }).keys);
  client = new Client({ connection: env.connection, namespace: env.namespace ?? 'default', dataConverter });
  workers = await createWorkers({
    connection: env.nativeConnection,
    namespace: env.namespace ?? 'default',
    dataConverter,
    bundle: { code: await sharedBundle() },
    buildId: 'test',
    pathwayActivities: {
      ...createLedgerActivities({ db, build: 'test' }),
      carryFact: () => Promise.reject(new Error('no fact is carried here')),
    },
    messageActivities: {
      deliverMessage: () =>
        Promise.resolve({ status: 'skipped', purpose: 'appointment-reminder', at: toInstant(Date.now()) }),
    },
    env: {},
  });
  running = Promise.all(workers.map((worker) => worker.run()));
}, 120_000);

afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await running;
  await env.teardown();
  await db.close();
  await database.drop();
});

const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
const hour = 3_600_000;
const day = 24 * hour;

async function serverNow(): Promise<Instant> {
  return toInstant(await env.currentTimeMs());
}

async function act(run: RunAddress, role: Role, name: string, data: unknown) {
  const at = await serverNow();
  return sendCommand(client, run, { ...command(name, role, data, at), receivedAt: at }, 20_000);
}

async function stored(run: RunAddress) {
  return readEvents(db, wholeForce(testForce), run.pathwayId);
}

async function passed(run: RunAddress): Promise<{ rule: string; due: Instant }[]> {
  return (await stored(run))
    .filter(({ type }) => type === 'deadline-passed')
    .map(({ data }) => data as { rule: string; due: Instant });
}

test('M65 M211 a referral that nobody engages with closes at three months, in seconds', async () => {
  const run = await openDiversion(db, { receivedAt: await serverNow() });
  await startRun(client, run);
  // Three months, the 28 days after closure, and the longest month's difference.
  await env.sleep(125 * day);
  const row = await eventually(async () => {
    const found = await pathwayById(db, wholeForce(testForce), run.pathwayId);
    expect(found).toMatchObject({ needsRun: false });
    return found;
  });
  const [opening] = await stored(run);
  const closure = opening?.armed?.find(({ rule }) => rule === 'closure');
  expect(row).toMatchObject({
    closureReason: 'not-engaged-in-time',
    closedAt: closure?.due,
    needsRun: false,
  });
  expect((await passed(run)).map(({ rule }) => rule)).toEqual([
    'acceptance',
    'first-contact',
    'closure-warning',
    'closure',
    'late-engagement',
  ]);
}, 60_000);

test('M67 M211 a test becomes a breach, a RED clock and an arrest, in seconds', async () => {
  const run = await openCompulsory(db, { testedAt: await serverNow() });
  const startsAt = toInstant(epochMs(await serverNow()) + 3 * day);
  await act(run, 'CustodyOfficer', 'impose-requirement', {
    initialAssessment: {
      appointmentId: 'ia',
      startsAt,
      endsAt: toInstant(epochMs(startsAt) + hour),
      placeCode: 'hub',
    },
    notice: {
      form: 'RA1',
      servedAt: await serverNow(),
      how: 'handed-over',
      servedBy: 'officer-1',
      language: 'en',
      warningGiven: true,
    },
  });
  await env.sleep(3 * day + 2 * hour);
  await act(run, 'InitialAssessor', 'record-attendance', { appointmentId: 'ia', attendance: 'absent' });
  const { failureId } = (await stored(run)).find(({ type }) => type === 'failure-reported')?.data as {
    failureId: string;
  };
  await act(run, 'DipOfficer', 'decide-good-cause', {
    failureId,
    decision: 'rejected',
    reasonCode: 'none-given',
  });
  await act(run, 'DipOfficer', 'declare-breach', { failureId, breachId: 'breach-1' });
  await act(run, 'DipOfficer', 'set-marker', { breachId: 'breach-1', marker: 'RED', reasonCode: 'risk' });
  await act(run, 'DipOfficer', 'issue-arrest-task', {
    breachId: 'breach-1',
    taskId: run.pathwayId,
    unitCode: 'lpu-1',
  });
  await act(run, 'LpuOfficer', 'acknowledge-task', { taskId: run.pathwayId });
  await env.sleep(day);
  const red = (await passed(run)).find(({ rule }) => rule === 'red-arrest');
  // From the failure itself, not from the paperwork two hours later.
  expect(secondsBetween(startsAt, red?.due ?? startsAt)).toBe(24 * 3_600);
  await act(run, 'LpuOfficer', 'record-arrest', { taskId: run.pathwayId, arrestedAt: await serverNow() });
  await act(run, 'DipOfficer', 'record-result', { breachId: 'breach-1', result: 'drr' });
  await expect(pathwayById(db, wholeForce(testForce), run.pathwayId)).resolves.toMatchObject({
    stage: 'concluded',
  });
}, 60_000);
