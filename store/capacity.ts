import type { Actor } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';
import type { Scope } from './scope.ts';

/** What a provider says it can take at present, and how many wait for its word. */
export interface ProviderCapacity {
  readonly providerId: string;
  /** null: it sets no limit. */
  readonly openSlots: number | null;
  /** null: it has never said anything. */
  readonly saidAt: Instant | null;
  /** Referrals that it has and has not accepted. */
  readonly unaccepted: number;
  /** Those of them that are more than it can take: received last. */
  readonly waiting: number;
}

/** A referral that its provider has not accepted, as the condition on this row of `pathway`. */
export const unaccepted = (p: string): string =>
  `${p}.kind = 'diversion' and ${p}.closed_at is null and ${p}.provider_id is not null and ${p}.summary->>'acceptedAt' is null`;

/** What the provider of this row of `pathway` said last; null: no limit. */
const openSlots = (p: string): string => `(select c.open_slots from provider_capacity c
   where c.force_id = ${p}.force_id and c.provider_id = ${p}.provider_id order by c.said_at desc, c.id limit 1)`;

/**
 * Whether the referral waits because its provider is full: more were received before it, and wait for the provider's word
 * as it does, than the provider can take. Nobody is refused for it.
 */
export const waitsForPlace = `${unaccepted('p')} and ${openSlots('p')} <= (
  select count(*) from pathway before
   where before.force_id = p.force_id and before.provider_id = p.provider_id and ${unaccepted('before')}
     and (before.received_at, before.id) < (p.received_at, p.id))`;

/** Of every provider that the force has at this instant, or of one. */
export async function capacityOf(
  db: Database,
  { forceId, providerId }: Scope,
  at: Instant,
): Promise<ProviderCapacity[]> {
  const { rows } = await db.pool.query<Omit<ProviderCapacity, 'waiting'>>(
    `select o.id as "providerId", said.open_slots as "openSlots", llwybr_instant(said.said_at) as "saidAt",
         (select count(*)::integer from pathway p
           where p.force_id = o.force_id and p.provider_id = o.id and ${unaccepted('p')}) as unaccepted
       from organisation o
       left join lateral (
         select c.open_slots, c.said_at from provider_capacity c
          where c.force_id = o.force_id and c.provider_id = o.id order by c.said_at desc, c.id limit 1) said on true
      where o.force_id = $1 and o.kind = 'provider' and ($2::text is null or o.id = $2)
        and o.valid_from <= $3 and (o.valid_until is null or o.valid_until > $3)
      order by o.id`,
    [forceId, providerId, at],
  );
  return rows.map((row) => ({
    ...row,
    waiting: row.openSlots === null ? 0 : Math.max(0, row.unaccepted - row.openSlots),
  }));
}

/** Once for each request. `openSlots` null: no limit from now on. */
export async function sayCapacity(
  db: Database,
  said: {
    readonly requestId: string;
    readonly providerId: string;
    readonly openSlots: number | null;
    readonly saidAt: Instant;
    readonly actor: Actor;
  },
): Promise<void> {
  const { requestId, providerId, openSlots: slots, saidAt, actor } = said;
  await db.pool.query(
    `insert into provider_capacity (force_id, id, provider_id, open_slots, said_at, actor_id, actor_role)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (force_id, id) do nothing`,
    [actor.forceId, requestId, providerId, slots, saidAt, actor.userId, actor.role],
  );
}
