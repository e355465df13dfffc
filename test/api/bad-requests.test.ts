import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { referralAnswer } from '../../api/schemas/answers.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

/** What a well-behaved client never sends: numbers that are none, two spellings of one id, HTTP that is read in two ways. */

let api: ApiWithoutEngine;
let officer: ApiCaller;
let manager: ApiCaller;
let provider: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  officer = await ApiCaller.as(api, 'officer');
  manager = await ApiCaller.as(api, 'manager');
  provider = await ApiCaller.as(api, 'caseworker');
});

afterAll(async () => {
  await api.close();
});

describe('numbers', () => {
  /** As text, since JSON.stringify cannot spell them. */
  const policy = (basedOn: string, count: string) =>
    `{"policyId":"diversion:acr-diversion","basedOn":${basedOn},"validFrom":"${new Date().toISOString()}",` +
    `"reason":"A try","dryRun":true,"rules":{"lateEngagement":{"unit":"days","count":${count}}}}`;

  test.each([
    '1e309',
    '-1',
    '0.5',
    '9007199254740993',
    '"2"',
    '0x2',
    '02',
    '+2',
    'NaN',
    'null',
    'true',
    '[2]',
  ])('a version of %s is refused', async (basedOn) => {
    const answer = await manager.post('/api/v1/policies', policy(basedOn, '20'));
    expect([400, answer.problem.code]).toEqual([answer.status, answer.problem.code]);
    expect(['invalid-request', 'malformed-json']).toContain(answer.problem.code);
  });

  test.each(['1e309', '-1', '9007199254740993', '"20"', 'null'])(
    'a count of %s is refused',
    async (count) => {
      const answer = await manager.post('/api/v1/policies', policy('2', count));
      expect(answer.outcome).toEqual([400, 'invalid-request']);
      expect(answer.problem.errors?.map(({ path }) => path)).toEqual([expect.stringMatching(/^\/rules/)]);
    },
  );

  test.each(['01', '0', '-1', '1.0', '1e0', '9'.repeat(20), ' 1', '１'])(
    'version %j in an address leads nowhere',
    async (version) => {
      const path = `/api/v1/policies/diversion:acr-diversion/versions/${encodeURIComponent(version)}/rebase`;
      expect((await manager.get(path)).outcome).toEqual([404, 'not-found']);
    },
  );
});

describe('ids in an address', () => {
  test('only the one spelling of an id leads to its case', async () => {
    const { pathwayId } = (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
    expect((await provider.get(`/api/v1/pathways/${pathwayId}`)).status).toBe(200);
    const others = [
      pathwayId.toUpperCase(),
      pathwayId.replaceAll('-', ''),
      `{${pathwayId}}`,
      `urn:uuid:${pathwayId}`,
      `${pathwayId} `,
      `${pathwayId}\u0000`,
      `${pathwayId}' OR '1'='1`,
      `../pathways/${pathwayId}`,
      '..%2f..%2fhealth',
    ];
    for (const other of others) {
      const { outcome } = await provider.get(`/api/v1/pathways/${encodeURIComponent(other)}`);
      expect([other, outcome]).toEqual([other, [404, 'not-found']]);
    }
  });

  test.each(['fields=surname', 'include=person', 'expand=notes'])(
    'no reader widens what they may read by ?%s',
    async (query) => {
      const { pathwayId } = (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
      for (const path of [`/api/v1/pathways/${pathwayId}`, '/api/v1/pathways', '/api/v1/changes']) {
        expect((await provider.get(`${path}?${query}`)).outcome).toEqual([400, 'invalid-request']);
      }
    },
  );
});

describe('e-mail', () => {
  const withoutDisposal = (email: string) => ({
    ...{ source: 'health', via: 'form', surname: 'Morgan', birthDate: '1990-01-01', email, agreed: true },
    residence: { postcode: 'SA31 1ZZ' },
  });

  test.each([
    ['of 320 characters', `${'a'.repeat(64)}@${'b'.repeat(251)}.uk`],
    ['with a line of a header after it', 'sian@example.org\r\nBcc: all@example.org'],
    ['two in one field', 'sian@example.org, dewi@example.org'],
    ['with a name before it', 'Siân <sian@example.org>'],
    ['without a domain', 'sian@'],
    ['with a NUL', 'sian@example.org\u0000'],
  ])('an address %s is refused', async (_name, email) => {
    const answer = await provider.post('/api/v1/referrals', withoutDisposal(email));
    expect(answer.outcome).toEqual([400, 'invalid-request']);
    expect(answer.problem.errors).toMatchObject([{ path: '/email' }]);
    // What may be a header of another message is not repeated.
    expect(JSON.stringify(answer.body)).not.toContain('Bcc');
  });

  test('one that is right is taken', async () => {
    expect((await provider.post('/api/v1/referrals', withoutDisposal('sian@example.org'))).status).toBe(201);
  });
});

describe('HTTP that two readers read in two ways', () => {
  /** Everything that comes back on one connection. */
  function sendRaw(lines: readonly string[], body = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(api.url);
      const socket = connect(Number(port), hostname);
      let said = '';
      socket.setEncoding('utf8');
      socket.on('data', (part: string) => {
        said += part;
      });
      socket.on('error', reject);
      socket.on('close', () => {
        resolve(said);
      });
      socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
    });
  }

  const post = (token: string) => [
    'POST /api/v1/referrals HTTP/1.1',
    'Host: llwybr.example',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
  ];
  const referrals = async () => (await api.db.pool.query('select 1 from pathway')).rowCount;

  const cases: [string, readonly string[], string, RegExp][] = [
    [
      'a length and chunks',
      ['Idempotency-Key: key-smuggled-1', 'Content-Length: 4', 'Transfer-Encoding: chunked'],
      '0\r\n\r\nGET /ping HTTP/1.1\r\nHost: x\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'two lengths',
      ['Idempotency-Key: key-smuggled-2', 'Content-Length: 2', 'Content-Length: 40'],
      '{}',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'two keys',
      ['Idempotency-Key: key-smuggled-3', 'Idempotency-Key: key-smuggled-4', 'Content-Length: 2'],
      '{}',
      /^HTTP\/1\.1 400 [^]*idempotency-key-malformed/,
    ],
    [
      'a header folded over two lines',
      ['Idempotency-Key: key-smuggled', ' -5', 'Content-Length: 2'],
      '{}',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a chunk of no size',
      ['Idempotency-Key: key-smuggled-6', 'Transfer-Encoding: chunked'],
      'zz\r\n{}\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
  ];

  test.each(cases)('%s: refused once, and nothing is kept', async (_name, headers, body, expected) => {
    const before = await referrals();
    const said = await sendRaw([...post(await api.token('officer')), ...headers], body);
    expect(said).toMatch(expected);
    expect(said.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(said).not.toMatch(/node_modules|\.ts:\d| {4}at /);
    expect(await referrals()).toBe(before);
  });

  test('two tokens are none', async () => {
    const token = await api.token('officer');
    const said = await sendRaw([
      'GET /api/v1/rules HTTP/1.1',
      'Host: llwybr.example',
      `Authorization: Bearer ${token}x`,
      `Authorization: Bearer ${token}`,
    ]);
    expect(said).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('a token in the address is none', async () => {
    const answer = await fetch(`${api.url}/api/v1/rules?access_token=${await api.token('officer')}`);
    expect(answer.status).toBe(401);
  });

  test('no name that the sender gives the server is repeated', async () => {
    for (const path of ['/', '/api/v1/nothing', '/api/openapi.json']) {
      const said = await sendRaw([
        `GET ${path} HTTP/1.1`,
        'Host: evil.example',
        'X-Forwarded-Host: evil.example',
        'X-Forwarded-For: 10.9.8.7',
        'Forwarded: for=10.9.8.7;host=evil.example',
      ]);
      expect(said).toMatch(/^HTTP\/1\.1 (200|404) /);
      expect(said).not.toMatch(/evil\.example|10\.9\.8\.7/);
    }
  });
});
