import { z } from 'zod';
import { areasOf } from '../store/areas.ts';
import type { Database } from '../store/database.ts';
import { forces } from '../store/organisations.ts';
import { policiesOf } from '../store/policies.ts';
import type { KeptPolicy } from '../store/policies.ts';
import { changesOf } from '../store/reference-changes.ts';
import type { ReferenceChange } from '../store/reference-changes.ts';
import { routesOf } from '../store/routes.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import type { Rule } from '../workflows/domain/common/rule.ts';
import { programmeViews } from './programmes.ts';
import { changedView, holdsAt, policiesAt, policyHead, routeRow, rulesOf } from './reference-view.ts';
import type { AnyPolicy } from './reference-view.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { areaList, printedRules } from './schemas/reference-data.ts';
import { instant } from './schemas/values.ts';

const titles = {
  diversion: 'Diversion: the voluntary path',
  compulsory: 'Testing on arrest: the duty',
} as const;

/** The page of the rules in force: every length and count in words, where it comes from, since when and by whom. */
export function printedRuleRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path: '/api/v1/rules',
      summary: 'The rules in force at a time, in words, to print',
      tag: 'reference data',
      query: z.strictObject({ at: instant('The rules as they hold then; left out, now').exactOptional() }),
      answers: { 200: { description: 'The rules', body: printedRules } },
      handle: async ({ caller, query, receivedAt }) => {
        const { forceId } = caller;
        const at = query.at ?? receivedAt;
        const [kept, changes, programmes, routes, all] = await Promise.all([
          policiesOf(db, forceId),
          changesOf(db, forceId, 'policy'),
          programmeViews(db, forceId, at, null),
          routesOf(db, forceId),
          forces(db),
        ]);
        const force = all.find((one) => one.forceId === forceId) ?? {
          forceId,
          name: forceId,
          nameCy: forceId,
        };
        return {
          status: 200,
          body: {
            ...{ force, at, atText: describeLocal(at) },
            policies: policiesAt(kept, at).map(({ policy }) => ({
              ...policyHead(policy),
              title: titles[policy.duty],
              changed: changedView(changes, policy.policyId, policy.version),
              rules: rulesOf(policy).map((rule) => ({ ...rule, ...sinceOf(kept, changes, policy, rule) })),
            })),
            programmes: programmes.filter(({ inForce }) => inForce),
            routes: routes.filter((route) => holdsAt(route, at)).map((route) => routeRow(route, at)),
          },
        };
      },
    }),
    reading({
      method: 'get',
      path: '/api/v1/areas',
      summary: 'The areas by which the force splits its tables, with their intensity',
      tag: 'reference data',
      answers: { 200: { description: 'The areas', body: areaList } },
      handle: async ({ caller }) => ({ status: 200, body: { items: await areasOf(db, caller.forceId) } }),
    }),
  ];
}

/** The version in which the rule came to say what it says. */
function sinceOf(
  kept: readonly KeptPolicy[],
  changes: readonly ReferenceChange[],
  policy: AnyPolicy,
  { field, value }: Rule,
) {
  const earlier = kept
    .map((one) => one.policy)
    .filter(({ policyId, version }) => policyId === policy.policyId && version <= policy.version)
    .toSorted((a, b) => b.version - a.version);
  let since = policy;
  for (const one of earlier) {
    if (rulesOf(one).find((rule) => rule.field === field)?.value !== value) break;
    since = one;
  }
  const { validFrom, version, policyId } = since;
  return {
    since: validFrom,
    sinceText: describeLocal(validFrom),
    sinceVersion: version,
    changed: changedView(changes, policyId, version),
  };
}
