import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { epochMs, toInstant } from '../../../workflows/domain/common/instant.ts';
import { instantOfLocal, isSummerTime, localParts } from '../../../workflows/domain/common/london-time.ts';

const hourMs = 3_600_000;
const anyInstant = fc
  .integer({ min: Date.UTC(1996, 0, 1), max: Date.UTC(2101, 0, 1) - 1 })
  .map((ms) => toInstant(ms));

describe('M85 London time against the zone data of Intl, 1996 to 2100', () => {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/London',
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

  function byIntl(ms: number): string {
    const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const { year, month, day, hour, minute, second, weekday } = parts as Record<
      'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'weekday',
      string
    >;
    return `${weekday} ${year}-${month}-${day} ${hour}:${minute}:${second}`;
  }

  function byUs(ms: number): string {
    const { date, time, seconds, weekday } = localParts(toInstant(ms));
    return `${weekdays[weekday - 1] ?? ''} ${date} ${time}:${String(seconds).padStart(2, '0')}`;
  }

  /** 01:00 UTC on every Sunday of the last ten days of March and October, so that no rule of ours is used. */
  const sundayNights: number[] = [];
  for (let year = 1996; year <= 2100; year += 1) {
    for (const month of [2, 9]) {
      for (let day = 22; day <= 31; day += 1) {
        const ms = Date.UTC(year, month, day, 1);
        if (new Date(ms).getUTCDay() === 0) {
          sundayNights.push(ms);
        }
      }
    }
  }

  test('the zone data knows Europe/London and its summer time to 2100', () => {
    expect(format.resolvedOptions().timeZone).toBe('Europe/London');
    expect(byIntl(Date.UTC(2100, 6, 1, 12))).toContain('13:00:00');
  });

  test('local parts and summer time agree at 20,000 random instants', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const ms = epochMs(instant);
        if (byUs(ms) !== byIntl(ms) || localParts(instant).milliseconds !== ms % 1000) {
          throw new Error(`${byUs(ms)} is ${byIntl(ms)}`);
        }
        const utcHour = new Date(ms).getUTCHours();
        const localHour = Number(byIntl(ms).slice(15, 17));
        return isSummerTime(instant) === (localHour === (utcHour + 1) % 24);
      }),
      { numRuns: 20_000 },
    );
  });

  test('they agree around every change: each minute of the hour before and after, and each quarter of the day', () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const night of sundayNights) {
      const around = [-1, -1000];
      for (let minute = -60; minute <= 60; minute += 1) {
        around.push(minute * 60_000);
      }
      for (let quarter = -96; quarter <= 96; quarter += 1) {
        around.push(quarter * 900_000);
      }
      for (const offset of around) {
        compared += 1;
        if (byUs(night + offset) !== byIntl(night + offset)) {
          wrong.push(toInstant(night + offset));
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(90_000);
  });

  test('a local time is exact, missing or doubled as Intl shows it at one, none or two instants', () => {
    const nearNight = fc
      .tuple(fc.constantFrom(...sundayNights), fc.integer({ min: -180, max: 180 }))
      .map(([night, minutes]) => new Date(night + minutes * 60_000).toISOString());
    const seen = { exact: 0, missing: 0, doubled: 0 };
    fc.assert(
      fc.property(fc.oneof(nearNight, anyInstant), fc.integer({ min: 0, max: 59 }), (text, seconds) => {
        const date = text.slice(0, 10);
        const time = text.slice(11, 16);
        const shown = `${date} ${time}:${String(seconds).padStart(2, '0')}`;
        const asUtc = Date.parse(`${date}T${time}:${String(seconds).padStart(2, '0')}.000Z`);
        const instants = [asUtc - hourMs, asUtc].filter((ms) => byIntl(ms).endsWith(shown)).map(toInstant);
        const found = instantOfLocal(date, time, seconds);
        seen[found.kind] += 1;
        switch (instants.length) {
          case 0:
            expect(found).toEqual({ kind: 'missing', instant: toInstant(asUtc) });
            expect(byIntl(asUtc)).toContain(`${date} 02:${time.slice(3)}`);
            break;
          case 1:
            expect(found).toEqual({ kind: 'exact', instant: instants[0] });
            break;
          default:
            expect(found).toEqual({ kind: 'doubled', instant: instants[0], second: instants[1] });
        }
      }),
      { numRuns: 5000 },
    );
    expect(seen.exact).toBeGreaterThan(0);
    expect(seen.missing).toBeGreaterThan(0);
    expect(seen.doubled).toBeGreaterThan(0);
  });
});
