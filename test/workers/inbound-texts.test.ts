import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { SmsGateway, SmsInbox } from '../../activities/gateways/sms.ts';
import { createLog } from '../../platform/log.ts';
import { inboundLook } from '../../store/inbound-texts.ts';
import { factsOf } from '../../store/person-facts.ts';
import { InboundTexts } from '../../workers/inbound-texts.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import { DeliveryUnderTest, gatewayToken, planMessage, startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import { eventually } from '../support/eventually.ts';

// The API is away while phones write, and the gateway gives up; the worker asks for what came in.

const forceId = 'dyfed-powys';
const log = createLog({ level: 'fatal', process: 'test', build: 'test' });

let api: ApiWithoutEngine;
let under: GatewayUnderTest;
let look: InboundTexts;
let phones = 0;

beforeAll(async () => {
  api = await startApiWithoutEngine();
});

afterAll(async () => {
  await api.close();
});

beforeEach(async () => {
  under = await startGateway();
  look = new InboundTexts({ db: api.db, inbox: under.gateway, log });
  await under.postTo(await whereNobodyListens());
});

afterEach(async () => {
  await under.close();
});

async function whereNobodyListens(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${String(port)}/webhooks/sms/inbound/${forceId}`;
}

function aPhone(): string {
  phones += 1;
  return `+4477008${String(phones).padStart(5, '0')}`;
}

async function sentTo(mobile: string): Promise<PlannedMessage> {
  const message = await planMessage(api.db, { person: { mobile, language: 'cy' } });
  expect(await deliver(message)).toMatchObject({ status: 'sent' });
  return message;
}

const deliver = (message: PlannedMessage) =>
  new DeliveryUnderTest({ db: api.db, gateway: under.gateway }).run(message);

/** The phone writes, and nobody takes it. */
async function writes(from: string, body: string): Promise<string> {
  const answer = await fetch(`${under.standIn().url}/stand-in/inbound`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from, to: '+447700900001', body }),
  });
  const { sid, answers } = (await answer.json()) as { sid: string; answers: unknown[] };
  expect(answers).toEqual(['no-answer']);
  return sid;
}

const kindsOf = async ({ personId }: PlannedMessage) =>
  (await factsOf(api.db, forceId, personId)).map(({ kind }) => kind);

async function repliesFrom(sid: string) {
  const { rows } = await api.db.pool.query<object>(
    `select force_id as "forceId", meaning, pathway_id as "pathwayId", carried_at is not null as carried
       from reply where gateway_id = $1`,
    [sid],
  );
  return rows;
}

/** As the gateway would have posted it. */
async function postedLate(sid: string, From: string, Body: string): Promise<number> {
  const url = `${api.url}/webhooks/sms/inbound/${forceId}`;
  const form = { MessageSid: sid, From, Body };
  const signature = getExpectedTwilioSignature(gatewayToken, url, form);
  const headers = { 'x-twilio-signature': signature };
  return (await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) })).status;
}

test('STOPIWCH that nobody took stops the texts; asked again, and posted late, it has one effect', async () => {
  const phone = aPhone();
  const [message, next] = [await sentTo(phone), await planMessage(api.db, { person: { mobile: phone } })];
  const sid = await writes(phone, 'STOPIWCH');
  expect(await kindsOf(message)).toEqual([]);
  expect(await look.once()).toBe(1);
  expect([await kindsOf(message), await kindsOf(next)]).toEqual([['stop-texts'], ['stop-texts']]);
  expect(await deliver(next)).toMatchObject({ status: 'skipped', reason: 'texts-stopped' });
  expect(await look.once()).toBe(0);
  expect(await postedLate(sid, phone, 'STOPIWCH')).toBe(200);
  expect(await kindsOf(message)).toEqual(['stop-texts']);
  expect(await repliesFrom(sid)).toEqual([
    { forceId, meaning: 'stop', pathwayId: message.pathwayId, carried: true },
  ]);
});

test('a text that answers none of ours waits with the force that the gateway last posted to', async () => {
  expect(await postedLate(`SM${'0'.repeat(32)}`, aPhone(), 'Pwy sydd yna?')).toBe(200);
  const sid = await writes(aPhone(), 'Helo?');
  expect(await look.once()).toBe(1);
  expect(await repliesFrom(sid)).toMatchObject([{ forceId, meaning: 'other', pathwayId: null }]);
});

test('2 that nobody took waits to be carried to the pathway whose text it answers', async () => {
  const phone = aPhone();
  const message = await sentTo(phone);
  const sid = await writes(phone, '2');
  expect(await look.once()).toBe(1);
  expect(await repliesFrom(sid)).toEqual([
    { forceId, meaning: 'cannot-come', pathwayId: message.pathwayId, carried: false },
  ]);
});

test('a look that failed or has more to ask for is made up for from where the last complete one began', async () => {
  const phone = aPhone();
  const message = await sentTo(phone);
  await look.once();
  const { completeUntil } = await inboundLook(api.db);
  expect(completeUntil).not.toBeNull();
  await writes(phone, 'STOPIWCH');
  await under.script({ on: 'list', does: '500' });
  await expect(look.once()).rejects.toThrow('http-500');
  expect((await inboundLook(api.db)).completeUntil).toBe(completeUntil);
  expect(await kindsOf(message)).toEqual([]);
  const cut: SmsGateway & SmsInbox = {
    ...under.gateway,
    received: async (since) => {
      const asked = await under.gateway.received(since);
      return asked.answer === 'looked-up' ? { ...asked, complete: false } : asked;
    },
  };
  await expect(new InboundTexts({ db: api.db, inbox: cut, log }).once()).rejects.toThrow('more texts');
  expect((await inboundLook(api.db)).completeUntil).toBe(completeUntil);
  expect(await kindsOf(message)).toEqual(['stop-texts']);
});

test('the worker looks when it starts', async () => {
  const phone = aPhone();
  const message = await sentTo(phone);
  await writes(phone, 'STOPIWCH');
  const stop = new AbortController();
  const running = look.run(stop.signal);
  await eventually(async () => {
    expect(await kindsOf(message)).toEqual(['stop-texts']);
  });
  stop.abort();
  await running;
});
