import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accessPolicy, sendableCommands, rolesOfCommand } from '../../api/access-policy.ts';
import { drugTestAnswer, referralAnswer } from '../../api/schemas/answers.ts';
import { referralFiguresAnswer } from '../../api/schemas/figures.ts';
import { pathwayList } from '../../api/schemas/worklists.ts';
import { assemble } from '../../api/pipeline.ts';
import type { Pipeline } from '../../api/pipeline.ts';
import { providerRoles, roles } from '../../workflows/domain/common/actor.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { aReferral, ApiCaller, aTest } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

let api: ApiWithoutEngine;
const unknownId = '00000000-0000-4000-8000-000000000000';

beforeAll(async () => {
  api = await startApiWithoutEngine();
});

afterAll(async () => {
  await api.close();
});

async function holding(held: readonly Role[], claims: Record<string, unknown> = {}): Promise<ApiCaller> {
  return new ApiCaller(
    api.url,
    await api.issuer.mint('officer', { claims: { llwybr_roles: held, ...claims } }),
  );
}

function addressOf(path: string): string {
  return path
    .replace('{command}', 'record-engagement')
    .replace('{remedy}', 'wake')
    .replace('{stuckId}', `${unknownId}:run-missing`)
    .replaceAll(/\{\w+\}/g, unknownId);
}

describe('every route with every role', () => {
  const routes = Object.entries(accessPolicy).map(([name, rule]) => {
    const [method = '', path = ''] = name.split(' ');
    return { name, method, path, rule };
  });

  test.each(routes)('$name', async ({ method, path, rule }) => {
    const anonymous = await fetch(`${api.url}${addressOf(path)}`, { method });
    if ('public' in rule) {
      expect(anonymous.status).toBeLessThan(500);
      expect(anonymous.status).not.toBe(401);
      return;
    }
    expect(anonymous.status).toBe(401);
    const body = {
      headers: { 'content-type': 'application/json', 'idempotency-key': 'key-of-the-matrix' },
      body: '[]',
    };
    const answers = await Promise.all(
      roles.map(async (role) => {
        const caller = await holding([role]);
        const answer = await caller.send(method, addressOf(path), method === 'POST' ? body : {});
        return [role, answer.status, answer.body] as const;
      }),
    );
    for (const [role, status, said] of answers) {
      const allowed = role !== 'System' && ('signedIn' in rule || rule.roles.includes(role));
      if (allowed) expect([role, status]).not.toEqual([role, 403]);
      else {
        expect([role, status]).toEqual([role, 403]);
        // To whom it is allowed, so that who is turned away knows whom to ask.
        const allowedRoles = 'signedIn' in rule ? roles.filter((each) => each !== 'System') : rule.roles;
        expect(said).toMatchObject({ code: 'wrong-role', details: { allowedRoles } });
      }
      expect(status).not.toBe(401);
    }
  });

  test('the roles of commands are those of the tables, and nobody reads the other world', async () => {
    const referred = await (await holding(['PoliceOfficer'])).post('/api/v1/referrals', aReferral());
    const tested = await (await holding(['CustodyOfficer'])).post('/api/v1/drug-tests', aTest());
    const cases = [
      ['diversion', referred.as(referralAnswer).pathwayId, 'ddas'],
      ['compulsory', String(tested.as(drugTestAnswer).pathwayId), 'dip-team'],
    ] as const;
    for (const [kind, pathwayId, organisation] of cases) {
      for (const name of sendableCommands(kind)) {
        for (const role of roles) {
          const caller = await holding([role], { llwybr_organisation: organisation });
          // A body that no command takes: whoever may send the command is told so and gets no further.
          const { status } = await caller.post(`/api/v1/pathways/${pathwayId}/commands/${name}`, { data: 1 });
          const may = rolesOfCommand(kind, name)?.includes(role) === true;
          // A unit without a task on the pathway does not find it.
          const expected = may && role !== 'LpuOfficer' ? [400] : [403, 404];
          expect([name, role, expected.includes(status)]).toEqual([name, role, true]);
        }
      }
    }
    const reader = async (role: Role, pathwayId: string) =>
      (await (await holding([role], { llwybr_organisation: 'ddas' })).get(`/api/v1/pathways/${pathwayId}`))
        .status;
    expect(await reader('ProviderWorker', cases[1][1])).toBe(404);
    expect(await reader('DipOfficer', cases[0][1])).toBe(404);
    expect(await reader('CustodyOfficer', cases[0][1])).toBe(404);
    expect(await reader('Manager', cases[0][1])).toBe(200);
    expect(await reader('Manager', cases[1][1])).toBe(200);
  });
});

test('a route without a rule, a rule without a route and a route given twice keep the API from starting', () => {
  const pipeline = {} as Pipeline;
  const [first, ...rest] = api.api.routes;
  if (first === undefined) throw new Error('no routes');
  const stranger = { ...first, path: '/api/v1/unruled' };
  expect(() => assemble(pipeline, [...api.api.routes, stranger])).toThrow(/\/api\/v1\/unruled has no rule/);
  expect(() => assemble(pipeline, rest)).toThrow(
    /has a rule for POST \/api\/v1\/referrals, which is no route/,
  );
  expect(() => assemble(pipeline, [...api.api.routes, first])).toThrow(/stands twice/);
});

describe('tokens', () => {
  const refused: [string, Parameters<ApiWithoutEngine['issuer']['mint']>[1]][] = [
    ['expired', { expiresInSeconds: -60 }],
    ['of another audience', { audience: 'another-api' }],
    ['of another issuer', { issuer: 'https://issuer.example' }],
    ['with the algorithm none', { algorithm: 'none' }],
    ['signed by a stranger', { forged: true }],
    ['signed by a stranger with the other algorithm', { forged: true, algorithm: 'ES256' }],
    ['not valid yet', { claims: { nbf: Math.floor(Date.now() / 1000) + 600 } }],
    ['without an expiry', { claims: { exp: undefined } }],
    ['without a force', { claims: { llwybr_force: undefined } }],
    ['with a force that is no id', { claims: { llwybr_force: "x' OR 1=1" } }],
    ['without a subject', { claims: { sub: undefined } }],
  ];

  test.each(refused)('%s: refused', async (_name, options) => {
    const caller = new ApiCaller(api.url, await api.issuer.mint('manager', options));
    const answer = await caller.get('/api/v1/pathways');
    expect(answer.outcome).toEqual([401, 'invalid-token']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('both algorithms of the issuer are taken, and one second less than the tolerance is too', async () => {
    for (const options of [
      { algorithm: 'RS256' },
      { algorithm: 'ES256' },
      { expiresInSeconds: -2 },
    ] as const) {
      const caller = new ApiCaller(api.url, await api.issuer.mint('manager', options));
      expect((await caller.get('/api/v1/pathways')).status).toBe(200);
    }
  });

  test('none, of another scheme or malformed: refused', async () => {
    const send = (authorization: string) =>
      fetch(`${api.url}/api/v1/pathways`, { headers: { authorization } });
    expect((await fetch(`${api.url}/api/v1/pathways`)).status).toBe(401);
    for (const authorization of [
      'Basic dTpw',
      'Bearer',
      'Bearer a.b.c',
      `Bearer ${'x'.repeat(5000)}`,
      'Bearer a b',
    ]) {
      expect((await send(authorization)).status).toBe(401);
    }
    const token = await api.issuer.mint('manager');
    expect((await fetch(`${api.url}/api/v1/pathways?access_token=${token}`)).status).toBe(401);
  });

  test('System is a role of no token, and unknown roles count for nothing', async () => {
    const caller = await holding(['System', 'Emperor' as Role]);
    expect((await caller.get('/api/v1/requests/any-key-at-all')).outcome).toEqual([403, 'wrong-role']);
  });
});

describe('what lies outside the caller’s scope is not there', () => {
  test('another force, another provider, unknown and malformed ids: 404', async () => {
    const officer = await holding(['PoliceOfficer']);
    const { pathwayId, personId } = (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
    const own = await holding(['ProviderWorker'], { llwybr_organisation: 'ddas' });
    expect((await own.get(`/api/v1/pathways/${pathwayId}`)).status).toBe(200);

    const strangers = [
      await holding(['Manager', 'Operator', 'ProviderWorker'], {
        llwybr_force: 'demo',
        llwybr_organisation: 'ddas',
      }),
      await holding([...providerRoles], { llwybr_organisation: 'kaleidoscope' }),
    ];
    for (const stranger of strangers) {
      const answers = [
        await stranger.get(`/api/v1/pathways/${pathwayId}`),
        await stranger.get(`/api/v1/pathways/${pathwayId}/events`),
        await stranger.command(pathwayId, 'record-engagement', { evidence: 'other' }),
        await stranger.post(`/api/v1/persons/${personId}/facts`, { fact: 'stop-texts' }),
      ];
      expect(answers.map(({ outcome }) => outcome)).toEqual(answers.map(() => [404, 'not-found']));
      const { items } = (await stranger.get('/api/v1/pathways')).as(pathwayList);
      expect(items).toEqual([]);
    }
    for (const id of [unknownId, 'not-a-uuid', pathwayId.toUpperCase(), '%00', '..%2f..']) {
      expect((await own.get(`/api/v1/pathways/${id}`)).status).toBe(404);
    }
  });

  test('a key is found only by the caller who used it', async () => {
    const officer = await holding(['PoliceOfficer']);
    const key = 'key-of-one-officer';
    const taken = await officer.post('/api/v1/referrals', aReferral(), key);
    expect((await officer.get(`/api/v1/requests/${key}`)).body).toMatchObject({
      ...{ state: 'answered', status: 201, answer: taken.body },
    });
    const other = await holding(['PoliceOfficer'], { sub: 'u-999' });
    expect((await other.get(`/api/v1/requests/${key}`)).status).toBe(404);
    const foreign = await holding(['PoliceOfficer'], { llwybr_force: 'demo' });
    expect((await foreign.get(`/api/v1/requests/${key}`)).status).toBe(404);
  });

  test('figures of a provider count its own referrals', async () => {
    const figures = async (claims: Record<string, unknown>, role: Role) =>
      (await (await holding([role], claims)).get('/api/v1/figures/referrals')).as(referralFiguresAnswer);
    const all = await figures({}, 'Manager');
    const ours = await figures({ llwybr_organisation: 'ddas' }, 'ProviderManager');
    const theirs = await figures({ llwybr_organisation: 'kaleidoscope' }, 'ProviderManager');
    expect(all.received).toBeGreaterThan(0);
    expect(all.received).toBe(all.open + all.closed);
    expect(ours.received).toBe(all.received);
    expect(theirs.received).toBe(0);
  });
});

test('everybody learns the id by which a case is given to them, their roles, and for whom they work', async () => {
  const worker = await ApiCaller.as(api, 'caseworker');
  expect((await worker.get('/api/v1/me')).body).toEqual({
    ...{ userId: 'u-301', roles: ['ProviderWorker'] },
    ...{ organisationId: 'ddas', forceId: 'dyfed-powys' },
  });
});
