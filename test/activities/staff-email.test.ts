import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createMessageActivities } from '../../activities/deliver-message.ts';
import { createEmailGateway } from '../../activities/gateways/email.ts';
import { createSmsGateway } from '../../activities/gateways/sms.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import { startSmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import type { SmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { messagesOf } from '../../store/messages.ts';
import { wholeForce } from '../../store/scope.ts';
import { setStaffAddress } from '../../store/staff-addresses.ts';
import { withAllMessages } from '../../workflows/domain/common/default-messages.ts';
import type { DeliveryOutcome } from '../../workflows/contract/envelope.ts';
import { createTestDatabase } from '../support/database.ts';
import { openDiversion, prepareForce, testForce, testProvider } from '../support/pathways.ts';

// What a referral tells the team and the officer, from its opening to the inbox.

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let directory: string;
let inbox: SmtpInbox;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
}, 60_000);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'staff-email-'));
  inbox = await startSmtpInbox({ port: 0, pagePort: 0, directory });
});

afterEach(async () => {
  await inbox.close();
  rmSync(directory, { recursive: true });
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

async function planned(purpose: string) {
  const { messages } = withAllMessages((await openDiversion(db)).policy);
  const { pathwayId } = await openDiversion(db, { policy: { messages } });
  const all = await messagesOf(db, wholeForce(testForce), pathwayId);
  const message = all.find((each) => each.purpose === purpose);
  if (message === undefined) throw new Error(`No ${purpose} is planned`);
  return { pathwayId, intentId: message.intentId };
}

async function deliver(intentId: string): Promise<DeliveryOutcome> {
  const activities = createMessageActivities({
    db,
    gateway: createSmsGateway({
      accountSid: `AC${'1'.repeat(32)}`,
      authToken: 'secret',
      from: '+447700900001',
    }),
    numbers: numberPlanOf('test'),
    emails: createEmailGateway({ smtpUrl: inbox.smtpUrl, from: 'messages@contact.example', timeoutMs: 300 }),
    publicUrl: 'https://contact.example',
  });
  const environment = new MockActivityEnvironment({
    activityId: '1',
    workflowExecution: { workflowId: 'pathway:test', runId: randomUUID() },
  });
  return environment.run(
    (message: { readonly forceId: string; readonly intentId: string }): Promise<DeliveryOutcome> =>
      activities.deliverMessage(message),
    { forceId: testForce, intentId },
  );
}

async function script(does: string): Promise<void> {
  const { status } = await fetch(`${inbox.url}/stand-in/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ does }),
  });
  expect(status).toBe(201);
}

const address = { address: 'team@provider.example', changedBy: 'u-1' };
const team = { forceId: testForce, kind: 'team', ownerId: testProvider } as const;
const officer = { forceId: testForce, kind: 'user', ownerId: 'user-PoliceOfficer' } as const;

test('without an address it is skipped, and nobody is asked to reach the person', async () => {
  const { intentId } = await planned('new-referral');
  expect(await deliver(intentId)).toMatchObject({ status: 'skipped', reason: 'no-address' });
  expect(inbox.record()).toEqual([]);
});

test('a new referral goes to the inbox of the team, once, in both languages, with a link and no name', async () => {
  await setStaffAddress(db, team, address);
  const { pathwayId, intentId } = await planned('new-referral');
  expect(await deliver(intentId)).toMatchObject({ status: 'sent' });
  expect(await deliver(intentId)).toMatchObject({ status: 'sent' });
  expect(inbox.record()).toHaveLength(1);
  const [mail] = inbox.mails();
  expect(mail).toMatchObject({ to: [address.address] });
  expect(mail?.text).toContain(`https://contact.example/api/v1/pathways/${pathwayId}`);
  expect(mail?.text).toMatch(/A new referral[\s\S]+Mewngofnodwch/);
});

test('the officer reads the word that the event came to', async () => {
  await setStaffAddress(db, officer, { ...address, address: 'officer@force.example' });
  const { intentId } = await planned('referral-progress');
  expect(await deliver(intentId)).toMatchObject({ status: 'sent' });
  expect(inbox.mails()[0]).toMatchObject({ to: ['officer@force.example'] });
  expect(inbox.mails()[0]?.text).toContain('is now: received.');
});

test('an unclear answer is unknown at once, and it is never sent again', async () => {
  await setStaffAddress(db, team, address);
  const { intentId } = await planned('new-referral');
  await script('accept-then-drop');
  expect(await deliver(intentId)).toMatchObject({ status: 'unknown' });
  expect(await deliver(intentId)).toMatchObject({ status: 'unknown' });
  expect(inbox.record()).toHaveLength(1);
});

test('one that tells a time that the record does not hold fails at once, so that somebody hears of it', async () => {
  await setStaffAddress(db, team, address);
  const { intentId } = await planned('new-referral');
  await db.pool.query(`update message set purpose = 'missed-appointment' where id = $1`, [intentId]);
  expect(await deliver(intentId)).toMatchObject({ status: 'failed', reason: 'no-words' });
  expect(inbox.record()).toEqual([]);
});
