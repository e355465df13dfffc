import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commandAnswer, eventList, pathwayView, referralAnswer } from '../../api/schemas/answers.ts';
import { amendmentList, noteList } from '../../api/schemas/details.ts';
import { layDownAmendment } from '../../store/amendments.ts';
import { forgetUntaken } from '../../store/laid-down.ts';
import { layDownNote } from '../../store/notes.ts';
import { findPersons, personById } from '../../store/persons.ts';
import type { PersonRecord } from '../../store/persons.ts';
import { wholeForce } from '../../store/scope.ts';
import { ApiCaller, aReferral } from '../support/api-caller.ts';
import type { Answered } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

const forceId = 'dyfed-powys';

let stack: Stack;
let officer: ApiCaller;
let worker: ApiCaller;
let otherWorker: ApiCaller;
let manager: ApiCaller;

beforeAll(async () => {
  stack = await startStack();
  officer = await ApiCaller.as(stack, 'officer');
  worker = await ApiCaller.as(stack, 'caseworker');
  manager = await ApiCaller.as(stack, 'manager');
  otherWorker = new ApiCaller(
    stack.url,
    await stack.issuer.mint('caseworker', { claims: { llwybr_organisation: 'kaleidoscope', sub: 'u-777' } }),
  );
}, 60_000);

afterAll(async () => {
  await stack.close();
});

interface Case {
  readonly pathwayId: string;
  readonly personId: string;
}

async function referred(changes: Record<string, unknown> = {}): Promise<Case> {
  return (await officer.post('/api/v1/referrals', aReferral(changes))).as(referralAnswer);
}

async function personOf({ personId }: Case): Promise<PersonRecord> {
  const person = await personById(stack.db, wholeForce(forceId), personId);
  if (person === null) throw new Error('No such person');
  return person;
}

const amendmentsOf = async (pathwayId: string, who = worker) =>
  (await who.get(`/api/v1/pathways/${pathwayId}/amendments`)).as(amendmentList).items;

const notesOf = async (pathwayId: string, who = worker) =>
  (await who.get(`/api/v1/pathways/${pathwayId}/notes`)).as(noteList).items;

const eventsOf = async (pathwayId: string, who = manager) =>
  (await who.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList).items;

const viewOf = async (pathwayId: string, who = manager) =>
  (await who.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);

/** What PostgreSQL holds of a word, in any row of any table. */
async function rowsHolding(word: string): Promise<string[]> {
  const { rows: tables } = await stack.db.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rowCount } = await stack.db.pool.query(
      `select from "${name}" t where t::text like '%' || $1 || '%' limit 1`,
      [word],
    );
    if (rowCount === 1) found.push(name);
  }
  return found;
}

describe('details put right', () => {
  test('go to the person, with old and new in the change log, and the ledger names the fields only', async () => {
    const taken = await referred({ surname: 'Mrogan' });
    const changes = { surname: 'Morgan-Zz', mobile: '07700 900777', language: 'en', ethnicity: 'W1' };
    const answer = await worker.command(taken.pathwayId, 'amend-details', {
      changes,
      reason: 'entered-wrongly',
    });
    expect(answer.as(commandAnswer).events).toMatchObject([{ type: 'details-amended' }]);

    expect(await personOf(taken)).toMatchObject({
      ...{ surname: 'Morgan-Zz', forenames: 'Siân Elin', mobile: '+447700900777', language: 'en' },
      // "Safe to text" was said of the other number.
      ...{ ethnicity: 'W1', safeToText: null },
    });
    const [log, ...more] = await amendmentsOf(taken.pathwayId);
    expect(more).toEqual([]);
    expect(log).toMatchObject({ command: 'amend-details', reason: 'entered-wrongly', seq: 2 });
    expect(log?.by).toMatchObject({ role: 'ProviderWorker', organisationId: 'ddas' });
    expect(log?.details).toEqual([
      { detail: 'ethnicity', old: null, new: 'W1' },
      { detail: 'language', old: 'cy', new: 'en' },
      { detail: 'mobile', old: '+447700900123', new: '+447700900777' },
      { detail: 'surname', old: 'Mrogan', new: 'Morgan-Zz' },
    ]);
    expect((await eventsOf(taken.pathwayId)).at(-1)?.data).toEqual({
      amendmentId: log?.amendmentId,
      fields: ['surname', 'mobile', 'ethnicity', 'language'],
      reason: 'entered-wrongly',
    });
    expect(await rowsHolding('Morgan-Zz')).toEqual([]);
    const { birthDate } = await personOf(taken);
    const found = await findPersons(stack.db, wholeForce(forceId), {
      ...{ surname: 'Morgan-Zz', forenames: 'Siân', birthDate },
    });
    expect(found.map(({ personId }) => personId)).toEqual([taken.personId]);
    const { rows } = await stack.db.pool.query('select from former_number where person_id = $1', [
      taken.personId,
    ]);
    expect(rows).toHaveLength(1);
  });

  test('offence and drug are of the referral: the log goes from what the opening said to what holds now', async () => {
    const { pathwayId } = await referred();
    for (const offenceCode of ['92D', '92E']) {
      (
        await worker.command(pathwayId, 'amend-details', {
          ...{ changes: { offenceCode }, reason: 'completed' },
        })
      ).as(commandAnswer);
    }
    const log = await amendmentsOf(pathwayId);
    expect(log.map(({ details }) => details)).toEqual([
      [{ detail: 'offenceCode', old: '92E', new: '92D' }],
      [{ detail: 'offenceCode', old: '92D', new: '92E' }],
    ]);
  });

  test('a changed postcode routes at once while nobody has accepted, and a possible match is found again', async () => {
    const surname = `Rhys${randomUUID().slice(0, 8)}`;
    const other = await referred({ surname, birthDate: '1980-01-01' });
    const taken = await referred({ surname: 'Rees', birthDate: '1980-01-01' });
    const answer = await worker.command(taken.pathwayId, 'amend-details', {
      ...{ changes: { surname, postcode: 'sy16 1aa' }, reason: 'entered-wrongly' },
    });
    expect(answer.as(commandAnswer).events.map(({ type }) => type)).toEqual([
      'details-amended',
      'referral-routed',
    ]);
    expect((await viewOf(taken.pathwayId)).providerId).toBe('kaleidoscope');
    expect((await personOf(taken)).postcode).toBe('SY16 1AA');
    // It is the other provider's now: the log goes with the case.
    expect((await worker.get(`/api/v1/pathways/${taken.pathwayId}/amendments`)).status).toBe(404);
    expect(await amendmentsOf(taken.pathwayId, otherWorker)).toHaveLength(1);
    const { rows } = await stack.db.pool.query<{ other: string }>(
      'select other_person_id as other from person_possible_match where person_id = $1',
      [taken.personId],
    );
    expect(rows).toEqual([{ other: other.personId }]);
  });

  test('an officer may put a referral right, and reads neither the log nor the stage', async () => {
    const taken = await referred({ surname: 'Mrogan' });
    const { pathwayId } = taken;
    const key = randomUUID();
    const body = { changes: { surname: 'Morgan', postcode: 'sy16 1aa' }, reason: 'entered-wrongly' };
    const answer = await officer.command(pathwayId, 'amend-details', body, key);
    // That it was routed again, and how many events the case has, is not theirs to learn.
    expect(answer.as(commandAnswer)).toEqual({
      ...{ pathwayId, commandId: expect.any(String), seq: null, stage: null },
      events: [{ seq: null, type: 'details-amended' }],
    });
    expect((await eventsOf(pathwayId)).at(-1)?.type).toBe('referral-routed');
    expect((await officer.get(`/api/v1/requests/${key}`)).body).toMatchObject({ answer: answer.body });
    expect((await personOf(taken)).surname).toBe('Morgan');
    expect((await officer.get(`/api/v1/pathways/${pathwayId}/amendments`)).outcome).toEqual([
      403,
      'wrong-role',
    ]);
  });

  test('the log is for the team and the manager: an operator reads no name and no address', async () => {
    const { pathwayId } = await referred();
    const changes = { address: '1 Heol Hen' };
    (await worker.command(pathwayId, 'amend-details', { changes, reason: 'completed' })).as(commandAnswer);
    const path = `/api/v1/pathways/${pathwayId}`;
    const operating = async (sub: string, ...roles: string[]) => {
      const claims = { llwybr_organisation: 'kaleidoscope', llwybr_roles: roles, sub };
      return new ApiCaller(stack.url, await stack.issuer.mint('caseworker', { claims }));
    };
    for (const [caller, outcome] of [
      [await operating('u-779', 'Operator'), [403, 'wrong-role']],
      [await operating('u-780', 'Operator', 'ProviderWorker'), [404, 'not-found']],
    ] as const) {
      expect((await caller.get(`${path}/events`)).status).toBe(200);
      expect((await caller.get(`${path}/amendments`)).outcome).toEqual(outcome);
    }
    expect(await amendmentsOf(pathwayId, manager)).toHaveLength(1);
  });

  test('of a person to whom the referral was given by mistake the log keeps the names of the details only', async () => {
    const { pathwayId, personId } = await referred();
    const right = await referred();
    const amend = async (address: string) =>
      (
        await worker.command(pathwayId, 'amend-details', {
          ...{ changes: { address, offenceCode: '92D' }, reason: 'completed' },
        })
      ).as(commandAnswer);
    const give = async (to: string) =>
      (
        await manager.command(pathwayId, 'reassign-person', {
          ...{ person: { personId: to }, reason: 'false-identity' },
        })
      ).as(commandAnswer);
    await amend('1 Heol y Brawd');
    await give(right.personId);
    await amend('2 Heol Iawn');
    for (const who of [worker, manager]) {
      const log = await amendmentsOf(pathwayId, who);
      expect(log.map(({ ofFormerPerson }) => ofFormerPerson)).toEqual([true, false]);
      expect(log[0]?.details).toEqual([
        { detail: 'address', old: null, new: null },
        { detail: 'offenceCode', old: null, new: null },
      ]);
      expect(log[1]?.details[0]).toEqual({ detail: 'address', old: null, new: '2 Heol Iawn' });
    }
    await give(personId);
    const back = await amendmentsOf(pathwayId);
    expect(back.map(({ details }) => details[0]?.new)).toEqual(['1 Heol y Brawd', null]);
  });

  test('values are held to what the form takes', async () => {
    const { pathwayId } = await referred();
    const refused: [unknown, string][] = [
      [{ birthDate: '1999-02-30' }, 'invalid-date'],
      [{ mobile: '02079460000' }, 'invalid-phone'],
      [{ surname: null }, 'invalid-request'],
      [{ postcode: 'nowhere' }, 'invalid-request'],
      [{ email: 'at example' }, 'invalid-request'],
      [{ nominalNumber: 'N1' }, 'invalid-request'],
      [{}, 'invalid-request'],
    ];
    for (const [changes, code] of refused) {
      const answer = await worker.command(pathwayId, 'amend-details', { changes, reason: 'changed' });
      expect([changes, answer.problem.code]).toEqual([changes, code]);
    }
    expect(await amendmentsOf(pathwayId)).toEqual([]);
  });

  test('two halves of a name put right at once are both found again', async () => {
    const taken = await referred({ surname: 'Aa', forenames: 'Bb' });
    const surname = `Ee${randomUUID().slice(0, 8)}`;
    // Each knew the other half as it was.
    await Promise.all(
      [{ surname }, { forenames: 'Ff' }].map((changes) =>
        worker.command(taken.pathwayId, 'amend-details', { changes, reason: 'entered-wrongly' }),
      ),
    );
    await stack.api.settled();
    const { birthDate } = await personOf(taken);
    const found = await findPersons(stack.db, wholeForce(forceId), { surname, forenames: 'Ff', birthDate });
    expect(found).toHaveLength(1);
  });
});

describe('a move', () => {
  test('keeps both homes, and asks about a transfer where another provider serves the new one', async () => {
    const taken = await referred();
    (await worker.command(taken.pathwayId, 'accept-referral', {})).as(commandAnswer);
    const address = '4 Heol Newydd';
    const moved = await worker.command(taken.pathwayId, 'record-move', {
      residence: { postcode: 'LD3 1AA' },
      address,
    });
    expect(moved.as(commandAnswer).events).toMatchObject([{ type: 'person-moved' }]);
    expect(await personOf(taken)).toMatchObject({ address, postcode: 'LD3 1AA' });
    const view = await viewOf(taken.pathwayId);
    expect([view.providerId, view.attention.map(({ code }) => code)]).toEqual([
      'ddas',
      expect.arrayContaining(['routed-elsewhere']),
    ]);
    const [log] = await amendmentsOf(taken.pathwayId);
    expect(log).toMatchObject({ command: 'record-move', reason: null });
    expect(log?.details).toEqual([
      { detail: 'address', old: null, new: address },
      { detail: 'postcode', old: 'SA31 1ZZ', new: 'LD3 1AA' },
    ]);
    expect(await rowsHolding(address)).toEqual([]);

    (await worker.command(taken.pathwayId, 'record-move', { residence: { noFixedAbode: true } })).as(
      commandAnswer,
    );
    expect(await personOf(taken)).toMatchObject({ address: null, postcode: null });
  });
});

describe('another provider', () => {
  test('is named, and the row of the route table is found', async () => {
    const { pathwayId } = await referred();
    const routed = await manager.command(pathwayId, 'reroute', {
      ...{ providerId: 'kaleidoscope', reason: 'wrong-area' },
    });
    routed.as(commandAnswer);
    const data = (await eventsOf(pathwayId)).at(-1)?.data;
    expect(data).toMatchObject({
      route: { providerId: 'kaleidoscope', routeId: expect.stringMatching(/^(ld|sy)-kaleidoscope-/) },
    });
  });

  test('unknown is 404 with its path, and nothing is recorded', async () => {
    const { pathwayId } = await referred();
    for (const [data, path] of [
      [{ providerId: 'nobody' }, '/data/providerId'],
      [{ providerId: 'oocd-team' }, '/data/providerId'],
      [{ providerId: 'kaleidoscope', programme: 'none-such' }, '/data/programme'],
    ] as const) {
      const answer = await manager.command(pathwayId, 'reroute', { ...data, reason: 'other' });
      expect([answer.outcome, answer.problem.errors?.map((error) => error.path)]).toEqual([
        [404, 'not-found'],
        [path],
      ]);
      if (path === '/data/providerId') {
        // Those in force are named; who is gone is not among them.
        const { details } = answer.problem;
        expect(details).toMatchObject({ providerIds: expect.arrayContaining(['ddas', 'kaleidoscope']) });
        expect(details).not.toMatchObject({ providerIds: expect.arrayContaining(['pobl']) });
      }
    }
    expect(await eventsOf(pathwayId)).toHaveLength(1);
  });

  test('without a row that leads there is a manager’s to choose, and nobody else’s', async () => {
    const { pathwayId } = await referred();
    await stack.db.pool.query(
      `insert into organisation (force_id, id, kind, name, name_cy, valid_from)
        values ($1, 'new-charity', 'provider', 'New', 'Newydd', '2000-01-01') on conflict do nothing`,
      [forceId],
    );
    const offer = { providerId: 'new-charity', reason: 'other-treatment' };
    expect((await worker.command(pathwayId, 'transfer-pathway', offer)).outcome).toEqual([
      409,
      'condition-not-met',
    ]);
    const { commandId } = (await manager.command(pathwayId, 'transfer-pathway', offer)).as(commandAnswer);
    expect((await eventsOf(pathwayId)).at(-1)?.data).toMatchObject({
      to: { providerId: 'new-charity', routeId: `by-hand:${commandId}` },
    });
  });
});

describe('notes', () => {
  test('are read by the team and the manager, and by no police role', async () => {
    const { pathwayId } = await referred();
    const text = 'Rang at noon.\nWants to meet — prefers Welsh.';
    const { commandId } = (await worker.command(pathwayId, 'add-note', { text })).as(commandAnswer);
    const [note] = await notesOf(pathwayId);
    expect(note).toMatchObject({ noteId: commandId, text, by: { role: 'ProviderWorker' } });
    expect(await notesOf(pathwayId, manager)).toHaveLength(1);
    expect((await eventsOf(pathwayId)).at(-1)?.data).toEqual({ noteId: commandId });
    expect(await rowsHolding('Wants to meet')).toEqual([]);

    expect((await officer.get(`/api/v1/pathways/${pathwayId}/notes`)).outcome).toEqual([403, 'wrong-role']);
    expect((await otherWorker.get(`/api/v1/pathways/${pathwayId}/notes`)).outcome).toEqual([
      404,
      'not-found',
    ]);
    const operator = new ApiCaller(
      stack.url,
      await stack.issuer.mint('caseworker', {
        claims: {
          llwybr_organisation: 'kaleidoscope',
          llwybr_roles: ['Operator', 'ProviderWorker'],
          sub: 'u-778',
        },
      }),
    );
    // Who reads every case as an operator reads notes as what they are beside: another provider's.
    expect((await operator.get(`/api/v1/pathways/${pathwayId}/events`)).status).toBe(200);
    expect((await operator.get(`/api/v1/pathways/${pathwayId}/notes`)).outcome).toEqual([404, 'not-found']);
  });

  test.each([
    ['empty', ''],
    ['blank', '   '],
    ['with a NUL', 'a\u0000b'],
    ['with half a character', '\ud800'],
    ['of 4,001 characters', 'x'.repeat(4_001)],
  ])('%s is none', async (_name, text) => {
    const { pathwayId } = await referred();
    expect((await worker.command(pathwayId, 'add-note', { text })).outcome).toEqual([400, 'invalid-request']);
  });

  test('of 4,000 characters is one', async () => {
    const { pathwayId } = await referred();
    const text = 'ŵ'.repeat(4_000);
    (await worker.command(pathwayId, 'add-note', { text })).as(commandAnswer);
    expect((await notesOf(pathwayId))[0]?.text).toBe(text);
  });
});

describe('one act', () => {
  test('refused: nothing of it shows, and its row is cleared away in time', async () => {
    const taken = await referred();
    const key = randomUUID();
    (await manager.command(taken.pathwayId, 'void-pathway', { reason: 'wrong-person' })).as(commandAnswer);
    const before = await personOf(taken);
    const acts: [string, unknown][] = [
      ['amend-details', { changes: { surname: 'Never' }, reason: 'changed' }],
      ['record-move', { residence: { postcode: 'LD3 1AA' } }],
      ['add-note', { text: 'Never' }],
    ];
    for (const [name, data] of acts) {
      const refused = await manager.command(taken.pathwayId, name, data, `${key}-${name}`);
      expect([name, ...refused.outcome]).toEqual([name, 409, 'wrong-stage']);
    }
    expect(await personOf(taken)).toEqual(before);
    expect(await amendmentsOf(taken.pathwayId, manager)).toEqual([]);
    expect(await notesOf(taken.pathwayId, manager)).toEqual([]);
    for (const table of ['note', 'amendment']) {
      await stack.db.pool.query(
        `update ${table} set laid_down_at = laid_down_at - interval '32 days' where pathway_id = $1`,
        [taken.pathwayId],
      );
    }
    expect(await forgetUntaken(stack.db)).toBe(3);
    expect(await forgetUntaken(stack.db)).toBe(0);
  });

  test('killed after the values were laid down: nothing shows; the repeat with its key does it, once', async () => {
    const taken = await referred();
    const acts: [string, unknown][] = [
      ['amend-details', { changes: { forenames: 'Mair' }, reason: 'completed' }],
      ['add-note', { text: 'Laid down before the engine answered' }],
    ];
    await stack.engine.stopWorkers();
    const before = await personOf(taken);
    const tries = await Promise.all(
      acts.map(([name, data]) => worker.command(taken.pathwayId, name, data, `${name}-${taken.pathwayId}`)),
    );
    expect(tries.map(({ outcome }) => outcome)).toEqual(acts.map(() => [503, 'outcome-unknown']));
    const { rows } = await stack.db.pool.query(
      'select from note where pathway_id = $1 union all select from amendment where pathway_id = $1',
      [taken.pathwayId],
    );
    expect(rows).toHaveLength(2);
    expect(await personOf(taken)).toEqual(before);
    expect(await amendmentsOf(taken.pathwayId)).toEqual([]);
    expect(await notesOf(taken.pathwayId)).toEqual([]);

    await stack.engine.startWorkers();
    for (const [name, data] of acts) {
      const repeat = (): Promise<Answered> =>
        worker.command(taken.pathwayId, name, data, `${name}-${taken.pathwayId}`);
      const first = await eventually(async () => (await repeat()).as(commandAnswer));
      expect((await repeat()).as(commandAnswer)).toEqual(first);
    }
    expect((await personOf(taken)).forenames).toBe('Mair');
    expect(await amendmentsOf(taken.pathwayId)).toHaveLength(1);
    expect(await notesOf(taken.pathwayId)).toHaveLength(1);
  }, 60_000);

  test('what was laid down under one pathway never comes into force by a command of another', async () => {
    const [taken, other] = [await referred(), await referred()];
    const { commandId } = (await worker.command(taken.pathwayId, 'add-note', { text: 'Mine' })).as(
      commandAnswer,
    );
    const laid = { forceId, pathwayId: other.pathwayId };
    await layDownNote(stack.db, { ...laid, noteId: commandId, text: 'Theirs' });
    await layDownAmendment(stack.db, {
      ...{ ...laid, personId: other.personId, amendmentId: randomUUID(), command: 'amend-details' },
      changes: { surname: 'Stray' },
    });
    expect(await notesOf(other.pathwayId)).toEqual([]);
    expect((await notesOf(taken.pathwayId))[0]?.text).toBe('Mine');
    expect((await personOf(other)).surname).toBe('Morgan');
  });
});
