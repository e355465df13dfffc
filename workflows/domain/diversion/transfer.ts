import type { Instant } from '../common/instant.ts';
import type { ProviderRoute } from './acceptance.ts';

/**
 * A person moves to another provider with what is known of them. The receiver takes them before the sender lets
 * go: an offer that nobody answers changes nothing, and health data go over with the acceptance, not before.
 */

export const transferReasons = [
  'moved',
  'other-treatment',
  'contract-ended',
  'persons-choice',
  'safety',
  'other',
] as const;

export type TransferReason = (typeof transferReasons)[number];

export const transferRefusals = [
  'no-capacity',
  'out-of-area',
  'not-suitable',
  'not-consented',
  'other',
] as const;

export type TransferRefusal = (typeof transferRefusals)[number];

export interface TransferPathwayData {
  readonly to: ProviderRoute;
  readonly reason: TransferReason;
}

export interface AnswerTransferData {
  /** The command that offered it. */
  readonly transferId: string;
}

export interface DeclineTransferData extends AnswerTransferData {
  readonly reason: TransferRefusal;
}

export interface TransferOffered {
  readonly transferId: string;
  readonly to: ProviderRoute;
  readonly from: ProviderRoute;
  readonly reason: TransferReason;
}

export interface TransferAccepted {
  readonly transferId: string;
  readonly route: ProviderRoute;
  readonly from: ProviderRoute;
  /** The appointments with the sender that this cancels. */
  readonly cancelled: readonly string[];
}

export interface TransferDeclined {
  readonly transferId: string;
  readonly reason: TransferRefusal;
}

export interface TransferTakenBack {
  readonly transferId: string;
}

export type TransferAnswer = 'accepted' | 'declined' | 'taken-back';

/** The latest offer that was answered, or taken back. */
export interface AnsweredTransfer {
  readonly transferId: string;
  readonly answer: TransferAnswer;
  readonly at: Instant;
}

/** An offer that the receiver has not answered. */
export interface TransferOffer {
  readonly transferId: string;
  readonly to: ProviderRoute;
  readonly reason: TransferReason;
  readonly offeredAt: Instant;
}
