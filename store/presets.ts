import type { Policy } from '../workflows/domain/common/policy.ts';
import type { Area } from './areas.ts';
import type { Database } from './database.ts';
import type { ForceRow, OrganisationRow, PlaceRow } from './organisations.ts';
import { PolicyVersionTakenError, savePolicy } from './policies.ts';
import { demo, dyfedPowys2024 } from './presets/dyfed-powys-2024.ts';
import { gwent2015 } from './presets/gwent-2015.ts';
import type { Programme } from './programmes.ts';
import { rowOf } from './routes.ts';
import type { StoredRoute } from './routes.ts';

/** What a force starts from: who there is, where things are held, who takes whom, and how long clocks run. */
export interface Preset {
  readonly force: ForceRow;
  readonly organisations: readonly Omit<OrganisationRow, 'forceId'>[];
  readonly places: readonly Omit<PlaceRow, 'forceId'>[];
  readonly areas: readonly Area[];
  readonly programmes: readonly Programme[];
  readonly routes: readonly StoredRoute[];
  /** Every version from the first on. A version is never changed: what is new goes into the next one. */
  readonly policies: readonly Policy[];
}

export const presets = {
  'dyfed-powys-2024': dyfedPowys2024,
  'gwent-2015': gwent2015,
  demo,
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;

/**
 * Loads what is missing of a preset. Rows that are there stay as they are, so it may be loaded at every start
 * and undoes nothing that a force has changed.
 * @throws PolicyVersionTakenError when a policy's version is there with other content, and nobody of the force wrote it
 */
export async function loadPreset(db: Database, name: PresetName): Promise<{ readonly forceId: string }> {
  const { force, organisations, places, areas, programmes, routes, policies }: Preset = presets[name];
  const { forceId } = force;
  await db.prisma.$transaction([
    db.prisma.force.createMany({
      data: [{ id: forceId, name: force.name, nameCy: force.nameCy }],
      skipDuplicates: true,
    }),
    db.prisma.organisation.createMany({
      data: organisations.map(({ organisationId, ...row }) => ({ ...row, forceId, id: organisationId })),
      skipDuplicates: true,
    }),
    db.prisma.place.createMany({ data: places.map((row) => ({ ...row, forceId })), skipDuplicates: true }),
    db.prisma.area.createMany({
      data: areas.map((row) => ({ ...row, districts: [...row.districts], forceId })),
      skipDuplicates: true,
    }),
    db.prisma.programme.createMany({
      data: programmes.map((row) => ({ ...row, forceId })),
      skipDuplicates: true,
    }),
    db.prisma.route.createMany({ data: routes.map((row) => rowOf(forceId, row)), skipDuplicates: true }),
  ]);
  for (const policy of policies) await keep(db, policy);
  await nameProgrammes(db, forceId, routes);
  return { forceId };
}

/** A force that wrote this version itself keeps its own. */
async function keep(db: Database, policy: Policy): Promise<void> {
  try {
    await savePolicy(db, policy);
  } catch (error) {
    if (!(error instanceof PolicyVersionTakenError)) throw error;
    const { forceId, policyId, version } = policy;
    const own = await db.prisma.referenceChange.count({
      where: { forceId, subject: 'policy', subjectId: policyId, version },
    });
    if (own === 0) throw error;
  }
}

/** A database of an earlier build has the same rows without the programme that takes people. */
async function nameProgrammes(db: Database, forceId: string, routes: readonly StoredRoute[]): Promise<void> {
  for (const { routeId, intoProgramme, programme, postcodeArea, providerId } of routes) {
    if (intoProgramme === null) continue;
    await db.prisma.route.updateMany({
      where: { forceId, id: routeId, intoProgramme: null, programme, postcodeArea, providerId },
      data: { intoProgramme },
    });
  }
}
