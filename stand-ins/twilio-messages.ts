import type { CreateAttempt, InboundText } from './twilio-record.ts';

/** In the order in which a message goes through them; the last three are ends. */
export const messageStatuses = ['queued', 'sent', 'delivered', 'undelivered', 'failed'] as const;

export type MessageStatus = (typeof messageStatuses)[number];

/** A message as the gateway sees it at one moment. */
export interface GatewayMessage {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly status: MessageStatus | 'received';
  readonly errorCode: number | null;
  readonly createdAt: Date;
  /** Null while the message is queued, as at Twilio, and when it never left. */
  readonly sentAt: Date | null;
  readonly updatedAt: Date;
}

/** What a message became, and when. */
export interface StatusChange {
  readonly status: MessageStatus;
  readonly at: Date;
  readonly errorCode: number | null;
}

/** How long a message takes, where no script says otherwise. */
export interface Pace {
  readonly queuedForMs: number;
  /** From `sent` to its end. */
  readonly deliveringForMs: number;
}

export interface ListFilter {
  readonly to?: string | undefined;
  readonly from?: string | undefined;
  /** Dates (`YYYY-MM-DD`, GMT) or instants. A queued message has no date of sending and passes none of them. */
  readonly sentOn?: string | undefined;
  readonly sentUntil?: string | undefined;
  readonly sentFrom?: string | undefined;
}

/** "Validity Period Expired" (https://www.twilio.com/docs/api/errors/30036). */
const expired = 30036;

/**
 * All that an accepted message becomes, first to last, the future too: its life follows from its line in the record, so
 * that a restart changes nothing.
 */
export function lifeOf(attempt: CreateAttempt, { queuedForMs, deliveringForMs }: Pace): StatusChange[] {
  const { delivery, validitySeconds } = attempt;
  const createdAt = Date.parse(attempt.at);
  const queuedMs = delivery?.queuedSeconds === undefined ? queuedForMs : delivery.queuedSeconds * 1_000;
  const queued: StatusChange = { status: 'queued', at: new Date(createdAt), errorCode: null };
  const expiresMs = validitySeconds === undefined ? Number.POSITIVE_INFINITY : validitySeconds * 1_000;
  if (queuedMs > expiresMs) {
    return [queued, { status: 'failed', at: new Date(createdAt + expiresMs), errorCode: expired }];
  }
  const leaves = new Date(createdAt + queuedMs);
  const end = delivery?.ends ?? { status: 'delivered' as const, code: null };
  if (end.status === 'failed') return [queued, { status: 'failed', at: leaves, errorCode: end.code }];
  return [
    queued,
    { status: 'sent', at: leaves, errorCode: null },
    { status: end.status, at: new Date(leaves.getTime() + deliveringForMs), errorCode: end.code },
  ];
}

/** The accepted messages, newest first. */
export function messagesOf(attempts: readonly CreateAttempt[], now: Date, pace: Pace): GatewayMessage[] {
  return attempts
    .flatMap((attempt) => {
      const message = messageOf(attempt, now, pace);
      return message === undefined ? [] : [message];
    })
    .reverse();
}

/** The message that an attempt made, as it is now; undefined when it was not accepted. */
export function messageOf(attempt: CreateAttempt, now: Date, pace: Pace): GatewayMessage | undefined {
  const { accepted, sid, to, from, body } = attempt;
  if (!accepted || sid === null) return undefined;
  const soFar = lifeOf(attempt, pace).filter(({ at }) => at <= now);
  const last = soFar.at(-1);
  const createdAt = new Date(attempt.at);
  return {
    sid,
    to,
    from,
    body,
    status: last?.status ?? 'queued',
    errorCode: last?.errorCode ?? null,
    createdAt,
    sentAt: soFar.find(({ status }) => status === 'sent')?.at ?? null,
    updatedAt: last?.at ?? createdAt,
  };
}

/** What came in, as the gateway lists it beside what went out: newest first. */
export function withReceived(
  messages: readonly GatewayMessage[],
  inbound: readonly InboundText[],
): GatewayMessage[] {
  const received = inbound.map(({ sid, to, from, body, at }): GatewayMessage => {
    const [createdAt, sentAt, updatedAt] = [new Date(at), new Date(at), new Date(at)];
    return { sid, to, from, body, status: 'received', errorCode: null, createdAt, sentAt, updatedAt };
  });
  return [...received, ...messages].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

export function passes(message: GatewayMessage, filter: ListFilter): boolean {
  const { to, from, sentOn, sentUntil, sentFrom } = filter;
  if (to !== undefined && message.to !== to) return false;
  if (from !== undefined && message.from !== from) return false;
  if (sentOn === undefined && sentUntil === undefined && sentFrom === undefined) return true;
  if (message.sentAt === null) return false;
  const sentAt = message.sentAt.getTime();
  if (sentOn !== undefined && message.sentAt.toISOString().slice(0, 10) !== sentOn.slice(0, 10)) return false;
  // Both bounds are inclusive: the parameters are read as DateSent<=day and DateSent>=day.
  if (sentUntil !== undefined && sentAt > Date.parse(sentUntil)) return false;
  return sentFrom === undefined || sentAt >= Date.parse(sentFrom);
}

/** The resource as JSON, field for field (https://www.twilio.com/docs/messaging/api/message-resource). */
export function messageResource(message: GatewayMessage, accountSid: string): Record<string, unknown> {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}`;
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: message.body,
    date_created: rfc2822(message.createdAt),
    date_sent: message.sentAt === null ? null : rfc2822(message.sentAt),
    date_updated: rfc2822(message.updatedAt),
    direction: message.status === 'received' ? 'inbound' : 'outbound-api',
    error_code: message.errorCode,
    error_message: null,
    from: message.from,
    messaging_service_sid: null,
    num_media: '0',
    num_segments: String(partsOf(message.body)),
    price: null,
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

/**
 * The parts that the gateway bills, worked out here on its own and not with the project's own count
 * (messages/segments.ts), so that the two can be held against each other.
 */
export function partsOf(body: string): number {
  const basic = /^[\n\r !-Z_a-z¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ]$/u;
  const extension = /^[\f[\\\]^{|}~€]$/u;
  const characters = Array.from(body);
  const gsm = characters.every((one) => basic.test(one) || extension.test(one));
  const sizes = characters.map((one) => (gsm ? (extension.test(one) ? 2 : 1) : one.length));
  const [alone, joined] = gsm ? [160, 153] : [70, 67];
  if (sizes.reduce((sum, size) => sum + size, 0) <= alone) return 1;
  const parts = [0];
  for (const size of sizes) {
    const last = parts.length - 1;
    const filled = (parts[last] ?? 0) + size;
    if (filled > joined) parts.push(size);
    else parts[last] = filled;
  }
  return parts.length;
}

function rfc2822(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
