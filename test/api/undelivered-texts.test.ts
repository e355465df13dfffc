import { afterAll, beforeAll, expect, test } from '@jest/globals';
import twilio from 'twilio';
import { pathwayView } from '../../api/schemas/answers.ts';
import { createLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { sendCommand } from '../../platform/pathway-runs.ts';
import { readEvents } from '../../store/ledger.ts';
import { messagesOf, recordGatewayReport } from '../../store/messages.ts';
import { wholeForce } from '../../store/scope.ts';
import { Sweep } from '../../workers/sweep.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { gatewayToken } from '../support/delivery.ts';
import { eventually } from '../support/eventually.ts';
import { command, openDiversion, prepareForce, testForce } from '../support/pathways.ts';
import type { OpenedDiversion } from '../support/pathways.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

// A text that the gateway took and could not deliver: it tells so later, over the webhook, and a person is asked.

const hourMs = 3_600_000;

let stack: Stack;
let worker: ApiCaller;

beforeAll(async () => {
  stack = await startStack();
  await prepareForce(stack.db);
  worker = new ApiCaller(
    stack.url,
    await stack.issuer.mint('caseworker', { claims: { llwybr_force: testForce } }),
  );
}, 60_000);

afterAll(async () => {
  await stack.close();
});

/** Told of an appointment in an hour, at any time of the day. */
async function booked() {
  const pathway = await openDiversion(stack.db, {
    policy: {
      messages: {
        reminder: { before: { unit: 'days', count: 1 }, at: '09:00' },
        ...{ purposes: ['appointment-booked'], sendFrom: '00:00', sendUntil: '00:00' },
      },
    },
  });
  const data = {
    ...{ kind: 'assessment', placeCode: 'ddas-carmarthen' },
    ...{ startsAt: toInstant(Date.now() + hourMs), endsAt: toInstant(Date.now() + 2 * hourMs) },
  };
  const booking = command('book-appointment', 'ProviderWorker', data);
  await sendCommand(stack.engine.client, pathway, booking, 15_000);
  const message = await eventually(async () => {
    const [sent] = await messagesOf(stack.db, wholeForce(testForce), pathway.pathwayId);
    expect(sent?.status).toBe('sent');
    return sent;
  }, 30_000);
  if (message === undefined) throw new Error('No message');
  return { pathway, message };
}

async function undelivered({
  intentId,
  gatewayId,
}: {
  readonly intentId: string;
  readonly gatewayId: string | null;
}) {
  const path = `/webhooks/sms/status/${testForce}/${intentId}`;
  const form = { MessageSid: gatewayId ?? '', MessageStatus: 'undelivered', ErrorCode: '30005' };
  const signature = twilio.getExpectedTwilioSignature(gatewayToken, `${stack.url}${path}`, form);
  const { status } = await fetch(`${stack.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature,
    },
    body: new URLSearchParams(form).toString(),
  });
  expect(status).toBe(204);
}

async function asked({ pathwayId }: OpenedDiversion): Promise<string[]> {
  const { attention } = (await worker.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
  return attention.filter(({ code }) => code === 'message-not-sent').map(({ ref }) => ref ?? '');
}

async function toTell(): Promise<number> {
  const { rows } = await stack.db.pool.query<{ count: number }>(
    'select count(*)::integer as count from message where report_wanted_at is not null',
  );
  return rows[0]?.count ?? -1;
}

test('M90, M181 the caseworker is asked to reach the person in another way, once, and the referral goes on', async () => {
  const { pathway, message } = await booked();
  await undelivered(message);
  await undelivered(message);
  await eventually(async () => {
    expect(await asked(pathway)).toEqual([message.intentId]);
    expect(await toTell()).toBe(0);
  }, 30_000);
  expect(await messagesOf(stack.db, wholeForce(testForce), pathway.pathwayId)).toMatchObject([
    { status: 'failed', reason: 'gateway-30005' },
  ]);
  const events = await readEvents(stack.db, wholeForce(testForce), pathway.pathwayId);
  expect(events.filter(({ type }) => type === 'message-not-sent')).toHaveLength(1);
}, 90_000);

test('M90 also where whoever took the callback died before it could tell: the sweep does', async () => {
  const { pathway, message } = await booked();
  const report = { gatewayStatus: 'undelivered', status: 'failed', reason: 'gateway-30003' } as const;
  const { forceId, intentId, gatewayId } = message;
  await recordGatewayReport(stack.db, { ...report, forceId, intentId, gatewayId: gatewayId ?? '' });
  expect(await toTell()).toBe(1);
  const sweep = new Sweep({
    db: stack.db,
    client: stack.engine.client,
    log: createLog({ level: 'silent', process: 'worker', build: 'test' }),
    metrics: createMetrics({ process: 'worker', build: 'test' }),
  });
  await sweep.once();
  await eventually(async () => {
    expect(await asked(pathway)).toEqual([message.intentId]);
    expect(await toTell()).toBe(0);
  }, 30_000);
}, 90_000);

test('M90 of a referral that has ended nobody need be reached: it answers, and is not asked again', async () => {
  const { pathway, message } = await booked();
  const closing = command('close-pathway', 'ProviderWorker', { reason: 'declined' });
  await sendCommand(stack.engine.client, pathway, closing, 15_000);
  await undelivered(message);
  await eventually(async () => {
    expect(await toTell()).toBe(0);
  }, 30_000);
  expect(await asked(pathway)).toEqual([]);
}, 90_000);
