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
}

/**
 * Referrals received up to an instant, and how many of them were open and closed then, by the dates in the
 * world as they are known today: a closing recorded late counts from its own date, one that was taken back
 * counts until the return. What is void was never a referral, at no date (M45). Open and closed are one split of what
 * was received, so they always add up.
 */
export async function referralFigures(
  db: Database,
  scope: Scope,
  asAt: Instant,
  kind: PathwayKindName = 'diversion',
): Promise<ReferralFigures> {
  const { rows } = await db.pool.query<{ open: number; closed: number; people: number }>(
    `select (count(*) filter (where not closed))::integer as open, (count(*) filter (where closed))::integer as closed,
         count(distinct coalesce(merged.counted_as, counted.person_id))::integer as people
       from (
         select p.person_id, coalesce((
             select t.closed from pathway_turn t
              where t.force_id = p.force_id and t.pathway_id = p.id and t.at <= $3
              order by t.seq desc, t.at desc limit 1), false) as closed
           from pathway p
          where p.force_id = $1 and ($2::text is null or p.provider_id = $2) and p.received_at <= $3 and p.kind = $4
            and p.stage <> 'void'
       ) counted
       left join llwybr_counted_as($1) merged on merged.person_id = counted.person_id`,
    [scope.forceId, scope.providerId, asAt, kind],
  );
  const { open = 0, closed = 0, people = 0 } = rows[0] ?? {};
  return { asAt, received: open + closed, open, closed, people };
}
