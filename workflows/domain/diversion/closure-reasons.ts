import type { ModalityEndReason } from './treatment.ts';

/**
 * Why a referral of the voluntary path ended. Nothing closes without one of these: of 303 closures in the
 * Gwent DIP report 2014/15, 171 have no reason.
 */
export const closureReasons = [
  'completed',
  'engaged-then-ended',
  'disengaged',
  'no-contact',
  'not-suitable',
  'declined',
  'transferred',
  'prison',
  'moved',
  'died',
  'consent-withdrawn',
  'duplicate',
  'entered-in-error',
  'not-engaged-in-time',
  'no-treatment-needed',
  'caution-not-met',
  'other',
] as const;

export type ClosureReason = (typeof closureReasons)[number];

export interface ClosureReasonRow {
  readonly title: string;
  /**
   * Whether who engages within the late window comes back to the same referral. After a completion
   * it is a new episode, and a referral that was none has nothing to come back to.
   */
  readonly mayReturn: boolean;
  /** Why the strands of treatment that still run end with it. */
  readonly endsTreatment: ModalityEndReason;
}

export const closureReasonRows: Readonly<Record<ClosureReason, ClosureReasonRow>> = {
  completed: { title: 'Completed', mayReturn: false, endsTreatment: 'completed' },
  'engaged-then-ended': { title: 'Engaged, then ended', mayReturn: true, endsTreatment: 'other' },
  disengaged: { title: 'Disengaged', mayReturn: true, endsTreatment: 'dropped-out' },
  'no-contact': { title: 'No contact', mayReturn: true, endsTreatment: 'dropped-out' },
  'not-suitable': { title: 'Not suitable', mayReturn: true, endsTreatment: 'treatment-withdrawn' },
  declined: { title: 'Declined', mayReturn: true, endsTreatment: 'persons-choice' },
  transferred: { title: 'Transferred', mayReturn: true, endsTreatment: 'transferred' },
  prison: { title: 'In prison', mayReturn: true, endsTreatment: 'custody' },
  moved: { title: 'Moved away', mayReturn: true, endsTreatment: 'moved' },
  died: { title: 'Died', mayReturn: false, endsTreatment: 'died' },
  'consent-withdrawn': { title: 'Consent withdrawn', mayReturn: true, endsTreatment: 'persons-choice' },
  duplicate: { title: 'Duplicate', mayReturn: false, endsTreatment: 'other' },
  'entered-in-error': { title: 'Entered in error', mayReturn: false, endsTreatment: 'other' },
  'not-engaged-in-time': { title: 'Not engaged in time', mayReturn: true, endsTreatment: 'other' },
  'no-treatment-needed': {
    title: 'No treatment needed',
    mayReturn: true,
    endsTreatment: 'treatment-withdrawn',
  },
  'caution-not-met': { title: 'Conditional caution not met', mayReturn: true, endsTreatment: 'other' },
  other: { title: 'Other', mayReturn: true, endsTreatment: 'other' },
};

/** Why a referral counts as closed while nobody has closed it: its time was over, and the treatment goes on. */
export const concludedInTreatment = 'concluded-in-treatment';

/** In the place of a reason, of a referral that should never have been. */
export const voidedPathway = 'void';
