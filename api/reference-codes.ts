import type { Database } from '../store/database.ts';
import { kindOfOrganisation, organisationsAt, placeByCode, placesOf } from '../store/organisations.ts';
import type { OrganisationKind, PlaceRow } from '../store/organisations.ts';
import { isKnownProgramme } from '../store/routes.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
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
 * Nobody can attend at a place that does not exist; and who is seen at the door of a place where the other path meets is
 * taken for somebody on that path: treatment would be given away, or help taken for a duty. Where both share a house, each
 * has a row of its own. What a paper names is not
 * checked: it is recorded as it stands there, and where it differs from the appointment that counts for the person.
 *
 * @throws Problem `not-found`
 */
export async function checkPlaces(
  db: Database,
  forceId: string,
  kind: PathwayKindName,
  body: unknown,
): Promise<void> {
  for (const placeCode of valuesOf(body, 'placeCode', 'notice')) {
    const place = await placeByCode(db, forceId, placeCode);
    if (place !== null) {
      if (await meetsAt(db, place, kind)) continue;
      throw problemOf(
        {
          code: 'not-found',
          message: `${notThere[kind]} Nothing was recorded.`,
          details: { placeCode, placeCodes: await placesFor(db, forceId, kind) },
        },
        { body },
      );
    }
    throw problemOf(
      {
        code: 'not-found',
        message:
          'The force has no place with this code; details.placeCodes names those there are. Nothing was recorded.',
        details: { placeCode, placeCodes: await placesFor(db, forceId, kind) },
      },
      { body },
    );
  }
}

/** What somebody is found suitable for is a programme of the voluntary path. @throws Problem `not-found` */
export async function checkProgramme(db: Database, forceId: string, body: unknown): Promise<void> {
  const [programme] = valuesOf(body, 'programme');
  if (programme === undefined || (await isKnownProgramme(db, forceId, programme))) return;
  throw problemOf(
    {
      code: 'not-found',
      message: 'The force has no such programme of the voluntary path. Nothing was recorded.',
      details: { programme },
    },
    { body },
  );
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

const notThere: Readonly<Record<PathwayKindName, string>> = {
  diversion: 'The voluntary path meets at the places of providers, and this is none of theirs.',
  compulsory: 'Required assessments are not held at the places of providers of treatment.',
};

/** The codes of the places where this kind of path meets. */
async function placesFor(db: Database, forceId: string, kind: PathwayKindName): Promise<string[]> {
  const codes: string[] = [];
  for (const place of await placesOf(db, forceId)) {
    if (await meetsAt(db, place, kind)) codes.push(place.code);
  }
  return codes;
}

/** Now or ever: a place stays one of theirs when a contract has ended, and appointments are kept to their end. */
async function meetsAt(db: Database, place: PlaceRow, kind: PathwayKindName): Promise<boolean> {
  return ((await kindOfOrganisation(db, place)) === 'provider') === (kind === 'diversion');
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
