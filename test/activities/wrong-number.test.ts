import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CreateAttempt } from '../../stand-ins/twilio-record.ts';
import type { Database } from '../../store/database.ts';
import { indexFormerNumbers } from '../../store/encrypt-again.ts';
import { openPathway } from '../../store/intake.ts';
import { append } from '../../store/ledger.ts';
import { recordGatewayReport } from '../../store/messages.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
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

describe('edge case 31: a number that was found to be wrong', () => {
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
  const first = '07700 900123';
  const second = '07700 900456';

  /** Of the numbers that were replaced, when each was: the database's clock stands in another month than the story. */
  const replacedOn = async (personId: string, ...days: readonly string[]): Promise<void> => {
    await db.pool.query(
      `update former_number f set replaced_at = day from (
           select id, ($2::timestamptz[])[row_number() over (order by replaced_at)] as day
             from former_number where person_id = $1) as n
         where f.id = n.id`,
      [personId, days],
    );
  };

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

  test('and comes back after another one is still somebody else’s', async () => {
    const person = known();
    const message = await planMessage(db, { person });
    await attempted(message.pathwayId, 'wrong-number', 'phone', '2026-02-03T09:00:00.000Z');
    await anotherPathway(person, second, '2026-02-10T09:00:00.000Z');
    await anotherPathway(person, first, '2026-02-12T09:00:00.000Z');
    expect(await delivery().run(message)).toMatchObject(skipped);
    expect(attempts()).toEqual([]);
  });

  test.each([
    ['on the other one', '2026-02-11T10:00:00.000Z', 'skipped'],
    ['on it', '2026-02-13T10:00:00.000Z', 'sent'],
  ])('and comes back is made right only by reaching the person %s', async (_which, at, status) => {
    const person = known();
    const message = await planMessage(db, { person });
    await attempted(message.pathwayId, 'wrong-number', 'phone', '2026-02-03T09:00:00.000Z');
    await anotherPathway(person, second, '2026-02-10T09:00:00.000Z');
    await anotherPathway(person, first, '2026-02-12T09:00:00.000Z');
    await replacedOn(message.personId, '2026-02-10T09:30:00.000Z', '2026-02-12T09:30:00.000Z');
    await attempted(message.pathwayId, 'reached', 'phone', at);
    expect(await delivery().run(message)).toMatchObject(status === 'sent' ? { status } : skipped);
    expect(attempts()).toHaveLength(status === 'sent' ? 1 : 0);
  });

  test('may be a former one of which nobody knows yet which it was, until it has its index', async () => {
    const [back, other] = [known(), known()];
    const comesBack = await planMessage(db, { person: back });
    const replaced = await planMessage(db, { person: other });
    for (const [person, { pathwayId }] of [
      [back, comesBack],
      [other, replaced],
    ] as const) {
      await attempted(pathwayId, 'wrong-number', 'phone', '2026-02-03T09:00:00.000Z');
      await anotherPathway(person, second, '2026-02-10T09:00:00.000Z');
    }
    // As the release wrote them that had no index of former numbers.
    await db.pool.query('update former_number set mobile_index = null');
    await anotherPathway(back, first, '2026-02-12T09:00:00.000Z');
    expect(await delivery().run(comesBack)).toMatchObject(skipped);
    const later = await planMessage(db, { person: other });
    expect(await delivery().run(later)).toMatchObject(skipped);

    expect(await indexFormerNumbers(db, 1)).toBeGreaterThanOrEqual(2);
    expect(await indexFormerNumbers(db)).toBe(0);
    const again = await planMessage(db, { person: back });
    expect(await delivery().run(again)).toMatchObject(skipped);
    expect(attempts()).toEqual([]);
    expect(await delivery().run(replaced)).toMatchObject({ status: 'sent' });
    expect(attempts()).toMatchObject([{ to: '+447700900456' }]);
  });

  test('because a text to it came back is right again once the person was reached on it', async () => {
    const person = { ...known(), mobile: '07700 900771' };
    const sent = await planMessage(db, { person });
    expect(await delivery().run(sent)).toMatchObject({ status: 'sent' });
    const bounced = { gatewayStatus: 'undelivered', status: 'failed', reason: 'gateway-30005' } as const;
    const gatewayId = attempts()[0]?.sid ?? '';
    const { forceId, intentId } = sent;
    expect(await recordGatewayReport(db, { ...bounced, forceId, intentId, gatewayId })).toBe(true);
    const next = await planMessage(db, { person });
    expect(await delivery().run(next)).toMatchObject(skipped);
    await attempted(next.pathwayId, 'reached', 'phone', toInstant(Date.now() + 1_000));
    expect(await delivery().run(await planMessage(db, { person }))).toMatchObject({ status: 'sent' });
  });

  test('of somebody else says nothing', async () => {
    const message = await planMessage(db);
    await attempted(await anotherPathway({ ...known(), surname: aPerson().surname }), 'wrong-number');
    expect(await delivery().run(message)).toMatchObject({ status: 'sent' });
  });
});
