import type { Database } from './database.ts';

/** A day longer than an Idempotency-Key is kept: by then nobody can send the command any more. */
const keptDays = 31;

/**
 * Clears away what was laid down for commands that the ledger never took, and whoever was entered for one of them alone.
 * @returns how many notes, amendments and people
 */
export async function forgetUntaken(db: Database): Promise<number> {
  let forgotten = 0;
  for (const table of ['note', 'amendment'] as const) {
    const { rowCount } = await db.pool.query(
      `delete from ${table} where seq is null and laid_down_at < clock_timestamp() - make_interval(days => $1)`,
      [keptDays],
    );
    forgotten += rowCount ?? 0;
  }
  const { rowCount } = await db.pool.query(
    `with entered as (
       delete from entered_person where entered_at < clock_timestamp() - make_interval(days => $1)
         returning force_id, person_id
     ), unused as (
       select p.force_id, p.id from entered join person p on p.force_id = entered.force_id and p.id = entered.person_id
        where not exists (select from pathway w where w.force_id = p.force_id and w.person_id = p.id)
          and not exists (select from event e
            where e.force_id = p.force_id and e.type = 'person-reassigned' and e.data->>'from' = p.id::text)
          and not exists (select from person_fact f where f.force_id = p.force_id and f.person_id = p.id)
          and not exists (select from person_merge m
            where m.force_id = p.force_id and p.id in (m.person_id, m.other_person_id))
     ), unmatched as (
       delete from person_possible_match m using unused u
         where m.force_id = u.force_id and u.id in (m.person_id, m.other_person_id)
     )
     delete from person p using unused u where p.force_id = u.force_id and p.id = u.id`,
    [keptDays],
  );
  return forgotten + (rowCount ?? 0);
}
