import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createMessageActivities } from '../../activities/deliver-message.ts';
import { createEmailGateway } from '../../activities/gateways/email.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import { startSmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import type { SmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { pathwayById } from '../../store/pathways.ts';
import { recordFact } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import { setStaffAddress } from '../../store/staff-addresses.ts';
import type { DeliveryOutcome } from '../../workflows/contract/envelope.ts';
import { systemActor } from '../../workflows/domain/common/actor.ts';
import { withAllMessages } from '../../workflows/domain/common/default-messages.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { compulsory } from '../../workflows/domain/compulsory/kind.ts';
import { defaultCompulsoryPolicy } from '../../workflows/domain/compulsory/policy.ts';
import { createTestDatabase } from '../support/database.ts';
import { startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest } from '../support/delivery.ts';
import { openCompulsory, prepareForce, takeOnLedger, testForce, testProvider } from '../support/pathways.ts';

// What a duty tells the person and the teams, from the act to the phone and the inbox: rules, ledger, judgement, gateways.

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let directory: string;
let inbox: SmtpInbox;
let under: GatewayUnderTest;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  await db.pool.query(
    `insert into organisation (force_id, id, kind, name, name_cy, valid_from)
      values ($1, 'dip-team', 'programme-team', 'Programme', 'Rhaglen', '2000-01-01')`,
    [testForce],
  );
  await db.pool.query(
    `insert into place (force_id, code, organisation_id, name, name_cy, address, postcode)
      values ($1, 'newport-hub', $2, 'Hub', 'Hwb', '1 Stryd Enghraifft', 'NP20 1ZZ')`,
    [testForce, testProvider],
  );
}, 60_000);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'messages-of-a-duty-'));
  inbox = await startSmtpInbox({ port: 0, pagePort: 0, directory });
  under = await startGateway();
  await db.pool.query('delete from staff_address');
});

afterEach(async () => {
  await under.close();
  await inbox.close();
  rmSync(directory, { recursive: true });
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

const testedAt = '2026-03-02T10:00:00.000Z';
const noticed = '2026-03-02T11:00:00.000Z';
const initial = {
  appointmentId: 'ia-1',
  startsAt: '2026-03-05T14:00:00.000Z',
  endsAt: '2026-03-05T15:00:00.000Z',
  placeCode: 'newport-hub',
};
const moved = {
  appointmentId: 'ia-2',
  startsAt: '2026-03-09T10:00:00.000Z',
  endsAt: '2026-03-09T11:00:00.000Z',
  placeCode: 'newport-hub',
};
const notice = {
  ...{ form: 'RA1', servedAt: '2026-03-02T10:30:00.000Z', how: 'handed-over', servedBy: 'officer-7' },
  ...{ language: 'en', warningGiven: true },
};

/** Tested, and the initial assessment required. */
async function required() {
  const { messages } = withAllMessages(defaultCompulsoryPolicy(testForce));
  const { pathwayId, personId } = await openCompulsory(db, { testedAt, policy: { messages } });
  const data = { requirementId: 'requirement-1', initialAssessment: initial, notice };
  const act = { name: 'impose-requirement', role: 'CustodyOfficer', data, at: noticed } as const;
  return { pathwayId, personId, planned: await takeOnLedger(db, compulsory, pathwayId, act) };
}

async function clockOf(pathwayId: string, wanted: string): Promise<string | undefined> {
  const events = await readEvents(db, wholeForce(testForce), pathwayId);
  return events.flatMap(({ armed = [] }) => armed).find(({ rule }) => rule === wanted)?.id;
}

async function vary(pathwayId: string, at: Instant) {
  const data = {
    appointment: moved,
    notice: { ...notice, form: 'RA2', servedAt: at },
    ...{ reasonCode: 'work', askedBy: 'person' },
  };
  const act = { name: 'vary-appointment', role: 'InitialAssessor', data, at } as const;
  return takeOnLedger(db, compulsory, pathwayId, act);
}

async function missed(pathwayId: string) {
  const data = { appointmentId: 'ia-1', attendance: 'absent' };
  const at = '2026-03-05T15:10:00.000Z';
  const act = { name: 'record-attendance', role: 'InitialAssessor', data, at } as const;
  return takeOnLedger(db, compulsory, pathwayId, act);
}

function deliver(
  planned: ReadonlyMap<string, string>,
  purpose: string,
  at: Instant,
): Promise<DeliveryOutcome> {
  const intentId = planned.get(purpose);
  if (intentId === undefined) throw new Error(`No ${purpose} among ${[...planned.keys()].join(', ')}`);
  const activities = createMessageActivities({
    ...{ db, gateway: under.gateway, numbers: numberPlanOf('test'), clock: () => at },
    emails: createEmailGateway({
      smtpUrl: inbox.smtpUrl,
      from: 'messages@contact.example',
      timeoutMs: 5_000,
    }),
    publicUrl: 'https://contact.example',
  });
  const environment = new MockActivityEnvironment({
    ...{ activityId: '1', workflowExecution: { workflowId: 'pathway:test', runId: randomUUID() } },
  });
  return environment.run(
    (message: { readonly forceId: string; readonly intentId: string }): Promise<DeliveryOutcome> =>
      activities.deliverMessage(message),
    { forceId: testForce, intentId },
  );
}

const inboxOf = (ownerId: string, address: string) =>
  setStaffAddress(db, { forceId: testForce, kind: 'team', ownerId }, { address, changedBy: 'u-1' });

const bodies = () =>
  under
    .standIn()
    .record()
    .map(({ body }) => body);

describe('the person', () => {
  test('M94, M86 is told of the appointment, of its move and that it was missed, each once', async () => {
    const { pathwayId, planned } = await required();
    expect(await deliver(planned, 'appointment-booked', noticed)).toMatchObject({ status: 'sent' });
    expect(bodies()).toEqual([expect.stringContaining('Thursday 5 March at 14:00')]);
    const gone = await missed(pathwayId);
    const sent = { status: 'sent', purpose: 'appointment-missed' };
    expect(await deliver(gone, 'appointment-missed', '2026-03-05T15:20:00.000Z')).toMatchObject(sent);
    expect(await deliver(gone, 'appointment-missed', '2026-03-05T15:30:00.000Z')).toMatchObject(sent);
    expect(bodies()).toEqual([expect.anything(), expect.stringContaining('Thursday 5 March at 14:00')]);
  });

  test('M91, M10 hears after a move only of the new time', async () => {
    const { pathwayId, planned } = await required();
    const move = await vary(pathwayId, '2026-03-02T12:00:00.000Z');
    const at = '2026-03-02T12:01:00.000Z';
    expect(await deliver(planned, 'appointment-booked', at)).toMatchObject({
      ...{ status: 'skipped', reason: 'appointment-moved' },
    });
    expect(await deliver(move, 'appointment-moved', at)).toMatchObject({ status: 'sent' });
    expect(bodies()).toEqual([expect.stringContaining('Monday 9 March at 10:00')]);
  });

  test('edge case 32: who answers STOP gets no reminder, also while nothing runs; the duty stays', async () => {
    const { pathwayId, personId } = await required();
    const deadlineId = await clockOf(pathwayId, 'reminder');
    const at = '2026-03-04T09:00:00.000Z';
    const act = { name: 'deadline-due', role: 'System', data: { deadlineId }, at } as const;
    const passed = await takeOnLedger(db, compulsory, pathwayId, act);
    const about = { forceId: testForce, personId, requestId: randomUUID(), reason: null };
    const by = systemActor(testForce);
    await recordFact(db, { ...about, occurredAt: '2026-03-03T09:00:00.000Z', actor: by, kind: 'stop-texts' });
    expect(await deliver(passed, 'appointment-reminder', at)).toMatchObject({
      ...{ status: 'skipped', reason: 'texts-stopped' },
    });
    expect(bodies()).toEqual([]);
    expect(await pathwayById(db, wholeForce(testForce), pathwayId)).toMatchObject({
      ...{ stage: 'initial-assessment', closedAt: null },
    });
  });
});

describe('the teams', () => {
  test('M95 a new duty goes to the team of the place; where it has no inbox, to the programme', async () => {
    await inboxOf('dip-team', 'programme@force.example');
    const first = await required();
    expect(await deliver(first.planned, 'new-referral', noticed)).toMatchObject({ status: 'sent' });
    await inboxOf(testProvider, 'team@provider.example');
    const second = await required();
    expect(await deliver(second.planned, 'new-referral', noticed)).toMatchObject({ status: 'sent' });
    expect(inbox.mails().map(({ to }) => to)).toEqual(
      expect.arrayContaining([['programme@force.example'], ['team@provider.example']]),
    );
    const text = inbox
      .mails()
      .map((mail) => mail.text)
      .join('\n');
    expect(text).toContain(`https://contact.example/api/v1/pathways/${second.pathwayId}`);
    expect(text).not.toMatch(/Rees|Nia\b|1990|07700/);
  });

  test('M95 a miss goes to the programme, which decides on it, with its time', async () => {
    await inboxOf('dip-team', 'programme@force.example');
    await inboxOf(testProvider, 'team@provider.example');
    const { pathwayId } = await required();
    const gone = await missed(pathwayId);
    expect(await deliver(gone, 'missed-appointment', '2026-03-05T15:20:00.000Z')).toMatchObject({
      status: 'sent',
    });
    expect(inbox.mails()).toMatchObject([{ to: ['programme@force.example'] }]);
    expect(inbox.mails()[0]?.text).toContain('Thursday 5 March at 14:00');
  });

  test('M95 a clock that passed goes to whose it is, with the time of the clock', async () => {
    await inboxOf('dip-team', 'programme@force.example');
    await inboxOf(testProvider, 'team@provider.example');
    const { pathwayId } = await required();
    const at = '2026-03-07T09:00:00.000Z';
    const deadlineId = await clockOf(pathwayId, 'feedback');
    const act = { name: 'deadline-due', role: 'System', data: { deadlineId }, at } as const;
    const passed = await takeOnLedger(db, compulsory, pathwayId, act);
    expect(await deliver(passed, 'deadline-passed', at)).toMatchObject({ status: 'sent' });
    expect(inbox.mails()).toMatchObject([{ to: ['team@provider.example'] }]);
    expect(inbox.mails()[0]?.text).toContain('Saturday 7 March at 00:00');
  });

  test('without any inbox nothing is sent, and the case goes on', async () => {
    const { planned } = await required();
    expect(await deliver(planned, 'new-referral', noticed)).toMatchObject({
      ...{ status: 'skipped', reason: 'no-address' },
    });
    expect(inbox.mails()).toEqual([]);
  });
});
