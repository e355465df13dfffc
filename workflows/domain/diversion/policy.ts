import type { Duration } from '../common/duration.ts';
import type { LocalDate } from '../common/london-time.ts';
import type { Policy } from '../common/policy.ts';

/** What a force and its programme set for the voluntary path. */
export interface DiversionPolicy extends Policy {
  readonly duty: 'diversion';
  /** From receipt to the first try of a person. */
  readonly firstContact: Duration;
  readonly contactEffort: ContactEffortPolicy;
  readonly feedback: FeedbackPolicy;
  /** From reaching the person to a booking; left out (as in policies older than it): as long as the contact effort. */
  readonly booking?: Duration;
  /** From the route to the provider's word; left out: as long as the first contact. */
  readonly acceptance?: Duration;
  /** How long a referral may be without a provider; left out: one working day. */
  readonly routing?: Duration;
  /** From the offer of a transfer to its answer; left out: five working days. */
  readonly transferAnswer?: Duration;
  /**
   * From receipt to the day on which the police who referred the person read more than that it was received; left out:
   * nothing is agreed.
   */
  readonly policeFeedback?: Duration;
  /** How long a contact attempt may be undone by who recorded it; left out: an hour. */
  readonly undo?: Duration;
  /** Whether alcohol may be the main problem; left out: no, as in the Gwent programme of 2014/15. */
  readonly alcoholFirst?: boolean;
  /** How far past the limit a person may put the closure off, once; left out: 28 days. */
  readonly closureExtension?: Duration;
  /** From receipt. */
  readonly closureWarning: Duration;
  /** From receipt to the closure. */
  readonly closure: Duration;
  readonly closureDeferral: ClosureDeferralPolicy;
  /** From closure: until then who engages comes back to the same referral. */
  readonly lateEngagement: Duration;
  /** From the return to the closure, where the limit counted from receipt has passed. */
  readonly closureAfterReturn: Duration;
  /** What is agreed with one provider otherwise than with all, by its id; left out: nothing. */
  readonly serviceLevels?: Readonly<Record<string, ServiceLevel>>;
}

/** The times that one provider has promised: its word, its first try, its feedback on an appointment and to the police. */
export interface ServiceLevel {
  readonly acceptance?: Duration;
  readonly policeFeedback?: Duration;
  readonly firstContact?: Duration;
  readonly feedback?: FeedbackPolicy;
}

/** The policy as it holds for a referral that this provider has; null: nobody has it. */
export function policyWith(policy: DiversionPolicy, providerId: string | null): DiversionPolicy {
  const agreed = providerId === null ? undefined : policy.serviceLevels?.[providerId];
  return agreed === undefined ? policy : { ...policy, ...agreed };
}

/** What must have been tried before a referral may end as "no contact". */
export interface ContactEffortPolicy {
  /** From the first try. */
  readonly within: Duration;
  /** Tries by a person; what the system sent does not count. */
  readonly attempts: number;
  /** Different local days on which a person tried. */
  readonly days: number;
  /** Different channels, where so many are known. */
  readonly channels: number;
}

/** Both from the end of the appointment. */
export interface FeedbackPolicy {
  /** The caseworker is asked what happened. */
  readonly ask: Duration;
  /** The team lead is told. */
  readonly escalate: Duration;
}

export interface ClosureDeferralPolicy {
  /** An appointment that starts so soon after the limit puts the closure off, once. */
  readonly window: Duration;
  /** From the end of that appointment to the closure put off; never before its feedback is over. */
  readonly until: Duration;
}

/**
 * The first version, as it was first kept: a version is never changed, so what a policy came to hold since is in the
 * next one. Three calendar months is the length read out of the open count of the Dyfed-Powys figures (open =
 * received in the last three months); contracts elsewhere ran four. No published source gives the number
 * of tries, the lead times or the warnings: those are our own defaults, for each force to set.
 */
export function firstDiversionPolicy(
  forceId: string,
  programme: string,
  bankHolidays: readonly LocalDate[],
): DiversionPolicy {
  return {
    policyId: `diversion:${programme}`,
    version: 1,
    forceId,
    programme,
    duty: 'diversion',
    validFrom: '2000-01-01T00:00:00.000Z',
    demo: false,
    bankHolidays,
    messages: {
      reminder: { before: { unit: 'days', count: 1 }, at: '09:00' },
      sendFrom: '08:00',
      sendUntil: '20:00',
    },
    firstContact: { unit: 'working-days', count: 2 },
    contactEffort: { within: { unit: 'working-days', count: 10 }, attempts: 3, days: 3, channels: 2 },
    feedback: { ask: { unit: 'working-days', count: 1 }, escalate: { unit: 'working-days', count: 2 } },
    closureWarning: { unit: 'weeks', count: 10 },
    closure: { unit: 'months', count: 3, endOfDay: true },
    closureDeferral: {
      window: { unit: 'days', count: 28 },
      until: { unit: 'days', count: 0, endOfDay: true },
    },
    lateEngagement: { unit: 'days', count: 28 },
    closureAfterReturn: { unit: 'months', count: 3, endOfDay: true },
  };
}

/** The same lengths, with those written down that the first version leaves to the code. */
export function defaultDiversionPolicy(
  forceId: string,
  programme: string,
  bankHolidays: readonly LocalDate[],
): DiversionPolicy {
  return {
    ...firstDiversionPolicy(forceId, programme, bankHolidays),
    version: 2,
    acceptance: { unit: 'working-days', count: 2 },
    ...ownDefaults,
  };
}

/** What a policy says that was written before these were policy. */
export const ownDefaults = {
  routing: { unit: 'working-days', count: 1 },
  transferAnswer: { unit: 'working-days', count: 5 },
  undo: { unit: 'seconds', count: 3600 },
  alcoholFirst: false,
  closureExtension: { unit: 'days', count: 28, endOfDay: true },
} as const satisfies Partial<DiversionPolicy>;

/** Of a demonstration. */
export const demoDaySeconds = 2;

/** A day lasts two seconds, so that a referral lives three months in about three minutes. Proves nothing. */
export function firstDemoDiversionPolicy(
  forceId: string,
  programme: string,
  bankHolidays: readonly LocalDate[],
): DiversionPolicy {
  return {
    ...firstDiversionPolicy(forceId, programme, bankHolidays),
    policyId: `diversion:${programme}:demo`,
    demo: true,
    messages: { reminder: { before: days(1), at: null }, sendFrom: '00:00', sendUntil: '23:59' },
    firstContact: days(2),
    // All tries of a demo fall on one real day.
    contactEffort: { within: days(14), attempts: 3, days: 1, channels: 2 },
    feedback: { ask: days(1), escalate: days(2) },
    closureWarning: days(70),
    closure: days(91),
    closureDeferral: { window: days(28), until: days(1) },
    lateEngagement: days(28),
    closureAfterReturn: days(91),
  };
}

/** With all lengths written down, as the second version of a real force has them. */
export function demoDiversionPolicy(
  forceId: string,
  programme: string,
  bankHolidays: readonly LocalDate[],
): DiversionPolicy {
  return {
    ...firstDemoDiversionPolicy(forceId, programme, bankHolidays),
    version: 2,
    ...ownDefaults,
    acceptance: days(2),
    routing: days(1),
    transferAnswer: days(5),
    undo: days(1),
    closureExtension: days(28),
  };
}

function days(count: number): Duration {
  return { unit: 'seconds', count: count * demoDaySeconds };
}
