import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pathwayView, referralAnswer, commandAnswer, eventList } from '../../api/schemas/answers.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

let stack: Stack;
let officer: ApiCaller;
let worker: ApiCaller;

beforeAll(async () => {
  stack = await startStack();
  officer = await ApiCaller.as(stack, 'officer');
  worker = await ApiCaller.as(stack, 'caseworker');
}, 60_000);

afterAll(async () => {
  await stack.close();
});

test('a referral becomes a pathway that takes commands and says what it waits for', async () => {
  const referred = await officer.post('/api/v1/referrals', aReferral());
  expect(referred.status).toBe(201);
  const { pathwayId, reference, replay } = referred.as(referralAnswer);
  expect(replay).toBe(false);
  expect(reference).toMatch(/^LL-/);
  expect(referred.headers.get('location')).toBe(`/api/v1/pathways/${pathwayId}`);

  const before = await worker.get(`/api/v1/pathways/${pathwayId}`);
  const view = before.as(pathwayView);
  expect(view).toMatchObject({ stage: 'awaiting-contact', providerId: 'ddas', demo: false, seq: 1 });
  expect(view.deadlines.map(({ rule }) => rule).sort()).toEqual([
    'closure',
    'closure-warning',
    'first-contact',
  ]);
  expect(view.allowedCommands.map(({ name }) => name)).toContain('record-contact-attempt');

  const tried = await worker.command(pathwayId, 'record-contact-attempt', {
    ...{ channel: 'phone', result: 'reached', by: 'person' },
  });
  expect(tried.status).toBe(200);
  const answer = tried.as(commandAnswer);
  expect(answer.stage).toBe('contacted');

  const events = (await worker.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList);
  expect(events.items.map(({ type }) => type)).toContain('contact-attempted');
  expect(events.items.at(-1)?.seq).toBe(answer.seq);
});
