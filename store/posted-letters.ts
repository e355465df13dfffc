import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';

/**
 * When it was last recorded that the person, on any of their pathways, was written to by post. null: never.
 * Also what was undone since: whether the letter had gone by then nobody knows.
 */
export async function lastPostedTo(db: Database, forceId: string, personId: string): Promise<Instant | null> {
  const { rows } = await db.pool.query<{ at: Instant | null }>(
    `select llwybr_instant(max(e.recorded_at)) as at
       from pathway_of_person path
       join event e on e.force_id = path.force_id and e.pathway_id = path.pathway_id
         and e.seq > path.after_seq and e.seq < path.until_seq
      where path.force_id = $1 and path.person_id in (select llwybr_cluster($1, $2))
        and e.type = 'contact-attempted' and e.data->>'channel' = 'post'`,
    [forceId, personId],
  );
  return rows[0]?.at ?? null;
}
