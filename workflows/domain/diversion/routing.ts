import type { Instant } from '../common/instant.ts';
import { isPostcodeArea } from './postcode-areas.ts';

/** One row of the route table: which provider takes whom, from a date on. */
export interface RouteRow {
  readonly routeId: string;
  /** The programme that takes the person: its policy is the pathway's. */
  readonly programme: string;
  /** The letters a postcode begins with (`SA`), a district where an area is split (`SY23`), or `*`: who lives elsewhere. */
  readonly postcodeArea: string;
  readonly providerId: string;
  readonly validFrom: Instant;
  readonly validUntil: Instant | null;
}

/** The outward half of a postcode: `SY23` of `SY23 1AA`, and its letters. */
export interface PostcodeDistrict {
  readonly area: string;
  readonly district: string;
}

/**
 * Reads a postcode as people write it, or its first half. null: none is known, or it is none of the United Kingdom's,
 * as `ZZ99 3VZ`, which the health service writes for no fixed abode.
 */
export function postcodeDistrict(postcode: string | null): PostcodeDistrict | null {
  const text = (postcode ?? '').replaceAll(/\s/g, '').toUpperCase();
  const [, area, digits] = /^([A-Z]{1,2})([0-9][0-9A-Z]?)(?:[0-9][A-Z]{2})?$/.exec(text) ?? [];
  return area !== undefined && digits !== undefined && isPostcodeArea(area)
    ? { area, district: `${area}${digits}` }
    : null;
}

/**
 * The row for where the person lives, out of those in force: that of the district, else that of the area, else `*`;
 * the later start where two fit. An area with districts and no row of its own is split: what is not listed of it is
 * not known, and not somewhere else. null: no residence is known, or no row fits; a manager decides.
 */
export function routeFor(routes: readonly RouteRow[], postcode: string | null): RouteRow | null {
  const home = postcodeDistrict(postcode);
  if (home === null) {
    return null;
  }
  const own = latest(routes, home.district) ?? latest(routes, home.area);
  return own ?? (isSplit(routes, home.area) ? null : latest(routes, '*'));
}

function isSplit(routes: readonly RouteRow[], area: string): boolean {
  return routes.some(({ postcodeArea }) => /^[A-Z]+(?=[0-9])/.exec(postcodeArea)?.[0] === area);
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
