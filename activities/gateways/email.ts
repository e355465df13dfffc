import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import { deliverableAddress } from '../../messages/email-address.ts';
import type { Language } from '../../workflows/domain/common/contact-preference.ts';
import type { SendAnswer } from './send-answer.ts';

/** One e-mail as it leaves: plain text. */
export interface Email {
  /** Of the message record: a mail server or a reader can tell a repeat by the Message-ID that is made of it. */
  readonly intentId: string;
  /** One address, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  /** Those that it is written in, in their order. */
  readonly languages: readonly Language[];
}

/**
 * `send` never throws, and no answer holds an address or words: both end in histories and logs. SMTP has no way to ask
 * what became of a mail, so an unclear answer stays unclear.
 */
export interface EmailGateway {
  send(email: Email): Promise<SendAnswer>;
}

export interface MailSettings {
  /** `smtp://user:password@host:port` or `smtps://...`, with nodemailer's options as its query. */
  readonly smtpUrl: string;
  /** The address that mails come from, without a name. */
  readonly from: string;
  /** Where answers go; the same address when null. */
  readonly replyTo?: string | null | undefined;
  /** Of connecting and of each silence of the server. */
  readonly timeoutMs?: number | undefined;
}

/** A mail server may think for long about a mail that it was given; all of it is well under the activity's own limit. */
const defaultTimeoutMs = 30_000;
const wholeTimeoutMs = 90_000;

/** Answers that say that this system may not use the server, whatever the mail is (RFC 4954 section 6). */
const accountCodes = new Set([530, 534, 535, 538]);

/**
 * That the addresses tell nothing is seen to where the worker starts (messages/outward-settings.ts).
 * @throws Error naming the setting whose address is none
 */
export function createEmailGateway(settings: MailSettings): EmailGateway {
  const { smtpUrl, timeoutMs = defaultTimeoutMs } = settings;
  const from = ownAddress('MAIL_FROM', settings.from);
  const replyTo = ownAddress('MAIL_REPLY_TO', settings.replyTo ?? settings.from);
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const options = {
    // Not the name of this machine, which would stand in the headers of every mail.
    name: domain,
    requireTLS: mustBeEncrypted(smtpUrl),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    url: smtpUrl,
  };

  return {
    async send({ intentId, to, subject, body, languages }) {
      const address = deliverableAddress(to);
      // More than one, one with a name, or one with a line that would be a header of its own.
      if (address === undefined) return { answer: 'refused', code: 'address' };
      const messageId = `<${intentId}@${domain}>`;
      let handedOver = false;
      // A connection of its own for each mail: one that the other side has just given up would fail like one that broke
      // while sending.
      const transport = createTransport(options);
      transport.use('stream', (mail, done) => {
        const create = mail.message.createReadStream.bind(mail.message);
        const whole = (): void => {
          handedOver = true;
        };
        mail.message.createReadStream = () => Readable.from(readWhole(create, whole), { objectMode: false });
        done();
      });
      try {
        await transport.sendMail({
          messageId,
          from: { name: '', address: from },
          replyTo: { name: '', address: replyTo },
          to: { name: '', address },
          subject: subject.replace(/\s+/g, ' '),
          text: body,
          headers: {
            'Content-Language': languages.join(', '),
            // An absence note helps no machine (RFC 3834).
            'Auto-Submitted': 'auto-generated',
            'X-Auto-Response-Suppress': 'All',
          },
          xMailer: false,
          signal: AbortSignal.timeout(wholeTimeoutMs),
        });
        return { answer: 'accepted', gatewayId: messageId };
      } catch (error) {
        return meaningOf(error, handedOver);
      }
    },
  };
}

function ownAddress(setting: string, typed: string): string {
  const address = deliverableAddress(typed);
  if (address === undefined) throw new Error(`${setting} must be one e-mail address, without a name`);
  return address;
}

/** Where the mail would otherwise cross a network in clear. A server without TLS must be allowed by ?ignoreTLS=true. */
function mustBeEncrypted(smtpUrl: string): boolean {
  const { protocol, hostname, searchParams } = new URL(smtpUrl);
  const onThisMachine = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return protocol === 'smtp:' && !onThisMachine && searchParams.get('ignoreTLS') !== 'true';
}

/**
 * The mail, read only when the server has asked for it (354), and `whole` called once all of it has been read: before
 * that the line that ends a mail (RFC 5321 section 4.1.1.4) cannot have been sent, and no server has taken it.
 */
async function* readWhole(
  create: () => AsyncIterable<Buffer>,
  whole: () => void,
): AsyncGenerator<Buffer, void, undefined> {
  yield* create();
  whole();
}

/**
 * Sorts a failure by the one question that counts: is it certain that no mail left? Messages of errors are never
 * passed on; they quote addresses.
 */
function meaningOf(error: unknown, handedOver: boolean): Exclude<SendAnswer, { answer: 'accepted' }> {
  const { code, responseCode, command } = fieldsOf(error);
  const reply = typeof responseCode === 'number' ? responseCode : null;
  if (handedOver) {
    // 421 says that the server is going down, and not what it has done with the mail.
    if (code !== 'EMESSAGE' || reply === null || reply === 421) {
      return { answer: 'unclear', why: reply === null ? 'no-answer' : `smtp-${String(reply)}` };
    }
    return byReply(reply);
  }
  if (reply === null || code === 'ETLS') {
    if (code === 'EENVELOPE') return { answer: 'refused', code: 'address' };
    return { answer: 'retry-later', seconds: null, why: whyNothingLeft(code) };
  }
  // What is said of the recipient or the mail is said of this mail, everything before of who sends it.
  if (command === 'RCPT TO' || command === 'DATA') return byReply(reply);
  return {
    answer: 'retry-later',
    seconds: null,
    why: `${reply < 500 ? 'smtp' : 'account'}-${String(reply)}`,
  };
}

/** 5yz is for good and 4yz for now; but that somebody must sign in is no mail's fault, nor is a muddled order (503). */
function byReply(reply: number): Exclude<SendAnswer, { answer: 'accepted' }> {
  if (accountCodes.has(reply))
    return { answer: 'retry-later', seconds: null, why: `account-${String(reply)}` };
  return reply >= 500 && reply !== 503
    ? { answer: 'refused', code: String(reply) }
    : { answer: 'retry-later', seconds: null, why: `smtp-${String(reply)}` };
}

function whyNothingLeft(code: unknown): string {
  switch (code) {
    case 'ECONNECTION':
    case 'ESOCKET':
    case 'EDNS':
    case 'ETIMEDOUT':
    case 'EABORT':
      return 'not-reachable';
    case 'ETLS':
    case 'EREQUIRETLS':
      return 'no-tls';
    case 'EAUTH':
    case 'ENOAUTH':
      return 'account';
    default:
      return 'not-sent';
  }
}

interface ErrorFields {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly command?: unknown;
}

function fieldsOf(error: unknown): ErrorFields {
  return typeof error === 'object' && error !== null ? error : {};
}
