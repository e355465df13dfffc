import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IdentityConflictError, openPathway } from '../../store/intake.ts';
import { decryptMobile } from '../../store/person-columns.ts';
import type { PersonDetails } from '../../store/person-columns.ts';
import { findPersons, personById } from '../../store/persons.ts';
import { wholeForce } from '../../store/scope.ts';
import type { Json } from '../../workflows/domain/common/json.ts';
import { anIntake, force, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;
const scope = wholeForce(force);

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

describe('the intake of a known person', () => {
  test('of two human beings under one number at one moment takes one, and names what differs of a slip', async () => {
    const nominalNumber = `N${randomUUID()}`;
    const people = [
      { nominalNumber, surname: 'Rees', forenames: 'Nia', birthDate: '1990-05-17' },
      { nominalNumber, surname: 'Pugh', forenames: 'Ifan', birthDate: '1971-01-01' },
    ];
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        openPathway(store.db, anIntake({ person: people[index % 2] ?? {} })),
      ),
    );
    const taken = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const refused = tries.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect([taken.length, refused.length]).toEqual([10, 10]);
    expect(refused.every((error) => error instanceof IdentityConflictError)).toBe(true);
    expect(new Set(taken.map(({ personId }) => personId)).size).toBe(1);

    const known = await personById(store.db, scope, taken[0]?.personId ?? '');
    const slip = { nominalNumber, surname: known?.surname ?? '', forenames: known?.forenames ?? null };
    expect(
      await openPathway(store.db, anIntake({ person: { ...slip, birthDate: '1990-05-18' } })),
    ).toMatchObject({
      created: true,
      differs: ['birth-date'],
    });
  });

  describe('of a known person with another mobile number', () => {
    const formerNumbers = async (personId: string): Promise<unknown[]> =>
      (
        await store.db.pool.query(
          `select mobile, safe_to_text as safe, llwybr_instant(given_at) as "givenAt" from former_number where person_id = $1`,
          [personId],
        )
      ).rows.map((row: { mobile: string; safe: string | null; givenAt: string }) => ({
        ...row,
        mobile: decryptMobile(store.db.fields, personId, row.mobile),
      }));
    const known = () => ({ nominalNumber: `N${randomUUID()}`, surname: 'Rees', birthDate: '1990-05-17' });
    const first = '2026-09-01T06:00:00.000Z';
    const later = '2026-10-01T06:00:00.000Z';

    test.each([
      ['yes', 'yes', 'yes'],
      ['yes', null, null],
      [null, 'yes', 'yes'],
      ['no', 'yes', 'no'],
      ['yes', 'no', 'no'],
    ] as const)(
      'uses the number given later, with what was said of it: safe to text %s, then %s, is %s',
      async (before, said, safeToText) => {
        const person = known();
        const { personId } = await openPathway(
          store.db,
          anIntake({ receivedAt: first, person: { ...person, safeToText: before } }),
        );
        const other = { ...person, mobile: '07700 900456', safeToText: said };
        const opened = await openPathway(store.db, anIntake({ receivedAt: later, person: other }));
        expect(opened).toMatchObject({ created: true, personId, differs: [] });
        expect(await personById(store.db, scope, personId)).toMatchObject({
          mobile: '07700 900456',
          safeToText,
        });
        expect(await formerNumbers(personId)).toEqual([
          { mobile: '07700 900123', safe: before, givenAt: first },
        ]);
        expect(await findPersons(store.db, scope, { mobile: '+447700900456' })).toContainEqual(
          expect.objectContaining({ personId }),
        );
      },
    );

    test.each([
      [null, 'yes', 'yes'],
      [null, 'no', 'no'],
      ['no', 'yes', 'no'],
      ['yes', null, 'yes'],
    ] as const)(
      'hears what is said later of the number that it knows: safe to text %s, then %s, is %s',
      async (before, said, safeToText) => {
        const person = known();
        const { personId } = await openPathway(
          store.db,
          anIntake({ receivedAt: first, person: { ...person, safeToText: before } }),
        );
        await openPathway(store.db, anIntake({ receivedAt: later, person: { ...person, safeToText: said } }));
        expect(await personById(store.db, scope, personId)).toMatchObject({ safeToText });
      },
    );

    test('takes no “safe” of that number from an earlier day or from somebody of another name', async () => {
      const person = { ...known(), safeToText: null };
      const { personId } = await openPathway(store.db, anIntake({ receivedAt: later, person }));
      const safe = { ...person, safeToText: 'yes' } as const;
      await openPathway(store.db, anIntake({ receivedAt: first, person: safe }));
      const slip = { ...safe, surname: 'Pugh' };
      await openPathway(store.db, anIntake({ receivedAt: '2026-10-02T06:00:00.000Z', person: slip }));
      expect(await personById(store.db, scope, personId)).toMatchObject({ safeToText: null });
    });

    test('takes a number that cannot be texted only where none is known, and says so', async () => {
      const [texted, unreached] = [known(), { ...known(), mobile: null }];
      for (const [person, differs, mobile] of [
        [texted, ['mobile'], '07700 900123'],
        [unreached, [], '01267 223344'],
      ] as const) {
        const { personId } = await openPathway(store.db, anIntake({ receivedAt: first, person }));
        const intake = anIntake({ receivedAt: later, person: { ...person, mobile: '01267 223344' } });
        const opened = await openPathway(store.db, { ...intake, mobileIsTextable: false });
        expect(opened).toMatchObject({ created: true, personId, differs });
        expect(await personById(store.db, scope, personId)).toMatchObject({ mobile, safeToText: 'yes' });
        expect(await formerNumbers(personId)).toEqual([]);
      }
      // A mobile takes the place of a landline, whose day is then over.
      const mobile = { ...unreached, mobile: '07700 900123' };
      const opened = await openPathway(
        store.db,
        anIntake({ receivedAt: '2026-10-02T06:00:00.000Z', person: mobile }),
      );
      expect(opened.differs).toEqual([]);
      expect(await personById(store.db, scope, opened.personId)).toMatchObject({ mobile: '07700 900123' });
    });

    test('keeps the number that it knows from a later day, or against one whose name differs, and says so', async () => {
      const person = known();
      const { personId } = await openPathway(store.db, anIntake({ receivedAt: later, person }));
      const other = { ...person, mobile: '07700 900456' };
      for (const [receivedAt, sent, differs] of [
        [first, other, ['mobile']],
        [later, other, ['mobile']],
        ['2026-10-02T06:00:00.000Z', { ...other, surname: 'Pugh' }, ['name', 'mobile']],
      ] as const) {
        expect(await openPathway(store.db, anIntake({ receivedAt, person: sent }))).toMatchObject({
          created: true,
          personId,
          differs,
        });
      }
      expect(await personById(store.db, scope, personId)).toMatchObject({
        mobile: '07700 900123',
        safeToText: 'yes',
      });
      expect(await formerNumbers(personId)).toEqual([]);
    });

    test('counts a number given again from its latest day', async () => {
      const person = known();
      const { personId } = await openPathway(store.db, anIntake({ receivedAt: first, person }));
      await openPathway(store.db, anIntake({ receivedAt: later, person }));
      const between = { ...person, mobile: '07700 900456' };
      expect(
        await openPathway(store.db, anIntake({ receivedAt: '2026-09-15T06:00:00.000Z', person: between })),
      ).toMatchObject({ differs: ['mobile'] });
      expect(await personById(store.db, scope, personId)).toMatchObject({ mobile: '07700 900123' });
    });

    test('knows the same number spelled otherwise, and a first number is no replacement', async () => {
      const person = known();
      const { personId } = await openPathway(
        store.db,
        anIntake({ receivedAt: first, person: { ...person, mobile: null, safeToText: null } }),
      );
      await openPathway(store.db, anIntake({ receivedAt: later, person }));
      const spelled = { ...person, mobile: '+44 (0)7700 900123' };
      await openPathway(store.db, anIntake({ receivedAt: '2026-10-02T06:00:00.000Z', person: spelled }));
      expect(await personById(store.db, scope, personId)).toMatchObject({
        mobile: '07700 900123',
        safeToText: 'yes',
      });
      expect(await formerNumbers(personId)).toEqual([]);
    });
  });

  test('keeps from texts whom one of two sendings of one outcome at once says is not safe', async () => {
    for (let round = 0; round < 20; round += 1) {
      const outcome = { occurrenceNumber: `DP-${randomUUID()}`, nominalNumber: `N${randomUUID()}` };
      const { nominalNumber } = outcome;
      const person = { nominalNumber, surname: 'Rees', birthDate: '1990-05-17' } as const;
      const [opened] = await Promise.all(
        (['yes', 'no', 'yes', 'no'] as const).map((safeToText) =>
          openPathway(store.db, anIntake({ outcome, person: { ...person, safeToText } })),
        ),
      );
      expect(await personById(store.db, scope, opened?.personId ?? '')).toMatchObject({ safeToText: 'no' });
    }
  });

  describe('of one test under several keys', () => {
    const aTestIntake = (
      testedAt: string,
      person: Partial<PersonDetails>,
      details: Json = { basis: 'trigger' },
    ) =>
      anIntake({
        kind: 'compulsory',
        programme: 'drug-testing-on-arrest',
        policyId: `compulsory:${force}`,
        receivedAt: testedAt,
        person,
        drugTest: { suiteCode: 'custody-llanelli', testedAt, details },
      });

    test.each([
      ['a nominal number', { nominalNumber: 'N-TWICE', surname: 'Rees', birthDate: '1990-05-17' }],
      ['a name and birth date only', { nominalNumber: null, surname: 'Probert', birthDate: '1990-05-17' }],
    ])('opens one pathway, for a person of %s', async (_, person) => {
      const testedAt = '2026-09-03T03:00:00.000Z';
      const opened = await Promise.all(
        Array.from({ length: 10 }, () => openPathway(store.db, aTestIntake(testedAt, person))),
      );
      expect(opened.filter(({ created }) => created)).toHaveLength(1);
      expect(opened.filter(({ because }) => because === 'test')).toHaveLength(9);
      expect(new Set(opened.map(({ pathwayId }) => pathwayId)).size).toBe(1);
      expect(await openPathway(store.db, aTestIntake(testedAt, person, { basis: 'other' }))).toMatchObject({
        ...{ created: false, because: 'test', pathwayId: opened[0]?.pathwayId, differs: ['test'] },
      });
      // Without the number, or with one where there was none, it is the same person at the same instant.
      const otherwise = person.nominalNumber === null ? 'N-FOUND-LATER' : null;
      expect(
        await openPathway(store.db, aTestIntake(testedAt, { ...person, nominalNumber: otherwise })),
      ).toMatchObject({ because: 'test', pathwayId: opened[0]?.pathwayId, differs: [] });
    });

    test('opens one for each instant, and one for each person at the same instant', async () => {
      const [one, other] = [
        { nominalNumber: `N${randomUUID()}`, surname: 'Evans', birthDate: '1991-05-17' },
        { nominalNumber: `N${randomUUID()}`, surname: 'Evans', birthDate: '1991-05-17' },
      ];
      const opened = [
        await openPathway(store.db, aTestIntake('2026-09-04T03:00:00.000Z', one)),
        await openPathway(store.db, aTestIntake('2026-09-04T03:00:00.001Z', one)),
        await openPathway(store.db, aTestIntake('2026-09-04T03:00:00.000Z', other)),
      ];
      expect(opened.map(({ created }) => created)).toEqual([true, true, true]);
    });
  });
});
