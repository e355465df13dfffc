import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { englandAndWalesBankHolidays } from '../../../workflows/domain/common/bank-holidays.ts';
import { after, before, describeDuration, durationUnits } from '../../../workflows/domain/common/duration.ts';
import type { Duration } from '../../../workflows/domain/common/duration.ts';
import { epochMs, toInstant } from '../../../workflows/domain/common/instant.ts';
import { endOfLocalDay, localParts } from '../../../workflows/domain/common/london-time.ts';

const anyInstant = fc
  .integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2100, 0, 1) })
  .map((ms) => toInstant(ms));
const anyCount = fc.integer({ min: 0, max: 60 });
const anyDuration: fc.Arbitrary<Duration> = fc.oneof(
  fc.record({ unit: fc.constantFrom('seconds', 'minutes', 'hours', 'working-days'), count: anyCount }),
  fc.record({ unit: fc.constantFrom('days', 'weeks', 'months'), count: anyCount, endOfDay: fc.boolean() }),
);

function due(start: string, duration: Duration): string {
  return after(start, duration, englandAndWalesBankHolidays);
}

describe('elapsed time', () => {
  test.each([
    // 24 hours from the failure are 24 hours, whatever the clock on the wall does in between.
    ['2026-03-28T14:30:00.000Z', '2026-03-29T14:30:00.000Z', '2026-03-28 14:30', '2026-03-29 15:30'],
    ['2026-10-24T13:30:00.000Z', '2026-10-25T13:30:00.000Z', '2026-10-24 14:30', '2026-10-25 13:30'],
    ['2026-06-10T13:30:00.000Z', '2026-06-11T13:30:00.000Z', '2026-06-10 14:30', '2026-06-11 14:30'],
    ['2028-02-28T12:00:00.000Z', '2028-02-29T12:00:00.000Z', '2028-02-28 12:00', '2028-02-29 12:00'],
  ])('24 hours from %s end at %s (%s to %s on the wall)', (start, end, wallStart, wallEnd) => {
    expect(due(start, { unit: 'hours', count: 24 })).toBe(end);
    expect(due(start, { unit: 'minutes', count: 1440 })).toBe(end);
    expect(due(start, { unit: 'seconds', count: 86_400 })).toBe(end);
    const onTheWall = (instant: string) => `${localParts(instant).date} ${localParts(instant).time}`;
    expect([onTheWall(start), onTheWall(end)]).toEqual([wallStart, wallEnd]);
  });

  test('a fraction of a unit is kept to the millisecond', () => {
    expect(due('2026-03-03T10:00:00.000Z', { unit: 'seconds', count: 1.005 })).toBe(
      '2026-03-03T10:00:01.005Z',
    );
    expect(due('2026-03-03T10:00:00.000Z', { unit: 'hours', count: 1.5 })).toBe('2026-03-03T11:30:00.000Z');
  });

  test('has no end of the day', () => {
    expect(() => due('2026-03-03T10:00:00.000Z', { unit: 'hours', count: 24, endOfDay: true })).toThrow(
      RangeError,
    );
    expect(due('2026-03-03T10:00:00.000Z', { unit: 'hours', count: 24, endOfDay: false })).toBe(
      '2026-03-04T10:00:00.000Z',
    );
  });
});

describe('calendar time', () => {
  test.each<[string, Duration, string]>([
    // The amber clock: the same local time on the seventh day.
    ['2026-03-25T10:00:00.000Z', { unit: 'days', count: 7 }, '2026-04-01T09:00:00.000Z'],
    ['2026-03-25T10:00:00.000Z', { unit: 'weeks', count: 1 }, '2026-04-01T09:00:00.000Z'],
    ['2026-10-21T09:00:00.000Z', { unit: 'weeks', count: 1 }, '2026-10-28T10:00:00.000Z'],
    // The green clock: one month, clamped.
    ['2026-01-31T10:00:00.000Z', { unit: 'months', count: 1 }, '2026-02-28T10:00:00.000Z'],
    ['2028-01-31T10:00:00.000Z', { unit: 'months', count: 1 }, '2028-02-29T10:00:00.000Z'],
    // The three months of a referral, to the end of the local day.
    ['2025-11-30T10:00:00.000Z', { unit: 'months', count: 3, endOfDay: true }, '2026-03-01T00:00:00.000Z'],
    ['2027-11-30T10:00:00.000Z', { unit: 'months', count: 3, endOfDay: true }, '2028-03-01T00:00:00.000Z'],
    ['2025-12-29T10:00:00.000Z', { unit: 'months', count: 3, endOfDay: true }, '2026-03-29T23:00:00.000Z'],
    ['2026-01-15T00:00:00.000Z', { unit: 'months', count: 3, endOfDay: true }, '2026-04-15T23:00:00.000Z'],
    ['2026-07-25T10:00:00.000Z', { unit: 'months', count: 3, endOfDay: true }, '2026-10-26T00:00:00.000Z'],
    // 23:30 UTC on 31 August is 1 September to the person.
    ['2026-08-31T23:30:00.000Z', { unit: 'months', count: 3, endOfDay: true }, '2026-12-02T00:00:00.000Z'],
    ['2026-03-03T10:00:00.000Z', { unit: 'weeks', count: 10 }, '2026-05-12T09:00:00.000Z'],
    ['2026-03-03T10:00:00.000Z', { unit: 'days', count: 21, endOfDay: true }, '2026-03-25T00:00:00.000Z'],
    ['2026-03-03T10:00:00.000Z', { unit: 'days', count: 0, endOfDay: true }, '2026-03-04T00:00:00.000Z'],
    // Two working days from Christmas Eve 2026: Tuesday 29 and Wednesday 30 December.
    ['2026-12-24T10:00:00.000Z', { unit: 'working-days', count: 2 }, '2026-12-31T00:00:00.000Z'],
    [
      '2026-12-24T10:00:00.000Z',
      { unit: 'working-days', count: 2, endOfDay: true },
      '2026-12-31T00:00:00.000Z',
    ],
  ])('from %s, %j: due at %s', (start, duration, expected) => {
    expect(due(start, duration)).toBe(expected);
  });

  test('only working days look at the bank holidays', () => {
    const start = '2026-12-24T10:00:00.000Z';
    for (const unit of durationUnits) {
      const moved =
        after(start, { unit, count: 3 }, []) !==
        after(start, { unit, count: 3 }, englandAndWalesBankHolidays);
      expect([unit, moved]).toEqual([unit, unit === 'working-days']);
    }
  });

  test('the end of the day is the end of the day reached without it', () => {
    fc.assert(
      fc.property(anyInstant, fc.constantFrom('days', 'weeks', 'months'), anyCount, (start, unit, count) => {
        expect(due(start, { unit, count, endOfDay: true })).toBe(endOfLocalDay(due(start, { unit, count })));
      }),
    );
  });
});

describe('any duration', () => {
  test('none is due before it starts, and a longer one is never due earlier', () => {
    fc.assert(
      fc.property(anyInstant, anyDuration, anyCount, (start, duration, more) => {
        const end = due(start, duration);
        expect(start <= end).toBe(true);
        expect(end <= due(start, { ...duration, count: duration.count + more })).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each<Duration>([
    { unit: 'hours', count: -1 },
    { unit: 'hours', count: Number.NaN },
    { unit: 'seconds', count: Number.POSITIVE_INFINITY },
    { unit: 'days', count: 1.5 },
    { unit: 'days', count: -1 },
    { unit: 'weeks', count: 0.5 },
    { unit: 'months', count: 0.5 },
    { unit: 'working-days', count: -2 },
    { unit: 'working-days', count: 1.5 },
    { unit: 'years' as 'months', count: 1 },
    { unit: 'toString' as 'months', count: 1 },
  ])('what is no duration is refused: %j', (duration) => {
    expect(() => due('2026-03-03T10:00:00.000Z', duration)).toThrow(RangeError);
    expect(() => before('2026-03-03T10:00:00.000Z', duration)).toThrow(RangeError);
  });

  test.each(durationUnits)('a start that is no instant is refused: %s', (unit) => {
    expect(() => due('2026-03-03T10:00:00Z', { unit, count: 1 })).toThrow(RangeError);
    expect(() => due('2026-03-03', { unit, count: 0 })).toThrow(RangeError);
  });
});

describe('before', () => {
  test.each<[string, Duration, string]>([
    ['2026-03-29T13:30:00.000Z', { unit: 'days', count: 1 }, '2026-03-28T14:30:00.000Z'],
    ['2026-03-29T13:30:00.000Z', { unit: 'hours', count: 24 }, '2026-03-28T13:30:00.000Z'],
    ['2026-10-25T14:30:00.000Z', { unit: 'days', count: 1 }, '2026-10-24T13:30:00.000Z'],
    ['2026-10-25T14:30:00.000Z', { unit: 'hours', count: 24 }, '2026-10-24T14:30:00.000Z'],
    ['2026-03-30T00:30:00.000Z', { unit: 'days', count: 1 }, '2026-03-29T01:30:00.000Z'],
    ['2026-03-03T10:00:00.000Z', { unit: 'weeks', count: 1 }, '2026-02-24T10:00:00.000Z'],
    ['2026-03-03T10:00:00.000Z', { unit: 'minutes', count: 90 }, '2026-03-03T08:30:00.000Z'],
    ['2026-03-03T10:00:00.000Z', { unit: 'seconds', count: 30 }, '2026-03-03T09:59:30.000Z'],
    ['2026-03-03T10:00:00.000Z', { unit: 'days', count: 0 }, '2026-03-03T10:00:00.000Z'],
    ['2026-03-03T10:00:00.000Z', { unit: 'days', count: 1, endOfDay: true }, '2026-03-03T00:00:00.000Z'],
  ])('%s by %j is %s', (end, duration, expected) => {
    expect(before(end, duration)).toBe(expected);
  });

  test('undoes elapsed time to the millisecond', () => {
    fc.assert(
      fc.property(
        anyInstant,
        fc.constantFrom('seconds', 'minutes', 'hours'),
        anyCount,
        (start, unit, count) => {
          expect(before(due(start, { unit, count }), { unit, count })).toBe(start);
        },
      ),
    );
  });

  test('undoes days but for the hour that a change of clocks skips or repeats', () => {
    fc.assert(
      fc.property(anyInstant, fc.constantFrom('days', 'weeks'), anyCount, (start, unit, count) => {
        const back = before(due(start, { unit, count }), { unit, count });
        expect([0, 3_600_000]).toContain(Math.abs(epochMs(back) - epochMs(start)));
        const hour = localParts(start).time.slice(0, 2);
        expect(back === start || hour === '01').toBe(true);
      }),
    );
  });

  test.each<Duration>([
    { unit: 'months', count: 1 },
    { unit: 'working-days', count: 1 },
  ])('is not counted in %j', (duration) => {
    expect(() => before('2026-03-03T10:00:00.000Z', duration)).toThrow(RangeError);
  });
});

describe('in words', () => {
  test.each<[Duration, string]>([
    [{ unit: 'working-days', count: 2 }, '2 working days'],
    [{ unit: 'working-days', count: 1 }, '1 working day'],
    [{ unit: 'months', count: 3, endOfDay: true }, '3 months'],
    [{ unit: 'months', count: 1 }, '1 month'],
    [{ unit: 'hours', count: 24 }, '24 hours'],
    [{ unit: 'hours', count: 1 }, '1 hour'],
    [{ unit: 'weeks', count: 10 }, '10 weeks'],
    [{ unit: 'days', count: 0 }, '0 days'],
    [{ unit: 'seconds', count: 2.5 }, '2.5 seconds'],
    [{ unit: 'minutes', count: 1 }, '1 minute'],
  ])('%j is %s', (duration, words) => {
    expect(describeDuration(duration)).toBe(words);
  });
});
