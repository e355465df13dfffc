import type { Instant } from '../../workflows/domain/common/instant.ts';
import { localParts } from '../../workflows/domain/common/london-time.ts';
import type { OrganisationRow, PlaceRow } from '../organisations.ts';
import type { StoredRoute } from '../routes.ts';

/** The rows of a preset, as a table of it is written. */

export type Organisation = Omit<OrganisationRow, 'forceId'>;
export type Place = Omit<PlaceRow, 'forceId'>;

/** Kept from before anything that is recorded here. */
export const always: Instant = '2000-01-01T00:00:00.000Z';

export function organisation(
  kind: Organisation['kind'],
  organisationId: string,
  name: string,
  nameCy: string = name,
  validFrom: Instant = always,
  validUntil: Instant | null = null,
): Organisation {
  return { kind, organisationId, name, nameCy, parentId: null, validFrom, validUntil };
}

/** The name says nothing about the service: it may be read aloud, or over a shoulder. */
export function place(code: string, organisationId: string, address: string, postcode: string): Place {
  return { code, organisationId, name: address, nameCy: address, address, postcode };
}

/** `postcodeArea`: the letters of a postcode, a district, or `*` for everybody else. */
export function route(
  programme: string,
  postcodeArea: string,
  providerId: string,
  validFrom: Instant,
  validUntil: Instant | null = null,
  intoProgramme: string | null = null,
): StoredRoute {
  const area = postcodeArea === '*' ? 'others' : postcodeArea.toLowerCase();
  const routeId = `${area}-${providerId}-${localParts(validFrom).date}`;
  return { routeId, programme, intoProgramme, postcodeArea, providerId, validFrom, validUntil };
}

/** `districts('SY', 1, 14)`: SY1 to SY14. */
export function districts(area: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${area}${String(first + index)}`);
}
