import { readFileSync } from 'node:fs';
import type { Database } from '../../store/database.ts';
import { savePolicy } from '../../store/policies.ts';
import type { Preset } from '../../store/presets.ts';

/** What the first build loaded at its start, as it was. */
export const firstBuildPresets = JSON.parse(
  readFileSync('test/data/presets-of-the-first-build.json', 'utf8'),
) as Readonly<Record<'dyfed-powys' | 'demo', Preset>>;

export async function loadAsFirstBuild(
  db: Database,
  { force: own, organisations, routes, policies }: Preset,
) {
  const { forceId, name, nameCy } = own;
  const skipDuplicates = true;
  await db.prisma.force.createMany({ data: [{ id: forceId, name, nameCy }], skipDuplicates });
  await db.prisma.organisation.createMany({
    data: organisations.map(({ organisationId, ...row }) => ({ ...row, forceId, id: organisationId })),
    skipDuplicates,
  });
  await db.prisma.route.createMany({
    data: routes.map(({ routeId, ...row }) => ({ ...row, forceId, id: routeId })),
    skipDuplicates,
  });
  for (const policy of policies) await savePolicy(db, policy);
}
