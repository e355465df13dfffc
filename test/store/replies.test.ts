import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readReply } from '../../messages/reply-meaning.ts';
import type { Database } from '../../store/database.ts';
import { keepInboundText } from '../../store/inbound-texts.ts';
import { mergePersons } from '../../store/person-merges.ts';
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
import { anActor, force, openAPathway, openStore, otherForce } from '../support/recorded-pathway.ts';
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

describe('a text from a number on record that answers none of ours is for the open cases of whoever has it', () => {
  const began = { receivedAt: '2026-02-02T09:00:00.000Z' };

  const opened = (mobile: string, changes: Parameters<typeof openAPathway>[1] = {}) =>
    openAPathway(db, { ...began, ...changes, person: { mobile, ...changes.person } });

  async function keeps(phone: string, words: string, receivedAt = toInstant(Date.now())) {
    const text = { ...readReply(words), gatewayId: randomUUID(), from: phone, words, receivedAt };
    await keepInboundText(db, text, force);
    const { rows } = await db.pool.query<Record<string, unknown>>(
      `select force_id as "forceId", intent_id as "intentId", pathway_id as "pathwayId",
          appointment_id as "appointmentId", unclear from reply
        where gateway_id in ($1, $1 || ':1') order by gateway_id, force_id`,
      [text.gatewayId],
    );
    return rows;
  }

  const nothing = { intentId: null, appointmentId: null };
  const unmatched = { ...nothing, forceId: force, pathwayId: null, unclear: false };
  const of = ({ pathwayId }: { readonly pathwayId: string }, unclear = false) => ({
    ...{ ...nothing, forceId: force, pathwayId, unclear },
  });

  test.each(['He is going to kill me', '1', '2', 'Wrong number', 'CANCEL', 'STOP, he is going to kill me'])(
    'M93 “%s” where texts are not safe',
    async (words) => {
      const phone = aPhone();
      const pathway = await opened(phone, { person: { safeToText: 'no' } });
      expect(await keeps(phone, words)).toEqual([of(pathway)]);
    },
  );

  test.each(['STOPIWCH', 'START', 'HELP'])(
    '%s is about the number and asks nothing of a case',
    async (words) => {
      const phone = aPhone();
      await opened(phone);
      expect(await keeps(phone, words)).toEqual([unmatched]);
    },
  );

  test('several open cases are asked, the duty first, and each hears that another may be meant', async () => {
    const phone = aPhone();
    const nominalNumber = `N${randomUUID()}`;
    const referral = await opened(phone, { person: { nominalNumber } });
    const duty = await opened(phone, {
      ...{ person: { nominalNumber }, kind: 'compulsory', policyId: `compulsory:${force}` },
    });
    expect(await keeps(phone, 'Ring me')).toEqual([of(duty, true), of(referral, true)]);
  });

  test('a case of another row of a merged person is theirs; of another force’s person it is that force’s', async () => {
    const [phone, elsewhere] = [aPhone(), aPhone()];
    const [known, merged] = [await opened(phone), await opened(aPhone())];
    await changePathway(db, known.pathwayId, closed);
    const { personId } = known;
    const merge = await mergePersons(db, {
      ...{ forceId: force, personId, otherPersonId: merged.personId, reason: 'same-nominal' },
      ...{ confirmed: [], actor: anActor(), requestId: randomUUID() },
    });
    expect(merge.refused).toBeUndefined();
    expect(await keeps(phone, 'Ring me')).toEqual([of(merged)]);

    const other = await opened(elsewhere, { forceId: otherForce });
    expect(await keeps(elsewhere, 'Ring me')).toEqual([{ ...of(other), forceId: otherForce }]);
  });

  const closed = { closedAt: '2026-02-03T09:00:00.000Z', closureReason: 'declined' };

  test('with a force that has a case of theirs open it is, and not with the one that the gateway posts to', async () => {
    const phone = aPhone();
    const { pathwayId } = await opened(phone);
    await changePathway(db, pathwayId, closed);
    const other = await opened(phone, { forceId: otherForce });
    expect(await keeps(phone, 'Ring me')).toEqual([{ ...of(other), forceId: otherForce }]);
  });

  test('of a case that has ended, though only that one ever texted, it is for the one that is open', async () => {
    const phone = aPhone();
    const nominalNumber = `N${randomUUID()}`;
    const message = await planMessage(db, { person: { nominalNumber, mobile: phone } });
    const run = new DeliveryUnderTest({ db, gateway: under.gateway });
    expect(await run.run(message)).toMatchObject({ status: 'sent' });
    await changePathway(db, message.pathwayId, closed);
    const ended = { ...of(message), intentId: message.intentId };
    expect(await keeps(phone, 'He is going to kill me')).toMatchObject([
      { ...ended, appointmentId: 'appointment-1' },
    ]);
    const open = await opened(phone, { person: { nominalNumber, safeToText: 'no' } });
    expect(await keeps(phone, 'He is going to kill me')).toEqual([of(open)]);
  });

  test('where no case of theirs is open, or the number is known as a stranger’s, no case hears of it', async () => {
    const [over, stranger] = [aPhone(), aPhone()];
    const { pathwayId } = await opened(over);
    await changePathway(db, pathwayId, closed);
    expect(await keeps(over, 'Ring me')).toEqual([unmatched]);

    const theirs = await opened(stranger);
    expect(await keeps(stranger, 'Wrong number')).toEqual([of(theirs)]);
    expect(await keeps(stranger, 'Ring me')).toEqual([unmatched]);
  });
});
