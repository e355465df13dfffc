import type { Instant } from '../common/instant.ts';

/** With which provider a referral is, whether they have taken it, and who there carries it. */

/** The provider that a referral goes to, and the row of the route table that chose it. */
export interface ProviderRoute {
  readonly providerId: string;
  readonly programme: string;
  readonly routeId: string;
}

/** Why a provider gives a referral back. Of the closures in Wales about one in seven was an inappropriate referral. */
export const declineReasons = [
  'out-of-area',
  'duplicate',
  'inappropriate',
  'under-18',
  'no-capacity',
  'known-conflict',
] as const;

export type DeclineReason = (typeof declineReasons)[number];

export const rerouteReasons = [
  'no-route',
  'declined',
  'wrong-area',
  'moved',
  'no-capacity',
  'contract-ended',
  'persons-choice',
  'other',
] as const;

export type RerouteReason = (typeof rerouteReasons)[number];

export interface DeclineReferralData {
  readonly reason: DeclineReason;
}

export interface RerouteData {
  readonly route: ProviderRoute;
  readonly reason: RerouteReason;
}

export interface AssignCaseworkerData {
  /** An opaque account id of the provider's; null gives the case back to the team. */
  readonly workerId: string | null;
  /** A manager said that the unknown account is no slip; checked before the command is sent. */
  readonly newWorker?: true;
}

export interface ReferralDeclined {
  readonly reason: DeclineReason;
  /** Who gave it back. */
  readonly route: ProviderRoute;
  /** The appointments with them that this cancels. */
  readonly cancelled: readonly string[];
}

export interface ReferralRouted {
  readonly route: ProviderRoute;
  readonly reason: RerouteReason;
  /** Who had it before; null: nobody. */
  readonly from: ProviderRoute | null;
  /** The appointments with the former provider that this cancels. */
  readonly cancelled: readonly string[];
}

export interface CaseworkerAssigned {
  readonly workerId: string | null;
}

/** Of the provider that has the referral now; begins anew with each other one. */
export interface Acceptance {
  /** When they got it; null: nobody has it. */
  readonly routedAt: Instant | null;
  readonly acceptedAt: Instant | null;
  readonly workerId: string | null;
  /** Since when that caseworker carries it, or nobody any more; null: nobody ever did. */
  readonly assignedAt: Instant | null;
}

export const notAccepted: Acceptance = {
  routedAt: null,
  acceptedAt: null,
  workerId: null,
  assignedAt: null,
};

/** The latest provider that gave the referral back, until another one has it. */
export interface Declined {
  readonly at: Instant;
  readonly reason: DeclineReason;
  readonly route: ProviderRoute;
}

/** Whether two rows come to the same for the person. Whatever row of the table chose it, it is one provider's programme. */
export function isSameRoute(a: ProviderRoute | null, b: ProviderRoute | null): boolean {
  return a === null || b === null ? a === b : a.providerId === b.providerId && a.programme === b.programme;
}
