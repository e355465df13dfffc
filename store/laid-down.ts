import type { Database } from './database.ts';

/** A day longer than an Idempotency-Key is kept: by then nobody can send the command any more. */
const keptDays = 31;

/** Clears away what was laid down for commands that the ledger never took. @returns how many notes and amendments */
export async function forgetUntaken(db: Database): Promise<number> {
  let forgotten = 0;
  for (const table of ['note', 'amendment'] as const) {
    const { rowCount } = await db.pool.query(
      `delete from ${table} where seq is null and laid_down_at < clock_timestamp() - make_interval(days => $1)`,
      [keptDays],
    );
    forgotten += rowCount ?? 0;
  }
  return forgotten;
}
