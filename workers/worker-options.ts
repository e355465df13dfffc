import type { WorkerOptions } from '@temporalio/worker';

/**
 * Pathways sleep for weeks; the cache is for those awake. An evicted one costs about 30 ms to rebuild
 * and nothing while it sleeps, so the cache is fixed by hand rather than taken from the heap's size.
 */
export function pathwayWorkerOptions(env: NodeJS.ProcessEnv) {
  return {
    maxCachedWorkflows: Number(env['MAX_CACHED_WORKFLOWS'] ?? 1_000),
    maxConcurrentWorkflowTaskExecutions: 40,
    maxConcurrentLocalActivityExecutions: 40,
    maxConcurrentActivityTaskExecutions: 40,
    // The default grace is none: appends under way would be cut off at every stop.
    shutdownGraceTime: '10 seconds',
  } satisfies Partial<WorkerOptions>;
}

/** Texts in a second. */
export function messagesPerSecond(env: NodeJS.ProcessEnv): number {
  return Number(env['MESSAGES_PER_SECOND'] ?? 10);
}

/** The gateway's own rate (an alphanumeric sender gets ten segments a second) holds for the whole queue. */
export function messageWorkerOptions(env: NodeJS.ProcessEnv) {
  return {
    maxConcurrentActivityTaskExecutions: 20,
    maxTaskQueueActivitiesPerSecond: messagesPerSecond(env),
    shutdownGraceTime: '10 seconds',
  } satisfies Partial<WorkerOptions>;
}

export const workerRoles = ['pathways', 'messages'] as const;

export type WorkerRole = (typeof workerRoles)[number];

/**
 * What a worker process does, by WORKER_ROLES (`pathways,messages` when not given): at a rate of sending that holds for
 * the whole queue, messages may have processes of their own.
 * @throws Error when it names another role, or none
 */
export function workerRolesOf(env: NodeJS.ProcessEnv): readonly WorkerRole[] {
  const given = env['WORKER_ROLES'] ?? '';
  if (given === '') return workerRoles;
  const named = given.split(',').map((role) => role.trim());
  const unknown = named.filter((role) => !(workerRoles as readonly string[]).includes(role));
  if (unknown.length > 0) {
    throw new Error(
      `WORKER_ROLES names ${workerRoles.join(' and ')}, separated by a comma, and nothing else`,
    );
  }
  return workerRoles.filter((role) => named.includes(role));
}
