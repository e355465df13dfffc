import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { Database } from './database.ts';

/** A pathway whose run is worth a look, because something that it should have done is not done. */
export interface SuspectRun {
  readonly pathwayId: string;
  readonly kind: PathwayKindName;
}

/** After so long an answer or a delivery is suspicious; both usually take well under a second. */
const patienceSeconds = 5;

/**
 * Pathways of the force with a command that nobody has answered, or with a message that should have left:
 * their runs may be trying again and again. Oldest first.
 */
export async function suspectRuns(db: Database, forceId: string, limit: number): Promise<SuspectRun[]> {
  const { rows } = await db.pool.query<SuspectRun>(
    `select p.id as "pathwayId", p.kind
       from (
         select (regexp_match(r.route, '^POST /api/v1/pathways/([0-9a-f-]{36})/commands/'))[1]::uuid as id,
             min(r.created_at) as since
           from request r
          where r.force_id = $1 and r.state = 'running' and r.route like 'POST /api/v1/pathways/%'
            and r.created_at between clock_timestamp() - interval '1 day'
              and clock_timestamp() - make_interval(secs => $3)
          group by 1
         union all
         select m.pathway_id, min(m.not_before)
           from message m
          where m.force_id = $1 and m.status in ('planned', 'sending')
            and m.not_before < clock_timestamp() - make_interval(secs => $3)
          group by 1
       ) suspect
       join pathway p on p.force_id = $1 and p.id = suspect.id
      group by p.id, p.kind
      order by min(suspect.since), p.id
      limit $2`,
    [forceId, limit, patienceSeconds],
  );
  return rows;
}
