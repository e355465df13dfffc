import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { SmsGateway, SmsInbox } from '../../activities/gateways/sms.ts';
import { createLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { inboundLook } from '../../store/inbound-texts.ts';
import { openPathway } from '../../store/intake.ts';
import { append } from '../../store/ledger.ts';
import { factsOf } from '../../store/person-facts.ts';
import { InboundTexts } from '../../workers/inbound-texts.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import {
  anAppointment,
  DeliveryUnderTest,
  gatewayToken,
  planMessage,
  startGateway,
} from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import { eventually } from '../support/eventually.ts';
import { aSummary, anAppend, anIntake, anIntent, otherForce } from '../support/recorded-pathway.ts';

// The API is away while phones write, and the gateway gives up; the worker asks for what came in.

const forceId = 'dyfed-powys';
const log = createLog({ level: 'silent', process: 'test', build: 'test' });
const metrics = createMetrics({ process: 'test', build: 'test' });
/** After the gateway has given up; texts here are of this moment. */
const aMinuteOn = () => Date.now() + 60_000;
const lookAt = (inbox: SmsInbox, clock = aMinuteOn) =>
  new InboundTexts({ db: api.db, inbox, log, metrics, clock });

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
  look = lookAt(under.gateway);
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

async function sentTo(
  mobile: string,
  changes: Parameters<typeof planMessage>[1] = {},
): Promise<PlannedMessage> {
  const message = await planMessage(api.db, { ...changes, person: { mobile, language: 'cy' } });
  expect(await deliver(message, changes.intent?.notBefore)).toMatchObject({ status: 'sent' });
  return message;
}

const deliver = (message: PlannedMessage, at?: string) =>
  new DeliveryUnderTest({ db: api.db, gateway: under.gateway }, at).run(message);

/** After all that is written here. */
const later = {
  intent: { notBefore: '2098-03-03T11:00:00.000Z', expiresAt: '2098-03-04T14:30:00.000Z' },
  appointment: { startsAt: '2098-03-04T14:30:00.000Z' },
};

async function sentByAnotherForce(mobile: string): Promise<void> {
  const { intent, appointment } = later;
  const summary = aSummary({ appointments: [anAppointment(appointment)] });
  const person = { mobile };
  const { pathwayId, personId } = await openPathway(
    api.db,
    anIntake({ forceId: otherForce, receivedAt: '2026-02-02T09:00:00.000Z', person, entry: { summary } }),
  );
  const entry = { summary, intents: [anIntent(intent)] };
  const { openIntents } = await append(api.db, anAppend(pathwayId, 1, entry, otherForce), 'test');
  const [{ intentId } = { intentId: '' }] = openIntents;
  const message = { forceId: otherForce, intentId, pathwayId, personId };
  expect(await deliver(message, intent.notBefore)).toMatchObject({ status: 'sent' });
}

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

/** As the gateway would have posted it, to the address of a force. */
async function postedLate(sid: string, From: string, Body: string, of = forceId): Promise<number> {
  const url = `${api.url}/webhooks/sms/inbound/${of}`;
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

test('what was written before another text went out is no answer to that one', async () => {
  const phone = aPhone();
  const message = await sentTo(phone);
  const sid = await writes(phone, '2');
  await sentTo(phone, later);
  expect(await look.once()).toBe(1);
  expect(await repliesFrom(sid)).toMatchObject([{ pathwayId: message.pathwayId }]);
});

test('what the gateway handed over is no other force’s answer by the time of the look', async () => {
  const phone = aPhone();
  const message = await sentTo(phone);
  const sid = await writes(phone, '2');
  expect(await postedLate(sid, phone, '2')).toBe(200);
  const known = await repliesFrom(sid);
  expect(known).toMatchObject([{ forceId, pathwayId: message.pathwayId }]);
  await sentByAnotherForce(phone);
  expect(await look.once()).toBe(0);
  expect(await repliesFrom(sid)).toEqual(known);
});

describe('what the gateway handed over is not counted as left, whoever reads it by the time of the look', () => {
  async function handedOver(phone: string, words: string): Promise<void> {
    expect(await postedLate(await writes(phone, words), phone, words)).toBe(200);
  }

  test.each(['STOPIWCH', 'Wrong number'])('%s of a phone that a force came to know since', async (words) => {
    const phone = aPhone();
    await handedOver(phone, words);
    await openPathway(api.db, anIntake({ forceId: otherForce, person: { mobile: phone } }));
    expect(await look.once()).toBe(0);
  });

  test.each(['STOPIWCH', 'Wrong number'])(
    '%s of a phone whose person gave another one since',
    async (words) => {
      const phone = aPhone();
      const { personId } = await openPathway(api.db, anIntake({ person: { mobile: phone } }));
      await handedOver(phone, words);
      await api.db.pool.query('update person set mobile_index = null, mobile = null where id = $1', [
        personId,
      ]);
      await openPathway(api.db, anIntake({ forceId: otherForce, person: { mobile: phone } }));
      expect(await look.once()).toBe(0);
    },
  );

  test.each(['STOPIWCH', 'Wrong number'])(
    '%s that nobody knew, where the address of another force was posted to since',
    async (words) => {
      const phone = aPhone();
      await handedOver(phone, words);
      const other = aPhone();
      expect(await postedLate(`SM${'1'.repeat(31)}${String(phones % 10)}`, other, 'Helo?', otherForce)).toBe(
        200,
      );
      expect(await look.once()).toBe(0);
      expect(await postedLate(`SM${'2'.repeat(31)}${String(phones % 10)}`, other, 'Helo?')).toBe(200);
    },
  );
});

test('a text of this moment is left to the gateway, which may be handing it over still, and to the next look', async () => {
  const phone = aPhone();
  const message = await sentTo(phone);
  const [asked, stopped] = [await writes(phone, 'CYMORTH'), await writes(phone, 'STOPIWCH')];
  expect(await lookAt(under.gateway, Date.now).once()).toBe(0);
  expect([await repliesFrom(asked), await repliesFrom(stopped)]).toEqual([[], []]);
  expect(await postedLate(asked, phone, 'CYMORTH')).toBe(200);
  expect(await repliesFrom(asked)).toMatchObject([{ meaning: 'help' }]);
  expect(await look.once()).toBe(1);
  expect(await kindsOf(message)).toEqual(['stop-texts']);
});

test('CYMORTH that nobody took is not answered hours later: a person reads it', async () => {
  const phone = aPhone();
  const message = await sentTo(phone);
  const sid = await writes(phone, 'CYMORTH');
  expect(await look.once()).toBe(1);
  expect(await repliesFrom(sid)).toEqual([
    { forceId, meaning: 'other', pathwayId: message.pathwayId, carried: false },
  ]);
});

describe('STOP and START in one look', () => {
  /** Written so many seconds apart, as the gateway dates them: in whole seconds. */
  function apart(seconds: number): InboundTexts {
    const begun = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
    const inbox: SmsInbox = {
      received: async (since) => {
        const asked = await under.gateway.received(since);
        if (asked.answer !== 'looked-up') return asked;
        const texts = asked.texts.map((text, nth) => {
          return { ...text, receivedAt: toInstant(begun + nth * seconds * 1_000) };
        });
        return { ...asked, texts };
      },
    };
    return lookAt(inbox);
  }

  const stopped = { status: 'skipped', reason: 'texts-stopped' };

  test.each([
    { words: ['STOPIWCH', 'START'], seconds: 2, then: { status: 'sent' } },
    { words: ['START', 'STOPIWCH'], seconds: 2, then: stopped },
    { words: ['STOPIWCH', 'START'], seconds: 0, then: stopped },
    { words: ['START', 'STOPIWCH'], seconds: 0, then: stopped },
  ])('$words $seconds seconds apart', async ({ words, seconds, then }) => {
    const phone = aPhone();
    const [message, next] = [await sentTo(phone), await planMessage(api.db, { person: { mobile: phone } })];
    for (const word of words) await writes(phone, word);
    expect(await apart(seconds).once()).toBe(2);
    expect((await kindsOf(message)).toSorted()).toEqual(['stop-texts', 'texts-allowed']);
    expect(await deliver(next)).toMatchObject(then);
  });
});

test('a text that cannot be kept holds up none behind it, and the look is not complete', async () => {
  const phone = aPhone();
  const message = await sentTo(phone);
  await writes(phone, 'STOPIWCH');
  const { completeUntil } = await inboundLook(api.db);
  const unreadable: SmsGateway & SmsInbox = {
    ...under.gateway,
    received: async (since) => {
      const asked = await under.gateway.received(since);
      if (asked.answer !== 'looked-up') return asked;
      // No text of PostgreSQL's holds that sign.
      const [first] = asked.texts.map((text) => ({ ...text, gatewayId: 'SM\u0000' }));
      return { ...asked, texts: first === undefined ? [] : [first, ...asked.texts] };
    },
  };
  await expect(lookAt(unreadable).once()).rejects.toThrow('texts-not-kept-1');
  expect(await kindsOf(message)).toEqual(['stop-texts']);
  expect((await inboundLook(api.db)).completeUntil).toBe(completeUntil);
});

test('a look that failed or has more to ask for is made up for from where the last complete one began', async () => {
  const phone = aPhone();
  const message = await sentTo(phone);
  await look.once();
  const { completeUntil } = await inboundLook(api.db);
  expect(completeUntil).not.toBeNull();
  const completeAt = async () => (await metrics.inboundLookAt.get()).values[0]?.value ?? 0;
  expect(await completeAt()).toBeGreaterThan(0);
  metrics.inboundLookAt.set(0);
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
  await expect(lookAt(cut).once()).rejects.toThrow('more-than-one-look');
  expect(await completeAt()).toBe(0);
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

test('what a look fails with is in the log by its kind, and nothing that the error quotes', async () => {
  const lines: string[] = [];
  const written = createLog(
    { level: 'warn', process: 'test', build: 'test' },
    { write: (line: string) => void lines.push(line) },
  );
  const inbox: SmsInbox = {
    received: () => Promise.reject(new TypeError('invalid input syntax: "+447700900123"')),
  };
  const stop = new AbortController();
  const running = new InboundTexts({ db: api.db, inbox, log: written, metrics }).run(stop.signal);
  await eventually(() => {
    expect(lines.join('')).toContain('no look for texts');
  });
  stop.abort();
  await running;
  expect(lines.join('')).toContain('TypeError');
  expect(lines.join('')).not.toContain('7700900123');
});
