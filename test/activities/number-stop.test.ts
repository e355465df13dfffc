import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readReply } from '../../messages/reply-meaning.ts';
import { keepInboundText } from '../../store/inbound-texts.ts';
import { append } from '../../store/ledger.ts';
import { factsOf, pathwaysOfFact, recordFact, uncarriedFactsOf } from '../../store/person-facts.ts';
import {
  anAppointment,
  DeliveryUnderTest,
  mondayMorning,
  planMessage,
  startGateway,
  tuesdayAfternoon,
} from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import {
  aSummary,
  anActor,
  anAppend,
  anIntent,
  force,
  openAPathway,
  openStore,
  otherForce,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

// STOP came from a number before the person who has it now was known here by it.

let store: StoreUnderTest;
let under: GatewayUnderTest;
let phones = 0;

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

const aPhone = (): string => `+4477009007${String(10 + phones++)}`;

/** By the address of which force. */
const hears = (from: string, words: string, receivedAt: string, at = force) =>
  keepInboundText(store.db, { ...readReply(words), gatewayId: randomUUID(), from, words, receivedAt }, at);

const takenIn = (mobile: string): Promise<PlannedMessage> => planMessage(store.db, { person: { mobile } });

const run = (message: PlannedMessage) =>
  new DeliveryUnderTest({ db: store.db, gateway: under.gateway }).run(message);

const stops = async ({ forceId, personId }: PlannedMessage) =>
  (await factsOf(store.db, forceId, personId)).filter(({ kind }) => kind === 'stop-texts');

test.each(['STOPIWCH', 'DIM', 'STOP', 'Please stop texting me'])(
  'M91 %s is of whoever is taken in with the number later: nothing is handed over, and their case hears of it',
  async (words) => {
    const mobile = aPhone();
    await hears(mobile, words, '2026-01-05T10:00:00.000Z');
    const message = await takenIn(mobile);
    expect(await run(message)).toMatchObject({ status: 'skipped', reason: 'texts-stopped' });
    expect(under.standIn().record()).toEqual([]);
    const [fact, ...more] = await stops(message);
    expect(more).toEqual([]);
    expect(fact).toMatchObject({ recordedAs: 'System', occurredAt: '2026-01-05T10:00:00.000Z' });
    expect(await uncarriedFactsOf(store.db, message.forceId, message.personId)).toEqual([fact?.factId]);
    const told = await pathwaysOfFact(store.db, message.forceId, fact?.factId ?? '');
    expect(told.map(({ pathwayId }) => pathwayId)).toEqual([message.pathwayId]);
  },
);

test('START from the number since, or that the person wants texts, ends it; the stop of another number is none', async () => {
  const again = aPhone();
  await hears(again, 'STOPIWCH', '2026-01-05T10:00:00.000Z');
  await hears(again, 'START', '2026-01-06T10:00:00.000Z');
  const started = await takenIn(again);
  expect(await run(started)).toMatchObject({ status: 'sent' });

  const wanted = aPhone();
  await hears(wanted, 'STOPIWCH', '2026-01-05T10:00:00.000Z');
  const allowed = await takenIn(wanted);
  const { forceId, personId } = allowed;
  await recordFact(store.db, {
    ...{ forceId, personId, requestId: randomUUID(), reason: null, actor: anActor() },
    ...{ kind: 'texts-allowed', occurredAt: '2026-02-02T10:00:00.000Z' },
  });
  expect(await run(allowed)).toMatchObject({ status: 'sent' });

  const other = await takenIn(aPhone());
  expect(await run(other)).toMatchObject({ status: 'sent' });
  for (const message of [started, allowed, other]) expect(await stops(message)).toEqual([]);
});

describe('where several forces share one sender', () => {
  const stop = '2026-01-05T10:00:00.000Z';
  const start = '2026-01-06T10:00:00.000Z';

  test.each(['STOPIWCH', 'DIM'])(
    'M91 %s that nobody knew and another force keeps is of whoever is taken in here, however their number is written',
    async (words) => {
      for (const written of [(number: string) => number, spelledAtHome]) {
        const mobile = aPhone();
        const kept = await hears(mobile, words, stop, otherForce);
        expect(kept.map(({ replies }) => replies[0].forceId)).toEqual([otherForce]);
        const message = await takenIn(written(mobile));
        expect(await run(message)).toMatchObject({ status: 'skipped', reason: 'texts-stopped' });
        expect(await stops(message)).toMatchObject([{ recordedAs: 'System', occurredAt: stop }]);
      }
      expect(under.standIn().record()).toEqual([]);
    },
  );

  const spelledAtHome = (number: string): string => `0${number.slice(3, 7)} ${number.slice(7)}`;

  test('and what this one keeps of whoever is taken in there', async () => {
    const mobile = aPhone();
    await hears(mobile, 'STOPIWCH', stop);
    const message = await takenInThere(mobile);
    expect(await run(message)).toMatchObject({ status: 'skipped', reason: 'texts-stopped' });
    expect(await stops(message)).toMatchObject([{ occurredAt: stop }]);
  });

  /** Which of the two keeps what, and what came last from the number. */
  test.each([
    [force, otherForce, 'START', 'sent'],
    [otherForce, force, 'START', 'sent'],
    [force, otherForce, 'STOPIWCH', 'skipped'],
    [otherForce, force, 'STOPIWCH', 'skipped'],
  ])('what came last decides, whoever keeps it: %s, then %s %s', async (first, last, words, status) => {
    const mobile = aPhone();
    await hears(mobile, words === 'START' ? 'STOPIWCH' : 'START', stop, first);
    await hears(mobile, words, start, last);
    expect(await run(await takenIn(mobile))).toMatchObject({ status });
    expect(await run(await takenInThere(mobile))).toMatchObject({ status });
  });

  test('of two of one instant it is the stop', async () => {
    const mobile = aPhone();
    await hears(mobile, 'START', stop);
    await hears(mobile, 'STOPIWCH', stop, otherForce);
    expect(await run(await takenIn(mobile))).toMatchObject({ status: 'skipped' });
  });

  async function takenInThere(mobile: string): Promise<PlannedMessage> {
    const summary = aSummary({ appointments: [anAppointment()] });
    const { pathwayId, personId } = await openAPathway(store.db, {
      ...{ forceId: otherForce, receivedAt: '2026-02-02T09:00:00.000Z', person: { mobile } },
      entry: { summary },
    });
    const intents = [anIntent({ notBefore: mondayMorning, expiresAt: tuesdayAfternoon })];
    const entry = { summary, intents };
    const { openIntents } = await append(store.db, anAppend(pathwayId, 1, entry, otherForce), 'test');
    return { forceId: otherForce, intentId: openIntents[0]?.intentId ?? '', pathwayId, personId };
  }
});

test('what was said of texts before it does not outlive it', async () => {
  const mobile = aPhone();
  await hears(mobile, 'STOPIWCH', '2026-01-05T10:00:00.000Z');
  const message = await takenIn(mobile);
  const { forceId, personId } = message;
  await recordFact(store.db, {
    ...{ forceId, personId, requestId: randomUUID(), reason: null, actor: anActor() },
    ...{ kind: 'texts-allowed', occurredAt: '2026-01-01T10:00:00.000Z' },
  });
  expect(await run(message)).toMatchObject({ status: 'skipped', reason: 'texts-stopped' });
});
