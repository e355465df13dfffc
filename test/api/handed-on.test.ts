import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { commandAnswer, pathwayView, referralAnswer } from '../../api/schemas/answers.ts';
import { changeList } from '../../api/schemas/changes.ts';
import { formerAppointmentList } from '../../api/schemas/former-appointments.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

/** What the provider that had a case still hears of it, and still has to say. */

let stack: Stack;
let officer: ApiCaller;
let worker: ApiCaller;
let receiver: ApiCaller;
let manager: ApiCaller;

beforeAll(async () => {
  stack = await startStack();
  const users = ['officer', 'caseworker', 'kaleidoscope-caseworker', 'manager'];
  [officer, worker, receiver, manager] = (await Promise.all(
    users.map((who) => ApiCaller.as(stack, who)),
  )) as [ApiCaller, ApiCaller, ApiCaller, ApiCaller];
}, 60_000);

afterAll(async () => {
  await stack.close();
});

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

const unrecorded = async (who: ApiCaller) =>
  (await who.get('/api/v1/appointments/unrecorded-elsewhere')).as(formerAppointmentList).items;

/** Booked with ddas and begun; then the person goes to kaleidoscope. */
async function handedOn(): Promise<{ pathwayId: string; reference: string; appointmentId: string }> {
  const form = aReferral({ outcomeAt: hoursAgo(5) });
  const { pathwayId, reference } = (await officer.post('/api/v1/referrals', form)).as(referralAnswer);
  const slot = {
    kind: 'first-meeting',
    startsAt: hoursAgo(3),
    endsAt: hoursAgo(2),
    placeCode: 'ddas-carmarthen',
  };
  const booked = await worker.post(`/api/v1/pathways/${pathwayId}/commands/book-appointment`, {
    occurredAt: hoursAgo(4),
    data: slot,
  });
  const { commandId: appointmentId } = booked.as(commandAnswer);
  const offer = { providerId: 'kaleidoscope', reason: 'persons-choice' };
  const { commandId: transferId } = (await worker.command(pathwayId, 'transfer-pathway', offer)).as(
    commandAnswer,
  );
  (await receiver.command(pathwayId, 'accept-transfer', { transferId })).as(commandAnswer);
  return { pathwayId, reference, appointmentId };
}

test('who held an appointment is still asked what came of it, says it, and learns of the case nothing else', async () => {
  const { pathwayId, reference, appointmentId } = await handedOn();
  const expected = {
    ...{ pathwayId, reference, appointmentId, kind: 'first-meeting', placeCode: 'ddas-carmarthen' },
    ...{ providerId: 'ddas', demo: false },
    ...{ startsAt: expect.any(String), startsText: expect.any(String), endsAt: expect.any(String) },
  };
  expect(await unrecorded(worker)).toEqual([expected]);
  expect(await unrecorded(manager)).toEqual([expected]);
  expect(await unrecorded(receiver)).toEqual([]);
  expect((await officer.get('/api/v1/appointments/unrecorded-elsewhere')).outcome).toEqual([
    403,
    'wrong-role',
  ]);

  const data = { appointmentId, attendance: 'attended-and-remained' };
  const strange = new ApiCaller(
    stack.url,
    await stack.issuer.mint('caseworker', { claims: { llwybr_organisation: 'pobl' } }),
  );
  expect((await strange.command(pathwayId, 'record-attendance', data)).outcome).toEqual([404, 'not-found']);
  expect((await worker.command(pathwayId, 'record-engagement', { evidence: 'other' })).outcome).toEqual([
    404,
    'not-found',
  ]);
  const unknown = { ...data, appointmentId: randomUUID() };
  expect((await worker.command(pathwayId, 'record-attendance', unknown)).outcome).toEqual([
    409,
    'condition-not-met',
  ]);

  const key = randomUUID();
  const said = await worker.command(pathwayId, 'record-attendance', data, key);
  expect(said.as(commandAnswer)).toMatchObject({
    ...{ seq: null, stage: null, events: [{ seq: null, type: 'attendance-recorded' }] },
  });
  expect((await worker.get(`/api/v1/pathways/${pathwayId}`)).outcome).toEqual([404, 'not-found']);
  const { stage, providerId } = (await receiver.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
  expect([stage, providerId]).toEqual(['engaged', 'kaleidoscope']);
  expect(await unrecorded(worker)).toEqual([]);
  expect(await unrecorded(manager)).toEqual([]);
  expect((await worker.command(pathwayId, 'record-attendance', data)).outcome).toEqual([404, 'not-found']);
});

test('page by page, whoever of the provider asks', async () => {
  const both = [await handedOn(), await handedOn()].map(({ appointmentId }) => appointmentId);
  const path = '/api/v1/appointments/unrecorded-elsewhere?limit=1';
  const first = (await worker.get(path)).as(formerAppointmentList);
  const second = (await worker.get(`${path}&cursor=${String(first.next)}`)).as(formerAppointmentList);
  const found = [...first.items, ...second.items].map(({ appointmentId }) => appointmentId);
  expect([found.toSorted(), second.next]).toEqual([both.toSorted(), null]);
  expect((await manager.get(`${path}&cursor=${String(first.next)}`)).outcome).toEqual([
    400,
    'invalid-cursor',
  ]);
});

test('M182: a provider’s own system hears that it lost a case, and nothing of it after', async () => {
  const { next } = (await worker.get('/api/v1/changes?limit=500')).as(changeList);
  const { pathwayId } = await handedOn();
  (await receiver.command(pathwayId, 'record-engagement', { evidence: 'other' })).as(commandAnswer);
  const told = async (who: ApiCaller, after: string) =>
    (await who.get(`/api/v1/changes?limit=500${after}`))
      .as(changeList)
      .items.filter((item) => item.pathwayId === pathwayId)
      .map(({ type }) => type);
  await eventually(async () => {
    expect(await told(receiver, '')).toContain('engagement-recorded');
  });
  expect(await told(worker, `&after=${next}`)).toEqual(['transfer-accepted']);
});
