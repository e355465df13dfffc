import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IdentityConflictError } from '../../store/intake.ts';
import type { OpenedPathway } from '../../store/intake.ts';
import { append } from '../../store/ledger.ts';
import { addPerson } from '../../store/new-person.ts';
import type { PersonDetails } from '../../store/person-columns.ts';
import { aPerson, anAppend, force, openAPathway, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

let numbers = 0;
const number = (letter: string): string => `${letter}${String((numbers += 1))}-again`;

/** Somebody gave his brother's name; the force's records are put right later, and send the outcome once more. */
async function reassigned(right: { readonly nominalNumber: string | null }) {
  const occurrenceNumber = number('DP');
  const wrong = { ...aPerson(), surname: 'Pugh', forenames: 'Rhys', nominalNumber: number('W') };
  const first = await openAPathway(store.db, {
    person: wrong,
    outcome: { occurrenceNumber, nominalNumber: wrong.nominalNumber },
  });
  const brother = {
    ...aPerson(),
    surname: 'Pugh',
    forenames: number('Owen'),
    birthDate: '1991-03-04',
    ...right,
  };
  const personId = await added(brother);
  await give(first, first.personId, personId);
  const sendAs = (nominalNumber: string, changes: object = {}) =>
    openAPathway(store.db, {
      person: { ...brother, nominalNumber, ...changes },
      outcome: { occurrenceNumber, nominalNumber },
    });
  return { first, personId, wrong, sendAs };
}

async function added(person: PersonDetails): Promise<string> {
  const made = await addPerson(store.db, force, randomUUID(), person);
  if (made.known !== undefined) throw new Error('Somebody has this number already');
  return made.personId;
}

async function give({ pathwayId, head }: OpenedPathway, from: string, to: string): Promise<void> {
  const data = { from, to, reason: 'false-identity' };
  const event = { type: 'person-reassigned', version: 1, occurredAt: '2026-09-02T10:00:00.000Z', data };
  await append(store.db, anAppend(pathwayId, head, { events: [event] }), 'test');
}

describe('edge case 4: an outcome sent again under the right number, once its referral was given to that person', () => {
  test.each([
    ['whose number was known', number('R')],
    ['whose number was not known', null],
  ])('is the same outcome of somebody %s', async (_name, nominalNumber) => {
    const { first, personId, wrong, sendAs } = await reassigned({ nominalNumber });
    const sent = nominalNumber ?? number('R');
    for (let times = 2; times > 0; times -= 1) {
      expect(await sendAs(sent)).toMatchObject({
        ...{ created: false, because: 'outcome', pathwayId: first.pathwayId, personId, differs: [] },
      });
    }
    // Under the first number it is what it was.
    expect(await sendAs(wrong.nominalNumber, wrong)).toMatchObject({
      ...{ created: false, because: 'outcome', pathwayId: first.pathwayId },
    });
  });

  test('of somebody of that name and birth date with another number a person decides', async () => {
    const { sendAs } = await reassigned({ nominalNumber: number('R') });
    await expect(sendAs(number('R'))).rejects.toThrow(IdentityConflictError);
  });

  test('of somebody else in the same occurrence it is an outcome of its own', async () => {
    const { sendAs } = await reassigned({ nominalNumber: number('R') });
    const friend = { surname: 'Bevan', forenames: 'Dai', birthDate: '1988-01-01' };
    const nominalNumber = number('F');
    const opened = await sendAs(nominalNumber, friend);
    expect(opened).toMatchObject({ created: true });
    expect(await sendAs(nominalNumber, friend)).toMatchObject({
      created: false,
      pathwayId: opened.pathwayId,
    });
  });

  test('another occurrence of that person is another outcome', async () => {
    const nominalNumber = number('R');
    await reassigned({ nominalNumber });
    const other = { occurrenceNumber: number('DP'), nominalNumber };
    const opened = openAPathway(store.db, {
      person: {
        ...aPerson(),
        surname: 'Pugh',
        birthDate: '1991-03-04',
        nominalNumber,
      },
      outcome: other,
    });
    expect(await opened).toMatchObject({ created: true });
  });

  test('also where it was given on twice', async () => {
    const nominalNumber = number('R');
    const { first, personId, sendAs } = await reassigned({ nominalNumber });
    const middle = await added(aPerson());
    await give({ ...first, head: first.head + 1 }, personId, middle);
    await give({ ...first, head: first.head + 2 }, middle, personId);
    expect(await sendAs(nominalNumber)).toMatchObject({ created: false, pathwayId: first.pathwayId });
  });
});
