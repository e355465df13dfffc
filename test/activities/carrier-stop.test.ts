import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { recordCarrierStop } from '../../store/carrier-stops.ts';
import { messageById, messageForDelivery } from '../../store/messages.ts';
import { factsOf, pathwaysOfFact, recordFact, uncarriedFactsOf } from '../../store/person-facts.ts';
import { DeliveryUnderTest, planMessage, startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import { anActor, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';
import { standingFacts } from '../../workflows/domain/common/standing-facts.ts';

// A carrier that refuses texts to a number knows of a STOP of which we were never told (error 21610).

let store: StoreUnderTest;
let under: GatewayUnderTest;

beforeAll(async () => {
  store = await openStore();
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

let phones = 0;

/** Of a person with a number of their own; of the same one in a pathway of its own where it is given. */
async function plan(purpose = 'appointment-booked', nominalNumber = `N${randomUUID()}`) {
  if (!numbers.has(nominalNumber)) numbers.set(nominalNumber, `+4477009008${String(10 + phones++)}`);
  const mobile = numbers.get(nominalNumber) ?? '';
  const status = purpose === 'appointment-cancelled' ? 'cancelled' : 'booked';
  const message = await planMessage(store.db, {
    ...{ person: { nominalNumber, mobile }, intent: { purpose }, appointment: { status } },
  });
  return { message, mobile, nominalNumber };
}

const numbers = new Map<string, string>();

const run = (message: PlannedMessage) =>
  new DeliveryUnderTest({ db: store.db, gateway: under.gateway }).run(message);

/** As it reaches the carrier and not us. */
const stopAtCarrier = (to: string) => under.script({ on: 'create', does: 'refuse', to, code: 21610 });

const stops = async ({ forceId, personId }: PlannedMessage) =>
  (await factsOf(store.db, forceId, personId)).filter(({ kind }) => kind === 'stop-texts');

test('M91 edge case 32: is a STOP of the person from then on, once, for every pathway, and nothing more is handed over', async () => {
  const { message, mobile, nominalNumber } = await plan();
  const { message: other } = await plan('appointment-booked', nominalNumber);
  await stopAtCarrier(mobile);
  // The stop asks for another way, on each pathway; the text asks no second time.
  expect(await run(message)).toMatchObject({ status: 'skipped', reason: 'refused-21610' });
  expect(await messageById(store.db, message.forceId, message.intentId)).toMatchObject({
    ...{ status: 'failed', reason: 'refused-21610' },
  });
  const [fact, ...more] = await stops(message);
  expect(more).toEqual([]);
  expect(fact).toMatchObject({ recordedAs: 'System', carriedAt: null });
  expect(await uncarriedFactsOf(store.db, message.forceId, message.personId)).toEqual([fact?.factId]);
  const told = await pathwaysOfFact(store.db, message.forceId, fact?.factId ?? '');
  expect(told.map(({ pathwayId }) => pathwayId).sort()).toEqual([message.pathwayId, other.pathwayId].sort());
  const before = under.standIn().record().length;
  expect(await run(other)).toMatchObject({ status: 'skipped', reason: 'texts-stopped' });
  expect(under.standIn().record()).toHaveLength(before);
  expect(await stops(message)).toHaveLength(1);
});

test('of a change somebody has to tell the person besides', async () => {
  const { message, mobile } = await plan('appointment-cancelled');
  await stopAtCarrier(mobile);
  expect(await run(message)).toMatchObject({ status: 'failed', reason: 'refused-21610' });
  expect(await stops(message)).toHaveLength(1);
});

test('holds against an earlier word that texts are wanted, and another refusal is none', async () => {
  const { message, mobile } = await plan();
  const { forceId, personId } = message;
  await recordFact(store.db, {
    ...{ forceId, personId, requestId: randomUUID(), reason: null, actor: anActor() },
    ...{ kind: 'texts-allowed', occurredAt: '2026-03-01T10:00:00.000Z' },
  });
  await stopAtCarrier(mobile);
  await run(message);
  expect(await stops(message)).toHaveLength(1);
  const refused = await plan();
  await under.script({ on: 'create', does: 'refuse', to: refused.mobile, code: 21211 });
  expect(await run(refused.message)).toMatchObject({ status: 'failed', reason: 'refused-21211' });
  expect(await stops(refused.message)).toEqual([]);
});

test('is as old as the text that met it: whoever allowed texts since is not stopped by a report that comes late', async () => {
  const { message } = await plan();
  const { forceId, intentId, personId } = message;
  await run(message);
  await recordFact(store.db, {
    ...{ forceId, personId, requestId: randomUUID(), reason: null, actor: anActor() },
    ...{ kind: 'texts-allowed', occurredAt: new Date().toISOString() },
  });
  await recordCarrierStop(store.db, { forceId, intentId });
  expect(await stops(message)).toHaveLength(1);
  const found = await messageForDelivery(store.db, forceId, intentId);
  expect(standingFacts(found?.facts ?? []).texts?.fact).toBe('texts-allowed');
});
