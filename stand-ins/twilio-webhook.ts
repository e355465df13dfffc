import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { TwilioRecord, WebhookPost } from './twilio-record.ts';

export type Signature = 'right' | 'wrong' | 'none';

export interface WebhookSettings {
  readonly authToken: string;
  /** How long an answer may take: 15 seconds at Twilio. */
  readonly answerWithinMs: number;
  /** Before the one further try. */
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

/**
 * Tells the account's server something, as Twilio does: a form with a signature over the whole address and all fields,
 * and one further try when there is no answer in time or one of 500 and above. Nothing leaves this machine.
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
    const { retryAfterMs } = this.#settings;
    const post = async (): Promise<WebhookAnswer> => {
      const answered = isOnThisMachine(url)
        ? await this.#post(url, form, signature)
        : { answer: 'not-on-this-machine' as const, body: '' };
      if (!this.#stop.aborted) {
        this.#record.add({ kind, at: new Date().toISOString(), sid, status, answer: answered.answer });
      }
      return answered;
    };
    const first = await post();
    const again = first.answer === 'no-answer' || (typeof first.answer === 'number' && first.answer >= 500);
    if (!again || this.#stop.aborted) return first;
    try {
      await pause(retryAfterMs, undefined, { signal: this.#stop });
    } catch {
      return first;
    }
    return await post();
  }

  #post(url: string, form: Readonly<Record<string, string>>, signature: Signature): Promise<WebhookAnswer> {
    const { authToken, answerWithinMs } = this.#settings;
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
    const signal = AbortSignal.any([this.#stop, AbortSignal.timeout(answerWithinMs)]);
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    return new Promise((resolve) => {
      const none = (): void => resolve({ answer: 'no-answer', body: '' });
      const sending = send(url, { method: 'POST', headers, signal, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', none);
        response.on('end', () => {
          resolve({ answer: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
        });
      });
      sending.on('error', none);
      sending.end(body);
    });
  }
}

function isOnThisMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
