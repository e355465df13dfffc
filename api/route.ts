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
  /** Of a page: the body is its text, and no JSON. */
  readonly media?: string;
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
  /** Left out: JSON. */
  readonly media?: string;
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
  /** What it answers with when all is well, where that is not 200. */
  readonly success?: number;
  readonly problems?: readonly ProblemCode[];
  readonly respond: () => Promise<{
    readonly status: number;
    readonly media: string;
    readonly body: string;
    /** In place of what every answer has. */
    readonly headers?: Readonly<Record<string, string>>;
  }>;
}

/** What the text gateway sends: a form, and its signature over the address and all fields. */
export interface Called<P> {
  readonly params: P;
  readonly form: Readonly<Record<string, string>>;
  /** Path and query, as they came. */
  readonly address: string;
  readonly signature: string | undefined;
  readonly receivedAt: Instant;
}

/** Outside /api/v1, for a gateway, which shows itself by its signature: no caller, no Idempotency-Key. */
export interface WebhookRoute<P = unknown> {
  readonly method: 'post';
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly params: z.ZodType<P>;
  /** Of the form, in bytes. */
  readonly largest: number;
  readonly problems?: readonly ProblemCode[];
  readonly receive: (
    called: Called<P>,
  ) => Promise<{ readonly status: number; readonly media: string; readonly body: string }>;
}

/** What somebody's browser asks of a page that is theirs alone. */
export interface PageAsked {
  readonly token: string;
  readonly query: Readonly<Record<string, string>>;
  /** Empty where nothing was sent. */
  readonly form: Readonly<Record<string, string>>;
  /** The header; undefined where there is none. */
  readonly cookie: string | undefined;
  readonly receivedAt: Instant;
}

export interface PageAnswer {
  readonly status: number;
  readonly media: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Outside /api/v1, for whoever has the token in its path: no caller. It answers in pages, also where something is wrong. */
export interface PageRoute {
  readonly method: 'get' | 'post';
  /** Its one parameter is the token. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  /** Of the form, in bytes. */
  readonly largest: number;
  readonly show: (asked: PageAsked) => Promise<PageAnswer>;
  /** In place of a problem. */
  readonly sorry: (status: number) => PageAnswer;
}

/** Forgets the type of the parameters, as `reading` does. */
export function calledBack<P>(route: WebhookRoute<P>): WebhookRoute {
  return route as unknown as WebhookRoute;
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
