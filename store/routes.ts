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
  const rows = await db.prisma.route.findMany({
    where: {
      forceId,
      ...(programme === undefined ? {} : { programme }),
      validFrom: { lte: at },
      OR: [{ validUntil: null }, { validUntil: { gt: at } }],
    },
    orderBy: [{ postcodeArea: 'desc' }, { validFrom: 'desc' }, { id: 'asc' }],
  });
  return rows.map((row) => ({
    routeId: row.id,
    programme: row.programme,
    postcodeArea: row.postcodeArea,
    providerId: row.providerId,
    validFrom: row.validFrom.toISOString(),
    validUntil: row.validUntil?.toISOString() ?? null,
  }));
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
