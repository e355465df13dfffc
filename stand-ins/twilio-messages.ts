import type { CreateAttempt } from './twilio-record.ts';

/** A message as the gateway sees it at one moment. */
export interface GatewayMessage {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly status: 'queued' | 'delivered';
  readonly createdAt: Date;
  /** Null while the message is queued, as at Twilio. */
  readonly sentAt: Date | null;
}

export interface ListFilter {
  readonly to?: string | undefined;
  readonly from?: string | undefined;
  /** Dates (`YYYY-MM-DD`, GMT) or instants. A queued message has no date of sending and passes none of them. */
  readonly sentOn?: string | undefined;
  readonly sentUntil?: string | undefined;
  readonly sentFrom?: string | undefined;
}

/** The accepted messages, newest first. They count as sent so long after they were created. */
export function messagesOf(
  attempts: readonly CreateAttempt[],
  now: Date,
  queuedForMs: number,
): GatewayMessage[] {
  return attempts
    .flatMap(({ accepted, sid, to, from, body, at }) => {
      if (!accepted || sid === null) return [];
      const createdAt = new Date(at);
      const sentAt = new Date(createdAt.getTime() + queuedForMs);
      const sent = sentAt <= now;
      return [
        {
          sid,
          to,
          from,
          body,
          createdAt,
          sentAt: sent ? sentAt : null,
          status: sent ? 'delivered' : 'queued',
        } as const,
      ];
    })
    .reverse();
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
    date_updated: rfc2822(message.sentAt ?? message.createdAt),
    direction: 'outbound-api',
    error_code: null,
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
