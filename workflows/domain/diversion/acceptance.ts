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
}

export interface ReferralDeclined {
  readonly reason: DeclineReason;
  /** Who gave it back. */
  readonly route: ProviderRoute;
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
  readonly acceptedAt: Instant | null;
  readonly workerId: string | null;
}

export const notAccepted: Acceptance = { acceptedAt: null, workerId: null };
