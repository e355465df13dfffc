import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { personAsPoliceHold } from '../store/people-in-view.ts';
import { wholeForce } from '../store/scope.ts';
import { listTasks } from '../store/tasks.ts';
import type { ArrestTaskRow } from '../store/tasks.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { taskStatuses } from '../workflows/domain/compulsory/state.ts';
import { arrestTaskWording } from '../workflows/domain/compulsory/table.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { arrestTaskList } from './schemas/answers.ts';

const mostTasks = 200;

/**
 * What a unit holds, and no more than an arrest needs: who (as the police know them), marker, for which offence
 * and since when, and whether a danger was told on the compulsory side. Who it is about is gone as soon as nobody is to be arrested any more.
 */
export function arrestTaskRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path: '/api/v1/arrest-tasks',
      summary:
        'The arrest tasks of the caller’s own unit: what is to be done first, the oldest before; then what is over, the newest before',
      tag: 'arrest tasks',
      query: z.strictObject({ status: z.enum(taskStatuses).exactOptional() }),
      answers: { 200: { description: 'At most 200 tasks', body: arrestTaskList } },
      handle: async ({ caller, query }) => {
        const tasks = await listTasks(db, wholeForce(caller.forceId), {
          unitCode: caller.organisationId,
          limit: mostTasks,
          ...(query.status === undefined ? {} : { status: query.status }),
        });
        const items = await Promise.all(tasks.map((task) => describe(db, task)));
        return { status: 200, body: { wording: arrestTaskWording, items } };
      },
    }),
  ];
}

async function describe(
  db: Database,
  task: ArrestTaskRow,
): Promise<z.output<typeof arrestTaskList>['items'][number]> {
  const { taskId, pathwayId, marker, status, issuedAt, withdrawnAt, forceId, personId } = task;
  const { offence, breachedAt } = task;
  const stands = withdrawnAt === null && ['issued', 'acknowledged'].includes(status);
  const person = stands ? await personAsPoliceHold(db, forceId, personId) : null;
  return {
    ...{ taskId, pathwayId, marker, status, stands, issuedAt, issuedText: describeLocal(issuedAt) },
    ...{ offence, breachedAt, breachedText: breachedAt === null ? null : describeLocal(breachedAt) },
    withdrawnAt,
    withdrawnText: withdrawnAt === null ? null : describeLocal(withdrawnAt),
    person:
      person === null
        ? null
        : {
            surname: person.surname,
            forenames: person.forenames,
            birthDate: person.birthDate,
            nominalNumber: person.nominalNumber,
          },
    danger: stands ? dangerOf(task) : null,
  };
}

/** For who goes there: from when on, why by code, and whom to ask. */
function dangerOf({ danger }: ArrestTaskRow): z.output<typeof arrestTaskList>['items'][number]['danger'] {
  if (danger === null) return null;
  const { since, reason, userId, role } = danger;
  return { since, sinceText: describeLocal(since), reason, by: { userId, role } };
}
