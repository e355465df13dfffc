/**
 * The Gregorian calendar as whole numbers: the ground under local dates. Nothing here knows of time of
 * day or zones; rules use london-time.ts.
 */

const dateSpelling = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Monday is 1, Sunday is 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Civil {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** Undefined when the text is not `YYYY-MM-DD` of a day that exists. */
export function readDate(text: string): Civil | undefined {
  const [, year, month, day] = (dateSpelling.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined || month < 1 || month > 12 || day < 1) {
    return undefined;
  }
  return day <= daysInMonth(year, month) ? { year, month, day } : undefined;
}

/** @throws RangeError when there is no such day. */
export function partsOfDate(date: string): Civil {
  const parts = readDate(date);
  if (parts === undefined) {
    throw new RangeError(`Not a date: ${JSON.stringify(date)}`);
  }
  return parts;
}

/** `YYYY-MM-DD`. @throws RangeError when the year is outside 0000 to 9999. */
export function spellDate({ year, month, day }: Civil): string {
  if (year < 0 || year > 9999) {
    throw new RangeError(`No date in the year ${String(year)}`);
  }
  return `${String(year).padStart(4, '0')}-${padded(month)}-${padded(day)}`;
}

/** Two digits. */
export function padded(value: number): string {
  return String(value).padStart(2, '0');
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) {
    return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  }
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 of a `YYYY-MM-DD`. @throws RangeError when there is no such day. */
export function dayNumber(date: string): number {
  return dayOfCivil(partsOfDate(date));
}

/** The `YYYY-MM-DD` of days since 1970-01-01. @throws RangeError when the year is outside 0000 to 9999. */
export function dateOfDay(day: number): string {
  return spellDate(civilOfDay(day));
}

export function weekdayOfDay(day: number): Weekday {
  // 1970-01-01 was a Thursday, the fourth day.
  return (modulo(day + 3, 7) + 1) as Weekday;
}

/**
 * Days since 1970-01-01 and back, in years that begin on 1 March, so that the leap day comes last and
 * the months before it have a fixed rhythm of 153 days in five. 719,468 days lie between 0000-03-01 and
 * 1970-01-01; a cycle of 400 years has 146,097 days.
 */
export function dayOfCivil({ year, month, day }: Civil): number {
  const marchYear = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}

export function civilOfDay(dayNumber: number): Civil {
  const days = dayNumber + 719_468;
  const cycle = Math.floor(days / 146_097);
  const dayOfCycle = days - cycle * 146_097;
  const yearOfCycle = Math.floor(
    (dayOfCycle -
      Math.floor(dayOfCycle / 1460) +
      Math.floor(dayOfCycle / 36_524) -
      Math.floor(dayOfCycle / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: cycle * 400 + yearOfCycle + (month > 2 ? 0 : 1),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}

/** The remainder that is never below zero. */
export function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
