import { randomUUID } from 'node:crypto';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Json } from '../workflows/domain/common/json.ts';
import type { Database } from './database.ts';

/** A test by codes: nothing here says whose it was. */
export interface DrugTestRecord {
  readonly forceId: string;
  readonly testId: string;
  readonly suiteCode: string;
  readonly testedAt: Instant;
  readonly result: 'positive' | 'negative' | 'refused' | 'void';
  /** Legal basis, reason for selection, substances: codes. */
  readonly details: Json;
  /** The pathway it opened (by `openPathway`); null when it opened none. */
  readonly pathwayId: string | null;
}

/** Counts a test that opens no pathway. Once for each command. */
export async function recordDrugTest(
  db: Database,
  commandId: string,
  test: Omit<DrugTestRecord, 'testId' | 'pathwayId'>,
): Promise<{ readonly created: boolean; readonly testId: string }> {
  const { forceId, suiteCode, testedAt, result, details } = test;
  const { rows } = await db.pool.query<{ id: string }>(
    `insert into drug_test (force_id, id, command_id, suite_code, tested_at, result, details)
      values ($1, $2, $3, $4, $5, $6, $7) on conflict (force_id, command_id) do nothing returning id`,
    [forceId, randomUUID(), commandId, suiteCode, testedAt, result, JSON.stringify(details)],
  );
  const [created] = rows;
  if (created !== undefined) return { created: true, testId: created.id };
  const known = await db.prisma.drugTest.findUniqueOrThrow({
    where: { forceId_commandId: { forceId, commandId } },
  });
  return { created: false, testId: known.id };
}

/** Tests from `from` until before `to`, oldest first. */
export async function drugTestsBetween(
  db: Database,
  forceId: string,
  from: Instant,
  to: Instant,
): Promise<DrugTestRecord[]> {
  const rows = await db.prisma.drugTest.findMany({
    where: { forceId, testedAt: { gte: from, lt: to } },
    orderBy: [{ testedAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map((row) => ({
    forceId: row.forceId,
    testId: row.id,
    suiteCode: row.suiteCode,
    testedAt: row.testedAt.toISOString(),
    result: row.result as DrugTestRecord['result'],
    details: row.details,
    pathwayId: row.pathwayId,
  }));
}
