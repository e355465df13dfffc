import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { replyList } from '../../api/schemas/replies.ts';
import { openPathway } from '../../store/intake.ts';
import { append } from '../../store/ledger.ts';
import { messageForDelivery } from '../../store/messages.ts';
import { factsOf, recordFact } from '../../store/person-facts.ts';
import { systemActor } from '../../workflows/domain/common/actor.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import {
  anAppointment,
  DeliveryUnderTest,
  mondayMorning,
  planMessage,
  startGateway,
  tuesdayAfternoon,
} from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import { aSummary, anAppend, anIntake, anIntent, otherForce } from '../support/recorded-pathway.ts';
import { aSid, postWebhook } from '../support/signed-webhook.ts';

// Texts that come in where two forces have one sender: whose they are, and who reads the number.

const forceId = 'dyfed-powys';

let api: ApiWithoutEngine;
let under: GatewayUnderTest;
let manager: ApiCaller;
let phones = 0;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  under = await startGateway();
  manager = await ApiCaller.as(api, 'manager');
});

afterAll(async () => {
  await under.close();
  await api.close();
});

/** Everybody has another phone. */
function aPhone(): string {
  phones += 1;
  return `+4477009${String(phones).padStart(5, '0')}`;
}

async function deliver(message: PlannedMessage): Promise<PlannedMessage> {
  const outcome = await new DeliveryUnderTest({ db: api.db, gateway: under.gateway }).run(message);
  expect(outcome).toMatchObject({ status: 'sent' });
  return message;
}

const sentTo = async (mobile: string, changes: Parameters<typeof planMessage>[1] = {}) =>
  deliver(await planMessage(api.db, { ...changes, person: { mobile } }));

const post = (path: string, form: Record<string, string>) => postWebhook(api.url, path, form);

const inbound = (From: string, Body: string) =>
  post(`/webhooks/sms/inbound/${forceId}`, { MessageSid: aSid(), From, Body });

const replies = async (caller = manager) =>
  (await caller.get('/api/v1/replies?limit=200')).as(replyList).items;

const kindsOf = async ({ personId }: PlannedMessage) =>
  (await factsOf(api.db, forceId, personId)).map(({ kind }) => kind);

describe('where two forces share a sender', () => {
  async function sentByTheOther(
    mobile: string,
    appointment: Parameters<typeof anAppointment>[0] = {},
  ): Promise<PlannedMessage> {
    const summary = aSummary({ appointments: [anAppointment(appointment)] });
    const intake = { receivedAt: '2026-02-02T09:00:00.000Z', forceId: otherForce };
    const opened = await openPathway(api.db, anIntake({ ...intake, person: { mobile }, entry: { summary } }));
    const { pathwayId, personId } = opened;
    const intents = [anIntent({ notBefore: mondayMorning, expiresAt: tuesdayAfternoon })];
    const { openIntents } = await append(
      api.db,
      anAppend(pathwayId, 1, { summary, intents }, otherForce),
      'test',
    );
    const [intent] = openIntents;
    if (intent === undefined) throw new Error('No intent was written');
    return deliver({ forceId: otherForce, intentId: intent.intentId, pathwayId, personId });
  }

  const forcesOf = async (phone: string) => {
    const { rows } = await api.db.pool.query<{ forceId: string }>(
      `select force_id as "forceId" from reply where mobile_index = any ($1) order by 1`,
      [[forceId, otherForce].map((id) => api.db.fields.blindIndex('mobile', id, phone))],
    );
    return rows.map((row) => row.forceId);
  };

  test('edge case 31: a stranger’s answer keeps every text of both from the number, whichever texted last', async () => {
    const phone = aPhone();
    const messages = [await sentTo(phone), await sentByTheOther(phone)];
    await inbound(phone, 'Wrong number, who is this?');
    expect(await forcesOf(phone)).toEqual([otherForce, forceId]);
    for (const { forceId: of, intentId } of messages) {
      expect((await messageForDelivery(api.db, of, intentId))?.person.wrongNumber).toBe(true);
    }
  });

  test('an answer to the one that texted last is for that one alone', async () => {
    const phone = aPhone();
    await sentTo(phone);
    await sentByTheOther(phone);
    await inbound(phone, '2');
    expect(await forcesOf(phone)).toEqual([otherForce]);
  });

  const ahead = { startsAt: '2099-03-03T14:30:00.000Z' };

  const openAt = (of: string, mobile: string) =>
    openPathway(api.db, anIntake({ forceId: of, person: { mobile } }));

  async function repliesOf(phone: string) {
    const { rows } = await api.db.pool.query<object>(
      `select force_id as "forceId", pathway_id as "pathwayId", unclear from reply
        where mobile_index = any ($1) order by 1`,
      [[forceId, otherForce].map((id) => api.db.fields.blindIndex('mobile', id, phone))],
    );
    return rows;
  }

  test('2 where both reminded of an appointment on one day is asked about in both', async () => {
    const phone = aPhone();
    const { pathwayId } = await sentTo(phone, { appointment: ahead });
    const other = await sentByTheOther(phone, ahead);
    await inbound(phone, '2');
    expect(await repliesOf(phone)).toEqual([
      { forceId: otherForce, pathwayId: other.pathwayId, unclear: true },
      { forceId, pathwayId, unclear: true },
    ]);
  });

  test('1 is of the force whose appointment is ahead, also where the other one texted later', async () => {
    const phone = aPhone();
    const { pathwayId } = await sentTo(phone, { appointment: ahead });
    await sentByTheOther(phone);
    await inbound(phone, '1');
    expect(await repliesOf(phone)).toEqual([{ forceId, pathwayId, unclear: false }]);
  });

  test('M91: HELP is answered with nothing where anything speaks against texting somebody with the phone in another force', async () => {
    const phone = aPhone();
    const message = await sentTo(phone, { appointment: ahead });
    const other = await openAt(otherForce, phone);
    const answer = async () => (await inbound(phone, 'CYMORTH')).text;
    expect(await answer()).toContain('<Message>');
    const safe = (personId: string, said: string) =>
      api.db.pool.query('update person set safe_to_text = $2 where id = $1', [personId, said]);
    await safe(other.personId, 'no');
    expect(await answer()).not.toContain('Message');
    await safe(other.personId, 'yes');
    expect(await answer()).toContain('<Message>');
    const death = {
      requestId: aSid(),
      occurredAt: '2026-10-01T09:00:00.000Z',
      reason: null,
      actor: systemActor(otherForce),
    };
    await recordFact(api.db, { ...death, forceId: otherForce, personId: other.personId, kind: 'death' });
    expect(await answer()).not.toContain('Message');
    expect(message.personId).not.toBe(other.personId);
  });

  test('what the new owner of a number writes is not for the force that had it of somebody else', async () => {
    const phone = aPhone();
    const { personId } = await sentByTheOther(phone);
    await api.db.pool.query('update person set mobile_index = null, mobile = null where id = $1', [personId]);
    await openAt(forceId, phone);
    await inbound(phone, 'Pwy sydd yna?');
    expect(await forcesOf(phone)).toEqual([forceId]);
  });

  test.each(['Wrong number', 'Helo?'])(
    '“%s” from a number that nobody texted is for the force that knows it, whichever the address is of',
    async (words) => {
      const phone = aPhone();
      await openAt(otherForce, phone);
      await inbound(phone, words);
      expect(await forcesOf(phone)).toEqual([otherForce]);
    },
  );

  test.each(['STOP', 'START'])(
    '%s of one force’s person shows their number to nobody of the other',
    async (words) => {
      const phone = aPhone();
      const message = await sentTo(phone);
      const address = '/webhooks/sms/inbound/demo';
      expect((await post(address, { MessageSid: aSid(), From: phone, Body: words })).status).toBe(200);
      expect(await forcesOf(phone)).toEqual([forceId]);
      expect(await kindsOf(message)).toEqual([words === 'STOP' ? 'stop-texts' : 'texts-allowed']);
      const other = await ApiCaller.as(api, 'demo-manager');
      expect((await replies(other)).filter(({ from }) => from === phone)).toEqual([]);
    },
  );

  test('STOP binds whoever has the number in a force that never texted it, which the carrier stops too', async () => {
    const phone = aPhone();
    await sentTo(phone);
    const { personId } = await openPathway(
      api.db,
      anIntake({ forceId: otherForce, person: { mobile: phone } }),
    );
    await inbound(phone, 'STOP please');
    const facts = await factsOf(api.db, otherForce, personId);
    expect(facts.map(({ kind }) => kind)).toEqual(['stop-texts']);
  });
});

test('what waits is listed in pages, what may speak of harm first, then what has waited longest, and a cursor belongs to its list', async () => {
  const alarms = ['he has a knife', 'I’m not safe at home', 'Dw i ddim yn saff', 'Help me'];
  for (const words of ['One', 'Two', '2', 'Four', 'Five', ...alarms, 'Six']) await inbound(aPhone(), words);
  const whole = await replies();
  expect(whole.map(({ callToday }) => callToday)).toEqual(
    [...whole].map(({ callToday }) => callToday).sort((one, other) => Number(other) - Number(one)),
  );
  const timesOf = (today: boolean) =>
    whole.filter(({ callToday }) => callToday === today).map(({ receivedAt }) => receivedAt);
  expect(timesOf(false).length).toBeGreaterThan(5);
  expect(timesOf(true).length).toBeGreaterThan(3);
  for (const times of [timesOf(true), timesOf(false)]) expect(times).toEqual([...times].sort());
  const marked = whole.filter(({ callToday }) => callToday).map(({ words }) => words);
  expect(marked).toEqual(expect.arrayContaining(alarms));
  const paged: string[] = [];
  let cursor = '';
  do {
    const page = (await manager.get(`/api/v1/replies?limit=3${cursor}`)).as(replyList);
    expect(page.items.length).toBeLessThanOrEqual(3);
    paged.push(...page.items.map(({ replyId }) => replyId));
    cursor = page.next === null ? '' : `&cursor=${page.next}`;
  } while (cursor !== '');
  expect(paged).toEqual(whole.map(({ replyId }) => replyId));
  const { next } = (await manager.get('/api/v1/replies?limit=1')).as(replyList);
  const other = await ApiCaller.as(api, 'demo-manager');
  expect((await other.get(`/api/v1/replies?cursor=${String(next)}`)).outcome).toEqual([
    400,
    'invalid-cursor',
  ]);
});
