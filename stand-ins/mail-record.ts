import PostalMime from 'postal-mime';
import type { Address } from 'postal-mime';
import type { MailFaultName } from './mail-faults.ts';

/** A mail as it was read. */
export interface Mail {
  /** The field From, as `name <address>` or the address alone. */
  readonly from: string;
  readonly to: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly text: string;
  /** Whether there is a part in HTML as well. */
  readonly html: boolean;
  /** Names of attached files. */
  readonly attachments: readonly string[];
  /** All of it as it came over the line. */
  readonly source: string;
}

/** One mail that somebody tried to hand in, whatever became of it. */
export interface MailAttempt {
  /** ISO instant in UTC. */
  readonly at: string;
  /** The sender and the recipients of the envelope. */
  readonly sender: string;
  readonly recipients: readonly string[];
  /** Whether the inbox has the mail. What the sender was told is another matter. */
  readonly accepted: boolean;
  /** The SMTP code that was answered; null when none was. */
  readonly code: number | null;
  /** The fault that was scripted for it, or null. */
  readonly fault: MailFaultName | null;
  /** Null when it was refused before its content was sent. */
  readonly mail: Mail | null;
}

/** @throws Error when it is no mail: nested too deeply, or with headers beyond all measure */
export async function readMail(source: Buffer): Promise<Mail> {
  const email = await PostalMime.parse(source);
  return {
    from: email.from === undefined ? '' : nameOf(email.from),
    to: (email.to ?? []).map(nameOf),
    replyTo: (email.replyTo ?? []).map(nameOf),
    subject: email.subject ?? '',
    messageId: email.messageId ?? '',
    text: email.text ?? '',
    html: email.html !== undefined,
    attachments: email.attachments.map(({ filename, mimeType }) => filename ?? mimeType),
    source: source.toString('utf8'),
  };
}

function nameOf(address: Address): string {
  if (address.group !== undefined) return `${address.name}: ${address.group.map(nameOf).join(', ')};`;
  return address.name === '' ? address.address : `${address.name} <${address.address}>`;
}
