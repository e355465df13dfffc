import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { sendCommand, startCarryFact, startRun } from '../../platform/pathway-runs.ts';
import type { RunAddress } from '../../platform/pathway-runs.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { pathwayById } from '../../store/pathways.ts';
import { findFact, recordFact } from '../../store/person-facts.ts';
import type { FactSaid, PersonFactRecord } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import { Sweep } from '../../workers/sweep.ts';
import type { RunView } from '../../workflows/contract/envelope.ts';
import { pathwayWorkflowId, viewQuery } from '../../workflows/contract/temporal.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import type { DiversionState } from '../../workflows/domain/diversion/state.ts';
import { createTestDatabase } from '../support/database.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import {
  actor,
  command,
  now,
  openCompulsory,
  openDiversion,
  prepareForce,
  testForce,
} from '../support/pathways.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let engine: TestEngine;
let sweep: Sweep;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  engine = await startEngine({ db });
  sweep = new Sweep({
    ...{ db, client: engine.client },
    log: createLog({ level: 'silent', process: 'worker', build: 'test' }),
    metrics: createMetrics({ process: 'worker', build: 'test' }),
  });
}, 60_000);

afterAll(async () => {
  await engine.close();
  await db.close();
  await database.drop();
});

const secondsAgo = (count: number): Instant => toInstant(Date.now() - count * 1_000);

async function tell(personId: string, said: FactSaid, occurredAt = now()): Promise<PersonFactRecord> {
  const recorded = await recordFact(db, {
    ...{ forceId: testForce, requestId: randomUUID(), occurredAt, reason: null, actor: actor('Manager') },
    ...{ personId, ...said },
  });
  if (recorded === null) throw new Error('The fact was not recorded');
  return recorded.fact;
}

/** Until every pathway has heard of it. */
async function carry({ factId }: PersonFactRecord): Promise<void> {
  await startCarryFact(engine.client, { forceId: testForce, factId });
  await eventually(async () => {
    expect((await findFact(db, testForce, factId))?.carriedAt).not.toBeNull();
  });
}

async function carryAll(): Promise<void> {
  await eventually(async () => {
    expect((await sweep.once()).facts).toBe(0);
  });
}

const eventsOf = ({ pathwayId }: RunAddress) => readEvents(db, wholeForce(testForce), pathwayId);
const typesOf = async (run: RunAddress) => (await eventsOf(run)).map(({ type }) => type);
const rowOf = ({ pathwayId }: RunAddress) => pathwayById(db, wholeForce(testForce), pathwayId);

async function stateOf({ pathwayId }: RunAddress): Promise<DiversionState> {
  const run = engine.client.workflow.getHandle(pathwayWorkflowId(pathwayId));
  return eventually(async () => {
    const { caughtUp, state } = await run.query<RunView>(viewQuery);
    expect(caughtUp).toBe(true);
    return state as DiversionState;
  });
}

async function runStatus({ pathwayId }: RunAddress): Promise<string> {
  const { status } = await engine.client.workflow.getHandle(pathwayWorkflowId(pathwayId)).describe();
  return status.name;
}

async function ended(run: RunAddress): Promise<void> {
  await eventually(async () => {
    expect((await rowOf(run))?.needsRun).toBe(false);
    expect(await runStatus(run)).toBe('COMPLETED');
  });
}

describe('edge case 29, M46: a death that was none', () => {
  test('finds the run gone and has it again; clocks that passed fire late; what was told meanwhile is told again', async () => {
    const run = await openDiversion(db, { policy: { firstContact: { unit: 'seconds', count: 4 } } });
    await startRun(engine.client, run);
    const death = await tell(run.personId, { kind: 'death' });
    await carry(death);
    await ended(run);
    expect(await rowOf(run)).toMatchObject({ closureReason: 'died', nextDueAt: null });
    const due = (await eventsOf(run))[0]?.armed?.find(({ rule }) => rule === 'first-contact')?.due;

    // Nobody is left to hear of it.
    const stop = await tell(run.personId, { kind: 'stop-texts' });
    const consent = await tell(run.personId, { kind: 'consent-withdrawn', purpose: 'sharing' });
    await carry(stop);
    await carry(consent);
    expect(await typesOf(run)).not.toContain('texts-stopped');

    await eventually(() => {
      expect(now() > String(due)).toBe(true);
    });
    await carry(await tell(run.personId, { kind: 'death-corrected', correctsFactId: death.factId }));
    const passed = await eventually(async () => {
      const found = (await eventsOf(run)).find(
        ({ type, data }) => type === 'deadline-passed' && (data as { rule: string }).rule === 'first-contact',
      );
      expect(found).toBeDefined();
      return found;
    });
    const corrected = (await eventsOf(run)).find(({ type }) => type === 'death-corrected');
    expect(passed).toMatchObject({ data: { due } });
    expect(passed && corrected && passed.seq > corrected.seq && passed.recordedAt > String(due)).toBe(true);
    expect(await rowOf(run)).toMatchObject({ stage: 'awaiting-contact', closedAt: null, needsRun: true });
    expect(await runStatus(run)).toBe('RUNNING');

    await carryAll();
    const state = await stateOf(run);
    expect(state).toMatchObject({ textsStopped: true, consents: { sharing: 'withdrawn' }, died: false });
    expect(state.attention.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['death-corrected', 'no-first-contact', 'texts-stopped', 'sharing-withdrawn']),
    );
    const types = await typesOf(run);
    expect(types.filter((type) => type === 'texts-stopped')).toHaveLength(1);
    expect(types.filter((type) => type === 'pathway-closed')).toHaveLength(1);
  }, 60_000);

  test('corrected while Temporal was away it never was on the voluntary path; on the compulsory one it was, and is taken back', async () => {
    const voluntary = await openDiversion(db);
    const compulsory = await openCompulsory(db);
    for (const run of [voluntary, compulsory]) await startRun(engine.client, run);
    await engine.stopWorkers();
    const deaths = await Promise.all(
      [voluntary, compulsory].map((run) => tell(run.personId, { kind: 'death' })),
    );
    for (const [index, { personId }] of [voluntary, compulsory].entries()) {
      await tell(personId, { kind: 'death-corrected', correctsFactId: String(deaths[index]?.factId) });
    }
    await engine.startWorkers();
    await carryAll();
    expect(await rowOf(voluntary)).toMatchObject({ stage: 'awaiting-contact', needsRun: true });
    const heard = await typesOf(voluntary);
    expect(heard.filter((type) => type === 'death-corrected')).toHaveLength(1);
    expect(heard).not.toContain('pathway-closed');
    const told = (await typesOf(compulsory)).filter((type) => /died|death/.test(type));
    expect(told).toEqual(['person-died', 'death-corrected']);
    expect(await rowOf(compulsory)).toMatchObject({ needsRun: true, closedAt: null });
  }, 60_000);

  test('is not handed to a new referral', async () => {
    const first = await openDiversion(db);
    const death = await tell(first.personId, { kind: 'death' });
    await carry(death);
    await carry(await tell(first.personId, { kind: 'death-corrected', correctsFactId: death.factId }));
    const second = await openDiversion(db);
    await db.pool.query('update pathway set person_id = $1 where id = $2', [
      first.personId,
      second.pathwayId,
    ]);
    // As an intake asks for it.
    await db.pool.query(
      'update person_fact set carried_at = null, carry_wanted = carry_wanted + 1 where person_id = $1',
      [first.personId],
    );
    await startRun(engine.client, second);
    await carryAll();
    expect(await typesOf(second)).toEqual(['referral-received']);
    expect(await rowOf(first)).toMatchObject({ closedAt: null, needsRun: true });
  }, 60_000);

  test('while another one stands nothing comes back; with the last one it does', async () => {
    const run = await openDiversion(db);
    const first = await tell(run.personId, { kind: 'death' });
    await carry(first);
    await ended(run);
    const second = await tell(run.personId, { kind: 'death' });
    await carry(await tell(run.personId, { kind: 'death-corrected', correctsFactId: first.factId }));
    await carryAll();
    expect(await rowOf(run)).toMatchObject({ closureReason: 'died', needsRun: false });
    await carry(await tell(run.personId, { kind: 'death-corrected', correctsFactId: second.factId }));
    await carryAll();
    expect(await rowOf(run)).toMatchObject({ stage: 'awaiting-contact', needsRun: true });
  }, 60_000);
});

test('a finished referral that a manager opens again hears of what was told meanwhile', async () => {
  const run = await openDiversion(db);
  const send = (role: 'ProviderManager' | 'Manager', name: string, data: unknown) =>
    sendCommand(engine.client, run, command(name, role, data), 20_000);
  await send('ProviderManager', 'close-pathway', { reason: 'duplicate' });
  await ended(run);
  const custody = await tell(run.personId, { kind: 'custody' });
  await carry(custody);
  expect((await stateOf(run)).custodySince).toBeNull();
  await send('Manager', 'reopen-pathway', { reason: 'closed-in-error' });
  expect(await rowOf(run)).toMatchObject({ closedAt: null, needsRun: true });
  await carryAll();
  expect((await stateOf(run)).custodySince).toBe(custody.occurredAt);
}, 60_000);

describe('carried in the wrong order they end alike', () => {
  const purpose = 'texts';
  const pairs: readonly (readonly [string, FactSaid, FactSaid])[] = [
    ['custody and release', { kind: 'custody' }, { kind: 'release' }],
    ['release and custody', { kind: 'release' }, { kind: 'custody' }],
    ['a stop and its end', { kind: 'stop-texts' }, { kind: 'texts-allowed' }],
    [
      'a consent and its withdrawal',
      { kind: 'consent-given', purpose },
      { kind: 'consent-withdrawn', purpose },
    ],
    ['a flag and its lifting', { kind: 'safety-flag' }, { kind: 'safety-flag-lifted' }],
    [
      'wishes',
      { kind: 'contact-preferences', preferences: { text: 'yes', post: 'no' } },
      { kind: 'contact-preferences', preferences: { text: 'no', email: 'yes' } },
    ],
  ];

  async function after(earlier: FactSaid, later: FactSaid, turned: boolean) {
    const run = await openDiversion(db, { receivedAt: secondsAgo(3_600) });
    await startRun(engine.client, run);
    const facts = [
      await tell(run.personId, earlier, secondsAgo(120)),
      await tell(run.personId, later, secondsAgo(60)),
    ];
    for (const fact of turned ? facts.reverse() : facts) await carry(fact);
    const { stage, textsStopped, consents, custodySince, safetyFlag, contactPreferences, attention } =
      await stateOf(run);
    return {
      ...{ stage, textsStopped, consents, safetyFlag, contactPreferences, inCustody: custodySince !== null },
      attention: attention.map(({ code }) => code).sort(),
    };
  }

  test.each(pairs)(
    '%s',
    async (_name, earlier, later) => {
      const [inOrder, turned] = [await after(earlier, later, false), await after(earlier, later, true)];
      expect(turned).toEqual(inOrder);
      const first = await after(earlier, earlier, false);
      expect(inOrder).not.toEqual(first);
    },
    60_000,
  );

  test('a death and its correction', async () => {
    const run = await openDiversion(db);
    await startRun(engine.client, run);
    const death = await tell(run.personId, { kind: 'death' });
    const correction = await tell(run.personId, { kind: 'death-corrected', correctsFactId: death.factId });
    await carry(correction);
    await carry(death);
    expect(await rowOf(run)).toMatchObject({ stage: 'awaiting-contact', needsRun: true });
    // A carrying that listed the pathway before the correction was told comes last.
    const late = { factId: death.factId, fact: 'death' };
    const said = { ...command('carry-fact', 'Manager', late), commandId: `fact:${death.factId}` };
    await expect(sendCommand(engine.client, run, said, 20_000)).rejects.toThrow();
    expect(await rowOf(run)).toMatchObject({ stage: 'awaiting-contact', closedAt: null, needsRun: true });
  }, 60_000);
});
