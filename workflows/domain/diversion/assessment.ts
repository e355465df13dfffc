import type { Instant } from '../common/instant.ts';
import type { Substance } from './substance.ts';

/** The full assessment: what the person uses, and what it found to be right for them. */

/** In order: the first is the main problem. */
export const mostSubstances = 3;

/** Each leads to another next step and is counted apart. */
export const assessmentResults = ['suitable', 'other-help', 'none-needed', 'declined'] as const;

export type AssessmentResult = (typeof assessmentResults)[number];

/** Where somebody is pointed to, as Gwent counted it in 2014/15, and what came up since. */
export const signposts = [
  'drugs',
  'alcohol',
  'housing',
  'young-person',
  'mental-health',
  'health',
  'work-and-learning',
  'money',
  'family',
  'other',
] as const;

export type Signpost = (typeof signposts)[number];

export interface AssessmentData {
  /** Up to three in order, none twice; none needed where the person declined or needs no treatment. */
  readonly substances: readonly Substance[];
  readonly result: AssessmentResult;
  /** What the person was found suitable for; only with `suitable`. */
  readonly programme?: string;
  /** Where the person was pointed to; at least one with `other-help`. */
  readonly signposts?: readonly Signpost[];
}

export interface AssessmentRecorded {
  readonly substances: readonly Substance[];
  /** Not known only of an assessment that came with a case from elsewhere. */
  readonly result: AssessmentResult | 'not-known';
  readonly programme: string | null;
  readonly signposts: readonly Signpost[];
}

/** The latest one stands; the earlier ones are in the ledger. */
export interface Assessment extends AssessmentRecorded {
  readonly at: Instant;
  /** The command that recorded it. */
  readonly assessmentId: string;
}
