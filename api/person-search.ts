import type { z } from 'zod';
import type { Database } from '../store/database.ts';
import { pathwaysOfPeople, peopleBy } from '../store/people-in-view.ts';
import type { PeopleSearch, PeopleView } from '../store/people-in-view.ts';
import { mayRead } from './access-policy.ts';
import type { Caller } from './caller.ts';
import { jsonBody } from './json-body.ts';
import { contactViewOf, identityFor, peopleViewOf, rolesSeeingNominal, seesNominal } from './people-view.ts';
import { wrongRole } from './refusals.ts';
import { asking } from './route.ts';
import type { Route } from './route.ts';
import { peopleFound, personSearchBody } from './schemas/persons.ts';

/** Who has more namesakes than this is asked for something else. */
const mostFound = 20;

/** Somebody rings, and says a name or a number: who are they? Whoever is outside the caller's view is not found. */
export function personSearchRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    asking({
      method: 'post',
      path: '/api/v1/persons/searches',
      summary:
        'Finds people by exact mobile number, by name and birth date, or by the force’s number, among those whom the caller may know of. It does nothing and needs no Idempotency-Key',
      tag: 'people',
      body: jsonBody(personSearchBody),
      examples: {
        'by-number': () => ({ mobile: '07700 900123' }),
        'by-name': () => ({ surname: 'Howell', forenames: 'Cerys', birthDate: '1994-05-02' }),
        'by-nominal-number': () => ({ nominalNumber: 'N-1994-0502' }),
      },
      answers: { 200: { description: 'Who was found; nobody is an answer too', body: peopleFound } },
      problems: ['invalid-phone'],
      handle: async ({ caller, body }) => ({ status: 200, body: await found(db, caller, body) }),
    }),
  ];
}

async function found(
  db: Database,
  caller: Caller,
  body: z.output<typeof personSearchBody>,
): Promise<z.output<typeof peopleFound>> {
  const search: PeopleSearch = 'surname' in body ? { forenames: null, ...body } : body;
  const people = await peopleBy(db, viewFor(caller, search), search, mostFound + 1);
  const shown = people.slice(0, mostFound);
  const pathways = await pathwaysOfPeople(
    db,
    caller.forceId,
    shown.map(({ personId }) => personId),
  );
  const identity = identityFor(caller);
  const complete = people.length <= mostFound;
  return {
    words: wordsFor(shown.length, complete),
    complete,
    items: shown.map(({ personId, details }) => ({
      personId,
      identity: identity(details),
      pathways: pathways
        .filter(
          (pathway) => pathway.personId === personId && pathway.closedAt === null && mayRead(caller, pathway),
        )
        .map(({ pathwayId, reference, kind, stage }) => ({ pathwayId, reference, kind, stage })),
    })),
  };
}

/**
 * A number finds only those of whom the caller sees how to reach them: that it is theirs is what it would tell.
 *
 * @throws Problem `wrong-role`
 */
function viewFor(caller: Caller, search: PeopleSearch): PeopleView {
  if ('nominalNumber' in search && !seesNominal(caller)) throw wrongRole(rolesSeeingNominal);
  return 'mobile' in search ? contactViewOf(caller) : peopleViewOf(caller);
}

function wordsFor(count: number, complete: boolean): string {
  if (!complete) return `The first ${String(mostFound)}: ask by something else as well.`;
  if (count > 0) return count === 1 ? 'One person.' : `${String(count)} people: ask which one it is.`;
  return 'Nobody of this name or number is among the people whom you may know of. They may be spelled in another way, or be somebody else’s.';
}
