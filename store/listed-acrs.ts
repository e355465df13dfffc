import type { LocalDate } from '../workflows/domain/common/london-time.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';
import { outcomeIdentityHash } from './outcome-identity.ts';
import type { OutcomeIdentity } from './outcome-identity.ts';

export interface ListedAcr {
  readonly identity: OutcomeIdentity;
  readonly outcomeDate: LocalDate;
  readonly importId: string;
  readonly line: number;
}

/**
 * Puts one resolution of the force's own list beside the referrals. Keyed hashes, the date and the place in the file are
 * kept, nothing that names anybody.
 * @returns whether it is new; where it is not, whether it was listed with this date
 */
export async function listAcr(
  db: Database,
  forceId: string,
  { identity, outcomeDate, importId, line }: ListedAcr,
): Promise<{ readonly created: boolean; readonly sameDate: boolean }> {
  const identityHash = outcomeIdentityHash(db.fields, forceId, identity);
  const { rowCount } = await db.pool.query({
    name: 'llwybr-list-acr',
    text: `insert into listed_acr (force_id, identity_hash, nominal_hash, outcome_date, import_id, line)
      values ($1, $2, $3, $4, $5, $6) on conflict (force_id, identity_hash) do nothing`,
    values: [
      forceId,
      identityHash,
      db.fields.blindIndex('nominal', forceId, identity.nominalNumber),
      outcomeDate,
      importId,
      line,
    ],
  });
  if (rowCount === 1) return { created: true, sameDate: true };
  const { rows } = await db.pool.query<{ sameDate: boolean }>(
    `select outcome_date = $3 as "sameDate"
      from listed_acr where force_id = $1 and identity_hash = $2`,
    [forceId, identityHash, outcomeDate],
  );
  return { created: false, sameDate: rows[0]?.sameDate ?? true };
}

/** Why a resolution on the force's list is no referral here. */
export const acrReasons = [
  'never-received',
  'counted-no-referral',
  'referral-voided',
  'referred-as-another-disposal',
  'referred-under-another-number',
] as const;
export type AcrReason = (typeof acrReasons)[number];

/** Why a referral by a resolution is not on the force's list. */
export const referralReasons = [
  'not-on-the-list',
  'outside-the-list',
  'no-police-number',
  'listed-under-another-number',
] as const;
export type ReferralReason = (typeof referralReasons)[number];

export interface AcrReconciliation {
  /** The dates between which the list has entries; null: no list was loaded. */
  readonly listFrom: LocalDate | null;
  readonly listTo: LocalDate | null;
  readonly acrs: number;
  readonly acrsReferred: number;
  readonly referrals: number;
  readonly referralsListed: number;
  /** Referrals of the same days that no community resolution brought: they are not compared. */
  readonly notCompared: number;
  readonly acrsWithoutReferral: Readonly<Record<AcrReason, number>>;
  readonly referralsWithoutAcr: Readonly<Record<ReferralReason, number>>;
  readonly unreferred: readonly UnreferredAcr[];
  readonly unlisted: readonly UnlistedReferral[];
}

export interface UnreferredAcr {
  readonly outcomeDate: LocalDate;
  readonly reason: AcrReason;
  /** Where the force finds it in its own file. */
  readonly importId: string;
  readonly line: number;
}

export interface UnlistedReferral {
  readonly reference: string;
  readonly pathwayId: string;
  readonly receivedAt: Instant;
  readonly reason: ReferralReason;
}

/** Every row, also those of which there is nothing to explain. */
type Judged<R extends { readonly reason: string }, None> = Omit<R, 'reason'> & {
  readonly reason: R['reason'] | None;
};

/** Named one by one at most; the counts are of all. */
export const mostNamed = 1000;

/** The referrals of the force, with how the offence was dealt with and whether they count. */
const referralsOf = `select p.id, p.reference, p.person_id, p.received_at, p.stage = 'void' as void,
    e.data->>'disposal' as disposal, (p.received_at at time zone 'Europe/London')::date::text as day,
    (select o.identity_hash from outcome o where o.force_id = p.force_id and o.pathway_id = p.id limit 1) as identity_hash
  from pathway p join event e on e.force_id = p.force_id and e.pathway_id = p.id and e.seq = 1
  where p.force_id = $1 and p.kind = 'diversion'`;

const ofAcr = `'adult-community-resolution'`;

/**
 * The force's own list of community resolutions held against the referrals, of the local days from `from` to `to`, both
 * in. They are compared by identity, so that one decided on the last day and received on the next is no difference.
 */
export async function reconcileAcrs(
  db: Database,
  forceId: string,
  from: LocalDate,
  to: LocalDate,
): Promise<AcrReconciliation> {
  const period = [forceId, from, to];
  const [acrs, referrals, list] = await Promise.all([
    db.pool.query<Judged<UnreferredAcr, null>>(
      `with referral as (${referralsOf})
       select l.outcome_date as "outcomeDate", l.import_id as "importId", l.line,
         case
           when r.void then 'referral-voided'
           when r.disposal = ${ofAcr} then null
           when r.id is not null then 'referred-as-another-disposal'
           when exists (select from referral other join person q on q.force_id = $1 and q.id = other.person_id
             where q.nominal_index = l.nominal_hash and not other.void and other.disposal = ${ofAcr}
               and not exists (select from listed_acr twin
                 where twin.force_id = $1 and twin.identity_hash = other.identity_hash))
             then 'referred-under-another-number'
           when exists (select from counted_outcome c where c.force_id = $1 and c.identity_hash = l.identity_hash)
             then 'counted-no-referral'
           else 'never-received'
         end as reason
       from listed_acr l
       left join referral r on r.identity_hash = l.identity_hash
       where l.force_id = $1 and l.outcome_date between $2 and $3
       order by l.outcome_date, l.import_id, l.line`,
      period,
    ),
    db.pool.query<Judged<UnlistedReferral, 'not-compared' | null>>(
      `with referral as (${referralsOf}),
         span as (select min(outcome_date) as first, max(outcome_date) as last from listed_acr where force_id = $1)
       select r.reference, r.id as "pathwayId", llwybr_instant(r.received_at) as "receivedAt",
         case
           when r.disposal is distinct from ${ofAcr} then 'not-compared'
           when exists (select from listed_acr l where l.force_id = $1 and l.identity_hash = r.identity_hash) then null
           when r.identity_hash is null then 'no-police-number'
           when exists (select from listed_acr l join person q on q.force_id = $1 and q.nominal_index = l.nominal_hash
             where l.force_id = $1 and q.id = r.person_id and not exists (select from outcome o
               where o.force_id = $1 and o.identity_hash = l.identity_hash))
             then 'listed-under-another-number'
           when r.day between span.first and span.last then 'not-on-the-list'
           else 'outside-the-list'
         end as reason
       from referral r cross join span
       where not r.void and r.day between $2 and $3
       order by r.received_at, r.id`,
      period,
    ),
    db.pool.query<{ listFrom: LocalDate | null; listTo: LocalDate | null }>(
      `select min(outcome_date) as "listFrom", max(outcome_date) as "listTo" from listed_acr where force_id = $1`,
      [forceId],
    ),
  ]);
  const compared = referrals.rows.filter(({ reason }) => reason !== 'not-compared');
  const unreferred = acrs.rows.filter((row): row is UnreferredAcr => row.reason !== null);
  const unlisted = compared.filter(
    (row): row is UnlistedReferral => row.reason !== null && row.reason !== 'not-compared',
  );
  return {
    ...{ listFrom: null, listTo: null, ...list.rows[0] },
    acrs: acrs.rows.length,
    acrsReferred: acrs.rows.length - unreferred.length,
    referrals: compared.length,
    referralsListed: compared.length - unlisted.length,
    notCompared: referrals.rows.length - compared.length,
    acrsWithoutReferral: countBy(acrReasons, unreferred),
    referralsWithoutAcr: countBy(referralReasons, unlisted),
    unreferred: unreferred.slice(0, mostNamed),
    unlisted: unlisted.slice(0, mostNamed),
  };
}

function countBy<R extends string>(
  reasons: readonly R[],
  rows: readonly { readonly reason: R }[],
): Readonly<Record<R, number>> {
  return Object.fromEntries(
    reasons.map((reason) => [reason, rows.filter((row) => row.reason === reason).length]),
  ) as Record<R, number>;
}
