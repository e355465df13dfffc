import type { Language } from '../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { partsOfDate } from '../workflows/domain/common/calendar.ts';
import { localParts, weekdayOf } from '../workflows/domain/common/london-time.ts';
import type { LocalDate } from '../workflows/domain/common/london-time.ts';

/**
 * Date and time as a text says them, in local time, on the 24-hour clock (which needs no words for
 * morning and afternoon in either language). The year is left out: a text speaks of the near future.
 *
 * The words come from these tables and not from Intl, so that what a person was told does not depend on
 * the locale data of the machine that sent it.
 * @throws RangeError when it is no instant
 */
export function dateWords(language: Language, instant: Instant): string {
  const { date, time } = localParts(instant);
  return `${onWeekday(language, date)} ${dayAndMonth(language, date)} ${calendars[language].at} ${time}`;
}

/** The same with the year, for what is kept. @throws RangeError when it is no instant */
export function dateWordsWithYear(language: Language, instant: Instant): string {
  const { date, time } = localParts(instant);
  return `${onWeekday(language, date)} ${dayWords(language, date)} ${calendars[language].at} ${time}`;
}

/** A day as a letter is dated: "3 March 2026", "3 Mawrth 2026". @throws RangeError when it is no date */
export function dayWords(language: Language, date: LocalDate): string {
  return `${dayAndMonth(language, date)} ${date.slice(0, 4)}`;
}

function onWeekday(language: Language, date: LocalDate): string {
  return calendars[language].weekdays[weekdayOf(date) - 1] ?? '';
}

function dayAndMonth(language: Language, date: LocalDate): string {
  const { day, month } = partsOfDate(date);
  return `${String(day)} ${calendars[language].months[month - 1] ?? ''}`;
}

const calendars: Readonly<Record<Language, CalendarWords>> = {
  en: {
    weekdays: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    months: ['January', 'February', 'March', 'April', 'May', 'June'].concat([
      'July',
      'August',
      'September',
      'October',
      'November',
      'December',
    ]),
    at: 'at',
  },
  cy: {
    // "On Tuesday" is the noun used as an adverb and so softened: dydd Mawrth, but "apwyntiad ddydd Mawrth".
    weekdays: ['Llun', 'Mawrth', 'Mercher', 'Iau', 'Gwener', 'Sadwrn', 'Sul'].map((name) => `ddydd ${name}`),
    months: ['Ionawr', 'Chwefror', 'Mawrth', 'Ebrill', 'Mai', 'Mehefin'].concat([
      'Gorffennaf',
      'Awst',
      'Medi',
      'Hydref',
      'Tachwedd',
      'Rhagfyr',
    ]),
    at: 'am',
  },
};

interface CalendarWords {
  readonly weekdays: readonly string[];
  readonly months: readonly string[];
  readonly at: string;
}
