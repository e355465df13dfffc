import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { sendCommand } from '../../platform/pathway-runs.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { messageById, messagesOf } from '../../store/messages.ts';
import { pathwayById } from '../../store/pathways.ts';
import { wholeForce } from '../../store/scope.ts';
import type { MessageActivities } from '../../workflows/contract/activities.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { createTestDatabase } from '../support/database.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { command, openDiversion, prepareForce, testForce } from '../support/pathways.ts';
import type { OpenedDiversion } from '../support/pathways.ts';

// What a run makes of deliveries that end otherwise than with a text.

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let engine: TestEngine;
const delivered: string[] = [];
let deliver: (purpose: string) => ReturnType<MessageActivities['deliverMessage']>;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  const messages: MessageActivities = {
    deliverMessage: async ({ forceId, intentId }) => {
      const purpose = (await messageById(db, forceId, intentId))?.purpose ?? 'none';
      delivered.push(purpose);
      return await deliver(purpose);
    },
  };
  engine = await startEngine({ db, messages });
}, 60_000);

afterAll(async () => {
  await engine.close();
  await db.close();
  await database.drop();
});

beforeEach(() => {
  delivered.length = 0;
});

async function booked(): Promise<OpenedDiversion> {
  const pathway = await openDiversion(db, {
    policy: {
      messages: {
        reminder: { before: { unit: 'days', count: 1 }, at: null },
        purposes: ['appointment-booked', 'text-not-sent'],
        sendFrom: '00:00',
        sendUntil: '00:00',
      },
    },
  });
  const data = {
    ...{ appointmentId: `a-${pathway.pathwayId}`, kind: 'assessment', placeCode: 'hub' },
    ...{ startsAt: toInstant(Date.now() + 3_600_000), endsAt: toInstant(Date.now() + 7_200_000) },
  };
  await sendCommand(engine.client, pathway, command('book-appointment', 'ProviderWorker', data), 15_000);
  return pathway;
}

/** What the pathway was told, and who is asked, once the e-mail about it was tried too. */
async function told({ pathwayId }: OpenedDiversion) {
  await eventually(() => {
    expect(delivered).toEqual(['appointment-booked', 'text-not-sent']);
    return Promise.resolve();
  }, 30_000);
  // The next command goes behind whatever the e-mail's delivery reports.
  const events = await readEvents(db, wholeForce(testForce), pathwayId);
  const row = await pathwayById(db, wholeForce(testForce), pathwayId);
  const messages = await messagesOf(db, wholeForce(testForce), pathwayId);
  return {
    data: events.filter(({ type }) => type === 'message-not-sent').map(({ data }) => data),
    codes: row?.attention.map(({ code }) => code),
    purposes: messages.map(({ purpose }) => purpose).sort(),
  };
}

test('M95, M189 a text that the engine gives up is told as the text it was, and an e-mail that it gives up asks nobody', async () => {
  deliver = () => Promise.reject(ApplicationFailure.nonRetryable('given up'));
  const pathway = await booked();
  const { data, codes, purposes } = await told(pathway);
  expect(data).toMatchObject([{ outcome: 'failed', purpose: 'appointment-booked' }]);
  expect(codes).toEqual(['message-not-sent']);
  expect(purposes).toEqual(['appointment-booked', 'text-not-sent']);
  const attempt = { channel: 'phone', result: 'no-answer', by: 'person' };
  await sendCommand(
    engine.client,
    pathway,
    command('record-contact-attempt', 'ProviderWorker', attempt),
    15_000,
  );
  expect((await told(pathway)).data).toHaveLength(1);
}, 60_000);

test('M90 a number that is known to be wrong elsewhere is told of, and somebody is written to', async () => {
  deliver = (purpose) =>
    Promise.resolve({
      ...{ status: 'skipped', purpose, at: toInstant(Date.now()) },
      ...(purpose === 'appointment-booked' ? { reason: 'wrong-number' } : { reason: 'no-address' }),
    });
  const { data, codes, purposes } = await told(await booked());
  expect(data).toMatchObject([{ outcome: 'skipped', purpose: 'appointment-booked', reason: 'wrong-number' }]);
  expect(codes).toEqual(['reach-another-way']);
  expect(purposes).toEqual(['appointment-booked', 'text-not-sent']);
}, 60_000);
