import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { refusalOf, sendCommand, startRun, lookAgain, type RunAddress } from '../../platform/pathway-runs.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { findCommand, readEvents, verifyChain } from '../../store/ledger.ts';
import { pathwayById } from '../../store/pathways.ts';
import { wholeForce } from '../../store/scope.ts';
import type { LedgerActivities } from '../../workflows/contract/activities.ts';
import {
  commandUpdate,
  pathwayWorkflowId,
  searchAttributes,
  viewQuery,
} from '../../workflows/contract/temporal.ts';
import type { RunView } from '../../workflows/contract/envelope.ts';
import { secondsBetween } from '../../workflows/domain/common/instant.ts';
import { diversion } from '../../workflows/domain/diversion/kind.ts';
import type { DiversionState } from '../../workflows/domain/diversion/state.ts';
import { createTestDatabase } from '../support/database.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { command, openDiversion, openingEntry, prepareForce, testForce } from '../support/pathways.ts';
import { recordUnheard } from '../support/unheard.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let engine: TestEngine;
/** Runs around the next appends, for faults; each is used up by one call. */
const around: ((
  real: LedgerActivities,
  input: Parameters<LedgerActivities['append']>[0],
) => ReturnType<LedgerActivities['append']>)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  engine = await startEngine({
    db,
    wrapLedger: (real) => ({
      append: (input) => around.shift()?.(real, input) ?? real.append(input),
    }),
  });
}, 60_000);

afterAll(async () => {
  await engine.close();
  await db.close();
  await database.drop();
});

const attempt = (result: 'reached' | 'no-answer' = 'no-answer') =>
  command('record-contact-attempt', 'ProviderWorker', { channel: 'phone', result, by: 'person' });

async function stored(address: RunAddress) {
  return readEvents(db, wholeForce(testForce), address.pathwayId);
}

async function view(address: RunAddress): Promise<RunView> {
  return engine.client.workflow.getHandle(pathwayWorkflowId(address.pathwayId)).query(viewQuery);
}

function send(
  address: RunAddress,
  sent: Parameters<typeof sendCommand>[2],
  timeoutMs = 15_000,
  seenSeq?: number,
) {
  return sendCommand(engine.client, address, sent, timeoutMs, seenSeq);
}

async function historyLength(address: RunAddress): Promise<number> {
  const { historyLength } = await engine.client.workflow
    .getHandle(pathwayWorkflowId(address.pathwayId))
    .describe();
  return historyLength;
}

/** I11: pathway row = fold of the ledger = running state. */
async function expectOneTruth(address: RunAddress): Promise<void> {
  const events = await stored(address);
  const fold = events.reduce<DiversionState | undefined>(
    (state, { recordedAt: _recordedAt, ...event }) => diversion.evolve(state, event),
    undefined,
  );
  const row = await pathwayById(db, wholeForce(testForce), address.pathwayId);
  expect(row?.summary).toEqual(
    fold === undefined ? undefined : JSON.parse(JSON.stringify(diversion.summarise(fold))),
  );
  expect((await view(address)).state).toEqual(JSON.parse(JSON.stringify(fold)));
  expect(await verifyChain(db, testForce, address.pathwayId)).toEqual({ ok: true });
}

describe('a command', () => {
  test('starts the run it needs, is answered from the ledger and is recorded once', async () => {
    const pathway = await openDiversion(db);
    const sent = attempt();
    const answer = await send(pathway, sent);
    const events = await findCommand(db, testForce, pathway.pathwayId, sent.commandId);
    expect(events.length).toBeGreaterThan(0);
    expect(answer).toMatchObject({
      pathwayId: pathway.pathwayId,
      commandId: sent.commandId,
      events: events.map(({ seq, type }) => ({ seq, type })),
    });
    await expectOneTruth(pathway);
  });

  test('sent again is answered with the same events and recorded no second time', async () => {
    const pathway = await openDiversion(db);
    const sent = attempt();
    const first = await send(pathway, sent);
    await engine.client.workflow.getHandle(pathwayWorkflowId(pathway.pathwayId)).terminate('test');
    const second = await send(pathway, sent);
    expect(second.events).toEqual(first.events);
    expect(await stored(pathway)).toHaveLength(first.seq);
  });

  test('that was taken by an earlier run and would be refused now is answered as taken', async () => {
    const pathway = await openDiversion(db);
    const sent = command('close-pathway', 'ProviderWorker', { reason: 'declined' });
    const first = await send(pathway, sent);
    await engine.client.workflow.getHandle(pathwayWorkflowId(pathway.pathwayId)).terminate('test');
    // The new run has not caught up when the command arrives, so it passes the door and the ledger answers.
    await expect(send(pathway, sent)).resolves.toMatchObject({ events: first.events });
  });

  test('that the rules refuse leaves no event in the ledger and, at the door, none in the history', async () => {
    const pathway = await openDiversion(db);
    await send(pathway, attempt());
    const before = { history: await historyLength(pathway), events: (await stored(pathway)).length };
    const wrong = command('close-pathway', 'PoliceOfficer', { reason: 'declined' });
    const refused = await send(pathway, wrong, 15_000, before.events).catch((error: unknown) =>
      refusalOf(error),
    );
    expect(refused).toMatchObject({ code: 'wrong-role' });
    const handle = engine.client.workflow.getHandle(pathwayWorkflowId(pathway.pathwayId));
    // As builds before sent it.
    const again = { args: [{ ...wrong, commandId: 'again' }, before.events] as [typeof wrong, number] };
    await expect(handle.executeUpdate(commandUpdate, again)).rejects.toThrow(WorkflowUpdateFailedError);
    expect((await stored(pathway)).length).toBe(before.events);
    expect(await historyLength(pathway)).toBe(before.history);
  });

  test('20 at once of different clients are all recorded, in one order, on one chain', async () => {
    const pathway = await openDiversion(db);
    await send(pathway, attempt());
    const commands = Array.from({ length: 20 }, () => attempt());
    for (let index = 0; index < commands.length; index += 5) {
      await Promise.all(commands.slice(index, index + 5).map((sent) => send(pathway, sent)));
    }
    const events = await stored(pathway);
    for (const { commandId } of commands) {
      expect(events.filter((event) => event.commandId === commandId).length).toBeGreaterThan(0);
    }
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    await expectOneTruth(pathway);
  });
});

describe('the ledger has the last word', () => {
  test('a run whose ledger moved on without it catches up and decides again', async () => {
    const pathway = await openDiversion(db);
    await send(pathway, attempt());
    // Another writer, as a zombie run or a restore would be: the run's next append finds the ledger ahead.
    const head = await recordUnheard(db, diversion, pathway, attempt());
    const sent = attempt();
    const answer = await send(pathway, sent);
    expect(answer.events[0]?.seq).toBeGreaterThan(head);
    await expectOneTruth(pathway);
  });

  test('a run that is behind the ledger refuses nothing that the sender has been told of', async () => {
    const pathway = await openDiversion(db);
    await send(pathway, command('close-pathway', 'ProviderWorker', { reason: 'declined' }));
    // Recorded, answered from the ledger, and the run was killed before it could know.
    const head = await recordUnheard(
      db,
      diversion,
      pathway,
      command('record-engagement', 'ProviderWorker', { evidence: 'prescribed' }),
    );
    await expect(send(pathway, attempt('reached'), 15_000, head)).resolves.toMatchObject({
      stage: 'engaged',
    });
    await expectOneTruth(pathway);
  });

  test('an append that committed and was never heard of is found again, not repeated', async () => {
    const pathway = await openDiversion(db);
    await send(pathway, attempt());
    around.push(async (real, input) => {
      await real.append(input);
      throw new Error('the answer was lost');
    });
    const sent = attempt();
    const answer = await send(pathway, sent);
    const events = await findCommand(db, testForce, pathway.pathwayId, sent.commandId);
    expect(answer.events).toEqual(events.map(({ seq, type }) => ({ seq, type })));
    expect(new Set(events.map(({ type }) => type)).size).toBe(events.length);
    await expectOneTruth(pathway);
  });

  test('data that PostgreSQL refuses is answered as an error, a person is told, and the clocks go on', async () => {
    const pathway = await openDiversion(db);
    await send(pathway, attempt());
    around.push(() =>
      Promise.reject(
        ApplicationFailure.create({ type: 'AppendRejected', nonRetryable: true, message: '22P02' }),
      ),
    );
    const refused = await send(pathway, attempt()).catch((error: unknown) => refusalOf(error));
    expect(refused).toMatchObject({ code: 'internal-error' });
    await eventually(async () => {
      expect((await view(pathway)).state?.attention).toContainEqual(
        expect.objectContaining({ code: 'internal-error' }),
      );
    });
    await expect(send(pathway, attempt())).resolves.toMatchObject({ pathwayId: pathway.pathwayId });
    await expectOneTruth(pathway);
  });

  test('M189 a database that is away for longer than the quick tries is waited for', async () => {
    const pathway = await openDiversion(db);
    await send(pathway, attempt());
    around.push(...Array.from({ length: 4 }, () => () => Promise.reject(new Error('away'))));
    await expect(send(pathway, attempt())).resolves.toMatchObject({ pathwayId: pathway.pathwayId });
    await expectOneTruth(pathway);
  });
});

describe('clocks', () => {
  test('M84 a life of short clocks runs to its end by itself, each clock once and none early', async () => {
    const pathway = await openDiversion(db, {
      policy: {
        firstContact: { unit: 'seconds', count: 1 },
        closureWarning: { unit: 'seconds', count: 2 },
        closure: { unit: 'seconds', count: 3 },
        lateEngagement: { unit: 'seconds', count: 1 },
      },
    });
    await startRun(engine.client, pathway);
    await engine.client.workflow.getHandle(pathwayWorkflowId(pathway.pathwayId)).result();
    const events = await stored(pathway);
    const passed = events.filter(({ type }) => type === 'deadline-passed');
    expect(passed.length).toBeGreaterThanOrEqual(4);
    for (const event of passed) {
      const { due, deadlineId } = event.data as { due: string; deadlineId: string };
      expect(secondsBetween(due, event.recordedAt)).toBeGreaterThanOrEqual(0);
      expect(
        passed.filter(({ data }) => (data as { deadlineId: string }).deadlineId === deadlineId),
      ).toHaveLength(1);
    }
    const row = await pathwayById(db, wholeForce(testForce), pathway.pathwayId);
    expect(row).toMatchObject({ needsRun: false });
    expect(row?.closedAt).not.toBeNull();
  });

  test('M84 clocks that fell due while no run was alive pass on the next start, as of their own time', async () => {
    const pathway = await openDiversion(db, { receivedAt: '2025-01-06T10:00:00.000Z' });
    await startRun(engine.client, pathway);
    await eventually(async () => {
      const row = await pathwayById(db, wholeForce(testForce), pathway.pathwayId);
      expect(row?.closedAt).toBe('2025-04-06T23:00:00.000Z');
    });
    const late = (await stored(pathway)).filter(({ type }) => type === 'deadline-passed');
    expect(
      late.every((event) => secondsBetween((event.data as { due: string }).due, event.recordedAt) > 86_400),
    ).toBe(true);
  });

  test('M209 a long history continues as a new run with its clocks and nothing lost', async () => {
    const pathway = await openDiversion(db);
    await startRun(engine.client, pathway);
    const handle = engine.client.workflow.getHandle(pathwayWorkflowId(pathway.pathwayId));
    const { runId } = await handle.describe();
    for (let sent = 0; (await handle.describe()).runId === runId; sent += 10) {
      if (sent > 400) throw new Error('never continued');
      for (let index = 0; index < 10; index += 5) {
        await Promise.all(Array.from({ length: 5 }, () => send(pathway, attempt())));
      }
    }
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.getAll()).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({
          key: expect.objectContaining({ name: searchAttributes.kind }),
          value: 'diversion',
        }),
        expect.objectContaining({
          key: expect.objectContaining({ name: searchAttributes.force }),
          value: testForce,
        }),
      ]),
    );
    await send(pathway, attempt());
    await expectOneTruth(pathway);
    expect((await view(pathway)).state?.deadlines.length).toBeGreaterThan(0);
  }, 60_000);

  test('a run that was told to look again reads the ledger again', async () => {
    const pathway = await openDiversion(db);
    await send(pathway, attempt());
    await lookAgain(engine.client, pathway.pathwayId);
    await eventually(async () => {
      expect((await view(pathway)).caughtUp).toBe(true);
    });
    await expectOneTruth(pathway);
  });
});

describe('workers', () => {
  test('M84 a run rebuilt by a new worker reaches the state it had', async () => {
    const pathway = await openDiversion(db);
    await send(pathway, attempt());
    await send(pathway, command('record-engagement', 'ProviderWorker', { evidence: 'attended' }));
    await engine.stopWorkers();
    await engine.startWorkers();
    await expectOneTruth(pathway);
    await send(pathway, attempt());
    await expectOneTruth(pathway);
  });

  test('a run for a pathway that the ledger does not hold ends as failed', async () => {
    const address = {
      forceId: testForce,
      pathwayId: '00000000-0000-4000-8000-000000000000',
      kind: 'diversion',
    } as const;
    await startRun(engine.client, address);
    await expect(
      engine.client.workflow.getHandle(pathwayWorkflowId(address.pathwayId)).result(),
    ).rejects.toThrow();
  });
});

test('the opening of a test pathway is what the rules make of it', () => {
  expect(() => openingEntry(diversion, command('receive-referral', 'Analyst', {}))).toThrow();
});
