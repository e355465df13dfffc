import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { commandAnswer, referralAnswer } from '../../api/schemas/answers.ts';
import { findCommand } from '../../store/ledger.ts';
import { appendRejectedType } from '../../workflows/contract/activities.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

let stack: Stack;
let broken = true;

beforeAll(async () => {
  stack = await startStack({
    wrapLedger: (real) => ({
      append: (input) =>
        broken && input.entry?.events.some(({ type }) => type === 'contact-attempted') === true
          ? Promise.reject(ApplicationFailure.create({ type: appendRejectedType, nonRetryable: true }))
          : real.append(input),
    }),
  });
}, 60_000);

afterAll(async () => {
  await stack.close();
});

test('a command that failed inside is done under the same key once the cause is mended, and once only', async () => {
  const officer = await ApiCaller.as(stack, 'officer');
  const worker = await ApiCaller.as(stack, 'caseworker');
  const { pathwayId } = (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
  const key = randomUUID();
  const send = () =>
    worker.command(
      pathwayId,
      'record-contact-attempt',
      { channel: 'phone', result: 'no-answer', by: 'person' },
      key,
    );

  expect((await send()).status).toBe(500);
  expect((await send()).status).toBe(500);
  broken = false;
  const { commandId, seq } = (await send()).as(commandAnswer);
  const recorded = await findCommand(stack.db, 'dyfed-powys', pathwayId, commandId);
  expect(recorded.map(({ type }) => type)).toEqual(['contact-attempted', 'referral-accepted']);
  expect((await send()).as(commandAnswer).seq).toBe(seq);
});
