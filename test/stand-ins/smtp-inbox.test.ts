import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { MailFaultScript } from '../../stand-ins/mail-faults.ts';
import { startSmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import type { SmtpInbox, SmtpInboxOptions } from '../../stand-ins/smtp-inbox.ts';

let directory: string;
let inbox: SmtpInbox;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'smtp-inbox-'));
  inbox = await start();
});

afterEach(async () => {
  await inbox.close();
  rmSync(directory, { recursive: true });
});

function start(login?: SmtpInboxOptions['login']): Promise<SmtpInbox> {
  return startSmtpInbox({ port: 0, pagePort: 0, directory, ...(login === undefined ? {} : { login }) });
}

const mail = {
  from: { name: 'Negeseuon', address: 'messages@contact.example' },
  replyTo: 'answers@contact.example',
  to: 'team@provider.example',
  subject: 'Atgyfeiriad newydd: dŵr a thŷ',
  text: 'Mae gennych atgyfeiriad newydd.\nEwch i http://127.0.0.1:3000/cases/A1 <b>heddiw</b>.',
  messageId: '<i1@contact.example>',
};

async function hand(changes: object = {}, auth?: { user: string; pass: string }): Promise<string> {
  const transport = createTransport({
    ...{ url: inbox.smtpUrl, socketTimeout: 2_000 },
    ...(auth === undefined ? {} : { auth }),
  });
  const { response } = await transport.sendMail({ ...mail, ...changes });
  return response;
}

async function script(fault: MailFaultScript | object): Promise<number> {
  const answer = await fetch(`${inbox.url}/stand-in/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  return answer.status;
}

const page = async (path: string): Promise<string> => (await fetch(inbox.url + path)).text();

describe('an e-mail handed in by SMTP', () => {
  test('M97: is kept as it was read, over a restart too', async () => {
    expect(await hand()).toMatch(/^250 /);
    const [kept] = inbox.mails();
    expect(kept).toMatchObject({
      ...{ from: 'Negeseuon <messages@contact.example>', to: ['team@provider.example'] },
      ...{ replyTo: ['answers@contact.example'], subject: mail.subject, messageId: mail.messageId },
      ...{ html: false, attachments: [] },
    });
    expect(kept?.text.trimEnd()).toBe(mail.text);
    expect(kept?.source).toContain('Message-ID: <i1@contact.example>\r\n');
    expect(inbox.record()).toMatchObject([
      {
        ...{ sender: 'messages@contact.example', recipients: ['team@provider.example'] },
        ...{ accepted: true, code: 250, fault: null },
      },
    ]);
    const before = inbox.record();
    await inbox.close();
    inbox = await start();
    expect(inbox.record()).toEqual(before);
    expect(await (await fetch(`${inbox.url}/stand-in/record`)).json()).toEqual(before);
  });

  test('that is too large is refused', async () => {
    await expect(hand({ text: 'x'.repeat(1_100_000) })).rejects.toMatchObject({ responseCode: 552 });
    expect(inbox.mails()).toEqual([]);
  });

  test('wants a password where there is one, and goes without TLS on this machine', async () => {
    await inbox.close();
    inbox = await start({ user: 'sender', password: 'p w' });
    await expect(hand()).rejects.toMatchObject({ responseCode: 530 });
    await expect(hand({}, { user: 'sender', pass: 'wrong' })).rejects.toMatchObject({ code: 'EAUTH' });
    await hand({}, { user: 'sender', pass: 'p w' });
    expect(inbox.mails()).toHaveLength(1);
  });
});

/** How the library calls a connection that was cut depends on which of the two sides was quicker. */
const cut = { code: expect.stringMatching(/^(?:ESOCKET|ECONNECTION)$/) };

describe('faults of the mail server', () => {
  test.each<[MailFaultScript['does'], boolean, number | null, object]>([
    ['refuse-recipient', false, 550, { responseCode: 550 }],
    ['defer-recipient', false, 451, { responseCode: 451 }],
    ['drop-at-recipient', false, null, cut],
    ['refuse-content', false, 554, { responseCode: 554 }],
    ['defer-content', false, 451, { responseCode: 451 }],
    ['drop-content', false, null, cut],
    ['hang-content', false, null, { code: 'ETIMEDOUT' }],
    ['accept-then-drop', true, null, cut],
    ['accept-then-hang', true, null, { code: 'ETIMEDOUT' }],
    ['accept-then-421', true, 421, { responseCode: 421 }],
  ])('%s fails one mail, kept: %s', async (does, accepted, code, error) => {
    expect(await script({ does })).toBe(201);
    await expect(hand()).rejects.toMatchObject(error);
    expect(inbox.record()).toMatchObject([{ accepted, code, fault: does }]);
    expect(inbox.mails()).toHaveLength(accepted ? 1 : 0);
    await hand();
    expect(inbox.record()).toHaveLength(2);
  });

  test('strike the address they name, as often as they say, and can be called off', async () => {
    await script({ does: 'refuse-recipient', to: 'Team@provider.example', times: 2 });
    await hand({ to: 'other@provider.example' });
    await expect(hand()).rejects.toMatchObject({ responseCode: 550 });
    expect(await (await fetch(`${inbox.url}/stand-in/faults`)).json()).toMatchObject([{ times: 1 }]);
    await fetch(`${inbox.url}/stand-in/faults`, { method: 'DELETE' });
    await hand();
    expect(await script({ does: 'lose' })).toBe(400);
  });
});

describe('the pages of the inbox', () => {
  test('list the mails, the last first, and show one in plain text with its language', async () => {
    expect(await page('/')).toContain('No e-mails have been sent yet.');
    await script({ does: 'refuse-content' });
    await expect(hand()).rejects.toThrow();
    await hand();
    await hand({ subject: 'The <second>', text: 'You have one.' });
    const list = Array.from(
      (await page('/')).matchAll(/<a href="(\/mails\/\d+)" lang="(..)">(.*?)<\/a>/g),
      (match) => match.slice(1),
    );
    expect(list).toEqual([
      ['/mails/3', 'en', 'The &#60;second&#62;'],
      ['/mails/2', 'en', mail.subject],
    ]);
    const shown = await page('/mails/2');
    expect(shown).toContain('<p lang="cy" class="text">Mae gennych atgyfeiriad newydd.');
    expect(shown).toContain(
      'rel="noreferrer">http://127.0.0.1:3000/cases/A1</a> &#60;b&#62;heddiw&#60;/b&#62;.</p>',
    );
    expect(shown).toContain('<dt>Reply to</dt><dd>answers@contact.example</dd>');
    expect(shown).not.toContain('<script');
    // What was refused is no mail of the inbox, nor is one that never was.
    for (const path of ['/mails/1', '/mails/4', '/mails/x'])
      expect((await fetch(inbox.url + path)).status).toBe(404);
  });

  test('never show HTML, and load nothing', async () => {
    await hand({
      text: undefined,
      html: '<h1>Hello</h1><script>alert(1)</script><img src="http://e.example/x">',
    });
    const answer = await fetch(`${inbox.url}/mails/1`);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const shown = await answer.text();
    expect(shown).toContain('an HTML part as well, which is not shown');
    expect(shown).not.toMatch(/<script|<img/);
    const source = await fetch(`${inbox.url}/mails/1/source`);
    expect(source.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(source.headers.get('x-content-type-options')).toBe('nosniff');
  });
});
