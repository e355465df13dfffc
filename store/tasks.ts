import type { Role } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { TaskSummary } from '../workflows/domain/common/pathway-state.ts';
import type { Database } from './database.ts';
import type { Scope } from './scope.ts';

export interface ArrestTaskRow extends TaskSummary {
  readonly forceId: string;
  readonly pathwayId: string;
  readonly personId: string;
  /** Which failure is the offence, by Act and section. Null, as the next, only where the ledger has no such event. */
  readonly offence: string | null;
  /** When it was committed: the failure, not the paperwork. */
  readonly breachedAt: Instant | null;
  /** When the facts that bind it say that it is off, whatever the engine knows yet; null while it stands. */
  readonly withdrawnAt: Instant | null;
  /** That somebody may be in danger, as it was told last on the compulsory side and not taken back since; or null. */
  readonly danger: ToldDanger | null;
}

export interface ToldDanger {
  readonly since: Instant;
  /** By code. */
  readonly reason: string | null;
  readonly userId: string;
  readonly role: Role;
}

/** Who tells of a danger out of the compulsory path. What treatment knows reaches no task. */
const tellUnits: readonly Role[] = ['DipOfficer', 'InitialAssessor', 'FollowUpAssessor'];

const columns = `t.force_id as "forceId", t.pathway_id as "pathwayId", p.person_id as "personId", t.id as "taskId",
  t.breach_id as "breachId", t.unit_code as "unitCode", t.marker, t.status, llwybr_instant(t.issued_at) as "issuedAt",
  issued.data->>'offence' as offence, issued.data->>'breachedAt' as "breachedAt",
  (select llwybr_instant(min(f.recorded_at)) from llwybr_binding_facts(t.force_id, p.person_id) f
    where (f.kind = 'death' and not exists (
          -- A death that was none leaves alone what was issued after it was corrected, and gives back nothing from before.
          select from person_fact c where c.force_id = f.force_id
            and c.kind = 'death-corrected' and c.data->>'correctsFactId' = f.id::text
            and c.recorded_at < issued.recorded_at)
        or (f.kind = 'task-withdrawn' and f.task_id = t.id))) as "withdrawnAt",
  (select jsonb_build_object('since', llwybr_instant(f.occurred_at), 'reason', f.reason, 'userId', f.actor_id,
        'role', f.actor_role)
     from llwybr_binding_facts(t.force_id, p.person_id) f
    where f.kind = 'safety-flag' and f.actor_role in (${tellUnits.map((role) => `'${role}'`).join(', ')})
      and not exists (
        select from llwybr_binding_facts(t.force_id, p.person_id) lifted
         where lifted.kind = 'safety-flag-lifted'
           and (lifted.occurred_at, lifted.recorded_at) > (f.occurred_at, f.recorded_at))
    order by f.occurred_at desc, f.recorded_at desc limit 1) as danger`;

const tables = `arrest_task t
  join pathway p on p.force_id = t.force_id and p.id = t.pathway_id
  left join lateral (
    select e.data, e.recorded_at from event e
      where e.force_id = t.force_id and e.pathway_id = t.pathway_id and e.type = 'arrest-task-issued'
        and e.data->>'taskId' = t.id
      order by e.seq limit 1) issued on true`;

/** null: no such task in this scope. */
export async function taskById(db: Database, scope: Scope, taskId: string): Promise<ArrestTaskRow | null> {
  const { rows } = await db.pool.query<ArrestTaskRow>(
    `select ${columns} from ${tables}
      where t.force_id = $1 and t.id = $2 and ($3::text is null or p.provider_id = $3)`,
    [scope.forceId, taskId, scope.providerId],
  );
  return rows[0] ?? null;
}

/**
 * What a unit still has to do something about comes first, the longest waiting before: a page that ends somewhere
 * ends in what is over, and never hides an open or a withdrawn task behind those of past years.
 */
export async function listTasks(
  db: Database,
  scope: Scope,
  filter: { readonly unitCode?: string; readonly status?: string; readonly limit: number },
): Promise<ArrestTaskRow[]> {
  const { rows } = await db.pool.query<ArrestTaskRow>(
    `select ${columns} from ${tables}
      where t.force_id = $1 and ($2::text is null or p.provider_id = $2)
        and ($3::text is null or t.unit_code = $3) and ($4::text is null or t.status = $4)
      order by t.status in ('issued', 'acknowledged', 'withdrawn') desc,
        case when t.status in ('issued', 'acknowledged', 'withdrawn') then t.issued_at end, t.issued_at desc, t.id
      limit $5`,
    [scope.forceId, scope.providerId, filter.unitCode ?? null, filter.status ?? null, filter.limit],
  );
  return rows;
}
