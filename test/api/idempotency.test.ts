import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drugTestAnswer, factAnswer, referralAnswer, requestAnswer } from '../../api/schemas/answers.ts';
import { answerRequest, beginRequest } from '../../store/requests.ts';
import { aReferral, ApiCaller, aTest } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

// With Temporal away throughout: nothing here needs it.

let api: ApiWithoutEngine;
let officer: ApiCaller;
let custody: ApiCaller;
let dip: ApiCaller;
let worker: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  officer = await ApiCaller.as(api, 'officer');
  custody = await ApiCaller.as(api, 'custody');
  dip = await ApiCaller.as(api, 'dip');
  worker = await ApiCaller.as(api, 'caseworker');
});

afterAll(async () => {
  await api.close();
});

async function count(table: 'pathway' | 'person' | 'person_fact' | 'drug_test' | 'event'): Promise<number> {
  const { rows } = await api.db.pool.query<{ count: number }>(
    `select count(*)::integer as count from ${table}`,
  );
  return rows[0]?.count ?? -1;
}

describe('Idempotency-Key', () => {
  const send = (key?: string) =>
    officer.send('POST', '/api/v1/referrals', {
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify(aReferral()),
    });

  test('missing: 400; malformed: 400; the quoted spelling of the draft is the same key', async () => {
    expect((await send()).outcome).toEqual([400, 'idempotency-key-required']);
    for (const key of [
      'x',
      'seven77',
      'with space in it',
      'k'.repeat(129),
      'k'.repeat(10_000),
      'ключ-ключ'.normalize(),
    ]) {
      const answer = await send(key).catch(() => undefined);
      // What is no header at all does not leave the client.
      if (answer !== undefined) expect(answer.outcome).toEqual([400, 'idempotency-key-malformed']);
    }
    const referral = aReferral();
    const first = (await officer.post('/api/v1/referrals', referral, '"quoted-key-1"')).as(referralAnswer);
    const again = await officer.post('/api/v1/referrals', referral, 'quoted-key-1');
    expect(again.status).toBe(201);
    expect(again.as(referralAnswer)).toEqual(first);
  });

  test('a repeat gets the first answer, also of a refusal, and is told so', async () => {
    const referral = aReferral();
    const key = randomUUID();
    const first = await officer.post('/api/v1/referrals', referral, key);
    const again = await officer.post('/api/v1/referrals', referral, key);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);

    const young = aReferral({ birthDate: '2015-01-01' });
    const refused = await officer.post('/api/v1/referrals', young, 'key-of-a-refusal');
    const repeated = await officer.post('/api/v1/referrals', young, 'key-of-a-refusal');
    expect(repeated.outcome).toEqual([422, 'under-18']);
    expect(repeated.problem.details).toEqual(refused.problem.details);
    expect(repeated.problem.requestId).not.toBe(refused.problem.requestId);
  });

  test('with another body or on another route: 422; of another caller it is another key', async () => {
    const key = 'key-used-before';
    await officer.post('/api/v1/referrals', aReferral(), key);
    expect((await officer.post('/api/v1/referrals', aReferral(), key)).outcome).toEqual([
      422,
      'idempotency-key-reused',
    ]);
    const both = new ApiCaller(
      api.url,
      await api.issuer.mint('officer', { claims: { llwybr_roles: ['PoliceOfficer', 'CustodyOfficer'] } }),
    );
    expect((await both.post('/api/v1/drug-tests', aTest(), key)).outcome).toEqual([
      422,
      'idempotency-key-reused',
    ]);
    expect((await custody.post('/api/v1/drug-tests', aTest(), key)).status).toBe(201);
  });

  test('twenty at once with one key: one pathway, twenty times the same answer', async () => {
    const before = [await count('pathway'), await count('person')];
    const referral = aReferral();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => officer.post('/api/v1/referrals', referral, 'key-of-twenty')),
    );
    const [first] = answers;
    for (const answer of answers) expect([answer.status, answer.body]).toEqual([201, first?.body]);
    expect([await count('pathway'), await count('person')]).toEqual(before.map((number) => number + 1));
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
  });

  test('twenty at once with twenty keys about one outcome: one pathway, the others are replays (edge case 1)', async () => {
    const before = await count('pathway');
    const referral = aReferral();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => officer.post('/api/v1/referrals', referral)),
    );
    const bodies = answers.map((answer) => answer.as(referralAnswer));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(19).fill(200), 201]);
    expect(new Set(bodies.map(({ pathwayId }) => pathwayId)).size).toBe(1);
    expect(bodies.filter(({ replay }) => !replay)).toHaveLength(1);
    expect(await count('pathway')).toBe(before + 1);
  });

  test('while the first is still being answered a repeat waits, then 409; when its time is over a repeat takes over', async () => {
    const key = 'key-of-a-dead-process';
    const referral = aReferral();
    const taken = await officer.post('/api/v1/referrals', referral, key);
    // As if the process had died before it could keep its answer.
    await api.db.pool.query(
      `update request set state = 'running', status = null, body = null, answered_at = null,
        lease_until = clock_timestamp() + interval '1 hour' where key = $1`,
      [key],
    );
    const started = Date.now();
    const waiting = await officer.post('/api/v1/referrals', referral, key);
    expect(waiting.outcome).toEqual([409, 'request-running']);
    expect(waiting.headers.get('retry-after')).toBe('1');
    expect(Date.now() - started).toBeGreaterThan(2_000);
    expect((await officer.get(`/api/v1/requests/${key}`)).as(requestAnswer).state).toBe('open');

    const before = await count('pathway');
    await api.db.pool.query(`update request set lease_until = clock_timestamp() where key = $1`, [key]);
    const over = await officer.post('/api/v1/referrals', referral, key);
    expect([over.status, over.as(referralAnswer).pathwayId]).toEqual([
      201,
      taken.as(referralAnswer).pathwayId,
    ]);
    expect(await count('pathway')).toBe(before);
  });

  test('a repeat that waits gets the answer as soon as it is there', async () => {
    const key = 'key-of-a-slow-process';
    const referral = aReferral();
    const done = await officer.post('/api/v1/referrals', referral, key);
    const { rows } = await api.db.pool.query<{ route: string; body_hash: string; body: never }>(
      'delete from request where key = $1 returning route, body_hash, body',
      [key],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('no request');
    const request = {
      forceId: 'dyfed-powys',
      caller: 'u-101',
      key,
      route: row.route,
      bodyHash: row.body_hash,
    };
    const begun = await beginRequest(api.db, request, { leaseSeconds: 60 });
    if (begun.state !== 'fresh') throw new Error(begun.state);
    const waiting = officer.post('/api/v1/referrals', referral, key);
    await answerRequest(api.db, { ...request, commandId: begun.commandId }, { status: 201, body: row.body });
    expect((await waiting).body).toEqual(done.body);
  });
});

describe('intake while Temporal is away', () => {
  test('a referral is taken; the pathway waits for a run and can be read', async () => {
    const { pathwayId } = (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
    const { rows } = await api.db.pool.query(
      'select needs_run, run_confirmed_at from pathway where id = $1',
      [pathwayId],
    );
    expect(rows).toEqual([{ needs_run: true, run_confirmed_at: null }]);
    expect((await worker.get(`/api/v1/pathways/${pathwayId}`)).status).toBe(200);
  });

  test('who says that texts are safe and sends no number is told that none may go, and nobody else is', async () => {
    const hinted = { hints: ['safe-to-text-without-mobile'] };
    const without = aReferral({ mobile: undefined });
    expect((await officer.post('/api/v1/referrals', without)).as(referralAnswer)).toMatchObject(hinted);
    // A repeat is told too; whether a number is known meanwhile is not what it says.
    expect((await officer.post('/api/v1/referrals', { ...without })).as(referralAnswer)).toMatchObject(
      hinted,
    );
    const test = aTest({ mobile: undefined });
    expect((await custody.post('/api/v1/drug-tests', test)).as(drugTestAnswer)).toMatchObject(hinted);
    for (const changes of [{}, { mobile: undefined, safeToText: 'no' }, { safeToText: undefined }]) {
      const sent = aReferral(changes);
      expect((await officer.post('/api/v1/referrals', sent)).as(referralAnswer).hints).toEqual([]);
    }
  });

  test('whoever refers a person whom no route leads on is told that a manager finds them a provider', async () => {
    for (const residence of [{ noFixedAbode: true }, { postcode: 'ZZ99 9ZZ' }]) {
      const sent = aReferral({ residence });
      const { hints } = (await officer.post('/api/v1/referrals', sent)).as(referralAnswer);
      expect(hints).toEqual(['no-provider-yet']);
      // By then somebody may have found one; where the case went is not for whoever asks again.
      const again = (await officer.post('/api/v1/referrals', { ...sent })).as(referralAnswer);
      expect(again).toMatchObject({ replay: true, hints: [] });
    }
  });

  test('the same outcome with one detail changed is a replay that names it; with another name and birth date a person decides', async () => {
    const referral = aReferral();
    const first = (await officer.post('/api/v1/referrals', referral)).as(referralAnswer);
    const renamed = await officer.post('/api/v1/referrals', { ...referral, surname: 'Morgans' });
    expect([renamed.status, renamed.as(referralAnswer)]).toEqual([
      200,
      { ...first, replay: true, differs: ['surname'], possibleMatches: 0 },
    ]);
    const stranger = { ...referral, surname: 'Pugh', forenames: 'Ifan', birthDate: '1980-01-01' };
    const before = [await count('pathway'), await count('person')];
    const refused = await officer.post('/api/v1/referrals', stranger);
    expect(refused.outcome).toEqual([409, 'identity-conflict']);
    expect(JSON.stringify(refused.body)).not.toContain('Morgan');
    expect([await count('pathway'), await count('person')]).toEqual(before);
  });

  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const saidOtherwise: [string, Record<string, unknown>, string[]][] = [
    ['the birth date', { birthDate: '1994-05-18' }, ['birthDate']],
    ['the forenames', { forenames: 'Siân' }, ['forenames']],
    ['the postcode', { residence: { postcode: 'SA15 1ZZ' } }, ['residence']],
    ['no fixed abode', { residence: { noFixedAbode: true } }, ['residence']],
    ['language and safety', { language: 'en', safeToText: 'unknown' }, ['language']],
    [
      'everything about the outcome',
      { outcomeAt: daysAgo(9), offenceCode: '92D', offenceDate: daysAgo(12).slice(0, 10) },
      ['outcomeAt', 'offenceCode', 'offenceDate'],
    ],
    ['the mobile', { mobile: '07700 900125' }, ['mobile']],
    [
      'nothing but spelling',
      { surname: 'MORGAN', residence: { postcode: 'SA31 1ZZ' }, mobile: '+447700900123' },
      [],
    ],
    ['nothing, and less', { mobile: undefined, language: undefined, safeToText: undefined }, []],
  ];

  test.each(saidOtherwise)(
    '%s said otherwise at the second time: the replay names the fields, and no value',
    async (_name, changes, fields) => {
      const referral = aReferral({ outcomeAt: daysAgo(10), offenceDate: daysAgo(11).slice(0, 10) });
      const first = (await officer.post('/api/v1/referrals', referral)).as(referralAnswer);
      const again = await officer.post('/api/v1/referrals', { ...referral, ...changes });
      // Nothing else than the first answer held, and so no value.
      expect(again.body).toEqual({ ...first, replay: true, differs: fields, possibleMatches: 0 });
    },
  );

  test('another outcome of a known person names what is known otherwise of them, and nothing of the first outcome', async () => {
    const first = aReferral();
    await officer.post('/api/v1/referrals', first);
    const changes = { language: 'en', residence: { noFixedAbode: true }, offenceCode: '92D' };
    const { nominalNumber } = first;
    const second = await officer.post('/api/v1/referrals', aReferral({ nominalNumber, ...changes }));
    expect(second.as(referralAnswer)).toMatchObject({ replay: false, differs: ['residence', 'language'] });
  });

  test('a test said otherwise at the second time: the replay names its fields; their order says nothing', async () => {
    const results = [
      { substance: 'cocaine', result: 'positive' },
      { substance: 'opiates', result: 'negative' },
    ];
    const sent = aTest({ results });
    await custody.post('/api/v1/drug-tests', sent);
    const again = async (changes: Record<string, unknown>) =>
      (await custody.post('/api/v1/drug-tests', { ...sent, ...changes })).as(drugTestAnswer).differs;
    expect(await again({ results: results.toReversed() })).toEqual([]);
    expect(await again({ basis: { kind: 'trigger-offence', offenceCode: 'TH68002' } })).toEqual(['basis']);
    expect(await again({ selectionReasonCode: 'all-triggers', results: results.slice(0, 1) })).toEqual([
      'selectionReasonCode',
      'results',
    ]);
  });

  test('a positive test opens a pathway; negative and voluntary ones are counted without the person', async () => {
    const opened = (await custody.post('/api/v1/drug-tests', aTest())).as(drugTestAnswer);
    expect(opened).toMatchObject({ opened: true, because: 'positive', demo: false });
    expect((await dip.get(`/api/v1/pathways/${String(opened.pathwayId)}`)).body).toMatchObject({
      ...{ kind: 'compulsory', stage: 'awaiting-requirement' },
    });
    const before = [await count('pathway'), await count('person'), await count('drug_test')];
    const negative = aTest({
      results: [
        { substance: 'cocaine', result: 'negative' },
        { substance: 'cannabis', result: 'positive' },
      ],
    });
    expect((await custody.post('/api/v1/drug-tests', negative)).as(drugTestAnswer)).toMatchObject({
      opened: false,
      because: 'negative',
    });
    const voluntary = aTest({ basis: { kind: 'voluntary' } });
    expect((await custody.post('/api/v1/drug-tests', voluntary)).as(drugTestAnswer)).toMatchObject({
      opened: false,
      because: 'voluntary',
    });
    expect([await count('pathway'), await count('person'), await count('drug_test')]).toEqual(
      before.map((number, index) => (index === 2 ? number + 2 : number)),
    );
  });

  test('the same positive test under another key is a replay that names what differs; its breach has one pathway', async () => {
    const sent = aTest();
    const first = (await custody.post('/api/v1/drug-tests', sent)).as(drugTestAnswer);
    expect(first).toMatchObject({ opened: true, replay: false, differs: [] });
    const before = [await count('pathway'), await count('person'), await count('drug_test')];
    const changed = { ...sent, suiteCode: 'custody-newtown', mobile: '07700 900777' };
    const again = await custody.post('/api/v1/drug-tests', changed);
    expect([again.status, again.as(drugTestAnswer)]).toEqual([
      200,
      { ...first, replay: true, differs: ['mobile', 'suiteCode'] },
    ]);
    expect([await count('pathway'), await count('person'), await count('drug_test')]).toEqual(before);
  });

  test('a force without a policy is told so', async () => {
    const stranger = await ApiCaller.as(api, 'gwent');
    expect((await stranger.post('/api/v1/referrals', aReferral())).outcome).toEqual([409, 'no-policy']);
  });

  test('safety facts are recorded once for each key and wait to be carried', async () => {
    const { personId } = (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
    const before = await count('person_fact');
    const path = `/api/v1/persons/${personId}/facts`;
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        worker.post(path, { fact: 'stop-texts', reason: 'asked' }, 'key-of-a-stop'),
      ),
    );
    expect(new Set(answers.map((answer) => answer.as(factAnswer).factId)).size).toBe(1);
    expect(await count('person_fact')).toBe(before + 1);
    const { rows } = await api.db.pool.query(
      'select kind, carried_at, actor_role from person_fact where person_id = $1',
      [personId],
    );
    expect(rows).toEqual([{ kind: 'stop-texts', carried_at: null, actor_role: 'ProviderWorker' }]);

    // A clock that is a little ahead keeps no safety fact out.
    const ahead = new Date(Date.now() + 60_000).toISOString();
    const heard = await officer.post(path, { fact: 'stop-texts', occurredAt: ahead });
    const { rows: late } = await api.db.pool.query(
      'select occurred_at <= recorded_at as "notAhead" from person_fact where id = $1',
      [heard.as(factAnswer).factId],
    );
    expect(late).toEqual([{ notAhead: true }]);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect((await officer.post(path, { fact: 'death', occurredAt: tomorrow })).outcome).toEqual([
      422,
      'in-the-future',
    ]);
    expect((await officer.post(path, { fact: 'task-withdrawn' })).outcome).toEqual([400, 'invalid-request']);
    expect(
      (
        await dip.post('/api/v1/arrest-tasks/no-such-task/facts', {
          fact: 'task-withdrawn',
          reasonCode: 'r1',
        })
      ).outcome,
    ).toEqual([404, 'not-found']);
  });

  test('a command is not answered, says that its outcome is unknown, and its key stays open', async () => {
    const { pathwayId } = (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
    const before = await count('event');
    const key = 'key-of-an-unknown-outcome';
    const answer = await worker.command(pathwayId, 'record-engagement', { evidence: 'other' }, key);
    expect(answer.outcome).toEqual([503, 'outcome-unknown']);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect((await worker.get(`/api/v1/requests/${key}`)).as(requestAnswer)).toMatchObject({
      state: 'open',
      answer: null,
    });
    expect(await count('event')).toBe(before);
  });
});
