import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { isDatabaseAway } from '../../store/away.ts';
import { Problem } from '../problems.ts';
import { observed } from './observe.ts';

/** Answers with the document of the problem. Nothing of the error itself leaves the process. */
export const handleProblems: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const problem = asProblem(error);
  if (problem.status === 500) observed(response).fault = error;
  sendProblem(response, problem);
};

/** For addresses that no route takes. */
export const refuseUnknownAddress: RequestHandler = () => {
  throw new Problem('not-found');
};

export function sendProblem(response: Response, problem: Problem): void {
  const seen = observed(response);
  seen.problem = problem.code;
  const { retryAfter } = problem.parts;
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  response
    .status(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...problem.document(), requestId: seen.requestId }));
}

/** What is answered of an error; of one that is our own fault no more than that. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { status, type } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  if (type === 'entity.too.large') return new Problem('body-too-large');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new Problem('unsupported-media-type');
  if (isDatabaseAway(error)) return new Problem('ledger-away', { retryAfter: 2 });
  // Express and its parts mark what the client did wrong: a path that is not UTF-8, an aborted body.
  if (typeof status === 'number' && status >= 400 && status < 500) return new Problem('malformed-request');
  return new Problem('internal-error');
}
