import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toInstant } from '../../../workflows/domain/common/instant.ts';
import type { Instant } from '../../../workflows/domain/common/instant.ts';
import { localParts } from '../../../workflows/domain/common/london-time.ts';
import { earliestSending, sendingSecondsBetween } from '../../../workflows/domain/common/sending-hours.ts';

const daytime = { sendFrom: '08:00', sendUntil: '20:00' };
const overnight = { sendFrom: '20:00', sendUntil: '08:00' };

describe('M92 the first moment at which a text may leave', () => {
  test.each<[string, { sendFrom: string; sendUntil: string }, Instant, Instant]>([
    ['within the hours: now', daytime, '2026-03-03T12:00:00.000Z', '2026-03-03T12:00:00.000Z'],
    ['as they begin: now', daytime, '2026-03-03T08:00:00.000Z', '2026-03-03T08:00:00.000Z'],
    ['a moment before they begin', daytime, '2026-03-03T07:59:59.999Z', '2026-03-03T08:00:00.000Z'],
    ['as they end: the next day', daytime, '2026-03-03T20:00:00.000Z', '2026-03-04T08:00:00.000Z'],
    ['in summer, an hour earlier in UTC', daytime, '2026-07-01T06:30:00.000Z', '2026-07-01T07:00:00.000Z'],
    ['over the change of March', daytime, '2026-03-28T21:00:00.000Z', '2026-03-29T07:00:00.000Z'],
    ['over the change of October', daytime, '2026-10-24T20:00:00.000Z', '2026-10-25T08:00:00.000Z'],
    ['hours over midnight, at night: now', overnight, '2026-03-03T02:00:00.000Z', '2026-03-03T02:00:00.000Z'],
    ['hours over midnight, at noon', overnight, '2026-03-03T12:00:00.000Z', '2026-03-03T20:00:00.000Z'],
    [
      'hours without end: always now',
      { sendFrom: '08:00', sendUntil: '08:00' },
      '2026-03-03T03:00:00.000Z',
      '2026-03-03T03:00:00.000Z',
    ],
    [
      'hours that begin in the doubled hour, after its first time',
      { sendFrom: '01:30', sendUntil: '01:20' },
      '2026-10-25T01:25:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ],
  ])('%s', (_name, hours, now, expected) => {
    expect(earliestSending(now, hours)).toBe(expected);
  });

  test('is never before now, never more than a day and an hour later, and always within the hours', () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
    const instant = fc
      .integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) })
      .map((ms) => toInstant(ms));
    fc.assert(
      fc.property(instant, time, time, (now, sendFrom, sendUntil) => {
        const sending = earliestSending(now, { sendFrom, sendUntil });
        expect(sending >= now).toBe(true);
        expect(Date.parse(sending) - Date.parse(now)).toBeLessThanOrEqual(25 * 3_600_000);
        if (sending !== now && localParts(sending).time !== sendFrom) {
          // Only where the beginning falls into the missing hour of March.
          expect(sending.slice(5, 7)).toBe('03');
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('how long a text could have left', () => {
  const hour = 3_600;
  test.each<[string, { sendFrom: string; sendUntil: string }, Instant, Instant, number]>([
    ['within one day', daytime, '2026-03-03T09:00:00.000Z', '2026-03-03T12:30:00.000Z', 3.5 * hour],
    ['over a night', daytime, '2026-03-03T19:00:00.000Z', '2026-03-04T09:00:00.000Z', 2 * hour],
    ['over two nights', daytime, '2026-03-03T19:00:00.000Z', '2026-03-05T09:00:00.000Z', 14 * hour],
    ['at night alone', daytime, '2026-03-03T20:00:00.000Z', '2026-03-04T08:00:00.000Z', 0],
    ['over the change of March', daytime, '2026-03-28T19:00:00.000Z', '2026-03-29T08:00:00.000Z', 2 * hour],
    ['hours over midnight', overnight, '2026-03-03T07:00:00.000Z', '2026-03-03T21:00:00.000Z', 2 * hour],
    [
      'hours over midnight, at night',
      overnight,
      '2026-03-03T21:00:00.000Z',
      '2026-03-04T01:00:00.000Z',
      4 * hour,
    ],
    [
      'hours without end',
      { sendFrom: '08:00', sendUntil: '08:00' },
      '2026-03-03T03:00:00.000Z',
      '2026-03-04T03:00:00.000Z',
      24 * hour,
    ],
    ['none, the other way round', daytime, '2026-03-03T12:00:00.000Z', '2026-03-03T09:00:00.000Z', 0],
  ])('%s', (_name, hours, from, to, seconds) => {
    expect(sendingSecondsBetween(from, to, hours)).toBe(seconds);
  });
});
