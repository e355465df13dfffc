import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { temporal } from '@temporalio/proto';
import {
  pathwayWorkflowId,
  searchAttributes,
  taskQueues,
  workflowTypes,
} from '../workflows/contract/temporal.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';

/*
 * What only Temporal knows about runs that do not get on, and the two things an operator can do about it.
 * Types, attempts and instants leave this file: the texts of failures stay where they are.
 */

const pathwayTypes = [workflowTypes.diversion, workflowTypes.compulsory]
  .map((type) => `'${type}'`)
  .join(', ');
const { TaskQueueType, ResetReapplyExcludeType, EventType, WorkflowExecutionStatus } =
  proto.temporal.api.enums.v1;

/** gRPC status NOT_FOUND. */
const notFound = 5;

/** A force id goes into a query of the server as text; one that is no plain id is not asked for. */
function quoted(forceId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._@:-]{0,99}$/.test(forceId)) throw new RangeError('Not a force id');
  return `'${forceId}'`;
}

function runsOf(forceId: string): string {
  return `ExecutionStatus = 'Running' AND WorkflowType IN (${pathwayTypes}) AND ${searchAttributes.force} = ${quoted(forceId)}`;
}

function pathwayIdOf(workflowId: string): string {
  return workflowId.slice(pathwayWorkflowId('').length);
}

/** Pathways whose workflow tasks fail, as the server marks them after some failures in a row. */
export async function failingPathways(client: Client, forceId: string, limit: number): Promise<string[]> {
  const problems =
    "TemporalReportedProblems IN ('category=WorkflowTaskFailed', 'category=WorkflowTaskTimedOut')";
  return idsOf(client, `${runsOf(forceId)} AND ${problems}`, limit);
}

export async function countLivePathways(client: Client, forceId: string): Promise<number> {
  return (await client.workflow.count(runsOf(forceId))).count;
}

export async function livePathways(client: Client, forceId: string): Promise<string[]> {
  return idsOf(client, runsOf(forceId), Number.MAX_SAFE_INTEGER);
}

async function idsOf(client: Client, query: string, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) {
    ids.push(pathwayIdOf(workflowId));
    if (ids.length >= limit) break;
  }
  return ids;
}

/** An activity that was tried before and will be tried again. */
export interface RetryingActivity {
  readonly activityId: string;
  readonly type: string;
  readonly attempt: number;
  /** Type of the last failure; its text may quote what was tried. */
  readonly failureType: string | null;
  readonly since: Instant | null;
}

export interface RunLook {
  readonly alive: boolean;
  readonly retrying: readonly RetryingActivity[];
  /** A workflow task that has failed at least once; null when there is none. */
  readonly failingTask: { readonly attempt: number; readonly since: Instant | null } | null;
}

/** One look at the newest run of a pathway. Not alive: there never was one, or it has ended. */
export async function lookAtRun(client: Client, pathwayId: string): Promise<RunLook> {
  const { namespace } = client.options;
  const execution = { workflowId: pathwayWorkflowId(pathwayId) };
  let answer: temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;
  try {
    answer = await client.workflowService.describeWorkflowExecution({ namespace, execution });
  } catch (error) {
    if (isGrpcServiceError(error) && (error.code as number) === notFound) {
      return { alive: false, retrying: [], failingTask: null };
    }
    throw error;
  }
  const task = answer.pendingWorkflowTask;
  const attempt = task?.attempt ?? 0;
  return {
    alive: answer.workflowExecutionInfo?.status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING,
    retrying: (answer.pendingActivities ?? []).flatMap((activity) => {
      const { activityId, activityType, lastFailure, scheduledTime } = activity;
      const tried = activity.attempt ?? 0;
      if (tried < 2 || typeof activityId !== 'string') return [];
      return [
        {
          activityId,
          type: activityType?.name ?? 'unknown',
          attempt: tried,
          failureType: lastFailure?.applicationFailureInfo?.type ?? null,
          since: instantOf(scheduledTime),
        },
      ];
    }),
    failingTask: attempt < 2 ? null : { attempt, since: instantOf(task?.originalScheduledTime) },
  };
}

interface Seconds {
  readonly seconds?: unknown;
  readonly nanos?: number | null;
}

function instantOf(time: Seconds | null | undefined): Instant | null {
  const seconds = Number(time?.seconds ?? 0);
  return seconds === 0 ? null : toInstant(seconds * 1000 + Math.floor((time?.nanos ?? 0) / 1e6));
}

export interface QueueLook {
  readonly queue: string;
  /** When a worker last asked for work; null where none did lately. */
  readonly lastPoll: Instant | null;
  /** How long the oldest task in the queue has waited, in seconds. */
  readonly backlogSeconds: number;
}

/** The queues that must have workers, each with what is waited for most there. */
export async function lookAtQueues(client: Client): Promise<QueueLook[]> {
  const { namespace } = client.options;
  const asked = [
    [taskQueues.pathways, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW],
    [taskQueues.messages, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY],
  ] as const;
  return Promise.all(
    asked.map(async ([queue, taskQueueType]) => {
      const { pollers, stats } = await client.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: queue },
        taskQueueType,
        reportStats: true,
      });
      const polls = pollers
        .map(({ lastAccessTime }) => instantOf(lastAccessTime))
        .filter((at) => at !== null)
        .sort();
      return {
        queue,
        lastPoll: polls.at(-1) ?? null,
        backlogSeconds: Number(stats?.approximateBacklogAge?.seconds ?? 0),
      };
    }),
  );
}

/** Lets activities that wait for their next try run at once, with their count of tries begun anew. */
export async function retryActivities(
  client: Client,
  pathwayId: string,
  activityIds: readonly string[],
): Promise<void> {
  const { namespace, identity } = client.options;
  for (const id of activityIds) {
    await client.workflowService.resetActivity({
      namespace,
      identity,
      execution: { workflowId: pathwayWorkflowId(pathwayId) },
      id,
    });
  }
}

/**
 * Starts a run over from its first workflow task, so that it reads the ledger from the beginning. Nothing
 * that the old run was told is told again: what was recorded is in the ledger, and who was not answered
 * asks again by their key.
 */
export async function startRunOver(client: Client, pathwayId: string): Promise<void> {
  const { namespace } = client.options;
  const execution = { workflowId: pathwayWorkflowId(pathwayId) };
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution,
    maximumPageSize: 20,
  });
  const first = history?.events?.find(
    ({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
  );
  const eventId = first?.eventId;
  if (eventId === null || eventId === undefined) throw new Error('The run has no workflow task yet');
  await client.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: execution,
    reason: 'An operator starts the run over from the ledger',
    workflowTaskFinishEventId: eventId,
    requestId: randomUUID(),
    resetReapplyExcludeTypes: [
      ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
      ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE,
    ],
  });
}
