import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';

export type OrganisationKind =
  'provider' | 'force-unit' | 'neighbourhood-unit' | 'custody-suite' | 'programme-team' | 'prison';

export interface ForceRow {
  readonly forceId: string;
  readonly name: string;
  readonly nameCy: string;
}

export interface OrganisationRow {
  readonly forceId: string;
  readonly organisationId: string;
  readonly kind: OrganisationKind;
  readonly name: string;
  readonly nameCy: string;
  readonly parentId: string | null;
  readonly validFrom: Instant;
  readonly validUntil: Instant | null;
}

/** Where appointments are held; events carry the code only. */
export interface PlaceRow {
  readonly forceId: string;
  readonly code: string;
  readonly organisationId: string;
  readonly name: string;
  readonly nameCy: string;
  readonly address: string;
  readonly postcode: string;
}

export async function forces(db: Database): Promise<ForceRow[]> {
  const rows = await db.prisma.force.findMany({ orderBy: { id: 'asc' } });
  return rows.map(({ id, name, nameCy }) => ({ forceId: id, name, nameCy }));
}

/** Organisations that exist at this instant, by id. */
export async function organisationsAt(
  db: Database,
  forceId: string,
  at: Instant,
  kind?: OrganisationKind,
): Promise<OrganisationRow[]> {
  const rows = await db.prisma.organisation.findMany({
    where: {
      forceId,
      ...(kind === undefined ? {} : { kind }),
      validFrom: { lte: at },
      OR: [{ validUntil: null }, { validUntil: { gt: at } }],
    },
    orderBy: { id: 'asc' },
  });
  return rows.map((row) => ({
    forceId: row.forceId,
    organisationId: row.id,
    // The CHECK of the table allows no others.
    kind: row.kind as OrganisationKind,
    name: row.name,
    nameCy: row.nameCy,
    parentId: row.parentId,
    validFrom: row.validFrom.toISOString(),
    validUntil: row.validUntil?.toISOString() ?? null,
  }));
}

export async function placesOf(db: Database, forceId: string, organisationId?: string): Promise<PlaceRow[]> {
  return db.prisma.place.findMany({
    where: { forceId, ...(organisationId === undefined ? {} : { organisationId }) },
    orderBy: { code: 'asc' },
  });
}

export async function placeByCode(db: Database, forceId: string, code: string): Promise<PlaceRow | null> {
  return db.prisma.place.findUnique({ where: { forceId_code: { forceId, code } } });
}

/** Whether it is open now or not; its place cannot be without it. */
export async function kindOfOrganisation(
  db: Database,
  { forceId, organisationId }: Pick<PlaceRow, 'forceId' | 'organisationId'>,
): Promise<OrganisationKind> {
  const row = await db.prisma.organisation.findUniqueOrThrow({
    where: { forceId_id: { forceId, id: organisationId } },
    select: { kind: true },
  });
  // The CHECK of the table allows no others.
  return row.kind as OrganisationKind;
}
