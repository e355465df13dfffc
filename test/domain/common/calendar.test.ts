import { describe, expect, test } from '@jest/globals';
import {
  civilOfDay,
  dateOfDay,
  dayNumber,
  dayOfCivil,
  daysInMonth,
} from '../../../workflows/domain/common/calendar.ts';

describe('calendar', () => {
  test('every day of the years 1600 to 2400 has the date and number that ECMAScript gives it', () => {
    const first = Date.UTC(1600, 0, 1) / 86_400_000;
    const last = Date.UTC(2400, 11, 31) / 86_400_000;
    const wrong: number[] = [];
    for (let day = first; day <= last; day += 1) {
      const date = new Date(day * 86_400_000);
      const civil = civilOfDay(day);
      const same =
        civil.year === date.getUTCFullYear() &&
        civil.month === date.getUTCMonth() + 1 &&
        civil.day === date.getUTCDate() &&
        dayOfCivil(civil) === day;
      if (!same) {
        wrong.push(day);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('the first and the last date there is read back the same, and beyond them there is none', () => {
    for (const date of ['0000-01-01', '0000-02-29', '0000-03-01', '9999-12-31']) {
      expect(dateOfDay(dayNumber(date))).toBe(date);
    }
    expect(() => dateOfDay(dayNumber('9999-12-31') + 1)).toThrow(RangeError);
    expect(() => dateOfDay(dayNumber('0000-01-01') - 1)).toThrow(RangeError);
  });

  test('the length of February follows the years of 4, 100 and 400', () => {
    expect([1900, 2000, 2024, 2026, 2100].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 29, 28, 28]);
  });
});
