import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { areasOf } from '../../store/areas.ts';
import { forces, organisationsAt, placeByCode, placesOf } from '../../store/organisations.ts';
import { openDatabase } from '../../store/database.ts';
import {
  policyInForce,
  policyVersion,
  PolicyVersionTakenError,
  savePolicy,
  saveVersion,
} from '../../store/policies.ts';
import { loadPreset, presets } from '../../store/presets.ts';
import type { Preset } from '../../store/presets.ts';
import { programmesAt, programmesOf } from '../../store/programmes.ts';
import { routesInForce } from '../../store/routes.ts';
import type { Policy } from '../../workflows/domain/common/policy.ts';
import { defaultDiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import type { DiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import { routeFor } from '../../workflows/domain/diversion/routing.ts';
import { createTestDatabase } from '../support/database.ts';
import { firstBuildPresets, loadAsFirstBuild } from '../support/first-build-presets.ts';
import { force, openStore, otherForce, testFields } from '../support/recorded-pathway.ts';
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
    const policy = { ...defaultDiversionPolicy(force, 'kept', []), policyId: 'kept', version: 1 };
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
    ['2026-09-01T10:00:00.000Z', null, undefined],
    ['2026-09-01T10:00:00.000Z', 'ZZ99 3VZ', undefined],
    ['2024-08-18T22:59:59.999Z', 'SA18 2YE', 'pobl'],
    ['2024-08-18T23:00:00.000Z', 'SA18 2YE', 'ddas'],
    ['2024-07-31T22:59:59.999Z', 'B15 2JJ', 'pobl'],
    ['2027-03-31T22:59:59.999Z', 'B15 2JJ', 'breaking-free-online'],
    ['2027-03-31T23:00:00.000Z', 'B15 2JJ', undefined],
    ['2019-01-01T00:00:00.000Z', 'SA18 2YE', undefined],
  ])('M06 at %s send %p to %s', async (at, postcode, providerId) => {
    const routes = await routesInForce(store.db, force, at, 'acr-diversion');
    expect(routeFor(routes, postcode)?.providerId).toBe(providerId);
  });

  test('belong to a programme', async () => {
    expect(await routesInForce(store.db, force, today, 'another')).toEqual([]);
    const after = '2027-04-01T00:00:00.000Z';
    const all = await routesInForce(store.db, force, today);
    expect(await routesInForce(store.db, force, today, 'acr-diversion')).toEqual(all);
    expect((await routesInForce(store.db, force, after)).length).toBeLessThan(all.length);
  });

  test.each([
    ['Ceredigion has districts of SY', 'SY23 2AA', 'ddas'],
    ['Newtown', 'SY16 2AA', 'kaleidoscope'],
    ['Shrewsbury', 'SY1 1AA', 'breaking-free-online'],
    ['Ystradgynlais lies in Powys', 'SA9 1AA', 'kaleidoscope'],
    ['Swansea is outside', 'SA1 1AA', 'breaking-free-online'],
    ['Carmarthen', 'SA31 1AA', 'ddas'],
    ['Brecon', 'LD3 7AA', 'kaleidoscope'],
    ['Crickhowell', 'NP8 1AA', 'kaleidoscope'],
    ['Newport', 'NP20 1AA', 'breaking-free-online'],
    ['Hereford', 'HR1 1AA', 'breaking-free-online'],
    ['Hay-on-Wye straddles the border', 'HR3 5AA', undefined],
    ['a district that is not in the table yet', 'HR99 5AA', undefined],
    ['Merthyr Tydfil', 'CF48 1AA', 'breaking-free-online'],
  ])('M05 edge case 35: %s, %s to %s', async (_where, postcode, providerId) => {
    const routes = await routesInForce(store.db, force, today, 'acr-diversion');
    expect(routeFor(routes, postcode)?.providerId).toBe(providerId);
  });

  test('M07 who lives elsewhere is taken by the online programme, under its own policy', async () => {
    const routes = await routesInForce(store.db, force, today, 'acr-diversion');
    const online = 'breaking-free-online';
    expect(routeFor(routes, 'B15 2JJ')).toMatchObject({ programme: online, providerId: online });
    expect(routeFor(routes, 'SA31 1AA')?.programme).toBe('acr-diversion');
    expect(await policyInForce(store.db, force, 'diversion', online, today)).toMatchObject({
      programme: online,
    });
  });
});

describe('presets', () => {
  test('name each route by the local day on which it begins', async () => {
    const routes = await routesInForce(store.db, force, today);
    expect(routes.map(({ routeId }) => routeId)).toEqual(
      expect.arrayContaining([
        'ld-kaleidoscope-2024-08-19',
        'others-breaking-free-online-2024-08-01',
        'sa-ddas-2024-08-19',
        'sa1-breaking-free-online-2024-08-19',
        'sy-kaleidoscope-2024-08-19',
      ]),
    );
  });

  test('change nothing when loaded again, and undo nothing that was changed', async () => {
    const { organisation, route, place, policy } = store.db.prisma;
    const count = () => Promise.all([organisation.count(), route.count(), place.count(), policy.count()]);
    const before = await count();
    await store.db.prisma.organisation.update({
      where: { forceId_id: { forceId: force, id: 'ddas' } },
      data: { name: 'Renamed' },
    });
    await Promise.all([loadPreset(store.db, 'dyfed-powys-2024'), loadPreset(store.db, 'dyfed-powys-2024')]);
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
    expect(places).toHaveLength(presets['dyfed-powys-2024'].places.length);
    for (const { name, nameCy } of places)
      expect(`${name} ${nameCy}`).not.toMatch(/drug|alcohol|ddas|kaleido|cyffur/i);
  });

  test.each(Object.entries<Preset>(presets))('%s holds together', (_name, preset) => {
    const { organisations, places, routes, programmes, policies, areas, force: own } = preset;
    const providers = organisations.filter(({ kind }) => kind === 'provider').map((o) => o.organisationId);
    const codes = programmes.map(({ code }) => code);
    expect(new Set(routes.map(({ routeId }) => routeId)).size).toBe(routes.length);
    for (const { providerId, programme, intoProgramme } of routes) {
      expect(providers).toContain(providerId);
      expect(codes).toEqual(expect.arrayContaining([programme, intoProgramme ?? programme]));
    }
    for (const { organisationId } of places)
      expect(organisations.map((o) => o.organisationId)).toContain(organisationId);
    // No two rows of one area at one time.
    for (const [index, a] of routes.entries()) {
      for (const b of routes.slice(index + 1)) {
        const apart =
          (a.validUntil !== null && a.validUntil <= b.validFrom) ||
          (b.validUntil !== null && b.validUntil <= a.validFrom);
        expect(a.postcodeArea !== b.postcodeArea || a.programme !== b.programme || apart).toBe(true);
      }
    }
    expect(policies.map(({ forceId }) => forceId)).toEqual(policies.map(() => own.forceId));
    expect([...codes].sort()).toEqual([...new Set(policies.map(({ programme }) => programme))].sort());
    const districts = areas.flatMap((area) => area.districts);
    expect(new Set(districts).size).toBe(districts.length);
  });

  test('M42 gwent-2015 is a force of its own: five areas, two of them intensive, two suites, one contract after another', async () => {
    expect(await loadPreset(store.db, 'gwent-2015')).toEqual({ forceId: 'gwent' });
    const areas = await areasOf(store.db, 'gwent');
    expect(areas.map(({ code, intensity }) => [code, intensity])).toEqual([
      ['blaenau-gwent', 'non-intensive'],
      ['caerphilly', 'intensive'],
      ['monmouthshire', 'non-intensive'],
      ['newport', 'intensive'],
      ['torfaen', 'non-intensive'],
    ]);
    const suites = await organisationsAt(store.db, 'gwent', today, 'custody-suite');
    expect(suites.map(({ organisationId }) => organisationId)).toEqual([
      'custody-newport',
      'custody-ystrad-mynach',
    ]);
    const takenBy = async (at: string, postcode: string) =>
      routeFor(await routesInForce(store.db, 'gwent', at, 'acr-diversion'), postcode)?.providerId;
    expect(await takenBy('2015-04-01T10:00:00.000Z', 'NP20 1AA')).toBe('cjit');
    expect(await takenBy('2015-05-01T10:00:00.000Z', 'CF82 7AA')).toBe('iris-gwent');
    expect(await takenBy('2015-05-01T10:00:00.000Z', 'NP8 1AA')).toBeUndefined();
    expect(await routesInForce(store.db, force, today)).not.toContainEqual(
      expect.objectContaining({ providerId: 'iris-gwent' }),
    );
  });

  test('M83 a programme that has ended takes nobody, whatever its routes say', async () => {
    const { programme, route } = store.db.prisma;
    const until = '2026-08-01T00:00:00.000Z';
    const ending = {
      code: 'ending',
      duty: 'diversion',
      name: 'Ending',
      nameCy: 'Yn gorffen',
      providerId: null,
    };
    const begun = { ...ending, forceId: force, validFrom: '2026-01-01T00:00:00.000Z' };
    await programme.create({ data: { ...begun, version: 1, validUntil: null } });
    const row = { forceId: force, id: 'ending', programme: 'ending', postcodeArea: 'ZE', providerId: 'ddas' };
    await route.create({ data: { ...row, validFrom: begun.validFrom } });
    expect(await routesInForce(store.db, force, today, 'ending')).toHaveLength(1);
    await programme.create({ data: { ...begun, version: 2, validUntil: until } });
    expect(await routesInForce(store.db, force, today, 'ending')).toHaveLength(0);
    expect(await routesInForce(store.db, force, '2026-07-01T00:00:00.000Z', 'ending')).toHaveLength(1);
    const held = programmesAt(await programmesOf(store.db, force), today).filter(
      ({ code }) => code === 'ending',
    );
    expect(held).toMatchObject([{ version: 2, validUntil: until }]);
    await expect(
      programme.updateMany({ where: { forceId: force }, data: { validUntil: null } }),
    ).rejects.toThrow(/never changed/);
  });
});

describe('a database of the first build', () => {
  const first = firstBuildPresets;

  test('takes the presets of this one: no version is changed, what is new is in the next', async () => {
    const { url, drop } = await createTestDatabase();
    const db = openDatabase(url, { max: 5, fields: testFields });
    try {
      for (const preset of Object.values(first)) await loadAsFirstBuild(db, preset);
      await loadPreset(db, 'dyfed-powys-2024');
      await loadPreset(db, 'demo');
      for (const { force: own, policies } of Object.values(first)) {
        for (const policy of policies)
          expect(await policyVersion(db, own.forceId, policy.policyId, policy.version)).toEqual(policy);
        expect(await policyInForce(db, own.forceId, 'diversion', 'acr-diversion', today)).toMatchObject({
          version: 3,
          alcoholFirst: false,
        });
        const routes = await routesInForce(db, own.forceId, today, 'acr-diversion');
        expect(routeFor(routes, 'B15 2JJ')?.programme).toBe('breaking-free-online');
        expect(routeFor(routes, 'SY23 2AA')?.providerId).toBe('ddas');
      }
      // And the first build starts over it again.
      for (const preset of Object.values(first)) await loadAsFirstBuild(db, preset);
    } finally {
      await db.close();
      await drop();
    }
  });

  test('a version that a force wrote itself is kept; one that nobody wrote is a mistake of the build', async () => {
    const { url, drop } = await createTestDatabase();
    const db = openDatabase(url, { max: 5, fields: testFields });
    try {
      const preset: Preset = first['dyfed-powys'];
      await loadAsFirstBuild(db, preset);
      const [policy] = preset.policies;
      const own = {
        ...(policy as Policy),
        version: 2,
        closure: { unit: 'months', count: 4 },
      } as DiversionPolicy;
      await saveVersion(db, own, {
        ...{ changeId: randomUUID(), subject: 'policy', subjectId: own.policyId, version: 2 },
        ...{ validFrom: own.validFrom, reason: 'Four months, as agreed', before: null, after: {} },
        author: { userId: 'u-1', role: 'Manager', organisationId: 'oocd-team' },
      });
      await loadPreset(db, 'dyfed-powys-2024');
      expect(await policyVersion(db, 'dyfed-powys', own.policyId, 2)).toEqual(own);
      await savePolicy(db, { ...first.demo.policies[0], version: 2 } as Policy);
      await expect(loadPreset(db, 'demo')).rejects.toBeInstanceOf(PolicyVersionTakenError);
    } finally {
      await db.close();
      await drop();
    }
  });
});
