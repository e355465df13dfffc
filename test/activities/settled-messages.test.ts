import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmailGateway } from '../../activities/gateways/email.ts';
import { startSmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import type { SmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import { append } from '../../store/ledger.ts';
import { messageById } from '../../store/messages.ts';
import type { MessageIntent } from '../../workflows/domain/common/message-intent.ts';
import { DeliveryUnderTest, planMessage, startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest } from '../support/delivery.ts';
import { startProgramme } from '../support/online-programme.ts';
import type { ProgrammeUnderTest } from '../support/online-programme.ts';
import { anAppend, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

// What is settled is asked for again where nobody may have heard of it: it has an outcome, and nothing leaves.

let store: StoreUnderTest;
let phones: GatewayUnderTest;
let programme: ProgrammeUnderTest;
let directory: string;
let inbox: SmtpInbox;

beforeAll(async () => {
  store = await openStore();
  [phones, programme] = await Promise.all([startGateway(), startProgramme()]);
  directory = mkdtempSync(join(tmpdir(), 'settled-messages-'));
  inbox = await startSmtpInbox({ port: 0, pagePort: 0, directory });
});

afterAll(async () => {
  await Promise.all([phones.close(), programme.close(), inbox.close(), store.close()]);
  rmSync(directory, { recursive: true });
});

const text = { channel: 'sms', purpose: 'appointment-booked' } as const;
const mail = { channel: 'email', purpose: 'appointment-booked' } as const;
const staff = { channel: 'email', purpose: 'text-not-sent' } as const;
const enrolment = { channel: 'programme', purpose: 'online-enrolment' } as const;

/** The last column: whether a run that comes later asks again, since somebody may have to be told. */
const cases: [Pick<MessageIntent, 'channel' | 'purpose'>, string, string, string, boolean][] = [
  [text, 'failed', 'refused-30007', 'failed', true],
  [text, 'failed', 'refused-21610', 'skipped', false],
  [text, 'unknown', 'not-at-gateway', 'unknown', true],
  [text, 'skipped', 'no-textable-number', 'skipped', true],
  [text, 'skipped', 'not-today', 'skipped', true],
  [text, 'skipped', 'appointment-moved', 'skipped', false],
  [text, 'skipped', 'texts-stopped', 'skipped', false],
  [mail, 'failed', 'refused-550', 'failed', true],
  [mail, 'unknown', 'no-answer', 'unknown', true],
  [mail, 'skipped', 'email-not-wanted', 'skipped', true],
  [mail, 'skipped', 'appointment-moved', 'skipped', false],
  [staff, 'failed', 'refused-550', 'failed', true],
  [staff, 'unknown', 'no-answer', 'unknown', true],
  [staff, 'skipped', 'no-address', 'skipped', false],
  [enrolment, 'failed', 'refused-409', 'failed', true],
  [enrolment, 'unknown', 'not-at-gateway', 'unknown', true],
  [enrolment, 'skipped', 'person-died', 'skipped', false],
  [enrolment, 'sent', 'nothing', 'failed', true],
];

test.each(cases)(
  '%j that is %s (%s) is told as %s and never sent',
  async (intent, status, reason, told, again) => {
    const message = await planMessage(store.db, { intent });
    await store.db.pool.query(
      `update message set status = $2, reason = $3, settled_at = clock_timestamp() where id = $1`,
      [message.intentId, status, reason],
    );
    const settled = await messageById(store.db, message.forceId, message.intentId);
    const parts = {
      ...{ db: store.db, gateway: phones.gateway, programme: programme.gateway },
      emails: createEmailGateway({
        ...{ smtpUrl: inbox.smtpUrl, from: 'messages@contact.example', timeoutMs: 2_000 },
      }),
      publicUrl: 'https://contact.example',
    };
    for (let asked = 0; asked < 2; asked += 1) {
      const outcome = await new DeliveryUnderTest(parts).run(message);
      expect(outcome).toMatchObject({ status: told });
    }
    expect(phones.standIn().record()).toEqual([]);
    expect(programme.standIn().attempts()).toEqual([]);
    expect(inbox.record()).toEqual([]);
    expect(await messageById(store.db, message.forceId, message.intentId)).toEqual(settled);
    const { openIntents } = await append(store.db, anAppend(message.pathwayId, 0, null), 'test');
    expect(openIntents.map(({ intentId }) => intentId)).toEqual(again ? [message.intentId] : []);
  },
);

test.each([
  ['is still theirs', `(select mobile_index from person where id = $2)`, 'refused-21211'],
  ['was replaced meanwhile', `'another' || $2::text`, undefined],
])('that there is no phone with the number is said where it %s', async (_, index, reason) => {
  const message = await planMessage(store.db, { intent: text });
  await store.db.pool.query(
    `update message set status = 'failed', reason = 'refused-21211', settled_at = clock_timestamp(),
       recipient_index = ${index} where id = $1`,
    [message.intentId, message.personId],
  );
  const { at: _at, ...outcome } = await new DeliveryUnderTest({ db: store.db, gateway: phones.gateway }).run(
    message,
  );
  expect(outcome).toEqual({
    ...{ status: 'failed', purpose: 'appointment-booked' },
    ...(reason === undefined ? {} : { reason }),
  });
});
