import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSmsGateway, smsStatusUrl } from '../../activities/gateways/sms.ts';
import type { SmsGateway } from '../../activities/gateways/sms.ts';
import type { FaultScript } from '../../stand-ins/twilio-faults.ts';
import { startTwilioStandIn } from '../../stand-ins/twilio-server.ts';
import type { TwilioStandIn } from '../../stand-ins/twilio-server.ts';

const accountSid = `AC${'1'.repeat(32)}`;
const authToken = 'secret';
const text = { to: '+447700900123', body: 'Nodyn atgoffa: dŵr a thŷ' };
const longAgo = '2000-01-01T00:00:00.000Z';

let directory: string;
let standIn: TwilioStandIn;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sms-gateway-'));
  standIn = await startTwilioStandIn({ port: 0, directory, accountSid, authToken });
});

afterEach(async () => {
  await standIn.close();
  rmSync(directory, { recursive: true });
});

function gatewayAt(baseUrl: string, token = authToken): SmsGateway {
  return createSmsGateway({ accountSid, authToken: token, from: '+447700900001', baseUrl, timeoutMs: 2_000 });
}

async function script(fault: FaultScript): Promise<void> {
  const body = JSON.stringify(fault);
  await fetch(`${standIn.url}/stand-in/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

describe('sending', () => {
  test('M181 gives the id of what the gateway took, in the words that were given', async () => {
    const answer = await gatewayAt(standIn.url).send(text);
    expect(standIn.record()).toMatchObject([{ ...text, from: '+447700900001', accepted: true }]);
    expect(answer).toEqual({ answer: 'accepted', gatewayId: standIn.record()[0]?.sid });
  });

  test.each<[FaultScript, object]>([
    [
      { on: 'create', does: 'accept-then-hang' },
      { answer: 'unclear', why: 'no-answer' },
    ],
    [
      { on: 'create', does: 'accept-then-reset' },
      { answer: 'unclear', why: 'no-answer' },
    ],
    [
      { on: 'create', does: 'accept-then-500' },
      { answer: 'unclear', why: 'http-500' },
    ],
    [
      { on: 'create', does: 'hang' },
      { answer: 'unclear', why: 'no-answer' },
    ],
    [
      { on: 'create', does: 'reset' },
      { answer: 'unclear', why: 'no-answer' },
    ],
    [
      { on: 'create', does: '500' },
      { answer: 'unclear', why: 'http-500' },
    ],
    [
      { on: 'create', does: 'refuse' },
      { answer: 'refused', code: '21610' },
    ],
    [
      { on: 'create', does: 'refuse', code: 21408 },
      { answer: 'refused', code: '21408' },
    ],
    // Of the account, not of the text: the sender, where to report, a full queue.
    ...[21212, 21606, 21609, 21660].map((code): [FaultScript, object] => [
      { on: 'create', does: 'refuse', code },
      { answer: 'retry-later', seconds: null, why: `account-${String(code)}` },
    ]),
    [
      { on: 'create', does: 'refuse', code: 21611 },
      { answer: 'retry-later', seconds: null, why: 'queue-full' },
    ],
    ...[21211, 21614, 21617, 30003, 30005].map((code): [FaultScript, object] => [
      { on: 'create', does: 'refuse', code },
      { answer: 'refused', code: String(code) },
    ]),
    [
      { on: 'create', does: 'too-many', retryAfterSeconds: 17 },
      { answer: 'retry-later', seconds: 17, why: 'too-many-requests' },
    ],
    [
      { on: 'create', does: 'too-many' },
      { answer: 'retry-later', seconds: null, why: 'too-many-requests' },
    ],
  ])('%j', async (fault, answer) => {
    await script(fault);
    expect(await gatewayAt(standIn.url).send(text)).toEqual(answer);
    // The library tries nothing again by itself.
    expect(standIn.record()).toHaveLength(1);
  });

  test('M181 tells the gateway where to report, and until when the text makes sense', async () => {
    const gateway = gatewayAt(standIn.url);
    const statusCallback = smsStatusUrl('https://messages.example', {
      forceId: 'dyfed-powys',
      intentId: 'i 1/2',
    });
    expect(statusCallback).toBe(
      'https://messages.example/webhooks/sms/status/dyfed-powys/i%201%2F2#rc=5&rp=ct,rt,5xx',
    );
    await gateway.send({ ...text, statusCallback, validForSeconds: 90.9 });
    for (const validForSeconds of [86_400, 0.2, -5]) await gateway.send({ ...text, validForSeconds });
    await gateway.send(text);
    expect(
      standIn.record().map((each) => [each.accepted, each.statusCallback, each.validitySeconds]),
    ).toEqual([
      [true, statusCallback, 90],
      [true, undefined, 36_000],
      [true, undefined, 1],
      [true, undefined, 1],
      [true, undefined, undefined],
    ]);
  });

  test('to a number that said STOP is refused, by the code that says so', async () => {
    const inbound = JSON.stringify({ from: text.to, to: '+447700900001', body: 'STOP' });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${standIn.url}/stand-in/inbound`, { method: 'POST', headers, body: inbound });
    expect(await gatewayAt(standIn.url).send(text)).toEqual({ answer: 'refused', code: '21610' });
  });

  test('with a wrong token leaves the text for when the account is right', async () => {
    expect(await gatewayAt(standIn.url, 'wrong').send(text)).toEqual({
      answer: 'retry-later',
      seconds: null,
      why: 'account-20003',
    });
  });

  test('to nobody there is not sending', async () => {
    const { url } = standIn;
    await standIn.close();
    expect(await gatewayAt(url).send(text)).toEqual({
      answer: 'retry-later',
      seconds: null,
      why: 'not-reachable',
    });
    expect(await gatewayAt('http://gateway.invalid').send(text)).toMatchObject({ why: 'not-reachable' });
    standIn = await startTwilioStandIn({ port: 0, directory, accountSid, authToken });
  });

  test.each<[string, RequestListener, object]>([
    [
      'a bad gateway in front',
      (_request, response) =>
        response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
      { answer: 'unclear', why: 'http-502' },
    ],
    [
      'a refusal that is not the gateway’s',
      (_request, response) => response.writeHead(403).end('no'),
      { answer: 'unclear', why: 'http-403' },
    ],
    [
      'a time-out of the server',
      (_request, response) => response.writeHead(408).end('{"code":1}'),
      { answer: 'unclear', why: 'http-408' },
    ],
    [
      'a redirect',
      (_request, response) => response.writeHead(307, { location: '/elsewhere' }).end(),
      { answer: 'unclear', why: 'http-307' },
    ],
    [
      'success without an id',
      (_request, response) => response.writeHead(201).end('{"status":"queued"}'),
      { answer: 'unclear', why: 'no-sid' },
    ],
    ['success without a body', (_request, response) => response.writeHead(201).end(), { answer: 'unclear' }],
    [
      'an answer cut off',
      (_request, response) => response.writeHead(201, { 'content-length': '99' }).end('{"sid":'),
      { answer: 'unclear' },
    ],
    [
      'a date to wait for',
      (_request, response) =>
        response
          .writeHead(429, {
            'retry-after': new Date(Date.now() + 60_000).toUTCString(),
            'content-type': 'application/json',
          })
          .end('{"code":20429,"status":429}'),
      { answer: 'retry-later', why: 'too-many-requests' },
    ],
    [
      'a wish to wait that is none',
      (_request, response) => response.writeHead(429, { 'retry-after': 'soon' }).end('{"code":20429}'),
      { answer: 'retry-later', seconds: null },
    ],
  ])('into %s', async (_what, listener, answer) => {
    const server = await serve(listener);
    try {
      const given = await gatewayAt(
        `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
      ).send(text);
      expect(given).toMatchObject(answer);
      if (given.answer === 'retry-later' && given.seconds !== null) {
        expect(given.seconds).toBeGreaterThan(50);
        expect(given.seconds).toBeLessThanOrEqual(60);
      }
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('looking up', () => {
  test('finds what was taken although no answer came, before it counts as sent', async () => {
    await script({ on: 'create', does: 'accept-then-hang' });
    await gatewayAt(standIn.url).send(text);
    const gatewayIds = standIn.record().map(({ sid }) => sid);
    expect(await gatewayAt(standIn.url).find(text, longAgo)).toEqual({ answer: 'looked-up', gatewayIds });
  });

  test('finds neither other words, nor another number, nor what is older', async () => {
    await gatewayAt(standIn.url).send({ ...text, body: 'other words' });
    await gatewayAt(standIn.url).send({ ...text, to: '+447700900124' });
    const nothing = { answer: 'looked-up', gatewayIds: [] };
    expect(await gatewayAt(standIn.url).find(text, longAgo)).toEqual(nothing);
    await gatewayAt(standIn.url).send(text);
    const later = new Date(Date.now() + 120_000).toISOString();
    expect(await gatewayAt(standIn.url).find(text, later)).toEqual(nothing);
    expect(await gatewayAt(standIn.url).find(text, new Date().toISOString())).toMatchObject({
      gatewayIds: [standIn.record().at(-1)?.sid],
    });
  });

  test.each<[FaultScript, object]>([
    [{ on: 'list', does: 'hang' }, { why: 'no-answer' }],
    [{ on: 'list', does: 'reset' }, { why: 'no-answer' }],
    [{ on: 'list', does: '500' }, { why: 'http-500' }],
  ])('%j is no finding', async (fault, answer) => {
    await script(fault);
    expect(await gatewayAt(standIn.url).find(text, longAgo)).toEqual({
      answer: 'not-looked-up',
      seconds: null,
      ...answer,
    });
  });
});

test('no answer holds a number or the words', async () => {
  const answers: unknown[] = [];
  for (const does of ['accept-then-hang', 'accept-then-500', 'reset', 'refuse', 'too-many'] as const) {
    await script({ on: 'create', does });
    answers.push(await gatewayAt(standIn.url).send(text));
  }
  answers.push(
    await gatewayAt(standIn.url).send({ ...text, to: '+44' }),
    await gatewayAt(standIn.url).find(text, longAgo),
  );
  expect(answers).toContainEqual({ answer: 'refused', code: '21211' });
  expect(JSON.stringify(answers)).not.toMatch(/7700900123|dŵr/);
});

test('an account id that is none is refused at the start', () => {
  expect(() => createSmsGateway({ accountSid: 'SK1', authToken, from: '+447700900001' })).toThrow(
    'accountSid must start with AC',
  );
});

function serve(listener: RequestListener): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer(listener);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
