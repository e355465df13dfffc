import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { FieldEncryption } from '../../platform/field-encryption.ts';
import { KeyRing, MissingKeyError } from '../../platform/key-ring.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { openPathway } from '../../store/intake.ts';
import { encryptPersonsAgain, findPersons, personById } from '../../store/persons.ts';
import { wholeForce } from '../../store/scope.ts';
import { aSummary, anIntake, force, openStore, otherForce, testKeys } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

async function withKeys<T>(
  keys: readonly (typeof testKeys)[keyof typeof testKeys][],
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = openDatabase(store.url, {
    max: 2,
    fields: new FieldEncryption(new KeyRing(keys), Buffer.alloc(32, 9)),
  });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

describe('people', () => {
  test('are found by nominal number, by name and birth date, and by mobile, however spelled', async () => {
    const surname = `Ŵyn-${randomUUID().replaceAll(/[^a-f]/g, '')}`;
    const nominalNumber = `N${randomUUID()}`;
    const mobile = '07700 900456';
    const intake = anIntake({
      person: { surname, forenames: 'Gŵen', birthDate: '1990-12-01', nominalNumber, mobile },
    });
    const { personId } = await openPathway(store.db, intake);

    for (const scope of [wholeForce(force), { forceId: force, providerId: 'ddas' }]) {
      const found = await Promise.all([
        findPersons(store.db, scope, { nominalNumber: ` ${nominalNumber.toLowerCase()} ` }),
        findPersons(store.db, scope, {
          surname: surname.toUpperCase(),
          forenames: 'GWEN mair',
          birthDate: '1990-12-01',
        }),
        findPersons(store.db, scope, { mobile: '+44 (0)7700 900456' }),
      ]);
      expect(found.map((people) => people.map((person) => person.personId))).toEqual([
        [personId],
        [personId],
        [personId],
      ]);
    }
    for (const scope of [wholeForce(otherForce), { forceId: force, providerId: 'kaleidoscope' }]) {
      expect(await findPersons(store.db, scope, { nominalNumber })).toEqual([]);
      expect(await personById(store.db, scope, personId)).toBeNull();
    }
    expect(
      await findPersons(store.db, wholeForce(force), { surname, forenames: 'Gŵen', birthDate: '1990-12-02' }),
    ).toEqual([]);
  });

  test("leave a provider's sight with the pathway that was routed to it", async () => {
    const { personId } = await openPathway(
      store.db,
      anIntake({ entry: { summary: aSummary({ providerId: null }) } }),
    );
    expect(await personById(store.db, { forceId: force, providerId: 'ddas' }, personId)).toBeNull();
    expect(await personById(store.db, wholeForce(force), personId)).toMatchObject({ personId });
  });

  test('come with what was not asked or not known as null', async () => {
    const person = {
      nominalNumber: null,
      forenames: null,
      address: null,
      postcode: null,
      mobile: null,
      email: null,
      sex: null,
      ethnicity: null,
      language: null,
      safeToText: null,
    };
    const { personId } = await openPathway(store.db, anIntake({ person }));
    expect(await personById(store.db, wholeForce(force), personId)).toMatchObject(person);
    expect(await personById(store.db, wholeForce(force), 'nonsense')).toBeNull();
  });

  test('move to a new key without a moment in which they cannot be read', async () => {
    const { personId } = await openPathway(store.db, anIntake({ person: { surname: 'Before' } }));
    const scope = wholeForce(force);
    const { first, second } = testKeys;

    await withKeys([second], async (db) => {
      await expect(personById(db, scope, personId)).rejects.toBeInstanceOf(MissingKeyError);
    });
    await withKeys([second, first], async (db) => {
      expect(await personById(db, scope, personId)).toMatchObject({
        surname: 'Before',
        email: 'sian@example.org',
      });
      let changed = 0;
      for (let count = -1; count !== 0; changed += count) count = await encryptPersonsAgain(db, force, 2);
      expect(changed).toBeGreaterThanOrEqual(4);
    });
    await withKeys([second], async (db) => {
      expect(await personById(db, scope, personId)).toMatchObject({
        surname: 'Before',
        email: 'sian@example.org',
      });
      expect(await encryptPersonsAgain(db, force)).toBe(0);
    });
    const { rows } = await store.db.pool.query<{ stale: number }>(
      `select count(*)::int as stale from person p where p::text like '%v1.first.%' and force_id = $1`,
      [force],
    );
    expect(rows).toEqual([{ stale: 0 }]);
  });

  test('do not decrypt when a value was copied to another row or column', async () => {
    const [one, two] = [await openPathway(store.db, anIntake()), await openPathway(store.db, anIntake())];
    const { pool } = store.db;
    await pool.query('update person set surname = forenames where id = $1', [one.personId]);
    await pool.query('update person set email = (select email from person where id = $1) where id = $2', [
      one.personId,
      two.personId,
    ]);
    for (const { personId } of [one, two]) {
      await expect(personById(store.db, wholeForce(force), personId)).rejects.toMatchObject({
        name: 'SealBrokenError',
      });
    }
  });
});
