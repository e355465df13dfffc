import type { Instant } from '../workflows/domain/common/instant.ts';
import type { RouteRow } from '../workflows/domain/diversion/routing.ts';
import type { Database } from './database.ts';

/** The rows that hold at this instant, the special ones before `*`. `validUntil` itself is no longer in. */
export async function routesInForce(
  db: Database,
  forceId: string,
  at: Instant,
  programme?: string,
): Promise<RouteRow[]> {
  // On the path of every referral, so a prepared statement.
  const { rows } = await db.pool.query<RouteRow>({
    name: 'llwybr-routes-in-force',
    text: `select id as "routeId", programme, postcode_area as "postcodeArea", provider_id as "providerId",
        llwybr_instant(valid_from) as "validFrom", llwybr_instant(valid_until) as "validUntil"
      from route
      where force_id = $1 and ($3::text is null or programme = $3)
        and valid_from <= $2 and (valid_until is null or valid_until > $2)
      order by postcode_area collate "C" desc, valid_from desc, id`,
    values: [forceId, at, programme ?? null],
  });
  return rows;
}
