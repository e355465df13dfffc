import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { append } from '../../store/ledger.ts';
import {
  factsOf,
  findFact,
  markCarried,
  pathwaysOfFact,
  recordFact,
  taskFacts,
  uncarriedFacts,
} from '../../store/person-facts.ts';
import type { NewFact } from '../../store/person-facts.ts';
import type { PlaceInList } from '../../store/place-in-list.ts';
import { wholeForce } from '../../store/scope.ts';
import { listTasks, taskById } from '../../store/tasks.ts';
import {
  aSummary,
  anActor,
  anAppend,
  force,
  openAPathway,
  openStore,
  otherForce,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

const about = { forceId: force, occurredAt: '2026-09-02T10:00:00.000Z', reason: null, actor: anActor() };

const aDeath = (personId: string): NewFact => ({
  ...about,
  kind: 'death',
  personId,
  requestId: randomUUID(),
});

async function openWithTask(): Promise<{ pathwayId: string; personId: string; taskId: string }> {
  const { pathwayId, personId } = await openAPathway(store.db);
  const taskId = randomUUID();
  const task = {
    taskId,
    breachId: 'b1',
    unitCode: 'lpu-brecon',
    marker: 'RED' as const,
    status: 'issued',
    issuedAt: about.occurredAt,
  };
  await append(store.db, anAppend(pathwayId, 1, { summary: aSummary({ tasks: [task] }) }), 'test');
  return { pathwayId, personId, taskId };
}

describe('facts', () => {
  test('are recorded once for each request, though 20 bring it at once', async () => {
    const { personId } = await openAPathway(store.db);
    const fact = aDeath(personId);
    const recorded = await Promise.all(Array.from({ length: 20 }, () => recordFact(store.db, fact)));
    expect(recorded.filter((answer) => answer?.created)).toHaveLength(1);
    expect(new Set(recorded.map((answer) => answer?.fact.factId)).size).toBe(1);
    expect(await factsOf(store.db, force, personId)).toEqual([
      {
        forceId: force,
        factId: recorded[0]?.fact.factId,
        personId,
        kind: 'death',
        taskId: null,
        reason: null,
        data: {},
        occurredAt: about.occurredAt,
        recordedAt: expect.any(String),
        recordedBy: 'user-1',
        recordedAs: 'ProviderWorker',
        carriedAt: null,
      },
    ]);
  });

  test('are refused about nobody, and about people and tasks of another force', async () => {
    const { personId, taskId } = await openWithTask();
    expect(await recordFact(store.db, aDeath(randomUUID()))).toBeNull();
    expect(await recordFact(store.db, aDeath('nonsense'))).toBeNull();
    expect(await recordFact(store.db, { ...aDeath(personId), forceId: otherForce })).toBeNull();
    const withdrawal = { ...about, kind: 'task-withdrawn', taskId, requestId: randomUUID() } as const;
    expect(await recordFact(store.db, { ...withdrawal, taskId: 'none' })).toBeNull();
    expect(await recordFact(store.db, { ...withdrawal, forceId: otherForce })).toBeNull();
    expect(await taskFacts(store.db, force, taskId)).toEqual([]);
  });

  test('about a task bind that task from this moment, before the engine knows', async () => {
    const { taskId, pathwayId, personId } = await openWithTask();
    const other = await openWithTask();
    expect(await taskById(store.db, wholeForce(force), taskId)).toMatchObject({
      status: 'issued',
      withdrawnAt: null,
    });

    const recorded = await recordFact(store.db, {
      ...about,
      kind: 'task-withdrawn',
      taskId,
      reason: 'excused',
      requestId: randomUUID(),
    });

    expect(recorded).toMatchObject({
      created: true,
      fact: { kind: 'task-withdrawn', taskId, personId, reason: 'excused' },
    });
    expect(await taskFacts(store.db, force, taskId)).toEqual([recorded?.fact]);
    expect(await taskById(store.db, wholeForce(force), taskId)).toMatchObject({
      status: 'issued',
      withdrawnAt: recorded?.fact.recordedAt,
    });
    expect(await taskById(store.db, wholeForce(force), other.taskId)).toMatchObject({ withdrawnAt: null });
    expect(await pathwaysOfFact(store.db, force, recorded?.fact.factId ?? '')).toMatchObject([
      { forceId: force, pathwayId, kind: 'diversion' },
    ]);
  });

  test('a death binds every task of the person', async () => {
    const { taskId, personId } = await openWithTask();
    await recordFact(store.db, { ...aDeath(personId), kind: 'stop-texts', personId });
    expect(await taskById(store.db, wholeForce(force), taskId)).toMatchObject({ withdrawnAt: null });
    await recordFact(store.db, aDeath(personId));
    expect(await taskById(store.db, wholeForce(force), taskId)).toMatchObject({
      withdrawnAt: expect.any(String),
    });
    expect((await taskFacts(store.db, force, taskId)).map(({ kind }) => kind)).toEqual([
      'stop-texts',
      'death',
    ]);
  });

  test('wait to be carried to the pathways that a run acts for, and are then marked', async () => {
    const nominalNumber = `N${randomUUID()}`;
    const open = await openAPathway(store.db, { person: { nominalNumber } });
    const ended = await openAPathway(store.db, { person: { nominalNumber } });
    await append(store.db, anAppend(ended.pathwayId, 1, { summary: aSummary({ needsRun: false }) }), 'test');
    const recorded = await recordFact(store.db, aDeath(open.personId));
    const factId = recorded?.fact.factId ?? '';
    const waiting = async () =>
      (await uncarriedFacts(store.db, 1000)).filter((fact) => fact.factId === factId);

    expect(await waiting()).toMatchObject([{ forceId: force, factId }]);
    await markCarried(store.db, force, factId);
    expect(await waiting()).toHaveLength(1);

    expect((await pathwaysOfFact(store.db, force, factId)).map(({ pathwayId }) => pathwayId)).toEqual([
      open.pathwayId,
    ]);
    await markCarried(store.db, force, factId);
    expect(await waiting()).toEqual([]);
    expect(await findFact(store.db, force, factId)).toMatchObject({
      kind: 'death',
      carriedAt: expect.any(String),
    });
    expect(await findFact(store.db, otherForce, factId)).toBeNull();
  });

  test('that wait are paged through, however long the oldest wait', async () => {
    const { personId } = await openAPathway(store.db);
    for (let count = 0; count < 3; count += 1) await recordFact(store.db, aDeath(personId));
    const all = await uncarriedFacts(store.db, 1000);
    const paged: typeof all = [];
    for (
      let place: PlaceInList | null = null;
      paged.length < all.length;
      place = paged.at(-1)?.place ?? null
    ) {
      const page = await uncarriedFacts(store.db, 2, place);
      expect(page.length).toBeGreaterThan(0);
      paged.push(...page);
    }
    expect(paged).toEqual(all);
    expect(all.length).toBeGreaterThanOrEqual(3);
  });

  test('recorded while pathways of the person are opened reach each of them', async () => {
    const nominalNumber = `N${randomUUID()}`;
    const { personId } = await openAPathway(store.db, { person: { nominalNumber } });
    const reached = new Map<string, number>();
    const carry = async (): Promise<void> => {
      const factId = (await recordFact(store.db, aDeath(personId)))?.fact.factId ?? '';
      reached.set(factId, (await pathwaysOfFact(store.db, force, factId)).length);
      await markCarried(store.db, force, factId);
    };
    const open = async (): Promise<void> => {
      await openAPathway(store.db, { person: { nominalNumber } });
    };
    for (let round = 0; round < 10; round += 1) {
      await Promise.all([open(), carry(), open(), carry()]);
    }

    // A fact that reached fewer than all must be waiting to be carried again.
    for (const { carriedAt, factId } of await factsOf(store.db, force, personId)) {
      expect(carriedAt === null || reached.get(factId) === 21).toBe(true);
    }
    expect(reached.size).toBe(20);
    expect(Math.min(...reached.values())).toBeLessThan(21);
  });

  test('cannot be changed or deleted', async () => {
    const { personId } = await openAPathway(store.db);
    await recordFact(store.db, aDeath(personId));
    const { pool } = store.db;
    await expect(pool.query("update person_fact set kind = 'stop-texts'")).rejects.toMatchObject({
      code: 'LW010',
    });
    await expect(pool.query("update person_fact set data = '{}'")).rejects.toMatchObject({ code: 'LW010' });
    await expect(pool.query('delete from person_fact')).rejects.toMatchObject({ code: 'LW010' });
  });
});

describe('tasks', () => {
  test('that are over never push one out of the list that somebody may still act on', async () => {
    const { pathwayId } = await openAPathway(store.db);
    const at = (day: number) => `2026-09-${String(day).padStart(2, '0')}T10:00:00.000Z`;
    const tasks = (
      ['arrested', 'withdrawal-acknowledged', 'withdrawn', 'issued', 'acknowledged', 'arrested'] as const
    ).map((status, index) => ({
      ...{ taskId: `${String(index)}-${status}-${pathwayId}`, breachId: 'b1', unitCode: `lpu-${pathwayId}` },
      ...{ marker: 'RED' as const, status, issuedAt: at(index + 2) },
    }));
    await append(store.db, anAppend(pathwayId, 1, { summary: aSummary({ tasks }) }), 'test');
    const list = async (limit: number) =>
      (await listTasks(store.db, wholeForce(force), { unitCode: `lpu-${pathwayId}`, limit })).map(
        ({ taskId }) => taskId[0],
      );
    expect(await list(3)).toEqual(['2', '3', '4']);
    expect(await list(9)).toEqual(['2', '3', '4', '5', '1', '0']);
  });

  test('are listed for a unit, inside the force and the provider only', async () => {
    const { taskId } = await openWithTask();
    const ids = async (...args: Parameters<typeof listTasks> extends [unknown, ...infer R] ? R : never) =>
      (await listTasks(store.db, ...args)).map((task) => task.taskId);
    expect(await ids(wholeForce(force), { unitCode: 'lpu-brecon', status: 'issued', limit: 100 })).toContain(
      taskId,
    );
    expect(await ids(wholeForce(force), { unitCode: 'lpu-newtown', limit: 100 })).toEqual([]);
    expect(await ids(wholeForce(otherForce), { limit: 100 })).toEqual([]);
    expect(await ids({ forceId: force, providerId: 'kaleidoscope' }, { limit: 100 })).toEqual([]);
    expect(await taskById(store.db, wholeForce(otherForce), taskId)).toBeNull();
  });
});
