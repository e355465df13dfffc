import { createHmac, hkdfSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../store/database.ts';
import { answerRequest, beginRequest, releaseRequest, requestByKey } from '../../store/requests.ts';
import type { NewRequest, RequestRow } from '../../store/requests.ts';
import type { Json } from '../../workflows/domain/common/json.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { Caller } from '../caller.ts';
import { Problem } from '../problems.ts';
import type { Act, Answer } from '../route.ts';

/** How long a key and its first answer are kept, as the description of the API publishes it. */
export const keyKeptSeconds = 30 * 86_400;

/** How long the first request may take; after that a repeat takes over, under the same id. */
const leaseSeconds = 15;

/** How long a repeat waits for the first answer, and how often it looks. */
const waitMs = 2_500;
const lookEveryMs = 50;

const spelling = /^[A-Za-z0-9._:-]{8,128}$/;

/**
 * The key of a request. The draft of the header spells it as a quoted string; the bare word is taken too
 * (draft-ietf-httpapi-idempotency-key-header-07 section 2.1).
 *
 * @throws Problem
 */
export function keyOf(header: string | readonly string[] | undefined): string {
  if (header === undefined || header === '') throw new Problem('idempotency-key-required');
  const text = typeof header === 'string' ? header : header.join(',');
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (!spelling.test(key)) throw new Problem('idempotency-key-malformed');
  return key;
}

export interface KeyedRequest {
  readonly caller: Caller;
  readonly key: string;
  /** Method and path. */
  readonly address: string;
  readonly bytes: Uint8Array;
}

/** Does the act once for each key, and gives every repeat the first answer. */
export type RunOnce = (request: KeyedRequest, act: Act) => Promise<Answer>;

/** What is kept of an answer. */
interface Kept {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** `secret`: bodies hold names, so their hashes are keyed. */
export function createRunOnce({
  db,
  secret,
}: {
  readonly db: Database;
  readonly secret: Uint8Array;
}): RunOnce {
  const hashOf = bodyHasher(secret);

  return async ({ caller, key, address, bytes }, act) => {
    const request: NewRequest = {
      forceId: caller.forceId,
      caller: caller.userId,
      key,
      route: address,
      bodyHash: hashOf(bytes),
    };
    const giveUpAt = Date.now() + waitMs;
    for (;;) {
      const begun = await beginRequest(db, request, { leaseSeconds, keepSeconds: keyKeptSeconds });
      switch (begun.state) {
        case 'different-body':
          throw new Problem('idempotency-key-reused');
        case 'answered':
          return replayed(begun);
        case 'running':
          if (Date.now() >= giveUpAt) throw new Problem('request-running', { retryAfter: 1 });
          await pause(lookEveryMs);
          continue;
        case 'fresh':
          return actOnce(db, { ...request, commandId: begun.commandId }, begun.resumed, act);
      }
    }
  };
}

/** The answer that this same request was given before; undefined where none is known. */
export type Recall = (request: KeyedRequest) => Promise<Answer | undefined>;

/**
 * For a request that is turned away before it gets to its key: an act may itself end what its sender may see (who
 * gives a case back has it no more), and a repeat of it is still answered as the first time.
 *
 * @param parts.settled finds in the ledger what was done and not answered
 */
export function createRecall({
  db,
  secret,
  settled,
}: {
  readonly db: Database;
  readonly secret: Uint8Array;
  readonly settled: (caller: Caller, row: RequestRow) => Promise<RequestRow>;
}): Recall {
  const hashOf = bodyHasher(secret);

  return async ({ caller, key, address, bytes }) => {
    const row = await requestByKey(db, { forceId: caller.forceId, caller: caller.userId, key });
    if (row?.route !== address || row.bodyHash !== hashOf(bytes)) return undefined;
    const { status, body } = await settled(caller, row);
    return status === null ? undefined : replayed({ status, body });
  };
}

function bodyHasher(secret: Uint8Array): (bytes: Uint8Array) => string {
  const key = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), 'llwybr request bodies', 32));
  return (bytes) => createHmac('sha256', key).update(bytes).digest('base64url');
}

async function actOnce(
  db: Database,
  request: NewRequest & { readonly commandId: string },
  repeated: boolean,
  act: Act,
): Promise<Answer> {
  let answer: Answer;
  try {
    // What is said without a time happened when it was first said, not when a repeat got through at last.
    const first = repeated ? await requestByKey(db, request) : null;
    const receivedAt = first?.createdAt ?? toInstant(Date.now());
    answer = await act({ requestId: request.commandId, receivedAt, repeated });
  } catch (error) {
    if (!(error instanceof Problem) || !isFinal(error)) {
      // Not known, or not done: the next request with this key takes over at once, under the same id.
      await releaseRequest(db, request).catch(() => undefined);
      throw error;
    }
    answer = { status: error.status, body: error.document() };
  }
  const kept = await answerRequest(db, request, { status: answer.status, body: keep(answer) }).catch(() => {
    // Where this write fails the thing is done all the same; a repeat finds it in the ledger by its id. A refusal
    // left no trace to be found, and a repeat might be taken: then it must not have been said.
    if (answer.status >= 400) throw new Problem('ledger-away', { retryAfter: 2 });
    return null;
  });
  return kept === null ? answer : unkept(kept);
}

/** Refusals stay what they were; what may go better next time, or says when to ask again, is not kept. */
function isFinal(problem: Problem): boolean {
  return problem.status < 500 && problem.status !== 429 && problem.parts.retryAfter === undefined;
}

/** An answer as it is kept in the request table. */
export function keep({ body, headers }: Answer): Json {
  return { headers: headers ?? {}, body: body as Json };
}

function unkept({ status, body }: { readonly status: number; readonly body: Json }): Answer {
  const kept = body as unknown as Kept;
  return { status, body: kept.body, headers: kept.headers };
}

function replayed(kept: { readonly status: number; readonly body: Json }): Answer {
  const answer = unkept(kept);
  return { ...answer, headers: { ...answer.headers, 'Idempotency-Replayed': 'true' } };
}

/** The body of an answer as it is kept in the request table. */
export function keptBody(body: Json): Json {
  return (body as unknown as Kept).body;
}
