import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drugTestsBetween } from '../../store/drug-tests.ts';
import { IdentityConflictError, openPathway } from '../../store/intake.ts';
import { append, readEvents, verifyChain } from '../../store/ledger.ts';
import { knownOutcome } from '../../store/outcome-counts.ts';
import { markCarried, pathwaysOfFact, recordFact } from '../../store/person-facts.ts';
import { pathwayById, pathwaysAwaitingRun } from '../../store/pathways.ts';
import { findPersons, personById, possibleMatches } from '../../store/persons.ts';
import { wholeForce } from '../../store/scope.ts';
import {
  anActor,
  anAppend,
  anEvent,
  anIntake,
  anIntent,
  force,
  openStore,
  otherForce,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;
const scope = wholeForce(force);

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

const anOutcome = () => ({ occurrenceNumber: `DP-${randomUUID()}`, nominalNumber: `N${randomUUID()}` });

async function rowsOf(table: string): Promise<number> {
  const { rows } = await store.db.pool.query<{ count: number }>(
    `select count(*)::int as count from ${table}`,
  );
  return rows[0]?.count ?? Number.NaN;
}

describe('intake', () => {
  test('makes person, pathway, opening events, messages and the wish to run', async () => {
    const intake = anIntake({
      entry: { intents: [anIntent()] },
      outcome: anOutcome(),
      receivedAt: '2026-09-01T06:02:00.000Z',
    });

    const opened = await openPathway(store.db, intake);

    expect(opened).toEqual({
      created: true,
      pathwayId: intake.pathwayId,
      personId: intake.person.personId,
      reference: expect.stringMatching(/^LL-[BCDFGHJKMNPRTVWXZ]{4}-[BCDFGHJKMNPRTVWXZ]{4}$/),
      head: 1,
      differs: [],
      personCreated: true,
      possibleMatches: 0,
    });
    expect(await pathwayById(store.db, scope, opened.pathwayId)).toMatchObject({
      kind: 'diversion',
      reference: opened.reference,
      personId: opened.personId,
      source: 'acr',
      receivedAt: '2026-09-01T06:02:00.000Z',
      headSeq: 1,
      stage: 'awaiting-contact',
      needsRun: true,
      runConfirmedAt: null,
      demo: false,
    });
    expect(await pathwaysAwaitingRun(store.db, 1000)).toContainEqual({
      forceId: force,
      pathwayId: opened.pathwayId,
      kind: 'diversion',
      place: { at: expect.any(String), id: opened.pathwayId },
    });
    const caughtUp = await append(store.db, anAppend(opened.pathwayId, 0, null), 'test');
    expect(caughtUp).toMatchObject({ head: 1, events: [{ type: 'opened' }], openIntents: [{ urgency: 3 }] });
    expect(await verifyChain(store.db, force, opened.pathwayId)).toEqual({ ok: true });
    expect(await personById(store.db, scope, opened.personId)).toMatchObject(
      (({ personId: _, ...details }) => details)(intake.person),
    );
  });

  test('of one outcome sent 20 times at once makes one pathway and one person', async () => {
    const outcome = anOutcome();
    const before = {
      person: await rowsOf('person'),
      pathway: await rowsOf('pathway'),
      event: await rowsOf('event'),
    };
    const intakes = Array.from({ length: 20 }, () =>
      anIntake({ outcome, person: { nominalNumber: outcome.nominalNumber } }),
    );

    const opened = await Promise.all(intakes.map((intake) => openPathway(store.db, intake)));

    expect(opened.filter(({ created }) => created)).toHaveLength(1);
    expect(
      new Set(
        opened.map(
          ({ pathwayId, personId, reference, head }) => `${pathwayId} ${personId} ${reference} ${head}`,
        ),
      ).size,
    ).toBe(1);
    expect(opened.filter(({ because }) => because === 'outcome')).toHaveLength(19);
    expect(await rowsOf('person')).toBe(before.person + 1);
    expect(await rowsOf('pathway')).toBe(before.pathway + 1);
    expect(await rowsOf('event')).toBe(before.event + 1);
    expect(await knownOutcome(store.db, force, outcome)).toEqual({ pathwayId: opened[0]?.pathwayId });
  });

  test('of one command sent 20 times at once, without an outcome, makes one pathway and no stray person', async () => {
    const before = await rowsOf('person');
    const commandId = randomUUID();
    const opened = await Promise.all(
      Array.from({ length: 20 }, () =>
        openPathway(store.db, anIntake({ person: { nominalNumber: null }, entry: { commandId } })),
      ),
    );
    expect(opened.filter(({ created }) => created)).toHaveLength(1);
    expect(opened.filter(({ because }) => because === 'command')).toHaveLength(19);
    expect(new Set(opened.map(({ pathwayId }) => pathwayId)).size).toBe(1);
    expect(await rowsOf('person')).toBe(before + 1);
  });

  test('of one nominal number in 20 occurrences at once makes one person with 20 pathways', async () => {
    const nominalNumber = `N${randomUUID()}`;
    const opened = await Promise.all(
      Array.from({ length: 20 }, () =>
        openPathway(
          store.db,
          anIntake({ outcome: { ...anOutcome(), nominalNumber }, person: { nominalNumber } }),
        ),
      ),
    );
    expect(opened.every(({ created }) => created)).toBe(true);
    expect(new Set(opened.map(({ pathwayId }) => pathwayId)).size).toBe(20);
    expect(new Set(opened.map(({ personId }) => personId)).size).toBe(1);
    for (const { pathwayId, personId } of opened) {
      const [opening] = await readEvents(store.db, scope, pathwayId);
      expect(opening?.data).toMatchObject({ pathwayId, personId });
      expect(await verifyChain(store.db, force, pathwayId)).toEqual({ ok: true });
    }
  });

  test('takes the same outcome of two people, and of two forces, as two', async () => {
    const outcome = anOutcome();
    const first = await openPathway(store.db, anIntake({ outcome }));
    const second = await openPathway(store.db, anIntake({ outcome: { ...outcome, nominalNumber: 'N2' } }));
    const foreign = await openPathway(store.db, anIntake({ forceId: otherForce, outcome }));
    expect([first.created, second.created, foreign.created]).toEqual([true, true, true]);
  });

  test('refuses the same outcome under another name and another birth date, and keeps nothing', async () => {
    const outcome = anOutcome();
    const { nominalNumber } = outcome;
    await openPathway(store.db, anIntake({ outcome, person: { nominalNumber } }));
    const before = [await rowsOf('person'), await rowsOf('pathway')];

    const other = anIntake({ outcome, person: { nominalNumber, surname: 'Pugh', birthDate: '1980-01-01' } });
    await expect(openPathway(store.db, other)).rejects.toThrow(IdentityConflictError);
    expect([await rowsOf('person'), await rowsOf('pathway')]).toEqual(before);
  });

  test('hangs nothing on a person whose number another human being was given by a slip of the pen', async () => {
    const nominalNumber = `N${randomUUID()}`;
    const known = { nominalNumber, surname: 'Rees', forenames: 'Nia', birthDate: '1990-05-17' };
    await openPathway(store.db, anIntake({ person: known }));
    const before = [await rowsOf('person'), await rowsOf('pathway'), await rowsOf('event')];
    const slip = { nominalNumber, surname: 'Pugh', forenames: 'Ifan', birthDate: '1971-01-01' };
    await expect(openPathway(store.db, anIntake({ person: slip }))).rejects.toThrow(IdentityConflictError);
    expect([await rowsOf('person'), await rowsOf('pathway'), await rowsOf('event')]).toEqual(before);

    const oneOff = [
      { forenames: null },
      { surname: 'REES', birthDate: '1990-05-11' },
      { surname: 'Rees-Pugh' },
    ];
    for (const changes of oneOff) {
      const person = { ...known, ...changes };
      expect(await openPathway(store.db, anIntake({ person }))).toMatchObject({ personCreated: false });
    }
  });

  test('keeps a known person from texts when one officer says that they are not safe', async () => {
    const person = { nominalNumber: `N${randomUUID()}`, surname: 'Rees', birthDate: '1990-05-17' };
    const { personId } = await openPathway(store.db, anIntake({ person: { ...person, safeToText: 'yes' } }));
    await openPathway(store.db, anIntake({ person: { ...person, safeToText: null } }));
    expect(await personById(store.db, scope, personId)).toMatchObject({ safeToText: 'yes' });
    await openPathway(store.db, anIntake({ person: { ...person, safeToText: 'no' } }));
    expect(await personById(store.db, scope, personId)).toMatchObject({ safeToText: 'no' });
    await openPathway(store.db, anIntake({ person: { ...person, safeToText: 'yes' } }));
    expect(await personById(store.db, scope, personId)).toMatchObject({ safeToText: 'no' });
  });

  test.each([
    ['nothing, spelled otherwise', { surname: 'MORGAN ', forenames: 'Sian  Elin' }, []],
    ['the name', { surname: 'Pugh' }, ['name']],
    ['the birth date', { birthDate: '1999-02-27' }, ['birth-date']],
  ] as const)('answers the pathway that is there when %s differs', async (_, changes, differs) => {
    const outcome = anOutcome();
    const { nominalNumber } = outcome;
    const first = await openPathway(
      store.db,
      anIntake({ outcome, person: { nominalNumber, surname: 'Morgan' } }),
    );
    const again = await openPathway(
      store.db,
      anIntake({ outcome, person: { nominalNumber, surname: 'Morgan', ...changes } }),
    );
    expect(again).toEqual({
      created: false,
      because: 'outcome',
      differs,
      pathwayId: first.pathwayId,
      personId: first.personId,
      reference: first.reference,
      head: 1,
    });
    expect(await personById(store.db, scope, first.personId)).toMatchObject({
      surname: 'Morgan',
      birthDate: '1999-02-28',
    });
  });

  test('records people of the same name and birth date as possible matches, and merges nobody', async () => {
    const same = {
      surname: `O'Neill-${randomUUID().replaceAll(/[^a-f]/g, '')}`,
      forenames: 'Ffion Haf',
      birthDate: '2001-05-05',
    };
    const spelled = { ...same, surname: same.surname.toUpperCase().replace("'", ' '), forenames: 'ffion' };
    const [first, second] = await Promise.all([
      openPathway(store.db, anIntake({ person: same })),
      openPathway(store.db, anIntake({ person: spelled })),
    ]);
    const foreign = await openPathway(store.db, anIntake({ forceId: otherForce, person: same }));

    expect(first.personId).not.toBe(second.personId);
    expect((first.possibleMatches ?? 0) + (second.possibleMatches ?? 0)).toBe(1);
    expect(foreign.possibleMatches).toBe(0);
    expect(await possibleMatches(store.db, scope, first.personId)).toEqual([second.personId]);
    expect(await possibleMatches(store.db, scope, second.personId)).toEqual([first.personId]);
    expect(await possibleMatches(store.db, wholeForce(otherForce), first.personId)).toEqual([]);
    expect(await findPersons(store.db, scope, same)).toHaveLength(2);
  });

  test('records no more possible matches than anybody looks through', async () => {
    const person = { surname: 'Anhysbys', forenames: null, birthDate: '1900-01-01' };
    for (let count = 0; count < 25; count += 1) await openPathway(store.db, anIntake({ person }));
    const { possibleMatches: matches } = await openPathway(store.db, anIntake({ person }));
    expect(matches).toBe(20);
  });

  test('counts the test that opened the pathway in the same breath', async () => {
    const testedAt = '2026-09-01T03:00:00.000Z';
    const intake = anIntake({
      kind: 'compulsory',
      programme: 'drug-testing-on-arrest',
      policyId: `compulsory:${force}`,
      drugTest: { suiteCode: 'custody-llanelli', testedAt, details: { basis: 'trigger-offence' } },
    });
    await Promise.all([openPathway(store.db, intake), openPathway(store.db, intake)]);
    expect(await drugTestsBetween(store.db, force, testedAt, '2026-09-01T03:00:00.001Z')).toEqual([
      {
        forceId: force,
        testId: expect.any(String),
        suiteCode: 'custody-llanelli',
        testedAt,
        result: 'positive',
        details: { basis: 'trigger-offence' },
        pathwayId: intake.pathwayId,
      },
    ]);
  });

  test.each([
    ['a policy that the force does not have', { policyId: 'nobody' }],
    ['a language that is none', { person: { language: 'fr' as 'en' } }],
    ['no events', { entry: { events: [] } }],
    [
      'an event without a type',
      { entry: { events: [{ ...anEvent(), type: undefined as unknown as string }] } },
    ],
    ['an actor of another force', { entry: { actor: anActor(otherForce) } }],
  ])('refuses %s, and keeps nothing', async (_, changes) => {
    const before = [
      await rowsOf('person'),
      await rowsOf('pathway'),
      await rowsOf('event'),
      await rowsOf('outcome'),
    ];
    const refused = openPathway(store.db, anIntake({ outcome: anOutcome(), ...changes }));
    await expect(refused).rejects.toMatchObject({ name: 'LedgerRefusedError' });
    expect([
      await rowsOf('person'),
      await rowsOf('pathway'),
      await rowsOf('event'),
      await rowsOf('outcome'),
    ]).toEqual(before);
  });

  test('asks for what is known of a person to be carried to the new pathway too', async () => {
    const nominalNumber = `N${randomUUID()}`;
    const first = await openPathway(store.db, anIntake({ person: { nominalNumber } }));
    const recorded = await recordFact(store.db, {
      forceId: force,
      personId: first.personId,
      kind: 'stop-texts',
      requestId: randomUUID(),
      occurredAt: '2026-09-02T10:00:00.000Z',
      reason: null,
      actor: anActor(),
    });
    const factId = recorded?.fact.factId ?? '';
    expect(await pathwaysOfFact(store.db, force, factId)).toHaveLength(1);

    // Opened while the fact is on its way to the first pathway.
    const second = await openPathway(store.db, anIntake({ person: { nominalNumber } }));
    await markCarried(store.db, force, factId);

    const listed = await pathwaysOfFact(store.db, force, factId);
    expect(listed.map(({ pathwayId }) => pathwayId).sort()).toEqual(
      [first.pathwayId, second.pathwayId].sort(),
    );
    const { rows } = await store.db.pool.query('select carried_at from person_fact where id = $1', [factId]);
    expect(rows).toEqual([{ carried_at: null }]);
    await markCarried(store.db, force, factId);
    const after = await store.db.pool.query('select carried_at from person_fact where id = $1', [factId]);
    expect(after.rows).toEqual([{ carried_at: expect.any(Date) }]);
  });

  test('leaves nothing readable of a person in the database', async () => {
    const secret = {
      surname: 'Xylophone',
      forenames: 'Quinquereme',
      mobile: '07700 900999',
      email: 'zz@example.org',
      address: 'Zanzibar House',
      postcode: 'SA99 9ZZ',
      nominalNumber: 'NOMINAL-4711',
      birthDate: '1987-06-05',
    };
    await openPathway(
      store.db,
      anIntake({ person: secret, outcome: { occurrenceNumber: 'OCC-4711', nominalNumber: 'NOMINAL-4711' } }),
    );
    const tables = ['person', 'pathway', 'event', 'outcome', 'message'];
    for (const table of tables) {
      const { rows } = await store.db.pool.query<{ text: string }>(`select t::text as text from ${table} t`);
      const text = rows
        .map((row) => row.text)
        .join('\n')
        .toLowerCase();
      expect(rows.length).toBeGreaterThan(0);
      for (const word of [...Object.values(secret), 'OCC-4711', '447700900999'])
        expect(text).not.toContain(word.toLowerCase());
    }
  });
});
