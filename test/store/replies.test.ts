import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readReply } from '../../messages/reply-meaning.ts';
import type { Database } from '../../store/database.ts';
import { recordReply } from '../../store/replies.ts';
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
import { force, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

// Which text one that came in answers, where there were several.

let store: StoreUnderTest;
let db: Database;
let under: GatewayUnderTest;
let phones = 0;

beforeAll(async () => {
  store = await openStore();
  ({ db } = store);
  under = await startGateway();
});

afterAll(async () => {
  await under.close();
  await store.close();
});

/** Everybody has another phone. */
function aPhone(): string {
  phones += 1;
  return `+4477009${String(phones).padStart(5, '0')}`;
}

describe('M93 confirming, or not coming, is about an appointment that is ahead', () => {
  const ahead = '2099-03-03T14:30:00.000Z';

  /** A case of its own of this person, and a text of it. */
  async function texted(
    mobile: string,
    nominalNumber: string,
    given: {
      readonly at?: string;
      readonly kind?: 'diversion' | 'compulsory';
      readonly startsAt?: string;
      readonly appointmentId?: string;
      readonly purpose?: string;
    } = {},
  ) {
    const { at = mondayMorning, kind = 'diversion', startsAt = ahead } = given;
    const { appointmentId = `a-${randomUUID()}`, purpose = 'appointment-reminder' } = given;
    // What is about none is about one that the case does not have.
    const told = purpose === 'could-not-reach' ? 'none' : appointmentId;
    const message = await planMessage(db, {
      person: { nominalNumber, mobile, language: 'en' },
      appointment: { appointmentId, startsAt },
      intent: {
        purpose,
        ...{ notBefore: at, expiresAt: '2026-03-09T14:30:00.000Z', appointmentId: told },
      },
      ...(kind === 'compulsory'
        ? { under: { kind, policyId: `compulsory:${force}`, policyVersion: 1 } }
        : {}),
    });
    const run = new DeliveryUnderTest({ db: db, gateway: under.gateway }, at);
    expect(await run.run(message)).toMatchObject({ status: 'sent' });
    return { ...message, appointmentId };
  }

  async function answered(phone: string, words: string, gatewayId: string = randomUUID()) {
    const { meaning, callToday } = readReply(words);
    const text = { forceId: force, gatewayId, from: phone, words, meaning, callToday };
    expect(await recordReply(db, { ...text, receivedAt: toInstant(Date.now()) })).not.toBeNull();
    const { rows } = await db.pool.query<Record<string, unknown>>(
      `select pathway_id as "pathwayId", appointment_id as "appointmentId", unclear from reply
        where mobile_index = $1 order by received_at, gateway_id`,
      [db.fields.blindIndex('mobile', force, phone)],
    );
    return rows;
  }

  const tuesdayMorning = '2026-03-03T09:00:00.000Z';
  const aPerson = () => [aPhone(), `N${randomUUID()}`] as const;
  const about = (
    { pathwayId, appointmentId }: { readonly pathwayId: string; readonly appointmentId: string },
    unclear = false,
  ) => ({ pathwayId, appointmentId, unclear });

  test.each(['1', '2'])('%s after a newer text about something else', async (words) => {
    const [phone, nominal] = aPerson();
    const reminded = await texted(phone, nominal);
    await texted(phone, nominal, { at: tuesdayMorning, purpose: 'could-not-reach' });
    expect(await answered(phone, words)).toEqual([about(reminded)]);
  });

  test('what is said in words answers the newest text all the same', async () => {
    const [phone, nominal] = aPerson();
    await texted(phone, nominal);
    const other = await texted(phone, nominal, { at: tuesdayMorning, purpose: 'could-not-reach' });
    expect(await answered(phone, 'Diolch')).toEqual([{ ...about(other), appointmentId: 'none' }]);
  });

  test('2 after a reminder of a duty, and later one of a referral: the newest that is ahead', async () => {
    const [phone, nominal] = aPerson();
    const duty = await texted(phone, nominal, { kind: 'compulsory' });
    const referral = await texted(phone, nominal, { at: tuesdayMorning });
    expect(await answered(phone, '2')).toEqual([about(referral)]);
    await changePathway(db, referral.pathwayId, {
      appointments: [anAppointment({ ...referral, startsAt: ahead, status: 'cancelled' })],
    });
    expect((await answered(phone, '2')).at(-1)).toEqual(about(duty));
  });

  test('2 where both were reminded of on one day is asked about in both, the duty first, once', async () => {
    const [phone, nominal] = aPerson();
    const duty = await texted(phone, nominal, { kind: 'compulsory' });
    const referral = await texted(phone, nominal, { at: '2026-03-02T11:00:00.000Z' });
    const same = randomUUID();
    for (let time = 0; time < 3; time += 1) await answered(phone, '2', same);
    expect(await answered(phone, '2', same)).toEqual([about(duty, true), about(referral, true)]);
    // Another case that is reminded of later takes nothing of what is told of again.
    await texted(phone, nominal, { at: '2026-03-02T12:00:00.000Z' });
    expect(await answered(phone, '2', same)).toHaveLength(2);
  });

  test('2 where one of the two is over is about the other', async () => {
    const [phone, nominal] = aPerson();
    const duty = await texted(phone, nominal, { kind: 'compulsory' });
    await texted(phone, nominal, { startsAt: '2026-03-03T14:30:00.000Z' });
    expect(await answered(phone, '2')).toEqual([about(duty)]);
  });

  test('2 where nothing is ahead answers the newest text, for a person to read', async () => {
    const [phone, nominal] = aPerson();
    await texted(phone, nominal, { startsAt: '2026-03-04T14:30:00.000Z' });
    const other = await texted(phone, nominal, {
      ...{ at: '2026-03-02T12:00:00.000Z', startsAt: '2026-03-03T14:30:00.000Z' },
    });
    expect(await answered(phone, '2')).toEqual([about(other)]);
  });
});
