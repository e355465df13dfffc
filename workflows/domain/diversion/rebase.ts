import type { Instant } from '../common/instant.ts';
import type { DiversionPolicy } from './policy.ts';

/** An open referral taken to a later version of its policy. */

export const rebaseReasons = [
  'rule-changed',
  'contract-changed',
  'law-changed',
  'correction',
  'other',
] as const;

export type RebaseReason = (typeof rebaseReasons)[number];

export interface RebasePolicyData {
  /** A later version of the policy of the referral, whole. */
  readonly policy: DiversionPolicy;
  readonly reason: RebaseReason;
}

/** A clock that is due at another time. */
export interface MovedDeadline {
  readonly rule: string;
  /** The appointment or transfer it is about. */
  readonly ref?: string;
  /** null: it had passed, and is set again. */
  readonly from: Instant | null;
  readonly to: Instant;
}

export interface PolicyRebased {
  /** The whole snapshot: it holds from now on. */
  readonly policy: DiversionPolicy;
  readonly from: { readonly policyId: string; readonly version: number };
  readonly reason: RebaseReason;
  readonly moved: readonly MovedDeadline[];
}
