import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';

/** One row of the route table. */
export interface RouteRow {
  readonly routeId: string;
  readonly programme: string;
  /** The letters a postcode begins with, e.g. `SA`; `*` is everybody else, those of no fixed abode too. */
  readonly postcodeArea: string;
  readonly providerId: string;
  readonly validFrom: Instant;
  readonly validUntil: Instant | null;
}

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

/**
 * The row for a postcode as people write it: its area, else `*`; the later start where two fit.
 * null: no row fits, a manager decides.
 */
export function routeFor(routes: readonly RouteRow[], postcode: string | null): RouteRow | null {
  const area = /^\s*([A-Za-z]{1,2})\d/.exec(postcode ?? '')?.[1]?.toUpperCase();
  const fitting = (wanted: string): RouteRow | undefined =>
    routes
      .filter(({ postcodeArea }) => postcodeArea === wanted)
      .reduce<RouteRow | undefined>(
        (best, route) => (best === undefined || route.validFrom > best.validFrom ? route : best),
        undefined,
      );
  return (area === undefined ? undefined : fitting(area)) ?? fitting('*') ?? null;
}
