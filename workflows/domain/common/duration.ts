import { epochMs, toInstant } from './instant.ts';
import type { Instant } from './instant.ts';
import { addLocalDays, addLocalMonths, endOfLocalDay } from './london-time.ts';
import type { LocalDate } from './london-time.ts';
import { addWorkingDays } from './working-days.ts';

export const durationUnits = [
  'seconds',
  'minutes',
  'hours',
  'days',
  'weeks',
  'months',
  'working-days',
] as const;

export type DurationUnit = (typeof durationUnits)[number];

/**
 * How long a clock runs, as a policy says it.
 * Seconds, minutes and hours are elapsed time, whatever the clocks on the wall do: 24 hours over the
 * March change end an hour later on the wall. The count may have a fraction.
 * Days, weeks and months are calendar time of England and Wales: the same local time on the day reached,
 * or with `endOfDay` the end of that day. Working days always run to the end of the day. Their counts
 * are whole.
 */
export interface Duration {
  readonly unit: DurationUnit;
  readonly count: number;
  /** Only for days, weeks and months; working days end so anyway. */
  readonly endOfDay?: boolean;
}

const elapsedMs = { seconds: 1000, minutes: 60_000, hours: 3_600_000 } as const;

/**
 * The instant at which a clock started at `start` is due. The end of a day is the first instant of the
 * next one.
 * @throws RangeError when `start` is not an instant, or the duration is not one: a count below zero, part
 * of a day, the end of the day asked of elapsed time.
 */
export function after(start: Instant, duration: Duration, bankHolidays: readonly LocalDate[]): Instant {
  check(duration);
  if (duration.unit === 'working-days') {
    return addWorkingDays(start, duration.count, bankHolidays);
  }
  return shift(start, duration.unit, duration.count, duration.endOfDay === true);
}

/**
 * The instant so long before `end`, for what is planned towards an appointment. With `endOfDay` it is
 * the end of the day so reached.
 * @throws RangeError as `after`, and for months and working days: counting either backwards has no
 * settled meaning (a month before 31 March), and no rule asks for it.
 */
export function before(end: Instant, duration: Duration): Instant {
  check(duration);
  if (duration.unit === 'working-days' || duration.unit === 'months') {
    throw new RangeError(`Nothing is counted backwards in ${duration.unit}`);
  }
  return shift(end, duration.unit, -duration.count, duration.endOfDay === true);
}

/** In words for people: "2 working days", "1 month", "24 hours". */
export function describeDuration(duration: Duration): string {
  const units = duration.unit.replace('-', ' ');
  return `${String(duration.count)} ${duration.count === 1 ? units.slice(0, -1) : units}`;
}

function shift(
  from: Instant,
  unit: Exclude<DurationUnit, 'working-days'>,
  count: number,
  endOfDay: boolean,
): Instant {
  switch (unit) {
    case 'seconds':
    case 'minutes':
    case 'hours':
      return toInstant(epochMs(from) + count * elapsedMs[unit]);
    case 'days':
      return ended(addLocalDays(from, count), endOfDay);
    case 'weeks':
      return ended(addLocalDays(from, count * 7), endOfDay);
    case 'months':
      return ended(addLocalMonths(from, count), endOfDay);
  }
}

function ended(instant: Instant, endOfDay: boolean): Instant {
  return endOfDay ? endOfLocalDay(instant) : instant;
}

function check({ unit, count, endOfDay }: Duration): void {
  const elapsed = unit in elapsedMs;
  // A policy is read from storage: the unit may be none of ours, whatever its type says.
  if (
    !durationUnits.includes(unit) ||
    !Number.isFinite(count) ||
    count < 0 ||
    (!elapsed && !Number.isSafeInteger(count))
  ) {
    throw new RangeError(`Not a duration: ${String(count)} ${unit}`);
  }
  if (elapsed && endOfDay === true) {
    throw new RangeError(`Elapsed time has no end of the day: ${String(count)} ${unit}`);
  }
}
