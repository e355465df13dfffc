import type { Instant } from '../workflows/domain/common/instant.ts';
import { localParts } from '../workflows/domain/common/london-time.ts';
import type { Language } from '../workflows/domain/common/contact-preference.ts';

/**
 * Date and time as a text says them, in local time, on the 24-hour clock (which needs no words for
 * morning and afternoon in either language). The year is left out: a text speaks of the near future.
 *
 * The words come from these tables and not from Intl, so that what a person was told does not depend on
 * the locale data of the machine that sent it.
 */
export function dateWords(language: Language, instant: Instant): string {
  const { date, time, weekday } = localParts(instant);
  const words = calendars[language];
  const day = String(Number(date.slice(8, 10)));
  const month = words.months[Number(date.slice(5, 7)) - 1] ?? '';
  return `${words.weekdays[weekday - 1] ?? ''} ${day} ${month} ${words.at} ${time}`;
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
