import type { Database } from '../../store/database.ts';
import { listAcr } from '../../store/listed-acrs.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { acrRefusals, judgeListedAcr } from '../../workflows/domain/diversion/listed-acr.ts';
import type { AcrColumn, AcrVerdict } from '../../workflows/domain/diversion/listed-acr.ts';
import type { AcrRowAnswer } from '../schemas/imports.ts';
import type { CsvRow } from './csv-table.ts';
import type { Sending } from './outcome-row.ts';
import { ragged, refused } from './refused-row.ts';

export interface AcrRow {
  readonly line: number;
  /** Undefined: the row is not as long as the header. */
  readonly verdict: AcrVerdict | undefined;
}

export function readAcrRow({ line, cells }: CsvRow<AcrColumn>, now: Instant): AcrRow {
  return { line, verdict: cells === undefined ? undefined : judgeListedAcr(cells, now) };
}

/** Of one resolution listed twice the first is the one that is kept. */
export function keysOfAcrRow({ verdict }: AcrRow): string[] {
  return verdict?.verdict === 'listed' ? [`number ${verdict.identity.nominalNumber}`] : [];
}

/** Lists one resolution, or finds it listed; it starts nothing. */
export async function takeAcrRow(
  db: Database,
  { actor, importId }: Sending,
  { line, verdict }: AcrRow,
): Promise<AcrRowAnswer> {
  if (verdict === undefined) return ragged(line);
  if (verdict.verdict === 'refused') {
    return refused(line, verdict.column, verdict.reason, acrRefusals[verdict.reason]);
  }
  const { identity, outcomeDate } = verdict;
  const { created, sameDate } = await listAcr(db, actor.forceId, { identity, outcomeDate, importId, line });
  return {
    line,
    answer: created ? 'taken' : 'already-there',
    ...(sameDate ? {} : { differs: ['OutcomeDate'] }),
  };
}
