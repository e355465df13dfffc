import { describe, expect, test } from '@jest/globals';
import { routeFor } from '../../../workflows/domain/diversion/routing.ts';
import type { RouteRow } from '../../../workflows/domain/diversion/routing.ts';

const row = (postcodeArea: string, providerId: string, validFrom = '2024-08-19T00:00:00.000Z'): RouteRow => ({
  routeId: `${postcodeArea}-${providerId}`,
  programme: 'acr-diversion',
  postcodeArea,
  providerId,
  validFrom,
  validUntil: null,
});

describe('routing', () => {
  const routes = [row('*', 'others'), row('S', 'sheffield'), row('SA', 'dyfed'), row('LD', 'powys')];

  test.each([
    ['SA18 2YE', 'dyfed'],
    [' sa182ye', 'dyfed'],
    ['S1 2AA', 'sheffield'],
    ['ld1', 'powys'],
    ['B15 2JJ', 'others'],
    ['EC1A 1BB', 'others'],
  ])('M05 sends %p to %s', (postcode, providerId) => {
    expect(routeFor(routes, postcode)?.providerId).toBe(providerId);
  });

  test.each([null, '', '  ', 'SAX', 'nonsense', 'ZZ99 3VZ', 'QQ1 1AA', 'SA', 'SA18 2YEE', '18 2YE'])(
    'edge case 34: where no residence is known (%p) a manager decides, whatever row is for everybody else',
    (postcode) => {
      expect(routeFor(routes, postcode)).toBeNull();
    },
  );

  describe('edge case 35: an area that the border splits', () => {
    const split = [
      row('*', 'others'),
      ...['SY16', 'SY23'].map((district, index) => row(district, index === 0 ? 'powys' : 'dyfed')),
      row('NP', 'others'),
      row('NP8', 'powys'),
    ];

    test.each([
      ['SY16 1AA', 'powys'],
      ['sy231aa', 'dyfed'],
      ['NP8 1AA', 'powys'],
      ['NP20 1AA', 'others'],
      ['S1 1AA', 'others'],
    ])('sends %p by its district, else by its area, to %s', (postcode, providerId) => {
      expect(routeFor(split, postcode)?.providerId).toBe(providerId);
    });

    test('a district that is not in the table yet is not taken for somewhere else', () => {
      expect(routeFor(split, 'SY99 1AA')).toBeNull();
      // District 1 of the area, and not the first letter of district 16.
      expect(routeFor(split, 'SY1 6AA')).toBeNull();
    });
  });

  test('leaves it to a manager where no row fits', () => {
    expect(routeFor([row('SA', 'dyfed')], 'B15 2JJ')).toBeNull();
    expect(routeFor([], null)).toBeNull();
  });

  test('takes the later start where two fit, in whatever order they come', () => {
    const two = [row('SA', 'later', '2025-01-01T00:00:00.000Z'), row('SA', 'earlier')];
    expect(routeFor(two, 'SA1 1AA')?.providerId).toBe('later');
    expect(routeFor(two.toReversed(), 'SA1 1AA')?.providerId).toBe('later');
  });
});
