import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';
import type { Value } from './pathway-filter.ts';
import { isUuid } from './scope.ts';
import type { Scope } from './scope.ts';

/** A transfer that was offered and not answered: the bare case, as the receiver may see it before they take it. */
export interface OfferRow {
  readonly pathwayId: string;
  readonly reference: string;
  readonly receivedAt: Instant;
  readonly transferId: string;
  readonly offeredAt: Instant;
  readonly reason: string;
  readonly fromProviderId: string;
  readonly toProviderId: string;
  readonly toProgramme: string;
  readonly demo: boolean;
}

export interface OfferPage {
  readonly rows: readonly OfferRow[];
  /** The last of the page, to go on from; null on the last page. */
  readonly next: string | null;
}

/** Offers to the provider of the scope; of the whole force all that are open. */
export function conditionsOfOffers({ forceId, providerId }: Scope, value: Value): string[] {
  return [
    `p.force_id = ${value(forceId)}`,
    providerId === null ? 'p.offered_to is not null' : `p.offered_to = ${value(providerId)}`,
  ];
}

/**
 * By pathway: there are few, and each is answered within days.
 *
 * @param options.after `next` of the page before
 */
export async function openOffers(
  db: Database,
  scope: Scope,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<OfferPage> {
  const values: unknown[] = [];
  const value: Value = (given) => `$${String(values.push(given))}`;
  const conditions = conditionsOfOffers(scope, value);
  if (after !== undefined) conditions.push(isUuid(after) ? `p.id > ${value(after)}` : 'false');
  const { rows } = await db.pool.query<OfferRow>(
    `select p.id as "pathwayId", p.reference, llwybr_instant(p.received_at) as "receivedAt",
        offer.data->>'transferId' as "transferId", llwybr_instant(offer.occurred_at) as "offeredAt",
        offer.data->>'reason' as reason, offer.data#>>'{from,providerId}' as "fromProviderId",
        offer.data#>>'{to,providerId}' as "toProviderId", offer.data#>>'{to,programme}' as "toProgramme",
        policy.demo
       from pathway p
       join policy on policy.force_id = p.force_id and policy.policy_id = p.policy_id
         and policy.version = p.policy_version,
         lateral (
           select e.data, e.occurred_at from event e
            where e.force_id = p.force_id and e.pathway_id = p.id and e.type = 'transfer-offered'
            order by e.seq desc limit 1
         ) offer
      where ${conditions.join(' and ')} order by p.id limit ${value(limit + 1)}`,
    values,
  );
  const page = rows.slice(0, limit);
  return { rows: page, next: rows.length > page.length ? (page.at(-1)?.pathwayId ?? null) : null };
}
