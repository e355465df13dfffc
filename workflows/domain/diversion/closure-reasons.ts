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
}

export const closureReasonRows: Readonly<Record<ClosureReason, ClosureReasonRow>> = {
  completed: { title: 'Completed', mayReturn: false },
  'engaged-then-ended': { title: 'Engaged, then ended', mayReturn: true },
  disengaged: { title: 'Disengaged', mayReturn: true },
  'no-contact': { title: 'No contact', mayReturn: true },
  'not-suitable': { title: 'Not suitable', mayReturn: true },
  declined: { title: 'Declined', mayReturn: true },
  transferred: { title: 'Transferred', mayReturn: true },
  prison: { title: 'In prison', mayReturn: true },
  moved: { title: 'Moved away', mayReturn: true },
  died: { title: 'Died', mayReturn: false },
  'consent-withdrawn': { title: 'Consent withdrawn', mayReturn: true },
  duplicate: { title: 'Duplicate', mayReturn: false },
  'entered-in-error': { title: 'Entered in error', mayReturn: false },
  'not-engaged-in-time': { title: 'Not engaged in time', mayReturn: true },
  'no-treatment-needed': { title: 'No treatment needed', mayReturn: true },
  'caution-not-met': { title: 'Conditional caution not met', mayReturn: true },
  other: { title: 'Other', mayReturn: true },
};

/** Why a referral counts as closed while nobody has closed it: its time was over, and the treatment goes on. */
export const concludedInTreatment = 'concluded-in-treatment';
