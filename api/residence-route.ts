import { areaOfDistrict } from '../store/areas.ts';
import type { Database } from '../store/database.ts';
import { policyInForce } from '../store/policies.ts';
import { diversionProgramme } from '../store/presets/dyfed-powys-2024.ts';
import { routesInForce } from '../store/routes.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { DiversionPolicy } from '../workflows/domain/diversion/policy.ts';
import { postcodeDistrict, routeFor } from '../workflows/domain/diversion/routing.ts';
import type { RouteRow } from '../workflows/domain/diversion/routing.ts';

/** The row of the route table for who lives there at this time; null: none fits, or no residence is known. */
export async function routeOfResidence(
  db: Database,
  forceId: string,
  at: Instant,
  postcode: string | null,
): Promise<RouteRow | null> {
  return routeFor(await routesInForce(db, forceId, at, diversionProgramme), postcode);
}

/** The part of the force in which this home lies; null: in none, or no residence is known. */
export async function areaOfResidence(
  db: Database,
  forceId: string,
  postcode: string | null,
): Promise<string | null> {
  const home = postcodeDistrict(postcode);
  return home === null ? null : areaOfDistrict(db, forceId, home.district);
}

/**
 * The policy of the programme that takes the person; where that has none, or nobody takes them yet, of the programme
 * under which they were referred. null: the force has none.
 */
export async function policyOfRoute(
  db: Database,
  forceId: string,
  route: RouteRow | null,
  at: Instant,
): Promise<DiversionPolicy | null> {
  const own =
    route === null || route.programme === diversionProgramme
      ? null
      : await policyInForce(db, forceId, 'diversion', route.programme, at);
  return own ?? policyInForce(db, forceId, 'diversion', diversionProgramme, at);
}
