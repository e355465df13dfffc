import type { Role } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';
import { Prisma } from './generated/client.ts';

/** The numbers as they were given out: who had them reads the same ones for ever. */
export interface GivenOutFigures {
  readonly received: number;
  readonly open: number;
  readonly closed: number;
  readonly people: number;
}

export interface Publication {
  readonly asAt: Instant;
  /** 1 the first; each later one corrects the one before. */
  readonly version: number;
  readonly reason: string;
  readonly figures: GivenOutFigures;
  readonly publishedAt: Instant;
  readonly by: { readonly userId: string; readonly role: Role };
}

/** Every version given out for this instant, the first one first. */
export async function publicationsOf(db: Database, forceId: string, asAt: Instant): Promise<Publication[]> {
  const rows = await db.prisma.publishedFigures.findMany({
    where: { forceId, asAt },
    orderBy: { version: 'asc' },
  });
  return rows.map((row) => ({
    asAt: row.asAt.toISOString(),
    ...{ version: row.version, reason: row.reason },
    // Written by `publish`, and never changed since.
    figures: row.figures as unknown as GivenOutFigures,
    publishedAt: row.publishedAt.toISOString(),
    by: { userId: row.actorId, role: row.actorRole as Role },
  }));
}

/** What this request gave out; null: it gave out nothing. */
export async function publishedBy(
  db: Database,
  forceId: string,
  requestId: string,
): Promise<Publication | null> {
  const known = await db.prisma.publishedFigures.findUnique({
    where: { forceId_id: { forceId, id: requestId } },
  });
  if (known === null) return null;
  const all = await publicationsOf(db, forceId, known.asAt.toISOString());
  return all.find(({ version }) => version === known.version) ?? null;
}

/** Gives these numbers out, once for each request. null: somebody else gave out this version meanwhile. */
export async function publish(
  db: Database,
  forceId: string,
  publication: Publication & { readonly requestId: string },
): Promise<Publication | null> {
  const { requestId, asAt, version, reason, figures, publishedAt, by } = publication;
  const { received, open, closed, people } = figures;
  try {
    await db.prisma.publishedFigures.create({
      data: {
        ...{ forceId, id: requestId, asAt, version, reason, publishedAt },
        figures: { received, open, closed, people },
        ...{ actorId: by.userId, actorRole: by.role },
      },
    });
  } catch (error) {
    const taken = error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
    if (!taken) throw error;
    return publishedBy(db, forceId, requestId);
  }
  return { asAt, version, reason, figures, publishedAt, by };
}
