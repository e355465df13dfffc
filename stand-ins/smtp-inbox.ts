import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import express from 'express';
import type { Express } from 'express';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { z } from 'zod';
import { JsonLines } from './json-lines.ts';
import { listen } from './listen.ts';
import type { Listening } from './listen.ts';
import { mailFaultScript, ScriptedMailFaults } from './mail-faults.ts';
import type { MailFaultName } from './mail-faults.ts';
import { inboxPage, mailPage } from './mail-page.ts';
import type { NumberedMail } from './mail-page.ts';
import { readMail } from './mail-record.ts';
import type { Mail, MailAttempt } from './mail-record.ts';
import { sendPage } from './page.ts';

export interface SmtpInboxOptions {
  /** Of the SMTP server and of the page; 0 takes a free one. */
  readonly port: number;
  readonly pagePort: number;
  /** Where the mails are kept. */
  readonly directory: string;
  /** Who may hand mails in (AUTH PLAIN); without it everybody may. */
  readonly login?: { readonly user: string; readonly password: string };
}

export interface SmtpInbox {
  /** Of the page. */
  readonly url: string;
  /** As SMTP_URL wants it, without the login. */
  readonly smtpUrl: string;
  /** Every mail that somebody tried to hand in, oldest first. */
  record(): readonly MailAttempt[];
  /** Those that the inbox has. */
  mails(): readonly Mail[];
  /** Stops listening and cuts every open connection, the hung ones too. */
  close(): Promise<void>;
}

const largestMail = 1_000_000;

/**
 * A mail server on this machine that speaks SMTP and passes nothing on: what is handed in is kept, and shown on a page.
 * No TLS, because it listens on the loopback address and nowhere else.
 *
 *     POST   /stand-in/faults   {"does": "accept-then-drop", "to": "team@provider.example", "times": 1}
 *     GET    /stand-in/faults   those not used up
 *     DELETE /stand-in/faults
 *     GET    /stand-in/record   every mail that somebody tried to hand in
 *
 * @throws Error with code EADDRINUSE when a port is taken.
 */
export async function startSmtpInbox(options: SmtpInboxOptions): Promise<SmtpInbox> {
  const record = new JsonLines<MailAttempt>(join(options.directory, 'mail-record.jsonl'));
  const faults = new ScriptedMailFaults();
  const inbox = new Inbox(record, faults, options.login);
  const port = await inbox.listen(options.port);
  let pages: Listening;
  try {
    pages = await listen(createPages(record, faults), options.pagePort);
  } catch (error) {
    await inbox.close();
    throw error;
  }
  return {
    url: pages.url,
    smtpUrl: `smtp://127.0.0.1:${String(port)}`,
    record: () => record.all,
    mails: () => record.all.flatMap(({ accepted, mail }) => (accepted && mail !== null ? [mail] : [])),
    close: async () => {
      await Promise.all([pages.close(), inbox.close()]);
    },
  };
}

type Answer = (error?: Error | null) => void;

class Inbox {
  readonly #record: JsonLines<MailAttempt>;
  readonly #faults: ScriptedMailFaults;
  readonly #server: SMTPServer;
  /** The open connections by the port of the other side, which a session knows. */
  readonly #sockets = new Map<number, Socket>();

  constructor(record: JsonLines<MailAttempt>, faults: ScriptedMailFaults, login: SmtpInboxOptions['login']) {
    this.#record = record;
    this.#faults = faults;
    this.#server = new SMTPServer({
      name: 'localhost',
      banner: 'inbox stand-in',
      size: largestMail,
      disableReverseLookup: true,
      disabledCommands: login === undefined ? ['STARTTLS', 'AUTH'] : ['STARTTLS'],
      authMethods: ['PLAIN'],
      allowInsecureAuth: true,
      closeTimeout: 100,
      onAuth: ({ username, password }, _session, callback) => {
        const right =
          login !== undefined && isSame(username ?? '', login.user) && isSame(password ?? '', login.password);
        callback(null, right ? { user: login.user } : { message: 'Wrong user or password' });
      },
      onRcptTo: ({ address }, session, callback) => {
        this.#recipient(address, session, callback);
      },
      onData: (stream, session, callback) => {
        void this.#content(stream, session).then(callback, callback);
      },
    });
    // A connection that its client cuts is the client's matter.
    this.#server.on('error', () => undefined);
    this.#server.server.on('connection', (socket: Socket) => {
      const { remotePort } = socket;
      if (remotePort === undefined) return;
      this.#sockets.set(remotePort, socket);
      socket.once('close', () => this.#sockets.delete(remotePort));
    });
  }

  /** The port. */
  async listen(port: number): Promise<number> {
    const server = this.#server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('A TCP server has no port');
    return address.port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(resolve);
    });
    for (const socket of this.#sockets.values()) socket.destroy();
    await closed;
  }

  #recipient(address: string, session: SMTPServerSession, answer: Answer): void {
    const fault = this.#faults.take('recipient', address);
    const refused = (code: number | null): MailAttempt => ({
      ...this.#attempt(session, fault),
      recipients: [address],
      accepted: false,
      code,
      mail: null,
    });
    switch (fault) {
      case 'refuse-recipient':
        this.#record.add(refused(550));
        answer(smtpError(550, '5.1.1 There is no such mailbox'));
        return;
      case 'defer-recipient':
        this.#record.add(refused(451));
        answer(smtpError(451, '4.3.0 Try again later'));
        return;
      case 'drop-at-recipient':
        this.#record.add(refused(null));
        this.#drop(session);
        return;
      default:
        answer();
    }
  }

  /** @throws the answer, when the mail is not taken. Never settles when there is to be none. */
  async #content(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<null> {
    const source = await buffer(stream);
    const to = session.envelope.rcptTo.map(({ address }) => address);
    const fault = this.#faults.take('content', to[0] ?? '');
    const attempt = { ...this.#attempt(session, fault), recipients: to };
    const keep = (accepted: boolean, code: number | null, mail: Mail | null): void => {
      this.#record.add({ ...attempt, accepted, code, mail });
    };
    if (stream.sizeExceeded) {
      keep(false, 552, null);
      throw smtpError(552, '5.3.4 The mail is too large');
    }
    const mail = await readMail(source).catch(() => null);
    if (mail === null) {
      keep(false, 554, null);
      throw smtpError(554, '5.6.0 The mail cannot be read');
    }
    switch (fault) {
      case 'refuse-content':
        keep(false, 554, mail);
        throw smtpError(554, '5.7.1 The mail is refused');
      case 'defer-content':
        keep(false, 451, mail);
        throw smtpError(451, '4.3.0 Try again later');
      case 'drop-content':
      case 'hang-content':
        keep(false, null, mail);
        break;
      case 'accept-then-drop':
      case 'accept-then-hang':
        keep(true, null, mail);
        break;
      case 'accept-then-421':
        keep(true, 421, mail);
        throw smtpError(421, '4.3.2 The service shuts down');
      default:
        keep(true, 250, mail);
        return null;
    }
    if (fault === 'drop-content' || fault === 'accept-then-drop') this.#drop(session);
    return await new Promise<never>(() => undefined);
  }

  #attempt(session: SMTPServerSession, fault: MailFaultName | undefined) {
    const { mailFrom } = session.envelope;
    return {
      at: new Date().toISOString(),
      sender: mailFrom === false ? '' : mailFrom.address,
      fault: fault ?? null,
    };
  }

  #drop({ remotePort }: SMTPServerSession): void {
    this.#sockets.get(remotePort)?.resetAndDestroy();
  }
}

function createPages(record: JsonLines<MailAttempt>, faults: ScriptedMailFaults): Express {
  const mails = (): NumberedMail[] =>
    record.all.flatMap((attempt, index) => (attempt.accepted ? [{ number: index + 1, attempt }] : []));
  const numbered = (number: string): NumberedMail | undefined =>
    mails().find((mail) => String(mail.number) === number);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/', (_request, response) => {
    sendPage(response, inboxPage(mails()));
  });
  app.get('/mails/:number', (request, response, next) => {
    const found = numbered(request.params.number);
    if (found === undefined) next();
    else sendPage(response, mailPage(found));
  });
  app.get('/mails/:number/source', (request, response, next) => {
    const found = numbered(request.params.number);
    if (found === undefined) next();
    else {
      response
        .set('X-Content-Type-Options', 'nosniff')
        .type('text/plain')
        .send(found.attempt.mail?.source ?? '');
    }
  });
  app
    .route('/stand-in/faults')
    .post(express.json(), (request, response) => {
      const script = mailFaultScript.safeParse(request.body);
      if (!script.success) {
        response.status(400).json({ message: z.prettifyError(script.error) });
        return;
      }
      faults.add(script.data);
      response.status(201).json(script.data);
    })
    .get((_request, response) => {
      response.json(faults.all);
    })
    .delete((_request, response) => {
      faults.clear();
      response.status(204).end();
    });
  app.get('/stand-in/record', (_request, response) => {
    response.json(record.all);
  });
  return app;
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
