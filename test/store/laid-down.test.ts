import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { amendmentsOf, layDownAmendment } from '../../store/amendments.ts';
import type { DetailChanges } from '../../store/amendments.ts';
import { append, LedgerRefusedError } from '../../store/ledger.ts';
import { indexNameAgain, indexNamesLeft } from '../../store/name-index.ts';
import { layDownNote, notesOf } from '../../store/notes.ts';
import { findPersons, personById } from '../../store/persons.ts';
import { wholeForce } from '../../store/scope.ts';
import { aPerson, anAppend, anEvent, force, openAPathway, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

interface Case {
  readonly pathwayId: string;
  readonly personId: string;
}

async function layDown({ pathwayId, personId }: Case, changes: DetailChanges): Promise<string> {
  const amendmentId = randomUUID();
  await layDownAmendment(store.db, {
    ...{ forceId: force, pathwayId, personId, amendmentId, command: 'amend-details', changes },
  });
  return amendmentId;
}

/** Records the event that brings it into force. */
function take(pathwayId: string, commandId: string, seq: number, type = 'details-amended') {
  const data = { amendmentId: commandId, fields: [], reason: 'changed' };
  return append(store.db, anAppend(pathwayId, seq, { commandId, events: [anEvent({ type, data })] }), 'test');
}

const personOf = ({ personId }: Case) => personById(store.db, wholeForce(force), personId);

test('values that wait show nowhere, and are in force from the append that holds their event', async () => {
  const taken = await openAPathway(store.db);
  const before = await personOf(taken);
  const id = await layDown(taken, { email: null, sex: 'M', drugCode: 'MDMA' });
  expect(await personOf(taken)).toEqual(before);
  expect(await amendmentsOf(store.db, force, taken.pathwayId)).toEqual([]);
  await take(taken.pathwayId, id, 1);
  expect(await personOf(taken)).toMatchObject({ email: null, sex: 'M', surname: before?.surname });
  expect(await amendmentsOf(store.db, force, taken.pathwayId)).toMatchObject([
    {
      seq: 2,
      details: [
        { detail: 'drugCode', old: null, new: 'MDMA' },
        { detail: 'email', old: 'sian@example.org', new: null },
        { detail: 'sex', old: 'F', new: 'M' },
      ],
    },
  ]);
});

test('laid down or appended again they are what they were first, and count once', async () => {
  const taken = await openAPathway(store.db);
  const id = await layDown(taken, { forenames: 'First' });
  await layDownAmendment(store.db, {
    ...{
      forceId: force,
      ...taken,
      amendmentId: id,
      command: 'amend-details',
      changes: { forenames: 'Second' },
    },
  });
  await take(taken.pathwayId, id, 1);
  await take(taken.pathwayId, id, 1);
  expect((await personOf(taken))?.forenames).toBe('First');
  expect(await amendmentsOf(store.db, force, taken.pathwayId)).toHaveLength(1);
  const noteId = randomUUID();
  for (const text of ['first', 'second']) {
    await layDownNote(store.db, { forceId: force, pathwayId: taken.pathwayId, noteId, text });
  }
  expect(await notesOf(store.db, force, taken.pathwayId)).toEqual([]);
  await take(taken.pathwayId, noteId, 2, 'note-added');
  expect(await notesOf(store.db, force, taken.pathwayId)).toMatchObject([{ noteId, text: 'first', seq: 3 }]);
});

test('what stood before is what the row held at that moment, also of two laid down at once', async () => {
  const taken = await openAPathway(store.db, { person: { postcode: 'SA1 1AA' } });
  const ids = [await layDown(taken, { postcode: 'SA2 2BB' }), await layDown(taken, { postcode: 'SA3 3CC' })];
  for (const [index, id] of ids.entries()) await take(taken.pathwayId, id, index + 1);
  const log = await amendmentsOf(store.db, force, taken.pathwayId);
  expect(log.flatMap(({ details }) => details)).toEqual([
    { detail: 'postcode', old: 'SA1 1AA', new: 'SA2 2BB' },
    { detail: 'postcode', old: 'SA2 2BB', new: 'SA3 3CC' },
  ]);
});

test('name and birth date laid down at once: found by both once the index is computed again', async () => {
  const { surname, forenames } = aPerson();
  const taken = await openAPathway(store.db, { person: { surname: 'Wrong', birthDate: '1980-01-01' } });
  const ids = [await layDown(taken, { surname }), await layDown(taken, { birthDate: '1981-02-02' })];
  for (const [index, id] of ids.entries()) await take(taken.pathwayId, id, index + 1);
  const search = { surname, forenames, birthDate: '1981-02-02' };
  expect(await findPersons(store.db, wholeForce(force), search)).toHaveLength(0);
  const namesake = await openAPathway(store.db, { person: search });
  await indexNameAgain(store.db, force, taken.personId);
  expect(await findPersons(store.db, wholeForce(force), search)).toHaveLength(2);
  const { rows } = await store.db.pool.query(
    'select person_id as one, other_person_id as other from person_possible_match where person_id = $1',
    [taken.personId],
  );
  expect(rows).toEqual([{ one: taken.personId, other: namesake.personId }]);
});

test('what nobody came to compute after the append is computed by the sweep, and only that', async () => {
  const { surname, forenames } = aPerson();
  const taken = await openAPathway(store.db, { person: { surname: 'Wrong', birthDate: '1980-01-01' } });
  const ids = [
    await layDown(taken, { surname, forenames }),
    await layDown(taken, { birthDate: '1982-03-03' }),
  ];
  const marked = async () =>
    (await store.db.pool.query('select from name_to_index where person_id = $1', [taken.personId])).rowCount;
  for (const [index, id] of ids.entries()) await take(taken.pathwayId, id, index + 1);
  expect(await marked()).toBe(1);
  await indexNamesLeft(store.db, 100);
  const search = { surname, forenames, birthDate: '1982-03-03' };
  expect(await findPersons(store.db, wholeForce(force), search)).toHaveLength(1);
  expect(await marked()).toBe(0);
  await take(taken.pathwayId, await layDown(taken, { postcode: 'SA1 1AA' }), 3);
  expect(await marked()).toBe(0);
});

test('an amendment that comes while the index is computed waits, and has it computed once more', async () => {
  const taken = await openAPathway(store.db);
  const id = await layDown(taken, { surname: 'Later' });
  const client = await store.db.pool.connect();
  try {
    await client.query('begin');
    await client.query('select from person where force_id = $1 and id = $2 for no key update', [
      force,
      taken.personId,
    ]);
    const taking = take(taken.pathwayId, id, 1);
    await client.query('delete from name_to_index where force_id = $1 and person_id = $2', [
      force,
      taken.personId,
    ]);
    await client.query('commit');
    await taking;
  } finally {
    client.release();
  }
  expect(await indexNamesLeft(store.db, 100)).toBeGreaterThan(0);
  expect((await personOf(taken))?.surname).toBe('Later');
});

test('somebody whose row cannot be read keeps nobody behind them from being found', async () => {
  await store.db.pool.query('delete from name_to_index');
  const [broken, whole] = [await openAPathway(store.db), await openAPathway(store.db)];
  for (const one of [broken, whole]) {
    await take(one.pathwayId, await layDown(one, { surname: 'Anew' }), 1);
  }
  await store.db.pool.query(`update person set surname = 'no seal' where id = $1`, [broken.personId]);
  await store.db.pool.query(`update name_to_index set marked_at = '2026-01-01' where person_id = $1`, [
    broken.personId,
  ]);
  await expect(indexNamesLeft(store.db, 1)).rejects.toThrow();
  expect(await indexNamesLeft(store.db, 1)).toBe(1);
  const { rows } = await store.db.pool.query<{ id: string }>('select person_id as id from name_to_index');
  expect(rows).toEqual([{ id: broken.personId }]);
  await store.db.pool.query('delete from name_to_index');
});

test('another number is not yet safe to text, the old one is kept, and "not safe" stays', async () => {
  for (const [said, after] of [
    ['yes', null],
    ['no', 'no'],
  ] as const) {
    const taken = await openAPathway(store.db, { person: { safeToText: said } });
    await take(taken.pathwayId, await layDown(taken, { mobile: '+447700900777' }), 1);
    expect(await personOf(taken)).toMatchObject({ mobile: '+447700900777', safeToText: after });
    const { rows } = await store.db.pool.query<{ said: string }>(
      'select safe_to_text as said from former_number where person_id = $1',
      [taken.personId],
    );
    expect(rows).toEqual([{ said }]);
    // The same number in another spelling is no other number.
    await take(taken.pathwayId, await layDown(taken, { mobile: '07700 900777' }), 2);
    const again = await store.db.pool.query('select from former_number where person_id = $1', [
      taken.personId,
    ]);
    expect(again.rowCount).toBe(1);
  }
});

test('an event for which nothing was laid down, or by another pathway, changes nobody', async () => {
  const [taken, other] = [await openAPathway(store.db), await openAPathway(store.db)];
  const before = [await personOf(taken), await personOf(other)];
  await take(taken.pathwayId, randomUUID(), 1);
  await take(taken.pathwayId, `deadline:${randomUUID()}`, 2, 'person-moved');
  await take(taken.pathwayId, await layDown(other, { surname: 'Stray' }), 3);
  expect([await personOf(taken), await personOf(other)]).toEqual(before);
});

test('values laid down for somebody who is the wrong person meanwhile are refused with their event', async () => {
  const [taken, right] = [await openAPathway(store.db), await openAPathway(store.db)];
  const id = await layDown(taken, { surname: 'Brother' });
  await store.db.pool.query('update pathway set person_id = $2 where id = $1', [
    taken.pathwayId,
    right.personId,
  ]);
  await expect(take(taken.pathwayId, id, 1)).rejects.toMatchObject({ code: 'LW006' });
  await expect(take(taken.pathwayId, id, 1)).rejects.toBeInstanceOf(LedgerRefusedError);
  const { rows } = await store.db.pool.query<{ head: number }>(
    'select head_seq as head from pathway where id = $1',
    [taken.pathwayId],
  );
  expect(rows).toEqual([{ head: 1 }]);
});
