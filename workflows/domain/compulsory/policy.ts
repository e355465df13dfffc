import { englandAndWalesBankHolidays } from '../common/bank-holidays.ts';
import type { Duration } from '../common/duration.ts';
import type { LocalDate } from '../common/london-time.ts';
import type { Policy } from '../common/policy.ts';
import type { Marker } from './commands.ts';

/** The durations of required assessment, breach and arrest task. */
export interface CompulsoryPolicy extends Policy {
  readonly duty: 'compulsory';
  /** From the test: after this somebody must see that no requirement was imposed. */
  readonly requirementDecision: Duration;
  /** From the end of an appointment: the assessor is asked, then the manager is told. */
  readonly feedback: { readonly ask: Duration; readonly escalate: Duration };
  /** From the report of a failure. */
  readonly goodCauseReview: Duration;
  /** From the failure itself. */
  readonly markers: Readonly<Record<Marker, MarkerTargets>>;
  /** From the issue of a task, by marker. */
  readonly acknowledgement: Readonly<Record<Marker, Duration>>;
}

/** `null`: this colour has no target for this event, and nothing about it is ever late. */
export interface MarkerTargets {
  readonly putOut: Duration | null;
  readonly arrest: Duration | null;
}

/**
 * What a force starts from. The targets are those of the Gwent DIP annual report 2014/15: RED counts to
 * the arrest, AMBER and GREEN to being put out for arrest. The other lengths are the product's choice.
 */
export function defaultCompulsoryPolicy(
  forceId: string,
  bankHolidays: readonly LocalDate[] = englandAndWalesBankHolidays,
): CompulsoryPolicy {
  return {
    policyId: `compulsory:${forceId}`,
    version: 1,
    forceId,
    programme: 'drug-testing-on-arrest',
    duty: 'compulsory',
    validFrom: '2000-01-01T00:00:00.000Z',
    demo: false,
    bankHolidays,
    messages: {
      reminder: { before: { unit: 'days', count: 1 }, at: '09:00' },
      sendFrom: '08:00',
      sendUntil: '20:00',
    },
    requirementDecision: { unit: 'hours', count: 24 },
    feedback: { ask: { unit: 'working-days', count: 1 }, escalate: { unit: 'working-days', count: 2 } },
    goodCauseReview: { unit: 'working-days', count: 1 },
    markers: {
      RED: { putOut: null, arrest: { unit: 'hours', count: 24 } },
      AMBER: { putOut: { unit: 'days', count: 7 }, arrest: null },
      GREEN: { putOut: { unit: 'months', count: 1 }, arrest: null },
    },
    acknowledgement: {
      RED: { unit: 'hours', count: 1 },
      AMBER: { unit: 'days', count: 1 },
      GREEN: { unit: 'days', count: 2 },
    },
  };
}

/** For showing a whole life in a minute or two: these clocks prove nothing, and every answer says so. */
export function demoCompulsoryPolicy(
  forceId: string,
  bankHolidays: readonly LocalDate[] = englandAndWalesBankHolidays,
): CompulsoryPolicy {
  return {
    ...defaultCompulsoryPolicy(forceId, bankHolidays),
    policyId: `compulsory-demo:${forceId}`,
    demo: true,
    messages: {
      reminder: { before: { unit: 'seconds', count: 10 }, at: null },
      sendFrom: '00:00',
      sendUntil: '23:59',
    },
    requirementDecision: { unit: 'seconds', count: 120 },
    feedback: { ask: { unit: 'seconds', count: 30 }, escalate: { unit: 'seconds', count: 60 } },
    goodCauseReview: { unit: 'seconds', count: 60 },
    markers: {
      RED: { putOut: null, arrest: { unit: 'seconds', count: 60 } },
      AMBER: { putOut: { unit: 'seconds', count: 120 }, arrest: null },
      GREEN: { putOut: { unit: 'seconds', count: 240 }, arrest: null },
    },
    acknowledgement: {
      RED: { unit: 'seconds', count: 15 },
      AMBER: { unit: 'seconds', count: 30 },
      GREEN: { unit: 'seconds', count: 60 },
    },
  };
}
