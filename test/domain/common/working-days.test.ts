import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { englandAndWalesBankHolidays } from '../../../workflows/domain/common/bank-holidays.ts';
import { toInstant } from '../../../workflows/domain/common/instant.ts';
import { addDaysToDate, instantAt, localParts } from '../../../workflows/domain/common/london-time.ts';
import {
  addWorkingDays,
  isWorkingDay,
  workingDaysBetween,
} from '../../../workflows/domain/common/working-days.ts';

const anyInstant = fc
  .integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 10, 1) })
  .map((ms) => toInstant(ms));
const anyDate = anyInstant.map((instant) => instant.slice(0, 10));
const anyBankHolidays = fc.oneof(
  fc.constant<readonly string[]>(englandAndWalesBankHolidays),
  fc.constant<readonly string[]>([]),
  fc.array(anyDate, { maxLength: 200 }),
);

describe('a working day', () => {
  test('is Monday to Friday without the bank holidays of the policy', () => {
    const days = ['2026-12-24', '2026-12-25', '2026-12-26', '2026-12-27', '2026-12-28', '2026-12-29'];
    expect(days.filter((date) => isWorkingDay(date, englandAndWalesBankHolidays))).toEqual([
      '2026-12-24',
      '2026-12-29',
    ]);
    expect(days.filter((date) => isWorkingDay(date, []))).toEqual([
      '2026-12-24',
      '2026-12-25',
      '2026-12-28',
      '2026-12-29',
    ]);
  });

  test('a one-off day counts as soon as the calendar given holds it', () => {
    expect(isWorkingDay('2026-06-15', englandAndWalesBankHolidays)).toBe(true);
    expect(isWorkingDay('2026-06-15', [...englandAndWalesBankHolidays, '2026-06-15'])).toBe(false);
  });

  test('what is no date is refused', () => {
    expect(() => isWorkingDay('2026-02-29', [])).toThrow(RangeError);
  });
});

describe('adding working days', () => {
  test.each([
    // Tuesday morning and Tuesday night have the same two days, to the end of Thursday.
    ['2026-03-03T00:10:00.000Z', 2, '2026-03-06T00:00:00.000Z'],
    ['2026-03-03T23:50:00.000Z', 2, '2026-03-06T00:00:00.000Z'],
    // Friday, Saturday and Sunday: to the end of Tuesday.
    ['2026-03-06T15:00:00.000Z', 2, '2026-03-11T00:00:00.000Z'],
    ['2026-03-07T15:00:00.000Z', 2, '2026-03-11T00:00:00.000Z'],
    ['2026-03-08T15:00:00.000Z', 2, '2026-03-11T00:00:00.000Z'],
    // 23:30 UTC on a summer Thursday is Friday: to the end of Tuesday, 23:00 UTC.
    ['2026-07-02T23:30:00.000Z', 2, '2026-07-07T23:00:00.000Z'],
    // Christmas 2026: Boxing Day is a Saturday, so Monday 28 December is no working day.
    ['2026-12-24T10:00:00.000Z', 1, '2026-12-30T00:00:00.000Z'],
    ['2026-12-24T10:00:00.000Z', 2, '2026-12-31T00:00:00.000Z'],
    ['2026-12-24T10:00:00.000Z', 4, '2027-01-05T00:00:00.000Z'],
    // Christmas 2027: substitutes on Monday and Tuesday.
    ['2027-12-24T10:00:00.000Z', 1, '2027-12-30T00:00:00.000Z'],
    // Easter 2026, over the March change: Thursday 2 April, next working day Tuesday 7 April.
    ['2026-04-02T10:00:00.000Z', 1, '2026-04-07T23:00:00.000Z'],
    // Friday to the Monday after each change of clocks.
    ['2026-03-27T10:00:00.000Z', 1, '2026-03-30T23:00:00.000Z'],
    ['2026-10-23T10:00:00.000Z', 1, '2026-10-27T00:00:00.000Z'],
    // Ten working days with no holiday are two weeks.
    ['2026-06-01T10:00:00.000Z', 10, '2026-06-15T23:00:00.000Z'],
    // None: the end of the day itself, working or not.
    ['2026-03-03T10:00:00.000Z', 0, '2026-03-04T00:00:00.000Z'],
    ['2026-12-25T10:00:00.000Z', 0, '2026-12-26T00:00:00.000Z'],
  ])('%s and %i end at %s', (instant, count, expected) => {
    expect(addWorkingDays(instant, count, englandAndWalesBankHolidays)).toBe(expected);
  });

  test('end at local midnight after a working day, with exactly so many working days passed', () => {
    fc.assert(
      fc.property(
        anyInstant,
        fc.integer({ min: 1, max: 40 }),
        anyBankHolidays,
        (instant, count, holidays) => {
          const end = addWorkingDays(instant, count, holidays);
          const { date, time } = localParts(end);
          const lastDay = addDaysToDate(date, -1);
          expect(time).toBe('00:00');
          expect(end).toBe(instantAt(date, '00:00'));
          expect(isWorkingDay(lastDay, holidays)).toBe(true);
          expect(workingDaysBetween(localParts(instant).date, lastDay, holidays)).toBe(count);
        },
      ),
    );
  });

  test('a holiday more never makes the end earlier', () => {
    fc.assert(
      fc.property(
        anyInstant,
        fc.integer({ min: 0, max: 20 }),
        anyBankHolidays,
        anyDate,
        (instant, count, some, more) => {
          expect(
            addWorkingDays(instant, count, some) <= addWorkingDays(instant, count, [...some, more]),
          ).toBe(true);
        },
      ),
    );
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('a count of %p is refused', (count) => {
    expect(() => addWorkingDays('2026-03-03T10:00:00.000Z', count, [])).toThrow(RangeError);
  });
});

describe('working days between', () => {
  test.each([
    ['2026-03-02', '2026-03-02', 0],
    ['2026-03-02', '2026-03-03', 1],
    ['2026-03-06', '2026-03-09', 1],
    ['2026-03-07', '2026-03-08', 0],
    ['2026-03-02', '2026-03-30', 20],
    ['2026-12-24', '2026-12-29', 1],
    ['2026-12-24', '2027-01-04', 4],
    ['2026-03-09', '2026-03-06', -1],
  ])('%s and %s are %i', (from, to, expected) => {
    expect(workingDaysBetween(from, to, englandAndWalesBankHolidays)).toBe(expected);
  });

  test('add up over a day between, and are the same below zero backwards', () => {
    fc.assert(
      fc.property(anyDate, anyDate, anyDate, anyBankHolidays, (a, b, c, holidays) => {
        const ab = workingDaysBetween(a, b, holidays);
        expect(ab + workingDaysBetween(b, c, holidays)).toBe(workingDaysBetween(a, c, holidays));
        expect(workingDaysBetween(b, a, holidays)).toBe(0 - ab);
      }),
      { numRuns: 50 },
    );
  });

  test('what is no date is refused', () => {
    expect(() => workingDaysBetween('2026-02-29', '2026-03-01', [])).toThrow(RangeError);
    expect(() => workingDaysBetween('2026-03-01', '2026-03-01T10:00:00.000Z', [])).toThrow(RangeError);
  });
});
