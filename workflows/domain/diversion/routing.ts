import type { Instant } from '../common/instant.ts';

/** One row of the route table: which provider takes whom, from a date on. */
export interface RouteRow {
  readonly routeId: string;
  readonly programme: string;
  /** The letters a postcode begins with, e.g. `SA`; `*` is everybody else, those of no fixed abode too. */
  readonly postcodeArea: string;
  readonly providerId: string;
  readonly validFrom: Instant;
  readonly validUntil: Instant | null;
}

/**
 * The row for a postcode as people write it, out of those in force: that of its area, else `*`; the later
 * start where two fit. null: no row fits, a manager decides.
 */
export function routeFor(routes: readonly RouteRow[], postcode: string | null): RouteRow | null {
  const area = /^\s*([A-Za-z]{1,2})\d/.exec(postcode ?? '')?.[1]?.toUpperCase();
  return (area === undefined ? null : latest(routes, area)) ?? latest(routes, '*');
}

function latest(routes: readonly RouteRow[], postcodeArea: string): RouteRow | null {
  let best: RouteRow | null = null;
  for (const route of routes) {
    if (route.postcodeArea === postcodeArea && (best === null || route.validFrom > best.validFrom)) {
      best = route;
    }
  }
  return best;
}
