import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createMessageActivities } from '../../activities/deliver-message.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import { sendCommand } from '../../platform/pathway-runs.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { messagesOf } from '../../store/messages.ts';
import { recordFact } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { createTestDatabase } from '../support/database.ts';
import { startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest } from '../support/delivery.ts';
import { startEngine } from '../support/engine.ts';
import type { TestEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { actor, command, now, openDiversion, prepareForce, testForce } from '../support/pathways.ts';
import type { OpenedDiversion } from '../support/pathways.ts';

// A reminder from the booking to the phone: ledger, workflow, timer, activity with its retries, library, gateway.

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let under: GatewayUnderTest;
let engine: TestEngine;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  under = await startGateway();
  engine = await startEngine({
    db,
    messages: createMessageActivities({ db, gateway: under.gateway, numbers: numberPlanOf('test') }),
  });
}, 60_000);

afterAll(async () => {
  await engine.close();
  await under.close();
  await db.close();
  await database.drop();
});

/** Its reminder is due in two seconds, at any time of the day. */
async function bookWithReminder(): Promise<OpenedDiversion> {
  const pathway = await openDiversion(db, {
    policy: {
      messages: {
        reminder: { before: { unit: 'seconds', count: 3_598 }, at: null },
        sendFrom: '00:00',
        sendUntil: '00:00',
      },
    },
  });
  const hourMs = 3_600_000;
  const data = {
    kind: 'assessment',
    startsAt: toInstant(Date.now() + hourMs),
    endsAt: toInstant(Date.now() + 2 * hourMs),
    placeCode: 'ddas-carmarthen',
  };
  await sendCommand(engine.client, pathway, command('book-appointment', 'ProviderWorker', data), 15_000);
  return pathway;
}

async function messageOf({ pathwayId }: OpenedDiversion) {
  const [message, ...others] = await messagesOf(db, wholeForce(testForce), pathwayId);
  expect(others).toEqual([]);
  expect(message).toBeDefined();
  return message;
}

test('reaches the phone once, through a busy gateway and a broken connection', async () => {
  await under.script({ on: 'create', does: 'too-many', retryAfterSeconds: 1 });
  await under.script({ on: 'create', does: 'accept-then-reset' });
  const pathway = await bookWithReminder();
  const sent = await eventually(async () => {
    const message = await messageOf(pathway);
    expect(message?.status).toBe('sent');
    return message;
  }, 30_000);
  expect(under.standIn().record()).toMatchObject([
    { accepted: false, fault: 'too-many' },
    {
      accepted: true,
      fault: 'accept-then-reset',
      to: '+447700900123',
      body: sent?.body,
      sid: sent?.gatewayId,
    },
  ]);
}, 60_000);

test('is kept back by a stop that the pathway has not heard of', async () => {
  const before = under.standIn().record().length;
  const pathway = await bookWithReminder();
  await recordFact(db, {
    ...{ forceId: testForce, requestId: pathway.pathwayId, occurredAt: now(), reason: null },
    ...{ actor: actor('ProviderWorker'), kind: 'stop-texts', personId: pathway.personId },
  });
  await eventually(async () => {
    expect(await messageOf(pathway)).toMatchObject({ status: 'skipped', reason: 'texts-stopped' });
  }, 30_000);
  expect(under.standIn().record()).toHaveLength(before);
}, 60_000);
