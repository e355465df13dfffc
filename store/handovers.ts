import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';

/** A case that is still worked on, as somebody who hands over all of a provider's or a worker's needs it. */
export interface CaseToHandOver {
  readonly pathwayId: string;
  readonly reference: string;
  readonly receivedAt: Instant;
  /** Its provider has accepted it, or the person has engaged: it goes only to who takes it. */
  readonly taken: boolean;
}

/**
 * The cases of a provider, or of one of its workers, that are worked on and not offered to anybody, the oldest receipt
 * first; with `offeredTo`, those that are offered to that provider.
 */
export async function casesToHandOver(
  db: Database,
  from: {
    readonly forceId: string;
    readonly providerId: string;
    readonly workerId?: string;
    readonly offeredTo?: string;
  },
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<{ readonly total: number; readonly page: readonly CaseToHandOver[] }> {
  const { forceId, providerId, workerId = null, offeredTo = null } = from;
  const open = `p.force_id = $1 and p.kind = 'diversion' and p.provider_id = $2
    and (p.closed_at is null or p.stage = 'concluded') and ($3::text is null or p.worker_id = $3)
    and ($3::text is not null or p.offered_to is not distinct from $4)`;
  const values = [forceId, providerId, workerId, offeredTo];
  const { rows: counted } = await db.pool.query<{ total: number }>(
    `select count(*)::integer as total from pathway p where ${open}`,
    values,
  );
  const { rows: page } = await db.pool.query<CaseToHandOver>(
    `select p.id as "pathwayId", p.reference, llwybr_instant(p.received_at) as "receivedAt",
        coalesce(p.summary->>'acceptedAt', p.summary->>'engagedAt') is not null as taken
      from pathway p
      where ${open} and ($5::uuid is null or (p.received_at, p.id) >
        (select l.received_at, l.id from pathway l where l.force_id = $1 and l.id = $5))
      order by p.received_at, p.id limit $6`,
    [...values, after ?? null, limit],
  );
  return { total: counted[0]?.total ?? 0, page };
}
