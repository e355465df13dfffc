import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { eventList, pathwayView, referralAnswer } from '../../api/schemas/answers.ts';
import { handoverAnswer } from '../../api/schemas/handovers.ts';
import { pathwayList } from '../../api/schemas/worklists.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

let stack: Stack;
let officer: ApiCaller;
let worker: ApiCaller;
let lead: ApiCaller;
let manager: ApiCaller;
/** Of kaleidoscope: a worker, and who answers for them. */
let theirs: ApiCaller;
let theirLead: ApiCaller;

beforeAll(async () => {
  stack = await startStack();
  [officer, worker, lead, manager, theirs] = (await Promise.all(
    ['officer', 'caseworker', 'provider-manager', 'manager', 'kaleidoscope-caseworker'].map((who) =>
      ApiCaller.as(stack, who),
    ),
  )) as [ApiCaller, ApiCaller, ApiCaller, ApiCaller, ApiCaller];
  const claims = { llwybr_organisation: 'kaleidoscope', sub: 'u-402' };
  theirLead = new ApiCaller(stack.url, await stack.issuer.mint('provider-manager', { claims }));
}, 60_000);

afterAll(async () => {
  await stack.close();
});

const path = '/api/v1/handovers';
type Answer = z.output<typeof handoverAnswer>;

async function referred(): Promise<string> {
  return (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer).pathwayId;
}

async function accepted(): Promise<string> {
  const pathwayId = await referred();
  expect((await worker.command(pathwayId, 'accept-referral', {})).status).toBe(200);
  return pathwayId;
}

async function handOver(body: Record<string, unknown>, who = manager): Promise<Answer> {
  return (await who.post(path, body)).as(handoverAnswer);
}

async function viewOf(pathwayId: string) {
  return (await manager.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
}

async function openAt(who: ApiCaller): Promise<string[]> {
  const { items } = (await who.get('/api/v1/pathways?state=working&limit=200')).as(pathwayList);
  return items.map(({ pathwayId }) => pathwayId).toSorted();
}

/** Clocks that run from receipt, whoever has the case. */
async function ofReceipt(pathwayId: string) {
  const { receivedAt, deadlines } = await viewOf(pathwayId);
  const clocks = deadlines.filter(({ rule }) => ['closure', 'closure-warning'].includes(rule));
  expect(clocks).toHaveLength(2);
  return [receivedAt, ...clocks.map(({ id, due }) => [id, due])];
}

test('M25 all cases of a caseworker go to another in one act, and of a team to its list', async () => {
  const mine = [await accepted(), await referred(), await referred()];
  const others = await referred();
  for (const pathwayId of mine) {
    const data = { workerId: 'u-301', newWorker: true };
    expect((await lead.command(pathwayId, 'assign-caseworker', data)).status).toBe(200);
  }
  const slip = { providerId: 'ddas', fromWorkerId: 'u-301', toWorkerId: 'u-309' };
  const unknown = await lead.post(path, slip);
  expect(unknown.outcome).toEqual([404, 'not-found']);
  expect(unknown.body).toMatchObject({ errors: [{ path: '/toWorkerId', code: 'unknown-id' }] });
  const body = { ...slip, newWorker: true };
  const before = await Promise.all(mine.map(ofReceipt));
  const answer = await handOver(body, lead);
  expect(answer).toMatchObject({ refused: [], remaining: 0, next: null });
  expect(answer.done).toEqual(mine.map((pathwayId) => ({ pathwayId, how: 'assigned' })));
  for (const pathwayId of mine) expect((await viewOf(pathwayId)).workerId).toBe('u-309');
  expect((await viewOf(others)).workerId).toBeNull();
  expect(await Promise.all(mine.map(ofReceipt))).toEqual(before);
  expect((await handOver(body, lead)).done).toEqual([]);
  const toTeam = await handOver({ providerId: 'ddas', fromWorkerId: 'u-309', toWorkerId: null });
  expect(toTeam.done).toHaveLength(3);
  expect((await viewOf(mine[0] ?? '')).workerId).toBeNull();
});

test('M25 all cases of a provider go to another in one act: who is taken once the receiver takes them, in one act too', async () => {
  const [taken, waiting] = [await accepted(), await referred()];
  const ours = await openAt(lead);
  expect(ours).toEqual(expect.arrayContaining([taken, waiting]));
  const before = await Promise.all(ours.map(ofReceipt));
  const history = (await manager.get(`/api/v1/pathways/${taken}/events`)).as(eventList).items;
  const body = { fromProviderId: 'ddas', toProviderId: 'kaleidoscope', reason: 'contract-ended' };
  const key = 'a-contract-that-ended';
  const first = (await manager.post(path, body, key)).as(handoverAnswer);
  expect(first).toMatchObject({ refused: [], remaining: 0, next: null });
  expect(first.done.map(({ pathwayId }) => pathwayId).toSorted()).toEqual(ours);
  const howOf = (id: string) => first.done.find(({ pathwayId }) => pathwayId === id)?.how;
  expect([howOf(taken), howOf(waiting)]).toEqual(['offered', 'routed']);
  expect((await manager.post(path, body, key)).body).toEqual(first);

  // Nothing of who is taken is theirs until they take them.
  expect((await viewOf(waiting)).providerId).toBe('kaleidoscope');
  expect((await viewOf(taken)).providerId).toBe('ddas');
  expect((await theirs.get(`/api/v1/pathways/${taken}`)).outcome).toEqual([404, 'not-found']);
  const acceptances = await theirLead.post(`${path}/acceptances`, { fromProviderId: 'ddas' });
  const took = acceptances.as(handoverAnswer);
  expect(took).toMatchObject({ refused: [], remaining: 0, next: null });
  expect(took.done).toContainEqual({ pathwayId: taken, how: 'accepted' });
  expect(await openAt(lead)).toEqual([]);
  expect(await openAt(theirs)).toEqual(ours);

  // One waiting time: what is counted from receipt runs on, and the history is what it was, with what came.
  expect(await Promise.all(ours.map(ofReceipt))).toEqual(before);
  const after = (await manager.get(`/api/v1/pathways/${taken}/events`)).as(eventList).items;
  expect(after.slice(0, history.length)).toEqual(history);
  expect(after.slice(history.length).map(({ type }) => type)).toEqual([
    'transfer-offered',
    'transfer-accepted',
  ]);
});

test('M25 is for who answers for the cases: a provider for its own workers, the manager for all', async () => {
  const ofProvider = { fromProviderId: 'ddas', toProviderId: 'kaleidoscope', reason: 'other' };
  const ofWorker = { providerId: 'kaleidoscope', fromWorkerId: 'u-401', toWorkerId: 'u-403' };
  const claims = { llwybr_roles: ['ProviderManager', 'PoliceOfficer'] };
  const ofTwoSides = new ApiCaller(stack.url, await stack.issuer.mint('provider-manager', { claims }));
  for (const [who, body, outcome] of [
    [lead, ofProvider, [403, 'wrong-role']],
    [worker, ofWorker, [403, 'wrong-role']],
    [officer, ofProvider, [403, 'wrong-role']],
    [lead, ofWorker, [404, 'not-found']],
    [ofTwoSides, ofWorker, [404, 'not-found']],
    [manager, { ...ofProvider, toProviderId: 'nobody' }, [404, 'not-found']],
    [manager, { ...ofProvider, toProviderId: 'ddas' }, [409, 'condition-not-met']],
    [manager, { ...ofProvider, reason: 'because' }, [400, 'invalid-request']],
    [manager, { ...ofProvider, fromWorkerId: 'u-1' }, [400, 'invalid-request']],
  ] as const) {
    expect([body, ...(await who.post(path, body)).outcome]).toEqual([body, ...outcome]);
  }
  const acceptance = await manager.post(`${path}/acceptances`, { fromProviderId: 'ddas' });
  expect(acceptance.outcome).toEqual([403, 'wrong-role']);
  expect((await handOver({ ...ofWorker, newWorker: true }, theirLead)).done).toEqual([]);
});

test('M25 who has taken back sharing goes over in neither act, and the answer names the case', async () => {
  const offers = { fromProviderId: 'ddas', toProviderId: 'kaleidoscope', reason: 'contract-ended' };
  const withdraw = async (pathwayId: string) => {
    expect((await worker.command(pathwayId, 'withdraw-consent', { purpose: 'sharing' })).status).toBe(201);
    await eventually(async () => {
      expect((await viewOf(pathwayId)).attention.map(({ code }) => code)).toContain('sharing-withdrawn');
    });
  };
  const [before, after] = [await accepted(), await accepted()];
  await withdraw(before);
  const offered = await handOver(offers);
  expect(offered.refused).toMatchObject([{ pathwayId: before, code: 'condition-not-met' }]);
  expect(offered.refused[0]?.detail).toMatch(/taken back their consent to sharing: ask them/);
  expect(offered.done).toContainEqual({ pathwayId: after, how: 'offered' });
  await withdraw(after);
  const took = await theirLead.post(`${path}/acceptances`, { fromProviderId: 'ddas' });
  expect(took.as(handoverAnswer).done).toEqual([]);
  expect((await viewOf(after)).providerId).toBe('ddas');
});
