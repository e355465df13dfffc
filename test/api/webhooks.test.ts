import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { replyList, settlementAnswer } from '../../api/schemas/replies.ts';
import { webhookRetries } from '../../platform/webhook-retries.ts';
import { messageById, messageForDelivery } from '../../store/messages.ts';
import { openPathway } from '../../store/intake.ts';
import { factsOf } from '../../store/person-facts.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import {
  anAppointment,
  changePathway,
  DeliveryUnderTest,
  gatewayToken,
  planMessage,
  startGateway,
} from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import { anIntake } from '../support/recorded-pathway.ts';
import { aSid, postWebhook } from '../support/signed-webhook.ts';
import type { Posted } from '../support/signed-webhook.ts';

// What the text gateway tells the API, while Temporal is away. Signatures are made by the gateway's own library.

const forceId = 'dyfed-powys';

let api: ApiWithoutEngine;
let under: GatewayUnderTest;
let manager: ApiCaller;
let phones = 0;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  manager = await ApiCaller.as(api, 'manager');
});

afterAll(async () => {
  await api.close();
});

beforeEach(async () => {
  under = await startGateway();
});

afterEach(async () => {
  await under.close();
});

/** Everybody has another phone. */
function aPhone(): string {
  phones += 1;
  return `+4477009${String(phones).padStart(5, '0')}`;
}

async function sentTo(mobile: string): Promise<PlannedMessage> {
  const message = await planMessage(api.db, { person: { mobile, language: 'cy' } });
  const outcome = await new DeliveryUnderTest({ db: api.db, gateway: under.gateway }).run(message);
  expect(outcome).toMatchObject({ status: 'sent' });
  return message;
}

const post = (path: string, form: Record<string, string>, posted: Posted = {}) =>
  postWebhook(api.url, path, form, posted);

const statusOf = async ({ intentId }: PlannedMessage) => {
  const message = await messageById(api.db, forceId, intentId);
  return { status: message?.status, reason: message?.reason, gatewayStatus: message?.gatewayStatus };
};

async function report(message: PlannedMessage, MessageStatus: string, more: Record<string, string> = {}) {
  const gatewayId = (await messageById(api.db, forceId, message.intentId))?.gatewayId ?? '';
  const path = `/webhooks/sms/status/${forceId}/${message.intentId}`;
  return post(path, { MessageSid: gatewayId, MessageStatus, ...more });
}

const inbound = (From: string, Body: string, more: Record<string, string> = {}, posted: Posted = {}) =>
  post(`/webhooks/sms/inbound/${forceId}`, { MessageSid: aSid(), From, Body, ...more }, posted);

const replies = async (caller = manager) =>
  (await caller.get('/api/v1/replies?limit=200')).as(replyList).items;

const kindsOf = async ({ personId }: PlannedMessage) =>
  (await factsOf(api.db, forceId, personId)).map(({ kind }) => kind);

describe('M243 what became of a text', () => {
  test('moves it on, twice and backwards without harm', async () => {
    const message = await sentTo(aPhone());
    for (const told of ['queued', 'sent', 'delivered', 'delivered', 'sent', 'queued']) {
      expect(await report(message, told)).toMatchObject({ status: 204, text: '' });
    }
    expect(await statusOf(message)).toEqual({
      status: 'delivered',
      reason: null,
      gatewayStatus: 'delivered',
    });
    expect(await report(message, 'undelivered', { ErrorCode: '30003' })).toMatchObject({ status: 204 });
    expect(await statusOf(message)).toMatchObject({ status: 'delivered' });
  });

  test('is believed whether or not what the address says of tries is signed with it', async () => {
    const message = await sentTo(aPhone());
    const gatewayId = (await messageById(api.db, forceId, message.intentId))?.gatewayId ?? '';
    const url = `${api.url}/webhooks/sms/status/${forceId}/${message.intentId}`;
    const form = { MessageSid: gatewayId, MessageStatus: 'delivered' };
    for (const [ending, status] of [
      [webhookRetries, 204],
      ['', 204],
      ['#rc=9', 403],
    ] as const) {
      const signature = getExpectedTwilioSignature(gatewayToken, `${url}${ending}`, form);
      const headers = { 'x-twilio-signature': signature };
      const answer = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
      expect(answer.status).toBe(status);
    }
  });

  test('says why it failed', async () => {
    const message = await sentTo(aPhone());
    await report(message, 'undelivered', { ErrorCode: '30003' });
    expect(await statusOf(message)).toEqual({
      ...{ status: 'failed', reason: 'gateway-30003', gatewayStatus: 'undelivered' },
    });
  });

  test('edge case 31: that no phone has the number keeps further texts from it; that it is switched off does not', async () => {
    const isWrong = async ({ intentId }: { readonly intentId: string }) =>
      (await messageForDelivery(api.db, forceId, intentId))?.person.wrongNumber;
    const off = await sentTo(aPhone());
    await report(off, 'undelivered', { ErrorCode: '30003' });
    expect(await isWrong(off)).toBe(false);
    const gone = await sentTo(aPhone());
    expect(await isWrong(gone)).toBe(false);
    await report(gone, 'undelivered', { ErrorCode: '30005' });
    expect(await isWrong(gone)).toBe(true);
  });

  test('is not believed without the right signature over this address and these fields', async () => {
    const message = await sentTo(aPhone());
    const path = `/webhooks/sms/status/${forceId}/${message.intentId}`;
    const form = { MessageSid: aSid(), MessageStatus: 'failed' };
    expect(await post(path, form, { signature: 'none' })).toMatchObject({
      status: 400,
      code: 'signature-missing',
    });
    expect(await post(path, form, { signature: 'wrong' })).toMatchObject({
      status: 403,
      code: 'signature-wrong',
    });
    const elsewhere = getExpectedTwilioSignature(gatewayToken, `${api.url}${path}x`, form);
    const replayed = await fetch(`${api.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': elsewhere },
      body: new URLSearchParams(form).toString(),
    });
    expect(replayed.status).toBe(403);
    expect(await statusOf(message)).toMatchObject({ status: 'sent' });
  });

  test('of a text that nobody sent, of another force, or of no text at all changes nothing', async () => {
    const message = await sentTo(aPhone());
    const form = { MessageSid: aSid(), MessageStatus: 'delivered' };
    for (const path of [
      `/webhooks/sms/status/${forceId}/${randomUUID()}`,
      `/webhooks/sms/status/demo/${message.intentId}`,
      `/webhooks/sms/status/${forceId}/none`,
      '/webhooks/sms/inbound/nowhere',
    ]) {
      const { status, code } = await post(path, { ...form, From: aPhone(), Body: '1' });
      expect([path, status, code]).toEqual([path, 404, 'not-found']);
    }
    // Of another of the gateway's ids.
    await post(`/webhooks/sms/status/${forceId}/${message.intentId}`, form);
    expect(await statusOf(message)).toMatchObject({ status: 'sent' });
    expect(
      await post(`/webhooks/sms/status/${forceId}/${message.intentId}`, { MessageStatus: 'sent' }),
    ).toMatchObject({
      ...{ status: 400, code: 'invalid-request' },
    });
  });

  test('2 MB are refused before anything is read, and so is what is no form', async () => {
    const path = `/webhooks/sms/inbound/${forceId}`;
    const large = await post(path, { Body: 'x'.repeat(2 * 1024 * 1024) }, { signature: 'none' });
    expect(large).toMatchObject({ status: 413, code: 'body-too-large' });
    const json = await fetch(`${api.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(json.status).toBe(415);
  });
});

describe('M242, M243 a text that came in', () => {
  test('binds a STOP at once while Temporal is away, and START takes it back', async () => {
    const phone = aPhone();
    const message = await sentTo(phone);
    const { status, text } = await inbound(phone, 'Stopiwch.');
    expect([status, text]).toEqual([200, '<?xml version="1.0" encoding="UTF-8"?><Response></Response>']);
    expect(await kindsOf(message)).toEqual(['stop-texts']);
    const next = await planMessage(api.db, { person: { mobile: aPhone() } });
    expect(await kindsOf(next)).toEqual([]);
    await inbound(phone, 'START');
    expect(await kindsOf(message)).toEqual(['stop-texts', 'texts-allowed']);
    expect((await replies()).filter(({ pathwayId }) => pathwayId === message.pathwayId)).toEqual([]);
  });

  test('told of twice, it is one text with one effect', async () => {
    const phone = aPhone();
    const message = await sentTo(phone);
    const same = { MessageSid: aSid() };
    for (let time = 0; time < 3; time += 1) await inbound(phone, 'STOP', same);
    expect(await kindsOf(message)).toEqual(['stop-texts']);
    const { rows } = await api.db.pool.query('select from reply where gateway_id = $1', [same.MessageSid]);
    expect(rows).toHaveLength(1);
  });

  test('is kept sealed, number and words, and forged ones are not kept at all', async () => {
    const phone = aPhone();
    await inbound(phone, 'Is Siân there?', {}, { signature: 'wrong' });
    expect(await replies()).not.toContainEqual(expect.objectContaining({ from: phone }));
    await inbound(phone, 'Is Siân there?');
    expect(await replies()).toContainEqual(
      expect.objectContaining({
        ...{ from: phone, words: 'Is Siân there?' },
        because: 'unmatched',
        meaning: 'other',
      }),
    );
    const { rowCount } = await api.db.pool.query(
      `select from reply r where r::text like '%Siân%' or r::text like '%' || $1 || '%'`,
      [phone.slice(1)],
    );
    expect(rowCount).toBe(0);
  });

  test('from a number that no text went to waits for the manager, who settles it once', async () => {
    const phone = aPhone();
    await inbound(phone, '2');
    const mine = async () => (await replies()).filter(({ from }) => from === phone);
    const [reply] = await mine();
    expect(reply).toMatchObject({
      because: 'unmatched',
      pathwayId: null,
      meaning: 'cannot-come',
      words: '2',
    });
    const path = `/api/v1/replies/${String(reply?.replyId)}/settlement`;
    const worker = await ApiCaller.as(api, 'caseworker');
    expect((await replies(worker)).filter(({ replyId }) => replyId === reply?.replyId)).toEqual([]);
    expect((await worker.post(path, { finding: 'dealt-with' })).outcome).toEqual([404, 'not-found']);
    expect((await manager.post(path, { finding: 'number-is-right' })).outcome).toEqual([
      409,
      'condition-not-met',
    ]);
    expect((await manager.post(path, { finding: 'dealt-with' })).as(settlementAnswer)).toMatchObject({
      ...{ replyId: reply?.replyId, finding: 'dealt-with' },
    });
    expect(await mine()).toEqual([]);
    const colleague = await ApiCaller.as(api, 'manager');
    expect((await colleague.post(path, { finding: 'dealt-with' })).status).toBe(201);
  });

  test('M93, edge case 31: from somebody else keeps every text from the number until a person has found it right', async () => {
    const phone = aPhone();
    const message = await sentTo(phone);
    const isWrong = async () =>
      (await messageForDelivery(api.db, forceId, message.intentId))?.person.wrongNumber;
    expect(await isWrong()).toBe(false);
    await inbound(phone, 'Sorry, wrong number');
    expect(await isWrong()).toBe(true);
    const { rows } = await api.db.pool.query<{ id: string }>(
      `select id from reply where pathway_id = $1 and meaning = 'wrong-person'`,
      [message.pathwayId],
    );
    const path = `/api/v1/replies/${String(rows[0]?.id)}/settlement`;
    // Seen to says nothing of the number; whoever finds it right after that can still say so.
    expect((await manager.post(path, { finding: 'dealt-with' })).status).toBe(201);
    expect(await isWrong()).toBe(true);
    expect((await manager.post(path, { finding: 'number-is-right' })).status).toBe(201);
    expect(await isWrong()).toBe(false);
    expect((await manager.post(path, { finding: 'dealt-with' })).outcome).toEqual([409, 'already-done']);
    expect(await isWrong()).toBe(false);
  });

  /** Of an appointment that is ahead by the real clock. */
  async function toldOfOneAhead(mobile: string): Promise<PlannedMessage> {
    const message = await sentTo(mobile);
    await changePathway(api.db, message.pathwayId, { appointments: [anAppointment(ahead)] });
    return message;
  }
  const ahead = { startsAt: '2099-03-03T14:30:00.000Z' };

  test('HELP is answered in the language of whom the number is, once, and nothing is named', async () => {
    const phone = aPhone();
    await toldOfOneAhead(phone);
    const same = { MessageSid: aSid() };
    const first = await inbound(phone, 'Cymorth', same);
    expect(first.text).toContain("<Message>Mae'r negeseuon hyn am eich apwyntiad.");
    expect(first.text).not.toContain('These texts');
    expect((await inbound(phone, 'Cymorth', same)).text).not.toContain('Message');
    // To its own word the gateway has answered.
    expect((await inbound(phone, 'HELP', { OptOutType: 'HELP' })).text).not.toContain('Message');
    // Whose language nobody asked.
    const unasked = aPhone();
    const message = await toldOfOneAhead(unasked);
    await api.db.pool.query('update person set language = null where id = $1', [message.personId]);
    expect((await inbound(unasked, 'cymorth')).text).toMatch(/Mae'r negeseuon.*\nThese texts/s);
  });

  test('HELP with no appointment ahead promises nothing that 1 and 2 would do', async () => {
    const phone = aPhone();
    const message = await sentTo(phone);
    const words = "<Message>Mae'r negeseuon hyn am apwyntiadau. Atebwch STOP i'w hatal.</Message>";
    expect((await inbound(phone, 'Cymorth')).text).toContain(words);
    await changePathway(api.db, message.pathwayId, {
      appointments: [anAppointment({ ...ahead, status: 'cancelled' })],
    });
    expect((await inbound(phone, 'Cymorth')).text).toContain(words);
  });

  test('M91: after closure HELP is answered with nothing; while the treatment of a concluded referral goes on, as before', async () => {
    const phone = aPhone();
    const message = await toldOfOneAhead(phone);
    const closedAt = '2026-05-02T09:00:00.000Z';
    const appointments = [anAppointment(ahead)];
    const closed = (closureReason: string) =>
      changePathway(api.db, message.pathwayId, { closedAt, closureReason, appointments });
    await closed('concluded-in-treatment');
    expect((await inbound(phone, 'Cymorth')).text).toContain('<Message>');
    await closed('completed');
    expect((await inbound(phone, 'Cymorth')).text).not.toContain('Message');
    // Another case of theirs is open.
    await toldOfOneAhead(phone);
    expect((await inbound(phone, 'Cymorth')).text).toContain('<Message>');
  });

  test('edge case 31: HELP from a number of nobody, or one that may not be texted now, is answered with nothing', async () => {
    const silent = async (phone: string) => {
      const { status, text } = await inbound(phone, 'Cymorth');
      expect([status, text]).toEqual([200, '<?xml version="1.0" encoding="UTF-8"?><Response></Response>']);
    };
    await silent(aPhone());
    const [wrong, unsafe, stopped, shared] = [aPhone(), aPhone(), aPhone(), aPhone()];
    await sentTo(wrong);
    await inbound(wrong, 'Wrong number');
    await silent(wrong);
    const { personId } = await sentTo(unsafe);
    await api.db.pool.query('update person set safe_to_text = null where id = $1', [personId]);
    await silent(unsafe);
    await sentTo(stopped);
    await inbound(stopped, 'STOP');
    await silent(stopped);
    await sentTo(shared);
    await planMessage(api.db, { person: { mobile: shared, safeToText: 'no' } });
    await silent(shared);
  });

  test.each([
    ['MessageSid', { MessageSid: 'SM\u00001' }],
    ['MessageSid', { MessageSid: 'SM 1' }],
    ['MessageSid', { MessageSid: 'x'.repeat(101) }],
    ['From', { From: '+44770090\u00001' }],
    ['From', { From: '' }],
  ])('with a %s that is none is refused, also where the signature is right: %j', async (field, given) => {
    const form = { MessageSid: aSid(), From: aPhone(), Body: '1', ...given };
    const { status, code, text } = await post(`/webhooks/sms/inbound/${forceId}`, form);
    expect([status, code]).toEqual([400, 'invalid-request']);
    expect(text).toContain(`/${field}`);
    const told = { MessageStatus: 'delivered', ...given };
    const message = await sentTo(aPhone());
    const path = `/webhooks/sms/status/${forceId}/${message.intentId}`;
    const report = await post(path, { MessageSid: aSid(), ...told });
    expect(report.status).toBe(field === 'From' ? 204 : 400);
  });

  test('told of a hundred times at once, it is one text with one effect', async () => {
    const phone = aPhone();
    const message = await sentTo(phone);
    const same = { MessageSid: aSid() };
    const answers = await Promise.all(Array.from({ length: 100 }, () => inbound(phone, 'CYMORTH', same)));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.filter(({ text }) => text.includes('<Message>'))).toHaveLength(1);
    const { rows } = await api.db.pool.query('select pathway_id from reply where gateway_id = $1', [
      same.MessageSid,
    ]);
    expect(rows).toEqual([{ pathway_id: message.pathwayId }]);
  });

  test.each([
    ['nothing but combining marks', '\u0301\u0308\u0327'],
    ['a thousand combining marks on one letter', `a${'\u0301'.repeat(1_000)}`],
    ['nothing', ''],
    ['NUL', '\u0000'],
    ['STOP with a NUL in it', 'ST\u0000OP'],
    ['1,600 emoji', '🙂'.repeat(1_600)],
    ['what looks like a header, a tag and SQL', "\r\nX-A: b\r\n\r\n<Message>1</Message>' or 1=1 --"],
  ])('of %s is one for a person, as it was written', async (_what, words) => {
    const phone = aPhone();
    const { status, text } = await inbound(phone, words);
    expect([status, text]).toEqual([200, '<?xml version="1.0" encoding="UTF-8"?><Response></Response>']);
    expect((await replies()).find(({ from }) => from === phone)).toMatchObject({ meaning: 'other', words });
  });

  test('of lone surrogates, which no text over HTTP can hold, is one for a person without them', async () => {
    const phone = aPhone();
    const form = { MessageSid: aSid(), From: phone, Body: '\ud800\udc00x' };
    // As bytes, each half a character of its own, which is no UTF-8.
    const body = `MessageSid=${form.MessageSid}&From=${encodeURIComponent(phone)}&Body=%ED%A0%80x`;
    const read = new URLSearchParams(body);
    const url = `${api.url}/webhooks/sms/inbound/${forceId}`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': getExpectedTwilioSignature(gatewayToken, url, Object.fromEntries(read)),
      },
      body,
    });
    expect(answer.status).toBe(200);
    expect((await replies()).find(({ from }) => from === phone)).toMatchObject({
      ...{ meaning: 'other', words: '\ufffd\ufffd\ufffdx' },
    });
  });

  describe('edge case 31: from a number that has changed hands', () => {
    const known = () => ({ nominalNumber: `N${randomUUID()}`, surname: 'Rees', birthDate: '1990-05-17' });
    const replyOf = async (phone: string) => {
      const { rows } = await api.db.pool.query<{ pathwayId: string | null }>(
        'select pathway_id as "pathwayId" from reply where mobile_index = $1',
        [api.db.fields.blindIndex('mobile', forceId, phone)],
      );
      return rows.map(({ pathwayId }) => pathwayId);
    };

    test.each(['2', 'STOP', 'wrong number', 'Pwy sydd yno?'])(
      'once it was corrected, %j acts on nothing of whoever had it, and a manager reads it',
      async (words) => {
        const [phone, later, person] = [aPhone(), aPhone(), known()];
        const message = await planMessage(api.db, { person: { ...person, mobile: phone } });
        await new DeliveryUnderTest({ db: api.db, gateway: under.gateway }).run(message);
        const intake = anIntake({ person: { ...person, mobile: later } });
        expect((await openPathway(api.db, intake)).personId).toBe(message.personId);
        await inbound(phone, words);
        expect(await replyOf(phone)).toEqual([null]);
        expect(await kindsOf(message)).toEqual([]);
        const mine = (await replies()).filter(({ from }) => from === phone);
        expect(mine).toMatchObject([{ because: 'unmatched', pathwayId: null, words }]);
      },
    );

    test('it answers the text of whoever has it now', async () => {
      const [phone, later, person] = [aPhone(), aPhone(), known()];
      const before = await planMessage(api.db, { person: { ...person, mobile: phone } });
      await new DeliveryUnderTest({ db: api.db, gateway: under.gateway }).run(before);
      await openPathway(api.db, anIntake({ person: { ...person, mobile: later } }));
      const now = await sentTo(phone);
      await inbound(phone, 'STOP');
      expect(await kindsOf(before)).toEqual([]);
      expect(await kindsOf(now)).toEqual(['stop-texts']);
    });
  });

  test('STOP from a phone that two people share binds both, whoever was sent the text', async () => {
    const phone = aPhone();
    const [one, other] = [await sentTo(phone), await planMessage(api.db, { person: { mobile: phone } })];
    await inbound(phone, 'STOP');
    expect([await kindsOf(one), await kindsOf(other)]).toEqual([['stop-texts'], ['stop-texts']]);
    const outcome = await new DeliveryUnderTest({ db: api.db, gateway: under.gateway }).run(other);
    expect(outcome).toMatchObject({ status: 'skipped', reason: 'texts-stopped' });
  });

  test('goes to the force whose text it answers, at whichever address it comes in; STOP holds there too', async () => {
    const phone = aPhone();
    const message = await sentTo(phone);
    const elsewhere = (Body: string) =>
      post('/webhooks/sms/inbound/demo', { MessageSid: aSid(), From: phone, Body });
    expect((await elsewhere('2')).status).toBe(200);
    expect((await elsewhere('STOP')).status).toBe(200);
    const { rows } = await api.db.pool.query(
      'select force_id as "forceId", meaning, pathway_id as "pathwayId" from reply where intent_id = $1 order by meaning',
      [message.intentId],
    );
    const { pathwayId } = message;
    expect(rows).toEqual([
      { forceId, meaning: 'cannot-come', pathwayId },
      { forceId, meaning: 'stop', pathwayId },
    ]);
    expect(await kindsOf(message)).toEqual(['stop-texts']);
  });
});
