import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { drugTestAnswer, referralAnswer } from '../../api/schemas/answers.ts';
import { peopleFound } from '../../api/schemas/persons.ts';
import { aReferral, ApiCaller, aTest } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

let api: ApiWithoutEngine;
let officer: ApiCaller;
let custody: ApiCaller;
let manager: ApiCaller;
let dip: ApiCaller;
let provider: ApiCaller;
let otherProvider: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  const as = (who: string) => ApiCaller.as(api, who);
  officer = await as('officer');
  custody = await as('custody');
  manager = await as('manager');
  dip = await as('dip');
  provider = await as('caseworker');
  otherProvider = await as('kaleidoscope-caseworker');
});

afterAll(async () => {
  await api.close();
});

const address = '/api/v1/persons/searches';

const search = async (caller: ApiCaller, body: unknown): Promise<z.output<typeof peopleFound>> =>
  (await caller.post(address, body)).as(peopleFound);

const idsFor = async (caller: ApiCaller, body: unknown): Promise<string[]> =>
  (await search(caller, body)).items.map(({ personId }) => personId);

const referred = async (changes: Record<string, unknown> = {}) =>
  (await officer.post('/api/v1/referrals', aReferral(changes))).as(referralAnswer);

let numbers = 0;
const aNumber = () => {
  numbers += 1;
  return `07700 900${String(500 + numbers)}`;
};

const named = () => ({
  surname: `Chwilio-${randomUUID().replaceAll(/[0-9-]/g, '')}`,
  forenames: 'Nia Mair',
  birthDate: '1991-04-02',
});

describe('M233 somebody rings, and says who they are', () => {
  test('the caseworker finds them by their number, in any spelling, with the open case', async () => {
    const mobile = aNumber();
    const { personId, pathwayId, reference } = await referred({ mobile });
    const international = `+44${mobile.slice(1).replace(' ', '')}`;
    for (const spelt of [mobile, international]) {
      const { items, words, complete } = await search(provider, { mobile: spelt });
      expect(items).toMatchObject([
        {
          personId,
          identity: {
            surname: 'Morgan',
            forenames: 'Siân Elin',
            birthDate: '1994-05-17',
            nominalNumber: null,
          },
          pathways: [{ pathwayId, reference, kind: 'diversion', stage: 'awaiting-contact' }],
        },
      ]);
      expect([words, complete]).toEqual(['One person.', true]);
    }
  });

  test('by surname, first forename and birth date; whose forename nobody knows is among them', async () => {
    const name = named();
    const { personId } = await referred(name);
    const nameless = await referred({ ...name, forenames: undefined });
    const asked = { ...name, surname: name.surname.toUpperCase(), forenames: 'nia' };
    expect((await idsFor(provider, asked)).sort()).toEqual([personId, nameless.personId].sort());
    expect(await idsFor(provider, { ...asked, birthDate: '1991-04-03' })).toEqual([]);
    expect(await idsFor(provider, { ...asked, forenames: 'Mair' })).toEqual([nameless.personId]);
  });

  test('whom GET /persons/{id} does not show to the caller is not found, and an empty list says what it means', async () => {
    const mobile = aNumber();
    const name = named();
    const { personId } = await referred({ ...name, mobile });
    expect(await idsFor(provider, { mobile })).toEqual([personId]);
    for (const body of [{ mobile }, name]) {
      expect(await search(otherProvider, body)).toEqual({
        items: [],
        complete: true,
        words: expect.stringMatching(/^Nobody .* whom you may know of/),
      });
      expect(await idsFor(manager, body)).toEqual([personId]);
      expect(await idsFor(await ApiCaller.as(api, 'demo-manager'), body)).toEqual([]);
    }
    const { nominalNumber: _n, occurrenceNumber: _o, outcomeAt: _a, ...form } = aReferral(named());
    const { offenceCode: _c, offenceDate: _d, ...rest } = form;
    const self = { ...rest, source: 'self', via: 'form' };
    const own = (await provider.post('/api/v1/referrals', self)).as(referralAnswer);
    const { surname, forenames, birthDate } = form as ReturnType<typeof named>;
    expect(await idsFor(provider, { surname, forenames, birthDate })).toEqual([own.personId]);
    // Known from treatment alone: not to the police.
    expect(await idsFor(dip, { surname, forenames, birthDate })).toEqual([]);
  });

  test('the DIP officer finds by the force’s number and by name whom the police hold, and nobody by a telephone', async () => {
    const mobile = aNumber();
    const form = aTest({ ...named(), mobile });
    const { personId, pathwayId } = (await custody.post('/api/v1/drug-tests', form)).as(drugTestAnswer);
    const { nominalNumber, surname, forenames, birthDate } = form as Record<string, string>;
    const { items } = await search(dip, { nominalNumber });
    expect(items).toMatchObject([{ personId, identity: { nominalNumber }, pathways: [{ pathwayId }] }]);
    expect(await idsFor(dip, { surname, forenames, birthDate })).toEqual([personId]);
    expect(await idsFor(dip, { mobile })).toEqual([]);
    expect(await idsFor(manager, { nominalNumber })).toEqual([personId]);
    expect((await provider.post(address, { nominalNumber })).outcome).toEqual([403, 'wrong-role']);
  });

  test('at most twenty are shown, and the answer says where there are more', async () => {
    const name = named();
    for (let made = 0; made < 21; made += 1) await referred(name);
    const { items, complete, words } = await search(manager, name);
    expect([items.length, complete]).toEqual([20, false]);
    expect(words).toMatch(/^The first 20/);
  });

  test('it needs no key, keeps nothing, and one of the three is asked for', async () => {
    const mobile = aNumber();
    const sent = await provider.send('POST', address, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mobile }),
    });
    expect(sent.outcome).toEqual([200]);
    const key = randomUUID();
    expect(await idsFor(provider, { mobile })).toEqual([]);
    const { personId } = await referred({ mobile });
    expect((await provider.post(address, { mobile }, key)).as(peopleFound).items).toMatchObject([
      { personId },
    ]);
    expect((await provider.post(address, { mobile: aNumber() }, key)).as(peopleFound).items).toEqual([]);
    expect((await provider.get(`/api/v1/requests/${key}`)).status).toBe(404);
    for (const body of [{}, { surname: 'Morgan' }, { mobile, nominalNumber: 'N1' }, { name: 'Morgan' }]) {
      expect((await provider.post(address, body)).outcome).toEqual([400, 'invalid-request']);
    }
    expect((await provider.post(address, { mobile: '01267 000000' })).outcome).toEqual([
      422,
      'invalid-phone',
    ]);
    expect((await officer.post(address, { mobile })).outcome).toEqual([403, 'wrong-role']);
    const listed = await provider.get('/api/v1/pathways?search=bowen');
    expect(JSON.stringify(listed.problem.errors)).toContain('/api/v1/persons/searches');
  });
});
