import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CreateAttempt } from '../../stand-ins/twilio-record.ts';
import type { Database } from '../../store/database.ts';
import { openPathway } from '../../store/intake.ts';
import { append } from '../../store/ledger.ts';
import {
  anAppointment,
  changePathway,
  DeliveryUnderTest,
  mondayMorning,
  planMessage,
  startGateway,
} from '../support/delivery.ts';
import type { GatewayUnderTest } from '../support/delivery.ts';
import { aPerson, aSummary, anAppend, anEvent, anIntake, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;
let db: Database;
let under: GatewayUnderTest;

beforeAll(async () => {
  store = await openStore();
  ({ db } = store);
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

const attempts = (): readonly CreateAttempt[] => under.standIn().record();

function delivery(): DeliveryUnderTest {
  return new DeliveryUnderTest({ db, gateway: under.gateway });
}

describe('a number that was found to be wrong', () => {
  const known = () => ({ nominalNumber: `N${randomUUID()}`, surname: 'Rees', birthDate: '1990-05-17' });
  type Person = ReturnType<typeof known>;

  /** A pathway of the same person with another provider, as another outcome opens it. */
  const anotherPathway = async (
    person: Person,
    mobile = '07700 900123',
    receivedAt = '2026-02-01T09:00:00.000Z',
  ) => (await openPathway(db, anIntake({ receivedAt, person: { ...person, mobile } }))).pathwayId;

  const attempted = async (
    pathwayId: string,
    result: string,
    channel = 'phone',
    occurredAt = '2026-03-01T15:00:00.000Z',
  ): Promise<void> => {
    const { head } = await append(db, anAppend(pathwayId, 0, null), 'test');
    const summary = aSummary({ appointments: [anAppointment()] });
    const event = anEvent({
      type: 'contact-attempted',
      occurredAt,
      data: { channel, result, by: 'person' },
    });
    await append(db, anAppend(pathwayId, head, { events: [event], summary }), 'test');
  };

  const skipped = { status: 'skipped', reason: 'wrong-number' };

  test('gets no text, whichever pathway of the person found it out, also after that one has closed', async () => {
    const person = known();
    const message = await planMessage(db, { person });
    const other = await anotherPathway(person);
    await attempted(other, 'wrong-number');
    await changePathway(db, other, { closedAt: mondayMorning, closureReason: 'no-contact' });
    expect(await delivery().run(message)).toMatchObject(skipped);
    expect(attempts()).toEqual([]);
  });

  test.each([
    ['by phone', 'phone', 'reached', '2026-03-01T16:00:00.000Z', 'sent'],
    ['by text', 'text', 'reached', '2026-03-01T16:00:00.000Z', 'sent'],
    ['by phone, to decline', 'phone', 'declined', '2026-03-01T16:00:00.000Z', 'sent'],
    ['by e-mail', 'email', 'reached', '2026-03-01T16:00:00.000Z', 'skipped'],
    ['by phone, before that', 'phone', 'reached', '2026-03-01T14:59:00.000Z', 'skipped'],
    ['not at all', 'phone', 'no-answer', '2026-03-01T16:00:00.000Z', 'skipped'],
  ])('until the person is reached on it: %s', async (_how, channel, result, at, status) => {
    const person = known();
    const message = await planMessage(db, { person });
    await attempted(message.pathwayId, 'wrong-number', 'text');
    await attempted(await anotherPathway(person), result, channel, at);
    expect(await delivery().run(message)).toMatchObject(status === 'sent' ? { status } : skipped);
    expect(attempts()).toHaveLength(status === 'sent' ? 1 : 0);
  });

  test('and was replaced by one given later is another number: that one gets the text', async () => {
    const person = known();
    const message = await planMessage(db, { person });
    await attempted(message.pathwayId, 'wrong-number');
    await anotherPathway(person, '07700 900456', '2026-03-01T15:00:00.001Z');
    expect(await delivery().run(message)).toMatchObject({ status: 'sent' });
    expect(attempts()).toMatchObject([{ to: '+447700900456' }]);
  });

  test('is not made right by giving the same number again, nor by one from an earlier day', async () => {
    const person = known();
    const message = await planMessage(db, { person });
    await attempted(message.pathwayId, 'wrong-number');
    await anotherPathway(person, '07700 900123', '2026-03-01T16:00:00.000Z');
    await anotherPathway(person, '07700 900456', '2025-01-01T16:00:00.000Z');
    expect(await delivery().run(message)).toMatchObject(skipped);
  });

  test('of somebody else says nothing', async () => {
    const message = await planMessage(db);
    await attempted(await anotherPathway({ ...known(), surname: aPerson().surname }), 'wrong-number');
    expect(await delivery().run(message)).toMatchObject({ status: 'sent' });
  });
});
