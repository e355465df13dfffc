import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { referralAnswer } from '../../api/schemas/answers.ts';
import { messageList } from '../../api/schemas/messages.ts';
import { enrolmentList } from '../../api/schemas/online-enrolments.ts';
import { startRun } from '../../platform/pathway-runs.ts';
import { ApiCaller, aReferral } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { openOnline, startProgramme } from '../support/online-programme.ts';
import type { ProgrammeUnderTest } from '../support/online-programme.ts';
import { prepareForce, testForce } from '../support/pathways.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

let programme: ProgrammeUnderTest;
let stack: Stack;
let officer: ApiCaller;

beforeAll(async () => {
  programme = await startProgramme();
  const { url } = programme.standIn();
  stack = await startStack({ programme: { gateway: programme.gateway, signInUrl: `${url}/` } });
  officer = await ApiCaller.as(stack, 'officer');
}, 60_000);

afterAll(async () => {
  await stack.close();
  await programme.close();
});

test('M29 who lives elsewhere is enrolled; the code is for the team that has them and the manager', async () => {
  const { pathwayId } = (
    await officer.post('/api/v1/referrals', aReferral({ residence: { postcode: 'B15 2JJ' } }))
  ).as(referralAnswer);
  const path = `/api/v1/pathways/${pathwayId}/online-enrolments`;
  const team = await ApiCaller.as(stack, 'online-caseworker');
  const enrolled = await eventually(async () => {
    const { items } = (await team.get(path)).as(enrolmentList);
    expect(items).toMatchObject([{ state: 'enrolled', reason: null }]);
    return items;
  }, 30_000);
  const [attempt, ...others] = programme.standIn().attempts();
  expect(others).toEqual([]);
  expect(enrolled).toMatchObject([{ enrolmentId: attempt?.reference, accessCode: attempt?.accessCode }]);

  const manager = await ApiCaller.as(stack, 'manager');
  expect((await manager.get(path)).as(enrolmentList).items).toEqual(enrolled);
  expect((await (await ApiCaller.as(stack, 'caseworker')).get(path)).status).toBe(404);
  expect((await officer.get(path)).status).toBe(403);

  // With the local service the programme's code is nobody's matter any more.
  const data = { providerId: 'ddas', reason: 'persons-choice' };
  expect((await manager.command(pathwayId, 'reroute', data)).status).toBe(200);
  expect((await manager.get(path)).as(enrolmentList).items).toEqual([]);
}, 60_000);

test('M29 the code does not stand among the messages, where whoever has the case later would read it', async () => {
  await prepareForce(stack.db);
  const pathway = await openOnline(stack.db);
  await startRun(stack.engine.client, pathway);
  const claims = { llwybr_force: testForce };
  const worker = new ApiCaller(stack.url, await stack.issuer.mint('caseworker', { claims }));
  const { items } = await eventually(async () => {
    const list = (await worker.get(`/api/v1/pathways/${pathway.pathwayId}/messages`)).as(messageList);
    const invitation = list.items.find(({ purpose }) => purpose === 'online-invitation');
    expect(invitation).toMatchObject({ status: 'sent', text: expect.stringContaining('Your code is …, ') });
    return list;
  }, 30_000);
  const enrolment = items.find(({ purpose }) => purpose === 'online-enrolment');
  const code = programme
    .standIn()
    .attempts()
    .find(({ reference }) => reference === enrolment?.intentId)?.accessCode;
  expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
  expect(JSON.stringify(items)).not.toContain(code);
}, 60_000);

test('M29 the link of the invitation is the same for everybody and passes on to where the code is typed in', async () => {
  const answer = await fetch(`${stack.url}/start`, { redirect: 'manual' });
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe(`${programme.standIn().url}/`);
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
});
