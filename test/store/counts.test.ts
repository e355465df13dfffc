import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drugTestsBetween, recordDrugTest } from '../../store/drug-tests.ts';
import { referralFigures } from '../../store/figures.ts';
import { append } from '../../store/ledger.ts';
import { countOutcome, knownOutcome, outcomeCounts } from '../../store/outcome-counts.ts';
import { wholeForce } from '../../store/scope.ts';
import { markCarried, pathwaysOfFact, recordFact } from '../../store/person-facts.ts';
import { attentionRows, engineRows, factRows, parseStuckId } from '../../store/stuck.ts';
import {
  anActor,
  aSummary,
  anAppend,
  anEvent,
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

const day = (date: number): string => `2026-09-${String(date).padStart(2, '0')}T12:00:00.000Z`;

describe('figures as at a date', () => {
  const at = async (date: number, scope = wholeForce(force)) => {
    const { asAt, ...figures } = await referralFigures(store.db, scope, day(date));
    expect(asAt).toBe(day(date));
    expect(figures.open + figures.closed).toBe(figures.received);
    return [figures.received, figures.open, figures.closed];
  };
  const closes = (closedAt: string | null) => aSummary({ closedAt });
  const record = (pathwayId: string, seq: number, date: number, closedAt: string | null) =>
    append(
      store.db,
      anAppend(pathwayId, seq, { events: [anEvent({ occurredAt: day(date) })], summary: closes(closedAt) }),
      'test',
    );

  test('count each referral as it stood then, by the dates in the world', async () => {
    // Received on the 2nd, closed on the 5th, open again on the 9th, closed on the 12th.
    const returned = await openAPathway(store.db, { receivedAt: day(2) });
    await record(returned.pathwayId, 1, 5, day(5));
    await record(returned.pathwayId, 2, 9, null);
    await record(returned.pathwayId, 3, 12, day(12));
    // Received on the 3rd; its closing was recorded for the 10th, and then put right to the 7th.
    const corrected = await openAPathway(store.db, { receivedAt: day(3) });
    await record(corrected.pathwayId, 1, 10, day(10));
    await record(corrected.pathwayId, 2, 14, day(7));
    // Received on the 4th; its closing was recorded for the 6th, and then put right to the 8th.
    const later = await openAPathway(store.db, { receivedAt: day(4), entry: { summary: closes(null) } });
    await record(later.pathwayId, 1, 6, day(6));
    await record(later.pathwayId, 2, 14, day(8));
    // Taken in when it was over already; and one of the compulsory path, which is no referral.
    await openAPathway(store.db, { receivedAt: day(1), entry: { summary: closes(day(4)) } });
    await openAPathway(store.db, { receivedAt: day(1), kind: 'compulsory' });

    expect(
      await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 30].map((date) => at(date))),
    ).toEqual([
      [1, 1, 0],
      [2, 2, 0],
      [3, 3, 0],
      [4, 3, 1],
      [4, 2, 2],
      [4, 2, 2],
      [4, 1, 3],
      [4, 0, 4],
      [4, 1, 3],
      [4, 1, 3],
      [4, 1, 3],
      [4, 0, 4],
      [4, 0, 4],
      [4, 0, 4],
    ]);
    expect(await referralFigures(store.db, wholeForce(force), '2026-08-31T00:00:00.000Z')).toMatchObject({
      received: 0,
      open: 0,
      closed: 0,
    });
  });

  test('count the boundary instant as reached', async () => {
    const { pathwayId } = await openAPathway(store.db, { forceId: otherForce, receivedAt: day(20) });
    await append(
      store.db,
      anAppend(
        pathwayId,
        1,
        { events: [anEvent({ occurredAt: day(21) })], summary: closes(day(21)) },
        otherForce,
      ),
      'test',
    );
    const figures = (asAt: string) => referralFigures(store.db, wholeForce(otherForce), asAt);
    expect(await figures('2026-09-20T11:59:59.999Z')).toMatchObject({ received: 0 });
    expect(await figures(day(20))).toMatchObject({ received: 1, open: 1, closed: 0 });
    expect(await figures('2026-09-21T11:59:59.999Z')).toMatchObject({ received: 1, open: 1, closed: 0 });
    expect(await figures(day(21))).toMatchObject({ received: 1, open: 0, closed: 1 });
  });

  test("are those of the caller's provider", async () => {
    expect(
      await referralFigures(store.db, { forceId: force, providerId: 'kaleidoscope' }, day(30)),
    ).toMatchObject({ received: 0 });
    expect(await referralFigures(store.db, { forceId: force, providerId: 'ddas' }, day(30))).toMatchObject({
      received: 4,
    });
  });
});

describe('outcomes that are only counted', () => {
  const outcome = { month: '2026-09', outcomeCode: '8', offenceCode: '92E', reason: 'declined' } as const;
  const identity = () => ({ occurrenceNumber: `DP-${randomUUID()}`, nominalNumber: 'N1' });

  test('count once, though sent 20 times at once and spelled otherwise', async () => {
    const one = identity();
    expect(await knownOutcome(store.db, force, one)).toBeNull();
    const counted = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        countOutcome(store.db, force, index % 2 === 0 ? one : { ...one, nominalNumber: ' n1' }, outcome),
      ),
    );
    expect(counted.filter((answer) => answer.counted)).toHaveLength(1);
    await Promise.all(Array.from({ length: 20 }, () => countOutcome(store.db, force, identity(), outcome)));
    await countOutcome(store.db, force, identity(), { ...outcome, month: '2026-10' });
    await countOutcome(store.db, otherForce, one, outcome);

    expect(await outcomeCounts(store.db, force, '2026-09', '2026-09')).toEqual([{ ...outcome, count: 21 }]);
    expect(await outcomeCounts(store.db, force, '2026-09', '2026-10')).toHaveLength(2);
    expect(await knownOutcome(store.db, force, one)).toBe('counted');
    expect(await knownOutcome(store.db, otherForce, one)).toBe('counted');
  });

  test('leave a keyed hash and nothing else', async () => {
    const one = { occurrenceNumber: 'DP-20260901-00001', nominalNumber: 'N107001' };
    await countOutcome(store.db, force, one, outcome);
    const { rows, fields } = await store.db.pool.query<Record<string, string>>(
      'select * from counted_outcome',
    );
    expect(fields.map(({ name }) => name)).toEqual(['force_id', 'identity_hash']);
    expect(JSON.stringify(rows)).not.toMatch(/107001|20260901/);
    // Without the key the hash cannot be guessed from the numbers.
    const plain = createHash('sha256').update('DP-20260901-00001N107001').digest('base64url');
    expect(rows.map((row) => row['identity_hash'])).not.toContain(plain);
  });
});

describe('tests that open no pathway', () => {
  test('are counted once for each command, without a person', async () => {
    const test = {
      forceId: force,
      suiteCode: 'custody-newtown',
      testedAt: day(3),
      result: 'negative',
      details: { basis: 'voluntary' },
    } as const;
    const commandId = randomUUID();
    const recorded = await Promise.all(
      Array.from({ length: 10 }, () => recordDrugTest(store.db, commandId, test)),
    );
    expect(recorded.filter(({ created }) => created)).toHaveLength(1);
    expect(await drugTestsBetween(store.db, force, day(3), day(4))).toEqual([
      { ...test, testId: recorded[0]?.testId, pathwayId: null },
    ]);
    expect(await drugTestsBetween(store.db, force, day(2), day(3))).toEqual([]);
    expect(await drugTestsBetween(store.db, otherForce, day(1), day(30))).toEqual([]);
  });
});

describe('the stuck list', () => {
  const attention = [
    { code: 'task-unacknowledged', since: day(3), owner: 'LpuOfficer', ref: 'task-2' },
    { code: 'task-unacknowledged', since: day(2), owner: 'LpuOfficer', ref: 'task-1' },
    { code: 'no-attempt', since: day(1), owner: 'ProviderManager' },
  ] as const;

  test('has one row for a pathway and cause, the longest-standing first', async () => {
    const { pathwayId, reference } = await openAPathway(store.db, {
      entry: { summary: aSummary({ attention }) },
    });
    const row = { pathwayId, reference, kind: 'diversion', stage: 'awaiting-contact', providerId: 'ddas' };
    const expected = [
      {
        ...row,
        id: `${pathwayId}:no-attempt`,
        cause: 'no-attempt',
        since: day(1),
        owner: 'ProviderManager',
        refs: [],
      },
      {
        ...row,
        id: `${pathwayId}:task-unacknowledged`,
        cause: 'task-unacknowledged',
        since: day(2),
        owner: 'LpuOfficer',
        refs: ['task-1', 'task-2'],
      },
    ];
    expect(await attentionRows(store.db, wholeForce(force), { limit: 10 })).toEqual(expected);
    expect(await attentionRows(store.db, { forceId: force, providerId: 'ddas' }, { limit: 1 })).toEqual(
      expected.slice(0, 1),
    );
    expect(await attentionRows(store.db, wholeForce(force), { limit: 10, pathwayId })).toEqual(expected);
    expect(await attentionRows(store.db, wholeForce(force), { limit: 10, pathwayId: randomUUID() })).toEqual(
      [],
    );
    expect(await attentionRows(store.db, { forceId: force, providerId: 'pobl' }, { limit: 10 })).toEqual([]);
    expect(await attentionRows(store.db, wholeForce(otherForce), { limit: 10 })).toEqual([]);

    await append(
      store.db,
      anAppend(pathwayId, 1, { summary: aSummary({ attention: attention.slice(0, 1) }) }),
      'test',
    );
    expect(await attentionRows(store.db, wholeForce(force), { limit: 10 })).toMatchObject([
      { since: day(3), refs: ['task-2'] },
    ]);
  });

  test('shows clocks long due and pathways that no run was seen for', async () => {
    const due = new Date(Date.now() - 90_000).toISOString();
    const nextDeadline = { id: 'd', rule: 'first-contact', start: day(1), due };
    const { pathwayId } = await openAPathway(store.db, { entry: { summary: aSummary({ nextDeadline }) } });
    const ended = await openAPathway(store.db, {
      entry: { summary: aSummary({ nextDeadline, needsRun: false }) },
    });
    const rows = async (options: { overdueSeconds?: number; awaitingSeconds?: number }) =>
      (await engineRows(store.db, wholeForce(force), { limit: 100, ...options }))
        .filter((row) => [pathwayId, ended.pathwayId].includes(row.pathwayId))
        .map(({ id, cause, since, owner }) => ({ id, cause, since, owner }));

    const overdue = {
      id: `${pathwayId}:deadline-overdue`,
      cause: 'deadline-overdue',
      since: due,
      owner: 'Operator',
    };
    expect(await rows({})).toEqual([overdue]);
    expect(await rows({ overdueSeconds: 120, awaitingSeconds: 0 })).toEqual([
      { id: `${pathwayId}:run-missing`, cause: 'run-missing', since: expect.any(String), owner: 'Operator' },
    ]);
    expect(await engineRows(store.db, wholeForce(otherForce), { limit: 100, awaitingSeconds: 1000 })).toEqual(
      [],
    );
  });

  test('shows what was told of somebody and has not reached their open cases', async () => {
    const { pathwayId, personId } = await openAPathway(store.db);
    const rows = async (options: { readonly waitingSeconds?: number; readonly providerId?: string }) => {
      const { providerId = null, ...rest } = options;
      const found = await factRows(store.db, { forceId: force, providerId }, { limit: 100, ...rest });
      return found.filter((row) => row.pathwayId === pathwayId);
    };
    const told = await recordFact(store.db, {
      ...{ forceId: force, requestId: randomUUID(), occurredAt: day(1), reason: null, actor: anActor() },
      ...{ kind: 'custody', personId },
    });
    const factId = told?.fact.factId ?? '';
    const waiting = { id: `${pathwayId}:fact-waiting`, cause: 'fact-waiting', owner: 'Operator', refs: [] };
    expect(await rows({ waitingSeconds: 0 })).toMatchObject([waiting]);
    expect(await rows({ waitingSeconds: 0, providerId: 'ddas' })).toMatchObject([waiting]);
    expect(await rows({ waitingSeconds: 0, providerId: 'pobl' })).toEqual([]);
    expect(await rows({})).toEqual([]);
    await pathwaysOfFact(store.db, force, factId);
    expect(await markCarried(store.db, force, factId)).toBe(true);
    expect(await rows({ waitingSeconds: 0 })).toEqual([]);
  });

  test('has ids that can be read back', () => {
    const pathwayId = randomUUID();
    expect(parseStuckId(`${pathwayId}:run-missing`)).toEqual({ pathwayId, cause: 'run-missing' });
    for (const id of ['', 'x:y', pathwayId, `${pathwayId}:`, `${pathwayId}:a:b`, `${pathwayId}:a'b`])
      expect(parseStuckId(id)).toBeNull();
  });
});
