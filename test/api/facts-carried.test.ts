import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  drugTestAnswer,
  eventList,
  factAnswer,
  pathwayView,
  referralAnswer,
} from '../../api/schemas/answers.ts';
import { ApiCaller, aReferral, aTest } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

// What is told over HTTP, as far as every case of the person.

let stack: Stack;
let manager: ApiCaller;

beforeAll(async () => {
  stack = await startStack();
  manager = await ApiCaller.as(stack, 'manager');
}, 60_000);

afterAll(async () => {
  await stack.close();
});

async function inBoth(): Promise<{ personId: string; referral: string; duty: string }> {
  const tested = aTest();
  const { surname, birthDate, nominalNumber } = tested;
  const custody = await ApiCaller.as(stack, 'custody');
  const duty = (await custody.post('/api/v1/drug-tests', tested)).as(drugTestAnswer);
  const officer = await ApiCaller.as(stack, 'officer');
  const form = aReferral({ surname, forenames: undefined, birthDate, nominalNumber });
  const referral = (await officer.post('/api/v1/referrals', form)).as(referralAnswer);
  expect(referral.personId).toBe(duty.personId);
  return { personId: referral.personId, referral: referral.pathwayId, duty: String(duty.pathwayId) };
}

const view = async (pathwayId: string) =>
  (await manager.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
const typesOf = async (pathwayId: string) =>
  (await manager.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList).items.map(({ type }) => type);

test('M46, edge case 29: told from one case it closes each of the person; corrected, each goes on', async () => {
  const { referral, duty } = await inBoth();
  const worker = await ApiCaller.as(stack, 'caseworker');
  const { factId } = (await worker.command(referral, 'record-death', {})).as(factAnswer);
  for (const pathwayId of [referral, duty]) {
    await eventually(async () => {
      expect(await view(pathwayId)).toMatchObject({ closureReason: 'died', deadlines: [] });
    });
  }
  // A case that is over still takes facts about its person.
  const corrected = await manager.command(duty, 'correct-death', { correctsFactId: factId });
  expect(corrected.status).toBe(201);
  for (const pathwayId of [referral, duty]) {
    await eventually(async () => {
      const { closedAt, attention } = await view(pathwayId);
      expect(closedAt).toBeNull();
      expect(await typesOf(pathwayId)).toContain('death-corrected');
      if (pathwayId === referral) expect(attention.map(({ code }) => code)).toContain('death-corrected');
    });
  }
}, 60_000);

test('custody and a consent taken back reach both; what rests on consent ends, the duty does not', async () => {
  const { personId, referral, duty } = await inBoth();
  const path = `/api/v1/persons/${personId}/facts`;
  expect((await manager.post(path, { fact: 'custody' })).status).toBe(201);
  expect((await manager.post(path, { fact: 'consent-withdrawn', purpose: 'treatment' })).status).toBe(201);
  await eventually(async () => {
    expect(await typesOf(duty)).toContain('custody-noted');
    expect(await view(referral)).toMatchObject({ closureReason: 'consent-withdrawn' });
  });
  expect(await view(duty)).toMatchObject({ closedAt: null });
}, 60_000);

test('M191 whoever takes back consent to treatment is told that it closes the referral, and a slip is mended by reopening it', async () => {
  const { referral, duty } = await inBoth();
  const worker = await ApiCaller.as(stack, 'caseworker');
  const slip = await worker.command(referral, 'withdraw-consent', { purpose: 'treatment' });
  expect(slip.as(factAnswer).hints).toEqual(['closes-referrals']);
  await eventually(async () => {
    expect((await view(referral)).closureReason).toBe('consent-withdrawn');
  });
  const again = await worker.command(referral, 'record-consent', { purpose: 'treatment' });
  expect(again.as(factAnswer)).not.toHaveProperty('hints');
  const texts = await worker.command(referral, 'withdraw-consent', { purpose: 'texts' });
  expect(texts.as(factAnswer)).not.toHaveProperty('hints');
  const back = await worker.command(referral, 'reopen-pathway', { reason: 'closed-in-error' });
  expect(back.status).toBe(200);
  // Who works on the police side learns nothing of a referral by it.
  const assessor = await ApiCaller.as(stack, 'initial-assessor');
  const told = await assessor.command(duty, 'withdraw-consent', { purpose: 'treatment' });
  expect(told.as(factAnswer)).not.toHaveProperty('hints');
});

test('a treatment that was refused before a referral is only noted there', async () => {
  const { personId } = await inBoth();
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  const said = { fact: 'consent-withdrawn', purpose: 'treatment', occurredAt: yesterday };
  const { factId } = (await manager.post(`/api/v1/persons/${personId}/facts`, said)).as(factAnswer);
  const { rows } = await stack.db.pool.query<{ id: string }>(
    `select id from pathway where person_id = $1 and kind = 'diversion'`,
    [personId],
  );
  const referral = String(rows[0]?.id);
  await eventually(async () => {
    const found = (await manager.get(`/api/v1/pathways/${referral}/events`)).as(eventList).items;
    expect(found.find(({ type }) => type === 'consent-noted')?.data).toMatchObject({ factId, given: false });
  });
  expect(await view(referral)).toMatchObject({ closedAt: null });
}, 60_000);
