import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { append } from '../../store/ledger.ts';
import {
  BadCursorError,
  confirmRun,
  listPathways,
  openPathwayIds,
  overduePathways,
  pathwayById,
  pathwaysAwaitingRun,
  pathwaysNeedingRun,
} from '../../store/pathways.ts';
import type { PathwayFilter } from '../../store/pathway-filter.ts';
import type { PathwayOrder } from '../../store/pathways.ts';
import { wholeForce } from '../../store/scope.ts';
import type { Scope } from '../../store/scope.ts';
import { holdSweepLock, lastSweep, recordSweep } from '../../store/sweeps.ts';
import {
  aSummary,
  anAppend,
  force,
  openAPathway,
  openStore,
  otherForce,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;
const ids: string[] = [];

const due = (at: string | null) =>
  at === null ? null : { id: 'd', rule: 'r', start: '2026-09-01T00:00:00.000Z', due: at };

beforeAll(async () => {
  store = await openStore();
  // Nine, three of them received at the same instant, with clocks at 0 to 3 or none.
  for (let index = 0; index < 9; index += 1) {
    const { pathwayId } = await openAPathway(store.db, {
      receivedAt: `2026-09-0${Math.max(1, index - 2)}T10:00:00.000Z`,
      entry: {
        summary: aSummary({
          stage: index % 2 === 0 ? 'awaiting-contact' : 'closed',
          closedAt: index % 2 === 0 ? null : '2026-09-20T10:00:00.000Z',
          providerId: index < 6 ? 'ddas' : 'kaleidoscope',
          nextDeadline: due(index < 5 ? `2026-10-0${(index % 3) + 1}T00:00:00.000Z` : null),
          attention:
            index === 0
              ? [{ code: 'no-attempt', since: '2026-09-03T10:00:00.000Z', owner: 'ProviderManager' }]
              : [],
        }),
      },
    });
    ids.push(pathwayId);
  }
  await openAPathway(store.db, { forceId: otherForce });
});

afterAll(async () => {
  await store.close();
});

async function pages(
  scope: Scope,
  order: PathwayOrder,
  limit: number,
  filter: PathwayFilter = {},
): Promise<string[]> {
  const found: string[] = [];
  let after: string | null = null;
  do {
    const page = await listPathways(store.db, scope, {
      order,
      limit,
      filter,
      ...(after === null ? {} : { after }),
    });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    found.push(...page.rows.map(({ pathwayId }) => pathwayId));
    after = page.next;
  } while (after !== null);
  return found;
}

const at = (...indices: number[]): string[] => indices.map((index) => ids[index] ?? '').sort();

describe('the list of pathways', () => {
  test.each([1, 2, 4, 9, 50])('comes newest receipt first, each once, in pages of %i', async (limit) => {
    const found = await pages(wholeForce(force), 'received', limit);
    expect([...found].sort()).toEqual([...ids].sort());
    const received = await Promise.all(
      found.map(async (id) => (await pathwayById(store.db, wholeForce(force), id))?.receivedAt),
    );
    expect(received).toEqual([...received].sort().reverse());
  });

  test.each([1, 2, 4, 9, 50])(
    'comes nearest clock first, those without one last, in pages of %i',
    async (limit) => {
      const found = await pages(wholeForce(force), 'due', limit);
      expect([...found].sort()).toEqual([...ids].sort());
      const clocks = await Promise.all(
        found.map(async (id) => (await pathwayById(store.db, wholeForce(force), id))?.nextDueAt ?? '~'),
      );
      expect(clocks).toEqual([...clocks].sort());
    },
  );

  test.each<[string, PathwayFilter, readonly number[]]>([
    ['stage', { stage: 'closed' }, [1, 3, 5, 7]],
    ['open', { closed: false }, [0, 2, 4, 6, 8]],
    ['closed', { closed: true }, [1, 3, 5, 7]],
    ['provider', { providerId: 'kaleidoscope' }, [6, 7, 8]],
    ['due before', { dueBefore: '2026-10-02T00:00:00.000Z' }, [0, 3]],
    ['attention', { needsAttention: true }, [0]],
    ['no attention', { needsAttention: false, closed: false }, [2, 4, 6, 8]],
    ['kind', { kind: 'compulsory' }, []],
    ['nobody', { personId: 'nonsense' }, []],
    ['unknown reference', { reference: "LL-' or true --" }, []],
  ])('filters by %s', async (_, filter, expected) => {
    expect((await pages(wholeForce(force), 'due', 2, filter)).sort()).toEqual(at(...expected));
  });

  test('filters by person and by reference', async () => {
    const row = await pathwayById(store.db, wholeForce(force), ids[4] ?? '');
    expect(await pages(wholeForce(force), 'received', 5, { personId: row?.personId ?? '' })).toEqual([
      ids[4],
    ]);
    expect(await pages(wholeForce(force), 'received', 5, { reference: row?.reference ?? '' })).toEqual([
      ids[4],
    ]);
  });

  test("shows a provider what is routed to it, and no force another one's", async () => {
    const provider = { forceId: force, providerId: 'kaleidoscope' };
    expect((await pages(provider, 'received', 2)).sort()).toEqual(at(6, 7, 8));
    expect(await pages(provider, 'received', 2, { providerId: 'ddas' })).toEqual([]);
    expect(await pathwayById(store.db, provider, ids[0] ?? '')).toBeNull();
    expect(await pathwayById(store.db, wholeForce(otherForce), ids[0] ?? '')).toBeNull();
    expect(await pages(wholeForce(otherForce), 'received', 2)).toHaveLength(1);
  });

  test('says when clocks are scaled', async () => {
    const page = await listPathways(store.db, wholeForce(otherForce), { limit: 1 });
    expect(page.rows[0]?.demo).toBe(true);
  });

  test.each([
    '',
    'x',
    Buffer.from('due||x').toString('base64url'),
    Buffer.from(`received||${randomUUID()}`).toString('base64url'),
    Buffer.from(`received|2026-02-30T00:00:00.000Z|${randomUUID()}`).toString('base64url'),
  ])('refuses the cursor %p', async (after) => {
    const listed = listPathways(store.db, wholeForce(force), { limit: 1, after });
    await expect(listed).rejects.toBeInstanceOf(BadCursorError);
  });
});

describe('runs', () => {
  test('are awaited until confirmed, and not when the pathway needs none', async () => {
    const { pathwayId } = await openAPathway(store.db);
    const ended = await openAPathway(store.db, { entry: { summary: aSummary({ needsRun: false }) } });
    const waiting = async (): Promise<string[]> =>
      (await pathwaysAwaitingRun(store.db, 1000)).map((run) => run.pathwayId);
    expect(await waiting()).toContain(pathwayId);
    expect(await waiting()).not.toContain(ended.pathwayId);
    expect((await pathwaysNeedingRun(store.db)).map((run) => run.pathwayId)).toContain(pathwayId);

    await confirmRun(store.db, otherForce, pathwayId);
    expect(await waiting()).toContain(pathwayId);
    await confirmRun(store.db, force, pathwayId);
    expect(await waiting()).not.toContain(pathwayId);
    const confirmed = (await pathwayById(store.db, wholeForce(force), pathwayId))?.runConfirmedAt;
    await confirmRun(store.db, force, pathwayId);
    expect((await pathwayById(store.db, wholeForce(force), pathwayId))?.runConfirmedAt).toBe(confirmed);
    expect((await pathwaysNeedingRun(store.db)).map((run) => run.pathwayId)).not.toContain(ended.pathwayId);
  });

  test('are overdue when their clock has passed for longer than asked, in the order of the clocks', async () => {
    const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
    const open = async (seconds: number): Promise<string> =>
      (await openAPathway(store.db, { entry: { summary: aSummary({ nextDeadline: due(ago(seconds)) }) } }))
        .pathwayId;
    const [minute, hour] = [await open(60), await open(3600)];
    await open(-60);
    const overdue = async (seconds: number): Promise<string[]> =>
      (await overduePathways(store.db, seconds, 1000))
        .map((run) => run.pathwayId)
        .filter((id) => !ids.includes(id));
    expect(await overdue(30)).toEqual([hour, minute]);
    expect(await overdue(600)).toEqual([hour]);
    expect(await overduePathways(store.db, 30, 1)).toHaveLength(1);
    await append(store.db, anAppend(hour, 1, { summary: aSummary() }), 'test');
    expect(await overdue(30)).toEqual([minute]);
  });

  test('open pathways are those not closed', async () => {
    const open = await openPathwayIds(store.db, force);
    expect(ids.filter((id) => open.includes(id)).sort()).toEqual(at(0, 2, 4, 6, 8));
    expect(await openPathwayIds(store.db, otherForce)).toHaveLength(1);
  });
});

describe('the sweep', () => {
  test('is held by one at a time, and given back after a failure', async () => {
    let inside = 0;
    const ran: number[] = [];
    await holdSweepLock(store.db, async () => {
      inside += 1;
      await Promise.all(
        [1, 2, 3].map((index) => holdSweepLock(store.db, () => Promise.resolve(void ran.push(index)))),
      );
    });
    expect({ inside, ran }).toEqual({ inside: 1, ran: [] });
    await expect(holdSweepLock(store.db, () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
    await holdSweepLock(store.db, () => Promise.resolve(void ran.push(4)));
    expect(ran).toEqual([4]);
  });

  test('leaves the time of its last good end', async () => {
    expect(await lastSweep(store.db)).toBeNull();
    await recordSweep(store.db);
    const first = await lastSweep(store.db);
    await recordSweep(store.db);
    const second = await lastSweep(store.db);
    expect(Date.parse(first ?? '')).toBeLessThanOrEqual(Date.parse(second ?? ''));
  });
});
