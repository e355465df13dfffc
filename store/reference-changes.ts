import type { Actor } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Json } from '../workflows/domain/common/json.ts';
import type { Database } from './database.ts';
import { Prisma } from './generated/client.ts';
import { isUuid } from './scope.ts';

/** What of the reference data a change is about. */
export type ReferenceSubject = 'policy' | 'programme' | 'route';

/** One change that a person made. What a preset brought has none. */
export interface ReferenceChange {
  /** Of the request that made it: a repeat finds it, and changes nothing. */
  readonly changeId: string;
  readonly subject: ReferenceSubject;
  readonly subjectId: string;
  readonly version: number;
  readonly validFrom: Instant;
  readonly reason: string;
  readonly author: Pick<Actor, 'userId' | 'role' | 'organisationId'>;
  readonly before: Json | null;
  readonly after: Json;
  readonly recordedAt: Instant;
}

export type NewReferenceChange = Omit<ReferenceChange, 'recordedAt'>;

/** Somebody else changed the same thing meanwhile. */
export class ReferenceConflictError extends Error {
  override readonly name = 'ReferenceConflictError';
}

/**
 * Makes a change and notes who made it and why, both or neither.
 *
 * @throws ReferenceConflictError when the version is taken by another change
 */
export async function noteChange(
  db: Database,
  forceId: string,
  change: NewReferenceChange,
  write: readonly Prisma.PrismaPromise<unknown>[],
): Promise<void> {
  const { changeId, subject, subjectId, version, validFrom, reason, author, before, after } = change;
  const note = db.prisma.referenceChange.create({
    data: {
      ...{ forceId, id: changeId, subject, subjectId, version, validFrom, reason },
      ...{ authorId: author.userId, authorRole: author.role, organisationId: author.organisationId },
      before: before === null ? Prisma.DbNull : (before as Prisma.InputJsonValue),
      after: after as Prisma.InputJsonValue,
      recordedAt: new Date(),
    },
  });
  try {
    await db.prisma.$transaction([note, ...write]);
  } catch (error) {
    // P2002: a key is taken. P2025: a row to change is not as it was.
    if (error instanceof Prisma.PrismaClientKnownRequestError && ['P2002', 'P2025'].includes(error.code)) {
      throw new ReferenceConflictError('This version is there already', { cause: error });
    }
    throw error;
  }
}

export async function changeById(
  db: Database,
  forceId: string,
  changeId: string,
): Promise<ReferenceChange | null> {
  if (!isUuid(changeId)) return null;
  const row = await db.prisma.referenceChange.findUnique({
    where: { forceId_id: { forceId, id: changeId } },
  });
  return row === null ? null : changeOf(row);
}

/** Every change of this kind of reference data, in the order in which they were made. */
export async function changesOf(
  db: Database,
  forceId: string,
  subject: ReferenceSubject,
): Promise<ReferenceChange[]> {
  const rows = await db.prisma.referenceChange.findMany({
    where: { forceId, subject },
    orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map(changeOf);
}

function changeOf(row: Prisma.ReferenceChangeGetPayload<object>): ReferenceChange {
  const { subjectId, version, reason, authorId, authorRole, organisationId } = row;
  return {
    changeId: row.id,
    // The CHECK of the table allows no others; the role was an actor's.
    subject: row.subject as ReferenceSubject,
    ...{ subjectId, version, reason },
    validFrom: row.validFrom.toISOString(),
    author: { userId: authorId, role: authorRole as Actor['role'], organisationId },
    before: row.before,
    after: row.after,
    recordedAt: row.recordedAt.toISOString(),
  };
}
