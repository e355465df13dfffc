import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { epochMs, secondsBetween, toInstant } from '../../../workflows/domain/common/instant.ts';
import {
  addDaysToDate,
  addLocalDays,
  addLocalMonths,
  addMonthsToDate,
  ageOn,
  describeLocal,
  endOfLocalDay,
  instantAt,
  instantOfLocal,
  isLocalDate,
  isLocalTime,
  isSummerTime,
  localParts,
  londonOffsetMinutes,
  startOfLocalDay,
  weekdayOf,
} from '../../../workflows/domain/common/london-time.ts';

const anyInstant = fc
  .integer({ min: Date.UTC(1996, 0, 1), max: Date.UTC(2101, 0, 1) - 1 })
  .map((ms) => toInstant(ms));
const anyDate = anyInstant.map((instant) => instant.slice(0, 10));
const anyTime = fc
  .integer({ min: 0, max: 1439 })
  .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);

describe('the change of clocks', () => {
  test.each([
    // The dates published at gov.uk/when-do-the-clocks-change.
    ['2025-03-30', '2025-10-26'],
    ['2026-03-29', '2026-10-25'],
    ['2027-03-28', '2027-10-31'],
    ['2028-03-26', '2028-10-29'],
    // The last of the month is itself a Sunday; the earliest Sunday there can be.
    ['2024-03-31', '2024-10-27'],
    ['2029-03-25', '2029-10-28'],
  ])('summer time is from 01:00 UTC on %s to 01:00 UTC on %s', (start, end) => {
    expect(isSummerTime(`${start}T00:59:59.999Z`)).toBe(false);
    expect(isSummerTime(`${start}T01:00:00.000Z`)).toBe(true);
    expect(isSummerTime(`${end}T00:59:59.999Z`)).toBe(true);
    expect(isSummerTime(`${end}T01:00:00.000Z`)).toBe(false);
    expect(londonOffsetMinutes(`${start}T00:59:59.999Z`)).toBe(0);
    expect(londonOffsetMinutes(`${start}T01:00:00.000Z`)).toBe(60);
  });

  test.each([
    ['2026-03-29T00:59:59.999Z', '2026-03-29', '00:59', 59, 999],
    ['2026-03-29T01:00:00.000Z', '2026-03-29', '02:00', 0, 0],
    ['2026-10-25T00:59:59.999Z', '2026-10-25', '01:59', 59, 999],
    ['2026-10-25T01:00:00.000Z', '2026-10-25', '01:00', 0, 0],
    ['2026-07-01T22:59:59.000Z', '2026-07-01', '23:59', 59, 0],
    ['2026-07-01T23:00:01.002Z', '2026-07-02', '00:00', 1, 2],
    ['2026-12-31T23:59:59.999Z', '2026-12-31', '23:59', 59, 999],
    ['2027-01-01T00:00:00.000Z', '2027-01-01', '00:00', 0, 0],
    ['1969-12-31T12:34:56.789Z', '1969-12-31', '12:34', 56, 789],
  ])('%s is %s %s on the clock', (instant, date, time, seconds, milliseconds) => {
    expect(localParts(instant)).toMatchObject({ date, time, seconds, milliseconds });
  });

  test('Monday is the first day of the week and Sunday the seventh', () => {
    const week = [
      '2026-03-02',
      '2026-03-03',
      '2026-03-04',
      '2026-03-05',
      '2026-03-06',
      '2026-03-07',
      '2026-03-08',
    ];
    expect(week.map((date) => weekdayOf(date))).toEqual([1, 2, 3, 4, 5, 6, 7]);
    // The weekday is that of the local day: 23:30 UTC on a summer Sunday is Monday.
    expect(localParts('2026-07-05T22:59:59.999Z').weekday).toBe(7);
    expect(localParts('2026-07-05T23:00:00.000Z').weekday).toBe(1);
    expect(weekdayOf('1969-12-31')).toBe(3);
  });
});

describe('the instant of a local time', () => {
  test('is exact on all but two nights of the year', () => {
    expect(instantOfLocal('2026-01-15', '09:00')).toEqual({
      kind: 'exact',
      instant: '2026-01-15T09:00:00.000Z',
    });
    expect(instantOfLocal('2026-07-15', '09:00', 30)).toEqual({
      kind: 'exact',
      instant: '2026-07-15T08:00:30.000Z',
    });
    expect(instantOfLocal('2026-07-15', '00:00').instant).toBe('2026-07-14T23:00:00.000Z');
  });

  test.each([
    ['00:59', 0, { kind: 'exact', instant: '2026-03-29T00:59:00.000Z' }],
    ['00:59', 59, { kind: 'exact', instant: '2026-03-29T00:59:59.000Z' }],
    ['01:00', 0, { kind: 'missing', instant: '2026-03-29T01:00:00.000Z' }],
    ['01:30', 0, { kind: 'missing', instant: '2026-03-29T01:30:00.000Z' }],
    ['01:59', 59, { kind: 'missing', instant: '2026-03-29T01:59:59.000Z' }],
    ['02:00', 0, { kind: 'exact', instant: '2026-03-29T01:00:00.000Z' }],
    ['02:30', 0, { kind: 'exact', instant: '2026-03-29T01:30:00.000Z' }],
  ])('in the March night %s and %i seconds', (time, seconds, expected) => {
    expect(instantOfLocal('2026-03-29', time, seconds)).toEqual(expected);
  });

  test.each([
    ['00:59', 59, { kind: 'exact', instant: '2026-10-24T23:59:59.000Z' }],
    [
      '01:00',
      0,
      { kind: 'doubled', instant: '2026-10-25T00:00:00.000Z', second: '2026-10-25T01:00:00.000Z' },
    ],
    [
      '01:59',
      59,
      { kind: 'doubled', instant: '2026-10-25T00:59:59.000Z', second: '2026-10-25T01:59:59.000Z' },
    ],
    ['02:00', 0, { kind: 'exact', instant: '2026-10-25T02:00:00.000Z' }],
  ])('in the October night %s and %i seconds', (time, seconds, expected) => {
    expect(instantOfLocal('2026-10-25', time, seconds)).toEqual(expected);
  });

  test('a plan at a missing time moves forward, at a doubled time it is the first', () => {
    expect(localParts(instantAt('2026-03-29', '01:30')).time).toBe('02:30');
    expect(instantAt('2026-10-25', '01:30')).toBe('2026-10-25T00:30:00.000Z');
  });

  test('what the clock shows leads back to the instant, or to the other one of its hour', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const whole = `${instant.slice(0, 20)}000Z`;
        const { date, time, seconds } = localParts(whole);
        const found = instantOfLocal(date, time, seconds);
        expect(found.kind).not.toBe('missing');
        expect(found.kind === 'doubled' ? [found.instant, found.second] : [found.instant]).toContain(whole);
      }),
    );
  });

  test.each([
    ['2026-02-29', '09:00', 0],
    ['2026-13-01', '09:00', 0],
    ['26-01-01', '09:00', 0],
    ['2026-01-01T', '09:00', 0],
    ['2026-01-01', '24:00', 0],
    ['2026-01-01', '9:00', 0],
    ['2026-01-01', '09:60', 0],
    ['2026-01-01', '09:00:00', 0],
    ['2026-01-01', '', 0],
    ['2026-01-01', '09:00', 60],
    ['2026-01-01', '09:00', -1],
    ['2026-01-01', '09:00', 0.5],
    ['2026-01-01', '09:00', Number.NaN],
  ])('nonsense is refused: %s %s and %p seconds', (date, time, seconds) => {
    expect(() => instantOfLocal(date, time, seconds)).toThrow(RangeError);
  });
});

describe('the local day', () => {
  test.each([
    ['2026-01-15T12:00:00.000Z', '2026-01-15T00:00:00.000Z', '2026-01-16T00:00:00.000Z'],
    ['2026-07-15T12:00:00.000Z', '2026-07-14T23:00:00.000Z', '2026-07-15T23:00:00.000Z'],
    ['2026-07-14T23:30:00.000Z', '2026-07-14T23:00:00.000Z', '2026-07-15T23:00:00.000Z'],
    ['2026-03-29T12:00:00.000Z', '2026-03-29T00:00:00.000Z', '2026-03-29T23:00:00.000Z'],
    ['2026-10-25T12:00:00.000Z', '2026-10-24T23:00:00.000Z', '2026-10-26T00:00:00.000Z'],
    ['2026-12-31T23:59:59.999Z', '2026-12-31T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ])('of %s is from %s to %s', (instant, start, end) => {
    expect(startOfLocalDay(instant)).toBe(start);
    expect(endOfLocalDay(instant)).toBe(end);
  });

  test('holds its instant, lasts 23, 24 or 25 hours and is followed without a gap', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const start = startOfLocalDay(instant);
        const end = endOfLocalDay(instant);
        expect(start <= instant && instant < end).toBe(true);
        expect([23, 24, 25]).toContain(secondsBetween(start, end) / 3600);
        expect(localParts(start).time).toBe('00:00');
        expect(startOfLocalDay(end)).toBe(end);
        expect(localParts(toInstant(epochMs(end) - 1)).date).toBe(localParts(instant).date);
      }),
    );
  });
});

describe('adding local days', () => {
  test.each([
    ['2026-03-28T14:30:00.123Z', 1, '2026-03-29T13:30:00.123Z', 23],
    ['2026-03-28T01:30:00.000Z', 1, '2026-03-29T01:30:00.000Z', 24],
    ['2026-03-28T01:30:00.000Z', 2, '2026-03-30T00:30:00.000Z', 47],
    ['2026-10-24T13:30:00.000Z', 1, '2026-10-25T14:30:00.000Z', 25],
    ['2026-10-24T00:30:00.000Z', 1, '2026-10-25T00:30:00.000Z', 24],
    ['2026-10-24T00:30:00.000Z', 2, '2026-10-26T01:30:00.000Z', 49],
    ['2026-03-25T10:00:00.000Z', 7, '2026-04-01T09:00:00.000Z', 167],
    ['2026-10-21T09:00:00.000Z', 7, '2026-10-28T10:00:00.000Z', 169],
    ['2026-03-30T08:00:00.000Z', -2, '2026-03-28T09:00:00.000Z', -47],
    ['2028-02-28T09:00:00.000Z', 1, '2028-02-29T09:00:00.000Z', 24],
    ['2026-02-28T09:00:00.000Z', 1, '2026-03-01T09:00:00.000Z', 24],
  ])('%s and %i days are %s, %i elapsed hours', (instant, days, expected, hours) => {
    expect(addLocalDays(instant, days)).toBe(expected);
    expect(secondsBetween(instant, expected) / 3600).toBe(hours);
  });

  test('no days leave even the second of two like times where it is', () => {
    expect(addLocalDays('2026-10-25T01:30:00.000Z', 0)).toBe('2026-10-25T01:30:00.000Z');
    expect(addLocalMonths('2026-10-25T01:30:00.000Z', 0)).toBe('2026-10-25T01:30:00.000Z');
  });

  test('the clock shows the same time on the date so many days on, save where that time is missing', () => {
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: -400, max: 400 }), (instant, days) => {
        const from = localParts(instant);
        const to = localParts(addLocalDays(instant, days));
        const date = addDaysToDate(from.date, days);
        const missing = instantOfLocal(date, from.time).kind === 'missing';
        expect(to).toMatchObject({
          date,
          time: missing ? `02:${from.time.slice(3)}` : from.time,
          seconds: from.seconds,
          milliseconds: from.milliseconds,
        });
      }),
      { numRuns: 2000 },
    );
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 3_000_000])('a count of %p is refused', (days) => {
    expect(() => addLocalDays('2026-03-28T14:30:00.000Z', days)).toThrow(RangeError);
    expect(() => addLocalMonths('2026-03-28T14:30:00.000Z', days)).toThrow(RangeError);
    expect(() => addDaysToDate('2026-03-28', days)).toThrow(RangeError);
    expect(() => addMonthsToDate('2026-03-28', days)).toThrow(RangeError);
  });

  test('what is no instant is refused even with no days', () => {
    expect(() => addLocalDays('2026-03-28T14:30:00Z', 0)).toThrow(RangeError);
  });
});

describe('adding local months', () => {
  test.each([
    ['2025-01-31', 1, '2025-02-28'],
    ['2026-01-31', 1, '2026-02-28'],
    ['2028-01-31', 1, '2028-02-29'],
    ['2028-01-29', 1, '2028-02-29'],
    ['2026-01-29', 1, '2026-02-28'],
    ['2026-01-28', 1, '2026-02-28'],
    ['2025-11-30', 3, '2026-02-28'],
    ['2027-11-30', 3, '2028-02-29'],
    ['2099-11-30', 3, '2100-02-28'],
    ['2026-11-29', 3, '2027-02-28'],
    ['2027-11-29', 3, '2028-02-29'],
    ['2026-03-31', 3, '2026-06-30'],
    ['2026-08-31', 3, '2026-11-30'],
    ['2026-10-31', 3, '2027-01-31'],
    ['2026-12-31', 3, '2027-03-31'],
    ['2026-02-28', 3, '2026-05-28'],
    ['2028-02-29', 12, '2029-02-28'],
    ['2028-02-29', 48, '2032-02-29'],
    ['2026-08-31', 6, '2027-02-28'],
    ['2026-12-15', 1, '2027-01-15'],
    ['2026-01-15', -1, '2025-12-15'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2026-01-15', -13, '2024-12-15'],
    ['0000-01-31', 1, '0000-02-29'],
  ])('%s and %i months are %s', (date, months, expected) => {
    expect(addMonthsToDate(date, months)).toBe(expected);
  });

  test.each([
    // Across the March change, the October change, and onto the two nights themselves.
    ['2026-01-31T09:15:30.500Z', 1, '2026-02-28T09:15:30.500Z'],
    ['2025-12-30T14:00:00.000Z', 3, '2026-03-30T13:00:00.000Z'],
    ['2026-07-31T22:30:00.000Z', 3, '2026-10-31T23:30:00.000Z'],
    ['2026-07-31T23:30:00.000Z', 3, '2026-11-01T00:30:00.000Z'],
    ['2026-01-29T01:30:00.000Z', 2, '2026-03-29T01:30:00.000Z'],
    ['2026-07-25T00:30:00.000Z', 3, '2026-10-25T00:30:00.000Z'],
    ['2026-08-31T22:59:59.999Z', 6, '2027-02-28T23:59:59.999Z'],
  ])('%s and %i months are %s', (instant, months, expected) => {
    expect(addLocalMonths(instant, months)).toBe(expected);
  });

  test('two steps of a month may end earlier than one step of two', () => {
    expect(addMonthsToDate(addMonthsToDate('2026-01-31', 1), 1)).toBe('2026-03-28');
    expect(addMonthsToDate('2026-01-31', 2)).toBe('2026-03-31');
  });

  test('land so many months on, on the same day or, where there is none, on the last of the month', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -40, max: 40 }), (date, months) => {
        const to = addMonthsToDate(date, months);
        const index = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
        expect(index(to) - index(date)).toBe(months);
        expect(isLocalDate(to)).toBe(true);
        const isLastOfMonth = addDaysToDate(to, 1).endsWith('-01');
        expect(to.slice(8) === date.slice(8) || (to.slice(8) < date.slice(8) && isLastOfMonth)).toBe(true);
      }),
    );
  });

  test('a later start never falls due earlier by the calendar', () => {
    fc.assert(
      fc.property(anyDate, anyDate, fc.integer({ min: 0, max: 24 }), (a, b, months) => {
        const [first, second] = a < b ? [a, b] : [b, a];
        expect(addMonthsToDate(first, months) <= addMonthsToDate(second, months)).toBe(true);
      }),
    );
  });
});

describe('local dates', () => {
  test('days added and taken away lead back', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -40_000, max: 40_000 }), (date, days) => {
        const to = addDaysToDate(date, days);
        expect(addDaysToDate(to, -days)).toBe(date);
        expect((Date.parse(to) - Date.parse(date)) / 86_400_000).toBe(days);
      }),
    );
  });

  test.each(['2026-01-01', '2028-02-29', '2000-02-29', '0000-01-01', '9999-12-31'])(
    '%s is a date',
    (text) => {
      expect(isLocalDate(text)).toBe(true);
    },
  );

  test.each([
    '',
    '2026-02-29',
    '2100-02-29',
    '2026-04-31',
    '2026-00-10',
    '2026-13-10',
    '2026-01-00',
    '2026-01-32',
    '2026-1-1',
    '01/02/2026',
    '2026-01-01\n',
    '2026-01-01T00:00:00.000Z',
    '-2026-01-01',
    '10000-01-01',
    '٢٠٢٦-01-01',
  ])('%j is no date', (text) => {
    expect(isLocalDate(text)).toBe(false);
    expect(() => addDaysToDate(text, 0)).toThrow(RangeError);
    expect(() => addMonthsToDate(text, 0)).toThrow(RangeError);
    expect(() => weekdayOf(text)).toThrow(RangeError);
    expect(() => ageOn(text, '2026-01-01')).toThrow(RangeError);
  });

  test('the range of years ends with a refusal, not with a wrong date', () => {
    expect(() => addDaysToDate('9999-12-31', 1)).toThrow(RangeError);
    expect(() => addMonthsToDate('9999-12-31', 1)).toThrow(RangeError);
    expect(() => addMonthsToDate('0000-01-01', -1)).toThrow(RangeError);
  });

  test('times of day are 00:00 to 23:59', () => {
    fc.assert(fc.property(anyTime, (time) => isLocalTime(time)));
    expect(['24:00', '9:00', '09:60', '0900', '09:00:00', '09:00\n', ''].filter(isLocalTime)).toEqual([]);
  });
});

describe('age', () => {
  test.each([
    ['2008-03-03', '2026-03-02', 17],
    ['2008-03-03', '2026-03-03', 18],
    ['2008-03-03', '2026-02-28', 17],
    ['2008-03-03', '2026-04-01', 18],
    ['2008-12-31', '2026-12-30', 17],
    ['2008-12-31', '2026-12-31', 18],
    // Born on a leap day: in a common year the birthday comes when 28 February is over.
    ['2008-02-29', '2026-02-28', 17],
    ['2008-02-29', '2026-03-01', 18],
    ['2008-02-29', '2028-02-28', 19],
    ['2008-02-29', '2028-02-29', 20],
    ['2026-03-03', '2026-03-03', 0],
    ['2026-03-03', '2026-03-02', -1],
  ])('of one born on %s is, on %s, %i', (birthDate, on, age) => {
    expect(ageOn(birthDate, on)).toBe(age);
  });

  test('grows by one on exactly one day of each year', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: 0, max: 90 }), (birthDate, age) => {
        // Of a leap day, `addMonthsToDate` gives the 28th, and the birthday is the day after.
        const anniversary = addMonthsToDate(birthDate, age * 12);
        const birthday =
          anniversary.slice(8) === birthDate.slice(8) ? anniversary : addDaysToDate(anniversary, 1);
        expect(ageOn(birthDate, birthday)).toBe(age);
        expect(ageOn(birthDate, addDaysToDate(birthday, -1))).toBe(age - 1);
      }),
    );
  });
});

describe('in words', () => {
  test.each([
    ['2026-03-03T14:30:00.000Z', '3 March 2026 at 14:30'],
    ['2026-07-31T23:05:59.999Z', '1 August 2026 at 00:05'],
    ['2026-12-25T09:00:00.000Z', '25 December 2026 at 09:00'],
    ['2027-01-10T00:00:00.000Z', '10 January 2027 at 00:00'],
  ])('%s is %s', (instant, words) => {
    expect(describeLocal(instant)).toBe(words);
  });
});
