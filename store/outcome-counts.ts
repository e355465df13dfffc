import type { Database } from './database.ts';
import { outcomeIdentityHash } from './outcome-identity.ts';
import type { OutcomeIdentity } from './outcome-identity.ts';

/** Why an outcome became no referral. */
export type CountedBecause = 'not-possession' | 'other-outcome' | 'declined' | 'under-18';

export interface OutcomeCount {
  /** Of the outcome, local: YYYY-MM. */
  readonly month: string;
  /** Home Office outcome. */
  readonly outcomeCode: string;
  readonly offenceCode: string;
  readonly reason: CountedBecause;
}

/**
 * Counts an outcome that becomes no referral. Of the person nothing is kept but a keyed hash of the identity,
 * so that the same row sent again is counted once.
 */
export async function countOutcome(
  db: Database,
  forceId: string,
  identity: OutcomeIdentity,
  outcome: OutcomeCount,
): Promise<{ readonly counted: boolean }> {
  const { rowCount } = await db.pool.query({
    name: 'llwybr-count-outcome',
    text: `with fresh as (
        insert into counted_outcome (force_id, identity_hash) values ($1, $2)
        on conflict (force_id, identity_hash) do nothing returning force_id
      )
      insert into outcome_count as c (force_id, month, outcome_code, offence_code, reason, count)
        select force_id, $3, $4, $5, $6, 1 from fresh
        on conflict (force_id, month, outcome_code, offence_code, reason) do update set count = c.count + 1`,
    values: [
      forceId,
      outcomeIdentityHash(db.fields, forceId, identity),
      outcome.month,
      outcome.outcomeCode,
      outcome.offenceCode,
      outcome.reason,
    ],
  });
  return { counted: rowCount === 1 };
}

/** What became of an outcome when it was sent before; null: it is new. */
export async function knownOutcome(
  db: Database,
  forceId: string,
  identity: OutcomeIdentity,
): Promise<{ readonly pathwayId: string } | 'counted' | null> {
  const hash = outcomeIdentityHash(db.fields, forceId, identity);
  const { rows } = await db.pool.query<{ pathwayId: string | null; counted: boolean }>({
    name: 'llwybr-known-outcome',
    text: `select (select pathway_id from outcome where force_id = $1 and identity_hash = $2) as "pathwayId",
        exists (select from counted_outcome where force_id = $1 and identity_hash = $2) as counted`,
    values: [forceId, hash],
  });
  const [row] = rows;
  if (row === undefined) return null;
  if (row.pathwayId !== null) return { pathwayId: row.pathwayId };
  return row.counted ? 'counted' : null;
}

/** The counts of the months from `from` to `to`, both in, YYYY-MM. */
export async function outcomeCounts(
  db: Database,
  forceId: string,
  from: string,
  to: string,
): Promise<(OutcomeCount & { readonly count: number })[]> {
  const rows = await db.prisma.outcomeCount.findMany({
    where: { forceId, month: { gte: from, lte: to } },
    orderBy: [{ month: 'asc' }, { outcomeCode: 'asc' }, { offenceCode: 'asc' }, { reason: 'asc' }],
  });
  return rows.map(({ month, outcomeCode, offenceCode, reason, count }) => ({
    month,
    outcomeCode,
    offenceCode,
    reason: reason as CountedBecause,
    count,
  }));
}
