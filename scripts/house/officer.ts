import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

/** One act as it was asked for, under one Idempotency-Key. */
export interface Act {
  readonly key: string;
  /** Account of the built-in issuer that asked. */
  readonly user: string;
  readonly path: string;
  readonly body: unknown;
}

/** One act with everything that was answered to it. */
export interface AskedAct extends Act {
  readonly sentAt: number;
  /** Answers and silences in their order; `null` is a connection that broke or a wait that ended. */
  readonly heard: readonly Heard[];
  /** The first answer that says what became of it; undefined when none came in time. */
  readonly final: Answer | undefined;
}

export interface Heard {
  readonly at: number;
  readonly status: number | null;
  readonly code: string | null;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface OfficerOptions {
  /** Of the API, without a slash at the end. */
  readonly url: string;
  /** A bearer token of the account. */
  readonly tokenOf: (user: string) => Promise<string>;
  /** How long one act may go without a final answer. */
  readonly settleWithinMs: number;
}

/** Answers that say "ask again with the same key", and nothing about what became of the act. */
const askAgain: readonly string[] = [
  'outcome-unknown',
  'ledger-away',
  'engine-away',
  'issuer-away',
  'request-running',
  'too-many-in-flight',
];

const oneAnswerWithinMs = 30_000;
const pauseMs = { first: 50, longest: 1_000 };

/**
 * Sends acts as a careful client should: a key for each act, and the same key again until an answer says
 * what became of it. Keeps everything that was answered, for the checks of the ledger.
 */
export class Officer {
  readonly #options: OfficerOptions;
  readonly #acts: AskedAct[] = [];
  #repeated = 0;

  constructor(options: OfficerOptions) {
    this.#options = options;
  }

  /** Every act that has come to its end, in that order. */
  get acts(): readonly AskedAct[] {
    return this.#acts;
  }

  /** @returns when there is a final answer, or when the time is over */
  async act(user: string, path: string, body: unknown): Promise<AskedAct> {
    const asked = await this.#insist({ key: randomUUID(), user, path, body });
    this.#acts.push(asked);
    return asked;
  }

  /**
   * Asks once more, with its own key, for each act since the last time whose key was begun and that was
   * unclear at first or has no kept answer, and for every tenth of the others. What was refused before it was
   * begun has no first answer.
   * @returns those whose answer is another one now
   */
  async repeat(
    begun: ReadonlyMap<string, { readonly kept: boolean }>,
  ): Promise<{ readonly act: AskedAct; readonly now: Answer | undefined }[]> {
    const different = [];
    const acts = this.#acts.slice(this.#repeated);
    this.#repeated = this.#acts.length;
    for (const [index, act] of acts.entries()) {
      const request = begun.get(act.key);
      if (act.final === undefined || request === undefined) continue;
      if (act.heard.length === 1 && request.kept && index % 10 !== 0) continue;
      const { final } = await this.#insist(act);
      if (!sameAnswer(act.final, final)) different.push({ act, now: final });
    }
    return different;
  }

  async #insist(act: Act): Promise<AskedAct> {
    const sentAt = Date.now();
    const heard: Heard[] = [];
    for (let tries = 0; Date.now() - sentAt < this.#options.settleWithinMs; tries += 1) {
      const answer = await this.#send(act);
      const code = answer === undefined ? null : codeOf(answer);
      heard.push({ at: Date.now(), status: answer?.status ?? null, code });
      if (answer !== undefined && (code === null || !askAgain.includes(code))) {
        return { ...act, sentAt, heard, final: answer };
      }
      await pause(Math.min(pauseMs.first * 2 ** tries, pauseMs.longest));
    }
    return { ...act, sentAt, heard, final: undefined };
  }

  /** @returns undefined when no whole answer came */
  async #send({ key, user, path, body }: Act): Promise<Answer | undefined> {
    const { url, tokenOf } = this.#options;
    const headers = {
      authorization: `Bearer ${await tokenOf(user)}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    };
    try {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(oneAnswerWithinMs),
      });
      return { status: response.status, body: await response.json() };
    } catch {
      return undefined;
    }
  }
}

export function isTaken({ final }: Pick<AskedAct, 'final'>): boolean {
  return final !== undefined && final.status < 300;
}

/** The stable code of a problem; null for an answer that is none. */
export function codeOf({ body }: Answer): string | null {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string'
    ? body.code
    : null;
}

/** Whether two answers say the same. Each request has an id of its own, which a problem names. */
function sameAnswer(one: Answer, other: Answer | undefined): boolean {
  return (
    other !== undefined &&
    one.status === other.status &&
    isDeepStrictEqual(withoutRequestId(one.body), withoutRequestId(other.body))
  );
}

function withoutRequestId(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('requestId' in body)) return body;
  const { requestId: _requestId, ...rest } = body;
  return rest;
}
