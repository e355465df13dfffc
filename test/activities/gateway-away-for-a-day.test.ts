import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { byClients } from '../../scripts/house/clients.ts';
import type { Database } from '../../store/database.ts';
import { append } from '../../store/ledger.ts';
import { messageById } from '../../store/messages.ts';
import { recordFact } from '../../store/person-facts.ts';
import { deliveryWaitTypes } from '../../workflows/contract/activities.ts';
import { epochMs, toInstant } from '../../workflows/domain/common/instant.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import {
  anAppointment,
  DeliveryUnderTest,
  mondayMorning,
  planMessage,
  startGateway,
} from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import {
  anActor,
  anAppend,
  anIntent,
  aSummary,
  force,
  openAPathway,
  openStore,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

/**
 * A day of reminders meets a gateway that is dead from Monday nine o'clock until Tuesday nine o'clock. The clock is the
 * test's. One in ten of a day of 3,000; REMINDERS says otherwise.
 */
const reminders = Number(process.env['REMINDERS'] ?? 300);
const ofOnePerson = 15;
const hourMs = 3_600_000;
const tonight = '2026-03-02T23:30:00.000Z';
const sendingBegins = '2026-03-03T08:00:00.000Z';
const tuesdayMorning = '2026-03-03T09:05:00.000Z';

let store: StoreUnderTest;
let db: Database;
let under: GatewayUnderTest;

beforeAll(async () => {
  store = await openStore();
  ({ db } = store);
  under = await startGateway();
});

afterAll(async () => {
  await under.close();
  await store.close();
});

/** The appointments of one person: some while the gateway is dead, some on the day it is back, some later. */
const startsAfterHours = [2, 5, 8, 20, 23.9, 24.2, 25, 26, 28, 30, 33, 50, 74, 98, 170];

interface Planned extends PlannedMessage {
  readonly startsAt: Instant;
}

async function planMany(index: number): Promise<Planned[]> {
  const mobile = `+447700900${String(index % 1_000).padStart(3, '0')}`;
  const appointments = startsAfterHours.slice(0, ofOnePerson).map((hours, place) => {
    const startsAt = toInstant(epochMs(mondayMorning) + hours * hourMs + index * 60_000);
    const endsAt = toInstant(epochMs(startsAt) + hourMs);
    return anAppointment({ appointmentId: `a-${String(place)}`, startsAt, endsAt });
  });
  const summary = aSummary({ appointments });
  const { pathwayId, personId } = await openAPathway(db, {
    ...{ receivedAt: '2026-02-02T09:00:00.000Z', person: { mobile }, entry: { summary } },
  });
  const intents = appointments.map(({ appointmentId, startsAt }) =>
    anIntent({ appointmentId, notBefore: mondayMorning, expiresAt: startsAt }),
  );
  const { openIntents } = await append(db, anAppend(pathwayId, 1, { intents, summary }), 'test');
  return await Promise.all(
    openIntents.map(async ({ intentId }) => {
      const message = await messageById(db, force, intentId);
      if (message === null) throw new Error('No message was planned');
      return { forceId: force, intentId, pathwayId, personId, startsAt: message.expiresAt };
    }),
  );
}

test('edge case 53: with the gateway dead for a day nothing is lost, doubled, or sent when it makes no sense any more', async () => {
  const people = Math.ceil(reminders / ofOnePerson);
  const planned = (
    await byClients(
      Array.from({ length: people }, (_, index) => index),
      8,
      planMany,
    )
  ).flat();
  expect(planned).toHaveLength(people * ofOnePerson);

  await under.stop();
  const deliveries = planned.map((message) => ({
    message,
    delivery: new DeliveryUnderTest({ db, gateway: under.gateway }),
  }));
  for (const at of [mondayMorning, '2026-03-02T15:00:00.000Z']) {
    await byClients(deliveries, 10, async ({ message, delivery }) => {
      if (message.startsAt <= at) return;
      delivery.now = at;
      await expect(delivery.attempt(message)).rejects.toMatchObject({ type: deliveryWaitTypes.gateway });
    });
  }
  // At night nobody is even asked, and what is over before the sending hours begin again is settled.
  await byClients(deliveries, 10, async ({ message, delivery }) => {
    if (message.startsAt <= tonight) return;
    delivery.now = tonight;
    const tried = delivery.attempt(message);
    if (message.startsAt <= sendingBegins) {
      expect(await tried).toMatchObject({ status: 'skipped', reason: 'no-time-left' });
    } else await expect(tried).rejects.toMatchObject({ type: deliveryWaitTypes.hours });
  });
  // Meanwhile the first of them has said that they want no texts.
  const [stopped] = planned;
  await recordFact(db, {
    ...{ forceId: force, requestId: randomUUID(), occurredAt: mondayMorning, reason: null },
    ...{ actor: anActor(), kind: 'stop-texts', personId: stopped?.personId ?? '' },
  });

  await under.startAgain();
  const outcomes = await byClients(deliveries, 10, async ({ message, delivery }) => {
    delivery.now = tuesdayMorning;
    return { message, outcome: await delivery.run(message) };
  });

  for (const { message, outcome } of outcomes) {
    const { personId, startsAt } = message;
    const expected =
      startsAt <= sendingBegins && startsAt > tonight
        ? { status: 'skipped', reason: 'no-time-left' }
        : personId === stopped?.personId
          ? { status: 'skipped', reason: 'texts-stopped' }
          : startsAt <= tuesdayMorning
            ? { status: 'skipped', reason: 'appointment-past' }
            : { status: 'sent' };
    expect({ startsAt, ...outcome }).toMatchObject(expected);
  }
  const sent = outcomes.filter(({ outcome }) => outcome.status === 'sent');
  const attempts = under.standIn().record();
  expect(sent.length).toBeGreaterThan(planned.length / 2);
  expect(attempts.filter(({ accepted }) => accepted)).toHaveLength(sent.length);
  expect(attempts).toHaveLength(sent.length);
  // The gateway is told how long each makes sense, and its own queue holds none for more than ten hours.
  const validities = attempts.map(({ validitySeconds = 0 }) => validitySeconds);
  expect(Math.max(...validities)).toBe(36_000);
  expect(Math.min(...validities)).toBeLessThan(hourMs / 1_000);
}, 600_000);

test('B19 after a day of silence what only told of that day is not handed over late; what is newer, or of an appointment, is', async () => {
  const expiresAt = '2026-03-09T09:00:00.000Z';
  const planned = (purpose: string, notBefore: Instant) =>
    planMessage(db, { intent: { purpose, notBefore, expiresAt }, appointment: { startsAt: expiresAt } });
  await under.stop();
  const all = [
    { message: await planned('could-not-reach', mondayMorning), outcome: 'skipped' },
    { message: await planned('referral-received', '2026-03-02T09:30:00.000Z'), outcome: 'skipped' },
    { message: await planned('could-not-reach', '2026-03-02T15:00:00.000Z'), outcome: 'sent' },
    { message: await planned('appointment-booked', mondayMorning), outcome: 'sent' },
  ].map((each) => ({
    ...each,
    delivery: new DeliveryUnderTest({ db, gateway: under.gateway }, '2026-03-02T15:00:00.000Z'),
  }));
  for (const { message, delivery } of all) {
    await expect(delivery.attempt(message)).rejects.toMatchObject({ type: deliveryWaitTypes.gateway });
  }
  await under.startAgain();
  const before = under.standIn().record().length;
  for (const { message, delivery, outcome } of all) {
    delivery.now = tuesdayMorning;
    const reason = outcome === 'skipped' ? { reason: 'held-up' } : {};
    expect(await delivery.run(message)).toMatchObject({ status: outcome, ...reason });
  }
  expect(under.standIn().record()).toHaveLength(before + 2);
});
