import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPathway } from '../../store/intake.ts';
import { findPersons, personById } from '../../store/persons.ts';
import { wholeForce } from '../../store/scope.ts';
import { aSummary, anIntake, force, openStore, otherForce } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

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
