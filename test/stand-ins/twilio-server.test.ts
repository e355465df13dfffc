import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import twilio from 'twilio';
import { CreatesLimit } from '../../stand-ins/creates-limit.ts';
import type { FaultScript } from '../../stand-ins/twilio-faults.ts';
import { startTwilioStandIn } from '../../stand-ins/twilio-server.ts';
import type { TwilioStandIn } from '../../stand-ins/twilio-server.ts';

const accountSid = `AC${'1'.repeat(32)}`;
const authToken = 'secret';
const from = '+447700900001';
const to = '+447700900123';

let directory: string;
let standIn: TwilioStandIn;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'twilio-stand-in-'));
  standIn = await start();
});

afterEach(async () => {
  await standIn.close();
  rmSync(directory, { recursive: true });
});

function start(queuedForMs = 0): Promise<TwilioStandIn> {
  return startTwilioStandIn({ port: 0, directory, accountSid, authToken, queuedForMs });
}

function client(token = authToken): ReturnType<typeof twilio> {
  const made = twilio(accountSid, token, { timeout: 2_000 });
  made.api.baseUrl = standIn.url;
  return made;
}

async function script(fault: FaultScript): Promise<Response> {
  return fetch(`${standIn.url}/stand-in/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
}

describe('messages', () => {
  test('are created, fetched and listed by the Twilio library', async () => {
    const created = await client().messages.create({ to, from, body: 'Dŵr' });
    expect(created).toMatchObject({
      to,
      from,
      body: 'Dŵr',
      status: 'queued',
      direction: 'outbound-api',
      numSegments: '1',
    });
    expect(created.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(created.dateSent).toBeNull();
    expect(Math.abs(created.dateCreated.getTime() - Date.now())).toBeLessThan(5_000);

    const fetched = await client().messages(created.sid).fetch();
    expect(fetched).toMatchObject({ sid: created.sid, body: 'Dŵr', status: 'delivered' });
    expect(fetched.dateSent.getTime()).toBe(fetched.dateCreated.getTime());

    await client().messages.create({ to: '+447700900124', from, body: 'other' });
    const listed = await client().messages.list({ to });
    expect(listed.map(({ sid }) => sid)).toEqual([created.sid]);
  });

  test('are answered with 429 above the limit of any second, where there is one', async () => {
    const limit = new CreatesLimit();
    limit.set(2);
    expect([0, 10, 20, 999, 1_005, 1_006, 1_015].map((at) => limit.takes(at))).toEqual([
      ...[true, true, false, false, true, false, true],
    ]);
    standIn.limitTo(0);
    await expect(client().messages.create({ to, from, body: 'Dŵr' })).rejects.toMatchObject({
      ...{ status: 429, code: 20429 },
    });
    standIn.limitTo(null);
    expect(await client().messages.create({ to, from, body: 'Dŵr' })).toMatchObject({ status: 'queued' });
  });

  test('are listed page by page, newest first, and what arrives meanwhile moves nothing', async () => {
    for (const body of ['1', '2', '3', '4', '5']) await client().messages.create({ to, from, body });
    const first = await client().messages.page({ to, pageSize: 2 });
    await client().messages.create({ to, from, body: '6' });
    const second = await first.nextPage();
    const third = await second?.nextPage();
    const bodies = [first, second, third].map((page) => page?.instances.map(({ body }) => body));
    expect(bodies).toEqual([['5', '4'], ['3', '2'], ['1']]);
    expect(third?.nextPageUrl).toBeUndefined();
    expect(await client().messages.list({ to, pageSize: 2 })).toHaveLength(6);
    expect(await client().messages.list({ to, limit: 3 })).toHaveLength(3);
  });

  test('are filtered by the date of sending, which a queued one does not have', async () => {
    const { sid } = await client().messages.create({ to, from, body: 'hello' });
    const today = new Date();
    const yesterday = new Date(today.getTime() - 86_400_000);
    const sids = async (filter: object): Promise<string[]> =>
      (await client().messages.list({ to, ...filter })).map((message) => message.sid);
    expect(await sids({ dateSent: today })).toEqual([sid]);
    expect(await sids({ dateSent: yesterday })).toEqual([]);
    expect(await sids({ dateSentAfter: yesterday })).toEqual([sid]);
    expect(await sids({ dateSentBefore: yesterday })).toEqual([]);

    await standIn.close();
    standIn = await start(3_600_000);
    expect(await sids({})).toEqual([sid]);
    expect(await sids({ dateSentAfter: yesterday })).toEqual([]);
  });

  test.each([
    [{ to: '', from, body: 'x' }, 21604],
    [{ to, body: 'x' }, 21603],
    [{ to, from, body: '' }, 21602],
    [{ to: '07700900123', from, body: 'x' }, 21211],
    [{ to, from: '+4', body: 'x' }, 21212],
    [{ to, from, body: 'x'.repeat(1_601) }, 21617],
  ])('that are malformed are refused: %j', async (message, code) => {
    await expect(client().messages.create(message)).rejects.toMatchObject({ status: 400, code });
    expect(standIn.record()).toMatchObject([{ accepted: false, sid: null, code }]);
  });

  test('are for the holder of the token only', async () => {
    await expect(client('wrong').messages.create({ to, from, body: 'x' })).rejects.toMatchObject({
      status: 401,
      code: 20003,
    });
    await expect(client('wrong').messages.list()).rejects.toMatchObject({ status: 401 });
    expect(standIn.record()).toEqual([]);
  });

  test('that do not exist are not found, with an error body as Twilio writes it', async () => {
    const answer = await fetch(
      `${standIn.url}/2010-04-01/Accounts/${accountSid}/Messages/SM${'0'.repeat(32)}.json`,
      {
        headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
      },
    );
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      code: 20404,
      message: `The requested resource /2010-04-01/Accounts/${accountSid}/Messages/SM${'0'.repeat(32)}.json was not found`,
      more_info: 'https://www.twilio.com/docs/errors/20404',
      status: 404,
    });
  });
});

describe('the record', () => {
  test('survives a restart, even with a last line cut off', async () => {
    const { sid } = await client().messages.create({ to, from, body: 'kept' });
    await standIn.close();
    appendFileSync(join(directory, 'twilio-record.jsonl'), '{"at":"2026-');
    standIn = await start();
    await client().messages.create({ to, from, body: 'later' });
    expect(standIn.record().map(({ body }) => body)).toEqual(['kept', 'later']);
    expect(await client().messages(sid).fetch()).toMatchObject({ body: 'kept' });
    expect(await (await fetch(`${standIn.url}/stand-in/record`)).json()).toEqual(standIn.record());
  });
});

describe('faults', () => {
  test.each([
    ['accept-then-hang', true],
    ['accept-then-500', true],
    ['accept-then-reset', true],
    ['hang', false],
    ['500', false],
    ['reset', false],
    ['too-many', false],
    ['refuse', false],
  ] as const)('%s fails one request, accepted: %s', async (does, accepted) => {
    await script({ on: 'create', does });
    await expect(client().messages.create({ to, from, body: 'x' })).rejects.toThrow();
    expect(standIn.record()).toMatchObject([{ accepted, fault: does }]);
    expect(await client().messages.list({ to })).toHaveLength(accepted ? 1 : 0);
    await client().messages.create({ to, from, body: 'y' });
    expect(standIn.record()).toHaveLength(2);
  });

  test('say what Twilio says', async () => {
    await script({ on: 'create', does: 'refuse' });
    await expect(client().messages.create({ to, from, body: 'x' })).rejects.toMatchObject({
      status: 400,
      code: 21610,
    });
    await script({ on: 'create', does: 'too-many', retryAfterSeconds: 7 });
    const answer = await fetch(`${standIn.url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
      body: new URLSearchParams({ To: to, From: from, Body: 'x' }),
    });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('7');
  });

  test('hit the number they name, as often as they say, and can be called off', async () => {
    await script({ on: 'create', does: '500', to, times: 2 });
    await client().messages.create({ to: '+447700900124', from, body: 'x' });
    await expect(client().messages.create({ to, from, body: 'x' })).rejects.toThrow();
    expect(await (await fetch(`${standIn.url}/stand-in/faults`)).json()).toMatchObject([{ times: 1 }]);
    await fetch(`${standIn.url}/stand-in/faults`, { method: 'DELETE' });
    await client().messages.create({ to, from, body: 'x' });
  });

  test('of the list leave creating alone', async () => {
    await script({ on: 'list', does: 'lag' });
    await client().messages.create({ to, from, body: 'x' });
    expect(await client().messages.list({ to })).toEqual([]);
    expect(await client().messages.list({ to })).toHaveLength(1);
    await script({ on: 'list', does: '500' });
    await expect(client().messages.list({ to })).rejects.toMatchObject({ status: 500 });
  });

  test('that make no sense are refused', async () => {
    expect((await script({ on: 'list', does: 'refuse' } as unknown as FaultScript)).status).toBe(400);
    expect((await script({ on: 'create', does: 'hang', often: 2 } as unknown as FaultScript)).status).toBe(
      400,
    );
  });
});

describe('the phone', () => {
  const page = async (path: string): Promise<string> => (await fetch(`${standIn.url}${path}`)).text();

  test('shows the numbers, and the thread of each with the language of every text', async () => {
    expect(await page('/')).toContain('No texts have been sent yet.');
    await client().messages.create({ to, from, body: 'Reminder: you have an appointment.' });
    await client().messages.create({ to, from, body: 'Nodyn atgoffa: mae gennych apwyntiad.' });
    const phones = await page('/');
    expect(phones).toContain('<a href="/phones/%2B447700900123">+447700900123</a>: 2 texts');
    const thread = await page('/phones/%2B447700900123');
    expect(thread).toContain('<html lang="en">');
    const texts = Array.from(thread.matchAll(/<p lang="(..)" class="text">(.*?)<\/p>/g), ([, lang, text]) => [
      lang,
      text,
    ]);
    expect(texts).toEqual([
      ['en', 'Reminder: you have an appointment.'],
      ['cy', 'Nodyn atgoffa: mae gennych apwyntiad.'],
    ]);
    expect(thread).not.toContain('<script');
  });

  test('shows a text as text', async () => {
    await client().messages.create({ to, from, body: '<script>alert("1")</script> & co' });
    const thread = await page('/phones/%2B447700900123');
    expect(thread).toContain('&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; co');
    expect(await page('/phones/%3Cb%3E')).toContain('Texts to &#60;b&#62;');
  });
});
