import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startProgramme } from '../support/online-programme.ts';
import type { ProgrammeUnderTest } from '../support/online-programme.ts';

let under: ProgrammeUnderTest;

beforeEach(async () => {
  under = await startProgramme();
});

afterEach(() => under.close());

const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${under.standIn().url}${path}`, init);

test('M29: the page logs in who has a code, says so to who has none, and loads nothing from elsewhere', async () => {
  const page = await ask('/');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).toContain('<label for="code">');
  const enrolled = await under.gateway.enrol(randomUUID());
  const body = new URLSearchParams({ code: 'wrong <b>' });
  const wrong = await ask('/log-in', { method: 'POST', body });
  expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('role="alert"')]);
  expect(await under.logIn(enrolled.answer === 'accepted' ? enrolled.accessCode : '')).toBe(200);
});

test('M29: who is enrolled is enrolled after a restart', async () => {
  const reference = randomUUID();
  const first = await under.gateway.enrol(reference);
  await under.stop();
  await under.startAgain();
  expect(await under.gateway.enrol(reference)).toEqual(first);
});

test('M29: without the credential, a key or a body nobody is enrolled, and nothing is told', async () => {
  const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
  const post = async (given: Record<string, string>, body: string) =>
    (await ask('/v1/enrolments', { method: 'POST', headers: given, body })).status;
  const good = JSON.stringify({ reference: 'r' });
  expect(await post({ ...headers, authorization: 'Bearer wrong' }, good)).toBe(401);
  expect(await post(headers, good)).toBe(400);
  expect(await post({ ...headers, 'idempotency-key': 'k' }, '{"reference":"r","name":"Nia"}')).toBe(400);
  expect(await post({ ...headers, 'idempotency-key': 'k' }, '{')).toBe(400);
  expect((await ask('/v1/first-logins')).status).toBe(401);
  expect((await ask('/v1/first-logins?since=never', { headers })).status).toBe(400);
  expect(under.standIn().attempts()).toEqual([]);
});

test('M29: of many first logins it tells so many at a time, and from when on to ask for the rest', async () => {
  const references = [randomUUID(), randomUUID(), randomUUID()];
  for (const reference of references) {
    const enrolled = await under.gateway.enrol(reference);
    expect(await under.logIn(enrolled.answer === 'accepted' ? enrolled.accessCode : '')).toBe(200);
  }
  const told: string[] = [];
  let since = '2000-01-01T00:00:00.000Z';
  for (let page = 1; ; page += 1) {
    const answer = await ask(`/v1/first-logins?since=${since}&limit=2`, {
      headers: { authorization: 'Bearer secret' },
    });
    const { firstLogins, until, more } = (await answer.json()) as {
      firstLogins: { reference: string }[];
      until: string;
      more?: boolean;
    };
    told.push(...firstLogins.map(({ reference }) => reference));
    since = until;
    if (more !== true) break;
    expect(page).toBe(1);
  }
  expect(told.sort()).toEqual(references.sort());
});

test('a fault that is none is refused', async () => {
  await expect(under.script({ on: 'find', does: 'refuse' } as never)).rejects.toThrow();
});
