import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { TwilioRecord, WebhookPost } from './twilio-record.ts';

export type Signature = 'right' | 'wrong' | 'none';

export interface WebhookSettings {
  readonly authToken: string;
  /** How long an answer may take where the address does not say (`rt`): 15 seconds at Twilio. */
  readonly answerWithinMs: number;
  /** Before each further try. */
  readonly retryAfterMs: number;
}

/** What is told, about which message or text. */
export interface Telling extends Pick<WebhookPost, 'kind' | 'sid' | 'status'> {
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  readonly signature: Signature;
}

export interface WebhookAnswer {
  readonly answer: WebhookPost['answer'];
  readonly body: string;
}

interface Tried extends WebhookAnswer {
  /** What failed, in the gateway's words for it; null: nothing. */
  readonly failed: 'ct' | 'rt' | '4xx' | '5xx' | null;
}

interface Overrides {
  readonly retries: number;
  readonly retriedAfter: ReadonlySet<string>;
  readonly answerWithinMs: number;
  readonly totalMs: number;
}

/**
 * Tells the account's server something, as Twilio does: a form with a signature over the address, without what stands behind
 * #, and all fields. What stands behind # says when it tries again; by itself once, and only where no connection was made
 * (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). Nothing leaves this machine.
 */
export class Webhook {
  readonly #settings: WebhookSettings;
  readonly #record: TwilioRecord;
  readonly #stop: AbortSignal;

  constructor(settings: WebhookSettings, record: TwilioRecord, stop: AbortSignal) {
    this.#settings = settings;
    this.#record = record;
    this.#stop = stop;
  }

  /** The last answer; each try is on record. Once the stand-in stops, nothing more is told. */
  async tell({ kind, sid, status, url, form, signature }: Telling): Promise<WebhookAnswer> {
    const { retryAfterMs, answerWithinMs } = this.#settings;
    const { retries, retriedAfter, ...limits } = overridesOf(url, answerWithinMs);
    const mustEndBy = Date.now() + limits.totalMs;
    const post = async (): Promise<Tried> => {
      const withinMs = Math.max(1, Math.min(limits.answerWithinMs, mustEndBy - Date.now()));
      const tried: Tried = isOnThisMachine(url)
        ? await this.#post(withoutFragment(url), form, signature, withinMs)
        : { answer: 'not-on-this-machine', body: '', failed: null };
      if (!this.#stop.aborted) {
        this.#record.add({ kind, at: new Date().toISOString(), sid, status, answer: tried.answer });
      }
      return tried;
    };
    let last = await post();
    for (let retry = 1; retry <= retries; retry += 1) {
      const again = last.failed !== null && (retriedAfter.has(last.failed) || retriedAfter.has('all'));
      if (!again || this.#stop.aborted || Date.now() + retryAfterMs >= mustEndBy) break;
      try {
        await pause(retryAfterMs, undefined, { signal: this.#stop });
      } catch {
        break;
      }
      last = await post();
    }
    return { answer: last.answer, body: last.body };
  }

  #post(
    url: string,
    form: Readonly<Record<string, string>>,
    signature: Signature,
    withinMs: number,
  ): Promise<Tried> {
    const { authToken } = this.#settings;
    const body = new URLSearchParams(form).toString();
    const signed = {
      right: { 'X-Twilio-Signature': getExpectedTwilioSignature(authToken, url, form) },
      wrong: { 'X-Twilio-Signature': getExpectedTwilioSignature(`not ${authToken}`, url, form) },
      none: {},
    }[signature];
    const headers = {
      ...signed,
      'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'Content-Length': Buffer.byteLength(body),
      'User-Agent': 'TwilioProxy/1.1',
      Accept: '*/*',
    };
    const signal = AbortSignal.any([this.#stop, AbortSignal.timeout(withinMs)]);
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    return new Promise((resolve) => {
      let connected = false;
      const none = (): void => {
        resolve({ answer: 'no-answer', body: '', failed: connected ? 'rt' : 'ct' });
      };
      const sending = send(url, { method: 'POST', headers, signal, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', none);
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          const failed = status >= 500 ? '5xx' : status >= 400 ? '4xx' : null;
          resolve({ answer: status, body: Buffer.concat(chunks).toString('utf8'), failed });
        });
      });
      sending.on('socket', (socket) => {
        socket.once('connect', () => {
          connected = true;
        });
      });
      sending.on('error', none);
      sending.end(body);
    });
  }
}

/** What the address itself says of tries and times, as Twilio reads it; otherwise Twilio's own defaults. */
function overridesOf(url: string, answerWithinMs: number): Overrides {
  const said = new URLSearchParams(new URL(url).hash.slice(1));
  const number = (name: string, least: number, most: number, otherwise: number): number => {
    const value = said.get(name);
    return value !== null && /^\d+$/.test(value) ? Math.min(Math.max(Number(value), least), most) : otherwise;
  };
  return {
    retries: number('rc', 0, 5, 1),
    retriedAfter: new Set((said.get('rp') ?? 'ct').split(',')),
    answerWithinMs: number('rt', 100, 15_000, answerWithinMs),
    totalMs: number('tt', 100, 15_000, 15_000),
  };
}

function withoutFragment(url: string): string {
  return url.replace(/#.*$/s, '');
}

function isOnThisMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
