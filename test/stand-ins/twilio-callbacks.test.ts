import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import twilio from 'twilio';
import type { FaultScript } from '../../stand-ins/twilio-faults.ts';
import { startTwilioStandIn } from '../../stand-ins/twilio-server.ts';
import type { TwilioStandIn, TwilioStandInOptions } from '../../stand-ins/twilio-server.ts';
import { eventually } from '../support/eventually.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';

const accountSid = `AC${'1'.repeat(32)}`;
const authToken = 'secret';
const from = '+447700900001';
const to = '+447700900123';

let directory: string;
let standIn: TwilioStandIn;
let receiver: WebhookReceiver;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'twilio-callbacks-'));
  receiver = await startWebhookReceiver(authToken);
  standIn = await start();
});

afterEach(async () => {
  await standIn.close();
  await receiver.close();
  rmSync(directory, { recursive: true });
});

function start(changes: Partial<TwilioStandInOptions> = {}): Promise<TwilioStandIn> {
  return startTwilioStandIn({
    ...{ port: 0, directory, accountSid, authToken, queuedForMs: 0, answerWithinMs: 200, retryAfterMs: 10 },
    ...changes,
  });
}

function client(): ReturnType<typeof twilio> {
  const made = twilio(accountSid, authToken, { timeout: 2_000 });
  made.api.baseUrl = standIn.url;
  return made;
}

async function send(changes: { validityPeriod?: number; statusCallback?: string } = {}): Promise<string> {
  const callback = { statusCallback: `${receiver.url}/webhooks/sms/status/f/i?a=b%27` };
  const { sid } = await client().messages.create({ to, from, body: 'Dŵr', ...callback, ...changes });
  return sid;
}

async function script(fault: FaultScript): Promise<void> {
  const { status } = await fetch(`${standIn.url}/stand-in/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  expect(status).toBe(201);
}

const told = (): (string | undefined)[] => receiver.received.map(({ form }) => form['MessageStatus']);

async function hasBeenTold(count: number): Promise<void> {
  await eventually(() => {
    expect(standIn.posts()).toHaveLength(count);
  });
}

describe('status callbacks', () => {
  test('M97: say what became of a text, signed as the library checks it', async () => {
    const sid = await send();
    await hasBeenTold(2);
    expect(receiver.received).toEqual(
      ['sent', 'delivered'].map((status) => ({
        path: '/webhooks/sms/status/f/i?a=b%27',
        signature: 'right',
        form: {
          ...{ AccountSid: accountSid, ApiVersion: '2010-04-01', From: from, To: to },
          ...{ MessageSid: sid, SmsSid: sid, MessageStatus: status, SmsStatus: status },
        },
      })),
    );
    expect(await client().messages(sid).fetch()).toMatchObject({ status: 'delivered', errorCode: null });
  });

  test.each([
    ['undelivered', ['sent', 'undelivered']],
    ['failed', ['failed']],
  ] as const)('say that a text was %s, with the error code', async (does, statuses) => {
    await script({ on: 'delivery', does, code: 30005 });
    const sid = await send();
    await hasBeenTold(statuses.length);
    expect(told()).toEqual(statuses);
    expect(receiver.received.at(-1)?.form).toMatchObject({ MessageSid: sid, ErrorCode: '30005' });
    expect(await client().messages(sid).fetch()).toMatchObject({ status: does, errorCode: 30005 });
    await send();
    await hasBeenTold(statuses.length + 2);
    expect(told().at(-1)).toBe('delivered');
  });

  test('say that a text was too long in the queue, which then never leaves', async () => {
    await script({ on: 'delivery', does: 'stay-queued', queuedSeconds: 3_600 });
    const sid = await send({ validityPeriod: 1 });
    expect(await client().messages(sid).fetch()).toMatchObject({ status: 'queued' });
    await hasBeenTold(1);
    expect(receiver.received[0]?.form).toMatchObject({ MessageStatus: 'failed', ErrorCode: '30036' });
    const fetched = await client().messages(sid).fetch();
    expect(fetched).toMatchObject({ status: 'failed', errorCode: 30036 });
    expect(fetched.dateSent).toBeNull();
  });

  test('are tried again without an answer in time or after one of 500 and above where the address asks for it', async () => {
    receiver.answer('nothing', { status: 204 }, { status: 503 }, { status: 500 }, { status: 204 });
    await send({ statusCallback: `${receiver.url}/s#rc=5&rp=ct,rt,5xx` });
    await hasBeenTold(5);
    expect(told()).toEqual(['sent', 'sent', 'delivered', 'delivered', 'delivered']);
    expect(standIn.posts().map(({ answer }) => answer)).toEqual(['no-answer', 204, 503, 500, 204]);
    expect(receiver.received.map(({ path, signature }) => [path, signature])).toEqual(
      Array.from({ length: 5 }, () => ['/s', 'right']),
    );
  });

  test('are not tried again by themselves after an answer of 500 and above, nor without one, as at Twilio', async () => {
    receiver.answer('nothing');
    await send();
    await hasBeenTold(2);
    receiver.answer({ status: 503 });
    await send();
    await hasBeenTold(4);
    expect(standIn.posts().map(({ status, answer }) => [status, answer])).toEqual([
      ['sent', 'no-answer'],
      ['delivered', 204],
      ['sent', 503],
      ['delivered', 204],
    ]);
  });

  test('are tried once more by themselves where no connection is made', async () => {
    const { url } = receiver;
    await receiver.close();
    await send({ statusCallback: `${url}/s` });
    await eventually(() => {
      expect(standIn.posts().map(({ status, answer }) => [status, answer])).toEqual([
        ['sent', 'no-answer'],
        ['sent', 'no-answer'],
        ['delivered', 'no-answer'],
        ['delivered', 'no-answer'],
      ]);
    });
  });

  test('that are refused are not tried again', async () => {
    receiver.answer({ status: 403 }, { status: 404 });
    await send();
    await hasBeenTold(2);
    expect(told()).toEqual(['sent', 'delivered']);
  });

  test('that were due while nothing ran are made up for, and none twice', async () => {
    await standIn.close();
    standIn = await start({ queuedForMs: 3_600_000 });
    const sid = await send();
    expect(standIn.posts()).toEqual([]);
    await standIn.close();
    standIn = await start();
    await hasBeenTold(2);
    await standIn.close();
    standIn = await start();
    const later = await send();
    await hasBeenTold(4);
    const ids = receiver.received.map(({ form }) => form['MessageSid']);
    expect(ids).toEqual([sid, sid, later, later]);
    expect(await (await fetch(`${standIn.url}/stand-in/posts`)).json()).toEqual(standIn.posts());
  });

  test('leave this machine for nobody', async () => {
    await send({ statusCallback: 'https://llwybr.example.org/webhooks/sms/status/f/i' });
    await hasBeenTold(2);
    expect(standIn.posts().map(({ answer }) => answer)).toEqual([
      'not-on-this-machine',
      'not-on-this-machine',
    ]);
    expect(receiver.received).toEqual([]);
  });

  test.each([
    [{ statusCallback: '/webhooks' }, 21609],
    [{ statusCallback: 'http://a_b.example/webhooks' }, 21609],
    [{ statusCallback: `http://a.example/${'b'.repeat(4_000)}` }, 21609],
    [{ validityPeriod: 0 }, 90007],
    [{ validityPeriod: 36_001 }, 90007],
  ])('and times that make no sense are refused: %j', async (changes, code) => {
    await expect(send(changes)).rejects.toMatchObject({ status: 400, code });
    expect(standIn.record()).toMatchObject([{ accepted: false, code }]);
  });
});

describe('callbacks that go wrong by script', () => {
  test('come twice', async () => {
    await script({ on: 'callback', does: 'twice', to });
    await send();
    await hasBeenTold(4);
    expect(told()).toEqual(['sent', 'sent', 'delivered', 'delivered']);
  });

  test('come with the end first', async () => {
    await script({ on: 'callback', does: 'reversed' });
    await send();
    await hasBeenTold(2);
    expect(told()).toEqual(['delivered', 'sent']);
  });

  test('come late', async () => {
    await script({ on: 'callback', does: 'late', lateSeconds: 0.2 });
    const sent = Date.now();
    await send();
    await hasBeenTold(2);
    expect(Date.parse(standIn.posts()[0]?.at ?? '') - sent).toBeGreaterThanOrEqual(200);
    expect(told()).toEqual(['sent', 'delivered']);
  });

  test.each([
    ['forged', 'wrong'],
    ['unsigned', 'none'],
  ] as const)('come %s', async (does, signature) => {
    await script({ on: 'callback', does });
    await send();
    await hasBeenTold(2);
    expect(receiver.received.map((each) => each.signature)).toEqual([signature, signature]);
  });

  test('do not come, of one text, of one number, as often as was said', async () => {
    await script({ on: 'callback', does: 'drop', to: '+447700900124' });
    await script({ on: 'callback', does: 'drop', to });
    const dropped = await send();
    const kept = await send();
    await hasBeenTold(2);
    expect(new Set(standIn.posts().map(({ sid }) => sid))).toEqual(new Set([kept]));
    expect(standIn.record().map(({ sid, callbacks }) => [sid, callbacks?.does])).toEqual([
      [dropped, 'drop'],
      [kept, undefined],
    ]);
    expect(await (await fetch(`${standIn.url}/stand-in/faults`)).json()).toHaveLength(1);
  });
});
