import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { changesAfter } from '../../store/changes.ts';
import type { CasesOfKind, Change } from '../../store/changes.ts';
import { append } from '../../store/ledger.ts';
import { BadCursorError } from '../../store/pathways.ts';
import { eventually } from '../support/eventually.ts';
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

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

const everything: readonly CasesOfKind[] = [
  { kind: 'diversion', providerId: null },
  { kind: 'compulsory', providerId: null },
];

/** All that there is from a place on, page by page. */
async function readAll(
  after: string | undefined,
  limit = 3,
  cases = everything,
  forceId = force,
): Promise<{ readonly changes: Change[]; readonly next: string }> {
  const changes: Change[] = [];
  let next = after;
  for (;;) {
    const page = await changesAfter(store.db, forceId, {
      cases,
      limit,
      ...(next === undefined ? {} : { after: next }),
    });
    expect(page.changes.length).toBeLessThanOrEqual(limit);
    changes.push(...page.changes);
    next = page.next;
    if (!page.more) return { changes, next };
  }
}

const named = (changes: readonly Change[]) =>
  changes.map(({ pathwayId, seq }) => `${pathwayId} ${String(seq)}`);

test('every event is told once, in order, however small the pages', async () => {
  const before = await readAll(undefined);
  const opened = await Promise.all(Array.from({ length: 4 }, () => openAPathway(store.db)));
  for (const { pathwayId } of opened) await append(store.db, anAppend(pathwayId, 1), 'test');
  const expected = opened.flatMap(({ pathwayId }) => [`${pathwayId} 1`, `${pathwayId} 2`]).sort();
  // Transactions of other tests on the same server may hold the reader back for a moment.
  let { next } = before;
  const told: string[] = [];
  await eventually(async () => {
    const read = await readAll(next);
    told.push(...named(read.changes));
    next = read.next;
    expect([...told].sort()).toEqual(expected);
  });
  expect((await readAll(next)).changes).toEqual([]);
  const all = await readAll(undefined, 2);
  expect(new Set(named(all.changes)).size).toBe(all.changes.length);
  for (const { pathwayId } of opened) {
    const seqs = all.changes.filter((change) => change.pathwayId === pathwayId).map(({ seq }) => seq);
    expect(seqs).toEqual([1, 2]);
  }
});

test('an event that was written early and committed late is not missed, nor what came after it told twice', async () => {
  const late = await openAPathway(store.db);
  const quick = await openAPathway(store.db);
  let { next } = await readAll(undefined);
  const client = await store.db.pool.connect();
  const told: string[] = [];
  const read = async (): Promise<void> => {
    const page = await readAll(next);
    next = page.next;
    told.push(...named(page.changes));
  };
  try {
    await client.query('begin');
    await client.query('select llwybr_append($1::jsonb, $2)', [
      JSON.stringify(anAppend(late.pathwayId, 1)),
      'test',
    ]);
    await append(store.db, anAppend(quick.pathwayId, 1), 'test');
    await append(store.db, anAppend(quick.pathwayId, 2), 'test');
    await read();
    // What is committed already may be told only once nothing can come before it any more.
    expect(told).not.toContain(`${late.pathwayId} 2`);
    expect(told).not.toContain(`${quick.pathwayId} 3`);
    await client.query('commit');
  } finally {
    client.release();
  }
  await eventually(async () => {
    await read();
    expect(told).toEqual(
      expect.arrayContaining([`${late.pathwayId} 2`, `${quick.pathwayId} 2`, `${quick.pathwayId} 3`]),
    );
  });
  expect(new Set(told).size).toBe(told.length);
});

const routeTo = (providerId: string) => ({ providerId, programme: 'acr-diversion', routeId: 'route' });

test.each([
  [
    'a transfer',
    'transfer-accepted',
    { from: routeTo('ddas'), route: routeTo('kaleidoscope') },
    'kaleidoscope',
  ],
  [
    'another route',
    'referral-routed',
    { from: routeTo('ddas'), route: routeTo('kaleidoscope') },
    'kaleidoscope',
  ],
  ['its own no', 'referral-declined', { route: routeTo('ddas') }, null],
] as const)('who loses a case by %s is told of that, and of nothing after', async (_by, type, data, to) => {
  const { next } = await readAll(undefined);
  const { pathwayId } = await openAPathway(store.db);
  const said = { version: 1, occurredAt: '2026-09-02T10:00:00.000Z' };
  const step = (
    seq: number,
    event: { readonly type: string; readonly data: object },
    providerId: string | null,
  ) =>
    append(
      store.db,
      anAppend(pathwayId, seq, { events: [{ ...said, ...event }], summary: aSummary({ providerId }) }),
      'test',
    );
  await step(1, { type: 'something-said', data: {} }, 'ddas');
  await step(2, { type, data }, to);
  await step(3, { type: 'something-said', data: {} }, to);
  const tellsTo = async (providerId: string) =>
    named((await readAll(next, 2, [{ kind: 'diversion', providerId }])).changes);
  await eventually(async () => {
    expect(named((await readAll(next)).changes)).toContain(`${pathwayId} 4`);
  });
  expect(await tellsTo('ddas')).toEqual([`${pathwayId} 3`]);
  if (to !== null) {
    expect(await tellsTo(to)).toEqual([1, 2, 3, 4].map((seq) => `${pathwayId} ${String(seq)}`));
  }
  expect(await tellsTo('pobl')).toEqual([]);
  // Back with who had it, all of it is theirs again; that they lost it meanwhile is part of it.
  await step(4, { type: 'something-said', data: {} }, 'ddas');
  await eventually(async () => {
    expect(await tellsTo('ddas')).toEqual([1, 2, 3, 4, 5].map((seq) => `${pathwayId} ${String(seq)}`));
  });
});

test('who keeps a case in another programme has lost nothing', async () => {
  const { next } = await readAll(undefined);
  const { pathwayId } = await openAPathway(store.db);
  const data = { from: routeTo('ddas'), route: { ...routeTo('ddas'), programme: 'other' } };
  const event = { type: 'referral-routed', version: 1, occurredAt: '2026-09-02T10:00:00.000Z', data };
  await append(store.db, anAppend(pathwayId, 1, { events: [event] }), 'test');
  await append(
    store.db,
    anAppend(pathwayId, 2, { summary: aSummary({ providerId: 'kaleidoscope' }) }),
    'test',
  );
  await eventually(async () => {
    expect(named((await readAll(next)).changes)).toContain(`${pathwayId} 3`);
  });
  const own = await readAll(next, 2, [{ kind: 'diversion', providerId: 'ddas' }]);
  expect(named(own.changes).filter((change) => change.startsWith(pathwayId))).toEqual([]);
});

test('each is told with its reference and codes only, and to whom the case belongs now', async () => {
  const { next } = await readAll(undefined);
  const { pathwayId, reference } = await openAPathway(store.db);
  const other = await openAPathway(store.db, {
    entry: { summary: aSummary({ providerId: 'kaleidoscope' }) },
  });
  const foreign = await openAPathway(store.db, { forceId: otherForce });
  const commandId = randomUUID();
  await append(
    store.db,
    anAppend(pathwayId, 1, {
      commandId,
      events: [
        {
          ...{ type: 'something-said', version: 1, occurredAt: '2026-09-02T10:00:00.000Z' },
          ...{ data: { secret: 'of the case' }, stage: 'contacted' },
        },
      ],
    }),
    'test',
  );
  const own: readonly CasesOfKind[] = [{ kind: 'diversion', providerId: 'ddas' }];
  await eventually(async () => {
    const { changes } = await readAll(next, 10, own);
    expect(changes.map((change) => change.pathwayId)).toEqual(expect.arrayContaining([pathwayId, pathwayId]));
    expect(changes.at(-1)).toEqual({
      ...{ pathwayId, reference, kind: 'diversion', seq: 2, type: 'something-said', stage: 'contacted' },
      ...{ occurredAt: '2026-09-02T10:00:00.000Z', recordedAt: expect.any(String), commandId },
      ...{ actorId: 'user-1', actorRole: 'ProviderWorker' },
    });
    expect(changes.map((change) => change.pathwayId)).not.toContain(other.pathwayId);
    expect(changes.map((change) => change.pathwayId)).not.toContain(foreign.pathwayId);
  });
  const compulsory: readonly CasesOfKind[] = [{ kind: 'compulsory', providerId: null }];
  expect((await readAll(undefined, 100, compulsory)).changes).toEqual([]);
  expect((await readAll(undefined, 100, [])).changes).toEqual([]);
  await append(
    store.db,
    anAppend(pathwayId, 2, { summary: aSummary({ providerId: 'kaleidoscope' }) }),
    'test',
  );
  expect((await readAll(undefined, 100, own)).changes.map((change) => change.pathwayId)).not.toContain(
    pathwayId,
  );
});

test.each([
  ['', 'nothing'],
  [Buffer.from('received|2026-09-02T10:00:00.000Z|x').toString('base64url'), 'of another list'],
  [Buffer.from('changes|-1||0').toString('base64url'), 'of no transaction'],
  [Buffer.from('changes|1|nobody|0').toString('base64url'), 'of no pathway'],
  [Buffer.from('changes|9000000000000000000||0').toString('base64url'), 'of a later database'],
])('a cursor that no answer gave is refused: %s (%s)', async (after) => {
  await expect(changesAfter(store.db, force, { cases: everything, after, limit: 1 })).rejects.toThrow(
    BadCursorError,
  );
});
