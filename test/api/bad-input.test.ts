import { request as plainRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { referralAnswer } from '../../api/schemas/answers.ts';
import { aReferral, ApiCaller, aTest } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

let api: ApiWithoutEngine;
let officer: ApiCaller;
let custody: ApiCaller;
let manager: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  officer = await ApiCaller.as(api, 'officer');
  custody = await ApiCaller.as(api, 'custody');
  manager = await ApiCaller.as(api, 'manager');
});

afterAll(async () => {
  await api.close();
});

/** Rows of everything that an accepted request would leave. */
async function rowsKept(): Promise<number> {
  const tables = ['person', 'pathway', 'event', 'outcome', 'drug_test', 'person_fact', 'request', 'message'];
  const { rows } = await api.db.pool.query<{ count: number }>(
    `select (${tables.map((table) => `(select count(*) from ${table})`).join(' + ')})::integer as count`,
  );
  return rows[0]?.count ?? -1;
}

const json = { 'content-type': 'application/json', 'idempotency-key': 'key-of-bad-input' };
const text = (changes: Record<string, unknown> = {}) => JSON.stringify(aReferral(changes));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('structure', () => {
  const cases: [string, string | Uint8Array, Record<string, string>, [number, string]][] = [
    ['nothing', '', {}, [400, 'malformed-json']],
    ['null', 'null', {}, [400, 'invalid-request']],
    ['an array', '[]', {}, [400, 'invalid-request']],
    ['a text', '"referral"', {}, [400, 'invalid-request']],
    ['cut off', text().slice(0, -5), {}, [400, 'malformed-json']],
    ['two values', `${text()} {}`, {}, [400, 'malformed-json']],
    ['a comment', `/* */${text()}`, {}, [400, 'malformed-json']],
    ['a key twice', text().replace('{', '{"surname":"Other",'), {}, [400, 'malformed-json']],
    [
      'a key twice, spelled apart',
      text().replace('{', '{"\\u0073urname":"Other",'),
      {},
      [400, 'malformed-json'],
    ],
    ['__proto__', text().replace('{', '{"__proto__":{"agreed":true},'), {}, [400, 'malformed-json']],
    ['constructor', text({ constructor: { prototype: {} } }), {}, [400, 'invalid-request']],
    ['10,000 deep', nested(10_000), {}, [400, 'malformed-json']],
    ['a field that nobody knows', text({ marker: 'RED' }), {}, [400, 'invalid-request']],
    [
      'ids that the sender may not set',
      text({ id: 'x', forceId: 'demo', createdAt: 'now' }),
      {},
      [400, 'invalid-request'],
    ],
    ['UTF-16', Buffer.from(text(), 'utf16le'), {}, [400, 'malformed-json']],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, [400, 'malformed-json']],
    ['a byte-order mark', `\uFEFF${text()}`, {}, [400, 'malformed-json']],
    [
      'a form',
      'surname=Morgan',
      { 'content-type': 'application/x-www-form-urlencoded' },
      [415, 'unsupported-media-type'],
    ],
    ['a content type of nothing', text(), { 'content-type': '' }, [415, 'unsupported-media-type']],
    ['UTF-7', text(), { 'content-type': 'application/json; charset=utf-7' }, [415, 'unsupported-media-type']],
    ['compressed', text(), { 'content-encoding': 'gzip' }, [415, 'unsupported-media-type']],
    ['one byte over 1 MB', `"${'x'.repeat(1024 * 1024 - 1)}"`, {}, [413, 'body-too-large']],
    ['10 MB', `"${'x'.repeat(10 * 1024 * 1024)}"`, {}, [413, 'body-too-large']],
  ];

  test.each(cases)('%s: refused, and nothing is kept', async (_name, body, headers, expected) => {
    const before = await rowsKept();
    const answer = await officer.send('POST', '/api/v1/referrals', {
      headers: { ...json, ...headers },
      body,
    });
    expect(answer.outcome).toEqual(expected);
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:\d| {4}at /);
    expect(await rowsKept()).toBe(before);
  });

  test.each([
    ['/api/v1/referrals', 'application/json', { 'content-type': 'text/plain' }],
    ['/api/v1/referrals', 'application/json', { 'content-encoding': 'gzip' }],
    ['/api/v1/imports/outcomes', 'text/csv', { 'content-type': 'application/json' }],
    ['/api/v1/imports/outcomes', 'text/csv', { 'content-type': 'text/csv; charset=windows-1252' }],
  ])('%s says that it takes %s when it gets %j', async (path, wanted, headers) => {
    const sender = path.includes('imports') ? manager : officer;
    const answer = await sender.send('POST', path, {
      headers: { ...json, 'content-type': wanted, ...headers },
      body: text(),
    });
    expect(answer.outcome).toEqual([415, 'unsupported-media-type']);
    expect(answer.problem.detail).toBe(
      `Send the body with Content-Type: ${wanted}, in UTF-8 and not compressed.`,
    );
  });

  test('a megabyte is read', async () => {
    const answer = await officer.send('POST', '/api/v1/referrals', {
      headers: json,
      body: `"${'x'.repeat(1024 * 1024 - 2)}"`,
    });
    expect(answer.outcome).toEqual([400, 'invalid-request']);
  });

  test('unknown fields are named, and the answer does not grow with the request', async () => {
    const one = await officer.post('/api/v1/referrals', aReferral({ 'a/b~c': 1 }));
    expect(one.problem.errors).toEqual([
      { path: '/a~1b~0c', code: 'unknown-field', message: 'a/b~c is not a field that is taken here' },
    ]);
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`field${String(index)}`, index]),
    );
    const answer = await officer.post('/api/v1/referrals', aReferral(many));
    expect(answer.problem.errors).toHaveLength(20);
  });
});

describe('values', () => {
  const invalid = [400, 'invalid-request'] as const;
  const date = [422, 'invalid-date'] as const;
  const cases: [string, Record<string, unknown>, readonly [number, string]][] = [
    ['NUL', { surname: 'Mor\u0000gan' }, invalid],
    ['a lone surrogate', { surname: 'Mor\ud83dgan' }, invalid],
    ['a mark that turns the reading direction', { surname: 'Mor\u202egan' }, invalid],
    ['a new line', { surname: 'Morgan\nlevel=error' }, invalid],
    ['blank', { surname: '   ' }, invalid],
    ['100,000 combining marks', { surname: `M${'\u0301'.repeat(100_000)}` }, invalid],
    ['a number for a text', { surname: 12 }, invalid],
    ['a text for a truth', { agreed: 'true' }, invalid],
    ['no agreement', { agreed: false }, invalid],
    ['another offence', { offenceCode: '104/25' }, invalid],
    ['no residence', { residence: {} }, invalid],
    ['both residences', { residence: { postcode: 'SA31 1ZZ', noFixedAbode: true } }, invalid],
    ['no postcode', { residence: { postcode: "SA31' OR 1=1--" } }, invalid],
    ['30 February', { birthDate: '1994-02-30' }, date],
    ['29 February of a common year', { birthDate: '1994-02-29' }, date],
    ['31 April', { offenceDate: '2026-04-31' }, date],
    ['a date with a time', { birthDate: '1994-05-17T00:00:00Z' }, date],
    ['a date as people write it', { birthDate: '17/05/1994' }, date],
    ['born in year 1', { birthDate: '0001-01-01' }, date],
    ['born in the future', { birthDate: '2099-01-01' }, [422, 'before-the-start']],
    [
      'born after the offence',
      { birthDate: '2026-01-03', offenceDate: '2026-01-02' },
      [422, 'before-the-start'],
    ],
    ['year 9999', { outcomeAt: '9999-12-31T23:59:59Z' }, date],
    ['24:00', { outcomeAt: '2026-03-03T24:00' }, date],
    ['a 61st second', { outcomeAt: '2026-03-03T14:30:60Z' }, date],
    ['an offset beyond +14:00', { outcomeAt: '2026-03-03T14:30:00+14:01' }, date],
    ['an offset beyond -12:00', { outcomeAt: '2026-03-03T14:30:00-12:01' }, date],
    ['an instant without an offset', { outcomeAt: '2026-03-03T14:30:00' }, [422, 'zone-missing']],
    ['the missing hour of March', { outcomeAt: '2026-03-29T01:30' }, [422, 'missing-hour']],
    ['the doubled hour of October', { outcomeAt: '2026-10-25T01:30' }, [422, 'doubled-hour']],
    ['an outcome in the future', { outcomeAt: '2099-01-01T00:00:00Z' }, [422, 'in-the-future']],
    [
      'an offence after its outcome',
      { outcomeAt: '2026-03-03T14:30:00Z', offenceDate: '2026-03-04' },
      [422, 'before-the-start'],
    ],
    ['a premium number', { mobile: '0909 879 0000' }, [422, 'invalid-phone']],
    ['a landline', { mobile: '01267 222020' }, [422, 'invalid-phone']],
    ['a short code', { mobile: '62442' }, [422, 'invalid-phone']],
    ['a foreign number', { mobile: '+353 85 123 4567' }, [422, 'invalid-phone']],
    ['an extension', { mobile: '07700900123 x12' }, [422, 'invalid-phone']],
    ['two numbers', { mobile: '07700900123/07700900124' }, [422, 'invalid-phone']],
  ];

  test.each(cases)('%s: refused, and nobody is kept', async (_name, changes, expected) => {
    const people = async () => (await api.db.pool.query('select 1 from person')).rowCount;
    const before = await people();
    const answer = await officer.post('/api/v1/referrals', aReferral(changes));
    expect(answer.outcome).toEqual(expected);
    expect(await people()).toBe(before);
  });

  test('under 18 on the day of the offence: refused with a signpost, and nothing of the person is kept', async () => {
    const before = await rowsKept();
    const offenceDate = '2026-03-02';
    const answer = await officer.post(
      '/api/v1/referrals',
      aReferral({ birthDate: '2008-03-03', offenceDate }),
    );
    expect(answer.outcome).toEqual([422, 'under-18']);
    expect(answer.problem.details).toMatchObject({ signpost: expect.stringContaining('young people') });
    // The row of the request itself, which holds a keyed hash and this answer.
    expect(await rowsKept()).toBe(before + 1);
    expect(
      (await officer.post('/api/v1/referrals', aReferral({ birthDate: '2008-03-02', offenceDate }))).status,
    ).toBe(201);
  });

  const taken: [string, Record<string, unknown>][] = [
    ['Welsh and other names, kept as they are', { surname: 'Ŵyn-Ynyr', forenames: 'Siân O’Brien 愛' }],
    [
      'what looks like code',
      { surname: "=cmd()'; DROP TABLE person;--", forenames: '<script>${jndi:x}{{7*7}}' },
    ],
    ['29 February', { birthDate: '1996-02-29' }],
    ['no fixed abode', { residence: { noFixedAbode: true } }],
    ['local time', { outcomeAt: new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 16) }],
  ];

  test.each(taken)('%s: taken', async (_name, changes) => {
    const referral = aReferral({ offenceDate: '2026-03-02', ...changes });
    const { personId } = (await officer.post('/api/v1/referrals', referral)).as(referralAnswer);
    const { rows } = await api.db.pool.query('select id from person where id = $1', [personId]);
    expect(rows).toHaveLength(1);
  });

  test('the doubled hour with its offset: taken, as the instant that it is', async () => {
    const records = await ApiCaller.as(api, 'records-system');
    const said = { outcomeAt: '2025-10-26T01:30+01:00', offenceDate: '2025-10-25' };
    const { receivedAt } = (await records.post('/api/v1/referrals', aReferral(said))).as(referralAnswer);
    expect(receivedAt).toBe('2025-10-26T00:30:00.000Z');
  });

  test('tests of drugs: an instant of authority after the sample, and one substance twice', async () => {
    const late = {
      kind: 'inspector-authority',
      inspectorId: 'u-103',
      authorisedAt: new Date().toISOString(),
      groundsCode: 'g1',
    };
    expect((await custody.post('/api/v1/drug-tests', aTest({ basis: late }))).outcome).toEqual([
      422,
      'before-the-start',
    ]);
    const twice = [
      { substance: 'cocaine', result: 'positive' },
      { substance: 'cocaine', result: 'negative' },
    ];
    expect((await custody.post('/api/v1/drug-tests', aTest({ results: twice }))).outcome).toEqual([
      400,
      'invalid-request',
    ]);
    expect((await custody.post('/api/v1/drug-tests', aTest({ birthDate: '2015-01-01' }))).outcome).toEqual([
      422,
      'under-18',
    ]);
  });
});

describe('parameters', () => {
  const cases: [string, [number, string]][] = [
    ['?nobody=knows', [400, 'invalid-request']],
    ['?kind=diversion&kind=compulsory', [400, 'invalid-request']],
    ['?limit=0', [400, 'invalid-request']],
    ['?limit=-1', [400, 'invalid-request']],
    ['?limit=1e9', [400, 'invalid-request']],
    [`?limit=${'9'.repeat(20)}`, [400, 'invalid-request']],
    ['?limit=0x10', [400, 'invalid-request']],
    ['?person=1', [400, 'invalid-request']],
    ["?stage=x'%20OR%201=1--", [400, 'invalid-request']],
    ['?due-before=2026-03-03T14:30:00', [422, 'zone-missing']],
    ['?due-before=2026-03-03T14:30', [422, 'zone-missing']],
    ['?due-before=yesterday', [422, 'invalid-date']],
    ['?cursor=abc', [400, 'invalid-cursor']],
    ['?cursor=..%2f..%2fetc', [400, 'invalid-cursor']],
    ['?attention=yes', [400, 'invalid-request']],
    ['?stage=conatcted', [400, 'invalid-request']],
  ];

  test.each(cases)('/pathways%s', async (query, expected) => {
    expect((await manager.get(`/api/v1/pathways${query}`)).outcome).toEqual(expected);
  });

  test.each([
    ['manager', '/api/v1/figures/referrals?asAt=2099-01-01T00:00:00Z', [422, 'in-the-future']],
    ['lpu', '/api/v1/arrest-tasks?status=isued', [400, 'invalid-request']],
  ] as const)('%s asks %s: a slip never looks like an empty answer', async (who, path, expected) => {
    expect((await (await ApiCaller.as(api, who)).get(path)).outcome).toEqual(expected);
  });

  test('a cursor is good for its own list only', async () => {
    await officer.post('/api/v1/referrals', aReferral());
    await officer.post('/api/v1/referrals', aReferral());
    const first = (await manager.get('/api/v1/pathways?limit=1')).body as {
      items: { pathwayId: string }[];
      next: string;
    };
    const second = (await manager.get(`/api/v1/pathways?limit=1&cursor=${first.next}`)).body as typeof first;
    expect(second.items[0]?.pathwayId).not.toBe(first.items[0]?.pathwayId);
    const refused = [400, 'invalid-cursor'];
    const use = async (who: ApiCaller, query: string) => (await who.get(`/api/v1/pathways?${query}`)).outcome;
    expect(await use(manager, `kind=diversion&cursor=${first.next}`)).toEqual(refused);
    expect(await use(manager, `order=due&cursor=${first.next}`)).toEqual(refused);
    expect(await use(await ApiCaller.as(api, 'demo-manager'), `cursor=${first.next}`)).toEqual(refused);
    const [cursor = '', signature = ''] = first.next.split('.');
    const flipped = `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}.${signature}`;
    expect(await use(manager, `cursor=${flipped}`)).toEqual(refused);
    expect(await use(manager, `cursor=${cursor}`)).toEqual(refused);
  });

  test('a page holds at most 200, whatever is asked', async () => {
    expect((await manager.get('/api/v1/pathways?limit=9999')).status).toBe(200);
    expect((await officer.post('/api/v1/referrals?force=demo', aReferral())).outcome).toEqual([
      400,
      'invalid-request',
    ]);
  });
});

describe('HTTP', () => {
  test('other methods on a known address: 405 with what it takes; unknown addresses: 404', async () => {
    const put = await manager.send('PUT', '/api/v1/pathways');
    expect(put.outcome).toEqual([405, 'method-not-allowed']);
    expect(put.headers.get('allow')).toBe('GET, HEAD');
    expect((await manager.send('DELETE', '/api/v1/referrals')).headers.get('allow')).toBe('POST');
    // Not taken for an id of what is there by GET /imports/{importId}.
    const got = await manager.get('/api/v1/imports/outcomes');
    expect([got.outcome, got.headers.get('allow')]).toEqual([[405, 'method-not-allowed'], 'POST']);
    for (const path of ['/api/v1', '/api/v1/nothing', '/api/v1/pathways/', '/API/v1/pathways', '/.env']) {
      expect((await manager.get(path)).outcome).toEqual([404, 'not-found']);
    }
    expect((await manager.get('/api/v1/pathways/%ff')).outcome).toEqual([400, 'malformed-request']);
  });

  test('the method cannot be overridden, TRACE is not taken', async () => {
    const overridden = await manager.send('GET', '/api/v1/pathways', {
      headers: { 'x-http-method-override': 'DELETE' },
    });
    expect(overridden.status).toBe(200);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const trace = plainRequest(`${api.url}/api/v1/pathways`, { method: 'TRACE' }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      trace.on('error', reject);
      trace.end();
    });
    expect(status).toBe(405);
  });

  test('every answer has its security headers and is kept nowhere', async () => {
    const unsigned = await fetch(`${api.url}/api/v1/pathways`);
    const missing = await fetch(`${api.url}/nothing`);
    for (const headers of [
      (await manager.get('/api/v1/pathways')).headers,
      unsigned.headers,
      missing.headers,
    ]) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('etag')).toBeNull();
    }
  });
});
