import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmailGateway } from '../../activities/gateways/email.ts';
import type { Email, EmailGateway } from '../../activities/gateways/email.ts';
import type { MailFaultScript } from '../../stand-ins/mail-faults.ts';
import { startSmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import type { SmtpInbox } from '../../stand-ins/smtp-inbox.ts';

const from = 'messages@contact.example';
const intentId = '0e0c9a52-6a3e-4d54-9d4f-2b7b6a1f0c11';
const email: Email = {
  intentId,
  to: 'team@provider.example',
  subject: 'Atgyfeiriad newydd',
  body: 'Mae atgyfeiriad newydd: dŵr a thŷ.\n.\nDiwedd',
  languages: ['en', 'cy'],
};

let directory: string;
let inbox: SmtpInbox;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'email-gateway-'));
  inbox = await startSmtpInbox({ port: 0, pagePort: 0, directory });
});

afterEach(async () => {
  await inbox.close();
  rmSync(directory, { recursive: true });
});

function gatewayAt(smtpUrl: string, replyTo?: string): EmailGateway {
  return createEmailGateway({ smtpUrl, from, replyTo, timeoutMs: 2_000 });
}

async function script(fault: MailFaultScript): Promise<void> {
  const { status } = await fetch(`${inbox.url}/stand-in/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  expect(status).toBe(201);
}

describe('sending an e-mail', () => {
  test('hands it to the server once, from the addresses of the configuration and with an id of its own', async () => {
    const answer = await gatewayAt(inbox.smtpUrl, 'answers@contact.example').send(email);
    const messageId = `<${intentId}@contact.example>`;
    expect(answer).toEqual({ answer: 'accepted', gatewayId: messageId });
    expect(inbox.record()).toMatchObject([{ sender: from, recipients: [email.to], accepted: true }]);
    const [mail] = inbox.mails();
    expect(mail).toMatchObject({
      ...{ from, to: [email.to], replyTo: ['answers@contact.example'], messageId },
      ...{ subject: email.subject, html: false },
    });
    expect(mail?.text.trimEnd()).toBe(email.body);
    const headers = mail?.source.split('\r\n\r\n')[0] ?? '';
    expect(headers).toMatch(/^Content-Language: en, cy$/m);
    expect(headers).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(headers).not.toMatch(/nodemailer|X-Mailer/i);
  });

  test('names the sender as the one to answer when nobody else is', async () => {
    await gatewayAt(inbox.smtpUrl).send(email);
    expect(inbox.mails()[0]?.replyTo).toEqual([from]);
  });

  test.each<[MailFaultScript['does'], boolean, object]>([
    ['refuse-recipient', false, { answer: 'refused', code: '550' }],
    ['refuse-content', false, { answer: 'refused', code: '554' }],
    ['defer-recipient', false, { answer: 'retry-later', seconds: null, why: 'smtp-451' }],
    ['defer-content', false, { answer: 'retry-later', seconds: null, why: 'smtp-451' }],
    ['drop-at-recipient', false, { answer: 'retry-later', seconds: null, why: 'not-reachable' }],
    // Whether the server has it cannot be told apart from here.
    ['drop-content', false, { answer: 'unclear', why: 'no-answer' }],
    ['hang-content', false, { answer: 'unclear', why: 'no-answer' }],
    ['accept-then-drop', true, { answer: 'unclear', why: 'no-answer' }],
    ['accept-then-hang', true, { answer: 'unclear', why: 'no-answer' }],
    ['accept-then-421', true, { answer: 'unclear', why: 'smtp-421' }],
  ])('to a server that does %s, kept: %s', async (does, accepted, answer) => {
    await script({ does });
    expect(await gatewayAt(inbox.smtpUrl).send(email)).toEqual(answer);
    // The library tries nothing again by itself.
    expect(inbox.record()).toMatchObject([{ accepted, fault: does }]);
  });

  test('to nobody there is not sending an e-mail', async () => {
    const { smtpUrl } = inbox;
    await inbox.close();
    const later = { answer: 'retry-later', seconds: null, why: 'not-reachable' };
    expect(await gatewayAt(smtpUrl).send(email)).toEqual(later);
    expect(await gatewayAt('smtp://mail.invalid').send(email)).toEqual(later);
    inbox = await startSmtpInbox({ port: 0, pagePort: 0, directory });
  });

  test('without the right password leaves it for when the account is right', async () => {
    await inbox.close();
    inbox = await startSmtpInbox({
      ...{ port: 0, pagePort: 0, directory },
      login: { user: 'sender', password: 'right' },
    });
    const at = (login: string): EmailGateway => gatewayAt(inbox.smtpUrl.replace('//', `//${login}`));
    expect(await at('').send(email)).toEqual({ answer: 'retry-later', seconds: null, why: 'account-530' });
    expect(await at('sender:wrong@').send(email)).toMatchObject({ why: 'account-535' });
    expect(await at('sender:right@').send(email)).toMatchObject({ answer: 'accepted' });
  });

  test.each([
    'team@provider.example\r\nBcc: all@provider.example',
    'team@provider.example, all@provider.example',
    'Team <team@provider.example>',
    '<team@provider.example>',
    'team@provider.example\0',
    'tîm@provider.example',
    '',
  ])('to %j is refused before anything is said', async (to) => {
    expect(await gatewayAt(inbox.smtpUrl).send({ ...email, to })).toEqual({
      answer: 'refused',
      code: 'address',
    });
    expect(inbox.record()).toEqual([]);
  });

  test('never lets a subject become a header of its own', async () => {
    await gatewayAt(inbox.smtpUrl).send({ ...email, subject: 'Newydd\r\nBcc: all@provider.example' });
    expect(inbox.mails()[0]).toMatchObject({ subject: 'Newydd Bcc: all@provider.example' });
    expect(inbox.record()[0]?.recipients).toEqual([email.to]);
  });

  test('gives no address and no words back', async () => {
    const answers: unknown[] = [];
    for (const does of [
      'refuse-recipient',
      'accept-then-drop',
      'defer-content',
      'drop-at-recipient',
    ] as const) {
      await script({ does });
      answers.push(await gatewayAt(inbox.smtpUrl).send(email));
    }
    expect(JSON.stringify(answers)).not.toMatch(/provider|contact|dŵr/);
  });
});

describe('a connection that breaks', () => {
  /** A server that says what it is told to, line for line, and cuts the connection where it has nothing to say. */
  async function serverThat(answer: (line: string, mail: string) => string | undefined): Promise<Server> {
    const server = createServer((socket: Socket) => {
      let said = '';
      socket.on('error', () => undefined);
      const say = (line: string): void => {
        const reply = answer(line, said);
        if (reply === undefined) socket.resetAndDestroy();
        else if (reply !== '') socket.write(`${reply}\r\n`);
      };
      say('connect');
      socket.on('data', (chunk) => {
        const lines = chunk.toString().split('\r\n');
        said += chunk.toString();
        for (const line of lines) if (line !== '') say(line);
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  const replies: Readonly<Record<string, string>> = {
    connect: '220 ready',
    EHLO: '250 hello',
    MAIL: '250 ok',
    RCPT: '250 ok',
    DATA: '354 go on',
    '.': '250 kept',
  };
  const verbOf = (line: string): string => (line === '.' ? '.' : (line.split(/[ :]/)[0] ?? ''));

  test.each([
    ['connect', { answer: 'retry-later', why: 'not-reachable' }],
    ['EHLO', { answer: 'retry-later', why: 'not-reachable' }],
    ['MAIL', { answer: 'retry-later', why: 'not-reachable' }],
    ['DATA', { answer: 'retry-later', why: 'not-reachable' }],
    ['.', { answer: 'unclear', why: 'no-answer' }],
  ])('at %j', async (at, answer) => {
    const server = await serverThat((line) => {
      const verb = verbOf(line);
      return verb === at ? undefined : (replies[verb] ?? '');
    });
    try {
      const url = `smtp://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      expect(await gatewayAt(url).send(email)).toMatchObject(answer);
    } finally {
      server.close();
    }
  });

  test.each([
    ['connect', '554 no service here', { answer: 'retry-later', why: 'account-554' }],
    ['connect', '421 busy', { answer: 'retry-later', why: 'smtp-421' }],
    ['MAIL', '550 not from you', { answer: 'retry-later', why: 'account-550' }],
    ['RCPT', '530 sign in first', { answer: 'retry-later', why: 'account-530' }],
    ['DATA', '554 no', { answer: 'refused', code: '554' }],
    ['.', '503 out of order', { answer: 'retry-later', why: 'smtp-503' }],
    ['.', '250 kept', { answer: 'accepted' }],
  ])('or a server that says at %j: %s', async (at, reply, answer) => {
    const server = await serverThat((line) => {
      const verb = verbOf(line);
      return verb === at ? reply : (replies[verb] ?? '');
    });
    try {
      const url = `smtp://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      expect(await gatewayAt(url).send(email)).toMatchObject(answer);
    } finally {
      server.close();
    }
  });
});

describe('the configuration of e-mails', () => {
  test.each([
    ['Messages <messages@contact.example>', 'MAIL_FROM must be one e-mail address'],
    ['messages', 'MAIL_FROM must be one e-mail address'],
    ['messages@contact.example, all@contact.example', 'MAIL_FROM must be one e-mail address'],
  ])('that sends from %s is refused at the start', (address, why) => {
    expect(() => createEmailGateway({ smtpUrl: inbox.smtpUrl, from: address })).toThrow(why);
    expect(() => createEmailGateway({ smtpUrl: inbox.smtpUrl, from, replyTo: address })).toThrow(
      why.replace('MAIL_FROM', 'MAIL_REPLY_TO'),
    );
  });

  test('sends nothing in clear over a network, unless that is asked for', async () => {
    // The same inbox, by a name that does not say that it is on this machine.
    const url = inbox.smtpUrl.replace('127.0.0.1', '0x7f000001');
    expect(await gatewayAt(url).send(email)).toEqual({ answer: 'retry-later', seconds: null, why: 'no-tls' });
    expect(inbox.record()).toEqual([]);
    expect(await gatewayAt(`${url}?ignoreTLS=true`).send(email)).toMatchObject({ answer: 'accepted' });
  });
});
