import type { Policy } from '../workflows/domain/common/policy.ts';
import type { RouteRow } from '../workflows/domain/diversion/routing.ts';
import type { Database } from './database.ts';
import type { ForceRow, OrganisationRow, PlaceRow } from './organisations.ts';
import { savePolicy } from './policies.ts';
import { demo, dyfedPowys } from './presets/dyfed-powys.ts';

/** What a force starts from: who there is, where things are held, who takes whom, and how long clocks run. */
export interface Preset {
  readonly force: ForceRow;
  readonly organisations: readonly Omit<OrganisationRow, 'forceId'>[];
  readonly places: readonly Omit<PlaceRow, 'forceId'>[];
  readonly routes: readonly RouteRow[];
  readonly policies: readonly Policy[];
}

export const presets = { 'dyfed-powys': dyfedPowys, demo } as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;

/**
 * Loads what is missing of a preset. Rows that are there stay as they are, so it may be loaded at every start
 * and undoes nothing that a force has changed.
 * @throws PolicyVersionTakenError when a policy's version is there with other content
 */
export async function loadPreset(db: Database, name: PresetName): Promise<{ readonly forceId: string }> {
  const { force, organisations, places, routes, policies } = presets[name];
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
    db.prisma.route.createMany({
      data: routes.map(({ routeId, ...row }) => ({ ...row, forceId, id: routeId })),
      skipDuplicates: true,
    }),
  ]);
  for (const policy of policies) await savePolicy(db, policy);
  return { forceId };
}
