import twilio from 'twilio';
import { gatewayQueueSeconds } from '../../messages/judge.ts';
import { webhookRetries } from '../../platform/webhook-retries.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import type { SendAnswer } from './send-answer.ts';

/** One text as it leaves. */
export interface Text {
  /** E.164. */
  readonly to: string;
  readonly body: string;
}

/** A text to send, with what the gateway is told about it. */
export interface TextToSend extends Text {
  /** Where it reports what becomes of the text (`smsStatusUrl`); without it, it does not. */
  readonly statusCallback?: string | undefined;
  /** Seconds until the text makes no sense any more: what is still in the gateway's queue then is not sent. */
  readonly validForSeconds?: number | undefined;
}

/** The gateway's ids of the texts that may be ours, newest first; or that it could not be asked. */
export type LookUpAnswer =
  | { readonly answer: 'looked-up'; readonly gatewayIds: readonly string[] }
  | { readonly answer: 'not-looked-up'; readonly seconds: number | null; readonly why: string };

/** A text that came in to our number. */
export interface ReceivedText {
  readonly gatewayId: string;
  /** E.164. */
  readonly from: string;
  readonly words: string;
  /** By the gateway's clock. */
  readonly receivedAt: Instant;
}

export type ReceivedAnswer =
  | { readonly answer: 'looked-up'; readonly texts: readonly ReceivedText[]; readonly complete: boolean }
  | Extract<LookUpAnswer, { answer: 'not-looked-up' }>;

export interface SmsInbox {
  /** Texts that came in to our number at `since` or later, oldest first. Never throws. Not complete: there are more. */
  received(since: Instant): Promise<ReceivedAnswer>;
}

/** Neither function throws, and no answer holds a number or a text: both end in histories and logs. */
export interface SmsGateway {
  send(text: TextToSend): Promise<SendAnswer>;
  /** Texts with this number and these words that the gateway took at `since` or later. */
  find(text: Text, since: Instant): Promise<LookUpAnswer>;
}

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** The number or name that texts come from. Only a number can be answered with STOP. */
  readonly from: string;
  /** Where Twilio is, when not at its own address: the stand-in. */
  readonly baseUrl?: string | null | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Longer than the gateway takes on a bad day, well under the activity's own limit. */
const defaultTimeoutMs = 15_000;

/** Its clock and ours may differ by this much, and its dates are whole seconds. */
const clockDifferenceMs = 60_000;

/** The most that one page holds. One phone is not sent as many texts in a life. */
const mostTexts = 1_000;

/** Of what came in, one look takes so many: more than an installation gets in a month. */
const mostReceived = 20_000;

/** The longest that its queue holds a text, and the shortest that it can be told (parameter ValidityPeriod). */
const validity = { longestSeconds: gatewayQueueSeconds, shortestSeconds: 1 } as const;

/**
 * Error codes that speak of the account and not of the text: it was not taken, and the same text will be
 * once the operator has put the account right (https://www.twilio.com/docs/api/errors): its keys and standing (20003,
 * 20005, 20006, 20404), the sender (21212, 21603, 21606, 21659, 21660), PUBLIC_URL, over which it would report (21609).
 */
const accountCodes = new Set([20003, 20005, 20006, 20404, 21212, 21603, 21606, 21609, 21659, 21660]);

/** The sender's queue at the gateway is full: the text was not taken, and will be once the queue is shorter. */
const queueFull = 21611;

/**
 * Where the gateway reports what becomes of one text. Ids only: addresses end in the logs of proxies.
 * `publicUrl` has no slash at its end (Config.publicUrl).
 */
export function smsStatusUrl(
  publicUrl: string,
  { forceId, intentId }: { readonly forceId: string; readonly intentId: string },
): string {
  const ids = `${encodeURIComponent(forceId)}/${encodeURIComponent(intentId)}`;
  return `${publicUrl}/webhooks/sms/status/${ids}${webhookRetries}`;
}

/** @throws Error when the account's id is not one of Twilio's. */
export function createSmsGateway(settings: TwilioSettings): SmsGateway & SmsInbox {
  const client = twilio(settings.accountSid, settings.authToken, {
    httpClient: new SingleTryClient({
      timeout: settings.timeoutMs ?? defaultTimeoutMs,
      // A connection that the other side has just given up fails like one that broke while sending, and
      // that would be an unclear answer for a text that never left. A new one each time cannot.
      keepAlive: false,
    }),
  });
  if (typeof settings.baseUrl === 'string') client.api.baseUrl = settings.baseUrl;

  return {
    async send({ to, body, statusCallback, validForSeconds }) {
      try {
        const { sid } = await client.messages.create({
          to,
          body,
          from: settings.from,
          ...(statusCallback === undefined ? {} : { statusCallback }),
          ...(validForSeconds === undefined ? {} : { validityPeriod: validityOf(validForSeconds) }),
        });
        return isSid(sid) ? { answer: 'accepted', gatewayId: sid } : { answer: 'unclear', why: 'no-sid' };
      } catch (error) {
        return meaningOf(error);
      }
    },

    async find({ to, body }, since) {
      try {
        // Not by the date of sending: a queued message has none, and might be the one looked for.
        const texts = await client.messages.list({ to, pageSize: mostTexts, limit: mostTexts });
        const earliest = Date.parse(since) - clockDifferenceMs;
        const ours = texts.filter(
          (text) =>
            text.body === body && text.direction === 'outbound-api' && text.dateCreated.getTime() >= earliest,
        );
        return { answer: 'looked-up', gatewayIds: ours.map(({ sid }) => sid) };
      } catch (error) {
        return notLookedUp(error);
      }
    },

    async received(since) {
      try {
        const listed = await client.messages.list({
          ...{ to: settings.from, dateSentAfter: new Date(since) },
          ...{ pageSize: mostTexts, limit: mostReceived },
        });
        const texts = listed
          .filter(({ direction, sid }) => direction === 'inbound' && isSid(sid))
          .map(({ sid, from, body, dateSent, dateCreated }) => ({
            ...{ gatewayId: sid, from, words: body },
            // Typed as always there; a text that is just coming in has none.
            receivedAt: toInstant((dateSent as Date | null)?.getTime() ?? dateCreated.getTime()),
          }));
        return { answer: 'looked-up', texts: texts.reverse(), complete: listed.length < mostReceived };
      } catch (error) {
        return notLookedUp(error);
      }
    },
  };
}

function notLookedUp(error: unknown): Extract<LookUpAnswer, { answer: 'not-looked-up' }> {
  const meaning = meaningOf(error);
  return {
    answer: 'not-looked-up',
    seconds: meaning.answer === 'retry-later' ? meaning.seconds : null,
    why: meaning.answer === 'refused' ? `refused-${meaning.code}` : meaning.why,
  };
}

/** Whole seconds that the gateway takes. Who calls with none left is late already, and gets the shortest. */
function validityOf(seconds: number): number {
  const { longestSeconds, shortestSeconds } = validity;
  return Math.min(Math.max(Math.floor(seconds), shortestSeconds), longestSeconds);
}

type Request<T> = typeof twilio.RequestClient.prototype.request<T>;

/** Twilio's client loses the headers of an error; of a 429 the wish to wait is kept here. */
class SingleTryClient extends twilio.RequestClient {
  override async request<T>(...[options]: Parameters<Request<T>>): ReturnType<Request<T>> {
    const response = await super.request<T>(options);
    if (response.statusCode === 429) throw new TooManyRequests(secondsToWait(response.headers));
    return response;
  }
}

class TooManyRequests extends Error {
  readonly seconds: number | null;

  constructor(seconds: number | null) {
    super('The gateway asks to wait');
    this.seconds = seconds;
  }
}

/** Retry-After as seconds or as a date (RFC 9110 section 10.2.3). */
function secondsToWait(headers: unknown): number | null {
  const value = (headers as Record<string, unknown> | undefined)?.['retry-after'];
  if (typeof value !== 'string') return null;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}

/**
 * Sorts a failure by the one question that counts: is it certain that no text left? Messages of errors
 * are never passed on; they quote numbers.
 */
function meaningOf(error: unknown): Exclude<SendAnswer, { answer: 'accepted' }> {
  if (error instanceof TooManyRequests) {
    return { answer: 'retry-later', seconds: error.seconds, why: 'too-many-requests' };
  }
  const { status, code } = fieldsOf(error);
  if (typeof status === 'number' && status >= 400 && status < 500 && status !== 408) {
    if (typeof code !== 'number') return { answer: 'unclear', why: `http-${String(status)}` };
    if (code === queueFull) return { answer: 'retry-later', seconds: null, why: 'queue-full' };
    return accountCodes.has(code)
      ? { answer: 'retry-later', seconds: null, why: `account-${String(code)}` }
      : { answer: 'refused', code: String(code) };
  }
  if (typeof status === 'number') return { answer: 'unclear', why: `http-${String(status)}` };
  return neverConnected(error)
    ? { answer: 'retry-later', seconds: null, why: 'not-reachable' }
    : { answer: 'unclear', why: 'no-answer' };
}

/** No connection was made, so nothing was said on it. Node tries several addresses and then gives all their errors. */
function neverConnected(error: unknown): boolean {
  const { syscall, errors, cause } = fieldsOf(error);
  if (Array.isArray(errors) && errors.length > 0) return errors.every(neverConnected);
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  return cause !== undefined && neverConnected(cause);
}

interface ErrorFields {
  readonly status?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly errors?: unknown;
  readonly cause?: unknown;
}

function fieldsOf(error: unknown): ErrorFields {
  return typeof error === 'object' && error !== null ? error : {};
}

function isSid(text: unknown): text is string {
  return typeof text === 'string' && /^(?:SM|MM)[0-9a-f]{32}$/i.test(text);
}
