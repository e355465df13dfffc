import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { factCommands, factTable, personFactNames } from '../../api/fact-table.ts';
import type { PersonFactName } from '../../api/fact-table.ts';
import { drugTestAnswer, factAnswer, pathwayView, referralAnswer } from '../../api/schemas/answers.ts';
import { standingFactsAnswer } from '../../api/schemas/facts.ts';
import { roles } from '../../workflows/domain/common/actor.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { factsOf } from '../../store/person-facts.ts';
import { aReferral, ApiCaller, aTest } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

// Temporal is away throughout: safety facts need none of it.

let api: ApiWithoutEngine;
let officer: ApiCaller;
let worker: ApiCaller;
let team: ApiCaller;
let manager: ApiCaller;
let custody: ApiCaller;
let dip: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  const as = (who: string) => ApiCaller.as(api, who);
  officer = await as('officer');
  worker = await as('caseworker');
  team = await as('provider-manager');
  manager = await as('manager');
  custody = await as('custody');
  dip = await as('dip');
});

afterAll(async () => {
  await api.close();
});

const force = 'dyfed-powys';

async function holding(role: Role, organisation: string): Promise<ApiCaller> {
  const claims = { llwybr_roles: [role], llwybr_organisation: organisation };
  return new ApiCaller(api.url, await api.issuer.mint('officer', { claims }));
}

async function referred(): Promise<{ pathwayId: string; personId: string }> {
  return (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
}

async function tested(): Promise<{ pathwayId: string; personId: string }> {
  const { pathwayId, personId } = (await custody.post('/api/v1/drug-tests', aTest())).as(drugTestAnswer);
  return { pathwayId: String(pathwayId), personId: String(personId) };
}

const addressOf = (personId: string) => `/api/v1/persons/${personId}/facts`;

async function holds(caller: ApiCaller, personId: string) {
  return (await caller.get(addressOf(personId))).as(standingFactsAnswer).items;
}

/** What a fact says beside its kind; `death` is one of this person that may be corrected. */
function saidOf(fact: PersonFactName, death: string): Record<string, unknown> {
  switch (fact) {
    case 'death-corrected':
      return { correctsFactId: death };
    case 'consent-given':
    case 'consent-withdrawn':
      return { purpose: 'texts' };
    case 'contact-preferences':
      return { preferences: { text: 'no', post: 'yes' } };
    default:
      return {};
  }
}

describe('every fact', () => {
  test.each(personFactNames)('%s: told of the person, and from a case, it is there at once', async (fact) => {
    const { pathwayId, personId } = await referred();
    const death = async () =>
      (await manager.post(addressOf(personId), { fact: 'death' })).as(factAnswer).factId;
    const before = fact === 'death-corrected' ? [await death(), await death()] : ['', ''];
    const [first = '', second = ''] = before;
    const occurredAt = new Date(Date.now() - 60_000).toISOString();
    const told = await manager.post(addressOf(personId), {
      ...{ fact, occurredAt, reason: 'told-us' },
      ...saidOf(fact, first),
    });
    expect(told.status).toBe(201);
    const key = randomUUID();
    const { command } = factTable[fact];
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => manager.command(pathwayId, command, saidOf(fact, second), key)),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((answer) => answer.as(factAnswer).factId)).size).toBe(1);

    const known = (await factsOf(api.db, force, personId)).filter(({ kind }) => kind === fact);
    expect(known).toMatchObject([
      { factId: told.as(factAnswer).factId, occurredAt, reason: 'told-us', data: saidOf(fact, first) },
      { factId: answers[0]?.as(factAnswer).factId, reason: null, data: saidOf(fact, second) },
    ]);
    expect(known.every(({ carriedAt }) => carriedAt === null)).toBe(true);
  });

  test.each<[string, Record<string, unknown>]>([
    ['an unknown fact', { fact: 'rumour' }],
    ['no fact', {}],
    ['a task that is withdrawn', { fact: 'task-withdrawn' }],
    ['a consent for nothing', { fact: 'consent-given' }],
    ['a consent for everything', { fact: 'consent-withdrawn', purpose: 'everything' }],
    ['a purpose of another fact', { fact: 'death', purpose: 'texts' }],
    ['no way', { fact: 'contact-preferences', preferences: {} }],
    ['an unknown way', { fact: 'contact-preferences', preferences: { pigeon: 'yes' } }],
    ['an unknown wish', { fact: 'contact-preferences', preferences: { text: 'maybe' } }],
    ['a correction of nothing', { fact: 'death-corrected' }],
    ['a correction of no id', { fact: 'death-corrected', correctsFactId: 'the other one' }],
    ['free words', { fact: 'safety-flag', words: 'lives with' }],
  ])('%s is refused, and nothing is kept', async (_what, body) => {
    const { personId, pathwayId } = await referred();
    expect((await manager.post(addressOf(personId), body)).outcome).toEqual([400, 'invalid-request']);
    const { fact, ...data } = body;
    const known = personFactNames.find((name) => name === fact);
    if (known !== undefined)
      expect((await manager.command(pathwayId, factTable[known].command, data)).outcome).toEqual([
        400,
        'invalid-request',
      ]);
    expect(await factsOf(api.db, force, personId)).toEqual([]);
  });

  test('of the future is refused, but a clock that is a little ahead keeps none out', async () => {
    const { pathwayId, personId } = await referred();
    const path = `/api/v1/pathways/${pathwayId}/commands/record-custody`;
    const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
    const tomorrow = await worker.post(path, { occurredAt: inMs(86_400_000), data: {} });
    expect(tomorrow.outcome).toEqual([422, 'in-the-future']);
    expect((await worker.post(path, { occurredAt: inMs(30_000), data: {} })).status).toBe(201);
    const [fact] = await factsOf(api.db, force, personId);
    expect(fact && fact.occurredAt <= fact.recordedAt).toBe(true);
  });
});

test('what is recorded while its hint cannot be read is no answer yet: the repeat gives the whole one, once', async () => {
  const { personId } = await referred();
  const custody = { fact: 'custody', occurredAt: new Date().toISOString() };
  await worker.post(addressOf(personId), custody);
  const key = randomUUID();
  const { pool } = api.db;
  const asked = pool.query.bind(pool) as (...query: unknown[]) => unknown;
  const query = jest.spyOn(pool, 'query').mockImplementation((...given: unknown[]) => {
    if (!String(given[0]).includes(`f.kind <> 'contact'`)) return asked(...given);
    return Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
  });
  const cut = await worker.post(addressOf(personId), custody, key).finally(() => {
    query.mockRestore();
  });
  expect(cut.outcome).toEqual([503, 'outcome-unknown']);
  const repeated = await worker.post(addressOf(personId), custody, key);
  expect(repeated.as(factAnswer).hints).toEqual(['already-known']);
  expect(await factsOf(api.db, force, personId)).toHaveLength(2);
});

test('custody or release told twice running is recorded twice, and says so to who may know', async () => {
  const { personId } = await referred();
  const tell = async (who: ApiCaller, fact: string) =>
    (await who.post(addressOf(personId), { fact })).as(factAnswer).hints;
  expect(await tell(worker, 'custody')).toBeUndefined();
  expect(await tell(worker, 'custody')).toEqual(['already-known']);
  expect(await tell(worker, 'release')).toBeUndefined();
  expect(await tell(worker, 'release')).toEqual(['already-known']);
  expect(await tell(worker, 'custody')).toBeUndefined();
  const facts = await factsOf(api.db, force, personId);
  expect(facts.map(({ kind }) => kind)).toEqual(['custody', 'custody', 'release', 'release', 'custody']);
});

describe('a correction', () => {
  test('edge case 29: names a death of this person that is not corrected yet', async () => {
    const { pathwayId, personId } = await referred();
    const other = await referred();
    const { factId } = (await worker.command(pathwayId, 'record-death', {})).as(factAnswer);
    const correct = (who: string, correctsFactId: string) =>
      team.post(addressOf(who), { fact: 'death-corrected', correctsFactId });
    expect((await correct(other.personId, factId)).outcome).toEqual([404, 'not-found']);
    expect((await correct(personId, randomUUID())).outcome).toEqual([404, 'not-found']);
    expect(await holds(worker, personId)).toMatchObject([{ matter: 'death', factId }]);
    const done = await team.command(pathwayId, 'correct-death', {
      correctsFactId: factId,
      reason: 'wrong-person',
    });
    expect(done.status).toBe(201);
    expect(await holds(worker, personId)).toEqual([]);
    const again = await correct(personId, factId);
    expect(again.outcome).toEqual([409, 'already-done']);
    expect(again.problem.details).toEqual({ correctsFactId: factId });
    expect((await correct(personId, factId.toUpperCase())).outcome).toEqual([400, 'invalid-request']);
  });
});

describe('who may', () => {
  test('tell each fact is said in one table, with an address of the person or of a case', async () => {
    const voluntary = await referred();
    const compulsory = await tested();
    for (const fact of personFactNames) {
      for (const role of roles) {
        const caller = await holding(role, 'ddas');
        const may = factTable[fact].roles.includes(role);
        // A correction of nothing: whoever may tell it gets so far, and nothing is corrected.
        const said = saidOf(fact, randomUUID());
        const byPerson = (await caller.post(addressOf(voluntary.personId), { fact, ...said })).status;
        const expected = fact === 'death-corrected' ? 404 : 201;
        expect([fact, role, byPerson]).toEqual([fact, role, may ? expected : 403]);
        for (const [kind, { pathwayId }] of [
          ['diversion', voluntary],
          ['compulsory', compulsory],
        ] as const) {
          const provider = role === 'ProviderWorker' || role === 'ProviderManager';
          const works = role === 'Manager' || (kind === 'diversion' ? provider : !provider);
          const reads = works && role !== 'PrisonLinkWorker';
          const { status } = await caller.command(pathwayId, factTable[fact].command, said);
          expect([fact, role, kind, status]).toEqual([
            fact,
            role,
            kind,
            may && reads ? expected : [403, 404].find((refused) => refused === status),
          ]);
        }
      }
    }
  }, 60_000);

  test('tell a fact sees it among what may be sent, whatever the stage', async () => {
    const { pathwayId } = await referred();
    const names = async (caller: ApiCaller) =>
      (await caller.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView).allowedCommands;
    const offered = (await names(worker)).filter(({ name }) => factCommands.includes(name));
    expect(offered.map(({ name }) => name)).toEqual(
      personFactNames
        .filter((fact) => factTable[fact].roles.includes('ProviderWorker'))
        .map((fact) => factTable[fact].command),
    );
    for (const { title, effect, source } of offered) expect([title, effect, source]).not.toContain('');
    const all = (await names(manager)).map(({ name }) => name);
    expect(all).toEqual(expect.arrayContaining([...factCommands]));
  });

  test('a provider only of its own people', async () => {
    const { pathwayId, personId } = await referred();
    const stranger = await holding('ProviderManager', 'kaleidoscope');
    const answers = [
      await stranger.post(addressOf(personId), { fact: 'safety-flag' }),
      await stranger.command(pathwayId, 'record-safety-flag', {}),
      await stranger.get(addressOf(personId)),
    ];
    expect(answers.map(({ outcome }) => outcome)).toEqual(answers.map(() => [404, 'not-found']));
    expect(await factsOf(api.db, force, personId)).toEqual([]);
  });
});

describe('what holds', () => {
  test('M191: each consent by itself, dated, the latest of each, by whom', async () => {
    const { pathwayId, personId } = await referred();
    const say = async (name: string, purpose: string, minutesAgo: number) => {
      const occurredAt = new Date(Date.now() - minutesAgo * 60_000).toISOString();
      const path = `/api/v1/pathways/${pathwayId}/commands/${name}`;
      expect((await worker.post(path, { occurredAt, data: { purpose } })).status).toBe(201);
      return occurredAt;
    };
    await say('record-consent', 'sharing', 30);
    const since = await say('withdraw-consent', 'sharing', 10);
    await say('record-consent', 'sharing', 20);
    const given = await say('record-consent', 'care-record', 5);
    expect(await holds(worker, personId)).toMatchObject([
      { matter: 'consent:sharing', fact: 'consent-withdrawn', since, by: { userId: 'u-301' } },
      { matter: 'consent:care-record', fact: 'consent-given', since: given, by: { role: 'ProviderWorker' } },
    ]);
  });

  test('M201: each way of being reached, and the safety flag', async () => {
    const { pathwayId, personId } = await referred();
    const prefer = (preferences: object) =>
      worker.command(pathwayId, 'record-contact-preferences', { preferences });
    expect((await prefer({ text: 'yes', voicemail: 'no' })).status).toBe(201);
    expect((await prefer({ text: 'unknown', email: 'yes' })).status).toBe(201);
    expect((await worker.command(pathwayId, 'record-safety-flag', { reason: 'refuge' })).status).toBe(201);
    const known = await holds(worker, personId);
    expect(known.map(({ matter, says }) => [matter, says])).toEqual([
      ['safety', null],
      ['way:text', 'unknown'],
      ['way:email', 'yes'],
      ['way:voicemail', 'no'],
    ]);
    expect((await worker.command(pathwayId, 'lift-safety-flag', {})).outcome).toEqual([403, 'wrong-role']);
    expect((await team.command(pathwayId, 'lift-safety-flag', {})).status).toBe(201);
    expect((await holds(team, personId))[0]).toMatchObject({ matter: 'safety', fact: 'safety-flag-lifted' });
  });

  test('is told to who reads a case of the person: the police side learns nothing of treatment by it', async () => {
    const { pathwayId, personId } = await referred();
    for (const [name, data] of [
      ['record-custody', {}],
      ['withdraw-consent', { purpose: 'treatment' }],
      ['withdraw-consent', { purpose: 'texts' }],
    ] as const) {
      await worker.command(pathwayId, name, data);
    }
    // Known on the voluntary side only.
    for (const caller of [custody, officer, dip]) {
      expect((await caller.get(addressOf(personId))).outcome).toEqual([404, 'not-found']);
    }
    const both = aTest();
    const { personId: inBoth } = (await custody.post('/api/v1/drug-tests', both)).as(drugTestAnswer);
    const { surname, birthDate, nominalNumber } = both;
    const second = (
      await officer.post(
        '/api/v1/referrals',
        aReferral({ surname, forenames: undefined, birthDate, nominalNumber }),
      )
    ).as(referralAnswer);
    expect(second.personId).toBe(inBoth);
    await worker.command(second.pathwayId, 'record-custody', {});
    await worker.command(second.pathwayId, 'withdraw-consent', { purpose: 'treatment' });
    await worker.command(second.pathwayId, 'withdraw-consent', { purpose: 'texts' });
    expect((await holds(custody, String(inBoth))).map(({ matter, by }) => [matter, by])).toEqual([
      ['custody', null],
    ]);
    expect((await holds(dip, String(inBoth))).map(({ matter, by }) => [matter, by])).toEqual([
      ['custody', null],
      ['consent:texts', null],
    ]);
    expect((await holds(manager, String(inBoth))).map(({ matter, by }) => [matter, by?.userId])).toEqual([
      ['custody', 'u-301'],
      ['consent:treatment', 'u-301'],
      ['consent:texts', 'u-301'],
    ]);
  });

  test('of nobody, of another force: 404', async () => {
    const { personId } = await referred();
    const gwent = await ApiCaller.as(api, 'gwent');
    for (const answer of [
      await gwent.get(addressOf(personId)),
      await gwent.post(addressOf(personId), { fact: 'death' }),
      await manager.get(addressOf(randomUUID())),
      await manager.get(addressOf('nonsense')),
    ]) {
      expect(answer.outcome).toEqual([404, 'not-found']);
    }
  });
});
