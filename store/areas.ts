import type { Database } from './database.ts';

/** A part of the force by which tables are split. */
export interface Area {
  readonly code: string;
  readonly name: string;
  readonly nameCy: string;
  /** As the Drug Interventions Programme calls areas with more testing; null: the force makes no such difference. */
  readonly intensity: 'intensive' | 'non-intensive' | null;
  /** The postcode districts that lie in it for the most part. */
  readonly districts: readonly string[];
}

export async function areasOf(db: Database, forceId: string): Promise<Area[]> {
  const rows = await db.prisma.area.findMany({ where: { forceId }, orderBy: { code: 'asc' } });
  return rows.map(({ code, name, nameCy, intensity, districts }) => ({
    ...{ code, name, nameCy, districts },
    // The CHECK of the table allows no others.
    intensity: intensity as Area['intensity'],
  }));
}
