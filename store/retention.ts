import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Actor } from '../workflows/domain/common/actor.ts';
import { after } from '../workflows/domain/common/duration.ts';
import { isBefore } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Policy } from '../workflows/domain/common/policy.ts';
import { unmatchedReplyKeptDays } from '../workflows/domain/common/reply.ts';
import type { Database } from './database.ts';
import { erasedWords } from './messages.ts';
import { isUuid } from './scope.ts';

/**
 * How long the details of people are kept. The ledger, the rows of the lists and all counts hold nobody's name, so that
 * they stay as they are when a person's details are erased.
 */
export interface KeptPerson {
  readonly personId: string;
  /** Every case of the human being, void ones too. */
  readonly cases: number;
  /** When the last of them ended; null: one is still worked on, or may be come back to. */
  readonly endedAt: Instant | null;
  /** From then on they may be erased; null: no end is set for one of the cases, or one has not ended. */
  readonly keptUntil: Instant | null;
}

interface Row {
  readonly personId: string;
  readonly cases: readonly {
    /** null: something may still happen in it by itself, or by a person. */
    readonly endedAt: Instant | null;
    /** As the latest version of its policy that has begun says it; null: no end is set. */
    readonly retention: Policy['retention'] | null;
    readonly bankHolidays: Policy['bankHolidays'];
  }[];
}

/**
 * Of these people: their cases, with what is said now of how long to keep. A referral that was concluded counts as closed
 * from then on, and its treatment may have gone on for years: details are kept from when that ended. Of who was named in
 * another one's place the case ends where that was put right.
 */
const keeping = (people: string): string => `select q.id as "personId", coalesce(jsonb_agg(jsonb_build_object(
      'endedAt', llwybr_instant(p.ended_at),
      'retention', held.body->'retention', 'bankHolidays', coalesce(held.body->'bankHolidays', '[]')))
      filter (where p.policy_id is not null), '[]') as cases
    from (${people}) q
    left join lateral (
      select own.policy_id, case when not own.needs_run then greatest(own.closed_at, (
          select max(e.occurred_at) from event e
           where e.force_id = $1 and e.pathway_id = own.id and e.type = 'pathway-closed')) end as ended_at
        from llwybr_cluster($1, q.id) as one(id)
        join pathway own on own.force_id = $1 and own.person_id = one.id
      union all
      select was.policy_id, e.recorded_at
        from llwybr_cluster($1, q.id) as one(id)
        join event e on e.force_id = $1 and e.type = 'person-reassigned' and e.data->>'from' = one.id::text
        join pathway was on was.force_id = $1 and was.id = e.pathway_id) p on true
    left join lateral (
      select body from policy where policy.force_id = $1 and policy.policy_id = p.policy_id and valid_from <= $2
       order by version desc limit 1) held on true
   group by q.id order by q.id`;

/** null: there is no such person, or nothing is left of them. */
export async function keptPerson(
  db: Database,
  forceId: string,
  personId: string,
  now: Instant,
): Promise<KeptPerson | null> {
  if (!isUuid(personId)) return null;
  return keptIn(db.pool, forceId, personId, now);
}

async function keptIn(
  client: Pick<pg.ClientBase, 'query'>,
  forceId: string,
  personId: string,
  now: Instant,
): Promise<KeptPerson | null> {
  const { rows } = await client.query<Row>(
    keeping('select id from person where force_id = $1 and id = $3 and erased_at is null'),
    [forceId, now, personId],
  );
  return rows.map(kept)[0] ?? null;
}

const batch = 500;

/** So many people are looked at for one page: a few hundred milliseconds' worth. */
const mostLookedAt = 2_000;

/**
 * People whose time is over, by id, from behind an id on.
 *
 * @returns with `next` the id to go on behind, also where none was found among those who were looked at; null: that was all
 */
export async function peopleToErase(
  db: Database,
  forceId: string,
  now: Instant,
  {
    limit,
    after: from,
    looked = mostLookedAt,
  }: { readonly limit: number; readonly after?: string; readonly looked?: number },
): Promise<{ readonly people: readonly KeptPerson[]; readonly next: string | null }> {
  const people: KeptPerson[] = [];
  let last = from ?? '00000000-0000-0000-0000-000000000000';
  for (let left = looked; left > 0; left -= batch) {
    const size = Math.min(batch, left);
    const { rows } = await db.pool.query<Row>(
      keeping(`select id from person where force_id = $1 and erased_at is null and id > $3
        and (exists (select from pathway p where p.force_id = $1 and p.person_id = person.id and not p.needs_run)
          or exists (select from event e
            where e.force_id = $1 and e.type = 'person-reassigned' and e.data->>'from' = person.id::text))
        order by id limit ${String(size)}`),
      [forceId, now, last],
    );
    for (const row of rows) {
      const person = kept(row);
      last = person.personId;
      if (isOver(person, now)) people.push(person);
      if (people.length === limit) return { people, next: last };
    }
    if (rows.length < size) return { people, next: null };
  }
  return { people, next: last };
}

export function isOver({ keptUntil }: KeptPerson, now: Instant): boolean {
  return keptUntil !== null && !isBefore(now, keptUntil);
}

function kept({ personId, cases }: Row): KeptPerson {
  const ends = cases.map(({ endedAt }) => endedAt);
  const untils = cases.map(({ endedAt, retention, bankHolidays }) =>
    endedAt === null || retention === null || retention === undefined
      ? null
      : after(endedAt, retention, bankHolidays),
  );
  return { personId, cases: cases.length, endedAt: latest(ends), keptUntil: latest(untils) };
}

/** null where one of them is not there, or there are none. */
function latest(instants: readonly (Instant | null)[]): Instant | null {
  let last: Instant | null = null;
  for (const instant of instants) {
    if (instant === null) return null;
    if (last === null || isBefore(last, instant)) last = instant;
  }
  return last;
}

export interface Erased {
  readonly personId: string;
  readonly erasedAt: Instant;
}

/**
 * Erases what says who the person is: names, numbers, addresses, notes, the old and new of what was put right, texts. The
 * cases, their events and every count stay, and so do the keyed hashes by which the same outcome is known when it is sent
 * again. Once for each request; it cannot be taken back.
 *
 * @returns null when the person was erased before, or something of theirs began meanwhile
 */
export async function erasePerson(
  db: Database,
  {
    requestId,
    personId,
    reason,
    now,
    actor,
  }: {
    readonly requestId: string;
    readonly personId: string;
    readonly reason: string;
    readonly now: Instant;
    readonly actor: Actor;
  },
): Promise<Erased | null> {
  const { forceId, userId, role } = actor;
  const nobody = (column: string): string =>
    db.fields.encrypt('-', { table: 'person', column, rowId: personId });
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    // Every row of the human being is held against what is just coming to one of them, an intake above all. What came while
    // this waited only a statement after it sees.
    await client.query(
      `select from person where force_id = $1 and id in (select llwybr_cluster($1, $2)) order by id for update`,
      [forceId, personId],
    );
    const person = await keptIn(client, forceId, personId, now);
    if (person === null || !isOver(person, now)) {
      await client.query('rollback');
      return await erasedBy(db, forceId, requestId);
    }
    const { keptUntil } = person;
    await client.query(
      `insert into erasure (force_id, id, person_id, reason, kept_until, erased_at, actor_id, actor_role)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [forceId, requestId, personId, reason, keptUntil, now, userId, role],
    );
    // First, while it is known which numbers were theirs. What no case has of a number that is somebody else's now is theirs.
    // A case that was this person's may have what answered no text: no text says then of whom it was.
    await client.query(
      `update reply set mobile = null, mobile_index = null, words = null
        where force_id = $1 and (pathway_id is null or intent_id is null and pathway_id in (
            select pathway_id from event where force_id = $1 and type = 'person-reassigned' and data->>'from' = $2::uuid::text))
          and mobile_index in (
            select mobile_index from person where force_id = $1 and id = $2
            union select mobile_index from former_number where force_id = $1 and person_id = $2)
          and not exists (
            select from person other
             where other.force_id = reply.force_id and other.mobile_index = reply.mobile_index and other.id <> $2)`,
      [forceId, personId],
    );
    await client.query(
      `update person set nominal = null, nominal_index = null, name_dob_index = $3, mobile_index = null, surname = $4,
           forenames = null, birth_date = $5, address = null, postcode = null, mobile = null, email = null, sex = null,
           ethnicity = null, language = null, safe_to_text = null, mobile_given_at = null, email_given_at = null,
           mobile_given_again_at = null, updated_at = $6, erased_at = $6
         where force_id = $1 and id = $2`,
      [
        ...[forceId, personId],
        // Of nobody, so that nobody is found or matched by it.
        ...[ofNobody(db, forceId), nobody('surname'), nobody('birth_date')],
        now,
      ],
    );
    for (const statement of [
      'delete from language_choice where force_id = $1 and person_id = $2',
      'delete from person_link where force_id = $1 and person_id = $2',
      'delete from former_number where force_id = $1 and person_id = $2',
      'delete from person_possible_match where force_id = $1 and $2 in (person_id, other_person_id)',
      'delete from amended_detail where force_id = $1 and person_id = $2',
      'update amendment set name_dob_index = null, mobile_index = null where force_id = $1 and person_id = $2',
      // By the keyed hash of a number that is a stranger's nobody else who is known with it is texted there either.
      `update reply set mobile = null, words = null,
           mobile_index = case when meaning = 'wrong-person' and finding is distinct from 'number-is-right' and exists (
             select from person other
              where other.force_id = reply.force_id and other.mobile_index = reply.mobile_index
                and other.id not in (select llwybr_cluster($1, $2))) then mobile_index end
         where force_id = $1 and (
         pathway_id in (select id from pathway where force_id = $1 and person_id = $2)
         or intent_id in (select m.id from event e join message m on m.force_id = e.force_id and m.pathway_id = e.pathway_id
           where e.force_id = $1 and e.type = 'person-reassigned' and e.data->>'from' = $2::text and m.seq < e.seq))`,
      `delete from note where force_id = $1
         and pathway_id in (select id from pathway where force_id = $1 and person_id = $2)`,
    ]) {
      await client.query(statement, [forceId, personId]);
    }
    const { rows: messages } = await client.query<{ id: string }>(
      `select m.id from message m join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
        where m.force_id = $1 and p.person_id = $2 and coalesce(m.recipient, m.body) is not null
       union
       select m.id from event e join message m on m.force_id = e.force_id and m.pathway_id = e.pathway_id
        where e.force_id = $1 and e.type = 'person-reassigned' and e.data->>'from' = $2::text and m.seq < e.seq
          and coalesce(m.recipient, m.body) is not null`,
      [forceId, personId],
    );
    for (const { id } of messages) {
      // That one was handed over is kept, so something stands in the place of what it said.
      const sealed = (column: string) =>
        db.fields.encrypt(erasedWords, { table: 'message', column, rowId: id });
      await client.query(
        'update message set recipient = $3, recipient_index = null, body = $4 where force_id = $1 and id = $2',
        [...[forceId, id, sealed('recipient'), sealed('body')]],
      );
    }
    await client.query('commit');
    return { personId, erasedAt: now };
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/**
 * Erases number and words of what somebody wrote whom no case here has, once it has waited for nobody for as long as the
 * rule says (workflows/domain/common/reply.ts). By the keyed hash of a number that is somebody else's, or from which STOP
 * came, no text goes there still.
 *
 * @returns of how many
 */
export async function eraseUnmatchedReplies(db: Database): Promise<number> {
  const { rowCount } = await db.pool.query(
    `update reply set mobile = null, words = null,
        mobile_index = case when meaning in ('stop', 'start')
          or meaning = 'wrong-person' and finding is distinct from 'number-is-right' then mobile_index end
      where pathway_id is null and words is not null
        and case when meaning = 'help' or told_of_person and not call_today then received_at else settled_at end
          < clock_timestamp() - make_interval(days => $1)`,
    [unmatchedReplyKeptDays],
  );
  return rowCount ?? 0;
}

/** What this request did before; null: it did nothing. */
async function erasedBy(db: Database, forceId: string, requestId: string): Promise<Erased | null> {
  const { rows } = await db.pool.query<Erased>(
    `select person_id as "personId", llwybr_instant(erased_at) as "erasedAt" from erasure
      where force_id = $1 and id = $2`,
    [forceId, requestId],
  );
  return rows[0] ?? null;
}

/** An index that no search and no intake comes to. */
function ofNobody(db: Database, forceId: string): string {
  const nobody = { surname: randomUUID(), forenames: null, birthDate: '0001-01-01' };
  return db.fields.nameAndBirthDateIndex(forceId, nobody);
}
