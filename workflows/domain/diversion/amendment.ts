import type { Instant } from '../common/instant.ts';
import type { ProviderRoute } from './acceptance.ts';

/**
 * What is put right or added about a referral. The values themselves (names, addresses, the text of a note) are
 * rows of PostgreSQL with a history of their own; the ledger says which, when, by whom and why.
 */

/** The details that may be amended. Receipt, disposal and identity are none: those are void-pathway and a merge. */
export const amendableDetails = [
  'surname',
  'forenames',
  'birthDate',
  'address',
  'postcode',
  'mobile',
  'email',
  'sex',
  'ethnicity',
  'language',
  'offenceCode',
  'offenceDate',
  'drugCode',
] as const;

export type AmendableDetail = (typeof amendableDetails)[number];

export const amendmentReasons = ['entered-wrongly', 'changed', 'completed', 'identity-checked'] as const;
export type AmendmentReason = (typeof amendmentReasons)[number];

export interface AmendDetailsData {
  /** The row of the change log that holds old and new. */
  readonly amendmentId: string;
  readonly fields: readonly AmendableDetail[];
  readonly reason: AmendmentReason;
  /** Where the postcode was among them: the row that the route table chooses now; null: none fits. */
  readonly route?: ProviderRoute | null;
  /** The area of that postcode; null: in none of the force's. */
  readonly area?: string | null;
  /** Where the birth date or the offence date was among them: whether the person was under 18 then. */
  readonly underAge?: boolean;
}

export interface DetailsAmended {
  readonly amendmentId: string;
  readonly fields: readonly AmendableDetail[];
  readonly reason: AmendmentReason;
  /** Only where the postcode was among them. */
  readonly area?: string | null;
  /** By these details the person was under 18; left out: they were not, or it was not about that. */
  readonly underAge?: true;
}

export interface NoteData {
  readonly noteId: string;
}

export interface NoteAdded {
  readonly noteId: string;
}

/** The person lives elsewhere now. */
export interface MoveData {
  /** The row that the route table chooses for the new home; null: none fits. */
  readonly route: ProviderRoute | null;
  /** The area of the new home; null: in none of the force's. */
  readonly area?: string | null;
}

export interface PersonMoved {
  readonly proposed: ProviderRoute | null;
  /** Not in the events from before areas were kept. */
  readonly area?: string | null;
}

/** The latest move that is known. */
export interface Move extends Pick<PersonMoved, 'proposed'> {
  readonly at: Instant;
}

export interface IomFlagData {
  /** Whether the person is designated for Integrated Offender Management from `occurredAt` on. */
  readonly designated: boolean;
}

export interface IomFlagSet {
  readonly designated: boolean;
}

export const voidReasons = [
  'entered-in-error',
  'rescinded',
  'reclassified',
  'wrong-person',
  'under-18',
  'duplicate',
] as const;

export type VoidReason = (typeof voidReasons)[number];

export interface VoidPathwayData {
  readonly reason: VoidReason;
}

export interface PathwayVoided {
  readonly reason: VoidReason;
  /** The appointments that this cancels. */
  readonly cancelled: readonly string[];
}
