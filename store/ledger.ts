import pg from 'pg';
import type { AppendInput, AppendResult } from '../workflows/contract/envelope.ts';
import type { StoredEvent } from '../workflows/domain/common/event.ts';
import type { Database } from './database.ts';
import { isUuid } from './scope.ts';
import type { Scope } from './scope.ts';

/** The ledger holds no such pathway in this force. `code` is the SQLSTATE of llwybr_append. */
export class UnknownPathwayError extends Error {
  override readonly name = 'UnknownPathwayError';
  readonly code = 'LW001';
}

/**
 * PostgreSQL refuses the data itself, so trying again cannot help: it breaks a rule of the ledger (class
 * LW), is no value of its type (22) or breaks a constraint (23). The text names the SQLSTATE only, since
 * PostgreSQL's own may quote the row.
 */
export class LedgerRefusedError extends Error {
  override readonly name = 'LedgerRefusedError';
  readonly code: string;

  constructor(code: string, cause: unknown) {
    super(`The ledger refused the data (${code})`, { cause });
    this.code = code;
  }
}

/** An id that the sender chose, of an arrest task, is one of another pathway of the force. Nothing was recorded. */
export class IdTakenError extends LedgerRefusedError {
  constructor(cause: unknown) {
    super('LW003', cause);
  }
}

/**
 * One append, in one round trip. The command is looked for first, at any sequence: if the ledger has it,
 * its events are the answer and nothing is inserted. Else it is inserted when the ledger stands at
 * `expectedSeq`, and not when the ledger is ahead. Without a command it only reads, and answers all messages
 * still owed, then those settled in the last 36 hours of which the pathway has not heard: their delivery sends
 * nothing and gives the outcome. A report that is looked for and not there was refused, and is not asked for
 * again. A `head` below `expectedSeq` says that the ledger was put back to an earlier state.
 * Events come as stored: bring them to today's version by the kind's `upcast`.
 * @throws UnknownPathwayError
 * @throws LedgerRefusedError, of which IdTakenError is the sender's to mend
 * @throws Error of `pg` when the database is away or the statement did not end: unknown whether it counted, so ask again
 */
export async function append(db: Database, input: AppendInput, build: string): Promise<AppendResult> {
  try {
    const { rows } = await db.pool.query<{ result: AppendResult }>({
      name: 'llwybr-append',
      text: 'select llwybr_append($1::jsonb, $2) as result',
      values: [JSON.stringify(input), build],
    });
    const [row] = rows;
    if (row === undefined) throw new Error('llwybr_append answered no row');
    return row.result;
  } catch (error) {
    throw ledgerError(error);
  }
}

/** Names the errors of the ledger's functions; what is not theirs stays as it is. */
export function ledgerError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return error;
  if (error.code === 'LW001') return new UnknownPathwayError('No such pathway in this force');
  if (error.code === 'LW003') return new IdTakenError(error);
  return ['22', '23', 'LW'].includes(error.code.slice(0, 2))
    ? new LedgerRefusedError(error.code, error)
    : error;
}

/** Stored events after a sequence, in order; none when the pathway is outside the scope. */
export async function readEvents(
  db: Database,
  scope: Scope,
  pathwayId: string,
  options: { readonly after?: number; readonly limit?: number } = {},
): Promise<StoredEvent[]> {
  if (!isUuid(pathwayId)) return [];
  const { rows } = await db.pool.query<{ event: StoredEvent }>({
    name: 'llwybr-read-events',
    text: `select llwybr_stored_event(e) as event
             from event e
             join pathway p on p.force_id = e.force_id and p.id = e.pathway_id
            where e.force_id = $1 and e.pathway_id = $2 and e.seq > $3
              and ($4::text is null or p.provider_id = $4)
            order by e.seq
            limit $5`,
    values: [scope.forceId, pathwayId, options.after ?? 0, scope.providerId, options.limit ?? null],
  });
  return rows.map(({ event }) => event);
}

/** The events of one command, in order; none when the ledger does not have it. */
export async function findCommand(
  db: Database,
  forceId: string,
  pathwayId: string,
  commandId: string,
): Promise<StoredEvent[]> {
  if (!isUuid(pathwayId)) return [];
  const { rows } = await db.pool.query<{ event: StoredEvent }>({
    name: 'llwybr-find-command',
    text: `select llwybr_stored_event(e) as event from event e
            where e.force_id = $1 and e.pathway_id = $2 and e.command_id = $3
            order by e.seq`,
    values: [forceId, pathwayId, commandId],
  });
  return rows.map(({ event }) => event);
}

/** `seq`: the first place where the ledger does not hold what was recorded there. */
export type ChainVerdict = { readonly ok: true } | { readonly ok: false; readonly seq: number };

/** Computes the chain of one pathway again. Finds rows that were changed, dropped, swapped or inserted, at the end too. */
export async function verifyChain(db: Database, forceId: string, pathwayId: string): Promise<ChainVerdict> {
  const { rows } = await db.pool.query<{ seq: number | null }>('select llwybr_broken_at($1, $2) as seq', [
    forceId,
    pathwayId,
  ]);
  const seq = rows[0]?.seq ?? null;
  return seq === null ? { ok: true } : { ok: false, seq };
}

export interface ChainSweep {
  readonly pathways: number;
  readonly broken: readonly { readonly pathwayId: string; readonly seq: number }[];
}

/** The same for every pathway of the force. */
export async function verifyChains(db: Database, forceId: string): Promise<ChainSweep> {
  const { rows } = await db.pool.query<{ pathwayId: string; seq: number | null }>(
    `select p.id as "pathwayId", llwybr_broken_at(p.force_id, p.id) as seq
       from pathway p where p.force_id = $1 order by p.id`,
    [forceId],
  );
  return {
    pathways: rows.length,
    broken: rows.flatMap(({ pathwayId, seq }) => (seq === null ? [] : [{ pathwayId, seq }])),
  };
}
