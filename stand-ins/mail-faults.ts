import { z } from 'zod';

/**
 * What may go wrong between a sender and a mail server, to be asked for by tests (`POST /stand-in/faults`). The
 * `accept-then-*` ones are the dangerous ones: the inbox has the mail and the sender does not know.
 */
const does = [
  /** The mailbox is refused for good (550), or for now (451). */
  'refuse-recipient',
  'defer-recipient',
  /** The connection is cut before anything of the mail was sent. */
  'drop-at-recipient',
  /** The mail as a whole is refused for good (554), or for now (451). */
  'refuse-content',
  'defer-content',
  /** The mail is read to its end and not kept; then the connection is cut, or nothing comes. */
  'drop-content',
  'hang-content',
  /** The mail is kept; then the connection is cut, nothing comes, or the server says that it shuts down (421). */
  'accept-then-drop',
  'accept-then-hang',
  'accept-then-421',
] as const;

export const mailFaultScript = z.strictObject({
  does: z.enum(does),
  /** Only mails to this address. */
  to: z.string().optional(),
  /** How many mails; then the fault is over. */
  times: z.number().int().min(1).default(1),
});

export type MailFault = z.output<typeof mailFaultScript>;
export type MailFaultScript = z.input<typeof mailFaultScript>;
export type MailFaultName = MailFault['does'];

/** Whether the fault strikes at the recipient, before anything of the mail is sent. */
export function strikesAtRecipient(name: MailFaultName): boolean {
  return name.endsWith('-recipient');
}

/** The faults asked for, first come first served; kept in memory only. */
export class ScriptedMailFaults {
  #left: MailFault[] = [];

  get all(): readonly MailFault[] {
    return this.#left;
  }

  add(fault: MailFault): void {
    this.#left.push(fault);
  }

  clear(): void {
    this.#left = [];
  }

  /** The fault that a mail to this address meets at this point, if any; it is used up by one. */
  take(at: 'recipient' | 'content', to: string): MailFaultName | undefined {
    const found = this.#left.find(
      (fault) =>
        strikesAtRecipient(fault.does) === (at === 'recipient') &&
        (fault.to === undefined || fault.to.toLowerCase() === to.toLowerCase()),
    );
    if (found === undefined) return undefined;
    this.#left = this.#left
      .map((fault) => (fault === found ? { ...fault, times: fault.times - 1 } : fault))
      .filter(({ times }) => times > 0);
    return found.does;
  }
}
