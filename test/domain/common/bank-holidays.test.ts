import { describe, expect, test } from '@jest/globals';
import { englandAndWalesBankHolidays } from '../../../workflows/domain/common/bank-holidays.ts';
import { addDaysToDate, isLocalDate, weekdayOf } from '../../../workflows/domain/common/london-time.ts';

/** Easter Sunday of the Gregorian calendar (the anonymous computus, as in Meeus, Astronomical Algorithms). */
function easterSunday(year: number): string {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const day = ((h + l - 7 * m + 114) % 31) + 1;
  return `${String(year)}-0${String(month)}-${String(day).padStart(2, '0')}`;
}

/** The first Monday on or after a date. */
function mondayFrom(date: string): string {
  return weekdayOf(date) === 1 ? date : mondayFrom(addDaysToDate(date, 1));
}

/** The first day on or after a date that is neither a weekend day nor taken. */
function substituteFrom(date: string, taken: readonly string[]): string {
  return weekdayOf(date) <= 5 && !taken.includes(date) ? date : substituteFrom(addDaysToDate(date, 1), taken);
}

function byRule(year: number): string[] {
  const y = String(year);
  const easter = easterSunday(year);
  // A Boxing Day on a Monday (Christmas Day on a Sunday) keeps its day; Christmas Day then moves past it.
  const boxingDay = `${y}-12-26`;
  const boxingKeepsItsDay = weekdayOf(boxingDay) <= 5;
  const christmas = substituteFrom(`${y}-12-25`, boxingKeepsItsDay ? [boxingDay] : []);
  return [
    substituteFrom(`${y}-01-01`, []),
    addDaysToDate(easter, -2),
    addDaysToDate(easter, 1),
    mondayFrom(`${y}-05-01`),
    mondayFrom(`${y}-05-25`),
    mondayFrom(`${y}-08-25`),
    christmas,
    boxingKeepsItsDay ? boxingDay : substituteFrom(boxingDay, [christmas]),
  ].sort();
}

describe('bank holidays of England and Wales', () => {
  test('the check itself finds the Easters and substitute days that were', () => {
    expect([2000, 2008, 2011, 2019, 2024].map(easterSunday)).toEqual([
      '2000-04-23',
      '2008-03-23',
      '2011-04-24',
      '2019-04-21',
      '2024-03-31',
    ]);
    // 2021: Christmas on a Saturday; 2016: Christmas on a Sunday.
    expect(byRule(2021).slice(-2)).toEqual(['2021-12-27', '2021-12-28']);
    expect(byRule(2016).slice(-2)).toEqual(['2016-12-26', '2016-12-27']);
    expect(byRule(2017)[0]).toBe('2017-01-02');
  });

  test.each([2024, 2025, 2026, 2027, 2028])('of %i are those of the rules, with no one-off day', (year) => {
    expect(englandAndWalesBankHolidays.filter((date) => date.startsWith(String(year)))).toEqual(byRule(year));
  });

  test('are those five years and nothing else, in order, each once, never on a weekend', () => {
    expect(englandAndWalesBankHolidays).toHaveLength(40);
    expect([...new Set(englandAndWalesBankHolidays)].sort()).toEqual(englandAndWalesBankHolidays);
    expect(englandAndWalesBankHolidays.every((date) => isLocalDate(date) && weekdayOf(date) <= 5)).toBe(true);
  });

  test('have 28 December 2026 for Boxing Day, 27 and 28 December 2027, and 3 January 2028', () => {
    expect(englandAndWalesBankHolidays).toEqual(
      expect.arrayContaining(['2026-12-28', '2027-12-27', '2027-12-28', '2028-01-03']),
    );
    expect(englandAndWalesBankHolidays).not.toContain('2026-12-26');
  });
});
