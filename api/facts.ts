import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { startCarryFact } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { listPathways } from '../store/pathways.ts';
import { recordFact } from '../store/person-facts.ts';
import type { NewFact } from '../store/person-facts.ts';
import { taskById } from '../store/tasks.ts';
import { wholeForce } from '../store/scope.ts';
import { providerRoles } from '../workflows/domain/common/actor.ts';
import type { Actor } from '../workflows/domain/common/actor.ts';
import { clockSkewSeconds } from '../workflows/domain/common/command-guard.ts';
import { isBefore, secondsBetween } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { rolesOfRoute } from './access-policy.ts';
import type { BestEffort } from './best-effort.ts';
import { actorFor } from './caller.ts';
import type { Caller } from './caller.ts';
import { jsonBody } from './json-body.ts';
import { Problem, problems } from './problems.ts';
import { acting } from './route.ts';
import type { Act, Route } from './route.ts';
import { factAnswer } from './schemas/answers.ts';
import { uuid } from './schemas/lists.ts';
import { code, moment, reference } from './schemas/values.ts';

const personFactBody = z.strictObject({
  fact: z.enum(['death', 'stop-texts']),
  occurredAt: moment('When it happened; left out, it is now').exactOptional(),
  reason: code('Why, by code').exactOptional(),
});

const taskFactBody = z.strictObject({
  fact: z.literal('task-withdrawn'),
  occurredAt: moment('When it was withdrawn; left out, it is now').exactOptional(),
  reason: code('Why, by code'),
});

export interface FactParts {
  readonly db: Database;
  readonly client: Client;
  readonly bestEffort: BestEffort;
}

/**
 * Safety facts. They need PostgreSQL only and are taken while Temporal is away: every send and every page
 * of a task looks them up, so they bind from this moment; carrying them to the pathways comes after.
 */
export function factRoutes(parts: FactParts): Route[] {
  const personPath = '/api/v1/persons/{personId}/facts';
  const taskPath = '/api/v1/arrest-tasks/{taskId}/facts';
  return [
    acting({
      method: 'post',
      path: personPath,
      summary: 'Records that a person has died or wants no texts; it holds at once',
      tag: 'safety facts',
      params: z.strictObject({ personId: uuid }),
      body: jsonBody(personFactBody),
      answers: {
        201: { description: 'It is recorded and binds every send and every task', body: factAnswer },
      },
      problems: ['not-found', 'in-the-future'],
      prepare: async ({ caller, params, body, receivedAt }): Promise<Act> => {
        refuseFuture(body.occurredAt, receivedAt);
        const actor = actorOf(caller, `POST ${personPath}`);
        if (providerRoles.includes(actor.role)) await checkOwnPerson(parts.db, caller, params.personId);
        return (intent) =>
          record(parts, {
            ...{ forceId: caller.forceId, requestId: intent.requestId, reason: body.reason ?? null, actor },
            occurredAt: pastOrNow(body.occurredAt, intent.receivedAt),
            ...{ kind: body.fact, personId: params.personId },
          });
      },
    }),
    acting({
      method: 'post',
      path: taskPath,
      summary: 'Withdraws an arrest task; it holds at once',
      tag: 'safety facts',
      params: z.strictObject({ taskId: reference('The task') }),
      body: jsonBody(taskFactBody),
      answers: { 201: { description: 'It is recorded and binds the task', body: factAnswer } },
      problems: ['not-found', 'in-the-future'],
      prepare: async ({ caller, params, body, receivedAt }): Promise<Act> => {
        refuseFuture(body.occurredAt, receivedAt);
        const actor = actorOf(caller, `POST ${taskPath}`);
        const task = await taskById(parts.db, wholeForce(caller.forceId), params.taskId);
        if (task === null) throw new Problem('not-found');
        return (intent) =>
          record(parts, {
            ...{ forceId: caller.forceId, requestId: intent.requestId, reason: body.reason, actor },
            occurredAt: pastOrNow(body.occurredAt, intent.receivedAt),
            ...{ kind: body.fact, taskId: task.taskId },
          });
      },
    }),
  ];
}

/** The fact first, in PostgreSQL; then an attempt to start carrying it, which may fail. */
async function record({ db, client, bestEffort }: FactParts, fact: NewFact) {
  const recorded = await recordFact(db, fact);
  if (recorded === null) throw new Problem('not-found');
  const { factId, kind, recordedAt, forceId, carriedAt } = recorded.fact;
  if (carriedAt === null) {
    bestEffort.start('carry a fact', () =>
      client.withDeadline(Date.now() + 5_000, () => startCarryFact(client, { forceId, factId })),
    );
  }
  return { status: 201, body: { factId, fact: kind, recordedAt } };
}

/** @throws Problem `in-the-future` */
function refuseFuture(occurredAt: Instant | undefined, receivedAt: Instant): void {
  if (occurredAt !== undefined && secondsBetween(receivedAt, occurredAt) > clockSkewSeconds) {
    const message = problems['in-the-future'].words;
    throw new Problem('in-the-future', { errors: [{ path: '/occurredAt', code: 'in-the-future', message }] });
  }
}

/**
 * When it happened; without a word of that, when it was first said, not when a repeat got through at last. A clock
 * that is a little ahead must not keep a safety fact out: then it happened when it was said.
 */
function pastOrNow(occurredAt: Instant | undefined, saidAt: Instant): Instant {
  return occurredAt === undefined || isBefore(saidAt, occurredAt) ? saidAt : occurredAt;
}

function actorOf(caller: Caller, route: string): Actor {
  const actor = actorFor(caller, rolesOfRoute(route));
  if (actor === undefined) throw new Problem('wrong-role');
  return actor;
}

/** A provider knows the people of the cases routed to it. @throws Problem `not-found` */
async function checkOwnPerson(db: Database, caller: Caller, personId: string): Promise<void> {
  const scope = { forceId: caller.forceId, providerId: caller.organisationId };
  const { rows } = await listPathways(db, scope, { filter: { personId }, limit: 1 });
  if (rows.length === 0) throw new Problem('not-found');
}
