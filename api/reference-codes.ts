import type { Database } from '../store/database.ts';
import { organisationsAt, placeByCode } from '../store/organisations.ts';
import type { OrganisationKind } from '../store/organisations.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { problemOf } from './refusals.ts';

/**
 * Codes that the force keeps a list of: a slip is refused before anything is recorded. Of trigger offences, grounds and
 * reasons no list is kept here, so their codes are taken as they are sent.
 */

/** A task for a unit that does not exist would be seen by nobody. @throws Problem `not-found` */
export async function checkUnit(db: Database, forceId: string, body: unknown): Promise<void> {
  const [unitCode] = valuesOf(body, 'unitCode');
  if (unitCode === undefined) return;
  if (await hasOrganisation(db, forceId, unitCode, 'neighbourhood-unit', toInstant(Date.now()))) return;
  throw problemOf(
    {
      code: 'not-found',
      message: 'The force has no such neighbourhood unit. Nothing was recorded.',
      details: { unitCode },
    },
    { body },
  );
}

/**
 * Nobody can attend at a place that does not exist. What a paper names is not checked: it is recorded as it stands there,
 * and where it differs from the appointment that counts for the person.
 *
 * @throws Problem `not-found`
 */
export async function checkPlaces(db: Database, forceId: string, body: unknown): Promise<void> {
  for (const placeCode of valuesOf(body, 'placeCode', 'notice')) {
    if ((await placeByCode(db, forceId, placeCode)) !== null) continue;
    throw problemOf(
      {
        code: 'not-found',
        message: 'The force has no place with this code. Nothing was recorded.',
        details: { placeCode },
      },
      { body },
    );
  }
}

/** A test is counted by its suite, as of when it was taken. @throws Problem `not-found` */
export async function checkSuite(
  db: Database,
  forceId: string,
  body: { readonly suiteCode: string; readonly testedAt: Instant },
): Promise<void> {
  const { suiteCode, testedAt } = body;
  if (await hasOrganisation(db, forceId, suiteCode, 'custody-suite', testedAt)) return;
  throw problemOf(
    {
      code: 'not-found',
      message: 'The force had no such custody suite at the time of the test. Nothing was recorded.',
      details: { suiteCode },
    },
    { body },
  );
}

async function hasOrganisation(
  db: Database,
  forceId: string,
  code: string,
  kind: OrganisationKind,
  at: Instant,
): Promise<boolean> {
  return (await organisationsAt(db, forceId, at, kind)).some(({ organisationId }) => organisationId === code);
}

/** The texts that stand under this name in a body that its schema has read, save inside what `except` names. */
function valuesOf(body: unknown, name: string, except?: string): string[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
  const found = Object.entries(body).flatMap(([key, inner]) => {
    if (key === except) return [];
    return key === name && typeof inner === 'string' ? [inner] : valuesOf(inner, name, except);
  });
  return [...new Set(found)];
}
