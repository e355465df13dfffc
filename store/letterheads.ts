import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';

/** Where letters come from. Whether it gives the service away is asked before it is set, and again of each letter. */
export interface Letterhead {
  readonly lines: readonly string[];
  /** To be rung. */
  readonly phone: string;
}

export interface LetterheadRow extends Letterhead {
  /** The account that set it. */
  readonly changedBy: string;
  readonly updatedAt: Instant;
}

interface Owner {
  readonly forceId: string;
  readonly organisationId: string;
}

/** What is set already may be set again. */
export async function setLetterhead(
  db: Database,
  { forceId, organisationId }: Owner,
  { lines, phone, changedBy }: Letterhead & { readonly changedBy: string },
): Promise<void> {
  const written = { lines: [...lines], phone, changedBy, updatedAt: new Date() };
  await db.prisma.letterhead.upsert({
    where: { forceId_organisationId: { forceId, organisationId } },
    create: { forceId, organisationId, ...written },
    update: written,
  });
}

/** null: none is set, and no letter can be made. */
export async function letterheadOf(
  db: Database,
  { forceId, organisationId }: Owner,
): Promise<LetterheadRow | null> {
  const row = await db.prisma.letterhead.findUnique({
    where: { forceId_organisationId: { forceId, organisationId } },
  });
  if (row === null) return null;
  const { lines, phone, changedBy, updatedAt } = row;
  return { lines, phone, changedBy, updatedAt: updatedAt.toISOString() };
}

/** What a person who is written to may ring; null: nobody has the case, or none is set. */
export async function phoneToRing(
  db: Database,
  forceId: string,
  providerId: string | null,
): Promise<string | null> {
  if (providerId === null) return null;
  return (await letterheadOf(db, { forceId, organisationId: providerId }))?.phone ?? null;
}
