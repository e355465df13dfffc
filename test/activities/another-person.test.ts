import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { append } from '../../store/ledger.ts';
import { messagesOf } from '../../store/messages.ts';
import { wholeForce } from '../../store/scope.ts';
import { DeliveryUnderTest, pageUrl, planMessage, startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest } from '../support/delivery.ts';
import {
  anAppend,
  anEvent,
  anIntent,
  aSummary,
  openAPathway,
  openStore,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

// A referral was opened under the wrong person, and texts about them wait for the morning.

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

const delivery = () => new DeliveryUnderTest({ db: store.db, gateway: under.gateway, pageUrl });

test.each([
  ['appointment-missed', 'missed'],
  ['appointment-cancelled', 'cancelled'],
  ['appointment-booked', 'booked'],
] as const)('no %s that was planned before goes to the right person', async (purpose, status) => {
  const { db } = store;
  const planned = await planMessage(db, { intent: { purpose }, appointment: { status } });
  const { personId: to } = await openAPathway(db, { person: { mobile: '07700 900456' } });
  const { pathwayId, personId: from } = planned;
  const { head } = await append(db, anAppend(pathwayId, 0, null), 'test');
  const reassigned = anEvent({ type: 'person-reassigned', data: { from, to } });
  await append(db, anAppend(pathwayId, head, { events: [reassigned] }), 'test');
  expect(await delivery().run(planned)).toMatchObject({ status: 'skipped', reason: 'another-person' });
  expect(under.standIn().record()).toEqual([]);
});

test('what is planned with it or after it does, to their number', async () => {
  const { db } = store;
  const { pathwayId, personId: from, forceId } = await planMessage(db);
  const { personId: to } = await openAPathway(db, { person: { mobile: '07700 900456' } });
  const { head } = await append(db, anAppend(pathwayId, 0, null), 'test');
  const { appointmentId: _about, ...intent } = anIntent({
    ...{
      purpose: 'could-not-reach',
      notBefore: '2026-03-02T09:00:00.000Z',
      expiresAt: '2026-03-03T09:00:00.000Z',
    },
  });
  await append(
    db,
    anAppend(pathwayId, head, {
      ...{ events: [anEvent({ type: 'person-reassigned', data: { from, to } })] },
      ...{ intents: [intent], summary: aSummary() },
    }),
    'test',
  );
  const all = await messagesOf(db, wholeForce(forceId), pathwayId);
  const intentId = all.find(({ purpose }) => purpose === 'could-not-reach')?.intentId ?? '';
  expect(await delivery().run({ forceId, pathwayId, personId: to, intentId })).toMatchObject({
    status: 'sent',
  });
  expect(under.standIn().record()).toMatchObject([{ to: '+447700900456' }]);
});
