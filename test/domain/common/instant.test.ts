import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  earliest,
  epochMs,
  isBefore,
  isInstant,
  secondsBetween,
  toInstant,
} from '../../../workflows/domain/common/instant.ts';

const firstMs = Date.UTC(1996, 0, 1);
const lastMs = Date.UTC(2101, 0, 1);
const anyMs = fc.integer({ min: firstMs, max: lastMs });

describe('instant', () => {
  test('text and milliseconds are the same point in time', () => {
    expect(toInstant(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(epochMs('2026-03-29T01:00:00.000Z')).toBe(1_774_746_000_000);
    fc.assert(
      fc.property(anyMs, (ms) => {
        expect(epochMs(toInstant(ms))).toBe(ms);
      }),
    );
  });

  test('part of a millisecond is rounded down', () => {
    expect(toInstant(1.9)).toBe('1970-01-01T00:00:00.001Z');
    expect(toInstant(-0.1)).toBe('1969-12-31T23:59:59.999Z');
  });

  test('the last millisecond of the year 9999 is an instant, the next one is refused', () => {
    const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
    expect(toInstant(last)).toBe('9999-12-31T23:59:59.999Z');
    expect(toInstant(last + 0.5)).toBe('9999-12-31T23:59:59.999Z');
    expect(() => toInstant(last + 1)).toThrow(RangeError);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -62_167_219_200_001, 8.64e15])(
    'milliseconds that are no instant are refused: %p',
    (ms) => {
      expect(() => toInstant(ms)).toThrow(RangeError);
    },
  );

  test.each([
    '',
    'now',
    '2026-03-29',
    '2026-03-29T01:00:00Z',
    '2026-03-29T01:00:00.000',
    '2026-03-29T01:00:00.000+00:00',
    '2026-03-29t01:00:00.000z',
    '2026-03-29T01:00:00.000Z\n',
    ' 2026-03-29T01:00:00.000Z',
    '2026-3-29T01:00:00.000Z',
    '2026-13-01T00:00:00.000Z',
    '2026-00-01T00:00:00.000Z',
    '2026-02-29T00:00:00.000Z',
    '2026-02-30T00:00:00.000Z',
    '2026-04-31T00:00:00.000Z',
    '2026-03-29T24:00:00.000Z',
    '2026-03-29T25:00:00.000Z',
    '2026-03-29T00:60:00.000Z',
    '2026-06-30T23:59:60.000Z',
    '+010000-01-01T00:00:00.000Z',
    '٢٠٢٦-03-29T01:00:00.000Z',
  ])('text that is no instant is refused: %j', (text) => {
    expect(isInstant(text)).toBe(false);
    expect(() => epochMs(text)).toThrow(RangeError);
    expect(() => isBefore(text, toInstant(0))).toThrow(RangeError);
    expect(() => secondsBetween(toInstant(0), text)).toThrow(RangeError);
    expect(() => earliest(text)).toThrow(RangeError);
  });

  test('a leap day is an instant', () => {
    expect(isInstant('2028-02-29T12:00:00.000Z')).toBe(true);
  });

  test('order in time is order of text', () => {
    fc.assert(
      fc.property(anyMs, anyMs, (a, b) => {
        expect(isBefore(toInstant(a), toInstant(b))).toBe(a < b);
        expect(toInstant(a) < toInstant(b)).toBe(a < b);
      }),
    );
    expect(isBefore(toInstant(5), toInstant(5))).toBe(false);
  });

  test('the earliest of several is one of them and none comes before it', () => {
    fc.assert(
      fc.property(fc.array(anyMs, { minLength: 1 }), (all) => {
        expect(earliest(...all.map(toInstant))).toBe(toInstant(all.reduce((a, b) => (b < a ? b : a))));
      }),
    );
  });

  test('the earliest of none is undefined', () => {
    expect(earliest(...[])).toBeUndefined();
  });

  test('seconds between are elapsed, exact, and below zero backwards', () => {
    expect(secondsBetween('2026-03-28T12:00:00.000Z', '2026-03-29T12:00:00.250Z')).toBe(86_400.25);
    expect(secondsBetween('2026-03-29T12:00:00.000Z', '2026-03-29T11:59:59.000Z')).toBe(-1);
  });
});
