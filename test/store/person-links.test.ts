import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { recordFact } from '../../store/person-facts.ts';
import type { FactSaid } from '../../store/person-facts.ts';
import { findLiveLink, makeLink } from '../../store/person-links.ts';
import { recordReply } from '../../store/replies.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { append } from '../../store/ledger.ts';
import {
  anAppointment,
  DeliveryUnderTest,
  mondayMorning,
  pageUrl,
  planMessage,
  startGateway,
  tuesdayAfternoon,
} from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import { aSummary, anActor, anAppend, anIntent, force, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

// Whether a link in a text still leads anywhere; the page itself is in test/api/person-page.test.ts.

let store: StoreUnderTest;
let under: GatewayUnderTest;
let message: PlannedMessage;
let phones = 0;
let phone: string;

beforeAll(async () => {
  store = await openStore();
  under = await startGateway();
});

afterAll(async () => {
  await under.close();
  await store.close();
});

beforeEach(async () => {
  phones += 1;
  phone = `+4477009${String(phones).padStart(5, '0')}`;
  message = await planMessage(store.db, {
    person: { mobile: phone },
    intent: { purpose: 'page-link' },
  });
  const outcome = await new DeliveryUnderTest({ db: store.db, gateway: under.gateway, pageUrl }).run(message);
  expect(outcome).toMatchObject({ status: 'sent' });
  // It left on a day of March, under the clock of the delivery.
  await store.db.pool.query(
    `update person_link set expires_at = clock_timestamp() + interval '1 hour' where id = $1`,
    [message.intentId],
  );
});

const live = async (): Promise<boolean> =>
  (await findLiveLink(store.db, store.db.fields.linkToken(force, message.intentId))) !== null;

async function say(said: FactSaid): Promise<void> {
  await recordFact(store.db, {
    ...{ forceId: force, personId: message.personId, requestId: randomUUID(), reason: null },
    ...{ occurredAt: toInstant(Date.now()), actor: anActor() },
    ...said,
  });
}

const set = (change: string) =>
  store.db.pool.query(`update person set ${change} where id = $1`, [message.personId]);

const stranger = () =>
  recordReply(store.db, {
    ...{ forceId: force, gatewayId: randomUUID(), from: phone, words: 'Wrong number', callToday: false },
    ...{ receivedAt: toInstant(Date.now()), meaning: 'wrong-person' },
  });

test.each([
  ['texts are not safe any more', () => set(`safe_to_text = 'no'`)],
  ['whether texts are safe is not known any more', () => set('safe_to_text = null')],
  [
    'somebody says that texts are not safe',
    () => say({ kind: 'contact-preferences', preferences: { text: 'no' } }),
  ],
  ['consent to texts is withdrawn', () => say({ kind: 'consent-withdrawn', purpose: 'texts' })],
  ['whoever has the phone writes that they are somebody else', stranger],
])('edge case 31: a link leads nowhere once %s', async (_what, happens) => {
  expect(await live()).toBe(true);
  await happens();
  expect(await live()).toBe(false);
});

test('whoever only stopped the texts keeps their page', async () => {
  await say({ kind: 'stop-texts' });
  expect(await live()).toBe(true);
});

test('M88: a later link of the case that left ends the earlier ones; one that never left does not', async () => {
  const { head } = await append(store.db, anAppend(message.pathwayId, 0, null), 'test');
  const again = {
    ...anIntent({ purpose: 'page-link', notBefore: mondayMorning, expiresAt: tuesdayAfternoon }),
  };
  const entry = { intents: [again], summary: aSummary({ appointments: [anAppointment()] }) };
  const { openIntents } = await append(store.db, anAppend(message.pathwayId, head, entry), 'test');
  const intentId = openIntents.find((one) => one.intentId !== message.intentId)?.intentId ?? '';
  const later = { ...message, intentId };
  const delivery = () => new DeliveryUnderTest({ db: store.db, gateway: under.gateway, pageUrl });
  expect(await live()).toBe(true);
  await makeLink(store.db, later, toInstant(Date.now()));
  expect(await live()).toBe(true);
  expect(await delivery().run(later)).toMatchObject({ status: 'sent' });
  expect(await live()).toBe(false);
  expect(await findLiveLink(store.db, store.db.fields.linkToken(force, intentId))).not.toBeNull();
  // It arrived nowhere: nobody has it.
  await store.db.pool.query(`update message set status = 'failed' where id = $1`, [intentId]);
  expect(await live()).toBe(true);
});
