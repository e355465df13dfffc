import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import type { SendAnswer } from './send-answer.ts';

/*
 * The online programme, by a protocol of ours (docs/decisions/0008): the supplier's own is not public. A person is a
 * reference there, an id without a meaning; no name, date of birth, number or language is ever handed over.
 */

export interface Enrolment {
  /** What the person types in to begin: a secret of theirs. */
  readonly accessCode: string;
}

export type EnrolAnswer =
  | ({ readonly answer: 'accepted' } & Enrolment)
  /** As of any gateway. */
  | Exclude<SendAnswer, { readonly answer: 'accepted' }>;

/** What the programme has under a reference; null: nothing. Or that it could not be asked. */
export type EnrolmentLookUp =
  | { readonly answer: 'looked-up'; readonly enrolment: Enrolment | null }
  | { readonly answer: 'not-looked-up'; readonly seconds: number | null; readonly why: string };

export interface FirstLogin {
  readonly reference: string;
  /** By the programme's clock. */
  readonly at: Instant;
}

export type FirstLoginsAnswer =
  /**
   * `until`: what to ask from next, at once where there is `more`. `unread`: rows that are none of our protocol; they
   * cannot be of an enrolment of ours, and hold up no other.
   */
  | {
      readonly answer: 'told';
      readonly firstLogins: readonly FirstLogin[];
      readonly unread: number;
      readonly until: Instant;
      readonly more: boolean;
    }
  | { readonly answer: 'not-told'; readonly why: string };

/** No function throws. Access codes are for the record of the enrolment and the person; no `why` holds one. */
export interface OnlineProgrammeGateway {
  /** `reference` is the idempotency key too: made where the wish was recorded, and the same for every try. */
  enrol(reference: string): Promise<EnrolAnswer>;
  find(reference: string): Promise<EnrolmentLookUp>;
  /** Who logged in for the first time, as the programme has heard of it at `since` or later. */
  firstLogins(since: Instant): Promise<FirstLoginsAnswer>;
}

export interface OnlineProgrammeSettings {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly timeoutMs?: number | undefined;
}

/** Well under the activity's own limit. */
const defaultTimeoutMs = 15_000;

/** Of first logins there are more in one answer than were asked for where the programme pages otherwise than we ask. */
const largestAnswer = { any: 1_000_000, firstLogins: 32_000_000 } as const;

/** How many first logins are asked for in one go. */
const firstLoginsAtOnce = 1_000;

const enrolmentBody = z.object({
  // It stands in a text: short groups without vowels, so that no code is ever a word.
  accessCode: z.string().regex(/^[BCDFGHJKMNPQRSTVWXZ2-9]{3,4}(?:-[BCDFGHJKMNPQRSTVWXZ2-9]{3,4}){1,3}$/),
});

const firstLoginsBody = z.object({
  firstLogins: z.array(z.unknown()),
  until: z.iso.datetime(),
  more: z.boolean().default(false),
});

const firstLoginRow = z.object({ reference: z.string().min(1).max(100), at: z.iso.datetime() });

/** By this the programme itself says no; a proxy before it does not speak so. */
const refusalBody = z.object({ code: z.string().regex(/^[a-z0-9-]{1,60}$/) });

export function createOnlineProgramme(settings: OnlineProgrammeSettings): OnlineProgrammeGateway {
  const ask = (
    method: 'GET' | 'POST',
    path: string,
    { body, key, largest = largestAnswer.any }: { body?: object; key?: string; largest?: number } = {},
  ): Promise<HttpAnswer> =>
    exchange(`${settings.url}/v1${path}`, {
      ...{ method, largest },
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${settings.token}`,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      timeoutMs: settings.timeoutMs ?? defaultTimeoutMs,
    });

  return {
    async enrol(reference) {
      try {
        const { status, headers, json } = await ask('POST', '/enrolments', {
          body: { reference },
          key: reference,
        });
        if (status !== 200 && status !== 201) return meaningOf(status, headers, json);
        const read = enrolmentBody.safeParse(json);
        return read.success ? { answer: 'accepted', ...read.data } : { answer: 'unclear', why: 'bad-answer' };
      } catch (error) {
        return neverConnected(error)
          ? { answer: 'retry-later', seconds: null, why: 'not-reachable' }
          : { answer: 'unclear', why: 'no-answer' };
      }
    },

    async find(reference) {
      try {
        const { status, headers, json } = await ask('GET', `/enrolments/${encodeURIComponent(reference)}`);
        if (status === 404 && refusalBody.safeParse(json).success) {
          return { answer: 'looked-up', enrolment: null };
        }
        const read = enrolmentBody.safeParse(json);
        if (status === 200 && read.success) return { answer: 'looked-up', enrolment: read.data };
        return { answer: 'not-looked-up', seconds: secondsToWait(headers), why: `http-${String(status)}` };
      } catch (error) {
        const why = neverConnected(error) ? 'not-reachable' : 'no-answer';
        return { answer: 'not-looked-up', seconds: null, why };
      }
    },

    async firstLogins(since) {
      try {
        const query = new URLSearchParams({ since, limit: String(firstLoginsAtOnce) }).toString();
        const { status, json } = await ask('GET', `/first-logins?${query}`, {
          largest: largestAnswer.firstLogins,
        });
        const read = firstLoginsBody.safeParse(json);
        if (status !== 200) return { answer: 'not-told', why: `http-${String(status)}` };
        if (!read.success) return { answer: 'not-told', why: 'bad-answer' };
        const utc = (at: string): Instant => new Date(at).toISOString();
        const rows = read.data.firstLogins.flatMap((row) => firstLoginRow.safeParse(row).data ?? []);
        return {
          answer: 'told',
          firstLogins: rows.map(({ reference, at }) => ({ reference, at: utc(at) })),
          unread: read.data.firstLogins.length - rows.length,
          until: utc(read.data.until),
          more: read.data.more,
        };
      } catch (error) {
        return { answer: 'not-told', why: neverConnected(error) ? 'not-reachable' : 'no-answer' };
      }
    },
  };
}

/** Sorts an answer that is no enrolment by the one question that counts: is it certain that nobody was enrolled? */
function meaningOf(
  status: number,
  headers: IncomingHttpHeaders,
  json: unknown,
): Exclude<EnrolAnswer, { answer: 'accepted' }> {
  const refusal = refusalBody.safeParse(json);
  if (status < 400 || status >= 500 || status === 408 || !refusal.success) {
    return { answer: 'unclear', why: `http-${String(status)}` };
  }
  if (status === 429)
    return { answer: 'retry-later', seconds: secondsToWait(headers), why: 'too-many-requests' };
  // Said of the credential and not of the person: once the operator has put it right, the same is taken.
  if (status === 401 || status === 403) {
    return { answer: 'retry-later', seconds: null, why: `account-${String(status)}` };
  }
  return { answer: 'refused', code: refusal.data.code };
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** undefined: it was none. */
  readonly json: unknown;
}

/**
 * One exchange on a connection of its own: one that the other side has just given up would fail like one that broke while
 * asking, and `fetch` keeps them.
 */
async function exchange(
  url: string,
  asked: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
    readonly timeoutMs: number;
    /** Bytes. */
    readonly largest: number;
  },
): Promise<HttpAnswer> {
  const { method, body, timeoutMs, largest } = asked;
  const headers = {
    ...asked.headers,
    ...(body === null
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  };
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  return await new Promise<HttpAnswer>((resolve, reject) => {
    const request = send(
      url,
      { method, headers, agent: false, signal: AbortSignal.timeout(timeoutMs) },
      (response) => {
        let size = 0;
        response.on('data', (part: Buffer) => {
          size += part.length;
          if (size > largest) response.destroy(new Error('The answer is too large'));
        });
        text(response).then((words) => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, json: jsonIn(words) });
        }, reject);
      },
    );
    request.once('error', reject);
    request.end(body ?? undefined);
  });
}

function jsonIn(words: string): unknown {
  try {
    return JSON.parse(words) as unknown;
  } catch {
    return undefined;
  }
}

/** Retry-After as seconds or as a date (RFC 9110 section 10.2.3). */
function secondsToWait(headers: IncomingHttpHeaders): number | null {
  const value = headers['retry-after'];
  if (value === undefined) return null;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}

/** No connection was made, so nothing was said on it. Node tries several addresses and then gives all their errors. */
function neverConnected(error: unknown): boolean {
  const { syscall, errors } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly syscall?: unknown;
    readonly errors?: unknown;
  };
  if (Array.isArray(errors) && errors.length > 0) return errors.every(neverConnected);
  return syscall === 'connect' || syscall === 'getaddrinfo';
}
