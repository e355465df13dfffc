import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { settleGivenUpMessages } from '../../store/given-up-messages.ts';
import { append } from '../../store/ledger.ts';
import { handOver } from '../../store/message-handover.ts';
import { claimForSending, messageById } from '../../store/messages.ts';
import { deliveryCommandId } from '../../workflows/domain/common/command.ts';
import {
  aSummary,
  anAppend,
  anEntry,
  anIntent,
  force,
  openAPathway,
  judgedNow,
  openStore,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

interface Planned {
  readonly pathwayId: string;
  readonly intentId: string;
}

async function planOne(): Promise<Planned> {
  const { pathwayId } = await openAPathway(store.db, { entry: { intents: [anIntent()] } });
  const { openIntents } = await append(store.db, anAppend(pathwayId, 0, null), 'test');
  return { pathwayId, intentId: openIntents[0]?.intentId ?? '' };
}

/** What the engine records when it gives a delivery up. */
async function reportFailure({ pathwayId, intentId }: Planned): Promise<void> {
  const entry = anEntry({ commandId: deliveryCommandId(intentId) });
  const { recorded } = await append(store.db, { ...anAppend(pathwayId, 1), entry }, 'test');
  expect(recorded).toBe(true);
}

const giveUp = () => settleGivenUpMessages(store.db, { reportOf: deliveryCommandId(''), limit: 100 });

async function stateOf({ intentId }: Planned) {
  const message = await messageById(store.db, force, intentId);
  return [message?.status, message?.reason, message?.settledAt === null];
}

async function claimedLongAgo({ intentId }: Planned, claimId = randomUUID()): Promise<string> {
  await claimForSending(store.db, force, intentId, claimId);
  await store.db.pool.query(
    `update message set claimed_at = clock_timestamp() - interval '20 minutes' where force_id = $1 and id = $2`,
    [force, intentId],
  );
  return claimId;
}

const text = {
  handedOverAt: '2026-09-02T10:00:00.000Z',
  to: '+447700900123',
  language: 'en',
  body: 'Hello',
} as const;

test('a message whose delivery was given up has failed, is owed no more, and cannot be sent any more', async () => {
  const given = await planOne();
  const waiting = await planOne();
  await reportFailure(given);
  expect(await giveUp()).toBe(1);
  expect(await stateOf(given)).toEqual(['failed', 'gave-up', false]);
  expect(await stateOf(waiting)).toEqual(['planned', null, true]);
  const { openIntents } = await append(store.db, anAppend(given.pathwayId, 0, null), 'test');
  expect(openIntents).toEqual([]);
  expect(await claimForSending(store.db, force, given.intentId, 'late')).toMatchObject({ state: 'settled' });
  expect(await giveUp()).toBe(0);
});

test('one that was given to the gateway is not known to have failed; one that is being sent is left alone', async () => {
  const handed = await planOne();
  const claimId = await claimedLongAgo(handed);
  expect(
    await handOver(
      store.db,
      { forceId: force, intentId: handed.intentId, claimId, attempt: 1 },
      text,
      await judgedNow(store.db, handed.intentId),
    ),
  ).toBe(true);
  const died = await planOne();
  const diedClaim = await claimedLongAgo(died);
  const busy = await planOne();
  await claimForSending(store.db, force, busy.intentId, 'busy');
  for (const one of [handed, died, busy]) await reportFailure(one);
  expect(await giveUp()).toBe(2);
  expect(await stateOf(handed)).toEqual(['unknown', 'gave-up', false]);
  expect(await stateOf(died)).toEqual(['failed', 'gave-up', false]);
  expect(await stateOf(busy)).toEqual(['sending', null, true]);
  // Who held it and wakes up late hands nothing over.
  const late = { forceId: force, intentId: died.intentId, claimId: diedClaim, attempt: 1 };
  expect(await handOver(store.db, late, text, await judgedNow(store.db, late.intentId))).toBe(false);
});

test('of a closed pathway, which hears of no failure, what is over for a day and a half', async () => {
  const expiresAt = new Date(Date.now() - 38 * 3_600_000).toISOString();
  const planExpired = async (closedAt: string | null): Promise<Planned> => {
    const one = await planOne();
    const summary = aSummary({
      stage: 'closed',
      closedAt,
      closureReason: closedAt === null ? null : 'moved',
    });
    await append(store.db, anAppend(one.pathwayId, 1, { summary }), 'test');
    await store.db.pool.query(
      `update message set planned_at = $3, expires_at = $3 where force_id = $1 and id = $2`,
      [force, one.intentId, expiresAt],
    );
    return one;
  };
  const closed = await planExpired(expiresAt);
  const open = await planExpired(null);
  expect(await giveUp()).toBe(1);
  expect(await stateOf(closed)).toEqual(['failed', 'gave-up', false]);
  expect(await stateOf(open)).toEqual(['planned', null, true]);
});
