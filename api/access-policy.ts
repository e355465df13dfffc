import { providerRoles } from '../workflows/domain/common/actor.ts';
import type { Role } from '../workflows/domain/common/actor.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { PathwayTable } from '../workflows/domain/common/pathway-table.ts';
import { personMatters } from '../workflows/domain/common/standing-facts.ts';
import { compulsoryTable } from '../workflows/domain/compulsory/table.ts';
import { diversionTable } from '../workflows/domain/diversion/table.ts';
import type { Caller } from './caller.ts';
import { policeHeldRoles } from './people-view.ts';
import { factCommands, factOfCommand, readersOfMatter, rolesOfAnyFact, rolesOfFact } from './fact-table.ts';

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

/** The commands that can be sent to an open pathway of this kind, in the table's order; then the facts about its person. */
export function sendableCommands(kind: PathwayKindName): readonly string[] {
  const table = tables[kind];
  return [...Object.keys(table.commands).filter((name) => isSendable(table, name)), ...factCommands];
}

/**
 * The roles that may send this command, from the kind's table, or of a fact those that work with such cases; undefined
 * where the kind has no such command.
 */
export function rolesOfCommand(kind: PathwayKindName, name: string): readonly Role[] | undefined {
  const table = tables[kind];
  const fact = factOfCommand(name);
  if (fact !== undefined) return rolesOfFact(fact).filter((role) => kindsReadIn(role).includes(kind));
  return Object.hasOwn(table.commands, name) && isSendable(table, name)
    ? table.commands[name]?.roles
    : undefined;
}

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

/** The kinds of pathway that a role reads at all. */
export function kindsReadIn(role: Role): readonly PathwayKindName[] {
  return readable[role] ?? [];
}

/** Those who work with the person: what is sent, and what people write back, is theirs to see. */
const personWorkers: readonly Role[] = [
  ...providerRoles,
  ...(['Manager', 'InitialAssessor', 'FollowUpAssessor', 'DipOfficer'] as const),
];

const rolesOfAnyCommand: readonly Role[] = [
  ...new Set(
    (Object.keys(tables) as PathwayKindName[]).flatMap((kind) =>
      sendableCommands(kind).flatMap((name) => rolesOfCommand(kind, name) ?? []),
    ),
  ),
];

/** Every route with its rule. A route that is not here keeps the API from starting, and so does a rule without a route. */
export const accessPolicy: Readonly<Record<string, AccessRule>> = {
  'GET /': { public: 'names the addresses to go on from, which are public or ask for a token themselves' },
  'GET /ping': { public: 'says only that the process answers' },
  'GET /health': { public: 'probes have no token; it names parts and nothing else' },
  'GET /info': { public: 'build and environment' },
  'GET /metrics': { public: 'scraped without a token; labels hold no ids' },
  'GET /api/openapi.json': { public: 'describes the API, holds no data' },
  'GET /api/docs': { public: 'a page over the description, holds no data' },
  'GET /api/docs/start.js': { public: 'a script of that page' },
  'GET /api/docs/swagger-ui.css': { public: 'the looks of that page' },
  'GET /api/docs/swagger-ui-bundle.js': { public: 'the library of that page' },
  'GET /start': { public: 'where a text leads; passes on to an address that everybody may know' },

  'POST /webhooks/sms/status/{forceId}/{intentId}': {
    public: 'the text gateway has no token; it is believed by its signature over the address and the form',
  },
  'POST /webhooks/sms/inbound/{forceId}': {
    public: 'the text gateway has no token; it is believed by its signature over the address and the form',
  },

  'GET /p/{token}': {
    public: 'a person has no account; the token is in their text, and the year of birth is asked for first',
  },
  'POST /p/{token}': {
    public: 'as the page itself; what is chosen there needs the cookie that the right year gave',
  },
  'GET /p/{token}/calendar': { public: 'as the page itself, with its cookie' },

  'POST /api/v1/referrals': { roles: diversionTable.commands['receive-referral'].roles },
  'GET /api/v1/referrals/{reference}': { roles: ['PoliceOfficer', 'RecordsSystem', 'Manager'] },
  'POST /api/v1/drug-tests': { roles: compulsoryTable.commands['record-test'].roles },

  'POST /api/v1/imports/outcomes': { roles: ['RecordsSystem', 'Manager'] },
  'POST /api/v1/imports/open-cases': { roles: ['Manager', 'ProviderManager'] },
  'POST /api/v1/imports/acr-list': { roles: ['RecordsSystem', 'Manager'] },
  'GET /api/v1/imports/named-workers': { roles: ['Manager', 'ProviderManager'] },
  'GET /api/v1/imports/{importId}': { roles: ['RecordsSystem', 'Manager', 'ProviderManager'] },
  'GET /api/v1/reconciliation/acrs': { roles: ['Manager', 'Analyst'] },

  'GET /api/v1/pathways': { roles: readers },
  'GET /api/v1/pathways/counts': { roles: readers },
  /** A provider's own, in cases that another one has since; a manager reads all of them. */
  'GET /api/v1/appointments/unrecorded-elsewhere': { roles: [...providerRoles, 'Manager'] },
  'GET /api/v1/pathways/{pathwayId}': { roles: readers },
  'GET /api/v1/pathways/{pathwayId}/events': { roles: readers },
  'GET /api/v1/pathways/{pathwayId}/case': { roles: ['ProviderWorker', 'ProviderManager', 'Manager'] },
  'GET /api/v1/pathways/{pathwayId}/notes': { roles: ['ProviderWorker', 'ProviderManager', 'Manager'] },
  'GET /api/v1/pathways/{pathwayId}/online-enrolments': {
    roles: ['ProviderWorker', 'ProviderManager', 'Manager'],
  },
  'GET /api/v1/pathways/{pathwayId}/amendments': { roles: ['ProviderWorker', 'ProviderManager', 'Manager'] },
  'GET /api/v1/pathways/{pathwayId}/messages': { roles: personWorkers },
  'GET /api/v1/pathways/{pathwayId}/message-previews': { roles: personWorkers },
  /** It shows the address, which no police role learns from treatment. */
  'GET /api/v1/pathways/{pathwayId}/letter': { roles: [...providerRoles, 'Manager'] },
  /** The union; each command's own roles are asked for by its name and the kind of the pathway. */
  'POST /api/v1/pathways/{pathwayId}/commands/{command}': { roles: rolesOfAnyCommand },

  /** The union; each fact's own roles are asked for by its kind. */
  'POST /api/v1/persons/{personId}/facts': { roles: rolesOfAnyFact },
  'GET /api/v1/persons/{personId}/facts': {
    roles: [...new Set(personMatters.flatMap(readersOfMatter))],
  },
  'GET /api/v1/arrest-tasks': { roles: ['LpuOfficer'] },
  'POST /api/v1/arrest-tasks/{taskId}/facts': { roles: compulsoryTable.commands['withdraw-task'].roles },

  /** Whom a caller finds is a matter of the caller's view (api/people-view.ts). */
  'GET /api/v1/persons/{personId}': {
    roles: [...providerRoles, ...policeHeldRoles.filter((role) => role !== 'RecordsSystem'), 'Manager'],
  },
  /** Of those alone whom the caller would find by their id. */
  'POST /api/v1/persons/searches': { roles: [...providerRoles, 'DipOfficer', 'Manager'] },
  /** That two rows are one human being, or are not, is decided by a person; the DIP officer decides of whom the police hold. */
  'POST /api/v1/persons/{personId}/merges': { roles: ['Manager', 'DipOfficer'] },
  'POST /api/v1/persons/{personId}/splits': { roles: ['Manager', 'DipOfficer'] },
  /** Who may tell a partner of a danger is who answers for those who work with the person. */
  'POST /api/v1/persons/{personId}/disclosures': { roles: ['ProviderManager', 'Manager'] },
  'GET /api/v1/persons/{personId}/disclosures': { roles: ['ProviderManager', 'Manager'] },
  'GET /api/v1/disclosures': { signedIn: 'only what the caller’s own organisation was told' },
  'POST /api/v1/persons/{personId}/erasure': { roles: ['Manager'] },
  /** What no case has is the manager's alone; of a case its readers'. */
  'GET /api/v1/replies': { roles: personWorkers },
  'POST /api/v1/replies/{replyId}/settlement': { roles: personWorkers },
  'GET /api/v1/changes': { roles: readers },

  'GET /api/v1/figures/referrals': { roles: ['Manager', 'Analyst', 'ProviderManager'] },
  'POST /api/v1/figures/referrals/publications': { roles: ['Manager'] },
  'GET /api/v1/figures/treatment': { roles: ['Manager', 'Analyst', 'ProviderManager'] },
  'GET /api/v1/figures/consents': { roles: ['Manager', 'Analyst', 'ProviderManager'] },
  /** A count for who studies it, and for nobody who could tell whom it is about. */
  'GET /api/v1/figures/danger': { roles: ['Analyst'] },
  /** A provider’s cases go to another by the manager; those of a caseworker also by the team lead. */
  'POST /api/v1/handovers': { roles: ['Manager', 'ProviderManager'] },
  'POST /api/v1/handovers/acceptances': { roles: ['ProviderManager'] },
  'GET /api/v1/capacity': { roles: [...providerRoles, 'Manager'] },
  'POST /api/v1/capacity': { roles: ['ProviderManager', 'Manager'] },
  'GET /api/v1/organisations/{organisationId}/inbox': { roles: ['ProviderManager', 'Manager'] },
  'POST /api/v1/organisations/{organisationId}/inbox': { roles: ['ProviderManager', 'Manager'] },
  'GET /api/v1/organisations/{organisationId}/letterhead': { roles: [...providerRoles, 'Manager'] },
  'POST /api/v1/organisations/{organisationId}/letterhead': { roles: ['ProviderManager', 'Manager'] },
  'GET /api/v1/organisations/{organisationId}/places': { roles: [...providerRoles, 'Manager'] },
  'POST /api/v1/organisations/{organisationId}/places/{placeCode}/shown': {
    roles: ['ProviderManager', 'Manager'],
  },
  'GET /api/v1/users/{userId}/address': { roles: ['Manager'] },
  'POST /api/v1/users/{userId}/address': { roles: ['Manager'] },
  'GET /api/v1/retention/due': { roles: ['Manager'] },
  'GET /api/v1/me': { signedIn: 'only what the caller’s own token says' },
  'GET /api/v1/requests/{key}': { signedIn: 'a key is found only by the caller who used it' },

  /** The rules of a force name nobody but who wrote them, and bind everybody who works by them. */
  'GET /api/v1/rules': { signedIn: 'the rules of the caller’s own force; no person is in them' },
  'GET /api/v1/areas': { signedIn: 'the areas of the caller’s own force; no person is in them' },
  'GET /api/v1/policies': { signedIn: 'the policies of the caller’s own force; no person is in them' },
  'GET /api/v1/programmes': { signedIn: 'as policies; how many are open only a manager is told' },
  'GET /api/v1/routes': { signedIn: 'the route table of the caller’s own force; no person is in it' },
  'POST /api/v1/policies': { roles: ['Manager'] },
  'POST /api/v1/programmes': { roles: ['Manager'] },
  'POST /api/v1/routes': { roles: ['Manager'] },
  'GET /api/v1/policies/{policyId}/versions/{version}/rebase': { roles: ['Manager'] },
  'POST /api/v1/policies/{policyId}/versions/{version}/rebase': {
    roles: diversionTable.commands['rebase-policy'].roles,
  },

  'GET /api/v1/operations/stuck': { roles: ['Manager', 'Operator', 'DipOfficer', 'ProviderManager'] },
  /** Remedies of the engine are the operator's; those of practice are the commands themselves. */
  'POST /api/v1/operations/stuck/{stuckId}/remedies/{remedy}': { roles: ['Operator'] },
};

/** The roles that a route names, e.g. of `POST /api/v1/referrals`; none where it names none. */
export function rolesOfRoute(name: string): readonly Role[] {
  const rule = accessPolicy[name];
  return rule !== undefined && 'roles' in rule ? rule.roles : [];
}

/** Who also has a role that reads every case reads at this route only the cases that a role for it gives. */
export function narrowed(caller: Caller, route: string): Caller {
  const allowed = rolesOfRoute(route);
  return { ...caller, roles: caller.roles.filter((role) => allowed.includes(role)) };
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

/**
 * The provider for which alone somebody uses a route: in it they have no role but a provider's, whatever they are
 * elsewhere. null: for the whole force.
 */
export function providerOf({ roles, organisationId }: Caller, route: string): string | null {
  const held = roles.filter((role) => rolesOfRoute(route).includes(role));
  return held.every((role) => providerRoles.includes(role)) ? organisationId : null;
}

/** What a provider may say of its own appointment in a case that another provider has since. */
const ofFormerProvider: readonly string[] = ['record-attendance'];

/** What the receiver of an offer may send; the case itself they read once it is theirs. */
const answersToOffer: readonly string[] = ['accept-transfer', 'decline-transfer'];

/**
 * The roles in which somebody may send this command to a case that they may not read: the provider that was offered the
 * person answers, one that held an appointment says what came of it, and the police say what the table gives their
 * officers to say of a referral that they made.
 */
export function rolesToCommandUnread(
  caller: Caller,
  pathway: {
    readonly kind: PathwayKindName;
    readonly offeredTo: string | null;
    readonly isPoliceReferral: boolean;
    readonly formerProviders: readonly string[];
  },
  command: string,
): readonly Role[] {
  const roles = pathway.kind === 'diversion' ? (rolesOfCommand('diversion', command) ?? []) : [];
  const own = caller.roles.filter((role) => roles.includes(role));
  const receives = pathway.offeredTo === caller.organisationId && answersToOffer.includes(command);
  const held = pathway.formerProviders.includes(caller.organisationId) && ofFormerProvider.includes(command);
  return own.filter((role) =>
    providerRoles.includes(role)
      ? receives || held
      : pathway.isPoliceReferral &&
        roles.includes('PoliceOfficer') &&
        readable[role]?.includes('diversion') !== true,
  );
}
