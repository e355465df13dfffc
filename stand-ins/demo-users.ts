/** The grant by which a demo user gets a token for the mere name (RFC 6749 section 4.5): development only. */
export const demoUserGrant = 'urn:llwybr:grant-type:demo-user';

/** A fictional person who can sign in at the development issuer. */
export interface DemoUser {
  /** What is typed to sign in: `npm run --silent token -- <signIn>`. */
  readonly signIn: string;
  /** The subject of the tokens: opaque, because it is stored with every act. */
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly organisationId: string;
  readonly forceId: string;
}

/** A machine that signs in with a secret (client credentials). The secret guards nothing but a demonstration. */
export interface DemoClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly roles: readonly string[];
  readonly organisationId: string;
  readonly forceId: string;
}

/** One for each role of workflows/domain/common/actor.ts, a second provider and a second force. */
export const demoUsers: readonly DemoUser[] = [
  police('officer', 'u-101', 'Non Prydderch', ['PoliceOfficer']),
  police('custody', 'u-102', 'Gethin Rowlands', ['CustodyOfficer']),
  police('inspector', 'u-103', 'Beca Llewelyn', ['Inspector']),
  police('dtoa', 'u-104', 'Iwan Treharne', ['DToACoordinator']),
  police('lpu', 'u-105', 'Siwan Bebb', ['LpuOfficer']),
  police('manager', 'u-106', 'Rhodri Cadwaladr', ['Manager']),
  police('operator', 'u-107', 'Mali Penry', ['Operator']),
  police('analyst', 'u-108', 'Tomos Gwynne', ['Analyst']),
  dip('dip', 'u-201', 'Eleri Maddocks', ['DipOfficer']),
  dip('initial-assessor', 'u-202', 'Owain Trefor', ['InitialAssessor']),
  dip('follow-up-assessor', 'u-203', 'Luned Heulyn', ['FollowUpAssessor']),
  dip('prison-link', 'u-204', 'Macsen Roderick', ['PrisonLinkWorker']),
  provider('caseworker', 'u-301', 'Ffion Arwel', ['ProviderWorker'], 'ddas'),
  provider('provider-manager', 'u-302', 'Hywel Dafis', ['ProviderManager'], 'ddas'),
  provider('kaleidoscope-caseworker', 'u-401', 'Carys Emlyn', ['ProviderWorker'], 'kaleidoscope'),
  {
    signIn: 'gwent',
    userId: 'u-901',
    name: 'Deiniol Sayce',
    roles: ['PoliceOfficer', 'DipOfficer', 'Manager'],
    organisationId: 'gwent-police',
    forceId: 'gwent',
  },
];

export const demoClients: readonly DemoClient[] = [
  {
    clientId: 'records-system',
    clientSecret: 'development-only-records-system',
    roles: ['RecordsSystem'],
    organisationId: 'dyfed-powys-police',
    forceId: 'dyfed-powys',
  },
];

function police(signIn: string, userId: string, name: string, roles: readonly string[]): DemoUser {
  return { signIn, userId, name, roles, organisationId: 'dyfed-powys-police', forceId: 'dyfed-powys' };
}

/** The Drug Interventions Programme's own staff sit outside the force and decide for it. */
function dip(signIn: string, userId: string, name: string, roles: readonly string[]): DemoUser {
  return { signIn, userId, name, roles, organisationId: 'dyfed-powys-dip', forceId: 'dyfed-powys' };
}

function provider(
  signIn: string,
  userId: string,
  name: string,
  roles: readonly string[],
  organisationId: string,
): DemoUser {
  return { signIn, userId, name, roles, organisationId, forceId: 'dyfed-powys' };
}
