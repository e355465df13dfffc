import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Actor } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PersonFactKind } from '../workflows/domain/common/person-fact.ts';
import { standingFacts } from '../workflows/domain/common/standing-facts.ts';
import type { ToldFact } from '../workflows/domain/common/standing-facts.ts';
import type { Database } from './database.ts';
import { decryptPerson } from './person-columns.ts';
import type { PersonColumns } from './person-columns.ts';

/**
 * Two rows that a person found to be one human being. Each keeps what it says and the pathways that it has; from then on
 * the safety facts of either bind both, and the two are counted as one. A split takes it back. Both are kept for ever.
 */
export interface MergeRecord {
  readonly mergeId: string;
  readonly personId: string;
  readonly otherPersonId: string;
  readonly reason: string;
  /** The contradictions that were confirmed. */
  readonly confirmed: readonly Contradiction[];
  readonly mergedAt: Instant;
  readonly mergedBy: string;
  /** null: it holds. */
  readonly split: { readonly at: Instant; readonly by: string; readonly reason: string } | null;
}

/** What is known of two rows that cannot both be true of one human being. */
export const contradictions = ['death', 'custody', 'birth-date'] as const;
export type Contradiction = (typeof contradictions)[number];

export interface NewMerge {
  readonly forceId: string;
  readonly personId: string;
  readonly otherPersonId: string;
  readonly reason: string;
  readonly confirmed: readonly Contradiction[];
  readonly actor: Actor;
  /** The same one merges once. */
  readonly requestId: string;
}

export type Merged =
  | { readonly merge: MergeRecord; readonly created: boolean; readonly refused?: undefined }
  | { readonly refused: 'not-found' | 'already-merged' }
  | { readonly refused: 'contradiction'; readonly contradictions: readonly Contradiction[] };

const columns = `m.id as "mergeId", m.person_id as "personId", m.other_person_id as "otherPersonId", m.reason, m.confirmed,
  llwybr_instant(m.merged_at) as "mergedAt", m.merged_by as "mergedBy",
  case when m.split_at is not null then jsonb_build_object('at', llwybr_instant(m.split_at), 'by', m.split_by,
    'reason', m.split_reason) end as split`;

/** Merges, once for each request, and has all that is known of either carried to every open pathway of both. */
export async function mergePersons(db: Database, merge: NewMerge): Promise<Merged> {
  const { forceId, personId, otherPersonId, reason, actor, requestId } = merge;
  return inTurn(db, forceId, async (client) => {
    const earlier = await oneMerge(client, 'm.force_id = $1 and m.request_id = $2', [forceId, requestId]);
    if (earlier !== undefined) return { merge: earlier, created: false };
    const own = await holdCluster(client, forceId, personId);
    const others = await holdCluster(client, forceId, otherPersonId);
    if (!own.includes(personId) || !others.includes(otherPersonId)) return { refused: 'not-found' };
    if (own.includes(otherPersonId)) return { refused: 'already-merged' };
    const found = await contradictionsOf(db, client, forceId, { own, others }, merge);
    if (!found.every((contradiction) => merge.confirmed.includes(contradiction))) {
      return { refused: 'contradiction', contradictions: found };
    }
    const mergeId = randomUUID();
    await client.query(
      `insert into person_merge (force_id, id, person_id, other_person_id, reason, confirmed, merged_at, merged_by,
          merged_by_role, merged_by_organisation, request_id)
        values ($1, $2, $3, $4, $5, $6, clock_timestamp(), $7, $8, $9, $10)`,
      [
        ...[forceId, mergeId, personId, otherPersonId, reason, found],
        ...[actor.userId, actor.role, actor.organisationId, requestId],
      ],
    );
    await client.query('select llwybr_carry_again($1, $2)', [forceId, personId]);
    const made = await oneMerge(client, 'm.force_id = $1 and m.id = $2', [forceId, mergeId]);
    if (made === undefined) throw new Error('A merge is not there after it was made');
    return { merge: made, created: true };
  });
}

/** A fact told of one side that a pathway of the other side has acted on while the two were one. */
export interface CarriedAcross {
  readonly factId: string;
  readonly fact: PersonFactKind;
  readonly personId: string;
  readonly pathwayIds: readonly string[];
}

export type Split =
  | {
      readonly merge: MergeRecord;
      /** What a split cannot take back by itself: a person looks at each of these pathways. */
      readonly carriedAcross: readonly CarriedAcross[];
      readonly refused?: undefined;
    }
  | { readonly refused: 'not-found' | 'already-split' };

/** Takes a merge back, once for each request. What is known of one binds the other no more, from this moment. */
export async function splitPersons(
  db: Database,
  split: {
    readonly forceId: string;
    readonly mergeId: string;
    readonly reason: string;
    readonly actor: Actor;
    readonly requestId: string;
  },
): Promise<Split> {
  const { forceId, mergeId, reason, actor, requestId } = split;
  return inTurn(db, forceId, async (client) => {
    const known = await oneMerge(client, 'm.force_id = $1 and m.id = $2', [forceId, mergeId]);
    if (known === undefined) return { refused: 'not-found' };
    await holdCluster(client, forceId, known.personId);
    const { rowCount } = await client.query(
      `update person_merge set split_at = clock_timestamp(), split_reason = $3, split_by = $4, split_by_role = $5,
          split_by_organisation = $6, split_request_id = $7
        where force_id = $1 and id = $2 and split_at is null`,
      [forceId, mergeId, reason, actor.userId, actor.role, actor.organisationId, requestId],
    );
    const now = await oneMerge(client, 'm.force_id = $1 and m.id = $2 and ($3 or m.split_request_id = $4)', [
      forceId,
      mergeId,
      rowCount === 1,
      requestId,
    ]);
    if (now === undefined) return { refused: 'already-split' };
    return { merge: now, carriedAcross: await carriedAcross(client, forceId, now) };
  });
}

/** One merge, in force or taken back; null: there is none. */
export async function mergeById(db: Database, forceId: string, mergeId: string): Promise<MergeRecord | null> {
  return (await oneMerge(db.pool, 'm.force_id = $1 and m.id = $2', [forceId, mergeId])) ?? null;
}

/** The merges of these rows among themselves, and their splits, oldest first. */
export async function mergesOf(
  db: Database,
  forceId: string,
  personIds: readonly string[],
): Promise<MergeRecord[]> {
  const { rows } = await db.pool.query<MergeRecord>(
    `select ${columns} from person_merge m
      where m.force_id = $1 and m.person_id = any ($2::uuid[]) and m.other_person_id = any ($2::uuid[])
      order by m.merged_at, m.id`,
    [forceId, personIds],
  );
  return rows;
}

/** The rows with which this one was ever merged, whether or not that holds. */
export async function everMergedWith(db: Database, forceId: string, personId: string): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>(
    `select distinct case m.person_id when $2 then m.other_person_id else m.person_id end as id
       from person_merge m where m.force_id = $1 and $2::uuid in (m.person_id, m.other_person_id) order by 1`,
    [forceId, personId],
  );
  return rows.map(({ id }) => id);
}

/** One merge or split of a force after the other: each sees what the ones before joined and parted. */
async function inTurn<T>(
  db: Database,
  forceId: string,
  act: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await db.pool.connect();
  let failed: Error | undefined;
  try {
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(hashtextextended('merge:' || $1, 0))`, [forceId]);
    const answer = await act(client);
    await client.query('commit');
    return answer;
  } catch (error) {
    failed = error instanceof Error ? error : new Error('Not an error');
    throw error;
  } finally {
    if (failed !== undefined) await client.query('rollback').catch(() => undefined);
    client.release(failed);
  }
}

/** Holds every row of a human being against facts and pathways that are just coming to one of them. */
async function holdCluster(client: pg.PoolClient, forceId: string, personId: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from person where force_id = $1 and id in (select llwybr_cluster($1, $2)) order by id for update`,
    [forceId, personId],
  );
  return rows.map(({ id }) => id);
}

async function contradictionsOf(
  db: Database,
  client: pg.PoolClient,
  forceId: string,
  { own, others }: { readonly own: readonly string[]; readonly others: readonly string[] },
  { personId, otherPersonId }: NewMerge,
): Promise<Contradiction[]> {
  const standing = async (ids: readonly string[]) => {
    const { rows } = await client.query<{ told: ToldFact }>(
      `select jsonb_build_object('factId', f.id, 'fact', f.kind, 'occurredAt', llwybr_instant(f.occurred_at),
          'recordedAt', llwybr_instant(f.recorded_at)) || f.data as told
         from person_fact f where f.force_id = $1 and f.person_id = any ($2::uuid[]) and f.kind <> 'contact'`,
      [forceId, ids],
    );
    return standingFacts(rows.map(({ told }) => told));
  };
  const one = await standing(own);
  const other = await standing(others);
  const [custody, otherCustody] = [one.custody, other.custody];
  const { rows } = await client.query<PersonColumns>(
    `select id, nominal, surname, forenames, birth_date as "birthDate", address, postcode, mobile, email, sex, ethnicity,
        language, safe_to_text as "safeToText"
       from person where force_id = $1 and id = any ($2::uuid[])`,
    [forceId, [personId, otherPersonId]],
  );
  const births = new Set(rows.map((row) => decryptPerson(db.fields, row).birthDate));
  const found: Contradiction[] = [];
  if ((one.death === undefined) !== (other.death === undefined)) found.push('death');
  if (custody !== undefined && otherCustody !== undefined && custody.fact !== otherCustody.fact) {
    found.push('custody');
  }
  if (births.size > 1) found.push('birth-date');
  return found;
}

async function oneMerge(
  client: Pick<pg.PoolClient, 'query'> | pg.Pool,
  condition: string,
  values: readonly unknown[],
): Promise<MergeRecord | undefined> {
  const { rows } = await (client as pg.PoolClient).query<MergeRecord>(
    `select ${columns} from person_merge m where ${condition}`,
    [...values],
  );
  return rows[0];
}

async function carriedAcross(
  client: pg.PoolClient,
  forceId: string,
  { personId, otherPersonId }: MergeRecord,
): Promise<CarriedAcross[]> {
  const { rows } = await client.query<CarriedAcross>(
    `with side(person_id, one) as (
       select c, true from llwybr_cluster($1, $2) c union all select c, false from llwybr_cluster($1, $3) c
     )
     select f.id as "factId", f.kind as fact, f.person_id as "personId",
         array_agg(distinct p.id::text order by p.id::text) as "pathwayIds"
       from side told
       join person_fact f on f.force_id = $1 and f.person_id = told.person_id and f.kind not in ('contact', 'task-withdrawn')
       join side heard on heard.one <> told.one
       join pathway p on p.force_id = $1 and p.person_id = heard.person_id
       join event e on e.force_id = $1 and e.pathway_id = p.id and e.command_id like 'fact:' || f.id || '%'
      group by f.id, f.kind, f.person_id, f.recorded_at
      order by f.recorded_at, f.id`,
    [forceId, personId, otherPersonId],
  );
  return rows;
}
