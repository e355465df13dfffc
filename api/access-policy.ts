import { providerRoles } from '../workflows/domain/common/actor.ts';
import type { Role } from '../workflows/domain/common/actor.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { PathwayTable } from '../workflows/domain/common/pathway-table.ts';
import { compulsoryTable } from '../workflows/domain/compulsory/table.ts';
import { diversionTable } from '../workflows/domain/diversion/table.ts';
import type { Caller } from './caller.ts';

/** Who may use a route. */
export type AccessRule =
  /** Anybody, without a token; says why that is right. */
  | { readonly public: string }
  /** Everybody with a valid token and at least one role; says what holds them apart instead. */
  | { readonly signedIn: string }
  | { readonly roles: readonly Role[] };

const tables: Readonly<Record<PathwayKindName, PathwayTable>> = {
  diversion: diversionTable,
  compulsory: compulsoryTable,
};

/** Commands that open a pathway stand in the table with no stage; they have routes of their own. */
function isSendable(table: PathwayTable, name: string): boolean {
  const row = table.commands[name];
  return row !== undefined && (row.stages === 'any' || row.stages.length > 0);
}

/** The commands that can be sent to an open pathway of this kind, in the table's order. */
export function sendableCommands(kind: PathwayKindName): readonly string[] {
  const table = tables[kind];
  return Object.keys(table.commands).filter((name) => isSendable(table, name));
}

/** The roles that may send this command, from the kind's table; undefined where the kind has no such command. */
export function rolesOfCommand(kind: PathwayKindName, name: string): readonly Role[] | undefined {
  const table = tables[kind];
  return Object.hasOwn(table.commands, name) && isSendable(table, name)
    ? table.commands[name]?.roles
    : undefined;
}

const rolesOfAnyCommand: readonly Role[] = [
  ...new Set(
    (Object.keys(tables) as PathwayKindName[]).flatMap((kind) =>
      sendableCommands(kind).flatMap((name) => rolesOfCommand(kind, name) ?? []),
    ),
  ),
];

/**
 * Which kinds of pathway a role may read, and of which cases. Police roles read nothing of the voluntary
 * path: treatment must never be learnt by accident. A unit reads its arrest tasks and no pathway.
 */
const readable: Readonly<Partial<Record<Role, readonly PathwayKindName[]>>> = {
  ProviderWorker: ['diversion'],
  ProviderManager: ['diversion'],
  CustodyOfficer: ['compulsory'],
  PoliceOfficer: ['compulsory'],
  Inspector: ['compulsory'],
  DToACoordinator: ['compulsory'],
  DipOfficer: ['compulsory'],
  InitialAssessor: ['compulsory'],
  FollowUpAssessor: ['compulsory'],
  Manager: ['diversion', 'compulsory'],
  Operator: ['diversion', 'compulsory'],
};

const readers = Object.keys(readable) as Role[];

/** Every route with its rule. A route that is not here keeps the API from starting, and so does a rule without a route. */
export const accessPolicy: Readonly<Record<string, AccessRule>> = {
  'GET /': { public: 'names the addresses to go on from, which are public or ask for a token themselves' },
  'GET /ping': { public: 'says only that the process answers' },
  'GET /health': { public: 'probes have no token; it names parts and nothing else' },
  'GET /info': { public: 'build and environment' },
  'GET /metrics': { public: 'scraped without a token; labels hold no ids' },
  'GET /api/openapi.json': { public: 'describes the API, holds no data' },

  'POST /api/v1/referrals': { roles: diversionTable.commands['receive-referral'].roles },
  'POST /api/v1/drug-tests': { roles: compulsoryTable.commands['record-test'].roles },

  'POST /api/v1/imports/outcomes': { roles: ['RecordsSystem', 'Manager'] },
  'GET /api/v1/imports/{importId}': { roles: ['RecordsSystem', 'Manager'] },

  'GET /api/v1/pathways': { roles: readers },
  'GET /api/v1/pathways/{pathwayId}': { roles: readers },
  'GET /api/v1/pathways/{pathwayId}/events': { roles: readers },
  /** The union; each command's own roles are asked for by its name and the kind of the pathway. */
  'POST /api/v1/pathways/{pathwayId}/commands/{command}': { roles: rolesOfAnyCommand },

  'POST /api/v1/persons/{personId}/facts': {
    roles: [
      ...['PoliceOfficer', 'CustodyOfficer', 'DipOfficer', 'InitialAssessor', 'FollowUpAssessor'],
      ...['ProviderWorker', 'ProviderManager', 'Manager'],
    ] as Role[],
  },
  'GET /api/v1/arrest-tasks': { roles: ['LpuOfficer'] },
  'POST /api/v1/arrest-tasks/{taskId}/facts': { roles: compulsoryTable.commands['withdraw-task'].roles },

  'GET /api/v1/figures/referrals': { roles: ['Manager', 'Analyst', 'ProviderManager'] },
  'GET /api/v1/requests/{key}': { signedIn: 'a key is found only by the caller who used it' },

  'GET /api/v1/operations/stuck': { roles: ['Manager', 'Operator', 'DipOfficer', 'ProviderManager'] },
  /** Remedies of the engine are the operator's; those of practice are the commands themselves. */
  'POST /api/v1/operations/stuck/{stuckId}/remedies/{remedy}': { roles: ['Operator'] },
};

/** The roles that a route names, e.g. of `POST /api/v1/referrals`; none where it names none. */
export function rolesOfRoute(name: string): readonly Role[] {
  const rule = accessPolicy[name];
  return rule !== undefined && 'roles' in rule ? rule.roles : [];
}

export function mayUse(rule: Exclude<AccessRule, { public: string }>, caller: Caller): boolean {
  return 'signedIn' in rule
    ? caller.roles.length > 0
    : caller.roles.some((role) => rule.roles.includes(role));
}

/** The cases that a caller may read: by kind, and of a kind those of one provider or all. */
export interface ReadableCases {
  readonly kind: PathwayKindName;
  /** Null: all of the force. */
  readonly providerId: string | null;
}

export function casesReadableBy(caller: Caller): readonly ReadableCases[] {
  const kinds: readonly PathwayKindName[] = ['diversion', 'compulsory'];
  return kinds.flatMap((kind) => {
    const roles = caller.roles.filter((role) => readable[role]?.includes(kind) === true);
    if (roles.length === 0) return [];
    const all = roles.some((role) => !providerRoles.includes(role));
    return [{ kind, providerId: all ? null : caller.organisationId }];
  });
}

export function mayRead(
  caller: Caller,
  pathway: { readonly kind: PathwayKindName; readonly providerId: string | null },
): boolean {
  return casesReadableBy(caller).some(
    ({ kind, providerId }) =>
      kind === pathway.kind && (providerId === null || providerId === pathway.providerId),
  );
}
