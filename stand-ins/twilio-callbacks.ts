import { setTimeout as pause } from 'node:timers/promises';
import { lifeOf } from './twilio-messages.ts';
import type { Pace, StatusChange } from './twilio-messages.ts';
import type { CreateAttempt, TwilioRecord } from './twilio-record.ts';
import type { Signature, Webhook } from './twilio-webhook.ts';

/** The longest pause that a timer can hold. */
const longestPauseMs = 2_147_483_647;

/**
 * Tells the StatusCallback of each message what becomes of it, at the time. Of `queued`, which the answer to the create
 * says, there is no callback, as at Twilio; of a message with a script they go wrong as it says.
 */
export class StatusCallbacks {
  readonly #webhook: Webhook;
  readonly #accountSid: string;
  readonly #pace: Pace;
  readonly #stop: AbortSignal;

  constructor(parts: { webhook: Webhook; accountSid: string; pace: Pace; stop: AbortSignal }) {
    this.#webhook = parts.webhook;
    this.#accountSid = parts.accountSid;
    this.#pace = parts.pace;
    this.#stop = parts.stop;
  }

  /** What an earlier run had not got round to telling. */
  resume({ attempts, posts }: TwilioRecord): void {
    const told = new Set(posts.map(({ sid, status }) => `${sid} ${String(status)}`));
    for (const attempt of attempts) this.follow(attempt, told);
  }

  /** Follows one message to its end, by itself. */
  follow(attempt: CreateAttempt, told: ReadonlySet<string> = new Set()): void {
    const { accepted, sid, statusCallback: url, callbacks } = attempt;
    if (!accepted || sid === null || url === undefined || callbacks?.does === 'drop') return;
    const changes = lifeOf(attempt, this.#pace).filter(
      ({ status }) => status !== 'queued' && !told.has(`${sid} ${status}`),
    );
    void this.#tellAll({ ...attempt, sid, statusCallback: url }, changes);
  }

  async #tellAll(
    message: CreateAttempt & { readonly sid: string; readonly statusCallback: string },
    changes: readonly StatusChange[],
  ): Promise<void> {
    const { callbacks } = message;
    const reversed = callbacks?.does === 'reversed';
    const end = changes.at(-1)?.at ?? new Date();
    const lateMs = (callbacks?.lateSeconds ?? 0) * 1_000;
    for (const change of reversed ? changes.toReversed() : changes) {
      // Backwards, the first to be told is the end, which all others have come before.
      await this.#until((reversed ? end : change.at).getTime() + lateMs);
      for (let time = callbacks?.does === 'twice' ? 2 : 1; time > 0; time -= 1) {
        if (this.#stop.aborted) return;
        await this.#webhook.tell({
          kind: 'status-post',
          sid: message.sid,
          status: change.status,
          url: message.statusCallback,
          form: this.#formOf(message, change),
          signature: signatureOf(message),
        });
      }
    }
  }

  #formOf(
    { sid, to, from }: CreateAttempt & { readonly sid: string },
    { status, errorCode }: StatusChange,
  ): Record<string, string> {
    const form = {
      AccountSid: this.#accountSid,
      ApiVersion: '2010-04-01',
      From: from,
      MessageSid: sid,
      MessageStatus: status,
      SmsSid: sid,
      SmsStatus: status,
      To: to,
    };
    return errorCode === null ? form : { ...form, ErrorCode: String(errorCode) };
  }

  async #until(instantMs: number): Promise<void> {
    const left = instantMs - Date.now();
    if (left <= 0) return;
    await pause(Math.min(left, longestPauseMs), undefined, { signal: this.#stop }).catch(() => undefined);
  }
}

function signatureOf({ callbacks }: CreateAttempt): Signature {
  if (callbacks?.does === 'forged') return 'wrong';
  return callbacks?.does === 'unsigned' ? 'none' : 'right';
}
