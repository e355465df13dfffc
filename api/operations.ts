import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import { lookAtRun, retryActivities, startRunOver } from '../platform/engine-probe.ts';
import { lookAgain } from '../platform/pathway-runs.ts';
import type { Metrics } from '../platform/metrics.ts';
import { isTemporalAway } from '../platform/temporal-client.ts';
import type { Database } from '../store/database.ts';
import { pathwayById } from '../store/pathways.ts';
import type { PathwayRow } from '../store/pathways.ts';
import { wholeForce } from '../store/scope.ts';
import { parseStuckId } from '../store/stuck.ts';
import { jsonBody } from './json-body.ts';
import type { Log } from './middleware/observe.ts';
import { Problem } from './problems.ts';
import { acting, reading } from './route.ts';
import type { Act, Route } from './route.ts';
import { remedyAnswer, stuckList, stuckQuery } from './schemas/answers.ts';
import { startPathwayRun } from './start-run.ts';
import { remedies } from './stuck-causes.ts';
import type { RemedyName } from './stuck-causes.ts';
import { listStuck, remediesOf } from './stuck-list.ts';

export interface OperationParts {
  readonly db: Database;
  readonly client: Client;
  readonly log: Log;
  readonly metrics: Metrics;
}

const actWithinMs = 3_000;

/** What is stuck, why, since when, whose move it is; and the remedies of the engine. */
export function operationRoutes({ db, client, log, metrics }: OperationParts): Route[] {
  return [
    reading({
      method: 'get',
      path: '/api/v1/operations/stuck',
      summary: 'Lists what cannot move by itself: why, since when, whose move it is, what to press',
      tag: 'operations',
      query: stuckQuery,
      answers: { 200: { description: 'The list; it says where a part of it is missing', body: stuckList } },
      handle: async ({ caller, query: { pathwayId, cause, limit } }) => {
        const list = await listStuck(db, client, caller);
        metrics.stuck.reset();
        for (const { causeCode } of list.items) metrics.stuck.inc({ cause: causeCode });
        const wanted = list.items.filter(
          (item) =>
            (pathwayId === undefined || item.pathwayId === pathwayId) &&
            (cause === undefined || item.causeCode === cause),
        );
        const items = wanted.slice(0, limit);
        return {
          status: 200,
          body: { ...list, complete: list.complete && items.length === wanted.length, items },
        };
      },
    }),
    acting({
      method: 'post',
      path: '/api/v1/operations/stuck/{stuckId}/remedies/{remedy}',
      summary: 'Applies a remedy of the engine to one row of the stuck list',
      tag: 'operations',
      params: z.strictObject({
        stuckId: z.string().max(100),
        remedy: z.enum(Object.keys(remedies) as [RemedyName, ...RemedyName[]]),
      }),
      body: jsonBody(z.strictObject({})),
      answers: { 200: { description: 'Done', body: remedyAnswer } },
      problems: ['not-found', 'conflict', 'already-done', 'engine-away'],
      prepare: async ({ caller, params }): Promise<Act> => {
        const { stuckId, remedy } = params;
        const named = parseStuckId(stuckId);
        const pathway =
          named === null ? null : await pathwayById(db, wholeForce(caller.forceId), named.pathwayId);
        const offered =
          pathway === null || named === null ? undefined : remediesOf(pathway.kind, named.cause);
        if (pathway === null || named === null || offered === undefined) throw new Problem('not-found');
        if (!offered.includes(remedy)) {
          throw new Problem('conflict', {
            detail: 'This cause does not offer that remedy.',
            details: { cause: named.cause, remedies: offered },
          });
        }
        return async () => {
          await engineAnswering(client, () => apply[remedy]({ db, client, pathway, cause: named.cause }));
          log.info(
            { remedy, cause: named.cause, userId: caller.userId, pathwayId: pathway.pathwayId },
            'remedy',
          );
          return { status: 200, body: { id: stuckId, remedy, consequence: remedies[remedy].consequence } };
        };
      },
    }),
  ];
}

interface Patient {
  readonly db: Database;
  readonly client: Client;
  readonly pathway: PathwayRow;
  readonly cause: string;
}

const apply: Readonly<Record<RemedyName, (patient: Patient) => Promise<void>>> = {
  wake: async ({ client, pathway }) => {
    try {
      await lookAgain(client, pathway.pathwayId);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      throw new Problem('conflict', { detail: 'There is no run to wake: start it.' });
    }
  },
  start: ({ db, client, pathway }) => startPathwayRun(db, client, pathway),
  retry: async ({ client, pathway, cause }) => {
    const { alive, failingTask, retrying } = await lookAtRun(client, pathway.pathwayId);
    if (!alive) throw new Problem('conflict', { detail: 'There is no run: start it.' });
    if (cause === 'workflow-task-failing') {
      if (failingTask === null)
        throw new Problem('already-done', { detail: 'The run does not fail any more.' });
      await startRunOver(client, pathway.pathwayId);
      return;
    }
    const waiting = retrying.filter(({ type }) => (type === 'append') === (cause === 'append-retrying'));
    if (waiting.length === 0) throw new Problem('already-done', { detail: 'Nothing is retried any more.' });
    await retryActivities(
      client,
      pathway.pathwayId,
      waiting.map(({ activityId }) => activityId),
    );
  },
};

/** @throws Problem `engine-away` where Temporal does not answer; every other error as it is */
async function engineAnswering(client: Client, act: () => Promise<void>): Promise<void> {
  try {
    await client.withDeadline(Date.now() + actWithinMs, act);
  } catch (error) {
    if (isTemporalAway(error)) throw new Problem('engine-away', { retryAfter: 5 });
    throw error;
  }
}
