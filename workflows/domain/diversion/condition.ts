import type { Instant } from '../common/instant.ts';

/**
 * A condition of a conditional caution (Criminal Justice Act 2003 s.22). Whether not meeting it ends the caution is for
 * the police and the prosecutor (s.24): the provider says what was done, the officer in the case is told, and
 * nothing follows by itself.
 */
export interface Condition {
  readonly conditionId: string;
  /** Code of the reference data, e.g. attend-assessment. */
  readonly code: string;
  readonly dueAt: Instant;
  readonly result: ConditionResult | null;
}

/** Of which nobody has said what came of them. */
export function undecided(conditions: readonly Condition[]): Condition[] {
  return conditions.filter(({ result }) => result === null);
}

export const conditionResults = ['met', 'not-met', 'excused'] as const;
export type ConditionResult = (typeof conditionResults)[number];

export interface ConditionData {
  readonly conditionId: string;
  readonly code: string;
  readonly dueAt: Instant;
}

export interface ConditionResultData {
  readonly conditionId: string;
  readonly result: ConditionResult;
  /** The result that stands and was wrong, or is overtaken, as by an excuse that was shown since. */
  readonly corrects?: ConditionResult;
}

export interface ConditionResultRecorded {
  readonly conditionId: string;
  readonly result: ConditionResult;
  /** The result that it takes the place of; both stay in the ledger. */
  readonly corrects?: ConditionResult;
}

export interface NonComplianceData {
  readonly conditionId: string;
}
