import type { ConsentPurpose } from '../workflows/domain/common/consent.ts';
import { consentPurposes } from '../workflows/domain/common/consent.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { Database } from './database.ts';
import type { Scope } from './scope.ts';

export interface ReferralFigures {
  readonly asAt: Instant;
  readonly received: number;
  readonly open: number;
  readonly closed: number;
  /** How many human beings were referred: one of several rows is counted once. */
  readonly people: number;
  /** By where the person lives; the parts add up to the whole. */
  readonly areas: readonly AreaFigures[];
  /** Referrals that are in none of these numbers, because the person has not agreed to it. */
  readonly leftOut: number;
}

export interface AreaFigures {
  /** null: in none of the force's areas, or not known. */
  readonly area: string | null;
  readonly received: number;
  readonly open: number;
  readonly closed: number;
}

interface Line {
  readonly whole: boolean;
  readonly area: string | null;
  readonly open: number;
  readonly closed: number;
  readonly people: number;
  readonly leftOut: number;
}

/** The consent of this purpose that holds for the person of the row `p`: the latest by when it was so. */
const agreesTo = (purpose: string): string => `coalesce((select f.kind = 'consent-given'
    from llwybr_binding_facts(p.force_id, p.person_id) f
   where f.kind in ('consent-given', 'consent-withdrawn') and f.data->>'purpose' = ${purpose}
   order by f.occurred_at desc, f.recorded_at desc limit 1), false)`;

/**
 * Referrals received up to an instant, and how many of them were open and closed then, by the dates in the
 * world as they are known today: a closing recorded late counts from its own date, one that was taken back
 * counts until the return. What is void was never a referral, at no date (M45). Open and closed are one split of what
 * was received, so they always add up.
 *
 * @param options.agreedTo only whose who agree to this purpose as of now; left out: everybody
 */
export async function referralFigures(
  db: Database,
  scope: Scope,
  asAt: Instant,
  {
    kind = 'diversion',
    agreedTo,
  }: { readonly kind?: PathwayKindName; readonly agreedTo?: ConsentPurpose } = {},
): Promise<ReferralFigures> {
  const { rows } = await db.pool.query<Line>(
    `select grouping(counted.area) = 1 as whole, counted.area,
         (count(*) filter (where agreed and not closed))::integer as open,
         (count(*) filter (where agreed and closed))::integer as closed,
         (count(distinct coalesce(merged.counted_as, counted.person_id)) filter (where agreed))::integer as people,
         (count(*) filter (where not agreed))::integer as "leftOut"
       from (
         select p.person_id, p.summary->>'area' as area, coalesce((
             select t.closed from pathway_turn t
              where t.force_id = p.force_id and t.pathway_id = p.id and t.at <= $3
              order by t.seq desc, t.at desc limit 1), false) as closed,
             ${agreedTo === undefined ? 'true' : agreesTo('$5')} as agreed
           from pathway p
          where p.force_id = $1 and ($2::text is null or p.provider_id = $2) and p.received_at <= $3 and p.kind = $4
            and p.stage <> 'void'
       ) counted
       left join llwybr_counted_as($1) merged on merged.person_id = counted.person_id
      group by grouping sets ((), (counted.area))
      order by whole desc, counted.area nulls last`,
    [scope.forceId, scope.providerId, asAt, kind, ...(agreedTo === undefined ? [] : [agreedTo])],
  );
  const { open = 0, closed = 0, people = 0, leftOut = 0 } = rows.find(({ whole }) => whole) ?? {};
  const areas = rows
    .filter((line) => !line.whole && line.open + line.closed > 0)
    .map((line) => ({
      ...{ area: line.area, received: line.open + line.closed },
      ...{ open: line.open, closed: line.closed },
    }));
  return { asAt, received: open + closed, open, closed, people, areas, leftOut };
}

export interface ConsentFigures {
  readonly purpose: ConsentPurpose;
  /** Human beings with a referral in the scope, by what holds now. They add up to `people`. */
  readonly given: number;
  readonly withdrawn: number;
  readonly notAsked: number;
}

/** What people with a referral have agreed to, as of now: each purpose by itself. */
export async function consentFigures(
  db: Database,
  scope: Scope,
): Promise<{ readonly people: number; readonly purposes: readonly ConsentFigures[] }> {
  const { rows } = await db.pool.query<ConsentFigures & { people: number }>(
    `with referred as (
       select distinct on (coalesce(merged.counted_as, p.person_id)) p.force_id, p.person_id
         from pathway p left join llwybr_counted_as($1) merged on merged.person_id = p.person_id
        where p.force_id = $1 and ($2::text is null or p.provider_id = $2) and p.kind = 'diversion' and p.stage <> 'void'
     )
     select purpose, count(person_id)::integer as people,
         (count(*) filter (where kind = 'consent-given'))::integer as given,
         (count(*) filter (where kind = 'consent-withdrawn'))::integer as withdrawn,
         (count(person_id) filter (where kind is null))::integer as "notAsked"
       from unnest($3::text[]) with ordinality asked(purpose, place)
       left join referred p on true
       left join lateral (
         select f.kind from llwybr_binding_facts(p.force_id, p.person_id) f
          where f.kind in ('consent-given', 'consent-withdrawn') and f.data->>'purpose' = asked.purpose
          order by f.occurred_at desc, f.recorded_at desc limit 1) held on true
      group by purpose, place order by place`,
    [scope.forceId, scope.providerId, [...consentPurposes]],
  );
  return {
    people: rows[0]?.people ?? 0,
    purposes: rows.map(({ purpose, given, withdrawn, notAsked }) => ({
      purpose,
      given,
      withdrawn,
      notAsked,
    })),
  };
}

/** How many human beings with a referral of the force are said to be in danger now. */
export async function peopleInDanger(db: Database, forceId: string): Promise<number> {
  const { rows } = await db.pool.query<{ people: number }>(
    `select count(distinct coalesce(merged.counted_as, p.person_id))::integer as people
       from pathway p left join llwybr_counted_as($1) merged on merged.person_id = p.person_id
      where p.force_id = $1 and p.kind = 'diversion' and p.stage <> 'void'
        and (select f.kind from llwybr_binding_facts(p.force_id, p.person_id) f
              where f.kind in ('safety-flag', 'safety-flag-lifted')
              order by f.occurred_at desc, f.recorded_at desc limit 1) = 'safety-flag'`,
    [forceId],
  );
  return rows[0]?.people ?? 0;
}
