import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { messageById } from '../../store/messages.ts';
import { mergePersons } from '../../store/person-merges.ts';
import { deliveryWaitTypes } from '../../workflows/contract/activities.ts';
import type { Appointment } from '../../workflows/domain/common/appointment.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { withAllMessages } from '../../workflows/domain/common/default-messages.ts';
import { savePolicy } from '../../store/policies.ts';
import { defaultCompulsoryPolicy } from '../../workflows/domain/compulsory/policy.ts';
import { defaultDiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import { englandAndWalesBankHolidays } from '../../workflows/domain/common/bank-holidays.ts';
import { DeliveryUnderTest, mondayMorning, planMessage, startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest, PlannedMessage } from '../support/delivery.ts';
import { anActor, force, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

// One person in several pathways, each with its own texts: together no more than the policy's number leave on one day.

const perDay = 2;

let store: StoreUnderTest;
let under: GatewayUnderTest;

const own = 'limited';
const lengths = withAllMessages(defaultDiversionPolicy(force, 'acr-diversion', englandAndWalesBankHolidays));
const dutyLengths = withAllMessages(defaultCompulsoryPolicy(force));

beforeAll(async () => {
  store = await openStore();
  const limited = { policyId: `diversion:${own}`, version: 1 };
  await savePolicy(store.db, { ...lengths, ...limited, messages: { ...lengths.messages, perDay } });
  const ofDuty = { policyId: `compulsory:${own}`, version: 1 };
  await savePolicy(store.db, { ...dutyLengths, ...ofDuty, messages: { ...dutyLengths.messages, perDay } });
});

afterAll(async () => {
  await store.close();
});

beforeEach(async () => {
  under = await startGateway();
});

afterEach(async () => {
  await under.close();
});

interface Planned {
  readonly nominalNumber: string;
  readonly startsAt?: Instant;
  readonly kind?: 'diversion' | 'compulsory';
  readonly purpose?: string;
}

/** A text about an appointment of its own pathway. */
function plan({ nominalNumber, startsAt, kind = 'diversion', purpose = 'appointment-booked' }: Planned) {
  const appointment: Partial<Appointment> = startsAt === undefined ? {} : { startsAt };
  return planMessage(store.db, {
    person: { nominalNumber, language: 'en' },
    appointment,
    intent: { purpose, expiresAt: startsAt ?? '2026-03-03T14:30:00.000Z' },
    under: { kind, policyId: `${kind}:${own}`, policyVersion: 1 },
  });
}

const delivery = (at: Instant = mondayMorning) =>
  new DeliveryUnderTest({ db: store.db, gateway: under.gateway }, at);

const left = () =>
  under
    .standIn()
    .record()
    .filter(({ accepted }) => accepted);

async function plans(count: number, changes: Partial<Planned> = {}): Promise<PlannedMessage[]> {
  const nominalNumber = `N${randomUUID()}`;
  const all: PlannedMessage[] = [];
  for (let each = 0; each < count; each += 1) all.push(await plan({ nominalNumber, ...changes }));
  expect(new Set(all.map(({ personId }) => personId)).size).toBe(1);
  expect(new Set(all.map(({ pathwayId }) => pathwayId)).size).toBe(count);
  return all;
}

const repeat = (what: string, times: number): string[] => Array.from({ length: times }, () => what);

async function fates(all: readonly PlannedMessage[]): Promise<string[]> {
  const rows = await Promise.all(
    all.map(({ forceId, intentId }) => messageById(store.db, forceId, intentId)),
  );
  return rows.map((row) => row?.reason ?? row?.status ?? 'none').sort();
}

test('M91 of texts that many pathways of one person send at one moment no more leave than the day allows', async () => {
  const all = await plans(8);
  // What each was judged by is read before any of them is handed over.
  const runs = all.map((message) => ({ message, run: delivery() }));
  await Promise.allSettled(runs.map(({ run, message }) => run.attempt(message)));
  expect(left().length).toBeLessThanOrEqual(perDay);
  for (const { run, message } of runs) {
    run.now = mondayMorning;
    await run.attempt(message).catch(() => undefined);
  }
  expect(left()).toHaveLength(perDay);
  expect(await fates(all)).toEqual([...repeat('planned', 6), ...repeat('sent', perDay)]);
  // The next day has room for as many again; the appointment of the rest is over by the day after.
  for (const { run, message } of runs) await run.run(message);
  expect(left()).toHaveLength(2 * perDay);
  expect(await fates(all)).toEqual([...repeat('not-today', 4), ...repeat('sent', 2 * perDay)]);
});

test('M91 two pathways share the day, and each text names the appointment of its own', async () => {
  const nominalNumber = `N${randomUUID()}`;
  const voluntary = await plan({ nominalNumber, startsAt: '2026-03-03T14:30:00.000Z' });
  const duty = await plan({ nominalNumber, startsAt: '2026-03-04T10:00:00.000Z', kind: 'compulsory' });
  const third = await plan({ nominalNumber, startsAt: '2026-03-05T09:00:00.000Z' });
  for (const message of [voluntary, duty]) await delivery().run(message);
  expect(left().map(({ body }) => body)).toEqual([
    expect.stringContaining('Tuesday 3 March at 14:30'),
    expect.stringContaining('Wednesday 4 March at 10:00'),
  ]);
  const late = delivery();
  expect(await late.run(third)).toMatchObject({ status: 'sent' });
  expect(late.now).toBe('2026-03-03T08:00:00.000Z');
  expect(await messageById(store.db, third.forceId, third.intentId)).toMatchObject({ notBefore: late.now });
});

test('M89, M91 the reminder of a duty is never the one that is dropped, however many left before or with it', async () => {
  const nominalNumber = `N${randomUUID()}`;
  const all: PlannedMessage[] = [];
  for (let each = 0; each < 3; each += 1) all.push(await plan({ nominalNumber }));
  const reminder = await plan({ nominalNumber, kind: 'compulsory', purpose: 'appointment-reminder' });
  for (const message of all)
    await delivery()
      .attempt(message)
      .catch(() => undefined);
  expect(left()).toHaveLength(perDay);
  expect(await delivery().run(reminder)).toMatchObject({ status: 'sent' });
  expect(left()).toHaveLength(perDay + 1);
  for (const purpose of ['appointment-booked', 'appointment-moved']) {
    const other = await plan({ nominalNumber, kind: 'compulsory', purpose });
    expect(await delivery().run(other)).toMatchObject({ status: 'sent' });
  }
});

test('M91 that an appointment was moved goes on any day, counts, and is never the one that is dropped', async () => {
  const nominalNumber = `N${randomUUID()}`;
  for (const purpose of ['appointment-moved', 'appointment-booked', 'appointment-moved']) {
    expect(await delivery().run(await plan({ nominalNumber, purpose }))).toMatchObject({ status: 'sent' });
  }
  const rest = await plan({ nominalNumber, startsAt: '2026-03-02T18:00:00.000Z' });
  expect(await delivery().run(rest)).toMatchObject({ status: 'skipped', reason: 'not-today' });
  expect(left()).toHaveLength(3);
});

test('what waits for another day is not dropped by the wait, nor in silence where the delivery ends before', async () => {
  const nominalNumber = `N${randomUUID()}`;
  const startsAt = '2026-03-09T14:30:00.000Z';
  for (let each = 0; each < perDay; each += 1) await delivery().run(await plan({ nominalNumber, startsAt }));
  const low = await plan({ nominalNumber, startsAt, purpose: 'could-not-reach' });
  expect(await delivery().run(low)).toMatchObject({ status: 'sent' });
  const full = await plan({ nominalNumber, startsAt });
  const short = new DeliveryUnderTest({ db: store.db, gateway: under.gateway }, mondayMorning, 12);
  expect(await short.run(full)).toMatchObject({ status: 'skipped', reason: 'not-today' });
});

test('the day is the local one: what left before midnight is not counted after it', async () => {
  // In summer time Monday ends at 23:00Z.
  const nominalNumber = `N${randomUUID()}`;
  const startsAt = '2026-06-05T14:30:00.000Z';
  const monday = [await plan({ nominalNumber, startsAt }), await plan({ nominalNumber, startsAt })];
  for (const message of monday) await delivery('2026-06-01T18:00:00.000Z').run(message);
  const again = await plan({ nominalNumber, startsAt });
  expect(await delivery('2026-06-02T07:00:00.000Z').run(again)).toMatchObject({ status: 'sent' });
  expect(left()).toHaveLength(3);
});

test('what left for either row of a person who was merged counts for both', async () => {
  const [one, other] = [`N${randomUUID()}`, `N${randomUUID()}`];
  const first = await plan({ nominalNumber: one });
  const second = await plan({ nominalNumber: other });
  const third = await plan({ nominalNumber: other });
  const merge = { personId: first.personId, otherPersonId: second.personId, confirmed: [], reason: 'same' };
  const asked = { ...merge, forceId: force, requestId: randomUUID(), actor: anActor() };
  expect(await mergePersons(store.db, asked)).toMatchObject({ created: true });
  for (const message of [first, second]) {
    expect(await delivery().run(message)).toMatchObject({ status: 'sent' });
  }
  await expect(delivery().attempt(third)).rejects.toMatchObject({ type: deliveryWaitTypes.hours });
  expect(left()).toHaveLength(perDay);
});
