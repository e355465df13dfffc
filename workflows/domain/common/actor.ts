/**
 * Who acts. Rights hang on the role, not on the employer: the regional DIP officer sits outside the
 * force and still decides breaches (Gwent DIP annual report 2014/15).
 */
export const roles = [
  'PoliceOfficer',
  'CustodyOfficer',
  'Inspector',
  'DToACoordinator',
  'DipOfficer',
  'LpuOfficer',
  'InitialAssessor',
  'FollowUpAssessor',
  'ProviderWorker',
  'ProviderManager',
  'PrisonLinkWorker',
  'Manager',
  'Operator',
  'Analyst',
  'RecordsSystem',
  'System',
] as const;

export type Role = (typeof roles)[number];

/** The roles whose holders may see only cases routed to their own organisation. */
export const providerRoles: readonly Role[] = ['ProviderWorker', 'ProviderManager'];

/** The person or machine behind a command. `userId` is an opaque account id, never a name. */
export interface Actor {
  readonly userId: string;
  readonly role: Role;
  readonly organisationId: string;
  readonly forceId: string;
}

/** What the engine itself signs with: clocks, catching up, the outcome of deliveries. */
export function systemActor(forceId: string): Actor {
  return { userId: 'system', role: 'System', organisationId: 'llwybr', forceId };
}
