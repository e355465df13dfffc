import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createOnlineProgramme } from '../../activities/gateways/online-programme.ts';
import { listen } from '../../stand-ins/listen.ts';
import type { ProgrammeFaultScript } from '../../stand-ins/online-programme-faults.ts';
import { startProgramme } from '../support/online-programme.ts';
import type { ProgrammeUnderTest } from '../support/online-programme.ts';

let under: ProgrammeUnderTest;

beforeEach(async () => {
  under = await startProgramme();
});

afterEach(() => under.close());

const enrolled = { accessCode: expect.stringMatching(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/) };

describe('M29 an enrolment', () => {
  test('hands a reference over and nothing else, under a key; the same key again enrols nobody', async () => {
    const reference = randomUUID();
    const first = await under.gateway.enrol(reference);
    expect(first).toEqual({ answer: 'accepted', ...enrolled });
    expect(await under.gateway.enrol(reference)).toEqual(first);
    expect(under.standIn().attempts()).toMatchObject([
      { key: reference, reference, accepted: true },
      { key: reference, reference, accepted: false },
    ]);
  });

  const unclear: readonly ProgrammeFaultScript[] = [
    { on: 'enrol', does: 'accept-then-hang' },
    { on: 'enrol', does: 'accept-then-500' },
    { on: 'enrol', does: 'accept-then-reset' },
    { on: 'enrol', does: 'accept-then-nonsense' },
  ];
  test.each(unclear)('is unclear where the programme may have it: $does', async (fault) => {
    const reference = randomUUID();
    await under.script(fault);
    expect(await under.gateway.enrol(reference)).toMatchObject({ answer: 'unclear' });
    expect(await under.gateway.find(reference)).toEqual({ answer: 'looked-up', enrolment: enrolled });
  });

  test.each(['hang', '500', 'reset'] as const)('is unclear, and is not found, after: %s', async (does) => {
    const reference = randomUUID();
    await under.script({ on: 'enrol', does });
    expect(await under.gateway.enrol(reference)).toMatchObject({ answer: 'unclear' });
    expect(await under.gateway.find(reference)).toEqual({ answer: 'looked-up', enrolment: null });
  });

  test('certainly did not happen where the programme says so, asks to wait, or is not there', async () => {
    const { gateway } = under;
    await under.script({ on: 'enrol', does: 'refuse' });
    expect(await gateway.enrol(randomUUID())).toEqual({ answer: 'refused', code: 'not-taken' });
    await under.script({ on: 'enrol', does: 'too-many', retryAfterSeconds: 7 });
    expect(await gateway.enrol(randomUUID())).toEqual({
      ...{ answer: 'retry-later', seconds: 7, why: 'too-many-requests' },
    });
    const wrong = createOnlineProgramme({ url: under.standIn().url, token: 'wrong' });
    expect(await wrong.enrol(randomUUID())).toEqual({
      ...{ answer: 'retry-later', seconds: null, why: 'account-401' },
    });
    await under.stop();
    expect(await gateway.enrol(randomUUID())).toEqual({
      ...{ answer: 'retry-later', seconds: null, why: 'not-reachable' },
    });
    expect(await gateway.find(randomUUID())).toMatchObject({ answer: 'not-looked-up', why: 'not-reachable' });
    await under.startAgain();
    expect(
      under
        .standIn()
        .attempts()
        .filter(({ accepted }) => accepted),
    ).toEqual([]);
  });

  test('is not taken for absent by the 404 of something else on the way', async () => {
    const proxy = await listen((_request, response) => {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<p>No such host</p>');
    }, 0);
    const behind = createOnlineProgramme({ url: proxy.url, token: 'secret' });
    expect(await behind.find('x')).toEqual({ answer: 'not-looked-up', seconds: null, why: 'http-404' });
    expect(await behind.enrol('x')).toEqual({ answer: 'unclear', why: 'http-404' });
    await proxy.close();
  });
});

test('M29 first logins are told from an instant on, each once, however often somebody logs in', async () => {
  const { gateway } = under;
  const reference = randomUUID();
  const taken = await gateway.enrol(reference);
  const before = await gateway.firstLogins('2000-01-01T00:00:00.000Z');
  expect(before).toMatchObject({ answer: 'told', firstLogins: [] });
  const code = taken.answer === 'accepted' ? taken.accessCode : '';
  expect(await under.logIn('AAAA-0000')).toBe(400);
  expect([await under.logIn(code.toLowerCase()), await under.logIn(code)]).toEqual([200, 200]);
  const at = under.standIn().logins()[0]?.at;
  const since = before.answer === 'told' ? before.until : '';
  const told = await gateway.firstLogins(since);
  expect(told).toMatchObject({ answer: 'told', firstLogins: [{ reference, at }] });
  const next = told.answer === 'told' ? told.until : '';
  expect(await gateway.firstLogins(next)).toMatchObject({ firstLogins: [] });
  await under.script({ on: 'logins', does: '500' });
  expect(await gateway.firstLogins(since)).toEqual({ answer: 'not-told', why: 'http-500' });
});

test('M29 a row that is none of the protocol holds up no other, and many come in pages', async () => {
  const at = '2026-03-02T09:00:00.000Z';
  const [one, other] = [randomUUID(), randomUUID()];
  const many = Array.from({ length: 12_000 }, () => ({ reference: randomUUID(), at }));
  const asked: string[] = [];
  const odd = await listen((request, response) => {
    asked.push(String(request.url));
    const rows = [
      { reference: one, at },
      { reference: 'x'.repeat(101), at },
      { reference: 'y', at: 'soon' },
      null,
    ];
    const firstLogins = [...rows, { reference: other, at }, ...many];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ firstLogins, until: at, more: true }));
  }, 0);
  const gateway = createOnlineProgramme({ url: odd.url, token: 'secret' });
  const told = await gateway.firstLogins(at);
  expect(told).toMatchObject({ answer: 'told', unread: 3, until: at, more: true });
  const references = told.answer === 'told' ? told.firstLogins.map(({ reference }) => reference) : [];
  expect(references.slice(0, 2)).toEqual([one, other]);
  expect(references).toHaveLength(12_002);
  expect(asked).toEqual([`/v1/first-logins?since=${encodeURIComponent(at)}&limit=1000`]);
  await odd.close();
});
