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

/** The area in which this postcode district lies; null: in none of the force's. */
export async function areaOfDistrict(
  db: Database,
  forceId: string,
  district: string,
): Promise<string | null> {
  // On the path of every referral, so a prepared statement.
  const { rows } = await db.pool.query<{ code: string }>({
    name: 'llwybr-area-of-district',
    text: 'select code from area where force_id = $1 and $2 = any (districts) order by code limit 1',
    values: [forceId, district],
  });
  return rows[0]?.code ?? null;
}
