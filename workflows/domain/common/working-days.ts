import type { Instant } from './instant.ts';
import { addDaysToDate, instantAt, localParts, weekdayOf } from './london-time.ts';
import type { LocalDate } from './london-time.ts';

/** Working days are Monday to Friday without the bank holidays given, which come with the policy. */

/** @throws RangeError when the date does not exist. */
export function isWorkingDay(date: LocalDate, bankHolidays: readonly LocalDate[]): boolean {
  return weekdayOf(date) <= 5 && !bankHolidays.includes(date);
}

/**
 * The end (first instant of the next local day) of the n-th working day after the local day of the
 * instant. That day itself never counts, so what arrives at 23:50 has as long as what arrived at 00:10.
 * With 0 it is the end of the instant's own day, working or not.
 * @throws RangeError when the text is not an instant, or the count is not whole or is below zero.
 */
export function addWorkingDays(instant: Instant, count: number, bankHolidays: readonly LocalDate[]): Instant {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`Not a count of working days: ${String(count)}`);
  }
  let date = localParts(instant).date;
  for (let left = count; left > 0;) {
    date = addDaysToDate(date, 1);
    if (isWorkingDay(date, bankHolidays)) {
      left -= 1;
    }
  }
  return instantAt(addDaysToDate(date, 1), '00:00');
}

/**
 * Working days after `from` up to and with `to`: the count that `addWorkingDays` would need. The same
 * below zero when `to` comes first, so that a wrong order of dates shows.
 * @throws RangeError when either date does not exist.
 */
export function workingDaysBetween(
  from: LocalDate,
  to: LocalDate,
  bankHolidays: readonly LocalDate[],
): number {
  // Adding no days checks a date: its text is compared below.
  let date = addDaysToDate(from, 0);
  const last = addDaysToDate(to, 0);
  if (last < date) {
    return 0 - workingDaysBetween(to, from, bankHolidays);
  }
  let count = 0;
  while (date < last) {
    date = addDaysToDate(date, 1);
    if (isWorkingDay(date, bankHolidays)) {
      count += 1;
    }
  }
  return count;
}
