import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drugTestAnswer, referralAnswer } from '../../api/schemas/answers.ts';
import { problemOf } from '../../api/refusals.ts';
import type { Refusal } from '../../workflows/domain/common/decision.ts';
import { aReferral, ApiCaller, aTest } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

let api: ApiWithoutEngine;
let officer: ApiCaller;
let custody: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  officer = await ApiCaller.as(api, 'officer');
  custody = await ApiCaller.as(api, 'custody');
});

afterAll(async () => {
  await api.close();
});

describe('a refusal names the fields of the body that it is about', () => {
  const later = '2099-01-01T00:00:00.000Z';
  const forms: [string, 'referrals' | 'drug-tests', Record<string, unknown>, [number, string], string[]][] = [
    ['an outcome to come', 'referrals', { outcomeAt: later }, [422, 'in-the-future'], ['/outcomeAt']],
    [
      'an offence after its outcome',
      'referrals',
      { outcomeAt: '2026-03-03T14:30', offenceDate: '2026-03-04' },
      [422, 'before-the-start'],
      ['/outcomeAt', '/offenceDate'],
    ],
    [
      'under 18',
      'referrals',
      { birthDate: '2010-01-01', offenceDate: '2026-03-02' },
      [422, 'under-18'],
      ['/birthDate'],
    ],
    ['a test to come', 'drug-tests', { testedAt: later }, [422, 'in-the-future'], ['/testedAt']],
    ['under 18 at the test', 'drug-tests', { birthDate: '2015-01-01' }, [422, 'under-18'], ['/birthDate']],
    [
      'an authority after the sample',
      'drug-tests',
      {
        testedAt: '2026-03-03T14:30',
        basis: {
          ...{ kind: 'inspector-authority', inspectorId: 'u-103', groundsCode: 'g1' },
          authorisedAt: '2026-03-03T15:30',
        },
      },
      [422, 'before-the-start'],
      ['/testedAt', '/basis/authorisedAt'],
    ],
  ];

  test.each(forms)('%s (%s %j)', async (_name, form, changes, outcome, paths) => {
    const answer =
      form === 'referrals'
        ? await officer.post('/api/v1/referrals', aReferral(changes))
        : await custody.post('/api/v1/drug-tests', aTest(changes));
    expect(answer.outcome).toEqual(outcome);
    const [, code] = outcome;
    expect(answer.problem.errors).toEqual(
      paths.map((path) => ({ path, code, message: answer.problem.detail })),
    );
  });

  test('a day without a policy', async () => {
    const stranger = await ApiCaller.as(api, 'gwent');
    const { outcome, problem } = await stranger.post('/api/v1/referrals', aReferral());
    expect([outcome, problem.errors]).toEqual([
      [409, 'no-policy'],
      [{ path: '/outcomeAt', code: 'no-policy', message: problem.detail }],
    ]);
  });

  test('a fact to come', async () => {
    const { personId } = (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
    const fact = { fact: 'stop-texts', occurredAt: later };
    const { outcome, problem } = await officer.post(`/api/v1/persons/${personId}/facts`, fact);
    expect([outcome, problem.errors]).toEqual([
      [422, 'in-the-future'],
      [{ path: '/occurredAt', code: 'in-the-future', message: problem.detail }],
    ]);
  });

  const at = '2026-03-03T14:30:00.000Z';
  const other = '2026-03-04T14:30:00.000Z';
  const commands: [string, Omit<Refusal, 'message'>, unknown, string[]][] = [
    [
      'by name and value',
      { code: 'before-the-start', details: { servedAt: at, startedAt: other } },
      { occurredAt: other, data: { notice: { servedAt: at }, startsAt: at } },
      ['/data/notice/servedAt'],
    ],
    [
      'the time of the act, where it names none that was sent',
      { code: 'before-the-start', details: { declaredAt: at } },
      { occurredAt: other, data: { marker: 'RED' } },
      ['/occurredAt'],
    ],
    [
      'none, where that was left out too',
      { code: 'before-the-start', details: { declaredAt: at } },
      { data: { marker: 'RED' } },
      [],
    ],
    [
      'one that is missing',
      { code: 'condition-not-met', details: { field: 'leftAt' } },
      { data: { attendance: 'sent-away' } },
      ['/data/leftAt'],
    ],
    [
      'none with another value',
      { code: 'condition-not-met', details: { taskId: 'open' } },
      { data: { taskId: 'sent' } },
      [],
    ],
    [
      'none of what was done already',
      { code: 'already-done', details: { reason: 'died' } },
      { data: { reason: 'died' } },
      [],
    ],
  ];

  test.each(commands)('%s', (_name, refusal, body, paths) => {
    const { parts } = problemOf({ ...refusal, message: 'No.' }, { body });
    expect((parts.errors ?? []).map(({ path }) => path)).toEqual(paths);
  });
});

describe('codes of what the force has', () => {
  test.each(['custody-nowhere', 'lpu-llanelli'])(
    'a test in the suite %s is refused, and not counted',
    async (suiteCode) => {
      const count = async () => (await api.db.pool.query('select from drug_test')).rowCount;
      const before = await count();
      const { outcome, problem } = await custody.post('/api/v1/drug-tests', aTest({ suiteCode }));
      expect([outcome, problem.errors]).toEqual([
        [404, 'not-found'],
        [{ path: '/suiteCode', code: 'unknown-id', message: problem.detail }],
      ]);
      expect(await count()).toBe(before);
    },
  );

  test('a suite is taken for the time when it was open', async () => {
    await api.db.pool.query(
      `insert into organisation (force_id, id, kind, name, name_cy, valid_from, valid_until)
        values ('dyfed-powys', 'custody-tenby', 'custody-suite', 'Tenby', 'Dinbych-y-pysgod', '2026-01-01', '2026-03-01')`,
    );
    const tested = async (testedAt: string) =>
      custody.post('/api/v1/drug-tests', aTest({ suiteCode: 'custody-tenby', testedAt }));
    expect((await tested('2026-02-01T12:00')).as(drugTestAnswer).opened).toBe(true);
    expect((await tested('2026-03-01T12:00')).outcome).toEqual([404, 'not-found']);
  });
});

test('one outcome of two people: the answer says what to do next', async () => {
  const referral = aReferral();
  await officer.post('/api/v1/referrals', referral);
  const other = { ...referral, surname: 'Pugh', forenames: 'Ifan', birthDate: '1980-01-01' };
  const { outcome, problem } = await officer.post('/api/v1/referrals', other);
  expect(outcome).toEqual([409, 'identity-conflict']);
  expect(problem.detail).toContain('Nothing was recorded or changed');
  expect(problem.detail).toMatch(/Compare .* with the records system/);
  expect(problem.detail).toMatch(/send it again corrected/);
  expect(problem.detail).toMatch(/If all of it is right, .* records team/);
});
