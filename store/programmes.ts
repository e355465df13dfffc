import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Policy } from '../workflows/domain/common/policy.ts';
import type { Database } from './database.ts';
import { noteChange } from './reference-changes.ts';
import type { NewReferenceChange } from './reference-changes.ts';

/** What people are referred to; its lengths and counts are those of its policy. */
export interface Programme {
  readonly code: string;
  readonly version: number;
  readonly duty: Policy['duty'];
  readonly name: string;
  readonly nameCy: string;
  /** The one provider that runs it; null: the route table says who takes whom. */
  readonly providerId: string | null;
  readonly validFrom: Instant;
  /** From then on it takes nobody; who is in it stays. */
  readonly validUntil: Instant | null;
}

/** Every version of every programme of the force, by code and version. */
export async function programmesOf(db: Database, forceId: string): Promise<Programme[]> {
  const rows = await db.prisma.programme.findMany({
    where: { forceId },
    orderBy: [{ code: 'asc' }, { version: 'asc' }],
  });
  return rows.map(({ code, version, duty, name, nameCy, providerId, validFrom, validUntil }) => ({
    ...{ code, version, name, nameCy, providerId },
    // The CHECK of the table allows no others.
    duty: duty as Policy['duty'],
    validFrom: validFrom.toISOString(),
    validUntil: validUntil?.toISOString() ?? null,
  }));
}

/** Those that hold at this instant: of each the highest version that has begun. One that has ended is among them. */
export function programmesAt(versions: readonly Programme[], at: Instant): Programme[] {
  const found = new Map<string, Programme>();
  for (const programme of versions) {
    const { code, version, validFrom } = programme;
    if (validFrom <= at && version >= (found.get(code)?.version ?? 0)) found.set(code, programme);
  }
  return [...found.values()];
}

/** @throws ReferenceConflictError */
export async function saveProgramme(
  db: Database,
  forceId: string,
  programme: Programme,
  change: NewReferenceChange,
): Promise<void> {
  await noteChange(db, forceId, change, [db.prisma.programme.create({ data: { ...programme, forceId } })]);
}

/** How many pathways of each programme are open, by provider; null: nobody has them. */
export interface OpenInProgramme {
  readonly programme: string;
  readonly providerId: string | null;
  readonly open: number;
}

export async function openByProgramme(db: Database, forceId: string): Promise<OpenInProgramme[]> {
  const { rows } = await db.pool.query<OpenInProgramme>(
    `select programme, provider_id as "providerId", count(*)::integer as open from pathway
      where force_id = $1 and closed_at is null group by programme, provider_id order by programme, provider_id`,
    [forceId],
  );
  return rows;
}
