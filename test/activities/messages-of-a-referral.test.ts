import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { wholeForce } from '../../store/scope.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { englandAndWalesBankHolidays } from '../../workflows/domain/common/bank-holidays.ts';
import { withAllMessages } from '../../workflows/domain/common/default-messages.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { diversion } from '../../workflows/domain/diversion/kind.ts';
import { defaultDiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import { createTestDatabase } from '../support/database.ts';
import { DeliveryUnderTest, startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest } from '../support/delivery.ts';
import { openDiversion, prepareForce, takeOnLedger, testForce } from '../support/pathways.ts';

// What a referral tells the person, from the act to the phone: rules, ledger, judgement, gateway.

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let under: GatewayUnderTest;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
}, 60_000);

beforeEach(async () => {
  under = await startGateway();
});

afterEach(async () => {
  await under.close();
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

const receivedAt = '2026-03-02T10:00:00.000Z';

/** One referral under a policy with all messages on; each act at a time of its own. */
class Referral {
  readonly #pathwayId: string;
  readonly #planned = new Map<string, string>();

  private constructor(pathwayId: string) {
    this.#pathwayId = pathwayId;
  }

  static async received(): Promise<Referral> {
    const { messages } = withAllMessages(
      defaultDiversionPolicy(testForce, 'acr-diversion', englandAndWalesBankHolidays),
    );
    return new Referral((await openDiversion(db, { receivedAt, policy: { messages } })).pathwayId);
  }

  async take(at: Instant, name: string, data: unknown, role: Role = 'ProviderWorker'): Promise<void> {
    const planned = await takeOnLedger(db, diversion, this.#pathwayId, { name, role, data, at });
    for (const [purpose, intentId] of planned) this.#planned.set(purpose, intentId);
  }

  /** The clock of this rule rings, the one armed last. */
  async ring(at: Instant, rule: string): Promise<void> {
    const events = await readEvents(db, wholeForce(testForce), this.#pathwayId);
    const clock = events.flatMap(({ armed = [] }) => armed).findLast((each) => each.rule === rule);
    await this.take(at, 'deadline-due', { deadlineId: clock?.id }, 'System');
  }

  book(at: Instant, kind: string, startsAt: Instant): Promise<void> {
    const endsAt = startsAt.replace(':00:00.000Z', ':50:00.000Z');
    return this.take(at, 'book-appointment', { kind, startsAt, endsAt, placeCode: 'ddas-carmarthen' });
  }

  async appointmentId(): Promise<string> {
    const events = await readEvents(db, wholeForce(testForce), this.#pathwayId);
    const booked = events.findLast(({ type }) => type === 'appointment-booked');
    return (booked?.data as unknown as { readonly appointmentId: string }).appointmentId;
  }

  /** Delivers what was planned last for this purpose. */
  async deliver(at: Instant, purpose: string) {
    const intentId = this.#planned.get(purpose);
    if (intentId === undefined) throw new Error(`No ${purpose} is planned`);
    const message = { forceId: testForce, intentId, pathwayId: this.#pathwayId, personId: '' };
    return new DeliveryUnderTest({ db, gateway: under.gateway }, at).run(message);
  }
}

const bodies = () =>
  under
    .standIn()
    .record()
    .map(({ body }) => body);

test('M94 a missed appointment is told of once, with its time', async () => {
  const it = await Referral.received();
  await it.take('2026-03-02T11:00:00.000Z', 'accept-referral', {});
  await it.book('2026-03-02T12:00:00.000Z', 'first-meeting', '2026-03-05T14:00:00.000Z');
  const absent = { appointmentId: await it.appointmentId(), attendance: 'absent' };
  await it.take('2026-03-05T15:10:00.000Z', 'record-attendance', absent);
  expect(await it.deliver('2026-03-05T15:11:00.000Z', 'appointment-missed')).toMatchObject({
    status: 'sent',
  });
  expect(await it.deliver('2026-03-05T15:12:00.000Z', 'appointment-missed')).toMatchObject({
    status: 'sent',
  });
  expect(bodies()).toEqual([expect.stringContaining('Thursday 5 March at 14:00')]);
});

test('M94 what was missed by mistake is not told of', async () => {
  const it = await Referral.received();
  await it.take('2026-03-02T11:00:00.000Z', 'accept-referral', {});
  await it.book('2026-03-02T12:00:00.000Z', 'first-meeting', '2026-03-05T14:00:00.000Z');
  const appointmentId = await it.appointmentId();
  await it.take('2026-03-05T15:10:00.000Z', 'record-attendance', { appointmentId, attendance: 'absent' });
  const came = { appointmentId, attendance: 'attended-and-remained', reason: 'wrong-entry' };
  await it.take('2026-03-05T15:11:00.000Z', 'correct-attendance', came);
  expect(await it.deliver('2026-03-05T15:12:00.000Z', 'appointment-missed')).toMatchObject({
    ...{ status: 'skipped', reason: 'appointment-not-missed' },
  });
});

test('M91 a closure stops what was planned before it', async () => {
  const it = await Referral.received();
  await it.take('2026-03-02T11:00:00.000Z', 'accept-referral', {});
  await it.book('2026-03-02T12:00:00.000Z', 'first-meeting', '2026-03-05T14:00:00.000Z');
  await it.take('2026-03-02T12:10:00.000Z', 'close-pathway', { reason: 'declined' });
  expect(await it.deliver('2026-03-02T12:11:00.000Z', 'appointment-booked')).toMatchObject({
    ...{ status: 'skipped', reason: 'pathway-closed' },
  });
  expect(bodies()).toEqual([]);
});

test('M45, M91 so does that the referral should never have been', async () => {
  const it = await Referral.received();
  await it.take('2026-03-02T11:00:00.000Z', 'accept-referral', {});
  await it.book('2026-03-02T12:00:00.000Z', 'first-meeting', '2026-03-05T14:00:00.000Z');
  await it.take('2026-03-02T12:10:00.000Z', 'void-pathway', { reason: 'entered-in-error' }, 'Manager');
  expect(await it.deliver('2026-03-02T12:11:00.000Z', 'appointment-booked')).toMatchObject({
    ...{ status: 'skipped', reason: 'pathway-closed' },
  });
  expect(bodies()).toEqual([]);
});

test('M91 when the three months are over in treatment, its reminders go on; once the treatment is closed, none does', async () => {
  const it = await Referral.received();
  await it.take('2026-03-02T11:00:00.000Z', 'accept-referral', {});
  const assessed = { substances: ['cannabis'], result: 'suitable' };
  await it.take('2026-03-10T10:00:00.000Z', 'record-assessment', assessed);
  const plan = { modalities: [{ modalityId: 'm1', type: 'psychosocial', prescribed: false }] };
  await it.take('2026-03-17T10:00:00.000Z', 'agree-care-plan', plan);
  await it.take('2026-03-17T10:00:00.000Z', 'start-treatment', { modalityId: 'm1' });
  await it.ring('2026-06-03T00:00:00.000Z', 'closure');
  await it.book('2026-06-03T09:00:00.000Z', 'treatment', '2026-06-10T13:00:00.000Z');
  expect(await it.deliver('2026-06-03T09:01:00.000Z', 'appointment-booked')).toMatchObject({
    status: 'sent',
  });
  await it.ring('2026-06-09T08:00:00.000Z', 'reminder');
  expect(await it.deliver('2026-06-09T08:01:00.000Z', 'appointment-reminder')).toMatchObject({
    status: 'sent',
  });
  expect(bodies()).toEqual(Array(2).fill(expect.stringContaining('Wednesday 10 June at 14:00')));
  await it.book('2026-06-09T09:00:00.000Z', 'treatment', '2026-06-17T13:00:00.000Z');
  await it.take('2026-06-09T09:10:00.000Z', 'close-pathway', { reason: 'disengaged' });
  expect(await it.deliver('2026-06-09T09:11:00.000Z', 'appointment-moved')).toMatchObject({
    ...{ status: 'skipped', reason: 'pathway-closed' },
  });
});
