import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { pathwayView } from '../../api/schemas/answers.ts';
import { createLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { sendCommand } from '../../platform/pathway-runs.ts';
import { readEvents } from '../../store/ledger.ts';
import { messageForDelivery, messagesOf, recordGatewayReport } from '../../store/messages.ts';
import type { MessageRow } from '../../store/messages.ts';
import { uncarriedFailures } from '../../store/reported-failures.ts';
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

// What the gateway says of a text long after it took it: webhook, record, run, boards.

const hourMs = 3_600_000;

let stack: Stack;
let worker: ApiCaller;

beforeAll(async () => {
  stack = await startStack({}, testForce);
  await prepareForce(stack.db);
  worker = new ApiCaller(
    stack.url,
    await stack.issuer.mint('caseworker', { claims: { llwybr_force: testForce } }),
  );
}, 60_000);

afterAll(async () => {
  await stack.close();
});

interface Texted {
  readonly pathway: OpenedDiversion;
  readonly message: MessageRow;
}

/** Told of its booking, on the way for good as far as anybody knows. */
async function texted(): Promise<Texted> {
  const pathway = await openDiversion(stack.db, {
    policy: {
      messages: {
        reminder: { before: { unit: 'days', count: 1 }, at: null },
        purposes: ['appointment-booked', 'text-not-sent'],
        sendFrom: '00:00',
        sendUntil: '00:00',
      },
    },
  });
  const data = {
    ...{ appointmentId: `a-${pathway.pathwayId}`, kind: 'assessment', placeCode: 'ddas-carmarthen' },
    ...{ startsAt: toInstant(Date.now() + hourMs), endsAt: toInstant(Date.now() + 2 * hourMs) },
  };
  const booking = command('book-appointment', 'ProviderWorker', data);
  await sendCommand(stack.engine.client, pathway, booking, 15_000);
  const message = await eventually(async () => {
    const [found] = await messagesOf(stack.db, wholeForce(testForce), pathway.pathwayId);
    expect(found?.status).toBe('sent');
    return found;
  }, 30_000);
  if (message === undefined) throw new Error('No text was sent');
  return { pathway, message };
}

async function report({ message }: Texted, MessageStatus: string, ErrorCode?: string): Promise<number> {
  const url = `${stack.url}/webhooks/sms/status/${testForce}/${message.intentId}`;
  const form = {
    ...{ MessageSid: message.gatewayId ?? '', MessageStatus },
    ...(ErrorCode === undefined ? {} : { ErrorCode }),
  };
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': getExpectedTwilioSignature(gatewayToken, url, form),
    },
    body: new URLSearchParams(form).toString(),
  });
  return answer.status;
}

const recordOf = async ({ pathway }: Texted) => {
  const all = await messagesOf(stack.db, wholeForce(testForce), pathway.pathwayId);
  return all.map(({ purpose, channel, status, reason }) => ({ purpose, channel, status, reason }));
};

const askedOf = async ({ pathway }: Texted) =>
  (await worker.get(`/api/v1/pathways/${pathway.pathwayId}`))
    .as(pathwayView)
    .attention.map(({ code, ref }) => [code, ref]);

const tellings = async ({ pathway }: Texted): Promise<number> => {
  const events = await readEvents(stack.db, wholeForce(testForce), pathway.pathwayId);
  return events.filter(({ type }) => type === 'message-not-sent').length;
};

const carried = () =>
  eventually(async () => {
    expect(await uncarriedFailures(stack.db, 10)).toEqual([]);
  }, 30_000);

describe('a text that the gateway took and could not deliver', () => {
  test('M90, M181, M189, M243: fails in the record, the caseworker is asked and written to, once', async () => {
    const text = await texted();
    for (const told of ['sent', 'undelivered', 'undelivered', 'sent', 'delivered', 'failed']) {
      expect(await report(text, told, told === 'undelivered' ? '30003' : undefined)).toBe(204);
    }
    await eventually(async () => {
      expect(await askedOf(text)).toContainEqual(['message-not-sent', text.message.intentId]);
    }, 30_000);
    await carried();
    expect(await tellings(text)).toBe(1);
    expect(await recordOf(text)).toMatchObject([
      { purpose: 'appointment-booked', channel: 'sms', status: 'failed', reason: 'gateway-30003' },
      { purpose: 'text-not-sent', channel: 'email' },
    ]);
    // A handset that cannot be reached may be switched off.
    expect((await askedOf(text)).map(([code]) => code)).not.toContain('wrong-number');
    expect(await isWrong(text)).toBe(false);
  }, 60_000);

  test('is told by the sweep where whoever heard of it died before it told anybody', async () => {
    const text = await texted();
    const { forceId, intentId, gatewayId } = text.message;
    const told = { forceId, intentId, gatewayId: gatewayId ?? '', gatewayStatus: 'failed' };
    expect(await recordGatewayReport(stack.db, { ...told, status: 'failed', reason: 'gateway-30008' })).toBe(
      true,
    );
    expect(await uncarriedFailures(stack.db, 10)).toMatchObject([{ forceId, intentId }]);
    const sweep = new Sweep({
      ...{ db: stack.db, client: stack.engine.client },
      log: createLog({ level: 'silent', process: 'worker', build: 'test' }),
      metrics: createMetrics({ process: 'worker', build: 'test' }),
    });
    expect(await sweep.once()).toMatchObject({ undelivered: 1 });
    await carried();
    expect(await tellings(text)).toBe(1);
    expect(await sweep.once()).toMatchObject({ undelivered: 0 });
  }, 60_000);

  test('of a referral that has ended asks nobody, and is not told again and again', async () => {
    const text = await texted();
    const closing = command('close-pathway', 'ProviderWorker', { reason: 'declined' });
    await sendCommand(stack.engine.client, text.pathway, closing, 15_000);
    expect(await report(text, 'undelivered', '30003')).toBe(204);
    await carried();
    expect(await tellings(text)).toBe(0);
    expect(await recordOf(text)).toMatchObject([{ status: 'failed' }]);
  }, 60_000);

  // Last: all of them have the same phone.
  test('edge case 31: because there is no such phone keeps every text from the number, and a person checks it', async () => {
    const text = await texted();
    expect(await isWrong(text)).toBe(false);
    expect(await report(text, 'undelivered', '30005')).toBe(204);
    expect(await isWrong(text)).toBe(true);
    await eventually(async () => {
      const codes = (await askedOf(text)).map(([code]) => code);
      expect(codes).toEqual(expect.arrayContaining(['message-not-sent', 'wrong-number']));
    }, 30_000);
    const reached = { channel: 'phone', result: 'reached', by: 'person' };
    await sendCommand(
      stack.engine.client,
      text.pathway,
      command('record-contact-attempt', 'ProviderWorker', reached),
      15_000,
    );
    expect(await isWrong(text)).toBe(false);
    expect((await askedOf(text)).map(([code]) => code)).not.toContain('wrong-number');
  }, 60_000);

  test('edge case 32: of a STOP that only the carrier has heard is recorded as the person’s, once, and asks for another way', async () => {
    const text = await texted();
    for (const told of ['undelivered', 'undelivered', 'failed']) {
      expect(await report(text, told, '21610')).toBe(204);
    }
    const about = await messageForDelivery(stack.db, testForce, text.message.intentId);
    expect(about?.facts.map(({ fact }) => fact)).toEqual(['stop-texts']);
    await eventually(async () => {
      expect((await askedOf(text)).map(([code]) => code)).toContain('texts-stopped');
    }, 30_000);
    await carried();
  }, 60_000);
});

async function isWrong({ message }: Texted): Promise<boolean | undefined> {
  return (await messageForDelivery(stack.db, testForce, message.intentId))?.person.wrongNumber;
}
