import type { Instant } from '../common/instant.ts';

/** Wider needs beside drugs, each an onward referral of its own with what came of it. */

export const needCodes = [
  'housing',
  'mental-health',
  'physical-health',
  'alcohol',
  'work-and-learning',
  'money-and-benefits',
  'family-and-parenting',
  'food-and-clothing',
  'counselling',
  'domestic-abuse-support',
  'id-and-bank-account',
  'other',
] as const;

export type NeedCode = (typeof needCodes)[number];

export const needResults = ['met', 'partly-met', 'declined', 'not-available', 'no-longer-needed'] as const;
export type NeedResult = (typeof needResults)[number];

export interface AddNeedData {
  /** Left out: the command's id. */
  readonly needId?: string;
  readonly code: NeedCode;
  /** The organisation or service that the person was referred on to, a code of the reference data. */
  readonly referredTo?: string;
}

export interface CloseNeedData {
  readonly needId: string;
  readonly result: NeedResult;
}

export interface NeedAdded {
  readonly needId: string;
  readonly code: NeedCode;
  readonly referredTo: string | null;
}

export interface NeedClosed {
  readonly needId: string;
  readonly result: NeedResult;
}

export interface Need extends NeedAdded {
  readonly since: Instant;
  readonly closedAt: Instant | null;
  readonly result: NeedResult | null;
}
