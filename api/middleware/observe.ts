import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { describeError } from '../../platform/log.ts';
import type { createLog } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';

export type Log = ReturnType<typeof createLog>;

/** What the parts of the pipeline leave on a response for the log and the metrics. */
export interface Observed {
  requestId: string;
  /** The pattern of the route, never the path itself: paths hold ids. */
  route?: string;
  problem?: string;
  /** The error behind a problem that is our own fault. */
  fault?: unknown;
}

export function observed(response: Response): Observed {
  return response.locals as Observed;
}

/** Gives each request its id, and writes one line of log and one measurement when it is answered. */
export function setUpObservation(log: Log, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const started = process.hrtime.bigint();
    const seen = observed(response);
    seen.requestId = randomUUID();
    response.setHeader('X-Request-Id', seen.requestId);
    response.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      const route = seen.route ?? 'none';
      const { method } = request;
      const status = response.writableFinished ? response.statusCode : 499;
      metrics.httpSeconds.observe({ method: knownMethod(method), route, status }, seconds);
      const line = {
        requestId: seen.requestId,
        method: knownMethod(method),
        route,
        status,
        ms: Math.round(seconds * 1000),
        ...(seen.problem === undefined ? {} : { problem: seen.problem }),
        ...(seen.fault === undefined ? {} : { error: describeError(seen.fault) }),
      };
      if (seen.fault === undefined) log.info(line, 'request');
      else log.error(line, 'request');
    });
    next();
  };
}

/** Anybody may send any word as a method; labels must stay few. */
function knownMethod(method: string): string {
  return ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(method) ? method : 'OTHER';
}
