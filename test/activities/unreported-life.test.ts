import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { createMessageActivities } from '../../activities/deliver-message.ts';
import { createEmailGateway } from '../../activities/gateways/email.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import { lookAgain, sendCommand, startRun } from '../../platform/pathway-runs.ts';
import { startSmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import type { SmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { messagesOf } from '../../store/messages.ts';
import { pathwayById } from '../../store/pathways.ts';
import { recordFact } from '../../store/person-facts.ts';
import type { FactSaid } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import { pathwayWorkflowId, viewQuery } from '../../workflows/contract/temporal.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { createTestDatabase } from '../support/database.ts';
import { startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest } from '../support/delivery.ts';
import { startEngine } from '../support/engine.ts';
import type { TestEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { actor, command, now, openDiversion, prepareForce, testForce } from '../support/pathways.ts';
import type { OpenedDiversion } from '../support/pathways.ts';

// A text that is settled, and whose worker dies before it says so to a run that is gone when it would be tried again.

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let under: GatewayUnderTest;
let directory: string;
let inbox: SmtpInbox;
let engine: TestEngine;
/** The purposes of the messages of every try, in order. */
const tries: string[] = [];
/** Of the text of this purpose, the next try dies when it is settled. */
let dying: string | null = null;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  under = await startGateway();
  directory = mkdtempSync(join(tmpdir(), 'unreported-life-'));
  inbox = await startSmtpInbox({ port: 0, pagePort: 0, directory });
  const real = createMessageActivities({
    ...{ db, gateway: under.gateway, numbers: numberPlanOf('test') },
    emails: createEmailGateway({
      ...{ smtpUrl: inbox.smtpUrl, from: 'messages@contact.example', timeoutMs: 2_000 },
    }),
  });
  engine = await startEngine({
    db,
    messages: {
      async deliverMessage(input) {
        const outcome = await real.deliverMessage(input);
        tries.push(outcome.purpose);
        if (outcome.purpose !== dying) return outcome;
        dying = null;
        throw ApplicationFailure.create({ type: 'worker-died', nextRetryDelay: '1 hour' });
      },
    },
  });
}, 60_000);

afterAll(async () => {
  await engine.close();
  await under.close();
  await inbox.close();
  rmSync(directory, { recursive: true });
  await db.close();
  await database.drop();
});

beforeEach(() => {
  tries.length = 0;
  dying = null;
});

/** The reminder is due at once, or never. */
const opened = (mobile: string | null = '07700 900123', reminder = false) =>
  openDiversion(db, {
    person: { mobile, email: 'sian@example.org' },
    policy: {
      messages: {
        reminder: { before: { unit: 'seconds', count: reminder ? 3_598 : 86_400 }, at: null },
        ...{ purposes: ['appointment-booked'], sendFrom: '00:00', sendUntil: '00:00' },
      },
    },
  });

async function book(pathway: OpenedDiversion): Promise<void> {
  const data = {
    ...{ kind: 'assessment', placeCode: 'hub' },
    ...{ startsAt: toInstant(Date.now() + 3_600_000), endsAt: toInstant(Date.now() + 7_200_000) },
  };
  await sendCommand(engine.client, pathway, command('book-appointment', 'ProviderWorker', data), 15_000);
}

async function attempt(
  pathway: OpenedDiversion,
  result: 'no-answer' | 'reached' = 'no-answer',
): Promise<void> {
  const data = { channel: 'phone', result, by: 'person' };
  await sendCommand(
    engine.client,
    pathway,
    command('record-contact-attempt', 'ProviderWorker', data),
    15_000,
  );
}

const tell = ({ pathwayId, personId }: OpenedDiversion, said: FactSaid) =>
  recordFact(db, {
    ...{ forceId: testForce, requestId: pathwayId, occurredAt: now(), reason: null },
    ...{ actor: actor('ProviderWorker'), personId, ...said },
  });

const handleOf = ({ pathwayId }: OpenedDiversion) =>
  engine.client.workflow.getHandle(pathwayWorkflowId(pathwayId));

async function settledAs(pathway: OpenedDiversion, status: string): Promise<void> {
  await eventually(async () => {
    expect(await messagesOf(db, wholeForce(testForce), pathway.pathwayId)).toMatchObject([{ status }]);
    expect(dying).toBeNull();
  }, 30_000);
}

async function told({ pathwayId }: OpenedDiversion) {
  const events = await readEvents(db, wholeForce(testForce), pathwayId);
  return events.filter(({ type }) => type === 'message-not-sent').map(({ data }) => data);
}

async function asked({ pathwayId }: OpenedDiversion) {
  const row = await pathwayById(db, wholeForce(testForce), pathwayId);
  return row?.attention.map(({ code }) => code);
}

/** Once it has done what it makes of the ledger. */
async function looksAgain(pathway: OpenedDiversion): Promise<void> {
  await lookAgain(engine.client, pathway.pathwayId);
  // A command goes behind it, and once more behind what the delivery reports.
  await attempt(pathway);
  await eventually(async () => {
    expect(await handleOf(pathway).query(viewQuery)).toMatchObject({ deliveries: 0, inbox: 0 });
  }, 30_000);
  await attempt(pathway);
}

/** As after the loss of Temporal's store. */
async function runAnew(pathway: OpenedDiversion): Promise<void> {
  await handleOf(pathway).terminate('test');
  await startRun(engine.client, pathway);
}

test('M189, M209 a text that fails while its run is continued as a new one is told of after all, once, and never sent again', async () => {
  const before = under.standIn().record().length;
  await under.script({ on: 'create', does: 'refuse', code: 30007 });
  dying = 'appointment-booked';
  const pathway = await opened();
  await book(pathway);
  await settledAs(pathway, 'failed');
  const { runId } = await handleOf(pathway).describe();
  // The run sees how long its history is when it has work; then it waits five seconds for its delivery.
  while ((await handleOf(pathway).describe()).historyLength < 1_020) {
    await Promise.all(Array.from({ length: 5 }, () => attempt(pathway)));
  }
  await eventually(async () => {
    expect((await handleOf(pathway).describe()).runId).not.toBe(runId);
  }, 30_000);
  await eventually(async () => {
    expect(await told(pathway)).toMatchObject([{ outcome: 'failed', purpose: 'appointment-booked' }]);
  }, 30_000);
  expect(await asked(pathway)).toContain('message-not-sent');
  await looksAgain(pathway);
  expect(await told(pathway)).toHaveLength(1);
  expect(tries).toHaveLength(2);
  expect(under.standIn().record()).toHaveLength(before + 1);
}, 120_000);

test('M189 a report that the rules refuse is not made again once what it would have asked for is done', async () => {
  dying = 'appointment-reminder';
  const pathway = await opened(null, true);
  await book(pathway);
  await eventually(() => {
    expect(tries).toEqual(['appointment-booked', 'appointment-reminder']);
    return Promise.resolve();
  }, 30_000);
  expect(await asked(pathway)).toContain('reach-another-way');
  await runAnew(pathway);
  await looksAgain(pathway);
  // Somebody is asked already.
  expect(tries).toHaveLength(3);
  await attempt(pathway, 'reached');
  expect(await asked(pathway)).not.toContain('reach-another-way');
  await runAnew(pathway);
  await looksAgain(pathway);
  expect(await asked(pathway)).not.toContain('reach-another-way');
  expect(tries).toHaveLength(3);
  expect(await told(pathway)).toHaveLength(1);
}, 60_000);

test('M86, M90 a text that no phone can take, and whose run is lost, is followed by the one e-mail that tells the same', async () => {
  const pathway = await opened(null);
  await tell(pathway, { kind: 'contact-preferences', preferences: { email: 'yes' } });
  dying = 'appointment-booked';
  await book(pathway);
  await settledAs(pathway, 'skipped');
  expect(inbox.record()).toEqual([]);
  await runAnew(pathway);
  await eventually(async () => {
    const all = await messagesOf(db, wholeForce(testForce), pathway.pathwayId);
    expect(all.map(({ channel, status }) => `${channel} ${status}`).sort()).toEqual([
      'email sent',
      'sms skipped',
    ]);
  }, 30_000);
  await runAnew(pathway);
  await looksAgain(pathway);
  expect(inbox.mails()).toMatchObject([{ to: ['sian@example.org'] }]);
  expect(tries).toHaveLength(3);
}, 60_000);

test('M91 a text that is rightly skipped is asked for by no later run', async () => {
  const before = under.standIn().record().length;
  const pathway = await opened();
  await tell(pathway, { kind: 'stop-texts' });
  dying = 'appointment-booked';
  await book(pathway);
  await settledAs(pathway, 'skipped');
  await runAnew(pathway);
  await looksAgain(pathway);
  expect(await told(pathway)).toEqual([]);
  expect(tries).toHaveLength(1);
  expect(under.standIn().record()).toHaveLength(before);
}, 60_000);
