import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { forces, organisationsAt, placeByCode, placesOf } from '../../store/organisations.ts';
import { policyInForce, policyVersion, PolicyVersionTakenError, savePolicy } from '../../store/policies.ts';
import { loadPreset, presets } from '../../store/presets.ts';
import { routesInForce } from '../../store/routes.ts';
import { defaultDiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import { routeFor } from '../../workflows/domain/diversion/routing.ts';
import { force, openStore, otherForce } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

const today = '2026-09-01T10:00:00.000Z';

describe('policies', () => {
  const version = (number: number, validFrom: string) => ({
    ...defaultDiversionPolicy(force, 'a-programme', []),
    version: number,
    validFrom,
  });

  test('are in force from their date, the later start before the higher version', async () => {
    await savePolicy(store.db, version(1, '2026-01-01T00:00:00.000Z'));
    await savePolicy(store.db, version(2, '2026-06-01T00:00:00.000Z'));
    await savePolicy(store.db, version(3, '2026-03-01T00:00:00.000Z'));
    await savePolicy(store.db, version(4, '2026-03-01T00:00:00.000Z'));
    const inForce = async (at: string) =>
      (await policyInForce(store.db, force, 'diversion', 'a-programme', at))?.version;
    expect(await inForce('2025-12-31T23:59:59.999Z')).toBeUndefined();
    expect(await inForce('2026-01-01T00:00:00.000Z')).toBe(1);
    expect(await inForce('2026-04-01T00:00:00.000Z')).toBe(4);
    expect(await inForce('2026-06-01T00:00:00.000Z')).toBe(2);
    expect(await policyInForce(store.db, otherForce, 'diversion', 'a-programme', today)).toBeNull();
    expect(await policyInForce(store.db, force, 'compulsory', 'a-programme', today)).toBeNull();
  });

  test('come back as they were kept, and keep their version', async () => {
    const policy = { ...defaultDiversionPolicy(force, 'kept', []), policyId: 'kept' };
    expect(await savePolicy(store.db, policy)).toEqual({ created: true });
    expect(await savePolicy(store.db, policy)).toEqual({ created: false });
    expect(await policyVersion(store.db, force, 'kept', 1)).toEqual(policy);
    const changed = { ...policy, closure: { unit: 'months', count: 4 } } as const;
    await expect(savePolicy(store.db, changed)).rejects.toBeInstanceOf(PolicyVersionTakenError);
    expect(await policyVersion(store.db, force, 'kept', 1)).toEqual(policy);
    expect(await policyVersion(store.db, force, 'kept', 2)).toBeNull();
  });
});

describe('routes', () => {
  test.each([
    ['2026-09-01T10:00:00.000Z', 'sa18 2ye', 'ddas'],
    ['2026-09-01T10:00:00.000Z', ' SA487PT', 'ddas'],
    ['2026-09-01T10:00:00.000Z', 'LD1 5AA', 'kaleidoscope'],
    ['2026-09-01T10:00:00.000Z', 'SY16 1AA', 'kaleidoscope'],
    ['2026-09-01T10:00:00.000Z', 'S1 2AA', 'breaking-free-online'],
    ['2026-09-01T10:00:00.000Z', 'B15 2JJ', 'breaking-free-online'],
    ['2026-09-01T10:00:00.000Z', null, 'breaking-free-online'],
    ['2026-09-01T10:00:00.000Z', 'nonsense', 'breaking-free-online'],
    ['2024-08-18T22:59:59.999Z', 'SA18 2YE', 'pobl'],
    ['2024-08-18T23:00:00.000Z', 'SA18 2YE', 'ddas'],
    ['2024-07-31T22:59:59.999Z', 'B15 2JJ', 'pobl'],
    ['2027-03-31T22:59:59.999Z', 'B15 2JJ', 'breaking-free-online'],
    ['2027-03-31T23:00:00.000Z', 'B15 2JJ', undefined],
    ['2019-01-01T00:00:00.000Z', 'SA18 2YE', undefined],
  ])('at %s send %p to %s', async (at, postcode, providerId) => {
    const routes = await routesInForce(store.db, force, at, 'acr-diversion');
    expect(routeFor(routes, postcode)?.providerId).toBe(providerId);
  });

  test('belong to a programme', async () => {
    expect(await routesInForce(store.db, force, today, 'another')).toEqual([]);
    expect(await routesInForce(store.db, force, today)).toHaveLength(4);
  });
});

describe('presets', () => {
  test('name each route by the local day on which it begins', async () => {
    const routes = await routesInForce(store.db, force, today);
    expect(routes.map(({ routeId }) => routeId).sort()).toEqual([
      'ld-kaleidoscope-2024-08-19',
      'others-breaking-free-online-2024-08-01',
      'sa-ddas-2024-08-19',
      'sy-kaleidoscope-2024-08-19',
    ]);
  });

  test('change nothing when loaded again, and undo nothing that was changed', async () => {
    const { organisation, route, place, policy } = store.db.prisma;
    const count = () => Promise.all([organisation.count(), route.count(), place.count(), policy.count()]);
    const before = await count();
    await store.db.prisma.organisation.update({
      where: { forceId_id: { forceId: force, id: 'ddas' } },
      data: { name: 'Renamed' },
    });
    await Promise.all([loadPreset(store.db, 'dyfed-powys'), loadPreset(store.db, 'dyfed-powys')]);
    expect(await count()).toEqual(before);
    expect(
      (await organisationsAt(store.db, force, today, 'provider')).map(({ organisationId, name }) => [
        organisationId,
        name,
      ]),
    ).toEqual([
      ['breaking-free-online', 'Breaking Free Online'],
      ['ddas', 'Renamed'],
      ['kaleidoscope', 'Kaleidoscope'],
    ]);
  });

  test('give each force its policies, the demonstration one scaled', async () => {
    expect(await forces(store.db)).toMatchObject([
      { forceId: 'demo' },
      { forceId: 'dyfed-powys', nameCy: 'Heddlu Dyfed-Powys' },
    ]);
    for (const [forceId, demo] of [
      [force, false],
      [otherForce, true],
    ] as const) {
      expect(await policyInForce(store.db, forceId, 'diversion', 'acr-diversion', today)).toMatchObject({
        demo,
        forceId,
      });
      expect(
        await policyInForce(store.db, forceId, 'compulsory', 'drug-testing-on-arrest', today),
      ).toMatchObject({ demo, forceId });
    }
  });

  test('name places that say nothing about the service', async () => {
    expect(await placeByCode(store.db, force, 'ddas-carmarthen')).toMatchObject({
      organisationId: 'ddas',
      postcode: 'SA31 1ZZ',
    });
    expect(await placeByCode(store.db, force, 'nowhere')).toBeNull();
    const places = await placesOf(store.db, force);
    expect(places).toHaveLength(presets['dyfed-powys'].places.length);
    for (const { name, nameCy } of places)
      expect(`${name} ${nameCy}`).not.toMatch(/drug|alcohol|ddas|kaleido|cyffur/i);
  });
});
