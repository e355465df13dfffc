import type { CreateAttempt } from './twilio-record.ts';

/** A refusal with its code (https://www.twilio.com/docs/api/errors). */
export interface Refusal {
  readonly code: number;
  readonly message: string;
}

/** What a caller asks of the gateway when it creates a message. */
export type CreateRequest = Pick<
  CreateAttempt,
  'to' | 'from' | 'body' | 'statusCallback' | 'validitySeconds'
>;

export const e164 = /^\+[1-9]\d{6,14}$/;

/** The longest that the gateway's own queue holds a message, in seconds. */
const longestValidity = 36_000;

/** Reads the form of a create; what is not text is taken for left out. */
export function readCreateRequest(form: Readonly<Record<string, unknown>>): CreateRequest {
  const callback = textOf(form['StatusCallback']);
  const validity = textOf(form['ValidityPeriod']);
  return {
    to: textOf(form['To']),
    from: textOf(form['From']),
    body: textOf(form['Body']),
    ...(callback === '' ? {} : { statusCallback: callback }),
    ...(validity === '' ? {} : { validitySeconds: Number(validity) }),
  };
}

/** What Twilio would refuse of a text. */
export function mistakeIn({
  to,
  from,
  body,
  statusCallback,
  validitySeconds,
}: CreateRequest): Refusal | undefined {
  const alphanumeric = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;
  if (to === '') return { code: 21604, message: "A 'To' phone number is required." };
  if (from === '') return { code: 21603, message: "A 'From' phone number is required." };
  if (body === '') return { code: 21602, message: 'Message body is required.' };
  if (!e164.test(to)) return { code: 21211, message: `Invalid 'To' Phone Number: ${to}` };
  if (!e164.test(from) && !alphanumeric.test(from)) {
    return { code: 21212, message: `Invalid From Number (caller ID): ${from}` };
  }
  if (body.length > 1_600) {
    return { code: 21617, message: 'The concatenated message body exceeds the 1600 character limit' };
  }
  if (statusCallback !== undefined && !isCallbackUrl(statusCallback)) {
    return { code: 21609, message: `The 'StatusCallback' URL ${statusCallback} is not a valid URL.` };
  }
  if (
    validitySeconds !== undefined &&
    !(Number.isInteger(validitySeconds) && validitySeconds >= 1 && validitySeconds <= longestValidity)
  ) {
    return { code: 90007, message: `ValidityPeriod must be between 1 and ${String(longestValidity)}` };
  }
  return undefined;
}

/** At most 4,000 characters, and no underscore in the name of the host, which the gateway does not resolve. */
function isCallbackUrl(text: string): boolean {
  if (text.length > 4_000 || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return /^https?:$/.test(protocol) && !hostname.includes('_');
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
