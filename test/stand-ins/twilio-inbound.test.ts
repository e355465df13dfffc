import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import twilio from 'twilio';
import { gatewayReplies, messagesIn, optOutOf } from '../../stand-ins/twilio-inbound.ts';
import { startTwilioStandIn } from '../../stand-ins/twilio-server.ts';
import type { TwilioStandIn, TwilioStandInOptions } from '../../stand-ins/twilio-server.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';

const accountSid = `AC${'1'.repeat(32)}`;
const authToken = 'secret';
const number = '+447700900001';
const phone = '+447700900123';

let directory: string;
let standIn: TwilioStandIn;
let receiver: WebhookReceiver;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'twilio-inbound-'));
  receiver = await startWebhookReceiver(authToken);
  standIn = await start({ inboundUrl: `${receiver.url}/webhooks/sms/inbound/f#rc=1&rp=rt,5xx` });
});

afterEach(async () => {
  await standIn.close();
  await receiver.close();
  rmSync(directory, { recursive: true });
});

function start(changes: Partial<TwilioStandInOptions> = {}): Promise<TwilioStandIn> {
  return startTwilioStandIn({
    ...{ port: 0, directory, accountSid, authToken, queuedForMs: 0, answerWithinMs: 200, retryAfterMs: 10 },
    ...{ number, ...changes },
  });
}

function client() {
  const client = twilio(accountSid, authToken, { timeout: 2_000 });
  client.api.baseUrl = standIn.url;
  return client;
}

function create(body: string, from = number): Promise<unknown> {
  return client().messages.create({ to: phone, from, body });
}

/** As a browser sends the form of the page. */
function answerFromPhone(body: string, of = phone): Promise<Response> {
  return fetch(`${standIn.url}/phones/${encodeURIComponent(of)}/texts`, {
    method: 'POST',
    body: new URLSearchParams({ body }),
    redirect: 'manual',
  });
}

async function play(inbound: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${standIn.url}/stand-in/inbound`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(inbound),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const thread = async (of = phone): Promise<string> =>
  (await fetch(`${standIn.url}/phones/${encodeURIComponent(of)}`)).text();

describe('a text from a phone', () => {
  test('M97: is kept, and posted signed with the fields of Twilio', async () => {
    const answer = await answerFromPhone('1');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/phones/%2B447700900123#answer']);
    const [text] = standIn.inbound();
    expect(text).toMatchObject({ from: phone, to: number, body: '1', optOut: null });
    expect(text?.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(receiver.received).toEqual([
      {
        path: '/webhooks/sms/inbound/f',
        signature: 'right',
        form: {
          ...{ AccountSid: accountSid, ApiVersion: '2010-04-01', From: phone, To: number, Body: '1' },
          ...{ MessageSid: text?.sid, SmsSid: text?.sid, SmsMessageSid: text?.sid, SmsStatus: 'received' },
          ...{ NumMedia: '0', NumSegments: '1' },
        },
      },
    ]);
    await standIn.close();
    standIn = await start();
    expect(standIn.inbound()).toEqual([text]);
  });

  test('goes to the number that wrote last', async () => {
    await create('hello', '+447700900002');
    await answerFromPhone('Ddim yn gallu dod');
    expect(receiver.received[0]?.form).toMatchObject({ To: '+447700900002', Body: 'Ddim yn gallu dod' });
  });

  test('is tried again under its id where the address asks for it, and says on the page what became of it', async () => {
    receiver.answer({ status: 503 }, { status: 200 });
    await answerFromPhone('2');
    const [first, second, ...rest] = receiver.received.map(({ form }) => form['MessageSid']);
    expect([first, rest]).toEqual([second, []]);
    expect(await thread()).toContain(`to ${number}, taken</p>`);
    receiver.answer('nothing', 'nothing');
    await answerFromPhone('2');
    expect(await thread()).toContain('not taken: no answer</p>');
    receiver.answer({ status: 403 });
    await answerFromPhone('2');
    expect(await thread()).toContain('not taken: answered 403</p>');
    expect(standIn.inbound()).toHaveLength(3);
  });

  test('is listed by the gateway beside what went out', async () => {
    await create('hello');
    await answerFromPhone('STOPIWCH');
    const listed = await client().messages.list({ to: number, dateSentAfter: new Date(Date.now() - 60_000) });
    const [text] = standIn.inbound();
    expect(
      listed.map(({ sid, direction, status, from, body }) => ({ sid, direction, status, from, body })),
    ).toEqual([{ sid: text?.sid, direction: 'inbound', status: 'received', from: phone, body: 'STOPIWCH' }]);
    expect(await client().messages.list({ to: phone })).toMatchObject([{ direction: 'outbound-api' }]);
  });

  test('stays here when no address is set', async () => {
    await standIn.close();
    standIn = await start();
    expect((await answerFromPhone('1')).status).toBe(303);
    expect(await thread()).toContain('kept here: no address for texts from phones is set');
    expect(receiver.received).toEqual([]);
  });

  test.each([
    ['', phone],
    [' \n ', phone],
    ['x'.repeat(1_601), phone],
    ['1', 'somebody'],
  ])('is none when it is empty, too long or from no phone (%#)', async (body, of) => {
    const answer = await answerFromPhone(body, of);
    expect(answer.status).toBe(400);
    expect(standIn.inbound()).toEqual([]);
    const page = await answer.text();
    if (of === phone) {
      expect(page).toContain('role="alert">Write between 1 and 1,600 characters');
      expect(page).toContain('aria-describedby="hint mistake"');
    }
  });
});

describe('the words of Twilio', () => {
  test.each([
    ...['STOP', 'stopall', ' Unsubscribe ', 'Cancel', 'END', 'quit'].map((word) => [word, 'STOP'] as const),
    ...['START', 'yes', 'Unstop'].map((word) => [word, 'START'] as const),
    ...['HELP', 'info'].map((word) => [word, 'HELP'] as const),
    ...['STOPIWCH', 'DIM', 'CYMORTH', 'STOP it', 'stop.', '1', ''].map((word) => [word, null] as const),
  ])('%j means %s to the gateway', (word, meaning) => {
    expect(optOutOf(word)).toBe(meaning);
  });

  test('STOP blocks the number, over a restart too, until START', async () => {
    await create('one');
    await answerFromPhone('Stop');
    expect(receiver.received.at(-1)?.form).toMatchObject({ Body: 'Stop', OptOutType: 'STOP' });
    await expect(create('two')).rejects.toMatchObject({ status: 400, code: 21610 });
    await standIn.close();
    standIn = await start();
    await expect(create('three')).rejects.toMatchObject({ code: 21610 });
    // The block is between two numbers.
    await create('four', '+447700900002');
    await play({ from: phone, to: number, body: 'START' });
    await create('five');
    expect(standIn.record().map(({ body, accepted, code }) => [body, accepted, code])).toEqual([
      ['one', true, null],
      ['two', false, 21610],
      ['three', false, 21610],
      ['four', true, null],
      ['five', true, null],
    ]);
  });

  test('are answered by the gateway itself, and a phone that said stop gets nothing else', async () => {
    const twiml = { status: 200, body: '<Response><Message>Ein ateb</Message></Response>' };
    receiver.answer(twiml, twiml, twiml);
    for (const word of ['STOP', 'HELP', 'START']) await answerFromPhone(word);
    const page = await thread();
    const texts = Array.from(page.matchAll(/class="text">(.*?)<\/p>/g), ([, text]) => text);
    expect(texts).toEqual([
      ...['STOP', gatewayReplies.STOP, 'HELP', gatewayReplies.HELP.replace('&', '&#38;')],
      ...['START', gatewayReplies.START.replace('&', '&#38;'), 'Ein ateb'],
    ]);
    expect(page).toContain('automatic reply of the gateway itself');
    expect(standIn.record()).toEqual([]);
  });
});

test.each([
  ['<?xml version="1.0"?><Response><Message>Bore da</Message></Response>', ['Bore da']],
  [
    '<Response><Message to="x"><Body>A &amp; B &#373;</Body></Message><Message>C</Message></Response>',
    ['A & B ŵ', 'C'],
  ],
  ['<Response/>', []],
  ['<Response><Message></Message></Response>', []],
  ['not found', []],
])('TwiML is read: %s', (twiml, words) => {
  expect(messagesIn(twiml)).toEqual(words);
});

describe('a text that is played', () => {
  test('comes as often as is said, under one id', async () => {
    const { status, body } = await play({ from: phone, body: '2', times: 3 });
    expect([status, body['answers']]).toEqual([201, [204, 204, 204]]);
    expect(receiver.received.map(({ form }) => form['MessageSid'])).toEqual(Array(3).fill(body['sid']));
    expect(standIn.inbound()).toHaveLength(1);
    expect(await (await fetch(`${standIn.url}/stand-in/inbound`)).json()).toEqual(standIn.inbound());
  });

  test.each(['wrong', 'none'] as const)(
    'with the signature %s is a forgery, which no phone has sent',
    async (signature) => {
      const { body } = await play({ from: phone, body: 'STOP', signature });
      expect(body['answers']).toEqual([204]);
      expect(receiver.received.map((each) => each.signature)).toEqual([signature]);
      expect(standIn.inbound()).toEqual([]);
      await create('still');
    },
  );

  test('that makes no sense is refused', async () => {
    for (const wrong of [{ from: 'x', body: '1' }, { from: phone }, { from: phone, body: '1', often: 2 }]) {
      expect((await play(wrong)).status).toBe(400);
    }
    expect(receiver.received).toEqual([]);
  });
});

describe('the form that answers', () => {
  test('has a label, needs no script, and goes nowhere but here', async () => {
    await create('Apwyntiad: gweler http://127.0.0.1:3000/p/abc.');
    const answer = await fetch(`${standIn.url}/phones/${encodeURIComponent(phone)}`);
    expect(answer.headers.get('content-security-policy')).toContain("form-action 'self'");
    const page = await answer.text();
    expect(page).toContain('<form method="post" action="/phones/%2B447700900123/texts">');
    expect(page).toContain(`<label for="body">Text to ${number}</label>`);
    expect(page).toContain('<textarea id="body" name="body"');
    expect(page).not.toContain('<script');
    expect(page).toContain(
      '<a href="http://127.0.0.1:3000/p/abc" rel="noreferrer">http://127.0.0.1:3000/p/abc</a>.</p>',
    );
  });

  test('is not there where the sender is a name, or the phone is none', async () => {
    await create('hello', 'Messages');
    const page = await thread();
    expect(page).toContain('The sender is a name: it cannot be answered.');
    expect(page).not.toContain('<form');
    expect(await thread('<b>')).not.toContain('<form');
  });

  test('shows what a phone says as text, and lists a phone that only ever wrote', async () => {
    await answerFromPhone('<b>1</b>\r\n& "2"');
    expect(await thread()).toContain('&#60;b&#62;1&#60;/b&#62;\n&#38; &#34;2&#34;</p>');
    expect(await (await fetch(standIn.url)).text()).toContain('+447700900123</a>: 1 text,');
  });
});
