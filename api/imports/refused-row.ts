import { IdentityConflictError } from '../../store/intake.ts';
import { LedgerRefusedError } from '../../store/ledger.ts';
import { problems, Problem } from '../problems.ts';
import type { refusedAnyway } from '../schemas/imports.ts';

export interface RefusedRow<Column extends string, Reason extends string> {
  readonly line: number;
  readonly answer: 'refused';
  /** Null: the row as a whole. */
  readonly column: Column | null;
  readonly reason: Reason;
  readonly message: string;
}

/** A row of whatever file that is not taken, and stops no other. */
export function refused<Column extends string, Reason extends string>(
  line: number,
  column: Column,
  reason: Reason,
  message: string,
): RefusedRow<Column, Reason> {
  return { line, answer: 'refused', column, reason, message };
}

/** Not for one of its cells. */
export function refusedWhole<Reason extends string>(
  line: number,
  reason: Reason,
  message: string,
): RefusedRow<never, Reason> {
  return { line, answer: 'refused', column: null, reason, message };
}

export function ragged(line: number): RefusedRow<never, 'ragged'> {
  return refusedWhole(line, 'ragged', 'The row does not have as many cells as the header.');
}

/**
 * What the store or the intake says against a row.
 *
 * @param received the column of the date for which there may be no policy
 * @throws the error itself where it is not about this row
 */
export function refusalOf<Column extends string>(
  line: number,
  received: Column,
  error: unknown,
): RefusedRow<Column, (typeof refusedAnyway)[number]> {
  if (error instanceof IdentityConflictError) {
    return refusedWhole(line, 'identity-conflict', problems['identity-conflict'].words);
  }
  if (error instanceof Problem && error.code === 'no-policy') {
    return refused(line, received, 'no-policy', problems['no-policy'].words);
  }
  if (error instanceof LedgerRefusedError) {
    const words = 'The ledger did not take this row. Nothing of it was recorded.';
    return refusedWhole(line, 'not-recorded', words);
  }
  throw error;
}
