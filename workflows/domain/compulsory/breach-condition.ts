import type { Json } from '../common/json.ts';

/** One thing that must hold before a failure may be called a breach, with the law and what it rests on. */
export interface BreachCondition {
  readonly code: BreachConditionCode;
  readonly title: string;
  readonly law: string;
  readonly met: boolean;
  /** Ids, codes and instants; null where there is nothing to show. */
  readonly proof: Json;
}

export const breachConditionCodes = [
  'positive-test',
  'adult',
  'requirement-in-force',
  'notice-served',
  'notice-recorded-in-time',
  'notice-exact',
  'warning-given',
  'appointment-ended',
  'failure-recorded',
  'good-cause-rejected',
  'alive',
] as const;

export type BreachConditionCode = (typeof breachConditionCodes)[number];
