import { systemActor } from '../workflows/domain/common/actor.ts';
import type { Actor, Role } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';
import { decryptPerson } from './person-columns.ts';
import type { PersonColumns } from './person-columns.ts';
import type { Scope } from './scope.ts';

/**
 * What leaves the circle of those who work on a case: that somebody may be in danger, told to a partner by a person with a
 * reason; and what the police are told of a referral of theirs, each time they ask or an e-mail tells them.
 */
export const disclosedMatters = ['danger', 'referral-status'] as const;
export type DisclosedMatter = (typeof disclosedMatters)[number];

export interface Disclosure {
  readonly disclosureId: string;
  readonly personId: string;
  readonly matter: DisclosedMatter;
  /** The referral that it was about; null: it was about the person. */
  readonly pathwayId: string | null;
  readonly toOrganisationId: string;
  /** By code. */
  readonly reason: string;
  readonly disclosedAt: Instant;
  readonly by: { readonly userId: string; readonly role: Role; readonly organisationId: string };
}

/** What a partner was told and may know as long as it holds. */
export interface DangerDisclosed {
  readonly disclosureId: string;
  readonly reason: string;
  readonly disclosedAt: Instant;
  readonly since: Instant;
  readonly person: {
    readonly personId: string;
    readonly surname: string;
    readonly forenames: string | null;
    readonly birthDate: string;
  };
}

const columns = `d.id as "disclosureId", d.person_id as "personId", d.matter, d.pathway_id as "pathwayId",
  d.to_organisation_id as "toOrganisationId", d.reason, llwybr_instant(d.disclosed_at) as "disclosedAt",
  jsonb_build_object('userId', d.actor_id, 'role', d.actor_role, 'organisationId', d.organisation_id) as by`;

/** What was told last of danger of this person, on any row of the human being. */
const danger = (
  person: string,
): string => `(select f.kind, f.occurred_at from llwybr_binding_facts($1, ${person}) f
   where f.kind in ('safety-flag', 'safety-flag-lifted') order by f.occurred_at desc, f.recorded_at desc limit 1)`;

/** Since when the person is said to be in danger; null: they are not. */
export async function dangerSince(db: Database, forceId: string, personId: string): Promise<Instant | null> {
  const { rows } = await db.pool.query<{ since: Instant }>(
    `select llwybr_instant(told.occurred_at) as since from ${danger('$2')} told where told.kind = 'safety-flag'`,
    [forceId, personId],
  );
  return rows[0]?.since ?? null;
}

/** Once for each id. */
export async function recordDisclosure(
  db: Database,
  {
    disclosureId,
    personId,
    matter,
    pathwayId,
    toOrganisationId,
    reason,
    disclosedAt,
    actor,
  }: Omit<Disclosure, 'by'> & { readonly actor: Actor },
): Promise<void> {
  await db.pool.query(
    `insert into disclosure (force_id, id, person_id, matter, pathway_id, to_organisation_id, reason, disclosed_at,
         actor_id, actor_role, organisation_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (force_id, id) do nothing`,
    [
      ...[actor.forceId, disclosureId, personId, matter, pathwayId, toOrganisationId, reason, disclosedAt],
      ...[actor.userId, actor.role, actor.organisationId],
    ],
  );
}

/**
 * That an e-mail told the officer how far their referral is, once for each message: under the id of the message, of the
 * person whom it was planned about, at the time when it was handed over. Nothing is written of one that never was.
 */
export async function recordToldByEmail(db: Database, forceId: string, intentId: string): Promise<void> {
  const { userId, role, organisationId } = systemActor(forceId);
  await db.pool.query(
    `insert into disclosure (force_id, id, person_id, matter, pathway_id, to_organisation_id, reason, disclosed_at,
         actor_id, actor_role, organisation_id)
       select m.force_id, m.id, whose.person_id, 'referral-status', m.pathway_id, opened.organisation_id, $3,
           m.handed_over_at, $4, $5, $6
         from message m
         join pathway_of_person whose on whose.force_id = m.force_id and whose.pathway_id = m.pathway_id
           and m.seq >= whose.after_seq and m.seq < whose.until_seq
         join event opened on opened.force_id = m.force_id and opened.pathway_id = m.pathway_id and opened.seq = 1
        where m.force_id = $1 and m.id = $2 and m.handed_over_at is not null
       on conflict (force_id, id) do nothing`,
    [forceId, intentId, 'told-who-referred', userId, role, organisationId],
  );
}

/** What was told under this id; null: nothing. */
export async function disclosureById(
  db: Database,
  forceId: string,
  disclosureId: string,
): Promise<Disclosure | null> {
  const { rows } = await db.pool.query<Disclosure>(
    `select ${columns} from disclosure d where d.force_id = $1 and d.id = $2`,
    [forceId, disclosureId],
  );
  return rows[0] ?? null;
}

/**
 * The log of one human being, the newest first. To a provider, nothing of cases that another one has, nor what another one
 * told: that there is another one it does not learn here.
 */
export async function disclosuresOf(
  db: Database,
  { forceId, providerId }: Scope,
  personId: string,
  limit: number,
): Promise<Disclosure[]> {
  const { rows } = await db.pool.query<Disclosure>(
    `select ${columns} from disclosure d
      where d.force_id = $1 and d.person_id in (select llwybr_cluster($1, $2))
        and ($3::text is null or exists (select from pathway p
          where p.force_id = $1 and p.provider_id = $3 and p.kind = 'diversion' and p.stage <> 'void'
            and case when d.pathway_id is null
              then p.person_id = d.person_id and (d.organisation_id = $3 or d.actor_role = 'Manager')
              else p.id = d.pathway_id end))
      order by d.disclosed_at desc, d.id limit $4`,
    [forceId, personId, providerId, limit],
  );
  return rows;
}

/** What this organisation was told of danger that still holds, of each person what it was told last. */
export async function dangersDisclosedTo(
  db: Database,
  forceId: string,
  organisationId: string,
): Promise<DangerDisclosed[]> {
  const { rows } = await db.pool.query<
    Omit<DangerDisclosed, 'person'> & Omit<PersonColumns, 'nominalIndex' | 'nameDobIndex' | 'mobileIndex'>
  >(
    `select d.id as "disclosureId", d.reason, llwybr_instant(d.disclosed_at) as "disclosedAt",
         llwybr_instant(told.occurred_at) as since, q.id, q.nominal, q.surname, q.forenames,
         q.birth_date as "birthDate", q.address, q.postcode, q.mobile, q.email, q.sex, q.ethnicity, q.language,
         q.safe_to_text as "safeToText"
       from (select distinct on (person_id) * from disclosure
              where force_id = $1 and to_organisation_id = $2 and matter = 'danger'
              order by person_id, disclosed_at desc, id) d
       join person q on q.force_id = d.force_id and q.id = d.person_id and q.erased_at is null
       join lateral ${danger('d.person_id')} told on told.kind = 'safety-flag'
      order by d.disclosed_at desc, d.id`,
    [forceId, organisationId],
  );
  return rows.map(({ disclosureId, reason, disclosedAt, since, ...row }) => {
    const { surname, forenames, birthDate } = decryptPerson(db.fields, row);
    return {
      ...{ disclosureId, reason, disclosedAt, since },
      person: { personId: row.id, surname, forenames, birthDate },
    };
  });
}
