import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { SmsGateway } from '../../activities/gateways/sms.ts';
import type { CreateAttempt } from '../../stand-ins/twilio-record.ts';
import type { Database } from '../../store/database.ts';
import { handOver, handoverOf } from '../../store/message-handover.ts';
import { claimForSending, messageById, messagesOf } from '../../store/messages.ts';
import { recordFact } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import { deliveryWaitTypes } from '../../workflows/contract/activities.ts';
import type { PathwaySummary } from '../../workflows/domain/common/pathway-state.ts';
import {
  anAppointment,
  changePathway,
  DeliveryUnderTest,
  leaseOver,
  mondayMorning,
  planMessage,
  startGateway,
} from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import { anActor, judgedNow, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;
let db: Database;
let under: GatewayUnderTest;

beforeAll(async () => {
  store = await openStore();
  ({ db } = store);
});

afterAll(async () => {
  await store.close();
});

beforeEach(async () => {
  under = await startGateway();
});

afterEach(async () => {
  await under.close();
});

const attempts = (): readonly CreateAttempt[] => under.standIn().record();
const accepted = (): readonly CreateAttempt[] => attempts().filter((attempt) => attempt.accepted);

function delivery(gateway: SmsGateway = under.gateway): DeliveryUnderTest {
  return new DeliveryUnderTest({ db, gateway });
}

async function rowOf({ forceId, intentId }: PlannedMessage) {
  const row = await messageById(db, forceId, intentId);
  if (row === null) throw new Error('No such message');
  return row;
}

async function record(kind: 'death' | 'stop-texts', { forceId, personId }: PlannedMessage): Promise<void> {
  const fact = {
    forceId,
    requestId: randomUUID(),
    occurredAt: mondayMorning,
    reason: null,
    actor: anActor(),
  };
  expect(await recordFact(db, { ...fact, kind, personId })).toMatchObject({ created: true });
}

describe('a reminder', () => {
  test('M86, M87 leaves once, in the language of the person, and the record keeps its words', async () => {
    const message = await planMessage(db);
    const outcome = await delivery().run(message);
    const body =
      'Nodyn atgoffa: mae gennych apwyntiad ddydd Mawrth 3 Mawrth am 14:30. Atebwch 1 i gadarnhau, 2 i ofyn am amser arall, neu STOP i atal y negeseuon hyn.';
    expect(outcome).toMatchObject({ status: 'sent', purpose: 'appointment-reminder' });
    expect(attempts()).toMatchObject([{ to: '+447700900123', body, accepted: true }]);
    expect(await messagesOf(db, wholeForce(message.forceId), message.pathwayId)).toMatchObject([
      { status: 'sent', language: 'cy', body, gatewayId: accepted()[0]?.sid, settledAt: outcome.at },
    ]);
  });

  test('that was settled is not sent again, by whichever run asks', async () => {
    const message = await planMessage(db);
    const outcome = await delivery().run(message);
    expect(await delivery().run(message)).toEqual(outcome);
    expect(attempts()).toHaveLength(1);
  });

  test('that twenty runs want to deliver at once leaves once', async () => {
    const message = await planMessage(db);
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => delivery().attempt(message)));
    expect(accepted()).toHaveLength(1);
    expect(tries.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    expect(await delivery().run(message)).toMatchObject({ status: 'sent' });
    expect(attempts()).toHaveLength(1);
  });

  test('that ten tries of one activity want to deliver at once leaves once', async () => {
    const message = await planMessage(db);
    const one = delivery();
    await Promise.allSettled(Array.from({ length: 10 }, () => one.attempt(message)));
    expect(await one.run(message)).toMatchObject({ status: 'sent' });
    expect(attempts()).toHaveLength(1);
  });

  test('for a purpose that has no words fails, so that a person sees it', async () => {
    const message = await planMessage(db, { intent: { purpose: 'something-new' } });
    expect(await delivery().run(message)).toMatchObject({
      status: 'failed',
      reason: 'no-template',
      purpose: 'something-new',
    });
    expect(attempts()).toEqual([]);
  });

  test('that the ledger does not hold, or holds for another force, is not tried again', async () => {
    const message = await planMessage(db);
    for (const unknown of [{ intentId: randomUUID() }, { intentId: 'none' }, { forceId: 'demo' }]) {
      await expect(delivery().run({ ...message, ...unknown })).rejects.toMatchObject({
        type: 'UnknownMessage',
        nonRetryable: true,
      });
    }
  });
});

describe('an answer that is unclear', () => {
  test.each(['accept-then-hang', 'accept-then-500', 'accept-then-reset'] as const)(
    '%s: the text is found at the gateway and never sent again',
    async (does) => {
      const message = await planMessage(db);
      await under.script({ on: 'create', does });
      const under1 = delivery();
      expect(await under1.run(message)).toMatchObject({ status: 'sent' });
      expect(under1.failures).toMatchObject([{ type: deliveryWaitTypes.lookUp, pauseSeconds: 5 }]);
      expect(attempts()).toMatchObject([{ accepted: true }]);
      expect((await rowOf(message)).gatewayId).toBe(accepted()[0]?.sid);
    },
  );

  test.each(['hang', '500', 'reset'] as const)(
    '%s: what the gateway does not show within a quarter of an hour stays unknown and is never sent again',
    async (does) => {
      const message = await planMessage(db);
      await under.script({ on: 'create', does });
      const one = delivery();
      expect(await one.run(message)).toMatchObject({ status: 'unknown', reason: 'not-at-gateway' });
      expect(attempts()).toMatchObject([{ accepted: false }]);
      expect(one.now >= '2026-03-02T09:15:00.000Z' && one.now < '2026-03-02T09:18:00.000Z').toBe(true);
      expect(one.failures.length).toBeLessThan(20);
      expect(await delivery().run(message)).toMatchObject({ status: 'unknown' });
      expect(attempts()).toHaveLength(1);
    },
  );

  test('the list lags: it is asked again', async () => {
    const message = await planMessage(db);
    await under.script({ on: 'create', does: 'accept-then-hang' });
    await under.script({ on: 'list', does: 'lag', times: 3 });
    const one = delivery();
    expect(await one.run(message)).toMatchObject({ status: 'sent' });
    expect(one.failures).toHaveLength(4);
    expect(attempts()).toHaveLength(1);
  });

  test('the gateway cannot be asked for an hour: it is asked when it is back', async () => {
    const message = await planMessage(db);
    await under.script({ on: 'create', does: 'accept-then-hang' });
    const one = delivery();
    await expect(one.attempt(message)).rejects.toThrow('LooksUpAtGateway (no-answer)');
    await under.stop();
    one.now = '2026-03-02T10:00:00.000Z';
    await expect(one.attempt(message)).rejects.toThrow('LooksUpAtGateway (not-reachable)');
    await under.startAgain();
    expect(await one.run(message)).toMatchObject({ status: 'sent' });
    expect(attempts()).toHaveLength(1);
  });

  test('the gateway cannot be asked for half a day: a person is told', async () => {
    const message = await planMessage(db);
    await under.script({ on: 'create', does: 'accept-then-hang' });
    const one = delivery();
    await expect(one.attempt(message)).rejects.toThrow();
    await under.stop();
    one.now = '2026-03-02T13:00:00.000Z';
    expect(await one.attempt(message)).toMatchObject({ status: 'unknown', reason: 'gateway-not-asked' });
    await under.startAgain();
    expect(attempts()).toHaveLength(1);
  });

  test('the same words of somebody else on the same phone are not taken for it', async () => {
    const first = await planMessage(db);
    const second = await planMessage(db);
    expect(await delivery().run(first)).toMatchObject({ status: 'sent' });
    await under.script({ on: 'create', does: 'hang' });
    expect(await delivery().run(second)).toMatchObject({ status: 'unknown', reason: 'not-at-gateway' });
    expect(accepted()).toHaveLength(1);
  });

  test('a number or language changed meanwhile does not hide what was sent', async () => {
    const message = await planMessage(db);
    await under.script({ on: 'create', does: 'accept-then-hang' });
    const one = delivery();
    await expect(one.attempt(message)).rejects.toThrow();
    await db.pool.query(`update person set mobile = null, language = 'en' where id = $1`, [message.personId]);
    expect(await one.run(message)).toMatchObject({ status: 'sent' });
    expect(attempts()).toHaveLength(1);
  });
});

describe('a clear answer', () => {
  test('refused: nothing left, it fails and stays so', async () => {
    const message = await planMessage(db);
    await under.script({ on: 'create', does: 'refuse', code: 21612 });
    expect(await delivery().run(message)).toMatchObject({ status: 'failed', reason: 'refused-21612' });
    expect(await delivery().run(message)).toMatchObject({ status: 'failed', reason: 'refused-21612' });
    expect(attempts()).toMatchObject([{ accepted: false }]);
  });

  test('too many: nothing left, it goes when the gateway said', async () => {
    const message = await planMessage(db);
    await under.script({ on: 'create', does: 'too-many', retryAfterSeconds: 7, times: 2 });
    const one = delivery();
    await expect(one.attempt(message)).rejects.toThrow();
    expect(await rowOf(message)).toMatchObject({ status: 'planned', claimId: null });
    expect(await handoverOf(db, message.forceId, message.intentId)).toBeNull();
    expect(await one.run(message)).toMatchObject({ status: 'sent' });
    expect(one.failures).toEqual([
      { type: deliveryWaitTypes.gateway, message: 'GatewayAway (too-many-requests)', pauseSeconds: 7 },
      { type: deliveryWaitTypes.gateway, message: 'GatewayAway (too-many-requests)', pauseSeconds: 7 },
    ]);
    expect(attempts().map((attempt) => attempt.accepted)).toEqual([false, false, true]);
  });

  test('not reachable: nothing left, it goes when the gateway is back', async () => {
    const message = await planMessage(db);
    await under.stop();
    const one = delivery();
    expect(
      await one.run(message, async (number) => {
        if (number === 4) await under.startAgain();
      }),
    ).toMatchObject({ status: 'sent' });
    expect(one.failures).toEqual(
      Array(3).fill({
        type: deliveryWaitTypes.gateway,
        message: 'GatewayAway (not-reachable)',
        pauseSeconds: null,
      }),
    );
    expect(attempts()).toHaveLength(1);
  });

  test('edge case 53: not reachable on the day of the reminder: tried again within the hours, and dropped once it has begun', async () => {
    const message = await planMessage(db);
    await under.stop();
    const one = new DeliveryUnderTest({ db, gateway: under.gateway }, '2026-03-02T19:59:59.000Z');
    await expect(one.attempt(message)).rejects.toThrow('GatewayAway');
    one.now = '2026-03-02T20:00:10.000Z';
    await expect(one.attempt(message)).rejects.toThrow('WaitsForHours');
    expect(one.failures.at(-1)?.pauseSeconds).toBe(12 * 3_600 - 10);
    one.now = '2026-03-03T08:00:00.000Z';
    await expect(one.attempt(message)).rejects.toThrow('GatewayAway');
    await under.startAgain();
    one.now = '2026-03-03T14:30:00.000Z';
    expect(await one.attempt(message)).toMatchObject({ status: 'skipped', reason: 'appointment-past' });
    expect(attempts()).toEqual([]);
  });

  test('not reachable until the activity is nearly over: it fails in the record too', async () => {
    const message = await planMessage(db);
    await under.stop();
    const one = new DeliveryUnderTest({ db, gateway: under.gateway }, mondayMorning, 1);
    await expect(one.attempt(message)).rejects.toThrow();
    one.now = '2026-03-02T09:51:00.000Z';
    expect(await one.attempt(message)).toMatchObject({ status: 'failed', reason: 'gave-up-not-reachable' });
    await under.startAgain();
    expect(await delivery().run(message)).toMatchObject({ status: 'failed' });
    expect(attempts()).toEqual([]);
  });

  test('a pause of a day is cut to an hour', async () => {
    const message = await planMessage(db);
    await under.script({ on: 'create', does: 'too-many', retryAfterSeconds: 86_400 });
    const one = delivery();
    await expect(one.attempt(message)).rejects.toThrow();
    expect(one.failures).toMatchObject([{ pauseSeconds: 3_600 }]);
  });
});

describe('a worker that dies', () => {
  /** The process ends after the call, before anything could be written down. */
  const dyingAfter: SmsGateway = {
    async send(text) {
      await under.gateway.send(text);
      throw new Error(`killed while sending ${text.body} to ${text.to}`);
    },
    find: (text, since) => under.gateway.find(text, since),
  };
  const dyingBefore: SmsGateway = { ...dyingAfter, send: () => Promise.reject(new Error('killed')) };

  test('between accepted and written down: the next try of the activity looks it up', async () => {
    const message = await planMessage(db);
    const dying = delivery(dyingAfter);
    await expect(dying.attempt(message)).rejects.toMatchObject({
      type: 'DeliveryBroken',
      message: 'DeliveryBroken (Error)',
    });
    expect(await dying.run(message)).toMatchObject({ status: 'sent' });
    expect(attempts()).toMatchObject([{ accepted: true }]);
  });

  test('between accepted and written down: another run waits for the claim to end, then looks it up', async () => {
    const message = await planMessage(db);
    await expect(delivery(dyingAfter).attempt(message)).rejects.toThrow();
    const other = delivery();
    await expect(other.attempt(message)).rejects.toMatchObject({ type: deliveryWaitTypes.busy });
    await leaseOver(db, message);
    expect(await other.run(message)).toMatchObject({ status: 'sent' });
    expect(attempts()).toHaveLength(1);
  });

  test('between written down and the call: nothing tells it from the other, so a person looks', async () => {
    const message = await planMessage(db);
    await expect(delivery(dyingBefore).attempt(message)).rejects.toThrow();
    await leaseOver(db, message);
    expect(await delivery().run(message)).toMatchObject({ status: 'unknown', reason: 'not-at-gateway' });
    expect(attempts()).toEqual([]);
  });

  test('between the claim and the handover: it surely never left, so it is sent', async () => {
    const message = await planMessage(db);
    expect(await claimForSending(db, message.forceId, message.intentId, 'dead')).toMatchObject({
      state: 'fresh',
    });
    await leaseOver(db, message);
    expect(await delivery().run(message)).toMatchObject({ status: 'sent' });
    expect(attempts()).toHaveLength(1);
  });

  test('and comes back to life after another took over sends nothing', async () => {
    const message = await planMessage(db);
    await claimForSending(db, message.forceId, message.intentId, 'slow');
    await leaseOver(db, message);
    expect(await delivery().run(message)).toMatchObject({ status: 'sent' });
    const held = { ...message, claimId: 'slow', attempt: 1 };
    const text = { to: '+447700900123', language: 'cy', body: 'x', handedOverAt: mondayMorning } as const;
    const judged = await judgedNow(db, message.intentId, message.forceId);
    expect(await handOver(db, held, text, judged)).toBe(false);
  });

  test('in the middle of a wait leaves nothing to give back', async () => {
    const message = await planMessage(db);
    const evening = new DeliveryUnderTest({ db, gateway: under.gateway }, '2026-03-02T20:00:00.000Z');
    await expect(evening.attempt(message)).rejects.toThrow();
    expect(await rowOf(message)).toMatchObject({ status: 'planned', claimId: null, attempts: 0 });
  });
});

describe('at the moment of sending', () => {
  const closed: Partial<PathwaySummary> = { closedAt: mondayMorning, closureReason: 'no-contact' };

  test.each<[string, string, (message: PlannedMessage) => Promise<unknown>]>([
    ['a death', 'person-died', (message) => record('death', message)],
    ['a stop of texts', 'texts-stopped', (message) => record('stop-texts', message)],
    [
      'that texts are not safe',
      'not-safe-to-text',
      ({ personId }) => db.pool.query(`update person set safe_to_text = 'no' where id = $1`, [personId]),
    ],
    [
      'that nobody asked whether texts are safe',
      'not-safe-to-text',
      ({ personId }) => db.pool.query('update person set safe_to_text = null where id = $1', [personId]),
    ],
    [
      'that there is no number',
      'no-textable-number',
      ({ personId }) => db.pool.query('update person set mobile = null where id = $1', [personId]),
    ],
    ['a closure', 'pathway-closed', ({ pathwayId }) => changePathway(db, pathwayId, closed)],
    [
      'a move of the appointment',
      'appointment-moved',
      ({ pathwayId }) =>
        changePathway(db, pathwayId, {
          appointments: [
            anAppointment({ status: 'superseded' }),
            anAppointment({ appointmentId: 'appointment-2' }),
          ],
        }),
    ],
    [
      'a cancellation',
      'appointment-not-booked',
      ({ pathwayId }) =>
        changePathway(db, pathwayId, { appointments: [anAppointment({ status: 'cancelled' })] }),
    ],
    [
      'that the appointment is gone',
      'appointment-not-booked',
      ({ pathwayId }) => changePathway(db, pathwayId, { appointments: [] }),
    ],
  ])('%s, recorded after the text was planned, keeps it back', async (_what, reason, happen) => {
    const message = await planMessage(db);
    await happen(message);
    expect(await delivery().run(message)).toMatchObject({ status: 'skipped', reason });
    expect(await rowOf(message)).toMatchObject({ status: 'skipped', reason, gatewayId: null });
    expect(attempts()).toEqual([]);
  });

  test('what is recorded while the text waits for the gateway binds it', async () => {
    const message = await planMessage(db);
    await under.script({ on: 'create', does: 'too-many', retryAfterSeconds: 7 });
    const one = delivery();
    await expect(one.attempt(message)).rejects.toThrow();
    await record('stop-texts', message);
    expect(await one.run(message)).toMatchObject({ status: 'skipped', reason: 'texts-stopped' });
    expect(accepted()).toEqual([]);
  });

  test('what is recorded after an unclear answer does not hide that the text left', async () => {
    const message = await planMessage(db);
    await under.script({ on: 'create', does: 'accept-then-500' });
    const one = delivery();
    await expect(one.attempt(message)).rejects.toThrow();
    await record('death', message);
    expect(await one.run(message)).toMatchObject({ status: 'sent' });
  });

  test('M92 outside the sending hours it waits for them', async () => {
    const message = await planMessage(db);
    const one = new DeliveryUnderTest({ db, gateway: under.gateway }, '2026-03-02T21:00:00.000Z');
    expect(await one.run(message)).toMatchObject({ status: 'sent' });
    expect(one.failures).toEqual([
      { type: deliveryWaitTypes.hours, message: 'WaitsForHours', pauseSeconds: 11 * 3_600 },
    ]);
    expect(one.now).toBe('2026-03-03T08:00:00.000Z');
  });

  test('after its time it is skipped', async () => {
    const message = await planMessage(db, { intent: { expiresAt: '2026-03-02T12:00:00.000Z' } });
    const late = new DeliveryUnderTest({ db, gateway: under.gateway }, '2026-03-02T12:00:00.001Z');
    expect(await late.run(message)).toMatchObject({ status: 'skipped', reason: 'expired' });
  });
});

test('no result, failure or history holds a number, a name or the words', async () => {
  const message = await planMessage(db, { person: { mobile: '07700 900987' } });
  const dying: SmsGateway = {
    send: ({ to, body }) => Promise.reject(new Error(`${to}: ${body}`)),
    find: ({ to }) => Promise.reject(Object.assign(new Error(to), { code: `E ${to}` })),
  };
  const said: unknown[] = [];
  const note = async (work: Promise<unknown>): Promise<void> => {
    said.push(
      await work.catch((error: unknown) => ({
        ...(error as object),
        text: String(error),
        cause: (error as Error).cause,
      })),
    );
  };
  const one = delivery(dying);
  await note(one.attempt(message));
  await note(one.attempt(message));
  for (const fault of ['refuse', 'accept-then-500', 'too-many'] as const) {
    await under.script({ on: 'create', does: fault, retryAfterSeconds: 7 });
    const other = await planMessage(db, { person: { mobile: '07700 900987' } });
    await note(delivery().attempt(other));
    await note(delivery().attempt(other));
  }
  await db.pool.query(`update message set language = 'xx' || repeat('y', 10) where id = $1`, [
    message.intentId,
  ]);
  await note(delivery().attempt(message));
  expect(said.length).toBe(9);
  expect(JSON.stringify(said)).not.toMatch(/900987|Morgan|Siân|apwyntiad|appointment on|447700/);
});
