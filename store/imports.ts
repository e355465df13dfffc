import { randomUUID } from 'node:crypto';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Json } from '../workflows/domain/common/json.ts';
import type { Database } from './database.ts';
import type { Prisma } from './generated/client.ts';
import { isUuid } from './scope.ts';

export interface ImportRecord {
  readonly forceId: string;
  readonly importId: string;
  /** E.g. `records-export`. */
  readonly format: string;
  /** SHA-256 of the bytes as they came, in hex. */
  readonly fileHash: string;
  readonly actorId: string;
  /** `refused`: as a whole, before the first row. */
  readonly state: 'running' | 'done' | 'refused';
  /** Counts only; the answer for each row goes to the sender and is not kept. */
  readonly totals: Json;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
}

/** Begins the import of a file, or finds the record of the same file. Rows are safe to send again either way. */
export async function beginImport(
  db: Database,
  file: Pick<ImportRecord, 'forceId' | 'format' | 'fileHash' | 'actorId'>,
): Promise<{ readonly created: boolean; readonly record: ImportRecord }> {
  const { forceId, format, fileHash, actorId } = file;
  const { count } = await db.prisma.importRecord.createMany({
    data: [{ forceId, id: randomUUID(), format, fileHash, actorId, state: 'running', startedAt: new Date() }],
    skipDuplicates: true,
  });
  const row = await db.prisma.importRecord.findUniqueOrThrow({
    where: { forceId_format_fileHash: { forceId, format, fileHash } },
  });
  return { created: count === 1, record: recordOf(row) };
}

export async function finishImport(
  db: Database,
  forceId: string,
  importId: string,
  end: { readonly state: 'done' | 'refused'; readonly totals: Json },
): Promise<void> {
  await db.prisma.importRecord.update({
    where: { forceId_id: { forceId, id: importId } },
    data: { state: end.state, totals: end.totals as Prisma.InputJsonValue, finishedAt: new Date() },
  });
}

export async function importById(
  db: Database,
  forceId: string,
  importId: string,
): Promise<ImportRecord | null> {
  if (!isUuid(importId)) return null;
  const row = await db.prisma.importRecord.findUnique({ where: { forceId_id: { forceId, id: importId } } });
  return row === null ? null : recordOf(row);
}

function recordOf(row: Prisma.ImportRecordGetPayload<object>): ImportRecord {
  return {
    forceId: row.forceId,
    importId: row.id,
    format: row.format,
    fileHash: row.fileHash,
    actorId: row.actorId,
    state: row.state as ImportRecord['state'],
    totals: row.totals,
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
