import type { Role } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { Database } from './database.ts';
import { isUuid } from './scope.ts';
import type { Scope } from './scope.ts';

/** What PostgreSQL alone can tell about the engine; the engine's own causes are added by who asks it. */
export const ledgerCauses = {
  deadlineOverdue: 'deadline-overdue',
  runMissing: 'run-missing',
  factWaiting: 'fact-waiting',
} as const;

/** A pathway that cannot move by itself, without a name. */
export interface StuckRow {
  /** Pathway and cause: the same trouble has the same id on every look. */
  readonly id: string;
  readonly pathwayId: string;
  readonly reference: string;
  readonly kind: PathwayKindName;
  readonly stage: string;
  readonly providerId: string | null;
  /** The code of an attention in the kind's table, or one of `ledgerCauses`. */
  readonly cause: string;
  readonly since: Instant;
  /** Whose move it is. */
  readonly owner: Role;
  /** What it is about, where the attention names that; several for several of one code. */
  readonly refs: readonly string[];
}

const columns = `p.id || ':' || cause as id, p.id as "pathwayId", p.reference, p.kind, p.stage, p.provider_id as "providerId",
  cause, llwybr_instant(since) as since, owner, refs`;

/**
 * Open attention, the longest-standing first. Some of the codes are of the engine's family: the kind's table
 * says which (`AttentionRow.family`).
 */
export async function attentionRows(
  db: Database,
  scope: Scope,
  options: { readonly limit: number; readonly pathwayId?: string },
): Promise<StuckRow[]> {
  if (options.pathwayId !== undefined && !isUuid(options.pathwayId)) return [];
  const { rows } = await db.pool.query<StuckRow>(
    `select ${columns}
       from pathway p,
         lateral (
           select a->>'code' as cause, min((a->>'since')::timestamptz) as since,
             (array_agg(a->>'owner' order by a->>'since'))[1] as owner,
             coalesce(jsonb_agg(a->>'ref' order by a->>'since') filter (where a ? 'ref'), '[]') as refs
           from jsonb_array_elements(p.attention) a
           group by a->>'code'
         ) item
      where p.force_id = $1 and ($2::text is null or p.provider_id = $2) and p.attention <> '[]'
        and ($3::uuid is null or p.id = $3)
      order by item.since, p.id, cause limit $4`,
    [scope.forceId, scope.providerId, options.pathwayId ?? null, options.limit],
  );
  return rows;
}

/** The cause of a case that nobody carries, whether an event asks about it or only time goes by. */
export const unassignedCause = 'unassigned';

/**
 * Cases that their provider has taken, that are worked on and that nobody was ever given to carry, the longest-standing
 * first. Where somebody carried one and does no more, its own attention says so.
 *
 * @param options.owner whose move it is
 * @param options.unassignedSeconds how long a case may be without; a day by default
 */
export async function unassignedRows(
  db: Database,
  scope: Scope,
  options: { readonly limit: number; readonly owner: Role; readonly unassignedSeconds?: number },
): Promise<StuckRow[]> {
  const { rows } = await db.pool.query<StuckRow>(
    `select ${columns}
       from pathway p,
         lateral (select (p.summary->>'acceptedAt')::timestamptz as since) accepted,
         lateral (select '${unassignedCause}' as cause, $3::text as owner, '[]'::jsonb as refs) fixed
      where p.force_id = $1 and ($2::text is null or p.provider_id = $2) and p.provider_id is not null
        and p.worker_id is null and (p.closed_at is null or p.stage = 'concluded')
        and since < clock_timestamp() - make_interval(secs => $4)
        and not p.attention @> '[{"code": "${unassignedCause}"}]'
      order by since, p.id limit $5`,
    [scope.forceId, scope.providerId, options.owner, options.unassignedSeconds ?? 86_400, options.limit],
  );
  return rows;
}

/**
 * Pathways whose clock is long due and not recorded, and accepted ones that no run was ever seen for.
 * @param options.overdueSeconds 60 by default
 * @param options.awaitingSeconds how long a run may take to be started; 10 by default
 */
export async function engineRows(
  db: Database,
  scope: Scope,
  options: {
    readonly limit: number;
    readonly pathwayId?: string;
    readonly overdueSeconds?: number;
    readonly awaitingSeconds?: number;
  },
): Promise<StuckRow[]> {
  if (options.pathwayId !== undefined && !isUuid(options.pathwayId)) return [];
  const { rows } = await db.pool.query<StuckRow>(
    `select ${columns}
       from pathway p,
         lateral (
           select '${ledgerCauses.deadlineOverdue}' as cause, p.next_due_at as since
             where p.next_due_at < clock_timestamp() - make_interval(secs => $4)
           union all
           select '${ledgerCauses.runMissing}', p.created_at
             where p.run_confirmed_at is null and p.created_at < clock_timestamp() - make_interval(secs => $5)
         ) item,
         lateral (select 'Operator' as owner, '[]'::jsonb as refs) fixed
      where p.force_id = $1 and ($2::text is null or p.provider_id = $2) and p.needs_run
        and ($3::uuid is null or p.id = $3)
      order by item.since, p.id, cause limit $6`,
    [
      scope.forceId,
      scope.providerId,
      options.pathwayId ?? null,
      options.overdueSeconds ?? 60,
      options.awaitingSeconds ?? 10,
      options.limit,
    ],
  );
  return rows;
}

/**
 * Pathways that have not heard for long of something that was told of their person. It binds texts and tasks meanwhile; the
 * clocks of the case do not know it. What is carried anew waits since its pathway last changed, or since a merge or split.
 *
 * @param options.waitingSeconds 60 by default
 */
export async function factRows(
  db: Database,
  scope: Scope,
  options: { readonly limit: number; readonly waitingSeconds?: number },
): Promise<StuckRow[]> {
  const { rows } = await db.pool.query<StuckRow>(
    `with waiting as (
       select p.id, min(greatest(f.recorded_at, p.updated_at, merged.at)) as since
         from person_fact f
         cross join lateral llwybr_cluster(f.force_id, f.person_id) as one(id)
         join pathway p on p.force_id = f.force_id and p.person_id = one.id and p.needs_run
         left join arrest_task t on t.force_id = f.force_id and t.id = f.task_id
         left join lateral (
           select max(greatest(m.merged_at, m.split_at)) as at from person_merge m
            where m.force_id = f.force_id and one.id in (m.person_id, m.other_person_id)) merged on true
        where f.force_id = $1 and f.carried_at is null and (f.task_id is null or t.pathway_id = p.id)
        group by p.id
     )
     select ${columns}
       from waiting join pathway p on p.force_id = $1 and p.id = waiting.id,
         lateral (select '${ledgerCauses.factWaiting}' as cause, 'Operator' as owner, '[]'::jsonb as refs) fixed
      where ($2::text is null or p.provider_id = $2)
        and since < clock_timestamp() - make_interval(secs => $3)
      order by since, p.id limit $4`,
    [scope.forceId, scope.providerId, options.waitingSeconds ?? 60, options.limit],
  );
  return rows;
}

/** Reads a row's id; null when it cannot be one. */
export function parseStuckId(id: string): { readonly pathwayId: string; readonly cause: string } | null {
  const [pathwayId, cause, ...rest] = id.split(':');
  if (pathwayId === undefined || cause === undefined || rest.length > 0) return null;
  return isUuid(pathwayId) && /^[a-z0-9-]+$/.test(cause) ? { pathwayId, cause } : null;
}
