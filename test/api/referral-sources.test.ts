import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventList, pathwayView, referralAnswer } from '../../api/schemas/answers.ts';
import { outcomeCounts } from '../../store/outcome-counts.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { mayRefer, referralSources } from '../../workflows/domain/diversion/referral-source.ts';
import { ApiCaller, aReferral } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

const forceId = 'dyfed-powys';

let api: ApiWithoutEngine;
const callers = new Map<string, ApiCaller>();

beforeAll(async () => {
  api = await startApiWithoutEngine();
  for (const who of ['officer', 'caseworker', 'manager'] as const) {
    callers.set(who, await ApiCaller.as(api, who));
  }
  for (const [who, role, organisation, ...more] of [
    ['prison', 'PrisonLinkWorker', 'hmp-example'],
    ['records', 'RecordsSystem', 'oocd-team'],
    ['other-caseworker', 'ProviderWorker', 'kaleidoscope'],
    ['officer-and-operator', 'PoliceOfficer', 'oocd-team', 'Operator'],
  ] as const) {
    const claims = { llwybr_roles: [role, ...more], llwybr_organisation: organisation, sub: `u-${who}` };
    callers.set(who, new ApiCaller(api.url, await api.issuer.mint('caseworker', { claims })));
  }
}, 60_000);

afterAll(async () => {
  await api.close();
});

function as(who: string): ApiCaller {
  const caller = callers.get(who);
  if (caller === undefined) throw new Error(`Nobody is called ${who}`);
  return caller;
}

/** A form without any police record. */
function aForm(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...{ source: 'self', via: 'form', surname: 'Pugh', forenames: 'Alun', birthDate: '1988-02-29' },
    ...{ residence: { postcode: 'SA15 1AA' }, agreed: true },
    ...changes,
  };
}

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

async function opening(pathwayId: string): Promise<unknown> {
  const { items } = (await as('manager').get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList);
  return items[0]?.data;
}

describe('each source has who speaks for it', () => {
  test.each([
    ['M47 the police: found in a cell', 'officer', { source: 'police', via: 'cell-sweep' }],
    ['M47 the police: outreach', 'officer', { source: 'police', via: 'outreach' }],
    [
      'M47 the police: after a required assessment',
      'officer',
      { source: 'police', via: 'required-assessment' },
    ],
    ['edge case 59: an officer without an ACR', 'officer', { source: 'police', via: 'self-help' }],
    ['M48 probation', 'caseworker', { source: 'probation' }],
    ['M49 prison', 'prison', { source: 'prison' }],
    ['M50 court', 'caseworker', { source: 'court' }],
    ['M51 the person', 'caseworker', { source: 'self' }],
    ['M56 health', 'caseworker', { source: 'health' }],
    ['M56 housing', 'caseworker', { source: 'housing' }],
    ['M56 social care', 'caseworker', { source: 'social-care' }],
    ['M56 the family', 'manager', { source: 'family' }],
  ] as const)('%s', async (_name, who, changes) => {
    const taken = await as(who).post('/api/v1/referrals', aForm(changes));
    expect(taken.status).toBe(201);
    const { pathwayId } = taken.as(referralAnswer);
    expect(await opening(pathwayId)).toMatchObject({
      source: { via: 'form', ...changes },
      ...{ disposal: null, offenceCode: null, offenceDate: null, route: { providerId: 'ddas' } },
    });
    const { rows } = await api.db.pool.query<{ source: string }>('select source from pathway where id = $1', [
      pathwayId,
    ]);
    expect(rows).toEqual([{ source: changes.source === 'police' ? changes.via : changes.source }]);
  });

  test.each([
    ['police', 'officer', { source: 'police', via: 'cell-sweep' }, 200],
    ['self', 'caseworker', { source: 'self' }, 404],
    ['health', 'caseworker', { source: 'health' }, 404],
    ['prison', 'prison', { source: 'prison' }, 404],
  ] as const)('of source %s: the police ask about what they made, and about no other', async (...given) => {
    const [, who, changes, status] = given;
    const { pathwayId, reference } = (await as(who).post('/api/v1/referrals', aForm(changes))).as(
      referralAnswer,
    );
    for (const name of [reference, pathwayId]) {
      const path = `/api/v1/referrals/${name}`;
      expect((await as('manager').get(path)).status).toBe(200);
      for (const police of ['officer', 'records', 'officer-and-operator']) {
        expect([police, (await as(police).get(path)).status]).toEqual([police, status]);
      }
    }
    if (status === 200) return;
    for (const [name, data] of [
      ['set-iom-flag', { designated: true }],
      ['amend-details', { changes: { surname: 'Puw' }, reason: 'entered-wrongly' }],
      ['void-pathway', { reason: 'wrong-person' }],
    ] as const) {
      const answer = await as('officer').command(pathwayId, name, data);
      expect([name, ...answer.outcome]).toEqual([name, 404, 'not-found']);
    }
  });

  test('M49 from which prison, and when the person will be released, or why nobody knows', async () => {
    const known = { prisonCode: 'hmp-swansea', expectedRelease: day(21).slice(0, 10) };
    const unknown = { prisonCode: 'hmp-swansea', releaseUnknown: 'recall' };
    for (const prison of [known, unknown]) {
      const taken = await as('prison').post('/api/v1/referrals', aForm({ source: 'prison', prison }));
      const { pathwayId } = taken.as(referralAnswer);
      const { origin } = (await as('manager').get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
      expect(origin).toEqual({
        ...{ source: 'prison', via: 'form', courtOrder: null },
        prison: { expectedRelease: null, ...prison },
      });
    }
    for (const [source, prison, path] of [
      ['prison', { prisonCode: 'hmp-swansea' }, '/prison'],
      ['prison', { ...known, ...unknown }, '/prison'],
      ['prison', { ...known, releaseUnknown: 'never' }, '/prison/releaseUnknown'],
      ['health', known, '/prison'],
    ] as const) {
      const refused = await as('manager').post('/api/v1/referrals', aForm({ source, prison }));
      expect([refused.outcome, refused.problem.errors?.[0]?.path]).toEqual([[400, 'invalid-request'], path]);
    }
    const over = { ...known, expectedRelease: day(-2).slice(0, 10) };
    const late = await as('prison').post('/api/v1/referrals', aForm({ source: 'prison', prison: over }));
    expect(late.outcome).toEqual([409, 'condition-not-met']);
  });

  test('M50 under which order of a court with a treatment requirement the person is', async () => {
    const courtOrder = { requirement: 'drug-rehabilitation', madeOn: day(-3).slice(0, 10) };
    for (const source of ['court', 'probation']) {
      const taken = await as('caseworker').post('/api/v1/referrals', aForm({ source, courtOrder }));
      const { pathwayId } = taken.as(referralAnswer);
      const { origin } = (await as('caseworker').get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
      expect(origin).toEqual({ source, via: 'form', prison: null, courtOrder });
    }
    const refused = await as('caseworker').post('/api/v1/referrals', aForm({ courtOrder }));
    expect([refused.outcome, refused.problem.errors?.[0]?.path]).toEqual([
      [400, 'invalid-request'],
      '/courtOrder',
    ]);
  });

  test('nobody speaks for another house', async () => {
    for (const [who, changes] of [
      ['officer', { source: 'self' }],
      ['officer', { source: 'prison' }],
      ['prison', { source: 'self' }],
      ['caseworker', { source: 'prison' }],
      ['caseworker', { source: 'police', via: 'outreach' }],
      ['records', { source: 'police', via: 'cell-sweep' }],
    ] as const) {
      const refused = await as(who).post('/api/v1/referrals', aForm(changes));
      expect([who, changes, ...refused.outcome]).toEqual([who, changes, 403, 'wrong-role']);
    }
    expect((await as('caseworker').post('/api/v1/referrals', aReferral())).outcome).toEqual([
      403,
      'wrong-role',
    ]);
    expect((await as('records').post('/api/v1/referrals', aReferral())).status).toBe(201);
    const dumb: Role[] = ['Analyst', 'LpuOfficer', 'System'];
    for (const role of dumb) {
      expect(referralSources.filter((source) => mayRefer(role, { source, via: 'form' }))).toEqual([]);
    }
  });

  test('a way belongs to its source, and a number of the force to the police and the prison', async () => {
    const refused = await as('caseworker').post('/api/v1/referrals', aForm({ via: 'cell-sweep' }));
    expect([refused.outcome, refused.problem.errors?.[0]?.path]).toEqual([[400, 'invalid-request'], '/via']);
    const probing = await as('caseworker').post('/api/v1/referrals', aForm({ nominalNumber: 'N1' }));
    expect(probing.problem.errors?.[0]?.path).toBe('/nominalNumber');
    const unknown = await as('manager').post('/api/v1/referrals', aForm({ via: 'records-export' }));
    expect(unknown.outcome).toEqual([400, 'invalid-request']);
  });

  test('a provider that takes the person down itself has accepted them, and one that does not serve them does not read them', async () => {
    const own = (await as('caseworker').post('/api/v1/referrals', aForm())).as(referralAnswer);
    const { items } = (await as('caseworker').get(`/api/v1/pathways/${own.pathwayId}/events`)).as(eventList);
    expect(items.map(({ type }) => type)).toEqual(['referral-received', 'referral-accepted']);
    const sent = (await as('other-caseworker').post('/api/v1/referrals', aForm())).as(referralAnswer);
    expect((await as('other-caseworker').get(`/api/v1/pathways/${sent.pathwayId}`)).status).toBe(404);
    const view = (await as('caseworker').get(`/api/v1/pathways/${sent.pathwayId}`)).as(pathwayView);
    expect(view.providerId).toBe('ddas');
  });

  test('a provider is not told of people of the force whom it does not have', async () => {
    const surname = `Probert${randomUUID().slice(0, 8)}`;
    await as('officer').post(
      '/api/v1/referrals',
      aReferral({ surname, birthDate: '1977-07-07', residence: { postcode: 'SY16 1AA' } }),
    );
    const form = aForm({ surname, forenames: 'Siân', birthDate: '1977-07-07' });
    const told = (await as('caseworker').post('/api/v1/referrals', form)).as(referralAnswer);
    expect([told.possibleMatches, told.hints]).toEqual([0, []]);
    const again = (await as('manager').post('/api/v1/referrals', form)).as(referralAnswer);
    expect(again.possibleMatches).toBe(2);
  });

  test('sent again with its key it is the same referral; by another key a person decides', async () => {
    const key = randomUUID();
    const form = aForm({ surname: 'Once' });
    const first = (await as('caseworker').post('/api/v1/referrals', form, key)).as(referralAnswer);
    expect((await as('caseworker').post('/api/v1/referrals', form, key)).as(referralAnswer)).toEqual(first);
    const other = (await as('caseworker').post('/api/v1/referrals', form)).as(referralAnswer);
    expect([other.pathwayId === first.pathwayId, other.possibleMatches]).toEqual([false, 1]);
    // Whoever clicked twice is told that this may be one person, and by the description who decides.
    expect([first.hints, other.hints]).toEqual([[], ['may-be-known']]);
  });
});

describe('M38 a conditional caution', () => {
  const caution = (changes: Record<string, unknown> = {}) =>
    aReferral({
      ...{ via: 'conditional-caution', offenceCode: '92A' },
      conditions: [
        { code: 'attend-assessment', dueAt: day(28) },
        { code: 'attend-course', dueAt: day(60) },
      ],
      ...changes,
    });

  test('brings its conditions, each with an id and its day', async () => {
    const { pathwayId } = (await as('officer').post('/api/v1/referrals', caution())).as(referralAnswer);
    expect(await opening(pathwayId)).toMatchObject({
      ...{ source: { source: 'police', via: 'conditional-caution' }, disposal: 'conditional-caution' },
      conditions: [
        { conditionId: expect.stringMatching(/:1$/), code: 'attend-assessment' },
        { conditionId: expect.stringMatching(/:2$/), code: 'attend-course' },
      ],
    });
    const view = (await as('manager').get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
    expect(view.deadlines.filter(({ rule }) => rule.startsWith('condition')).length).toBeGreaterThan(0);
  });

  test('has them, due after it was given; an ACR and outcome 22 have none', async () => {
    for (const [changes, status, code] of [
      [{ conditions: [] }, 400, 'invalid-request'],
      [{ conditions: undefined }, 400, 'invalid-request'],
      [{ conditions: [{ code: 'late', dueAt: day(-3) }] }, 422, 'before-the-start'],
      [{ via: 'acr', offenceCode: '92E' }, 400, 'invalid-request'],
      [{ via: 'outcome-22' }, 400, 'invalid-request'],
    ] as const) {
      const refused = await as('officer').post('/api/v1/referrals', caution(changes));
      expect([changes, ...refused.outcome]).toEqual([changes, status, code]);
    }
  });

  test('edge case 58: outcome 22 is a referral of its own', async () => {
    const body = aReferral({ via: 'outcome-22', offenceCode: '92D' });
    const { pathwayId } = (await as('officer').post('/api/v1/referrals', body)).as(referralAnswer);
    expect(await opening(pathwayId)).toMatchObject({ disposal: 'outcome-22' });
  });
});

describe('M40 under 18', () => {
  test('is refused with the signpost, from every source, and only the count is kept', async () => {
    const month = '2026-02';
    const counted = async () => outcomeCounts(api.db, forceId, month, month);
    const surname = `Ifanc${randomUUID().slice(0, 8)}`;
    const young = { surname, birthDate: '2009-01-01' };
    const acr = aReferral({ ...young, outcomeAt: '2026-02-10T12:00:00Z', offenceDate: '2026-02-09' });
    const self = aForm({ ...young, receivedAt: '2026-02-11T12:00:00Z' });
    const key = randomUUID();
    for (const [who, body, given] of [
      ['officer', acr, key],
      // The same request, and the same outcome under another key: one person, counted once.
      ['officer', acr, key],
      ['officer', acr, undefined],
      ['caseworker', self, undefined],
    ] as const) {
      const refused = await as(who).post('/api/v1/referrals', body, given);
      expect(refused.outcome).toEqual([422, 'under-18']);
      expect(refused.problem.details).toMatchObject({ signpost: expect.stringContaining('under 18') });
    }
    expect(await counted()).toEqual([
      { month, outcomeCode: '8', offenceCode: '92E', reason: 'under-18', count: 1 },
      { month, outcomeCode: 'none', offenceCode: 'self', reason: 'under-18', count: 1 },
    ]);
    const people = await api.db.pool.query('select from person where name_dob_index = $1', [
      api.db.fields.nameAndBirthDateIndex(forceId, { ...young, forenames: 'Siân Elin' }),
    ]);
    expect(people.rowCount).toBe(0);
    expect(
      await api.db.pool.query('select from request where body::text like $1', [`%${surname}%`]),
    ).toMatchObject({
      rowCount: 0,
    });
  });
});
