import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { append } from '../../store/ledger.ts';
import { handOver, handOverEmail, takeBack } from '../../store/message-handover.ts';
import type { HeldMessage } from '../../store/message-handover.ts';
import {
  claimForSending,
  messageById,
  messageForDelivery,
  messagesOf,
  recordGatewayReport,
  settle,
} from '../../store/messages.ts';
import type { MessageStatus, Settlement } from '../../store/messages.ts';
import { handOverEnrolment } from '../../store/online-enrolments.ts';
import { encryptPerson } from '../../store/person-columns.ts';
import { recordFact, toldFact } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import type { Appointment } from '../../workflows/domain/common/appointment.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import {
  aSummary,
  anActor,
  anAppend,
  anEvent,
  anIntent,
  aPerson,
  force,
  judgedNow,
  openAPathway,
  openStore,
  otherForce,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

async function planOne(): Promise<{ pathwayId: string; personId: string; intentId: string }> {
  const { pathwayId, personId } = await openAPathway(store.db, { entry: { intents: [anIntent()] } });
  const { openIntents } = await append(store.db, anAppend(pathwayId, 0, null), 'test');
  return { pathwayId, personId, intentId: openIntents[0]?.intentId ?? '' };
}

async function owed(pathwayId: string): Promise<number> {
  return (await append(store.db, anAppend(pathwayId, 0, null), 'test')).openIntents.length;
}

const claim = (intentId: string, claimId: string, leaseSeconds = 60) =>
  claimForSending(store.db, force, intentId, claimId, { leaseSeconds });

const settled = (intentId: string, claimId: string, rest: Partial<Settlement> & Pick<Settlement, 'status'>) =>
  settle(store.db, { forceId: force, intentId, claimId, attempt: 1, handedOverAt: null, ...rest });

const report = (
  intentId: string,
  status: 'sent' | 'delivered' | 'failed',
  gatewayId = `SM-${intentId}`,
  forceId = force,
) => recordGatewayReport(store.db, { forceId, intentId, gatewayId, gatewayStatus: status, status });

async function statusOf(intentId: string): Promise<MessageStatus | undefined> {
  return (await messageById(store.db, force, intentId))?.status;
}

describe('handing a message to the gateway', () => {
  const words = {
    to: '+447700900123',
    language: 'cy',
    body: 'Nodyn atgoffa',
    handedOverAt: '2026-09-03T08:00:00.000Z',
  } as const;

  test.each([
    ...([
      'death',
      'stop-texts',
      'custody',
      'safety-flag',
      'not-safe',
      'wrong-number',
      'closed',
      'another-event',
      'another-number',
    ] as const),
    ...(['long-ago', 'nothing'] as const),
  ])('is allowed unless something forbids it that was recorded after it was judged: %s', async (what) => {
    const { pathwayId, personId, intentId } = await planOne();
    await claim(intentId, 'judged');
    let judged = await judgedNow(store.db, intentId);
    if (what === 'death' || what === 'stop-texts' || what === 'custody' || what === 'safety-flag') {
      const about = { forceId: force, requestId: randomUUID(), reason: null, actor: anActor() };
      await recordFact(store.db, { ...about, occurredAt: words.handedOverAt, kind: what, personId });
    } else if (what === 'not-safe') {
      await store.db.pool.query(`update person set safe_to_text = 'no' where id = $1`, [personId]);
    } else if (what === 'wrong-number') {
      const data = { channel: 'phone', result: 'wrong-number', by: 'person' };
      const events = [anEvent({ type: 'contact-attempted', data })];
      await append(store.db, anAppend(pathwayId, 1, { events }), 'test');
    } else if (what === 'closed') {
      const summary = aSummary({ closedAt: words.handedOverAt });
      await append(store.db, anAppend(pathwayId, 1, { summary }), 'test');
    } else if (what === 'another-event') {
      await append(store.db, anAppend(pathwayId, 1, { events: [anEvent()] }), 'test');
    } else if (what === 'another-number') {
      const mobile = encryptPerson(
        store.db.fields,
        force,
        personId,
        aPerson({ mobile: '07700 900456' }),
      ).mobile;
      await store.db.pool.query('update person set mobile = $2 where id = $1', [personId, mobile]);
    } else if (what === 'long-ago') {
      judged = { ...judged, readAt: toInstant(Date.now() - 120_000) };
    }
    const held = { forceId: force, intentId, claimId: 'judged', attempt: 1 };
    expect(await handOver(store.db, held, words, judged)).toBe(what === 'nothing');
  });
});

describe('claiming a message', () => {
  test('gives it to one of 20 claimers at once; the others are told to wait', async () => {
    const { intentId } = await planOne();
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, index) => claim(intentId, `claim-${index}`)),
    );
    const fresh = claims.filter(({ state }) => state === 'fresh');
    expect(fresh).toHaveLength(1);
    expect(claims.filter(({ state }) => state === 'busy')).toHaveLength(19);
    expect(await messageById(store.db, force, intentId)).toMatchObject({ status: 'sending', attempts: 1 });
  });

  test('gives what a dead claimer left to look up, to one of 20, and never as fresh', async () => {
    const { intentId, pathwayId } = await planOne();
    await claim(intentId, 'dead');
    expect(await owed(pathwayId)).toBe(1);
    const before = await messageById(store.db, force, intentId);

    // A lease of no length is over as soon as a moment has passed; each of them renews the claim.
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, index) => claim(intentId, `claim-${index}`, index === 0 ? 0 : 60)),
    );
    expect(claims.filter(({ state }) => state === 'fresh')).toEqual([]);
    const lookups = claims.filter(({ state }) => state === 'needs-lookup');
    expect(lookups).toHaveLength(1);
    expect(lookups[0]).toMatchObject({
      claimedAt: before?.claimedAt,
      message: { claimId: 'claim-0', attempts: 2 },
    });
  });

  test('by the same id again means that its first try died', async () => {
    const { intentId } = await planOne();
    expect(await claim(intentId, 'same')).toMatchObject({ state: 'fresh' });
    expect(await claim(intentId, 'same')).toMatchObject({ state: 'needs-lookup' });
    expect(
      await settled(intentId, 'same', { attempt: 2, status: 'unknown', reason: 'no-answer' }),
    ).toMatchObject({
      applied: true,
    });
    expect(await claim(intentId, 'same')).toMatchObject({
      state: 'settled',
      message: { status: 'unknown', reason: 'no-answer' },
    });
  });

  test('given back unused is fresh again', async () => {
    const { intentId, pathwayId } = await planOne();
    await claim(intentId, 'early');
    const held = { forceId: force, intentId, claimId: 'early', attempt: 1 };
    expect(await takeBack(store.db, { ...held, claimId: 'other' }, null)).toBe(false);
    expect(await takeBack(store.db, held, null)).toBe(true);
    expect(await owed(pathwayId)).toBe(1);
    expect(await claim(intentId, 'later')).toMatchObject({ state: 'fresh', message: { attempts: 2 } });
  });

  test('finds nothing of another force, and no message that does not exist', async () => {
    const { intentId } = await planOne();
    expect(await claimForSending(store.db, otherForce, intentId, 'c')).toEqual({ state: 'not-found' });
    expect(await claim(randomUUID(), 'c')).toEqual({ state: 'not-found' });
    expect(await claim('nonsense', 'c')).toEqual({ state: 'not-found' });
    expect(await statusOf(intentId)).toBe('planned');
  });
});

describe('I2 two tries of one activity, of which the first was believed dead and wakes,', () => {
  const claimId = 'run:activity';
  const first = '2026-09-03T08:00:00.000Z';
  const second = '2026-09-03T08:00:30.000Z';
  const channels = ['sms', 'email', 'programme'] as const;

  async function overlapping(channel: (typeof channels)[number]) {
    const { intentId } = await planOne();
    await store.db.pool.query('update message set channel = $2 where id = $1', [intentId, channel]);
    const held = (attempt: number) => ({ forceId: force, intentId, claimId, attempt });
    const claimed = async (state: 'fresh' | 'needs-lookup') => {
      const found = await claim(intentId, claimId);
      expect(found.state).toBe(state);
      return held('attempt' in found ? found.attempt : 0);
    };
    const give = async (by: HeldMessage, handedOverAt: Instant): Promise<boolean> => {
      const text = { to: '+447700900123', language: 'cy', body: 'Nodyn', handedOverAt } as const;
      const judged = await judgedNow(store.db, intentId);
      if (channel === 'email') return handOverEmail(store.db, by, text, null);
      if (channel === 'programme') return handOverEnrolment(store.db, by, handedOverAt, judged);
      return handOver(store.db, by, text, judged);
    };
    const end = async (
      by: HeldMessage,
      handedOverAt: Instant | null,
      result: Pick<Settlement, 'status' | 'reason' | 'gatewayId'>,
    ) => (await settle(store.db, { ...by, handedOverAt, ...result })).applied;
    return {
      intentId,
      claimed,
      give,
      end,
      back: (by: HeldMessage, at: Instant | null) => takeBack(store.db, by, at),
    };
  }

  test.each(channels)(
    '%s: takes nothing back, skips nothing and hands nothing over that the second holds',
    async (channel) => {
      const { intentId, claimed, give, end, back } = await overlapping(channel);
      const one = await claimed('fresh');
      const two = await claimed('needs-lookup');
      // Before the second hands it over, and after.
      expect(await back(one, null)).toBe(false);
      expect(await end(one, null, { status: 'skipped', reason: 'texts-stopped' })).toBe(false);
      expect(await give(one, first)).toBe(false);
      expect(await give(two, second)).toBe(true);
      expect(await back(one, null)).toBe(false);
      expect(await back(one, first)).toBe(false);
      expect(await end(one, null, { status: 'skipped', reason: 'texts-stopped' })).toBe(false);
      expect(await give(one, first)).toBe(false);
      expect(await end(two, second, { status: 'sent', gatewayId: `SM-${intentId}` })).toBe(true);
      expect(await claim(intentId, claimId)).toMatchObject({ state: 'settled', message: { status: 'sent' } });
    },
  );

  test.each(channels)(
    '%s: having handed it over, says what the gateway answered while the second looks for it',
    async (channel) => {
      const taken = await overlapping(channel);
      const one = await taken.claimed('fresh');
      expect(await taken.give(one, first)).toBe(true);
      const two = await taken.claimed('needs-lookup');
      expect(await taken.give(two, second)).toBe(false);
      expect(await taken.back(two, null)).toBe(false);
      expect(await taken.end(one, first, { status: 'sent', gatewayId: `SM-${taken.intentId}` })).toBe(true);
      expect(await taken.end(two, null, { status: 'unknown', reason: 'no-answer' })).toBe(false);
      expect(await statusOf(taken.intentId)).toBe('sent');
    },
  );

  test.each(channels)(
    '%s: having heard that the gateway took nothing, gives it to the third, and the second ends nothing',
    async (channel) => {
      const { intentId, claimed, give, end, back } = await overlapping(channel);
      const one = await claimed('fresh');
      expect(await give(one, first)).toBe(true);
      const two = await claimed('needs-lookup');
      expect(await back(one, first)).toBe(true);
      const three = await claimed('fresh');
      expect(await give(three, second)).toBe(true);
      expect(await end(two, null, { status: 'unknown', reason: 'not-at-gateway' })).toBe(false);
      expect(await back(one, first)).toBe(false);
      expect(await end(one, first, { status: 'failed', reason: 'refused-21610' })).toBe(false);
      expect(await end(three, second, { status: 'sent' })).toBe(true);
      expect(await statusOf(intentId)).toBe('sent');
    },
  );

  test.each(channels)('%s: before the second claims, is free to give it back', async (channel) => {
    const { claimed, give, back } = await overlapping(channel);
    expect(await back(await claimed('fresh'), null)).toBe(true);
    expect(await give(await claimed('fresh'), second)).toBe(true);
  });
});

describe('settling a message', () => {
  test('keeps what went out, its words encrypted, and owes it no more', async () => {
    const { intentId, pathwayId } = await planOne();
    await claim(intentId, 'c');
    const result = await settled(intentId, 'c', {
      status: 'sent',
      gatewayId: 'SM1',
      gatewayStatus: 'queued',
      language: 'cy',
      body: 'Apwyntiad yfory am 10:30',
    });
    expect(result).toMatchObject({
      applied: true,
      message: { status: 'sent', gatewayId: 'SM1', language: 'cy' },
    });
    expect(result.message?.sentAt).toEqual(expect.any(String));
    expect(await owed(pathwayId)).toBe(0);
    expect(await messagesOf(store.db, wholeForce(force), pathwayId)).toMatchObject([
      { intentId, body: 'Apwyntiad yfory am 10:30' },
    ]);
    const { rows } = await store.db.pool.query<{ body: string }>('select body from message where id = $1', [
      intentId,
    ]);
    expect(rows[0]?.body).toMatch(/^v1\.first\./);
  });

  test('is refused to who does not hold the claim', async () => {
    const { intentId } = await planOne();
    await claim(intentId, 'first');
    await claim(intentId, 'first');
    expect(await settled(intentId, 'second', { attempt: 2, status: 'sent' })).toMatchObject({
      applied: false,
      message: { status: 'sending' },
    });
    await settled(intentId, 'first', { attempt: 2, status: 'sent' });
    expect(await settled(intentId, 'first', { attempt: 2, status: 'failed' })).toMatchObject({
      applied: false,
      message: { status: 'sent' },
    });
  });

  test.each(['skipped', 'cancelled'] as const)('as %s needs a reason', async (status) => {
    const { intentId } = await planOne();
    await claim(intentId, 'c');
    await expect(settled(intentId, 'c', { status })).rejects.toMatchObject({
      constraint: 'message_reason_check',
    });
    expect(await settled(intentId, 'c', { status, reason: 'death' })).toMatchObject({
      applied: true,
      message: { status, reason: 'death' },
    });
  });
});

describe("the gateway's callbacks", () => {
  test('move a message on and never back, though they come twice and out of order', async () => {
    const { intentId } = await planOne();
    await claim(intentId, 'c');
    await settled(intentId, 'c', { status: 'sent', gatewayId: `SM-${intentId}` });
    expect(await report(intentId, 'delivered')).toBe(true);
    expect(await report(intentId, 'delivered')).toBe(false);
    expect(await report(intentId, 'sent')).toBe(false);
    expect(await report(intentId, 'failed')).toBe(false);
    expect(await statusOf(intentId)).toBe('delivered');
  });

  test('settle what is unknown or still being sent, quicker than who sends it', async () => {
    const [unknown, sending] = [await planOne(), await planOne()];
    await claim(unknown.intentId, 'c');
    await settled(unknown.intentId, 'c', { status: 'unknown' });
    expect(await report(unknown.intentId, 'sent')).toBe(true);
    await claim(sending.intentId, 'c');
    expect(await report(sending.intentId, 'failed')).toBe(true);
    expect(await settled(sending.intentId, 'c', { status: 'sent' })).toMatchObject({
      applied: false,
      message: { status: 'failed' },
    });
    expect(await statusOf(unknown.intentId)).toBe('sent');
  });

  test("change nothing of a message that was not handed over, was skipped, is another gateway message or another force's", async () => {
    const [planned, skipped, sent] = [await planOne(), await planOne(), await planOne()];
    await claim(skipped.intentId, 'c');
    await settled(skipped.intentId, 'c', { status: 'skipped', reason: 'stop-texts' });
    await claim(sent.intentId, 'c');
    await settled(sent.intentId, 'c', { status: 'sent', gatewayId: `SM-${sent.intentId}` });
    expect(await report(planned.intentId, 'delivered')).toBe(false);
    expect(await report(skipped.intentId, 'delivered')).toBe(false);
    expect(await report(sent.intentId, 'delivered', 'SM2')).toBe(false);
    expect(await report(sent.intentId, 'delivered', `SM-${sent.intentId}`, otherForce)).toBe(false);
    expect(await report('nonsense', 'delivered')).toBe(false);

    // The gateway's id of one message, reported for another one that is still without.
    const other = await planOne();
    await claim(other.intentId, 'c');
    expect(await report(other.intentId, 'delivered', `SM-${sent.intentId}`)).toBe(false);
    expect(await statusOf(other.intentId)).toBe('sending');
  });
});

describe('the judgement at the moment of sending', () => {
  test('sees message, person, facts, appointments and sending hours as they are now', async () => {
    const { intentId, pathwayId, personId } = await planOne();
    const appointment: Appointment = {
      appointmentId: 'appointment-1',
      kind: 'assessment',
      startsAt: '2026-09-04T09:30:00.000Z',
      endsAt: '2026-09-04T10:00:00.000Z',
      placeCode: 'ddas-carmarthen',
      status: 'booked',
    };
    await append(
      store.db,
      anAppend(pathwayId, 1, {
        summary: aSummary({
          stage: 'closed',
          closedAt: '2026-09-03T00:00:00.000Z',
          appointments: [appointment],
        }),
      }),
      'test',
    );
    const fact = await recordFact(store.db, {
      forceId: force,
      personId,
      kind: 'stop-texts',
      requestId: randomUUID(),
      occurredAt: '2026-09-02T10:00:00.000Z',
      reason: null,
      actor: anActor(),
    });

    const delivery = await messageForDelivery(store.db, force, intentId);

    expect(delivery).toEqual({
      message: await messageById(store.db, force, intentId),
      reassigned: false,
      person: {
        ...{ personId, language: 'cy', safeToText: 'yes', mobile: '07700 900123', wrongNumber: false },
        ...{ email: 'sian@example.org', yesOfAddress: false },
        textsToday: 0,
      },
      facts: fact === null ? [] : [toldFact(fact.fact)],
      pathway: {
        pathwayId,
        kind: 'diversion',
        stage: 'closed',
        closedAt: '2026-09-03T00:00:00.000Z',
        closureReason: null,
        providerId: 'ddas',
        appointments: [appointment],
        attention: [],
      },
      policy: {
        demo: false,
        messages: {
          reminder: { before: { unit: 'days', count: 1 }, at: '09:00' },
          sendFrom: '08:00',
          sendUntil: '20:00',
        },
      },
      judgedBy: {
        headSeq: expect.any(Number),
        knownFacts: expect.stringMatching(/^[0-9a-f]{64}$/),
        sealedMobile: expect.any(String),
        sealedEmail: expect.any(String),
        readAt: expect.any(String),
      },
    });
    expect(delivery?.message).toMatchObject({
      appointmentId: 'appointment-1',
      notBefore: '2026-09-03T08:00:00.000Z',
      status: 'planned',
    });
    expect(await messageForDelivery(store.db, otherForce, intentId)).toBeNull();
    expect(await messageForDelivery(store.db, force, 'nonsense')).toBeNull();
  });

  test('lists the messages of a pathway to its force and its provider only', async () => {
    const { pathwayId } = await planOne();
    expect(await messagesOf(store.db, { forceId: force, providerId: 'ddas' }, pathwayId)).toMatchObject([
      { status: 'planned', body: null },
    ]);
    expect(await messagesOf(store.db, { forceId: force, providerId: 'pobl' }, pathwayId)).toEqual([]);
    expect(await messagesOf(store.db, wholeForce(otherForce), pathwayId)).toEqual([]);
  });
});
