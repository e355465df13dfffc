import type { DeliveryOutcomeData } from './command.ts';
import type { Instant } from './instant.ts';
import { isBefore } from './instant.ts';
import type { MessageIntent } from './message-intent.ts';
import { isTextPurpose } from './message-purpose.ts';
import { noWayReasons } from './no-way.ts';
import type { ToldReason } from './no-way.ts';
import { isPlannable } from './text-plan.ts';

/**
 * A person whom no text may reach, and who has said yes to e-mails, is told the same by e-mail. It is a message of its own,
 * planned only once the text is settled as left out, so never do both leave; and whether it may leave is judged again when
 * it does (messages/judge-person-email.ts).
 */

/** Why a text was left out for good though the person may yet be written to; STOP is a word about texts. */
export const textsOffReasons = [...noWayReasons, 'texts-stopped', 'texts-consent-withdrawn'] as const;

/** Why no e-mail reaches the person by whatever is known of them: somebody has to find another way. */
export const noEmailReasons = ['email-not-wanted', 'email-not-safe', 'no-address'] as const;

/** Why a pathway hears of a message to the person that was skipped. */
export type NotReachedReason =
  ToldReason | (typeof textsOffReasons)[number] | (typeof noEmailReasons)[number];

/** What the e-mail takes over from the text. */
export type ByEmail = Pick<MessageIntent, 'urgency' | 'expiresAt' | 'appointmentId'>;

export function isTextsOffReason(text: string | null | undefined): text is (typeof textsOffReasons)[number] {
  return (textsOffReasons as readonly (string | null | undefined)[]).includes(text);
}

/** Only of a message to the person; a colleague without an address is nobody's to reach. */
export function isNoEmail(
  purpose: string,
  reason: string | undefined,
): reason is (typeof noEmailReasons)[number] {
  return isTextPurpose(purpose) && (noEmailReasons as readonly (string | undefined)[]).includes(reason);
}

/** Neither a link to the person's page nor an access code: a mail is kept, and read by whoever else has the account. */
export function goesByEmail(purpose: string): boolean {
  return isTextPurpose(purpose) && isPlannable(purpose);
}

/** The e-mail in place of a text that was left out; undefined where there is to be none. */
export function emailInstead(
  { outcome, purpose, byEmail }: Pick<DeliveryOutcomeData, 'outcome' | 'purpose' | 'byEmail'>,
  now: Instant,
): MessageIntent | undefined {
  if (outcome !== 'skipped' || byEmail === undefined) return undefined;
  if (!goesByEmail(purpose) || isBefore(byEmail.expiresAt, now)) return undefined;
  const { urgency, expiresAt, appointmentId } = byEmail;
  return {
    ...{ purpose, channel: 'email', urgency, notBefore: now, expiresAt },
    ...(appointmentId === undefined ? {} : { appointmentId }),
  };
}

/** What was planned as a text, by e-mail. At any hour: it waits where it is read. */
export function asEmails(intents: readonly MessageIntent[], now: Instant): MessageIntent[] {
  return intents
    .filter(({ purpose }) => goesByEmail(purpose))
    .map((intent) => ({ ...intent, channel: 'email', notBefore: now }));
}
