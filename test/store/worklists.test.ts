import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { referralFigures } from '../../store/figures.ts';
import { append } from '../../store/ledger.ts';
import { openOffers } from '../../store/offers.ts';
import { countPathways } from '../../store/pathway-counts.ts';
import { dueFirst } from '../../store/pathway-filter.ts';
import type { PathwayFilter } from '../../store/pathway-filter.ts';
import { listPathways, pathwayById, pathwayByReference } from '../../store/pathways.ts';
import { wholeForce } from '../../store/scope.ts';
import type { Scope } from '../../store/scope.ts';
import { unassignedRows } from '../../store/stuck.ts';
import type { PathwaySummary } from '../../workflows/domain/common/pathway-state.ts';
import {
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
/** Ids by the name that a case has in this file. */
const ids = new Map<string, string>();

const now = '2026-10-01T12:00:00.000Z';
const before = '2026-10-01T11:59:59.999Z';
const after = '2026-10-01T12:00:00.001Z';
const closing = { closedAt: '2026-09-20T10:00:00.000Z', closureReason: 'completed', needsRun: false };
const asked = (code: string, since = before) => [{ code, since, owner: 'ProviderManager' as const }];
/** As a kind says it of what passed clocks ask for. */
const late = (code: string, since = before) => ({ attention: asked(code, since), lateSince: since });
const clock = (due: string) => ({ id: 'd', rule: 'r', start: '2026-09-01T00:00:00.000Z', due });

const cases: Readonly<Record<string, Partial<PathwaySummary>>> = {
  ours: { workerId: 'u-1', nextDeadline: clock(after), markers: ['RED', 'GREEN'] },
  'ours, due': { workerId: 'u-1', nextDeadline: clock(now), markers: ['GREEN'] },
  'ours, closed': { ...closing, stage: 'finished', workerId: 'u-1' },
  'of a colleague': { workerId: 'u-2', ...late('no-first-contact'), area: 'powys' },
  'of nobody': { stage: 'contacted', attention: asked('closure-near'), lateSince: null },
  'of nobody, in treatment still': { ...closing, stage: 'concluded', needsRun: true },
  'of nobody, closed, late': { ...closing, stage: 'closed', ...late('feedback-overdue') },
  'without a provider': { stage: 'awaiting-route', providerId: null },
  'with another provider': { providerId: 'kaleidoscope', workerId: 'u-9', offeredTo: 'ddas' },
  'of nobody elsewhere': { providerId: 'kaleidoscope', offeredTo: 'pobl', area: 'powys' },
  'void, ours': { ...closing, stage: 'void', workerId: 'u-1', ...late('no-first-contact') },
};

beforeAll(async () => {
  store = await openStore();
  for (const [name, summary] of Object.entries(cases)) {
    const { pathwayId } = await openAPathway(store.db, { entry: { summary: aSummary(summary) } });
    ids.set(name, pathwayId);
  }
  await openAPathway(store.db, { forceId: otherForce, entry: { summary: aSummary({ workerId: 'u-1' }) } });
});

afterAll(async () => {
  await store.close();
});

const ddas = { forceId: force, providerId: 'ddas' };

async function all(scope: Scope, filter: PathwayFilter): Promise<string[]> {
  const found: string[] = [];
  let next: string | null = null;
  do {
    const page = await listPathways(store.db, scope, {
      ...{ filter, order: 'due', limit: 2 },
      ...(next === null ? {} : { after: next }),
    });
    found.push(...page.rows.map(({ pathwayId }) => pathwayId));
    next = page.next;
  } while (next !== null);
  return found.map((id) => [...ids].find(([, known]) => known === id)?.[0] ?? id).sort();
}

describe('M207: the lists', () => {
  test.each<[string, Scope, PathwayFilter, readonly string[]]>([
    ['one’s own', ddas, { workerId: 'u-1' }, ['ours', 'ours, closed', 'ours, due']],
    ['one’s own, open', ddas, { workerId: 'u-1', closed: false }, ['ours', 'ours, due']],
    ['of somebody elsewhere', ddas, { workerId: 'u-9' }, []],
    [
      'what is worked on',
      ddas,
      { working: true },
      ['of a colleague', 'of nobody', 'of nobody, in treatment still', 'ours', 'ours, due'],
    ],
    ['what nobody carries', ddas, { unassigned: true }, ['of nobody', 'of nobody, in treatment still']],
    [
      'what nobody carries in the force',
      wholeForce(force),
      { unassigned: true },
      ['of nobody', 'of nobody elsewhere', 'of nobody, in treatment still'],
    ],
    ['what is late', ddas, { overdueAt: now }, ['of a colleague', 'of nobody, closed, late', 'ours, due']],
    ['what is late and one’s own', ddas, { overdueAt: now, workerId: 'u-1' }, ['ours, due']],
    ['a stage', wholeForce(force), { stage: 'awaiting-route' }, ['without a provider']],
    ['what is void', wholeForce(force), { stage: 'void' }, ['void, ours']],
    ['an area', wholeForce(force), { area: 'powys' }, ['of a colleague', 'of nobody elsewhere']],
    ['an area, of one provider', ddas, { area: 'powys', closed: false }, ['of a colleague']],
    ['an area where nobody lives', wholeForce(force), { area: 'ceredigion' }, []],
    ['a colour', wholeForce(force), { marker: 'RED' }, ['ours']],
    ['another colour', wholeForce(force), { marker: 'GREEN' }, ['ours', 'ours, due']],
    ['a reference that nothing begins with', wholeForce(force), { referenceStart: 'a' }, []],
  ])('%s', async (_, scope, filter, expected) => {
    expect(await all(scope, filter)).toEqual(expected);
  });

  test('everything but what is void', async () => {
    expect(await all(wholeForce(force), {})).toEqual(
      Object.keys(cases)
        .filter((name) => name !== 'void, ours')
        .sort(),
    );
  });

  test('a reference by how it begins, as it is typed', async () => {
    const row = await pathwayById(store.db, wholeForce(force), ids.get('ours') ?? '');
    const [, first = '', second = ''] = (row?.reference ?? '').split('-');
    for (const typed of [
      ...[`LL-${first}-${second}`, `${first}-${second}`, `ll${first}${second}`, `${first} ${second}`],
      ...[`${first}${second.slice(0, 1)}`, `LL-${first}-${second.slice(0, 2).toLowerCase()}`],
    ]) {
      expect(await all(wholeForce(force), { referenceStart: typed })).toContain('ours');
    }
    expect(await all(wholeForce(force), { referenceStart: `${second}${first}` })).not.toContain('ours');
    expect(await all(wholeForce(force), { referenceStart: 'L%' })).toEqual([]);
    expect((await pathwayByReference(store.db, force, row?.reference ?? ''))?.pathwayId).toBe(row?.pathwayId);
    expect(await pathwayByReference(store.db, otherForce, row?.reference ?? '')).toBeNull();
  });
});

describe('M207: the order of what is due', () => {
  const scope = { forceId: otherForce, providerId: 'in-order' };
  const day = (date: number): string => `2026-05-${String(date).padStart(2, '0')}T12:00:00.000Z`;
  /** In the order that is asked for; equal ones by their ids. */
  const inOrder: readonly (Partial<PathwaySummary> & { readonly at: number | null })[] = [
    { at: 2, lateSince: day(2), nextDeadline: clock(day(20)) },
    { at: 3, nextDeadline: clock(day(3)) },
    { at: 4, lateSince: day(9), nextDeadline: clock(day(4)) },
    { at: 5, lateSince: day(5) },
    { at: 5, nextDeadline: clock(day(5)) },
    { at: 5, lateSince: day(5), nextDeadline: clock(day(5)) },
    { at: 6, lateSince: null, nextDeadline: clock(day(6)) },
    { at: null },
    { at: null, lateSince: null, attention: asked('closure-near', day(1)) },
    { at: null },
  ];
  let expected: readonly string[] = [];
  const found = async (limit: number, filter: PathwayFilter = {}): Promise<string[]> => {
    const listed: string[] = [];
    let next: string | null = null;
    do {
      const page = await listPathways(store.db, scope, {
        ...{ filter, order: 'due', limit },
        ...(next === null ? {} : { after: next }),
      });
      listed.push(...page.rows.map(({ pathwayId }) => pathwayId));
      next = page.next;
    } while (next !== null);
    return listed;
  };

  beforeAll(async () => {
    const opened: { id: string; at: number | null }[] = [];
    for (const { at, ...summary } of inOrder.toReversed()) {
      const entry = { summary: aSummary({ providerId: 'in-order', workerId: 'u-5', ...summary }) };
      const { pathwayId } = await openAPathway(store.db, { forceId: otherForce, entry });
      opened.push({ id: pathwayId, at });
    }
    expected = opened
      .toSorted((a, b) => (a.at ?? 99) - (b.at ?? 99) || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id);
  });

  test.each([1, 2, 3, 4, 100])(
    'is what is late for longest, then the clock that bites first, then the rest, in pages of %i',
    async (limit) => {
      expect(await found(limit)).toEqual(expected);
      expect(await found(limit, { workerId: 'u-5', working: true })).toEqual(expected);
    },
  );

  test.each([1, 3])(
    'of what is late, with what came due at that very moment, in pages of %i',
    async (limit) => {
      expect(await found(limit, { overdueAt: day(5) })).toEqual(expected.slice(0, 6));
      expect(await found(limit, { overdueAt: day(4) })).toEqual(expected.slice(0, 3));
    },
  );

  test('is read from an index, however far the page lies behind', async () => {
    const client = await store.db.pool.connect();
    try {
      await client.query('begin');
      await client.query('set local enable_sort = off');
      await client.query('set local enable_seqscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain select * from pathway p where p.force_id = 'demo' and ${dueFirst} <= now()
            and (${dueFirst}, p.id) > ('2026-05-02', '${randomUUID()}') order by ${dueFirst}, p.id limit 50`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toContain('pathway_due_idx');
      expect(plan).toMatch(/Index Cond:.* > ROW\(/);
      expect(plan).not.toContain('Sort');
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});

describe('M207: the counts', () => {
  const scopes: readonly [
    string,
    Scope,
    Pick<PathwayFilter, 'kind' | 'providerId' | 'workerId' | 'area' | 'marker'>,
  ][] = [
    ['the force', wholeForce(force), {}],
    ['a provider', ddas, {}],
    ['one worker', wholeForce(force), { workerId: 'u-1' }],
    ['another provider, asked for', wholeForce(force), { providerId: 'kaleidoscope', kind: 'diversion' }],
    ['a kind without a case', wholeForce(force), { kind: 'compulsory' }],
    ['an area', wholeForce(force), { area: 'powys' }],
    ['a colour', wholeForce(force), { marker: 'GREEN' }],
    ['another force', wholeForce(otherForce), {}],
  ];

  test.each(scopes)('agree with paging through every list: %s', async (_, scope, filter) => {
    const counts = await countPathways(store.db, scope, {
      ...{ filter, overdueAt: now, mine: 'u-1', offers: scope },
    });
    const length = async (list: PathwayFilter) => (await all(scope, { ...filter, ...list })).length;
    const own = filter.workerId === undefined || filter.workerId === 'u-1' ? { workerId: 'u-1' } : {};
    expect(counts).toEqual({
      total: await length({}),
      open: await length({ closed: false }),
      closed: await length({ closed: true }),
      working: await length({ working: true }),
      mine: await length({ ...own, working: true }),
      unassigned: await length({ unassigned: true }),
      overdue: await length({ overdueAt: now }),
      attention: await length({ needsAttention: true }),
      offered: (await openOffers(store.db, scope, { limit: 100 })).rows.length + withoutOffer(scope),
      stages: await Promise.all(
        counts.stages.map(async ({ kind, stage }) => ({ kind, stage, count: await length({ kind, stage }) })),
      ),
    });
    expect(counts.open + counts.closed).toBe(counts.total);
  });

  /** These rows say that they are offered, and have no event that offered them. */
  function withoutOffer(scope: Scope): number {
    if (scope.forceId !== force) return 0;
    return scope.providerId === null ? 2 : 1;
  }

  test('M04, M45: the total is what the figures count, at any date, without what is void', async () => {
    const { total, open, closed } = await countPathways(store.db, wholeForce(force), {
      ...{ mine: '', overdueAt: now, offers: null },
    });
    const at = '2100-01-01T00:00:00.000Z';
    expect(await referralFigures(store.db, wholeForce(force), at)).toMatchObject({
      received: total,
      open,
      closed,
    });
  });
});

test('M45: a referral that becomes void leaves the figures of every date, also of those before', async () => {
  const day = (date: number): string => `2026-03-${String(date).padStart(2, '0')}T12:00:00.000Z`;
  const scope = { forceId: otherForce, providerId: 'kaleidoscope' };
  const figures = async () =>
    Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (date) => {
        const { received, open, closed } = await referralFigures(store.db, scope, day(date));
        expect(open + closed).toBe(received);
        return [received, open, closed];
      }),
    );
  const summary = (changes: Partial<PathwaySummary>) => aSummary({ providerId: 'kaleidoscope', ...changes });
  const open = (date: number) =>
    openAPathway(store.db, {
      ...{ forceId: otherForce, receivedAt: day(date), entry: { summary: summary({}) } },
    });
  const kept = await open(1);
  const wrong = await open(2);
  const record = (pathwayId: string, seq: number, date: number, changes: Partial<PathwaySummary>) =>
    append(
      store.db,
      anAppend(
        pathwayId,
        seq,
        { events: [anEvent({ occurredAt: day(date) })], summary: summary(changes) },
        otherForce,
      ),
      'test',
    );
  // Concluded while the treatment goes on counts as closed from that date, whatever ends it later.
  await record(kept.pathwayId, 1, 4, { stage: 'concluded', closedAt: day(4) });
  await record(kept.pathwayId, 2, 6, { stage: 'closed', closedAt: day(4) });
  await record(wrong.pathwayId, 1, 3, { stage: 'closed', closedAt: day(3) });
  expect(await figures()).toEqual([
    [1, 1, 0],
    [2, 2, 0],
    [2, 1, 1],
    [2, 0, 2],
    [2, 0, 2],
    [2, 0, 2],
  ]);
  await record(wrong.pathwayId, 2, 5, { stage: 'void', closedAt: day(5), needsRun: false });
  expect(await figures()).toEqual([
    [1, 1, 0],
    [1, 1, 0],
    [1, 1, 0],
    [1, 0, 1],
    [1, 0, 1],
    [1, 0, 1],
  ]);
});

test('a case that nobody carries a day after it was accepted is stuck, one whose attention says so only once', async () => {
  const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
  const open = async (changes: Partial<PathwaySummary>) =>
    (await openAPathway(store.db, { entry: { summary: aSummary({ providerId: 'pobl', ...changes }) } }))
      .pathwayId;
  const long = await open({ acceptedAt: hoursAgo(25) });
  const longer = await open({ acceptedAt: hoursAgo(49) });
  await open({ acceptedAt: hoursAgo(23) });
  await open({ acceptedAt: hoursAgo(25), workerId: 'u-1' });
  await open({ acceptedAt: hoursAgo(25), ...closing, stage: 'closed' });
  await open({ acceptedAt: hoursAgo(25), attention: asked('unassigned') });
  await open({ acceptedAt: null });
  const scope = { forceId: force, providerId: 'pobl' };
  const rows = await unassignedRows(store.db, scope, { limit: 10, owner: 'ProviderManager' });
  expect(rows).toMatchObject([
    { id: `${longer}:unassigned`, owner: 'ProviderManager', since: expect.any(String), refs: [] },
    { id: `${long}:unassigned`, cause: 'unassigned' },
  ]);
  expect(await unassignedRows(store.db, scope, { limit: 1, owner: 'ProviderManager' })).toHaveLength(1);
  expect(await unassignedRows(store.db, ddas, { limit: 10, owner: 'ProviderManager' })).toEqual([]);
});
