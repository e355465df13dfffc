import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { claimForSending, messageForDelivery } from '../../store/messages.ts';
import { handOverEnrolment } from '../../store/online-enrolments.ts';
import { recordFact } from '../../store/person-facts.ts';
import type { ProgrammeFaultScript } from '../../stand-ins/online-programme-faults.ts';
import { createTestDatabase } from '../support/database.ts';
import { DeliveryUnderTest, leaseOver, startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest } from '../support/delivery.ts';
import { onlineMessages, openOnline, startProgramme } from '../support/online-programme.ts';
import type { ProgrammeUnderTest } from '../support/online-programme.ts';
import { actor, now, prepareForce, testForce } from '../support/pathways.ts';

// The enrolment and the invitation of one referral, with the real ledger, both gateways' real protocols and their faults.

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let programme: ProgrammeUnderTest;
let phones: GatewayUnderTest;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
}, 60_000);

beforeEach(async () => {
  [programme, phones] = await Promise.all([startProgramme(), startGateway()]);
});

afterEach(async () => {
  await Promise.all([programme.close(), phones.close()]);
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

/** A delivery of its own, as a new run would start it. */
function delivery(parts: { readonly programme?: null; readonly hours?: number } = {}): DeliveryUnderTest {
  return new DeliveryUnderTest(
    {
      ...{ db, gateway: phones.gateway, publicUrl: 'https://diary.example' },
      ...(parts.programme === null ? {} : { programme: programme.gateway }),
    },
    now(),
    parts.hours,
  );
}

async function planned() {
  const pathway = await openOnline(db);
  const { enrolment, invitation } = await onlineMessages(db, pathway.pathwayId);
  const of = ({ intentId }: { readonly intentId: string }) => ({ ...pathway, intentId });
  return { ...pathway, enrolment: of(enrolment), invitation: of(invitation) };
}

async function tell(personId: string, kind: 'stop-texts' | 'safety-flag' | 'death'): Promise<void> {
  await recordFact(db, {
    ...{ forceId: testForce, requestId: personId, occurredAt: now(), reason: null },
    ...{ actor: actor('ProviderWorker'), kind, personId },
  });
}

const accepted = () =>
  programme
    .standIn()
    .attempts()
    .filter((attempt) => attempt.accepted);

describe('M29 who is routed to the online programme', () => {
  test('is enrolled once, by a reference that says nothing, and sent the code in neutral words', async () => {
    const { enrolment, invitation, pathwayId, personId } = await planned();
    expect(await delivery().run(enrolment)).toMatchObject({ status: 'sent', purpose: 'online-enrolment' });
    expect(await delivery().run(enrolment)).toMatchObject({ status: 'sent' });
    const [{ accessCode, ...attempt } = { accessCode: null }, ...others] = programme.standIn().attempts();
    expect(others).toEqual([]);
    expect(attempt).toMatchObject({ key: enrolment.intentId, reference: enrolment.intentId });
    for (const telling of ['Rees', 'Nia', '1990', '7700900123', pathwayId, personId]) {
      expect(JSON.stringify(attempt)).not.toContain(telling);
    }
    expect(await delivery().run(invitation)).toMatchObject({ status: 'sent' });
    expect(await delivery().run(invitation)).toMatchObject({ status: 'sent' });
    expect(
      phones
        .standIn()
        .record()
        .map(({ body }) => body),
    ).toEqual([
      `You can begin online, whenever it suits you: https://diary.example/start Your code is ${String(accessCode)}, for you alone. Reply STOP to stop these texts.`,
    ]);
    const kept = await db.pool.query<{ body: string }>('select body from message where id = any($1)', [
      [enrolment.intentId, invitation.intentId],
    ]);
    expect(JSON.stringify(kept.rows)).not.toContain(accessCode);
  });

  test('is sent the code when it is there, and not before', async () => {
    const { enrolment, invitation } = await planned();
    const waiting = delivery();
    await expect(waiting.attempt(invitation)).rejects.toMatchObject({ type: 'WaitsForEnrolment' });
    expect(phones.standIn().record()).toEqual([]);
    expect(
      await waiting.run(invitation, async (number) => {
        if (number === 2) await delivery().run(enrolment);
      }),
    ).toMatchObject({ status: 'sent' });
    expect(waiting.failures.map(({ type }) => type)).toEqual(['WaitsForEnrolment', 'WaitsForEnrolment']);
  });

  const unclear: readonly ProgrammeFaultScript[] = [
    { on: 'enrol', does: 'accept-then-hang' },
    { on: 'enrol', does: 'accept-then-500' },
    { on: 'enrol', does: 'accept-then-reset' },
    { on: 'enrol', does: 'accept-then-nonsense' },
  ];
  test.each(unclear)(
    'is looked up after an unclear answer, and never enrolled twice: $does',
    async (fault) => {
      const { enrolment, invitation } = await planned();
      await programme.script(fault);
      await programme.script({ on: 'find', does: 'lag', times: 2 });
      const trying = delivery();
      expect(await trying.run(enrolment)).toMatchObject({ status: 'sent' });
      expect(trying.failures.map(({ type }) => type)).toEqual(Array(3).fill('LooksUpAtGateway'));
      expect(programme.standIn().attempts()).toHaveLength(1);
      expect(await delivery().run(invitation)).toMatchObject({ status: 'sent' });
      expect(phones.standIn().record()[0]?.body).toContain(String(accepted()[0]?.accessCode));
    },
  );

  test('is only looked for by whoever finds that another worker died at it', async () => {
    const { enrolment } = await planned();
    const { forceId, intentId } = enrolment;
    const held = { forceId, intentId, claimId: 'the dead one', attempt: 1 };
    expect(await claimForSending(db, forceId, intentId, held.claimId)).toMatchObject({ state: 'fresh' });
    const judgedBy = (await messageForDelivery(db, forceId, intentId))?.judgedBy;
    if (judgedBy === undefined) throw new Error('No such message');
    expect(await handOverEnrolment(db, held, now(), { ...judgedBy, headSeq: 99 })).toBe(false);
    expect(await handOverEnrolment(db, held, now(), judgedBy)).toBe(true);
    expect(await handOverEnrolment(db, held, now(), judgedBy)).toBe(false);
    await leaseOver(db, enrolment);
    // It died before it asked: nobody can know that, so nobody asks again.
    expect(await delivery().run(enrolment)).toMatchObject({ status: 'unknown', reason: 'not-at-gateway' });
    expect(programme.standIn().attempts()).toEqual([]);
  });

  test('is a matter for a person where it stays unclear: no second try, and no text', async () => {
    const { enrolment, invitation } = await planned();
    await programme.script({ on: 'enrol', does: 'hang' });
    expect(await delivery().run(enrolment)).toMatchObject({ status: 'unknown', reason: 'not-at-gateway' });
    expect(await delivery().run(enrolment)).toMatchObject({ status: 'unknown' });
    expect(programme.standIn().attempts()).toHaveLength(1);
    expect(await delivery().run(invitation)).toMatchObject({ status: 'skipped', reason: 'not-enrolled' });
    expect(phones.standIn().record()).toEqual([]);
  });

  test('waits for a programme that is away or asks for a pause, which surely enrolled nobody', async () => {
    const { enrolment } = await planned();
    await programme.stop();
    const trying = delivery();
    await expect(trying.attempt(enrolment)).rejects.toMatchObject({ type: 'GatewayAway' });
    await programme.startAgain();
    await programme.script({ on: 'enrol', does: 'too-many', retryAfterSeconds: 30 });
    expect(await trying.run(enrolment)).toMatchObject({ status: 'sent' });
    expect(trying.failures.map(({ pauseSeconds }) => pauseSeconds)).toEqual([null, 30]);
    expect(accepted()).toHaveLength(1);
    const late = await planned();
    await programme.stop();
    expect(await delivery({ hours: 0.1 }).run(late.enrolment)).toMatchObject({
      ...{ status: 'failed', reason: 'gave-up-not-reachable' },
    });
  });

  test.each([
    ['no programme is set up', 'no-online-programme', { programme: null }],
    ['the programme refuses', 'refused-not-taken', {}],
  ] as const)('is a matter for a person where %s', async (_words, reason, parts) => {
    const { enrolment } = await planned();
    await programme.script({ on: 'enrol', does: 'refuse' });
    expect(await delivery(parts).run(enrolment)).toMatchObject({ status: 'failed', reason });
    expect(accepted()).toEqual([]);
  });

  test.each([
    ['stop-texts', 'texts-stopped'],
    ['safety-flag', 'safety-flag'],
  ] as const)('is enrolled all the same, and somebody tells the code, with: %s', async (fact, reason) => {
    const { enrolment, invitation, personId } = await planned();
    await tell(personId, fact);
    expect(await delivery().run(enrolment)).toMatchObject({ status: 'sent' });
    // Failed, and not rightly skipped: the pathway asks a person.
    expect(await delivery().run(invitation)).toMatchObject({ status: 'failed', reason });
    expect(phones.standIn().record()).toEqual([]);
  });

  test('is not enrolled after their death, and nobody is asked', async () => {
    const { enrolment, invitation, personId } = await planned();
    await tell(personId, 'death');
    const dead = { status: 'skipped', reason: 'person-died' };
    expect(await delivery().run(enrolment)).toMatchObject(dead);
    expect(await delivery().run(invitation)).toMatchObject(dead);
    expect(programme.standIn().attempts()).toEqual([]);
  });

  test('is enrolled also when only the referral’s time is over and the treatment goes on', async () => {
    const { enrolment, invitation, pathwayId } = await planned();
    const close = (reason: string) =>
      db.pool.query('update pathway set closed_at = clock_timestamp(), closure_reason = $2 where id = $1', [
        ...[pathwayId, reason],
      ]);
    await close('concluded-in-treatment');
    expect(await delivery().run(enrolment)).toMatchObject({ status: 'sent' });
    await close('moved');
    expect(await delivery().run(invitation)).toMatchObject({ status: 'skipped', reason: 'pathway-closed' });
  });

  test('the text counts in the limit of the day, the enrolment does not', async () => {
    const { enrolment, invitation } = await planned();
    await delivery().run(enrolment);
    await delivery().run(invitation);
    const seenBy = async ({ intentId }: { readonly intentId: string }) =>
      (await messageForDelivery(db, testForce, intentId))?.person.textsToday;
    expect([await seenBy(invitation), await seenBy(enrolment)]).toEqual([0, 1]);
  });
});
