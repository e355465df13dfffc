import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Actor, Role } from '../workflows/domain/common/actor.ts';
import type { ConsentPurpose } from '../workflows/domain/common/consent.ts';
import type { ContactPreferences } from '../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { PersonFactKind } from '../workflows/domain/common/person-fact.ts';
import type { ToldFact } from '../workflows/domain/common/standing-facts.ts';
import type { Database } from './database.ts';
import { placeBy } from './place-in-list.ts';
import type { PlaceInList } from './place-in-list.ts';
import { isUuid } from './scope.ts';

/** What a fact says beside its kind: the part of the command that carries it (CarryFactData). */
export type FactData = Pick<ToldFact, 'purpose' | 'preferences' | 'correctsFactId'>;

/** A safety fact: true from the moment this row is there, whatever the engine does. */
export interface PersonFactRecord {
  readonly forceId: string;
  readonly factId: string;
  readonly personId: string;
  readonly kind: PersonFactKind;
  /** Only for `task-withdrawn`. */
  readonly taskId: string | null;
  readonly reason: string | null;
  readonly data: FactData;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** Account id. */
  readonly recordedBy: string;
  /** The role in which it was told. */
  readonly recordedAs: Role;
  /** When every pathway had heard of it; null while it still has to be carried. */
  readonly carriedAt: Instant | null;
}

type PlainKind = Exclude<
  PersonFactKind,
  'task-withdrawn' | 'death-corrected' | 'consent-given' | 'consent-withdrawn' | 'contact-preferences'
>;

/** A fact about a person with all that its kind needs, and nothing else. */
export type FactSaid =
  | { readonly kind: PlainKind }
  | { readonly kind: 'death-corrected'; readonly correctsFactId: string }
  | { readonly kind: 'consent-given' | 'consent-withdrawn'; readonly purpose: ConsentPurpose }
  /** At least one way. */
  | { readonly kind: 'contact-preferences'; readonly preferences: ContactPreferences };

export type NewFact = {
  readonly forceId: string;
  /** Of the request: the same one records once. */
  readonly requestId: string;
  readonly occurredAt: Instant;
  readonly reason: string | null;
  readonly actor: Actor;
} & (
  (FactSaid & { readonly personId: string }) | { readonly kind: 'task-withdrawn'; readonly taskId: string }
);

export interface RecordedFact {
  readonly fact: PersonFactRecord;
  /** false: this request had recorded it before. */
  readonly created: boolean;
}

/** A correction that corrects nothing: nothing was recorded. */
export class NotCorrectableError extends Error {
  override readonly name = 'NotCorrectableError';
  readonly why: 'no-such-death' | 'corrected-before';

  constructor(why: NotCorrectableError['why']) {
    super(why);
    this.why = why;
  }
}

const columns = `f.force_id as "forceId", f.id as "factId", f.person_id as "personId", f.kind, f.task_id as "taskId",
  f.reason, f.data, llwybr_instant(f.occurred_at) as "occurredAt", llwybr_instant(f.recorded_at) as "recordedAt",
  f.actor_id as "recordedBy", f.actor_role as "recordedAs", llwybr_instant(f.carried_at) as "carriedAt"`;

/** The correction of a death, as `c`. */
const isCorrected = (fact: string): string => `exists (select from person_fact c
  where c.force_id = ${fact}.force_id and c.kind = 'death-corrected'
    and c.data->>'correctsFactId' = ${fact}.id::text)`;

/**
 * Records a fact, once for each request. null: the force has no such person or task.
 * Every row of the human being is locked first: an intake under way holds its own, so either that pathway is there when the
 * fact is carried, or it is opened after the fact and asks for it to be carried again.
 * What is said of texts is what the person's row says from then on, unless something later is known: `yes` of a time
 * before the latest referral or test, or before the number in use was given, changes nothing there.
 * The correction of a death is kept with that death, whichever row of the human being it is told of: a split parts
 * neither from the other.
 * @throws NotCorrectableError unless a correction names a death of this person that is not corrected yet
 */
export async function recordFact(db: Database, fact: NewFact): Promise<RecordedFact | null> {
  const { forceId, requestId, actor } = fact;
  const byTask = fact.kind === 'task-withdrawn';
  const subject = byTask ? fact.taskId : fact.personId;
  if (!byTask && !isUuid(subject)) return null;
  const person = byTask
    ? 'select p.person_id from arrest_task t join pathway p on p.force_id = t.force_id and p.id = t.pathway_id where t.force_id = $1 and t.id = $3'
    : 'select $3::uuid';
  const data = dataOf(fact);
  let created: PersonFactRecord | undefined;
  try {
    const { rows } = await db.pool.query<PersonFactRecord>(
      `with person_row as (
         select id from person where force_id = $1 and id in (select llwybr_cluster($1, (${person}))) order by id for update
       ), f as (
         insert into person_fact (force_id, id, person_id, kind, task_id, reason, occurred_at, recorded_at, request_id,
             actor_id, actor_role, organisation_id, data)
           select $1, $2, person_row.id, $4, ${byTask ? '$3' : 'null'}, $5, $6, clock_timestamp(), $7, $8, $9, $10, $11
             from person_row
            where case when $4 = 'death-corrected' then exists (
              select from person_fact d
               where d.force_id = $1 and d.person_id = person_row.id and d.kind = 'death'
                 and d.id::text = $11::jsonb->>'correctsFactId' and not ${isCorrected('d')})
              else person_row.id = (${person}) end
           on conflict (force_id, request_id) do nothing
           returning *
       ), texts as (
         update person set safe_to_text = nullif(f.data#>>'{preferences,text}', 'unknown'), updated_at = f.recorded_at
           from f
          where person.force_id = f.force_id and person.id = f.person_id and f.kind = 'contact-preferences'
            and f.data#>>'{preferences,text}' is not null
            and not exists (
              select from person_fact o
               where o.force_id = f.force_id and o.person_id = f.person_id and o.kind = 'contact-preferences'
                 and o.data#>>'{preferences,text}' is not null and o.occurred_at > f.occurred_at)
            and (f.data#>>'{preferences,text}' <> 'yes'
              or f.occurred_at >= coalesce(person.mobile_given_at, '-infinity') and not exists (
                select from pathway p
                 where p.force_id = f.force_id and p.person_id = f.person_id and p.received_at > f.occurred_at))
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
        JSON.stringify(data),
      ],
    );
    created = rows[0];
  } catch (error) {
    // Somebody else's correction of the same death came in between.
    if (!(error instanceof pg.DatabaseError && error.constraint === 'person_fact_correction_key'))
      throw error;
  }
  if (created !== undefined) return { fact: created, created: true };
  const earlier = await db.pool.query<PersonFactRecord>(
    `select ${columns} from person_fact f where f.force_id = $1 and f.request_id = $2`,
    [forceId, requestId],
  );
  const [known] = earlier.rows;
  if (known !== undefined) return { fact: known, created: false };
  if (fact.kind === 'death-corrected') await refuseCorrection(db, forceId, fact);
  return null;
}

function dataOf(fact: NewFact): FactData {
  switch (fact.kind) {
    case 'death-corrected':
      return { correctsFactId: fact.correctsFactId };
    case 'consent-given':
    case 'consent-withdrawn':
      return { purpose: fact.purpose };
    case 'contact-preferences':
      return { preferences: fact.preferences };
    default:
      return {};
  }
}

/** Returns where it is the person who is not there. */
async function refuseCorrection(
  db: Database,
  forceId: string,
  { personId, correctsFactId }: { readonly personId: string; readonly correctsFactId: string },
): Promise<void> {
  const { rows } = await db.pool.query<{ corrected: boolean | null }>(
    `select (select ${isCorrected('d')} from person_fact d
        where d.force_id = $1 and d.person_id in (select llwybr_cluster($1, p.id)) and d.id::text = $3
          and d.kind = 'death') as corrected
       from person p where p.force_id = $1 and p.id = $2`,
    [forceId, personId, correctsFactId],
  );
  const [person] = rows;
  if (person !== undefined) {
    throw new NotCorrectableError(person.corrected === null ? 'no-such-death' : 'corrected-before');
  }
}

/** As the rules read it. */
export function toldFact({ factId, kind, occurredAt, recordedAt, data }: PersonFactRecord): ToldFact {
  return { factId, fact: kind, occurredAt, recordedAt, ...data };
}

/** Facts about the person, those about single tasks too, oldest first. */
export async function factsOf(db: Database, forceId: string, personId: string): Promise<PersonFactRecord[]> {
  if (!isUuid(personId)) return [];
  const { rows } = await db.pool.query<PersonFactRecord>(
    `select ${columns} from person_fact f where f.force_id = $1 and f.person_id = $2 and f.kind <> 'contact'
      order by f.recorded_at, f.id`,
    [forceId, personId],
  );
  return rows;
}

/** What binds whoever acts about the person now, carried to the pathways or not, told of any row that is them. */
export async function bindingFactsOf(
  db: Database,
  forceId: string,
  personId: string,
): Promise<PersonFactRecord[]> {
  const { rows } = await db.pool.query<PersonFactRecord>(
    `select ${columns} from llwybr_binding_facts($1, $2) f order by f.recorded_at, f.id`,
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
       join llwybr_binding_facts(p.force_id, p.person_id) f on f.task_id is null or f.task_id = t.id
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
    `select ${columns} from person_fact f where f.force_id = $1 and f.id = $2 and f.kind <> 'contact'`,
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

/** Facts of this human being that still have to be carried. */
export async function uncarriedFactsOf(db: Database, forceId: string, personId: string): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>(
    `select id from person_fact
      where force_id = $1 and person_id in (select llwybr_cluster($1, $2)) and carried_at is null
      order by recorded_at, id`,
    [forceId, personId],
  );
  return rows.map(({ id }) => id);
}

export interface FactPathway {
  readonly forceId: string;
  readonly pathwayId: string;
  readonly kind: PathwayKindName;
  /** At which of its events the pathway last became another person's; null: it is whose it was from the start. */
  readonly reassignedAt: number | null;
  /** How often the fact was asked to be carried: tells one carrying from the next. */
  readonly carrying: number;
  /** Only for a correction: the death that it corrects, where this pathway ought to hear of that first. */
  readonly deathFirst: string | null;
}

/** What is about the same matter; of each the latest holds. Null: goes by itself, or is several matters at once. */
const matterOf = (f: string): string => `case
  when ${f}.kind in ('stop-texts', 'texts-allowed') then 'texts'
  when ${f}.kind in ('custody', 'release') then 'custody'
  when ${f}.kind in ('safety-flag', 'safety-flag-lifted') then 'safety'
  when ${f}.kind in ('consent-given', 'consent-withdrawn') then 'consent:' || (${f}.data->>'purpose') end`;

/**
 * The pathways a fact must reach: those of its human being that a run acts for, or the one of its task. What was overtaken or
 * corrected before a pathway was opened was never so for it. The correction of a death also reaches those that the death
 * finished, once no other death of theirs stands. On the voluntary path a death that was corrected before it was carried never was; on the compulsory one units
 * have seen tasks withdrawn by it, so it goes before its correction and the tasks stay withdrawn.
 */
export async function pathwaysOfFact(db: Database, forceId: string, factId: string): Promise<FactPathway[]> {
  if (!isUuid(factId)) return [];
  // A statement of its own, before the list: it waits for an intake that is asking for this fact.
  await db.pool.query('update person_fact set carry_listed = carry_wanted where force_id = $1 and id = $2', [
    forceId,
    factId,
  ]);
  const heardOfDeath = `exists (
    select from person_fact d
      join event e on e.force_id = d.force_id and e.pathway_id = p.id
        and e.command_id = concat_ws(':', 'fact', d.id, llwybr_reassigned_at(p.force_id, p.id))
     where d.force_id = f.force_id and d.person_id in (select llwybr_cluster(f.force_id, f.person_id)) and d.kind = 'death')`;
  const standingDeath = `exists (
    select from person_fact d
     where d.force_id = f.force_id and d.person_id in (select llwybr_cluster(f.force_id, f.person_id)) and d.kind = 'death'
       and not ${isCorrected('d')})`;
  const { rows } = await db.pool.query<FactPathway>(
    `select p.force_id as "forceId", p.id as "pathwayId", p.kind, f.carry_listed as carrying,
         llwybr_reassigned_at(p.force_id, p.id) as "reassignedAt",
         case when f.kind = 'death-corrected' and p.kind = 'compulsory' and not ${heardOfDeath}
           then f.data->>'correctsFactId' end as "deathFirst"
       from person_fact f
       join pathway p on p.force_id = f.force_id and p.person_id in (select llwybr_cluster(f.force_id, f.person_id))
       left join arrest_task t on t.force_id = f.force_id and t.id = f.task_id
      where f.force_id = $1 and f.id = $2 and (f.task_id is null or p.id = t.pathway_id)
        and (p.needs_run or (f.kind = 'death-corrected' and ${heardOfDeath}))
        and not (f.kind = 'death-corrected' and (f.recorded_at < p.created_at or ${standingDeath}))
        and not (f.kind = 'death' and exists (
          select from person_fact c
           where c.force_id = f.force_id and c.kind = 'death-corrected'
             and c.data->>'correctsFactId' = f.id::text
             and (p.kind = 'diversion' or c.recorded_at < p.created_at)))
        and not exists (
          select from person_fact later
           where later.force_id = f.force_id and later.person_id in (select llwybr_cluster(f.force_id, f.person_id))
             and later.id <> f.id
             and ${matterOf('later')} = ${matterOf('f')}
             and (later.occurred_at, later.recorded_at) > (f.occurred_at, f.recorded_at)
             and later.recorded_at < p.created_at)
      order by p.received_at, p.id`,
    [forceId, factId],
  );
  return rows;
}

/**
 * Marks the fact carried to the pathways last listed. false: the person got another one since, or one that was finished
 * goes on: it is to be carried again.
 */
export async function markCarried(db: Database, forceId: string, factId: string): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `update person_fact set carried_at = coalesce(carried_at, clock_timestamp())
      where force_id = $1 and id = $2 and carry_listed = carry_wanted`,
    [forceId, factId],
  );
  return rowCount === 1;
}

/** Has every death of the person that stands carried again: a pathway may have known of one that was then corrected. */
export async function carryDeathsAgain(db: Database, forceId: string, personId: string): Promise<void> {
  await db.pool.query(
    `with held as (
       select f.id from person_fact f
        where f.force_id = $1 and f.person_id in (select llwybr_cluster($1, $2)) and f.kind = 'death'
          and not ${isCorrected('f')}
        order by f.id for no key update
     ) update person_fact set carried_at = null, carry_wanted = carry_wanted + 1
        from held where person_fact.force_id = $1 and person_fact.id = held.id`,
    [forceId, personId],
  );
}
