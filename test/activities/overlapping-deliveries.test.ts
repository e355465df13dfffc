import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createMessageActivities } from '../../activities/deliver-message.ts';
import type { SmsGateway } from '../../activities/gateways/sms.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import { FieldEncryption } from '../../platform/field-encryption.ts';
import { KeyRing } from '../../platform/key-ring.ts';
import { createLog } from '../../platform/log.ts';
import type { CreateAttempt } from '../../stand-ins/twilio-record.ts';
import type { Database } from '../../store/database.ts';
import { messageById } from '../../store/messages.ts';
import { recordFact } from '../../store/person-facts.ts';
import { deliveryWaitTypes } from '../../workflows/contract/activities.ts';
import {
  DeliveryUnderTest,
  Moment,
  mondayMorning,
  planMessage,
  startGateway,
  withDelays,
} from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import { anActor, openStore, testKeys } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

// Tries of one delivery that overlap, since Temporal missed the first one, and trouble that outlasts a try.

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

async function record(
  kind: 'stop-texts' | 'texts-allowed',
  { forceId, personId }: PlannedMessage,
): Promise<void> {
  const fact = {
    forceId,
    requestId: randomUUID(),
    occurredAt: mondayMorning,
    reason: null,
    actor: anActor(),
  };
  expect(await recordFact(db, { ...fact, kind, personId })).toMatchObject({ created: true });
}

describe('I2 a try that was believed dead and wakes', () => {
  /** What nobody waits for any more when a test is over, however it ended. */
  const releases: Moment[] = [];

  afterEach(() => {
    for (const moment of releases.splice(0)) moment.isThere();
  });

  /** Held up before a statement of its own, until the next try has handed the text over and calls the gateway. */
  function overlapping(heldUpAt: RegExp, beforeClaim: (one: DeliveryUnderTest) => void = () => undefined) {
    const [heldUp, handedOver] = [new Moment(), new Moment()];
    releases.push(handedOver);
    let isFirst = true;
    const slow = withDelays(db, async (sql) => {
      if (!isFirst) return;
      if (sql.includes('attempts = attempts + 1')) beforeClaim(one);
      if (!heldUpAt.test(sql)) return;
      isFirst = false;
      heldUp.isThere();
      await handedOver.come;
    });
    let first: Promise<unknown> = Promise.resolve();
    const gateway: SmsGateway = {
      async send(text) {
        handedOver.isThere();
        await first;
        return under.gateway.send(text);
      },
      find: (text, since) => under.gateway.find(text, since),
    };
    const one = new DeliveryUnderTest({ db: slow, gateway });
    return {
      one,
      start: async (message: PlannedMessage): Promise<void> => {
        first = one.attempt(message).catch(() => undefined);
        await heldUp.come;
      },
    };
  }

  test('gives nothing back that the next one has handed over: it had to wait, and sees the morning', async () => {
    const message = await planMessage(db);
    const { one, start } = overlapping(/status = 'planned', claim_id = null/, (slow) => {
      slow.now = '2026-03-02T20:00:00.000Z';
    });
    await start(message);
    one.now = '2026-03-03T08:00:00.000Z';
    expect(await one.attempt(message)).toMatchObject({ status: 'sent' });
    expect(await one.run(message)).toMatchObject({ status: 'sent' });
    expect(attempts()).toMatchObject([{ accepted: true }]);
  });

  test('calls nothing skipped that the next one sends: the person had stopped texts, and allowed them again', async () => {
    const message = await planMessage(db);
    await record('stop-texts', message);
    const { one, start } = overlapping(/settled_at = clock_timestamp\(\)/);
    await start(message);
    await record('texts-allowed', message);
    expect(await one.attempt(message)).toMatchObject({ status: 'sent' });
    expect(await rowOf(message)).toMatchObject({
      status: 'sent',
      reason: null,
      gatewayId: accepted()[0]?.sid,
    });
    expect(attempts()).toHaveLength(1);
  });

  test('may still say what the gateway answered to it, while the next one looks for it', async () => {
    const message = await planMessage(db);
    const [asked, looked] = [new Moment(), new Moment()];
    releases.push(looked);
    const gateway: SmsGateway = {
      async send(text) {
        asked.isThere();
        await looked.come;
        return under.gateway.send(text);
      },
      find: (text, since) => under.gateway.find(text, since),
    };
    const one = delivery(gateway);
    const first = one.attempt(message);
    await asked.come;
    await expect(one.attempt(message)).rejects.toMatchObject({ type: deliveryWaitTypes.lookUp });
    looked.isThere();
    expect(await first).toMatchObject({ status: 'sent' });
    expect(await one.run(message)).toMatchObject({ status: 'sent' });
    expect(attempts()).toHaveLength(1);
  });
});

describe('trouble that no later try ends', () => {
  test('a key that is missing is waited for, and the operator is told once', async () => {
    const message = await planMessage(db);
    const lines: string[] = [];
    const log = createLog(
      { level: 'info', process: 'worker', build: 'test' },
      { write: (line) => lines.push(line) },
    );
    const fields = new FieldEncryption(new KeyRing([testKeys.second]), Buffer.alloc(32, 9));
    const environment = new MockActivityEnvironment(
      {},
      { logger: new DefaultLogger('ERROR', () => undefined) },
    );
    const activities = createMessageActivities({
      ...{ db: { ...db, fields }, gateway: under.gateway, numbers: numberPlanOf('test'), log },
      clock: () => mondayMorning,
    });
    for (let time = 0; time < 3; time += 1) {
      await expect(environment.run(() => activities.deliverMessage(message))).rejects.toMatchObject({
        message: 'DeliveryBroken (MissingKeyError)',
        nonRetryable: false,
      });
    }
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 'error', error: { type: 'MissingKeyError' }, intentId: message.intentId },
    ]);
    expect(await delivery().run(message)).toMatchObject({ status: 'sent' });
  });
});
