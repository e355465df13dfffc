import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { staffAddressAnswer } from '../../api/schemas/staff-addresses.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

let api: ApiWithoutEngine;
let lead: ApiCaller;
let worker: ApiCaller;
let manager: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  lead = await ApiCaller.as(api, 'provider-manager');
  worker = await ApiCaller.as(api, 'caseworker');
  manager = await ApiCaller.as(api, 'manager');
}, 60_000);

afterAll(async () => {
  await api.close();
});

const inboxOf = (organisationId: string) => `/api/v1/organisations/${organisationId}/inbox`;

test('the inbox of a team is set by its manager or the force, read again and taken away; each once', async () => {
  const none = { address: null, changedBy: null, updatedAt: null };
  expect((await lead.get(inboxOf('ddas'))).as(staffAddressAnswer)).toEqual(none);
  const first = (await lead.post(inboxOf('ddas'), { address: 'team@Provider.example' })).as(
    staffAddressAnswer,
  );
  expect(first.address).toBe('team@provider.example');
  const other = { address: 'inbox@provider.example' };
  expect((await manager.post(inboxOf('ddas'), other)).as(staffAddressAnswer)).toMatchObject(other);
  expect((await lead.get(inboxOf('ddas'))).as(staffAddressAnswer)).toMatchObject(other);
  expect((await manager.post(inboxOf('ddas'), { address: null })).as(staffAddressAnswer)).toEqual(none);
});

test('of another provider, or of none, there is no inbox; a worker sets none; two addresses, or one with a header in it, are none', async () => {
  expect((await lead.get(inboxOf('kaleidoscope'))).outcome).toEqual([404, 'not-found']);
  expect((await lead.post(inboxOf('kaleidoscope'), { address: null })).outcome).toEqual([404, 'not-found']);
  expect((await manager.get(inboxOf('nobody'))).outcome).toEqual([404, 'not-found']);
  expect((await worker.post(inboxOf('ddas'), { address: null })).status).toBe(403);
  for (const address of [
    'a@provider.example,b@provider.example',
    'a@provider.example\r\nBcc: b@provider.example',
    'a@provider.example\nSubject: x',
    'Team <a@provider.example>',
    'a@provider.example\u0000',
  ]) {
    expect([address, (await manager.post(inboxOf('ddas'), { address })).status]).toEqual([address, 400]);
  }
});

test('the address of a worker or an officer is a manager’s to set', async () => {
  const address = '/api/v1/users/u-101/address';
  const given = { address: 'officer@force.example' };
  expect((await manager.post(address, given)).as(staffAddressAnswer)).toMatchObject(given);
  expect((await manager.get(address)).as(staffAddressAnswer)).toMatchObject(given);
  expect((await lead.get(address)).status).toBe(403);
  // Sealed where it is kept.
  const { rows } = await api.db.pool.query('select address from staff_address where owner_id = $1', [
    'u-101',
  ]);
  expect(JSON.stringify(rows)).not.toContain('force.example');
});
