import { randomUUID } from 'node:crypto';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Json } from '../workflows/domain/common/json.ts';
import type { Database } from './database.ts';

/** Whose key it is: the same word of two callers is two keys. */
export interface RequestKey {
  readonly forceId: string;
  /** The account that sent it. */
  readonly caller: string;
  /** The Idempotency-Key. */
  readonly key: string;
}

export interface NewRequest extends RequestKey {
  /** Method and path: a key belongs to one route. */
  readonly route: string;
  /** Of the body in canonical form. */
  readonly bodyHash: string;
}

export type BegunRequest =
  /**
   * This caller is to act, by this command id. `resumed`: an earlier one began, under the same command id, and did
   * not answer within its lease, or kept a refusal of what is recorded: what it did may or may not have counted, and the
   * command id makes asking again safe.
   */
  | { readonly state: 'fresh'; readonly commandId: string; readonly resumed: boolean }
  | {
      readonly state: 'answered';
      readonly commandId: string;
      readonly status: number;
      readonly body: Json;
      readonly answeredAt: Instant;
    }
  | { readonly state: 'running'; readonly commandId: string; readonly since: Instant }
  /** The key was used for another body or route. */
  | { readonly state: 'different-body' };

/**
 * Begins a request, or finds it begun. Of any number at once exactly one is told `fresh`.
 * @param options.leaseSeconds how long the first one has for its answer; 30 by default
 * @param options.keepSeconds how long the key is remembered, as published; 30 days by default
 */
export async function beginRequest(
  db: Database,
  request: NewRequest,
  options: { readonly leaseSeconds?: number; readonly keepSeconds?: number } = {},
): Promise<BegunRequest> {
  const { rows } = await db.pool.query<{ result: BegunRequest }>({
    name: 'llwybr-begin-request',
    text: `select llwybr_begin_request($1, $2, $3, $4, $5, $6, make_interval(secs => $7), make_interval(secs => $8)) as result`,
    values: [
      request.forceId,
      request.caller,
      request.key,
      request.route,
      request.bodyHash,
      randomUUID(),
      options.leaseSeconds ?? 30,
      options.keepSeconds ?? 30 * 86_400,
    ],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('llwybr_begin_request answered no row');
  return row.result;
}

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/**
 * Keeps the first answer, refusals too, and returns it: a second one is not kept, unless it is a success after a refusal.
 * Then two processes were at it, the one that was refused had lost its lease, and the other one's is recorded. null: the
 * request is not known.
 */
export async function answerRequest(
  db: Database,
  request: RequestKey & { readonly commandId: string },
  answer: Answer,
): Promise<Answer | null> {
  const { rows } = await db.pool.query<Answer>({
    name: 'llwybr-answer-request',
    text: `update request set state = 'answered',
        status = case when state = 'running' or (status >= 400 and $5 < 400) then $5 else status end,
        body = case when state = 'running' or (status >= 400 and $5 < 400) then $6::jsonb else body end,
        answered_at = coalesce(answered_at, clock_timestamp())
      where force_id = $1 and caller = $2 and key = $3 and command_id = $4
      returning status, body`,
    values: [
      request.forceId,
      request.caller,
      request.key,
      request.commandId,
      answer.status,
      JSON.stringify(answer.body),
    ],
  });
  return rows[0] ?? null;
}

/**
 * Lets go of a request whose outcome is not known, or that was turned away before anything was done: the next one
 * with this key takes over at once, under the same command id.
 */
export async function releaseRequest(
  db: Database,
  request: RequestKey & { readonly commandId: string },
): Promise<void> {
  await db.pool.query(
    `update request set lease_until = clock_timestamp()
      where force_id = $1 and caller = $2 and key = $3 and command_id = $4 and state = 'running'`,
    [request.forceId, request.caller, request.key, request.commandId],
  );
}

export interface RequestRow extends RequestKey {
  readonly route: string;
  readonly bodyHash: string;
  readonly commandId: string;
  readonly state: 'running' | 'answered';
  readonly status: number | null;
  readonly body: Json;
  readonly createdAt: Instant;
  readonly answeredAt: Instant | null;
  readonly expiresAt: Instant;
}

export async function requestByKey(db: Database, key: RequestKey): Promise<RequestRow | null> {
  const { rows } = await db.pool.query<RequestRow>(
    `select force_id as "forceId", caller, key, route, body_hash as "bodyHash", command_id as "commandId", state, status, body,
        llwybr_instant(created_at) as "createdAt", llwybr_instant(answered_at) as "answeredAt",
        llwybr_instant(expires_at) as "expiresAt"
      from request where force_id = $1 and caller = $2 and key = $3 and expires_at > clock_timestamp()`,
    [key.forceId, key.caller, key.key],
  );
  return rows[0] ?? null;
}

/** Clears expired keys away. @returns how many */
export async function forgetExpiredRequests(db: Database): Promise<number> {
  const { rowCount } = await db.pool.query('delete from request where expires_at <= clock_timestamp()');
  return rowCount ?? 0;
}
