import type { z } from 'zod';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Caller } from './caller.ts';
import type { ProblemCode } from './problems.ts';
import type { Example } from './schemas/example-times.ts';

/** One answer of a handler. `body` is JSON; undefined where there is none. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What reached the route, checked against its schemas. */
export interface Asked<P, Q, B> {
  readonly caller: Caller;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly receivedAt: Instant;
}

/** One act under one Idempotency-Key. Where the act is a command of a pathway, `requestId` is its id. */
export interface Intent {
  readonly requestId: string;
  /** When the first request with this key arrived, however often it was repeated since. */
  readonly receivedAt: Instant;
  /** Whether this is a repeat that found the first try without an answer. */
  readonly repeated: boolean;
}

/** Does the thing, once for each key. */
export type Act = (intent: Intent) => Promise<Answer>;

export interface AnswerDescription {
  readonly description: string;
  readonly body: z.ZodType;
}

interface RouteBase<P, Q> {
  /** As in OpenAPI, with `{name}` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  /** What this route answers beside the problems that every route may. */
  readonly problems?: readonly ProblemCode[];
}

/** Reads and changes nothing. */
export interface ReadRoute<P = unknown, Q = unknown> extends RouteBase<P, Q> {
  readonly method: 'get';
  readonly handle: (asked: Asked<P, Q, undefined>) => Promise<Answer>;
}

/**
 * Changes something, under an Idempotency-Key. `prepare` looks and refuses and must change nothing; what
 * it returns is done at most once for each key.
 */
export interface ActRoute<P = unknown, Q = unknown, B = unknown> extends RouteBase<P, Q> {
  readonly method: 'post';
  readonly body: BodyDescription<B>;
  /** Whole bodies that are taken, by a short name. */
  readonly examples?: Readonly<Record<string, Example<unknown>>>;
  readonly prepare: (asked: Asked<P, Q, B>) => Promise<Act>;
}

/**
 * Reads by a body, since what is asked for may stand in no address and no log. It changes nothing and nothing of it is kept:
 * there is no Idempotency-Key, and one that is sent says nothing.
 */
export interface AskRoute<P = unknown, Q = unknown, B = unknown> extends RouteBase<P, Q> {
  readonly method: 'post';
  readonly body: BodyDescription<B>;
  /** As of an act. */
  readonly examples?: Readonly<Record<string, Example<unknown>>>;
  readonly handle: (asked: Asked<P, Q, B>) => Promise<Answer>;
}

export interface BodyDescription<B> {
  readonly media: string;
  readonly largest: number;
  /** Reads the bytes. @throws Problem */
  readonly read: (bytes: Uint8Array) => B;
  readonly schema: z.ZodType;
}

/** Outside /api/v1, for anybody: no caller, no parameters. */
export interface PublicRoute {
  readonly method: 'get';
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly media: string;
  readonly problems?: readonly ProblemCode[];
  readonly respond: () => Promise<{
    readonly status: number;
    readonly media: string;
    readonly body: string;
    /** In place of what every answer has. */
    readonly headers?: Readonly<Record<string, string>>;
  }>;
}

/** A route with its types forgotten, as the app and the description of the API keep it. */
export type Route = ReadRoute | ActRoute | AskRoute;

/** Forgets the types of a route: what reaches `handle` is what its own schemas have read. */
export function reading<P, Q>(route: ReadRoute<P, Q>): Route {
  return route as unknown as ReadRoute;
}

export function acting<P, Q, B>(route: ActRoute<P, Q, B>): Route {
  return route as unknown as ActRoute;
}

export function asking<P, Q, B>(route: AskRoute<P, Q, B>): Route {
  return route as unknown as AskRoute;
}
