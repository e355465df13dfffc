import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessageActivities } from '../../activities/deliver-message.ts';
import { createEmailGateway } from '../../activities/gateways/email.ts';
import { tellingWordsIn } from '../../messages/neutral-words.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import { sendCommand } from '../../platform/pathway-runs.ts';
import { startSmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import type { SmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { messagesOf } from '../../store/messages.ts';
import { recordFact } from '../../store/person-facts.ts';
import type { FactSaid } from '../../store/person-facts.ts';
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

// Somebody without a phone, from the booking to their inbox: ledger, workflow, activities, SMTP.

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let under: GatewayUnderTest;
let directory: string;
let inbox: SmtpInbox;
let engine: TestEngine;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  under = await startGateway();
}, 60_000);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'person-email-life-'));
  inbox = await startSmtpInbox({ port: 0, pagePort: 0, directory });
  engine = await startEngine({
    db,
    messages: createMessageActivities({
      ...{ db, gateway: under.gateway, numbers: numberPlanOf('test') },
      emails: createEmailGateway({
        ...{ smtpUrl: inbox.smtpUrl, from: 'messages@contact.example', timeoutMs: 2_000 },
      }),
    }),
  });
}, 60_000);

afterEach(async () => {
  await engine.close();
  await inbox.close();
  rmSync(directory, { recursive: true });
});

afterAll(async () => {
  await under.close();
  await db.close();
  await database.drop();
});

async function withoutPhone(...said: readonly FactSaid[]): Promise<OpenedDiversion> {
  const pathway = await openDiversion(db, {
    person: { mobile: null, email: 'nia@example.org', language: 'cy' },
    policy: {
      messages: {
        ...{
          reminder: { before: { unit: 'days', count: 30 }, at: null },
          sendFrom: '00:00',
          sendUntil: '00:00',
        },
        purposes: ['appointment-booked', 'appointment-moved'],
      },
    },
  });
  const { personId } = pathway;
  for (const each of said) {
    const about = { forceId: testForce, personId, requestId: randomUUID(), reason: null };
    await recordFact(db, { ...about, occurredAt: now(), actor: actor('ProviderWorker'), ...each });
  }
  return pathway;
}

const wants: FactSaid = { kind: 'contact-preferences', preferences: { email: 'yes' } };
const dayMs = 86_400_000;
const slot = (days: number) => ({
  startsAt: toInstant(Date.now() + days * dayMs),
  endsAt: toInstant(Date.now() + days * dayMs + 3_600_000),
});

async function send(pathway: OpenedDiversion, name: string, data: object): Promise<string> {
  const sent = command(name, 'ProviderWorker', data);
  await sendCommand(engine.client, pathway, sent, 15_000);
  return sent.commandId;
}

const book = (pathway: OpenedDiversion) =>
  send(pathway, 'book-appointment', { kind: 'assessment', ...slot(5), placeCode: 'ddas-carmarthen' });

async function fates({ pathwayId }: OpenedDiversion): Promise<string[]> {
  const all = await messagesOf(db, wholeForce(testForce), pathwayId);
  return all
    .map(({ purpose, channel, status, reason }) => `${purpose} ${channel} ${reason ?? status}`)
    .sort();
}

async function raised({ pathwayId }: OpenedDiversion): Promise<string[]> {
  const events = await readEvents(db, wholeForce(testForce), pathwayId);
  return events.flatMap((event) => (event.raised ?? []).map(({ code }) => code));
}

test('M86, M87, M90: is told of a booking by one e-mail, in Welsh, and nobody is asked for another way', async () => {
  const pathway = await withoutPhone(wants);
  await book(pathway);
  await eventually(async () => {
    expect(await fates(pathway)).toEqual([
      'appointment-booked email sent',
      'appointment-booked sms no-textable-number',
    ]);
  }, 30_000);
  expect(inbox.record()).toHaveLength(1);
  const [mail] = inbox.mails();
  expect(mail).toMatchObject({ to: ['nia@example.org'], subject: 'Eich apwyntiad' });
  expect(mail?.text).toContain('Mae gennych apwyntiad dd');
  expect(tellingWordsIn(`${mail?.subject ?? ''} ${mail?.text ?? ''}`)).toEqual([]);
  expect(under.standIn().record()).toEqual([]);
  expect(await raised(pathway)).not.toContain('reach-another-way');
}, 60_000);

test('M94: of an appointment that was moved before the e-mail left, only the new time is told', async () => {
  const fault = { does: 'defer-recipient', times: 3 };
  const { status } = await fetch(`${inbox.url}/stand-in/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  expect(status).toBe(201);
  const pathway = await withoutPhone(wants);
  const appointmentId = await book(pathway);
  await eventually(() => {
    expect(inbox.record().length).toBeGreaterThan(0);
  }, 30_000);
  const move = { appointmentId, ...slot(9), askedBy: 'provider', reason: 'other' };
  await send(pathway, 'reschedule-appointment', move);
  await eventually(async () => {
    expect(await fates(pathway)).toEqual([
      'appointment-booked email appointment-moved',
      'appointment-booked sms no-textable-number',
      'appointment-moved email sent',
      'appointment-moved sms no-textable-number',
    ]);
  }, 60_000);
  expect(inbox.mails().map(({ text }) => text)).toEqual([
    expect.stringContaining('Mae eich apwyntiad wedi symud i dd'),
  ]);
}, 120_000);

test.each<[string, FactSaid[]]>([
  ['may be in danger', [wants, { kind: 'safety-flag' }]],
  ['has said nothing of e-mails', []],
])(
  'M90, M91: who %s gets none, and somebody is asked',
  async (_who, said) => {
    const pathway = await withoutPhone(...said);
    await book(pathway);
    await eventually(async () => {
      expect(await raised(pathway)).toContain('reach-another-way');
    }, 30_000);
    expect(await fates(pathway)).toEqual(['appointment-booked sms no-textable-number']);
    expect(inbox.record()).toEqual([]);
  },
  60_000,
);
