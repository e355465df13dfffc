import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { segmentsOf } from '../../messages/segments.ts';
import type { CreateAttempt } from '../../stand-ins/twilio-record.ts';
import type { Database } from '../../store/database.ts';
import { messageById, messagesOf } from '../../store/messages.ts';
import { recordFact } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import {
  anAppointment,
  changePathway,
  DeliveryUnderTest,
  mondayMorning,
  pageUrl,
  planMessage,
  startGateway,
} from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import { anActor, openStore } from '../support/recorded-pathway.ts';
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

async function aLink(): Promise<PlannedMessage> {
  const planned = await planMessage(db, { intent: { purpose: 'page-link' } });
  // A link is about no appointment.
  await db.pool.query('update message set appointment_id = null where id = $1', [planned.intentId]);
  return planned;
}

const delivery = (address: string | null = pageUrl): DeliveryUnderTest =>
  new DeliveryUnderTest({ db, gateway: under.gateway, pageUrl: address });

test.each(['accept-then-hang', 'accept-then-500', 'accept-then-reset'] as const)(
  'M86, F4: a text with a link is found again after %s, though its token is kept nowhere',
  async (fault) => {
    const message = await aLink();
    await under.script({ on: 'create', does: fault });
    expect(await delivery().run(message)).toMatchObject({ status: 'sent' });
    const [attempt, ...others] = attempts();
    expect(others).toEqual([]);
    const [, token = ''] = /\/p\/([0-9a-f]{32}) /.exec(attempt?.body ?? '') ?? [];
    expect(token).toHaveLength(32);
    expect(attempt?.body).toContain(`${pageUrl}/p/${token} `);
    expect(segmentsOf(attempt?.body ?? '').parts).toBeLessThanOrEqual(2);
    expect((await messageById(db, message.forceId, message.intentId))?.gatewayId).toBe(attempt?.sid);
    const [kept] = await messagesOf(db, wholeForce(message.forceId), message.pathwayId);
    expect(kept?.body).toContain(`${pageUrl}/p/(...) `);
    expect(kept?.body).not.toContain(token);
  },
);

test('the same message makes the same link, whichever try of it leaves', async () => {
  const message = await aLink();
  await under.script({ on: 'create', does: 'too-many', retryAfterSeconds: 30 });
  const attempt = delivery();
  expect(await attempt.run(message)).toMatchObject({ status: 'sent' });
  const bodies = attempts().map(({ body }) => body);
  expect(bodies).toHaveLength(2);
  expect(new Set(bodies).size).toBe(1);
  const { rows } = await db.pool.query('select id from person_link where id = $1', [message.intentId]);
  expect(rows).toHaveLength(1);
});

test('M91: no link goes where somebody may be in danger, also when the pathway has not heard of it', async () => {
  const message = await aLink();
  const { forceId, personId, pathwayId } = message;
  await recordFact(db, {
    ...{ forceId, personId, requestId: randomUUID(), occurredAt: mondayMorning, reason: null },
    ...{ actor: anActor(), kind: 'safety-flag' },
  });
  expect(await delivery().run(message)).toMatchObject({ status: 'skipped' });
  expect(attempts()).toEqual([]);
  expect((await messagesOf(db, wholeForce(forceId), pathwayId))[0]?.reason).toBe('safety-flag');
  const { rows } = await db.pool.query('select id from person_link where id = $1', [message.intentId]);
  expect(rows).toEqual([]);
});

test('a link to an appointment that was cancelled overnight is not sent; to one that was moved it is', async () => {
  const cancelled = await aLink();
  await changePathway(db, cancelled.pathwayId, { appointments: [anAppointment({ status: 'cancelled' })] });
  expect(await delivery().run(cancelled)).toMatchObject({ status: 'skipped', reason: 'no-appointment' });
  expect(attempts()).toEqual([]);
  const { rows } = await db.pool.query('select id from person_link where id = $1', [cancelled.intentId]);
  expect(rows).toEqual([]);
  const moved = await aLink();
  await changePathway(db, moved.pathwayId, {
    appointments: [
      anAppointment({ status: 'superseded' }),
      anAppointment({ appointmentId: 'appointment-2', startsAt: '2026-03-09T14:30:00.000Z' }),
    ],
  });
  expect(await delivery().run(moved)).toMatchObject({ status: 'sent' });
});

test('without an address of the page it fails, and is no text with half a link', async () => {
  const message = await aLink();
  expect(await delivery(null).run(message)).toMatchObject({ status: 'failed' });
  expect(attempts()).toEqual([]);
});
