import { randomUUID } from 'node:crypto';
import type { Actor } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { PersonFactKind } from '../workflows/domain/common/person-fact.ts';
import type { Database } from './database.ts';
import { placeBy } from './place-in-list.ts';
import type { PlaceInList } from './place-in-list.ts';
import { isUuid } from './scope.ts';

/** A safety fact: true from the moment this row is there, whatever the engine does. */
export interface PersonFactRecord {
  readonly forceId: string;
  readonly factId: string;
  readonly personId: string;
  readonly kind: PersonFactKind;
  /** Only for `task-withdrawn`. */
  readonly taskId: string | null;
  readonly reason: string | null;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** Account id. */
  readonly recordedBy: string;
  /** When every pathway had heard of it; null while it still has to be carried. */
  readonly carriedAt: Instant | null;
}

export type NewFact = {
  readonly forceId: string;
  /** Of the request: the same one records once. */
  readonly requestId: string;
  readonly occurredAt: Instant;
  readonly reason: string | null;
  readonly actor: Actor;
} & (
  | { readonly kind: Exclude<PersonFactKind, 'task-withdrawn'>; readonly personId: string }
  | { readonly kind: 'task-withdrawn'; readonly taskId: string }
);

export interface RecordedFact {
  readonly fact: PersonFactRecord;
  /** false: this request had recorded it before. */
  readonly created: boolean;
}

const columns = `f.force_id as "forceId", f.id as "factId", f.person_id as "personId", f.kind, f.task_id as "taskId",
  f.reason, llwybr_instant(f.occurred_at) as "occurredAt", llwybr_instant(f.recorded_at) as "recordedAt",
  f.actor_id as "recordedBy", llwybr_instant(f.carried_at) as "carriedAt"`;

/**
 * Records a fact, once for each request. null: the force has no such person or task.
 * The person's row is locked first: an intake under way holds it, so either that pathway is there when the
 * fact is carried, or it is opened after the fact and asks for it to be carried again.
 */
export async function recordFact(db: Database, fact: NewFact): Promise<RecordedFact | null> {
  const { forceId, requestId, actor } = fact;
  const byTask = fact.kind === 'task-withdrawn';
  const subject = byTask ? fact.taskId : fact.personId;
  if (!byTask && !isUuid(subject)) return null;
  const person = byTask
    ? 'select p.person_id from arrest_task t join pathway p on p.force_id = t.force_id and p.id = t.pathway_id where t.force_id = $1 and t.id = $3'
    : 'select $3::uuid';
  const { rows } = await db.pool.query<PersonFactRecord>(
    `with person_row as (
       select id from person where force_id = $1 and id = (${person}) for update
     ), f as (
       insert into person_fact (force_id, id, person_id, kind, task_id, reason, occurred_at, recorded_at, request_id,
           actor_id, actor_role, organisation_id)
         select $1, $2, person_row.id, $4, ${byTask ? '$3' : 'null'}, $5, $6, clock_timestamp(), $7, $8, $9, $10
           from person_row
         on conflict (force_id, request_id) do nothing
         returning *
     ) select ${columns} from f`,
    [
      forceId,
      randomUUID(),
      subject,
      fact.kind,
      fact.reason,
      fact.occurredAt,
      requestId,
      actor.userId,
      actor.role,
      actor.organisationId,
    ],
  );
  const [created] = rows;
  if (created !== undefined) return { fact: created, created: true };
  const earlier = await db.pool.query<PersonFactRecord>(
    `select ${columns} from person_fact f where f.force_id = $1 and f.request_id = $2`,
    [forceId, requestId],
  );
  const [known] = earlier.rows;
  return known === undefined ? null : { fact: known, created: false };
}

/** Facts about the person, those about single tasks too, oldest first. */
export async function factsOf(db: Database, forceId: string, personId: string): Promise<PersonFactRecord[]> {
  if (!isUuid(personId)) return [];
  const { rows } = await db.pool.query<PersonFactRecord>(
    `select ${columns} from person_fact f where f.force_id = $1 and f.person_id = $2 order by f.recorded_at, f.id`,
    [forceId, personId],
  );
  return rows;
}

/** What binds a task now: its own withdrawal, and what is known of its person. */
export async function taskFacts(db: Database, forceId: string, taskId: string): Promise<PersonFactRecord[]> {
  const { rows } = await db.pool.query<PersonFactRecord>(
    `select ${columns}
       from arrest_task t
       join pathway p on p.force_id = t.force_id and p.id = t.pathway_id
       join person_fact f on f.force_id = p.force_id and f.person_id = p.person_id
        and (f.task_id is null or f.task_id = t.id)
      where t.force_id = $1 and t.id = $2
      order by f.recorded_at, f.id`,
    [forceId, taskId],
  );
  return rows;
}

export async function findFact(
  db: Database,
  forceId: string,
  factId: string,
): Promise<PersonFactRecord | null> {
  if (!isUuid(factId)) return null;
  const { rows } = await db.pool.query<PersonFactRecord>(
    `select ${columns} from person_fact f where f.force_id = $1 and f.id = $2`,
    [forceId, factId],
  );
  return rows[0] ?? null;
}

export interface UncarriedFact {
  readonly forceId: string;
  readonly factId: string;
  readonly place: PlaceInList;
}

/** Facts of all forces that still have to be carried, oldest first, from behind a place on. */
export async function uncarriedFacts(
  db: Database,
  limit: number,
  after: PlaceInList | null = null,
): Promise<UncarriedFact[]> {
  const { rows } = await db.pool.query<UncarriedFact>(
    `select force_id as "forceId", id as "factId", ${placeBy('recorded_at')} from person_fact
      where carried_at is null and ($2::timestamptz is null or (recorded_at, id) > ($2, $3::uuid))
      order by recorded_at, id limit $1`,
    [limit, after?.at ?? null, after?.id ?? null],
  );
  return rows;
}

export interface FactPathway {
  readonly forceId: string;
  readonly pathwayId: string;
  readonly kind: PathwayKindName;
}

/** The pathways a fact must reach: those of its person that a run acts for, or the one of its task. */
export async function pathwaysOfFact(db: Database, forceId: string, factId: string): Promise<FactPathway[]> {
  if (!isUuid(factId)) return [];
  // A statement of its own, before the list: it waits for an intake that is asking for this fact.
  await db.pool.query('update person_fact set carry_listed = carry_wanted where force_id = $1 and id = $2', [
    forceId,
    factId,
  ]);
  const { rows } = await db.pool.query<FactPathway>(
    `select p.force_id as "forceId", p.id as "pathwayId", p.kind
       from person_fact f
       join pathway p on p.force_id = f.force_id and p.person_id = f.person_id
       left join arrest_task t on t.force_id = f.force_id and t.id = f.task_id
      where f.force_id = $1 and f.id = $2 and p.needs_run and (f.task_id is null or p.id = t.pathway_id)
      order by p.received_at, p.id`,
    [forceId, factId],
  );
  return rows;
}

/** Marks the fact carried to the pathways last listed; not when the person got another one since: it is carried again. */
export async function markCarried(db: Database, forceId: string, factId: string): Promise<void> {
  await db.pool.query(
    `update person_fact set carried_at = clock_timestamp()
      where force_id = $1 and id = $2 and carried_at is null and carry_listed = carry_wanted`,
    [forceId, factId],
  );
}
