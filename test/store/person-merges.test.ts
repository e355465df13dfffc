import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { referralFigures } from '../../store/figures.ts';
import { append } from '../../store/ledger.ts';
import { handOver } from '../../store/message-handover.ts';
import type { JudgedBy } from '../../store/message-handover.ts';
import { claimForSending, messageForDelivery } from '../../store/messages.ts';
import { findFact, markCarried, pathwaysOfFact, recordFact } from '../../store/person-facts.ts';
import { mergePersons, mergesOf, splitPersons } from '../../store/person-merges.ts';
import type { NewMerge } from '../../store/person-merges.ts';
import { wholeForce } from '../../store/scope.ts';
import { taskById } from '../../store/tasks.ts';
import {
  aSummary,
  anActor,
  anAppend,
  anEvent,
  anIntent,
  force,
  judgedNow,
  openAPathway,
  openStore,
  otherForce,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';
import { eventually } from '../support/eventually.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

const birthDate = '1999-02-28';

const merge = (personId: string, otherPersonId: string, changes: Partial<NewMerge> = {}) =>
  mergePersons(store.db, {
    ...{ forceId: force, personId, otherPersonId, reason: 'same-nominal', confirmed: [] },
    ...{ actor: anActor(), requestId: randomUUID(), ...changes },
  });

const split = (mergeId: string, requestId = randomUUID()) =>
  splitPersons(store.db, { forceId: force, mergeId, reason: 'two-people', actor: anActor(), requestId });

async function merged(personId: string, otherPersonId: string): Promise<string> {
  const answer = await merge(personId, otherPersonId);
  if (answer.refused !== undefined) throw new Error(answer.refused);
  return answer.merge.mergeId;
}

const death = (personId: string) =>
  recordFact(store.db, {
    ...{ forceId: force, occurredAt: '2026-09-02T10:00:00.000Z', reason: null, actor: anActor() },
    ...{ kind: 'death', personId, requestId: randomUUID() },
  });

async function reachedBy(factId: string): Promise<string[]> {
  return (await pathwaysOfFact(store.db, force, factId)).map(({ pathwayId }) => pathwayId).sort();
}

async function intentOf(pathwayId: string): Promise<string> {
  const { openIntents } = await append(
    store.db,
    anAppend(pathwayId, 1, { events: [anEvent()], intents: [anIntent()] }),
    'test',
  );
  const [intent] = openIntents;
  if (intent === undefined) throw new Error('No message');
  return intent.intentId;
}

describe('two rows of one human being (M233)', () => {
  test('what is known of either binds every send and every task of both, from that moment until they are split', async () => {
    const one = await openAPathway(store.db);
    const other = await openAPathway(store.db);
    const third = await openAPathway(store.db);
    const taskId = randomUUID();
    const intentId = await intentOf(one.pathwayId);
    const task = { taskId, breachId: 'b1', unitCode: 'lpu-brecon', marker: 'RED' as const, status: 'issued' };
    const tasks = [{ ...task, issuedAt: '2026-09-02T10:00:00.000Z' }];
    await append(store.db, anAppend(one.pathwayId, 2, { summary: aSummary({ tasks }) }), 'test');
    const told = await death(third.personId);
    const facts = async () => (await messageForDelivery(store.db, force, intentId))?.facts ?? [];
    expect(await facts()).toEqual([]);

    const first = await merged(one.personId, other.personId);
    expect((await merge(other.personId, third.personId)).refused).toBe('contradiction');
    // Two merges away from whom it was told of.
    expect(
      (await merge(other.personId, third.personId, { confirmed: ['death', 'birth-date'] })).refused,
    ).toBeUndefined();
    expect(await facts()).toMatchObject([{ fact: 'death', factId: told?.fact.factId }]);
    expect((await taskById(store.db, wholeForce(force), taskId))?.withdrawnAt).not.toBeNull();

    expect((await split(first)).refused).toBeUndefined();
    expect(await facts()).toEqual([]);
    expect((await taskById(store.db, wholeForce(force), taskId))?.withdrawnAt).toBeNull();
  });

  test('a text is judged again where as many facts bind the person as before, but others', async () => {
    const one = await openAPathway(store.db);
    const other = await openAPathway(store.db);
    const intentId = await intentOf(one.pathwayId);
    const tell = (kind: 'custody' | 'stop-texts', personId: string) =>
      recordFact(store.db, {
        ...{ forceId: force, occurredAt: '2026-09-02T10:00:00.000Z', reason: null, actor: anActor() },
        ...{ kind, personId, requestId: randomUUID() },
      });
    await tell('custody', other.personId);
    const mergeId = await merged(one.personId, other.personId);
    const claimId = 'claim';
    expect(await claimForSending(store.db, force, intentId, claimId)).toMatchObject({ state: 'fresh' });
    const judged = await judgedNow(store.db, intentId);
    await split(mergeId);
    await tell('stop-texts', one.personId);
    const text = { to: '+447700900123', language: 'cy', body: 'x' } as const;
    const give = (by: JudgedBy) =>
      handOver(
        store.db,
        { forceId: force, intentId, claimId, attempt: 1 },
        { ...text, handedOverAt: '2026-09-03T09:00:00.000Z' },
        by,
      );
    expect(await give(judged)).toBe(false);
    expect(await give(await judgedNow(store.db, intentId))).toBe(true);
  });

  test('"not safe to text", said of either row, is said of both', async () => {
    const one = await openAPathway(store.db);
    const other = await openAPathway(store.db, { person: { safeToText: 'no' } });
    const intentId = await intentOf(one.pathwayId);
    const safe = async () => (await messageForDelivery(store.db, force, intentId))?.person.safeToText;
    expect(await safe()).toBe('yes');
    await merged(one.personId, other.personId);
    expect(await safe()).toBe('no');
  });

  test('a fact told before the merge is carried to the pathways of the other row, and one told after it to those of both', async () => {
    const one = await openAPathway(store.db);
    const other = await openAPathway(store.db);
    const earlier = (await death(one.personId))?.fact.factId ?? '';
    expect(await reachedBy(earlier)).toEqual([one.pathwayId]);
    await markCarried(store.db, force, earlier);

    await merge(one.personId, other.personId, { confirmed: ['death'] });
    expect((await findFact(store.db, force, earlier))?.carriedAt ?? null).toBeNull();
    const both = [one.pathwayId, other.pathwayId].sort();
    expect(await reachedBy(earlier)).toEqual(both);
    const later = (await death(other.personId))?.fact.factId ?? '';
    expect(await reachedBy(later)).toEqual(both);
    await markCarried(store.db, force, later);
  });

  test('a pathway opened for one of them hears of what is known of the other', async () => {
    const nominalNumber = `N${randomUUID()}`;
    const one = await openAPathway(store.db, { person: { nominalNumber } });
    const other = await openAPathway(store.db);
    await merged(one.personId, other.personId);
    const factId = (await death(other.personId))?.fact.factId ?? '';
    await reachedBy(factId);
    await markCarried(store.db, force, factId);
    const opened = await openAPathway(store.db, { person: { nominalNumber } });
    expect((await findFact(store.db, force, factId))?.carriedAt ?? null).toBeNull();
    expect(await reachedBy(factId)).toContain(opened.pathwayId);
  });

  test('a death corrected of either row stays corrected after the split', async () => {
    const one = await openAPathway(store.db);
    const other = await openAPathway(store.db);
    const factId = (await death(one.personId))?.fact.factId ?? '';
    const answer = await merge(one.personId, other.personId, { confirmed: ['death'] });
    if (answer.refused !== undefined) throw new Error(answer.refused);
    const requestId = randomUUID();
    const correct = () =>
      recordFact(store.db, {
        ...{ forceId: force, occurredAt: '2026-09-02T11:00:00.000Z', reason: null, actor: anActor() },
        ...{ kind: 'death-corrected', correctsFactId: factId, personId: other.personId, requestId },
      });
    const corrected = await correct();
    expect(corrected).toMatchObject({ created: true, fact: { personId: one.personId } });
    expect(await correct()).toEqual({ fact: corrected?.fact, created: false });
    expect((await split(answer.merge.mergeId)).refused).toBeUndefined();
    const binding = async (personId: string) => {
      const { rows } = await store.db.pool.query<{ kind: string }>(
        'select kind from llwybr_binding_facts($1, $2) order by recorded_at',
        [force, personId],
      );
      return rows.map(({ kind }) => kind);
    };
    expect(await binding(one.personId)).toEqual(['death', 'death-corrected']);
    expect(await binding(other.personId)).toEqual([]);
  });

  test('counts of people count them once, and twice again after the split', async () => {
    const people = async () => {
      const { received, people: counted } = await referralFigures(
        store.db,
        wholeForce(force),
        '2027-01-01T00:00:00.000Z',
      );
      return { received, counted };
    };
    const one = await openAPathway(store.db);
    const other = await openAPathway(store.db);
    const before = await people();
    const mergeId = await merged(one.personId, other.personId);
    expect(await people()).toEqual({ ...before, counted: before.counted - 1 });
    await split(mergeId);
    expect(await people()).toEqual(before);
  });

  test('are merged once for each request and by one merge, and split once; all of it is kept for ever', async () => {
    const one = await openAPathway(store.db, { person: { birthDate } });
    const other = await openAPathway(store.db, { person: { birthDate } });
    const requestId = randomUUID();
    const made = await Promise.all(
      Array.from({ length: 8 }, () => merge(one.personId, other.personId, { requestId })),
    );
    const ids = made.map((answer) => {
      if (answer.refused !== undefined) throw new Error(answer.refused);
      return answer.merge.mergeId;
    });
    const mergeId = ids[0] ?? '';
    expect(new Set(ids)).toEqual(new Set([mergeId]));
    expect((await merge(other.personId, one.personId)).refused).toBe('already-merged');

    const splitting = randomUUID();
    expect(await split(mergeId, splitting)).toMatchObject({ merge: { split: { reason: 'two-people' } } });
    expect(await split(mergeId, splitting)).toMatchObject({ merge: { split: { reason: 'two-people' } } });
    expect((await split(mergeId)).refused).toBe('already-split');
    expect((await merge(other.personId, one.personId)).refused).toBeUndefined();
    expect(await mergesOf(store.db, force, [one.personId, other.personId])).toHaveLength(2);

    for (const change of [
      "update person_merge set reason = 'x'",
      "update person_merge set split_reason = 'x' where split_at is not null",
      'update person_merge set split_at = null where split_at is not null',
      'delete from person_merge',
      'truncate person_merge',
    ]) {
      await expect(store.db.pool.query(change)).rejects.toMatchObject({ code: 'LW010' });
    }
  });

  test('a split names what pathways of the one have acted on of the other', async () => {
    const one = await openAPathway(store.db);
    const other = await openAPathway(store.db);
    const mergeId = await merged(one.personId, other.personId);
    const factId = (await death(one.personId))?.fact.factId ?? '';
    await append(store.db, anAppend(other.pathwayId, 1, { commandId: `fact:${factId}` }), 'test');
    expect(await split(mergeId)).toMatchObject({
      carriedAcross: [{ factId, fact: 'death', personId: one.personId, pathwayIds: [other.pathwayId] }],
    });
  });

  test('are told again in one order: who waits for the first fact holds none of the others', async () => {
    const { pathwayId, personId } = await openAPathway(store.db);
    const other = await openAPathway(store.db);
    await merged(personId, other.personId);
    await death(personId);
    await death(other.personId);
    // The first of them by its id is the last that was told.
    const first = '00000000-0000-4000-8000-000000000001';
    await store.db.pool.query(
      `insert into person_fact (force_id, id, person_id, kind, occurred_at, request_id, actor_id, actor_role, organisation_id)
        values ($1, $2, $3, 'custody', now(), gen_random_uuid(), 'u', 'Manager', 'o')`,
      [force, first, other.personId],
    );
    await append(store.db, anAppend(pathwayId, 1, { summary: aSummary({ needsRun: false }) }), 'test');

    const held = await store.db.pool.connect();
    const goesOn = await store.db.pool.connect();
    try {
      const pid = (await goesOn.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
      await held.query('begin');
      await held.query('select from person_fact where force_id = $1 and id = $2 for update', [force, first]);
      const waiting = goesOn.query('update pathway set needs_run = true where id = $1', [pathwayId]);
      await eventually(async () => {
        const { rows } = await store.db.pool.query('select from pg_locks where pid = $1 and not granted', [
          pid,
        ]);
        expect(rows).toHaveLength(1);
      });
      const { rows } = await held.query(
        'select from person_fact where force_id = $1 and person_id = any ($2) for update nowait',
        [force, [personId, other.personId]],
      );
      expect(rows).toHaveLength(3);
      await held.query('commit');
      await waiting;
    } finally {
      held.release(true);
      goesOn.release();
    }
  });

  test('nobody of another force, and nobody who is not there, is merged or split', async () => {
    const one = await openAPathway(store.db);
    const foreign = await openAPathway(store.db, { forceId: otherForce });
    expect((await merge(one.personId, foreign.personId)).refused).toBe('not-found');
    expect((await merge(randomUUID(), one.personId)).refused).toBe('not-found');
    expect((await split(randomUUID())).refused).toBe('not-found');
  });

  test('same name and birth date twice: never merged by the system, flagged (edge case 3)', async () => {
    const same = { surname: `Same-${randomUUID()}`, forenames: 'Nia', birthDate };
    const one = await openAPathway(store.db, { person: same });
    const other = await openAPathway(store.db, { person: same });
    expect(other).toMatchObject({ personCreated: true, possibleMatches: 1 });
    expect(other.personId).not.toBe(one.personId);
    const factId = (await death(one.personId))?.fact.factId ?? '';
    expect(await reachedBy(factId)).toEqual([one.pathwayId]);
    expect(await mergesOf(store.db, force, [one.personId, other.personId])).toEqual([]);
  });
});
