import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
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
import { disclosuresOf } from '../../store/disclosures.ts';
import { append } from '../../store/ledger.ts';
import { handOverEmail } from '../../store/message-handover.ts';
import { claimForSending, messageForDelivery, messagesOf } from '../../store/messages.ts';
import { recordFact } from '../../store/person-facts.ts';
import type { FactSaid } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import { setStaffAddress } from '../../store/staff-addresses.ts';
import { withAllMessages } from '../../workflows/domain/common/default-messages.ts';
import type { DeliveryOutcome } from '../../workflows/contract/envelope.ts';
import { createTestDatabase } from '../support/database.ts';
import { actor, now, openDiversion, prepareForce, testForce, testProvider } from '../support/pathways.ts';
import { anAppend, anEvent, aSummary } from '../support/recorded-pathway.ts';

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
  const { pathwayId, personId } = await openDiversion(db, { policy: { messages } });
  const all = await messagesOf(db, wholeForce(testForce), pathwayId);
  const message = all.find((each) => each.purpose === purpose);
  if (message === undefined) throw new Error(`No ${purpose} is planned`);
  return { pathwayId, personId, intentId: message.intentId };
}

const tell = (personId: string, said: FactSaid) =>
  recordFact(db, {
    ...{ forceId: testForce, requestId: randomUUID(), occurredAt: now(), reason: null },
    ...{ actor: actor('ProviderWorker'), personId, ...said },
  });

/** What the log says that the police were told of this person. */
const told = (personId: string) => disclosuresOf(db, wholeForce(testForce), personId, 10);

async function deliver(intentId: string, caseUrl: string | null = null): Promise<DeliveryOutcome> {
  const activities = createMessageActivities({
    db,
    gateway: createSmsGateway({
      accountSid: `AC${'1'.repeat(32)}`,
      authToken: 'secret',
      from: '+447700900001',
    }),
    numbers: numberPlanOf('test'),
    emails: createEmailGateway({
      smtpUrl: inbox.smtpUrl,
      from: 'messages@contact.example',
      timeoutMs: 2_000,
    }),
    publicUrl: 'https://contact.example',
    caseUrl,
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
  expect(mail?.text).toMatch(/A new referral[\s\S]+mewngofnodwch/);
  expect(mail?.source).toMatch(/^Content-Language: en, cy\r?$/m);
});

test('the link leads to where cases are read, if that is set up', async () => {
  await setStaffAddress(db, team, address);
  const { pathwayId, intentId } = await planned('new-referral');
  await deliver(intentId, 'https://work.example/cases/{pathwayId}/today');
  expect(inbox.mails()[0]?.text).toContain(
    `Sign in to see it:\nhttps://work.example/cases/${pathwayId}/today\n`,
  );
});

describe('M96 the officer', () => {
  beforeAll(async () => {
    await setStaffAddress(db, officer, { ...address, address: 'officer@force.example' });
  });

  test('reads the word that the event came to, where the police may ask, and it is in the log once', async () => {
    const { pathwayId, personId, intentId } = await planned('referral-progress');
    expect(await deliver(intentId)).toMatchObject({ status: 'sent' });
    expect(await deliver(intentId)).toMatchObject({ status: 'sent' });
    expect(inbox.mails()[0]).toMatchObject({ to: ['officer@force.example'] });
    expect(inbox.mails()[0]?.text).toContain('is now: received.');
    expect(inbox.mails()[0]?.text).toContain(`https://contact.example/api/v1/referrals/${pathwayId}`);
    expect(await told(personId)).toMatchObject([
      {
        ...{ disclosureId: intentId, personId, pathwayId, matter: 'referral-status' },
        ...{ reason: 'told-who-referred', toOrganisationId: actor('PoliceOfficer').organisationId },
        by: { role: 'System' },
      },
    ]);
  });

  test('M192 is in the log as told where nobody can say whether the mail left, and not where none did', async () => {
    const unclear = await planned('referral-progress');
    await script('accept-then-drop');
    expect(await deliver(unclear.intentId)).toMatchObject({ status: 'unknown' });
    expect(await told(unclear.personId)).toHaveLength(1);
    const refused = await planned('referral-progress');
    await script('refuse-recipient');
    expect(await deliver(refused.intentId)).toMatchObject({ status: 'failed' });
    expect(await told(refused.personId)).toEqual([]);
  });

  test('M192 is in the log also where the worker died after it handed the mail over', async () => {
    const { personId, intentId } = await planned('referral-progress');
    const held = { forceId: testForce, intentId, claimId: 'the dead one', attempt: 1 };
    await claimForSending(db, testForce, intentId, held.claimId);
    const judgedBy = (await messageForDelivery(db, testForce, intentId))?.judgedBy ?? null;
    const handover = { to: 'officer@force.example', body: 'words', handedOverAt: now() };
    expect(await handOverEmail(db, held, handover, judgedBy)).toBe(true);
    await db.pool.query(`update message set claimed_at = claimed_at - interval '10 minutes' where id = $1`, [
      intentId,
    ]);
    expect(await deliver(intentId)).toMatchObject({ status: 'unknown', reason: 'no-answer' });
    expect(await told(personId)).toMatchObject([{ disclosureId: intentId }]);
  });

  test.each<[string, FactSaid]>([
    ['sharing-withdrawn', { kind: 'consent-withdrawn', purpose: 'sharing' }],
    ['person-died', { kind: 'death' }],
  ])('is told nothing by a mail that was planned before: %s', async (reason, said) => {
    const { personId, intentId } = await planned('referral-progress');
    await tell(personId, said);
    expect(await deliver(intentId)).toMatchObject({ status: 'skipped', reason });
    expect(inbox.record()).toEqual([]);
    expect(await told(personId)).toEqual([]);
  });

  test('is told nothing of a referral that was voided, or is another person’s by now', async () => {
    const voided = await planned('referral-progress');
    const goesOn = async (pathwayId: string, entry: NonNullable<Parameters<typeof anAppend>[2]>) => {
      const { head } = await append(db, anAppend(pathwayId, 0, null, testForce), 'test');
      await append(db, anAppend(pathwayId, head, entry, testForce), 'test');
    };
    const ended = { stage: 'void', closedAt: now(), closureReason: 'void' };
    await goesOn(voided.pathwayId, { summary: aSummary(ended) });
    expect(await deliver(voided.intentId)).toMatchObject({ status: 'skipped', reason: 'voided' });
    const wrong = await planned('referral-progress');
    const { personId: to } = await openDiversion(db);
    const reassigned = anEvent({ type: 'person-reassigned', data: { from: wrong.personId, to } });
    await goesOn(wrong.pathwayId, { events: [reassigned] });
    expect(await deliver(wrong.intentId)).toMatchObject({ status: 'skipped', reason: 'another-person' });
    expect(inbox.record()).toEqual([]);
  });

  test('is told nothing by what was judged a moment before it was said: it is judged again', async () => {
    const { personId, intentId } = await planned('referral-progress');
    const held = { forceId: testForce, intentId, claimId: 'mine', attempt: 1 };
    await claimForSending(db, testForce, intentId, held.claimId);
    const judgedBy = (await messageForDelivery(db, testForce, intentId))?.judgedBy;
    if (judgedBy === undefined) throw new Error('No such message');
    await tell(personId, { kind: 'consent-withdrawn', purpose: 'sharing' });
    const handover = { to: 'officer@force.example', body: 'words', handedOverAt: now() };
    expect(await handOverEmail(db, held, handover, judgedBy)).toBe(false);
    const judgedAnew = (await messageForDelivery(db, testForce, intentId))?.judgedBy ?? judgedBy;
    expect(await handOverEmail(db, held, handover, { ...judgedAnew, headSeq: 99 })).toBe(false);
    const long = { ...judgedAnew, readAt: '2026-01-01T00:00:00.000Z' };
    expect(await handOverEmail(db, held, handover, long)).toBe(false);
    // Of what hangs on nothing about the person no more is asked than that the claim is held.
    expect(await handOverEmail(db, held, handover, null)).toBe(true);
    expect(await handOverEmail(db, held, handover, null)).toBe(false);
  });
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
