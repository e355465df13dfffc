import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createMessageActivities } from '../../activities/deliver-message.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import type { Database } from '../../store/database.ts';
import { messageById } from '../../store/messages.ts';
import { recordFact } from '../../store/person-facts.ts';
import { deliveryWaitTypes } from '../../workflows/contract/activities.ts';
import { DeliveryUnderTest, mondayMorning, planMessage, startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest } from '../support/delivery.ts';
import { eventually } from '../support/eventually.ts';
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

const tries = (): readonly boolean[] =>
  under
    .standIn()
    .record()
    .map(({ accepted }) => accepted);
const delivery = (): DeliveryUnderTest => new DeliveryUnderTest({ db, gateway: under.gateway });
const tooMany = (times: number): Promise<void> =>
  under.script({ on: 'create', does: 'too-many', retryAfterSeconds: 1, times });

describe('asked to wait for a second', () => {
  test('the try itself waits that long, and the text leaves once', async () => {
    const message = await planMessage(db);
    await tooMany(1);
    expect(await delivery().attempt(message)).toMatchObject({ status: 'sent' });
    expect(tries()).toEqual([false, true]);
  });

  test('what is recorded in that second binds the text', async () => {
    const message = await planMessage(db);
    const { forceId, personId } = message;
    await tooMany(1);
    const going = delivery().attempt(message);
    await eventually(() => {
      expect(tries()).toEqual([false]);
    });
    const fact = { forceId, requestId: randomUUID(), occurredAt: mondayMorning, reason: null };
    await recordFact(db, { ...fact, actor: anActor(), kind: 'stop-texts', personId });
    expect(await going).toMatchObject({ status: 'skipped', reason: 'texts-stopped' });
    expect(tries()).toEqual([false]);
  });

  test('stopped meanwhile with its worker, it is given back, and no trouble that the operator is told of', async () => {
    const message = await planMessage(db);
    await tooMany(1);
    const told: unknown[] = [];
    const activities = createMessageActivities({
      ...{ db, gateway: under.gateway, numbers: numberPlanOf('test'), clock: () => mondayMorning },
      log: { error: (...line: unknown[]) => told.push(line) },
    });
    const environment = new MockActivityEnvironment(
      { scheduleToCloseTimeoutMs: 0 },
      { logger: new DefaultLogger('ERROR', () => undefined) },
    );
    const going = environment.run(() => activities.deliverMessage(message));
    const ended = expect(going).rejects.toMatchObject({
      type: deliveryWaitTypes.gateway,
      nonRetryable: false,
    });
    await eventually(async () => {
      const row = await messageById(db, message.forceId, message.intentId);
      expect(row).toMatchObject({ status: 'planned', attempts: 1 });
    });
    environment.cancel('WORKER_SHUTDOWN');
    await ended;
    expect(told).toEqual([]);
    expect(await delivery().attempt(message)).toMatchObject({ status: 'sent' });
    expect(tries()).toEqual([false, true]);
  });

  test('a fourth time, it waits where it holds no place at the worker', async () => {
    const message = await planMessage(db);
    await tooMany(4);
    const one = delivery();
    await expect(one.attempt(message)).rejects.toThrow();
    expect(one.failures).toMatchObject([{ type: deliveryWaitTypes.gateway, pauseSeconds: 1 }]);
    const row = await messageById(db, message.forceId, message.intentId);
    expect(row).toMatchObject({ status: 'planned', claimId: null });
    expect(await one.run(message)).toMatchObject({ status: 'sent' });
    expect(tries()).toEqual([false, false, false, false, true]);
  }, 15_000);
});
