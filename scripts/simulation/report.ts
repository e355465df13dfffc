import type { AsAt, OpenReferral } from './checked-year.ts';
import type { LivedYear } from './lived-year.ts';
import type { Options } from './options.ts';
import { sentTooLate, type RefusedAct } from './refused-act.ts';
import { countBy, type Tally } from './tally.ts';

/** A year that was lived, and after which the clocks have run out. */
export interface PassedYear extends LivedYear {
  /** Until the last act had its answer. */
  readonly actingSeconds: number;
  /** Until nothing was left to come due. */
  readonly seconds: number;
  readonly ranOut: boolean;
}

export interface CheckedYear {
  readonly tally: Tally;
  /** By status. */
  readonly texts: Readonly<Record<string, number>>;
  readonly figures: readonly AsAt[];
  readonly open: readonly OpenReferral[];
  readonly wrong: readonly string[];
}

export interface ReportParts extends CheckedYear {
  readonly options: Options;
  /** Acts, referrals counted in. */
  readonly planned: number;
  readonly lived: PassedYear;
}

const mostShown = 20;

/** What a run prints. Waits and days are scaled, seconds are real. */
export function reportOf({ options, planned, lived, tally, texts, figures, open, wrong }: ReportParts) {
  const { clocks, latestClockSeconds, ...rest } = tally;
  const passed = Object.values(clocks).reduce((sum, count) => sum + count, 0);
  const { refused, taken, notSent } = lived;
  const late = refused.filter(sentTooLate);
  const surprises = refused.filter((act) => !sentTooLate(act));
  return {
    ...{ options, demo: true, seconds: tenth(lived.seconds) },
    acts: {
      ...{ planned, taken, notSent },
      perSecond: tenth(taken / lived.actingSeconds),
      latestDays: tenth(lived.latestDays),
    },
    ...rest,
    clocks: {
      ...{ passed, perSecond: tenth(passed / lived.seconds), latestSeconds: tenth(latestClockSeconds) },
      byRule: clocks,
    },
    ...{ texts, stillOpen: open, asAt: figures },
    refused: {
      surprises: byCode(surprises),
      sentTooLate: byCode(late),
      first: [...surprises, ...late].slice(0, mostShown),
    },
    wrong: wrong.slice(0, mostShown),
  };
}

function byCode(refused: readonly RefusedAct[]): Record<string, number> {
  return countBy(refused.map(({ name, code }) => `${name}: ${code}`));
}

function tenth(number: number): number {
  return Math.round(number * 10) / 10;
}
