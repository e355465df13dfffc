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

/** One for each role of workflows/domain/common/actor.ts, and somebody at each of the other providers of the force. */
const people: readonly DemoUser[] = [
  person('officer', 'u-101', 'Non Prydderch', ['PoliceOfficer'], 'oocd-team'),
  person('custody', 'u-102', 'Gethin Rowlands', ['CustodyOfficer'], 'custody-llanelli'),
  person('inspector', 'u-103', 'Beca Llewelyn', ['Inspector'], 'custody-llanelli'),
  person('dtoa', 'u-104', 'Iwan Treharne', ['DToACoordinator'], 'oocd-team'),
  person('lpu', 'u-105', 'Siwan Bebb', ['LpuOfficer'], 'lpu-carmarthen'),
  person('manager', 'u-106', 'Rhodri Cadwaladr', ['Manager'], 'oocd-team'),
  person('operator', 'u-107', 'Mali Penry', ['Operator'], 'oocd-team'),
  person('analyst', 'u-108', 'Tomos Gwynne', ['Analyst'], 'oocd-team'),
  // The Drug Interventions Programme's own staff sit outside the force and decide for it.
  person('dip', 'u-201', 'Eleri Maddocks', ['DipOfficer'], 'dip-team'),
  person('initial-assessor', 'u-202', 'Owain Trefor', ['InitialAssessor'], 'dip-team'),
  person('follow-up-assessor', 'u-203', 'Luned Heulyn', ['FollowUpAssessor'], 'dip-team'),
  person('prison-link', 'u-204', 'Macsen Roderick', ['PrisonLinkWorker'], 'dip-team'),
  person('caseworker', 'u-301', 'Ffion Arwel', ['ProviderWorker'], 'ddas'),
  person('provider-manager', 'u-302', 'Hywel Dafis', ['ProviderManager'], 'ddas'),
  person('kaleidoscope-caseworker', 'u-401', 'Carys Emlyn', ['ProviderWorker'], 'kaleidoscope'),
  person('online-caseworker', 'u-501', 'Gwilym Erith', ['ProviderWorker'], 'breaking-free-online'),
];

/** Who does the same at the force `demo`, whose days last seconds, signs in as `demo-officer` and so on. */
const inDemoForce = ({ signIn, userId, ...rest }: DemoUser): DemoUser => ({
  ...rest,
  signIn: `demo-${signIn}`,
  userId: userId.replace('u-', 'u-9'),
  forceId: 'demo',
});

export const demoUsers: readonly DemoUser[] = [
  ...people,
  ...people.map(inDemoForce),
  // Sees nothing of the other forces, whatever the rights at home.
  {
    ...person('gwent', 'u-801', 'Deiniol Sayce', ['PoliceOfficer', 'DipOfficer', 'Manager'], 'gwent-police'),
    forceId: 'gwent',
  },
];

export const demoClients: readonly DemoClient[] = [
  {
    clientId: 'records-system',
    clientSecret: 'development-only-records-system',
    roles: ['RecordsSystem'],
    organisationId: 'oocd-team',
    forceId: 'dyfed-powys',
  },
  // The case system of a provider: it sends commands and hears of changes, and signs as itself.
  {
    clientId: 'ddas-system',
    clientSecret: 'development-only-ddas-system',
    roles: ['ProviderWorker'],
    organisationId: 'ddas',
    forceId: 'dyfed-powys',
  },
];

function person(
  signIn: string,
  userId: string,
  name: string,
  roles: readonly string[],
  organisationId: string,
): DemoUser {
  return { signIn, userId, name, roles, organisationId, forceId: 'dyfed-powys' };
}
