import type { Database } from '../store/database.ts';
import type { OpenedPathway } from '../store/intake.ts';
import { matchesInView } from '../store/people-in-view.ts';
import type { PeopleView } from '../store/people-in-view.ts';
import type { PersonDetails } from '../store/person-columns.ts';
import { providerRoles } from '../workflows/domain/common/actor.ts';
import type { Actor, Role } from '../workflows/domain/common/actor.ts';
import type { Caller } from './caller.ts';

/** Roles that see the people whom the police hold, and of a match no more than the police hold themselves. */
export const policeHeldRoles: readonly Role[] = [
  'PoliceOfficer',
  'CustodyOfficer',
  'Inspector',
  'DToACoordinator',
  'DipOfficer',
  'InitialAssessor',
  'FollowUpAssessor',
  'RecordsSystem',
];

/** Whom somebody may know of: a manager everybody of the force, a provider its own people, the police those they hold. */
export function peopleViewOf(caller: Pick<Caller, 'forceId' | 'roles' | 'organisationId'>): PeopleView {
  const { forceId, roles, organisationId } = caller;
  return {
    forceId,
    everybody: roles.includes('Manager'),
    providerId: holdsAny(roles, providerRoles) ? organisationId : null,
    policeHeld: holdsAny(roles, policeHeldRoles),
  };
}

/** Of whom somebody sees how to reach them: what a provider was told is not told to the police by the way. */
export function contactViewOf(caller: Pick<Caller, 'forceId' | 'roles' | 'organisationId'>): PeopleView {
  return { ...peopleViewOf(caller), policeHeld: false };
}

/** Who sees the force's own number of a person. */
export const rolesSeeingNominal: readonly Role[] = ['Manager', ...policeHeldRoles];

export function seesNominal({ roles }: Pick<Caller, 'roles'>): boolean {
  return holdsAny(roles, rolesSeeingNominal);
}

function holdsAny(held: readonly Role[], wanted: readonly Role[]): boolean {
  return held.some((role) => wanted.includes(role));
}

/**
 * How many possible matches of a person just taken in somebody may be told of: that a match exists says that the other
 * one is here, and on which side.
 */
export async function matchesToldTo(
  db: Database,
  { role, organisationId, forceId }: Pick<Actor, 'role' | 'organisationId' | 'forceId'>,
  { personId, possibleMatches = 0 }: Pick<OpenedPathway, 'personId' | 'possibleMatches'>,
): Promise<number> {
  if (possibleMatches === 0) return 0;
  return (await matchesInView(db, peopleViewOf({ forceId, organisationId, roles: [role] }), personId)).length;
}

/** What of a person somebody sees of who they are. */
export function identityFor(
  caller: Caller,
): (details: PersonDetails) => Pick<PersonDetails, 'surname' | 'forenames' | 'birthDate' | 'nominalNumber'> {
  const nominal = seesNominal(caller);
  return ({ surname, forenames, birthDate, nominalNumber }) => ({
    ...{ surname, forenames, birthDate },
    nominalNumber: nominal ? nominalNumber : null,
  });
}
