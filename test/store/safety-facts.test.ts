import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { append } from '../../store/ledger.ts';
import {
  factsOf,
  markCarried,
  NotCorrectableError,
  pathwaysOfFact,
  recordFact,
  uncarriedFacts,
} from '../../store/person-facts.ts';
import type { FactSaid, PersonFactRecord } from '../../store/person-facts.ts';
import { personById } from '../../store/persons.ts';
import { wholeForce } from '../../store/scope.ts';
import { taskById } from '../../store/tasks.ts';
import { factCommandId } from '../../workflows/domain/common/command.ts';
import {
  aSummary,
  anActor,
  anAppend,
  anEvent,
  force,
  openAPathway,
  openStore,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

const at = (hour: number) => `2026-09-02T${String(hour).padStart(2, '0')}:00:00.000Z`;

async function tell(
  personId: string,
  said: FactSaid,
  occurredAt = at(10),
  requestId: string = randomUUID(),
): Promise<PersonFactRecord> {
  const recorded = await recordFact(store.db, {
    ...{ forceId: force, personId, requestId, occurredAt, reason: null, actor: anActor(), ...said },
  });
  if (recorded === null) throw new Error('Nobody was told');
  return recorded.fact;
}

const correct = (personId: string, death: PersonFactRecord, requestId?: string) =>
  tell(personId, { kind: 'death-corrected', correctsFactId: death.factId }, at(11), requestId);

const reached = async ({ factId }: PersonFactRecord) =>
  (await pathwaysOfFact(store.db, force, factId)).map(({ pathwayId }) => pathwayId);

const waits = async ({ factId }: PersonFactRecord) =>
  (await uncarriedFacts(store.db, 10_000)).some((fact) => fact.factId === factId);

async function carried(fact: PersonFactRecord): Promise<void> {
  await pathwaysOfFact(store.db, force, fact.factId);
  expect(await markCarried(store.db, force, fact.factId)).toBe(true);
}

describe('every kind is kept with what it says', () => {
  const said: readonly FactSaid[] = [
    ...(['death', 'stop-texts', 'texts-allowed', 'custody', 'release', 'safety-flag'] as const).map(
      (kind) => ({
        kind,
      }),
    ),
    { kind: 'safety-flag-lifted' },
    { kind: 'consent-given', purpose: 'care-record' },
    { kind: 'consent-withdrawn', purpose: 'treatment' },
    { kind: 'contact-preferences', preferences: { text: 'no', voicemail: 'unknown' } },
  ];

  test.each(said)('$kind', async (fact) => {
    const { personId } = await openAPathway(store.db);
    const { kind, ...data } = fact;
    expect(await tell(personId, fact)).toMatchObject({ kind, data, taskId: null });
    expect(await factsOf(store.db, force, personId)).toMatchObject([{ kind, data }]);
  });

  test.each<[string, string]>([
    ['consent-given', '{}'],
    ['consent-withdrawn', '{"purpose":"everything"}'],
    ['consent-given', '{"purpose":"texts","words":"free text"}'],
    ['contact-preferences', '{}'],
    ['contact-preferences', '{"preferences":{}}'],
    ['contact-preferences', '{"preferences":"yes"}'],
    ['contact-preferences', '{"preferences":{"text":"maybe"}}'],
    ['contact-preferences', '{"preferences":{"pigeon":"yes"}}'],
    ['death-corrected', '{}'],
    ['death-corrected', '{"correctsFactId":"the other one"}'],
    ['death', '{"words":"free text"}'],
    ['rumour', '{}'],
  ])('%s with %s is refused by the table itself', async (kind, data) => {
    const { personId } = await openAPathway(store.db);
    const insert = store.db.pool.query(
      `insert into person_fact (force_id, id, person_id, kind, data, occurred_at, request_id, actor_id, actor_role,
           organisation_id)
         values ($1, gen_random_uuid(), $2, $3, $4, now(), gen_random_uuid(), 'u', 'Manager', 'o')`,
      [force, personId, kind, data],
    );
    await expect(insert).rejects.toMatchObject({ code: '23514' });
  });
});

describe('the correction of a death', () => {
  test('names a death of this person that is not corrected yet; sent again it is the same one', async () => {
    const { personId } = await openAPathway(store.db);
    const { personId: stranger } = await openAPathway(store.db);
    const death = await tell(personId, { kind: 'death' });
    const why = async (who: string, factId: string) =>
      tell(who, { kind: 'death-corrected', correctsFactId: factId }).then(
        () => 'recorded',
        (error: unknown) => (error instanceof NotCorrectableError ? error.why : error),
      );
    const notADeath = await tell(personId, { kind: 'custody' });
    expect(await why(stranger, death.factId)).toBe('no-such-death');
    expect(await why(personId, notADeath.factId)).toBe('no-such-death');
    expect(await why(personId, randomUUID())).toBe('no-such-death');
    expect(await factsOf(store.db, force, personId)).toHaveLength(2);

    const key = randomUUID();
    const first = await correct(personId, death, key);
    expect(first).toMatchObject({ kind: 'death-corrected', data: { correctsFactId: death.factId } });
    expect((await correct(personId, death, key)).factId).toBe(first.factId);
    expect(await why(personId, death.factId)).toBe('corrected-before');
    expect(await why(personId, first.factId)).toBe('no-such-death');
    await expect(
      tell(randomUUID(), { kind: 'death-corrected', correctsFactId: death.factId }),
    ).rejects.toThrow('Nobody was told');
  });

  test('is taken once, though 20 bring it at once', async () => {
    const { personId } = await openAPathway(store.db);
    const death = await tell(personId, { kind: 'death' });
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => correct(personId, death)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(NotCorrectableError);
    }
    expect(await factsOf(store.db, force, personId)).toHaveLength(2);
  });
});

describe('what is said of texts is what the person’s row says', () => {
  const texts = (text: 'yes' | 'no' | 'unknown'): FactSaid => ({
    kind: 'contact-preferences',
    preferences: { text },
  });
  const row = async (personId: string) =>
    (await personById(store.db, wholeForce(force), personId))?.safeToText ?? null;

  test('later over earlier, whatever the order of telling; other ways change nothing', async () => {
    const { personId } = await openAPathway(store.db, { person: { safeToText: null } });
    await tell(personId, texts('yes'), at(10));
    expect(await row(personId)).toBe('yes');
    await tell(personId, texts('no'), at(12));
    expect(await row(personId)).toBe('no');
    await tell(personId, texts('yes'), at(11));
    expect(await row(personId)).toBe('no');
    await tell(personId, texts('yes'), at(13));
    expect(await row(personId)).toBe('yes');
    await tell(personId, { kind: 'contact-preferences', preferences: { post: 'no' } }, at(14));
    expect(await row(personId)).toBe('yes');
    await tell(personId, texts('unknown'), at(15));
    expect(await row(personId)).toBeNull();
  });

  test('a yes from before the latest referral lifts nothing that was said with it; a no does', async () => {
    const receivedAt = at(9);
    const { personId } = await openAPathway(store.db, { receivedAt, person: { safeToText: 'no' } });
    await tell(personId, texts('yes'), at(8));
    expect(await row(personId)).toBe('no');
    await tell(personId, texts('yes'), at(10));
    expect(await row(personId)).toBe('yes');
    const trusting = await openAPathway(store.db, { receivedAt, person: { safeToText: 'yes' } });
    await tell(trusting.personId, texts('no'), at(8));
    expect(await row(trusting.personId)).toBe('no');
  });

  test('a yes from before the number in use was given is nothing about it; a no is', async () => {
    const { personId } = await openAPathway(store.db, { receivedAt: at(8), person: { safeToText: null } });
    // As an amended number leaves the row.
    await store.db.pool.query('update person set safe_to_text = null, mobile_given_at = $2 where id = $1', [
      personId,
      at(12),
    ]);
    await tell(personId, texts('yes'), at(11));
    expect(await row(personId)).toBeNull();
    await tell(personId, texts('yes'), at(12));
    expect(await row(personId)).toBe('yes');
    await store.db.pool.query('update person set mobile_given_at = $2 where id = $1', [personId, at(20)]);
    await tell(personId, texts('no'), at(13));
    expect(await row(personId)).toBe('no');
  });
});

describe('carried', () => {
  const nominal = () => ({ person: { nominalNumber: `N${randomUUID()}` } });

  test('to a new referral is only what holds: nothing overtaken before it, no death that was corrected', async () => {
    const who = nominal();
    const first = await openAPathway(store.db, who);
    const { personId } = first;
    const custody = await tell(personId, { kind: 'custody' }, at(10));
    const release = await tell(personId, { kind: 'release' }, at(12));
    const late = await tell(personId, { kind: 'custody' }, at(11));
    const consent = await tell(personId, { kind: 'consent-given', purpose: 'texts' }, at(10));
    const other = await tell(personId, { kind: 'consent-withdrawn', purpose: 'treatment' }, at(11));
    const back = await tell(personId, { kind: 'consent-withdrawn', purpose: 'texts' }, at(11));
    const stop = await tell(personId, { kind: 'stop-texts' }, at(9));
    const death = await tell(personId, { kind: 'death' });
    const correction = await correct(personId, death);
    const second = await openAPathway(store.db, who);

    const both = [first.pathwayId, second.pathwayId].sort();
    const told = async (fact: PersonFactRecord) => (await reached(fact)).sort();
    expect(await told(custody)).toEqual([first.pathwayId]);
    expect(await told(late)).toEqual([first.pathwayId]);
    expect(await told(release)).toEqual(both);
    expect(await told(consent)).toEqual([first.pathwayId]);
    expect(await told(back)).toEqual(both);
    expect(await told(other)).toEqual(both);
    // No consent takes a stop back.
    expect(await told(stop)).toEqual(both);
    // The death was corrected before it was carried anywhere.
    expect(await told(death)).toEqual([]);
    expect(await told(correction)).toEqual([first.pathwayId]);
  });

  test('a correction reaches the pathway that the death finished, and no other finished one', async () => {
    const who = nominal();
    const died = await openAPathway(store.db, who);
    const done = await openAPathway(store.db, who);
    const death = await tell(died.personId, { kind: 'death' });
    const ended = { summary: aSummary({ needsRun: false }) };
    await append(
      store.db,
      anAppend(died.pathwayId, 1, { ...ended, commandId: factCommandId(death.factId) }),
      'test',
    );
    await append(store.db, anAppend(done.pathwayId, 1, ended), 'test');
    const correction = await correct(died.personId, death);
    expect(await reached(correction)).toEqual([died.pathwayId]);
  });

  test('while another death stands a correction is carried nowhere; the last one reaches what the first finished', async () => {
    const { pathwayId, personId } = await openAPathway(store.db);
    const first = await tell(personId, { kind: 'death' });
    const ended = { summary: aSummary({ needsRun: false }), commandId: factCommandId(first.factId) };
    await append(store.db, anAppend(pathwayId, 1, ended), 'test');
    const second = await tell(personId, { kind: 'death' });
    expect(await reached(await correct(personId, second))).toEqual([]);
    expect(await reached(await correct(personId, first))).toEqual([pathwayId]);
  });

  test('a death that units may have seen goes before its correction on the compulsory path, once', async () => {
    const { pathwayId, personId } = await openAPathway(store.db);
    await store.db.pool.query("update pathway set kind = 'compulsory' where id = $1", [pathwayId]);
    const death = await tell(personId, { kind: 'death' });
    const { factId } = await correct(personId, death);
    expect(await reached(death)).toEqual([pathwayId]);
    expect(await pathwaysOfFact(store.db, force, factId)).toMatchObject([
      { pathwayId, deathFirst: death.factId },
    ]);
    await append(store.db, anAppend(pathwayId, 1, { commandId: factCommandId(death.factId) }), 'test');
    expect(await pathwaysOfFact(store.db, force, factId)).toMatchObject([{ pathwayId, deathFirst: null }]);
  });

  test('a pathway that was finished and goes on hears again of all that was told', async () => {
    const { pathwayId, personId } = await openAPathway(store.db);
    await append(store.db, anAppend(pathwayId, 1, { summary: aSummary({ needsRun: false }) }), 'test');
    const facts = [
      await tell(personId, { kind: 'stop-texts' }),
      await tell(personId, { kind: 'consent-withdrawn', purpose: 'sharing' }),
    ];
    for (const fact of facts) {
      expect(await reached(fact)).toEqual([]);
      await carried(fact);
      expect(await waits(fact)).toBe(false);
    }
    await append(store.db, anAppend(pathwayId, 2, {}), 'test');
    for (const fact of facts) {
      expect(await waits(fact)).toBe(true);
      expect(await reached(fact)).toEqual([pathwayId]);
      await carried(fact);
    }
    // Nothing new for a pathway that simply goes on.
    await append(store.db, anAppend(pathwayId, 3, {}), 'test');
    for (const fact of facts) expect(await waits(fact)).toBe(false);
  });

  test('what is told while a pathway is opened again reaches it, or waits to', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { pathwayId, personId } = await openAPathway(store.db);
      await append(store.db, anAppend(pathwayId, 1, { summary: aSummary({ needsRun: false }) }), 'test');
      const [fact] = await Promise.all([
        tell(personId, { kind: 'stop-texts' }).then(async (told) => {
          const to = await reached(told);
          await markCarried(store.db, force, told.factId);
          return { told, to };
        }),
        append(store.db, anAppend(pathwayId, 2, {}), 'test'),
      ]);
      expect(fact.to.includes(pathwayId) || (await waits(fact.told))).toBe(true);
    }
  });
});

describe('arrest tasks', () => {
  async function issue(pathwayId: string, seq: number, earlier: string[] = []): Promise<string> {
    const taskId = randomUUID();
    const tasks = [...earlier, taskId].map((id) => ({
      ...{ taskId: id, breachId: 'b1', unitCode: 'lpu-brecon', marker: 'RED' as const, status: 'issued' },
      issuedAt: at(9),
    }));
    const events = [
      anEvent({ type: 'arrest-task-issued', data: { taskId, offence: 's.12', breachedAt: at(8) } }),
    ];
    await append(store.db, anAppend(pathwayId, seq, { events, summary: aSummary({ tasks }) }), 'test');
    return taskId;
  }
  const withdrawnAt = async (taskId: string) =>
    (await taskById(store.db, wholeForce(force), taskId))?.withdrawnAt;

  test('M46: withdrawn by a death, stay withdrawn when it is corrected; what is issued after that stands', async () => {
    const { pathwayId, personId } = await openAPathway(store.db);
    const before = await issue(pathwayId, 1);
    expect(await withdrawnAt(before)).toBeNull();
    const death = await tell(personId, { kind: 'death' });
    expect(await withdrawnAt(before)).toBe(death.recordedAt);
    await correct(personId, death);
    expect(await withdrawnAt(before)).toBe(death.recordedAt);
    const after = await issue(pathwayId, 2, [before]);
    expect(await withdrawnAt(after)).toBeNull();
    const again = await tell(personId, { kind: 'death' });
    expect(await withdrawnAt(after)).toBe(again.recordedAt);
    expect(await withdrawnAt(before)).toBe(death.recordedAt);
  });

  test('no other fact about the person takes one back', async () => {
    const { pathwayId, personId } = await openAPathway(store.db);
    const taskId = await issue(pathwayId, 1);
    for (const kind of ['custody', 'stop-texts', 'safety-flag'] as const) await tell(personId, { kind });
    await tell(personId, { kind: 'consent-withdrawn', purpose: 'sharing' });
    expect(await withdrawnAt(taskId)).toBeNull();
  });
});
