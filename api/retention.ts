import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { erasePerson, isOver, keptPerson, peopleToErase } from '../store/retention.ts';
import type { KeptPerson } from '../store/retention.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { rolesOfRoute } from './access-policy.ts';
import { jsonBody } from './json-body.ts';
import { Problem } from './problems.ts';
import { signer } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Act, Route } from './route.ts';
import { uuid } from './schemas/lists.ts';
import { erasureAnswer, keptPeople, newErasure } from './schemas/retention.ts';

const erasurePath = '/api/v1/persons/{personId}/erasure';
const page = 100;

/** People whose details have been kept long enough. The system lists them; a person looks and erases. */
export function retentionRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path: '/api/v1/retention/due',
      summary: 'People whose details have been kept as long as the force said, by their ids',
      tag: 'people',
      query: z.strictObject({ after: uuid.exactOptional() }),
      answers: { 200: { description: 'At most 100', body: keptPeople } },
      handle: async ({ caller, query: { after }, receivedAt }) => {
        const { people, next } = await peopleToErase(db, caller.forceId, receivedAt, {
          limit: page,
          ...(after === undefined ? {} : { after }),
        });
        const items = people.flatMap(({ personId, cases, endedAt, keptUntil }) =>
          endedAt === null || keptUntil === null
            ? []
            : [{ personId, cases, endedAt, keptUntil, keptText: describeLocal(keptUntil) }],
        );
        return { status: 200, body: { asAt: receivedAt, items, next } satisfies z.output<typeof keptPeople> };
      },
    }),
    acting({
      method: 'post',
      path: erasurePath,
      summary: 'Erases the details of a person whose time is over, for ever; cases and counts stay',
      tag: 'people',
      params: z.strictObject({ personId: uuid }),
      body: jsonBody(newErasure),
      answers: { 201: { description: 'Erased', body: erasureAnswer } },
      problems: ['not-found', 'condition-not-met', 'conflict'],
      prepare: ({ caller, params: { personId }, body: { reason } }): Promise<Act> => {
        const allowed = rolesOfRoute(`POST ${erasurePath}`);
        const actor = signer(caller, allowed);
        return Promise.resolve(async ({ requestId, receivedAt: now, repeated }) => {
          const person = await keptPerson(db, actor.forceId, personId, now);
          // Of a repeat the first try may have done it.
          if (person === null && !repeated) throw new Problem('not-found');
          if (person !== null) refuseEarly(person, now);
          const erased = await erasePerson(db, { requestId, personId, reason, now, actor });
          if (erased === null) {
            throw new Problem('conflict', {
              detail:
                'Something of this person began meanwhile, or they were erased before. Nothing was erased.',
            });
          }
          return {
            status: 201,
            body: { ...erased, erasedText: describeLocal(erased.erasedAt) } satisfies z.output<
              typeof erasureAnswer
            >,
          };
        });
      },
    }),
  ];
}

/** @throws Problem `condition-not-met` */
function refuseEarly(person: KeptPerson, now: string): void {
  if (isOver(person, now)) return;
  const { endedAt, keptUntil } = person;
  const detail =
    keptUntil === null
      ? 'A case of this person has not ended, or the force has set no end for how long details are kept.'
      : `The details of this person are kept until ${describeLocal(keptUntil)}.`;
  throw new Problem('condition-not-met', { detail, details: { endedAt, keptUntil } });
}
