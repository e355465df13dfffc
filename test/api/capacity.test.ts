import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { referralAnswer } from '../../api/schemas/answers.ts';
import { capacityLine, capacityList } from '../../api/schemas/capacity.ts';
import { pathwayList } from '../../api/schemas/worklists.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

let api: ApiWithoutEngine;
let officer: ApiCaller;
let worker: ApiCaller;
let lead: ApiCaller;
let elsewhere: ApiCaller;
let manager: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  officer = await ApiCaller.as(api, 'officer');
  worker = await ApiCaller.as(api, 'caseworker');
  lead = await ApiCaller.as(api, 'provider-manager');
  elsewhere = await ApiCaller.as(api, 'kaleidoscope-caseworker');
  manager = await ApiCaller.as(api, 'manager');
}, 60_000);

afterAll(async () => {
  await api.close();
});

const address = '/api/v1/capacity';

async function waiting(who: ApiCaller): Promise<string[]> {
  const { items } = (await who.get('/api/v1/pathways?waiting=true')).as(pathwayList);
  return items.map(({ pathwayId }) => pathwayId);
}

async function lineOf(who: ApiCaller) {
  return (await who.get(address)).as(capacityList).items;
}

/** The later the hour, the later it was received. */
async function referred(hoursAgo: number, postcode = 'SA31 1ZZ'): Promise<string> {
  const outcomeAt = new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
  const form = aReferral({ outcomeAt, residence: { postcode } });
  const taken = await officer.post('/api/v1/referrals', form);
  // Received, whatever the provider can take.
  expect(taken.status).toBe(201);
  return taken.as(referralAnswer).pathwayId;
}

test('M26 who comes beyond what a provider can take is received, and shown as waiting: those who came last', async () => {
  const [first, second, third] = [await referred(3), await referred(2), await referred(1)];
  await referred(1, 'SY16 1AA');
  const say = (openSlots: number | null) => lead.post(address, { providerId: 'ddas', openSlots });
  // Nothing said: nobody waits for a place.
  expect(await waiting(worker)).toEqual([]);
  const said = (await say(1)).as(capacityLine);
  expect(said).toMatchObject({ providerId: 'ddas', openSlots: 1, unaccepted: 3, waiting: 2 });
  expect(await waiting(worker)).toEqual([third, second]);
  expect(await waiting(manager)).toEqual([third, second]);
  expect(await waiting(elsewhere)).toEqual([]);
  const later = await referred(0.5);
  expect(await waiting(worker)).toEqual([later, third, second]);
  expect((await say(3)).as(capacityLine).waiting).toBe(1);
  expect(await waiting(worker)).toEqual([later]);
  expect((await say(0)).as(capacityLine).waiting).toBe(4);
  expect(await waiting(worker)).toEqual([later, third, second, first]);
  expect((await say(null)).as(capacityLine)).toMatchObject({ openSlots: null, unaccepted: 4, waiting: 0 });
  expect(await waiting(worker)).toEqual([]);
});

test('M26 a provider says and sees its own; the manager those of the force', async () => {
  expect((await worker.post(address, { providerId: 'ddas', openSlots: 4 })).outcome).toEqual([
    403,
    'wrong-role',
  ]);
  expect((await officer.get(address)).outcome).toEqual([403, 'wrong-role']);
  for (const providerId of ['kaleidoscope', 'nobody']) {
    const refused = await lead.post(address, { providerId, openSlots: 4 });
    expect([providerId, ...refused.outcome]).toEqual([providerId, 404, 'not-found']);
  }
  expect((await manager.post(address, { providerId: 'kaleidoscope', openSlots: 7 })).status).toBe(201);
  expect(await lineOf(elsewhere)).toMatchObject([{ providerId: 'kaleidoscope', openSlots: 7 }]);
  expect((await lineOf(worker)).map(({ providerId }) => providerId)).toEqual(['ddas']);
  expect((await lineOf(manager)).map(({ providerId }) => providerId)).toEqual(
    expect.arrayContaining(['ddas', 'kaleidoscope', 'breaking-free-online']),
  );
  for (const openSlots of [-1, 1.5, 'many']) {
    expect((await lead.post(address, { providerId: 'ddas', openSlots })).outcome).toEqual([
      400,
      'invalid-request',
    ]);
  }
});

test('M26 who has another role beside their provider’s says and sees no more of capacity for it', async () => {
  const both = new ApiCaller(
    api.url,
    await api.issuer.mint('provider-manager', {
      claims: { llwybr_roles: ['PoliceOfficer', 'ProviderManager'] },
    }),
  );
  const refused = await both.post(address, { providerId: 'kaleidoscope', openSlots: 0 });
  expect(refused.outcome).toEqual([404, 'not-found']);
  expect((await lineOf(both)).map(({ providerId }) => providerId)).toEqual(['ddas']);
});

test('M26 the same request again says nothing twice', async () => {
  const key = 'capacity-once-and-for-all';
  const body = { providerId: 'ddas', openSlots: 9 };
  const first = (await lead.post(address, body, key)).body;
  await manager.post(address, { providerId: 'ddas', openSlots: 2 });
  expect((await lead.post(address, body, key)).body).toEqual(first);
  expect(await lineOf(lead)).toMatchObject([{ openSlots: 2 }]);
});
