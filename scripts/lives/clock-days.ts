/** Scaled days that the clocks run which a planned life must know. */
export const clockDays = {
  contactEffort: 14,
  closure: 91,
  deferralWindow: 28,
  lateEngagement: 28,
} as const;
