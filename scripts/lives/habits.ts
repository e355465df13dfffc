/**
 * How often what happens, as shares of one. Invented, so that every way through the system is met in one year: nothing
 * about real people follows from a run.
 */
export const habits = {
  /** Somebody referred again after their first referral is over. */
  referredAgain: 0.08,
  withoutRoute: 0.03,
  void: 0.02,
  givenBack: 0.04,
  /** Given back, and no other provider is found. */
  closedAfterGivingBack: 0.25,
  saidWord: 0.85,
  assigned: 0.6,
  custodyBeforeContact: 0.04,
  reachedAtTry: 0.45,
  tooFewTries: 0.15,
  comesBackAfterNoContact: 0.2,
  declines: 0.1,
  stopsTexts: 0.06,
  moves: 0.15,
  cancels: 0.06,
  comes: 0.62,
  providerCaused: 0.05,
  leavesEarly: 0.04,
  neverRecorded: 0.03,
  reopensAfterDisengaging: 0.3,
  withdrawsConsent: 0.03,
  transferred: 0.05,
  transferRefused: 0.3,
  moved: 0.03,
  suitable: 0.62,
  otherHelp: 0.5,
  prescribed: 0.25,
  dropsOut: 0.25,
  need: 0.35,
  positiveOutcome: 0.5,
  testInTreatment: 0.3,
  dies: 0.008,
} as const;
