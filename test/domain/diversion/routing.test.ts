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
    ['SAX', 'others'],
    ['B15 2JJ', 'others'],
    ['', 'others'],
    [null, 'others'],
  ])('sends %p to %s', (postcode, providerId) => {
    expect(routeFor(routes, postcode)?.providerId).toBe(providerId);
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
