import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmailGateway } from '../../activities/gateways/email.ts';
import { startSmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import type { SmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import { layDownAmendment } from '../../store/amendments.ts';
import { append } from '../../store/ledger.ts';
import { savePolicy } from '../../store/policies.ts';
import { setLetterhead } from '../../store/letterheads.ts';
import { claimForSending, messageById, messageForDelivery } from '../../store/messages.ts';
import { handOverPersonEmail } from '../../store/person-email-handover.ts';
import type { PersonDetails } from '../../store/person-columns.ts';
import { recordFact } from '../../store/person-facts.ts';
import { mergePersons } from '../../store/person-merges.ts';
import type { FactSaid } from '../../store/person-facts.ts';
import { englandAndWalesBankHolidays } from '../../workflows/domain/common/bank-holidays.ts';
import { withAllMessages } from '../../workflows/domain/common/default-messages.ts';
import { defaultDiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import type { MessageIntent } from '../../workflows/domain/common/message-intent.ts';
import {
  anAppointment,
  changePathway,
  DeliveryUnderTest,
  leaseOver,
  mondayMorning,
  planMessage,
  startGateway,
  tuesdayAfternoon,
} from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import { anActor, anAppend, anEvent, aSummary, force, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

// What the sending side makes of a person who can be reached by e-mail alone.

let store: StoreUnderTest;
let under: GatewayUnderTest;
let directory: string;
let inbox: SmtpInbox;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

beforeEach(async () => {
  under = await startGateway();
  directory = mkdtempSync(join(tmpdir(), 'person-email-'));
  inbox = await startSmtpInbox({ port: 0, pagePort: 0, directory });
});

afterEach(async () => {
  await under.close();
  await inbox.close();
  rmSync(directory, { recursive: true });
});

const delivery = (at?: string): DeliveryUnderTest =>
  new DeliveryUnderTest(
    {
      ...{ db: store.db, gateway: under.gateway },
      emails: createEmailGateway({
        smtpUrl: inbox.smtpUrl,
        from: 'messages@contact.example',
        timeoutMs: 2_000,
      }),
    },
    at,
  );

async function tell({ forceId, personId }: PlannedMessage, said: FactSaid): Promise<void> {
  const about = { forceId, personId, requestId: randomUUID(), reason: null, actor: anActor() };
  const recorded = await recordFact(store.db, { ...about, occurredAt: new Date().toISOString(), ...said });
  expect(recorded).toMatchObject({ created: true });
}

const wants: FactSaid = { kind: 'contact-preferences', preferences: { email: 'yes' } };

async function planned(
  intent: Partial<MessageIntent> = {},
  person: Partial<PersonDetails> = {},
): Promise<PlannedMessage> {
  const message = await planMessage(store.db, { person: { mobile: null, ...person }, intent });
  await tell(message, wants);
  return message;
}

const email = { channel: 'email' } as const;

/** As a caseworker amends it. */
async function writeTo({ forceId, pathwayId, personId }: PlannedMessage, address: string): Promise<void> {
  const commandId = randomUUID();
  const amendment = {
    amendmentId: commandId,
    command: 'amend-details',
    changes: { email: address },
  } as const;
  await layDownAmendment(store.db, { forceId, pathwayId, personId, ...amendment });
  const { head } = await append(store.db, anAppend(pathwayId, 0, null), 'test');
  const events = [anEvent({ type: 'details-amended' })];
  const summary = aSummary({ appointments: [anAppointment()] });
  await append(store.db, anAppend(pathwayId, head, { commandId, events, summary }), 'test');
}

async function script(does: string): Promise<void> {
  const { status } = await fetch(`${inbox.url}/stand-in/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ does }),
  });
  expect(status).toBe(201);
}

describe('a text that is left out', () => {
  const about = {
    urgency: expect.any(Number) as unknown,
    expiresAt: tuesdayAfternoon,
    appointmentId: 'appointment-1',
  };

  test('says that an e-mail can tell the same, where one is wanted and there is an address', async () => {
    const text = await planned();
    const left = { status: 'skipped', reason: 'no-textable-number', byEmail: about };
    expect(await delivery().run(text)).toMatchObject(left);
    // As often as it is asked.
    expect(await delivery().run(text)).toMatchObject(left);
    const stopped = await planned({}, { mobile: '07700 900123' });
    await tell(stopped, { kind: 'stop-texts' });
    expect(await delivery().run(stopped)).toMatchObject({ reason: 'texts-stopped', byEmail: about });
    expect(inbox.record()).toEqual([]);
  });

  test('says so too where the carrier refused it because the person wrote STOP', async () => {
    await under.script({ on: 'create', does: 'refuse', code: 21610 });
    const text = await planned({}, { mobile: '07700 900123' });
    const left = { status: 'skipped', reason: 'texts-stopped', byEmail: about };
    expect(await delivery().run(text)).toMatchObject(left);
    expect(await delivery().run(text)).toMatchObject(left);
  });

  test.each<[string, Partial<PersonDetails>, FactSaid[]]>([
    ['there is no address', { email: null }, []],
    ['there is no deliverable one', { email: 'sian at home' }, []],
    ['none is wanted any more', {}, [{ kind: 'contact-preferences', preferences: { email: 'no' } }]],
    ['somebody may be in danger', {}, [{ kind: 'safety-flag' }]],
    ['they are in custody', { mobile: '07700 900123', safeToText: 'no' }, [{ kind: 'custody' }]],
  ])('does not where %s', async (_why, person, said) => {
    const text = await planned({}, person);
    for (const each of said) await tell(text, each);
    const outcome = await delivery().run(text);
    expect(outcome).toMatchObject({ status: 'skipped' });
    expect(outcome).not.toHaveProperty('byEmail');
  });

  test('does not where the text had a link, was rightly left out, or mails cannot be sent here', async () => {
    const link = await planned({ purpose: 'page-link' });
    expect(await delivery().run(link)).not.toHaveProperty('byEmail');
    const moved = await planned({}, { mobile: '07700 900123' });
    await changePathway(store.db, moved.pathwayId, { appointments: [] });
    expect(await delivery().run(moved)).toEqual(
      expect.not.objectContaining({ byEmail: expect.anything() as unknown }),
    );
    const text = await planned();
    const without = new DeliveryUnderTest({ db: store.db, gateway: under.gateway });
    expect(await without.run(text)).not.toHaveProperty('byEmail');
  });
});

describe('an e-mail to the person', () => {
  test('M86, M87 leaves once, in their language, and gives nothing away', async () => {
    const message = await planned({ ...email, purpose: 'appointment-booked' });
    expect(await delivery().run(message)).toMatchObject({ status: 'sent' });
    expect(await delivery().run(message)).toMatchObject({ status: 'sent' });
    expect(inbox.record()).toHaveLength(1);
    const [mail] = inbox.mails();
    expect(mail).toMatchObject({
      ...{
        to: ['sian@example.org'],
        from: 'messages@contact.example',
        replyTo: ['messages@contact.example'],
      },
      ...{ subject: 'Eich apwyntiad', html: false, messageId: `<${message.intentId}@contact.example>` },
    });
    expect(mail?.text).toContain('Mae gennych apwyntiad ddydd Mawrth 3 Mawrth am 14:30.');
    expect(mail?.text).not.toMatch(/https?:|Siân|Morgan|ddas|STOP/);
    expect(mail?.source).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(under.standIn().record()).toEqual([]);
    const row = await messageById(store.db, message.forceId, message.intentId);
    expect(row).toMatchObject({ status: 'sent', channel: 'email', language: 'cy' });
  });

  test('M92 leaves at any hour, in both languages where nobody asked, with the number of the team to ring', async () => {
    const letterhead = { lines: ['PO Box 12'], phone: '01267 000000', changedBy: 'u-1' };
    const message = await planned(email, { language: null });
    const { providerId } = (
      await store.db.pool.query<{ providerId: string }>(
        'select provider_id as "providerId" from pathway where id = $1',
        [message.pathwayId],
      )
    ).rows[0] ?? { providerId: '' };
    const { forceId } = message;
    await setLetterhead(store.db, { forceId, organisationId: providerId }, letterhead);
    expect(await delivery('2026-03-02T23:30:00.000Z').run(message)).toMatchObject({ status: 'sent' });
    const [mail] = inbox.mails();
    expect(mail?.subject).toBe('Eich apwyntiad / Your appointment');
    expect(mail?.text).toMatch(/ffoniwch ni ar 01267 000000[^]+please ring us on 01267 000000/);
  });

  test.each<[string, Partial<PersonDetails>, FactSaid]>([
    ['email-not-wanted', {}, { kind: 'contact-preferences', preferences: { email: 'no' } }],
    ['email-not-safe', {}, { kind: 'safety-flag' }],
    ['in-custody', {}, { kind: 'custody' }],
    ['person-died', {}, { kind: 'death' }],
    ['no-address', { email: null }, { kind: 'stop-texts' }],
  ])('M91 is judged again when it leaves: %s', async (reason, person, said) => {
    const message = await planned(email, person);
    await tell(message, said);
    expect(await delivery().run(message)).toMatchObject({ status: 'skipped', reason });
    expect(inbox.record()).toEqual([]);
  });

  test('M91 of an appointment that was moved, or of a closed case, nothing is told', async () => {
    const moved = await planned(email);
    await changePathway(store.db, moved.pathwayId, { appointments: [] });
    expect(await delivery().run(moved)).toMatchObject({ reason: 'appointment-not-booked' });
    const closed = await planned(email);
    await changePathway(store.db, closed.pathwayId, { stage: 'closed', closedAt: mondayMorning });
    expect(await delivery().run(closed)).toMatchObject({ reason: 'pathway-closed' });
    expect(inbox.record()).toEqual([]);
  });

  test('that the server refuses is failed; one of which nobody knows is unknown, and never sent again', async () => {
    await script('refuse-recipient');
    expect(await delivery().run(await planned(email))).toMatchObject({
      status: 'failed',
      reason: 'refused-550',
    });
    await script('accept-then-drop');
    const message = await planned(email);
    expect(await delivery().run(message)).toMatchObject({ status: 'unknown' });
    expect(await delivery().run(message)).toMatchObject({ status: 'unknown' });
    expect(inbox.record()).toHaveLength(2);
  });

  test('whose worker died after the handover is unknown, and never sent', async () => {
    const message = await planned(email);
    const { forceId, intentId } = message;
    const held = { forceId, intentId, claimId: 'dead', attempt: 1 };
    expect(await claimForSending(store.db, forceId, intentId, held.claimId)).toMatchObject({ attempt: 1 });
    const found = await messageForDelivery(store.db, forceId, intentId);
    if (found === null) throw new Error('No such message');
    const letter = { to: 'sian@example.org', body: 'Eich apwyntiad', language: 'cy' } as const;
    const handover = { ...letter, handedOverAt: mondayMorning };
    expect(await handOverPersonEmail(store.db, held, handover, found.judgedBy, null)).toBe(true);
    // Once.
    expect(await handOverPersonEmail(store.db, held, handover, found.judgedBy, null)).toBe(false);
    await leaseOver(store.db, message);
    expect(await delivery().run(message)).toMatchObject({ status: 'unknown', reason: 'no-answer' });
    expect(inbox.record()).toEqual([]);
  });

  test('goes to no other address than the one of which yes was said', async () => {
    const message = await planned(email);
    await writeTo(message, 'family@example.org');
    expect(await delivery().run(message)).toMatchObject({ status: 'skipped', reason: 'email-not-wanted' });
    const text = await planned();
    await writeTo(text, 'family@example.org');
    expect(await delivery().run(text)).not.toHaveProperty('byEmail');
    expect(inbox.record()).toEqual([]);
    const asked = await planned(email);
    await writeTo(asked, 'sian.morgan@example.org');
    await tell(asked, wants);
    expect(await delivery().run(asked)).toMatchObject({ status: 'sent' });
    expect(inbox.mails()[0]?.to).toEqual(['sian.morgan@example.org']);
  });

  test('goes to no address of another row of the person of which nobody said yes', async () => {
    const message = await planMessage(store.db, { person: { mobile: null }, intent: email });
    const twin = await planned({}, { email: 'twin@example.org' });
    const { forceId, personId } = message;
    const both = { forceId, personId, otherPersonId: twin.personId };
    const merge = {
      ...both,
      reason: 'same-person',
      confirmed: [],
      actor: anActor(),
      requestId: randomUUID(),
    };
    expect(await mergePersons(store.db, merge)).toMatchObject({ created: true });
    expect(await delivery().run(message)).toMatchObject({ status: 'skipped', reason: 'email-not-wanted' });
    expect(inbox.record()).toEqual([]);
  });

  test('that was judged before the person said anything more, or by another address, is judged again', async () => {
    for (const change of ['fact', 'address']) {
      const message = await planned(email);
      const { forceId, intentId } = message;
      const held = { forceId, intentId, claimId: 'mine', attempt: 1 };
      await claimForSending(store.db, forceId, intentId, held.claimId);
      const found = await messageForDelivery(store.db, forceId, intentId);
      if (found === null) throw new Error('No such message');
      const { judgedBy } = found;
      if (change === 'fact') await tell(message, { kind: 'safety-flag' });
      const judged = change === 'fact' ? judgedBy : { ...judgedBy, sealedEmail: 'another' };
      const words = { to: 'sian@example.org', body: 'Eich apwyntiad', language: 'cy' } as const;
      const handover = { ...words, handedOverAt: mondayMorning };
      expect(await handOverPersonEmail(store.db, held, handover, judged, null)).toBe(false);
    }
  });

  test('counts among the messages of the day, as a text does', async () => {
    const base = withAllMessages(defaultDiversionPolicy(force, 'acr-diversion', englandAndWalesBankHolidays));
    const one = { policyId: 'diversion:one-a-day', version: 1 };
    await savePolicy(store.db, { ...base, ...one, messages: { ...base.messages, perDay: 1 } });
    const person = { nominalNumber: `N${randomUUID()}` };
    const of = (intent: Partial<MessageIntent>) =>
      planMessage(store.db, {
        ...{ person, intent },
        under: { kind: 'diversion', policyId: one.policyId, policyVersion: 1 },
      });
    const first = await of(email);
    await tell(first, wants);
    expect(await delivery().run(first)).toMatchObject({ status: 'sent' });
    const expiresAt = '2026-03-02T21:00:00.000Z';
    for (const intent of [{ expiresAt }, { ...email, expiresAt }]) {
      expect(await delivery().run(await of(intent))).toMatchObject({ reason: 'not-today' });
    }
  });
});
