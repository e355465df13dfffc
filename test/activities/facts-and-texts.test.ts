import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { skipReasons } from '../../messages/skip-reasons.ts';
import type { SkipReason } from '../../messages/skip-reasons.ts';
import { messageById } from '../../store/messages.ts';
import { recordFact } from '../../store/person-facts.ts';
import type { FactSaid } from '../../store/person-facts.ts';
import { DeliveryUnderTest, planMessage, startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import { anActor, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

// Facts that no pathway has heard of, as while Temporal is away: they bind the text that is about to leave.

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

const before = '2026-03-01T10:00:00.000Z';
const between = '2026-03-01T10:30:00.000Z';
const later = '2026-03-01T11:00:00.000Z';

async function tell({ forceId, personId }: PlannedMessage, said: FactSaid, occurredAt = before) {
  const about = { forceId, personId, requestId: randomUUID(), reason: null, actor: anActor() };
  const recorded = await recordFact(store.db, { ...about, occurredAt, ...said });
  expect(recorded).toMatchObject({ created: true, fact: { carriedAt: null } });
  return String(recorded?.fact.factId);
}

const run = (message: PlannedMessage) =>
  new DeliveryUnderTest({ db: store.db, gateway: under.gateway }).run(message);

const texts = 'texts';

test.each<[SkipReason, FactSaid]>([
  ['person-died', { kind: 'death' }],
  ['texts-stopped', { kind: 'stop-texts' }],
  ['in-custody', { kind: 'custody' }],
  ['texts-consent-withdrawn', { kind: 'consent-withdrawn', purpose: texts }],
  ['not-safe-to-text', { kind: 'contact-preferences', preferences: { text: 'no' } }],
  ['not-safe-to-text', { kind: 'contact-preferences', preferences: { text: 'unknown' } }],
])('M91, M191, M201: %s: nothing leaves, and the message says why (told: %j)', async (reason, said) => {
  const message = await planMessage(store.db);
  await tell(message, said);
  expect(await run(message)).toMatchObject({ status: 'skipped', reason });
  expect(await messageById(store.db, message.forceId, message.intentId)).toMatchObject({
    ...{ status: 'skipped', reason, gatewayId: null },
  });
  expect(skipReasons[reason]).toMatch(/\.$/);
  expect(under.standIn().record()).toEqual([]);
});

test('what was taken back holds no text; a later yes makes one safe, and a safety flag lets out what names no place', async () => {
  const message = await planMessage(store.db, { person: { safeToText: null } });
  const correctsFactId = await tell(message, { kind: 'death' });
  for (const said of [
    { kind: 'custody' },
    { kind: 'stop-texts' },
    { kind: 'consent-withdrawn', purpose: texts },
    { kind: 'contact-preferences', preferences: { text: 'no' } },
  ] as const satisfies readonly FactSaid[]) {
    await tell(message, said);
  }
  for (const said of [
    { kind: 'death-corrected', correctsFactId },
    { kind: 'release' },
    { kind: 'texts-allowed' },
    { kind: 'consent-given', purpose: texts },
    { kind: 'contact-preferences', preferences: { text: 'yes' } },
    { kind: 'safety-flag' },
  ] as const satisfies readonly FactSaid[]) {
    await tell(message, said, later);
  }
  expect(await run(message)).toMatchObject({ status: 'sent' });
});

test('what was so earlier takes nothing back, though it is told last', async () => {
  const message = await planMessage(store.db);
  await tell(message, { kind: 'release' }, before);
  await tell(message, { kind: 'custody' }, later);
  await tell(message, { kind: 'release' }, between);
  expect(await run(message)).toMatchObject({ status: 'skipped', reason: 'in-custody' });
});

test('edge case 33: who may be in danger gets no link to where a place may be shown; that there is an appointment, they do', async () => {
  const link = await planMessage(store.db, { intent: { purpose: 'page-link' } });
  await tell(link, { kind: 'safety-flag' });
  expect(await run(link)).toMatchObject({ status: 'skipped', reason: 'safety-flag' });
  const reminder = await planMessage(store.db);
  await tell(reminder, { kind: 'safety-flag' });
  expect(await run(reminder)).toMatchObject({ status: 'sent' });
  const [sent, ...others] = under.standIn().record();
  expect(others).toEqual([]);
  expect(sent?.body).not.toMatch(/http|ddas|Stryd/i);
});
