import {
  civilOfDay,
  dateOfDay,
  dayNumber,
  dayOfCivil,
  daysInMonth,
  modulo,
  padded,
  partsOfDate,
  readDate,
  spellDate,
  weekdayOfDay,
} from './calendar.ts';
import type { Weekday } from './calendar.ts';
import { epochMs, toInstant } from './instant.ts';
import type { Instant } from './instant.ts';

/**
 * The local time of England and Wales as pure arithmetic: no zone data, so that an update of the zone
 * data on a machine can never change what a replayed workflow computes.
 *
 * Summer time is one hour ahead from 01:00 UTC on the last Sunday of March to 01:00 UTC on the last
 * Sunday of October (Summer Time Act 1972 s.1 as amended by the Summer Time Order 2002; the same dates
 * by earlier orders since 1996). Instants before 1996 are read by the same rule and may be an hour off
 * where an older rule had other dates. A change of the law is a change of this file, guarded by date.
 *
 * Every function throws a RangeError when given text that is no instant, date or time of the spelling
 * meant, a count that is not whole, or a result outside the years 0000 to 9999.
 */

/** A day of the calendar, `YYYY-MM-DD`. */
export type LocalDate = string;

export type { Weekday } from './calendar.ts';

/** A time of day, `HH:MM`, 00:00 to 23:59. */
export type LocalTime = string;

export interface LocalParts {
  readonly date: LocalDate;
  readonly time: LocalTime;
  readonly seconds: number;
  readonly milliseconds: number;
  readonly weekday: Weekday;
}

/**
 * What a local date and time mean. In the night of the last Sunday of March the times from 01:00 to
 * 01:59 are missing: `instant` is then the time an hour later on the clock (01:30 is taken as 02:30). In
 * the night of the last Sunday of October they come twice: `instant` is the first (summer time),
 * `second` the one an hour later.
 */
export type InstantOfLocal =
  | { readonly kind: 'exact'; readonly instant: Instant }
  | { readonly kind: 'missing'; readonly instant: Instant }
  | { readonly kind: 'doubled'; readonly instant: Instant; readonly second: Instant };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const timeSpelling = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Whether the text is `YYYY-MM-DD` of a day that exists. */
export function isLocalDate(text: string): boolean {
  return readDate(text) !== undefined;
}

/** Whether the text is `HH:MM` from 00:00 to 23:59. */
export function isLocalTime(text: string): boolean {
  return timeSpelling.test(text);
}

/** @throws RangeError when the date does not exist. */
export function weekdayOf(date: LocalDate): Weekday {
  return weekdayOfDay(dayNumber(date));
}

/** @throws RangeError when the text is not an instant. */
export function isSummerTime(instant: Instant): boolean {
  return isSummerTimeAt(epochMs(instant));
}

/** Minutes that local time is ahead of UTC. @throws RangeError when the text is not an instant. */
export function londonOffsetMinutes(instant: Instant): 0 | 60 {
  return isSummerTime(instant) ? 60 : 0;
}

/** What calendar and clock show at that instant. @throws RangeError when the text is not an instant. */
export function localParts(instant: Instant): LocalParts {
  const reading = localReading(epochMs(instant));
  const day = Math.floor(reading / dayMs);
  const ofDay = reading - day * dayMs;
  return {
    date: dateOfDay(day),
    time: `${padded(Math.floor(ofDay / hourMs))}:${padded(Math.floor(ofDay / minuteMs) % 60)}`,
    seconds: Math.floor(ofDay / 1000) % 60,
    milliseconds: ofDay % 1000,
    weekday: weekdayOfDay(day),
  };
}

/**
 * The instant, or instants, at which calendar and clock show this. For checking what a person typed: the
 * missing and the doubled hour are told apart.
 * @throws RangeError when the date or time does not exist on any day, or seconds are not whole, 0 to 59.
 */
export function instantOfLocal(date: LocalDate, time: LocalTime, seconds = 0): InstantOfLocal {
  if (!isLocalTime(time)) {
    throw new RangeError(`Not a local time: ${JSON.stringify(time)}`);
  }
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 59) {
    throw new RangeError(`Not seconds of a minute: ${String(seconds)}`);
  }
  const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  return resolve(dayNumber(date) * dayMs + minutes * minuteMs + seconds * 1000);
}

/**
 * The instant of a local date and time, for plans that must land somewhere: a missing time moves forward
 * by an hour, of a doubled one it is the first.
 * @throws RangeError as `instantOfLocal`.
 */
export function instantAt(date: LocalDate, time: LocalTime): Instant {
  return instantOfLocal(date, time).instant;
}

/** Midnight at which the local day of this instant began. @throws RangeError when the text is not an instant. */
export function startOfLocalDay(instant: Instant): Instant {
  return instantAt(localParts(instant).date, '00:00');
}

/**
 * The first instant of the next local day: what is due "by the end of the day" is late from here on.
 * @throws RangeError when the text is not an instant.
 */
export function endOfLocalDay(instant: Instant): Instant {
  return instantAt(addDaysToDate(localParts(instant).date, 1), '00:00');
}

/**
 * The same local time so many days later (or, below zero, earlier): 23, 24 or 25 hours a day. A missing
 * time moves forward by an hour, of a doubled one it is the first. No days leave the instant as it is.
 * @throws RangeError when the text is not an instant, or days are not whole.
 */
export function addLocalDays(instant: Instant, days: number): Instant {
  return onDate(instant, days, addDaysToDate);
}

/**
 * The same local time on the corresponding date so many months later (or, below zero, earlier), clamped
 * to the end of a shorter month: a period of months ends on the corresponding date, or where there is
 * none, on the last day of the month (Dodds v Walker [1981] 1 WLR 1027). Always count from the start of
 * the period: two steps of one month may end earlier than one step of two.
 * @throws RangeError when the text is not an instant, or months are not whole.
 */
export function addLocalMonths(instant: Instant, months: number): Instant {
  return onDate(instant, months, addMonthsToDate);
}

/** @throws RangeError when the date does not exist, days are not whole, or the year leaves 0000 to 9999. */
export function addDaysToDate(date: LocalDate, days: number): LocalDate {
  return dateOfDay(dayNumber(date) + whole(days));
}

/**
 * The corresponding date so many months later or earlier, clamped to the end of a shorter month.
 * @throws RangeError when the date does not exist, months are not whole, or the year leaves 0000 to 9999.
 */
export function addMonthsToDate(date: LocalDate, months: number): LocalDate {
  const { year, month, day } = partsOfDate(date);
  const monthsSinceYearZero = year * 12 + (month - 1) + whole(months);
  const toYear = Math.floor(monthsSinceYearZero / 12);
  const toMonth = modulo(monthsSinceYearZero, 12) + 1;
  return spellDate({ year: toYear, month: toMonth, day: Math.min(day, daysInMonth(toYear, toMonth)) });
}

/**
 * Whole years of age on a day. An age is reached as the anniversary of birth begins (Family Law Reform
 * Act 1969 s.9(1)); who was born on 29 February has none in a common year until 28 February is over, and
 * grows older on 1 March. Below zero before the birth.
 * @throws RangeError when either date does not exist.
 */
export function ageOn(birthDate: LocalDate, on: LocalDate): number {
  const birth = partsOfDate(birthDate);
  const then = partsOfDate(on);
  const hadBirthday = then.month > birth.month || (then.month === birth.month && then.day >= birth.day);
  return then.year - birth.year - (hadBirthday ? 0 : 1);
}

/** In words for people: "3 March 2026 at 14:30". @throws RangeError when the text is not an instant. */
export function describeLocal(instant: Instant): string {
  const { date, time } = localParts(instant);
  const { year, month, day } = partsOfDate(date);
  return `${String(day)} ${monthNames[month - 1] ?? ''} ${String(year)} at ${time}`;
}

function isSummerTimeAt(ms: number): boolean {
  const { year } = civilOfDay(Math.floor(ms / dayMs));
  return ms >= changeOfClocks(year, 3) && ms < changeOfClocks(year, 10);
}

/** 01:00 UTC on the last Sunday of March or October, both of 31 days. */
function changeOfClocks(year: number, month: 3 | 10): number {
  const lastDay = dayOfCivil({ year, month, day: 31 });
  return (lastDay - (weekdayOfDay(lastDay) % 7)) * dayMs + hourMs;
}

/** What calendar and clock show, counted in milliseconds as if it were UTC. It is no instant. */
function localReading(ms: number): number {
  return isSummerTimeAt(ms) ? ms + hourMs : ms;
}

/** The reverse of `localReading`. */
function resolve(reading: number): InstantOfLocal {
  const summer = reading - hourMs;
  const inSummer = isSummerTimeAt(summer);
  const inWinter = !isSummerTimeAt(reading);
  if (inSummer && inWinter) {
    return { kind: 'doubled', instant: toInstant(summer), second: toInstant(reading) };
  }
  if (inSummer) {
    return { kind: 'exact', instant: toInstant(summer) };
  }
  // A missing time is read by the clock that was in force before the change, which is now an hour behind.
  return { kind: inWinter ? 'exact' : 'missing', instant: toInstant(reading) };
}

/** The instant's local time, to the millisecond, on the date so many steps away. */
function onDate(
  instant: Instant,
  steps: number,
  add: (date: LocalDate, steps: number) => LocalDate,
): Instant {
  const ms = epochMs(instant);
  if (steps === 0) {
    // Not by way of the clock, which would take the second 01:30 of an October night back to the first.
    return instant;
  }
  const reading = localReading(ms);
  const day = Math.floor(reading / dayMs);
  return resolve(dayNumber(add(dateOfDay(day), steps)) * dayMs + (reading - day * dayMs)).instant;
}

function whole(count: number): number {
  if (!Number.isSafeInteger(count)) {
    throw new RangeError(`Not a whole number: ${String(count)}`);
  }
  return count;
}
