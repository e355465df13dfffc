import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';
import { toInstant } from '../workflows/domain/common/instant.ts';
import { accessPolicy, mayUse } from './access-policy.ts';
import type { AccessRule } from './access-policy.ts';
import type { Caller } from './caller.ts';
import { rolesOfPeople } from './middleware/authenticate.ts';
import type { Authenticate } from './middleware/authenticate.ts';
import { asProblem, handleProblems, refuseUnknownAddress } from './middleware/handle-problems.ts';
import { keyOf } from './middleware/idempotency.ts';
import type { Recall, RunOnce } from './middleware/idempotency.ts';
import { observed, setUpObservation } from './middleware/observe.ts';
import type { Log } from './middleware/observe.ts';
import { bytesOf, readBody } from './middleware/read-body.ts';
import { setUpSecurityHeaders } from './middleware/security-headers.ts';
import { Problem } from './problems.ts';
import type { ProblemDocument } from './problems.ts';
import { wrongRole } from './refusals.ts';
import type { Act, Answer, PageAnswer, PageRoute, PublicRoute, Route, WebhookRoute } from './route.ts';
import { pointer, readAs } from './schemas/reading.ts';
import type { Metrics } from '../platform/metrics.ts';

export interface Pipeline {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly authenticate: Authenticate;
  readonly runOnce: RunOnce;
  readonly recall: Recall;
}

type AnyRoute = Route | PublicRoute | WebhookRoute | PageRoute;

/**
 * Puts routes, access policy and middleware together.
 *
 * @throws Error when a route has no rule, a rule no route, or an address two routes of one method
 */
export function assemble(pipeline: Pipeline, routes: readonly AnyRoute[]): Express {
  checkPolicy(routes);
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.use(setUpObservation(pipeline.log, pipeline.metrics));
  app.use(setUpSecurityHeaders());
  const fixed = new Set(routes.map(({ path }) => path).filter((path) => !path.includes('{')));
  for (const route of routes) {
    const address = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    // What is an address of its own is no id, also where it does not take this method.
    const own: RequestHandler = (request, _response, next) => {
      next(route.path !== request.path && fixed.has(request.path) ? 'route' : undefined);
    };
    // Express takes a handler of errors among the others of a route, where its types do not.
    const sorry = 'show' in route ? [apologiser(route) as unknown as RequestHandler] : [];
    app[route.method](address, own, ...handlersOf(route, pipeline), ...sorry);
  }
  for (const [path, methods] of methodsByPath(routes)) {
    const address = path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.all(address, (_request, response) => {
      observed(response).route = path;
      response.setHeader('Allow', methods.join(', '));
      throw new Problem('method-not-allowed');
    });
  }
  app.use(refuseUnknownAddress);
  app.use(handleProblems);
  return app;
}

export function nameOf(route: { readonly method: string; readonly path: string }): string {
  return `${route.method.toUpperCase()} ${route.path}`;
}

function checkPolicy(routes: readonly AnyRoute[]): void {
  const names = routes.map(nameOf);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const without = names.filter((name) => !Object.hasOwn(accessPolicy, name));
  const dead = Object.keys(accessPolicy).filter((name) => !names.includes(name));
  const wrongly = routes.filter((route) => 'public' in ruleOf(route) !== takesNoCaller(route)).map(nameOf);
  const complaints = [
    ...twice.map((name) => `${name} stands twice`),
    ...without.map((name) => `${name} has no rule in the access policy`),
    ...dead.map((name) => `the access policy has a rule for ${name}, which is no route`),
    ...wrongly.map((name) => `${name} must be public in the access policy exactly when it takes no caller`),
  ];
  if (complaints.length > 0) throw new Error(`The API does not start: ${complaints.join('; ')}.`);
}

function takesNoCaller(route: AnyRoute): route is PublicRoute | WebhookRoute | PageRoute {
  return 'respond' in route || 'receive' in route || 'show' in route;
}

function ruleOf(route: AnyRoute): AccessRule {
  return accessPolicy[nameOf(route)] ?? { roles: [] };
}

function methodsByPath(routes: readonly AnyRoute[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { path, method } of routes) {
    const methods = method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];
    found.set(path, [...(found.get(path) ?? []), ...methods]);
  }
  return found;
}

function askedOf(route: Route, request: Request, response: Response) {
  return {
    caller: callerOf(response),
    params: paramsOf(route, request.params),
    query: queryOf(route, request.query),
    receivedAt: toInstant(Date.now()),
  };
}

function handlersOf(route: AnyRoute, pipeline: Pipeline): RequestHandler[] {
  const name: RequestHandler = (_request, response, next) => {
    observed(response).route = route.path;
    next();
  };
  if ('respond' in route) {
    return [
      name,
      async (_request, response) => {
        const { status, media, body, headers = {} } = await route.respond();
        for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
        response.status(status).type(media).send(body);
      },
    ];
  }
  if ('show' in route) {
    const read = route.method === 'post' ? readBody(formMedia, route.largest) : [];
    return [name, ...read, shower(route)];
  }
  if ('receive' in route) return [name, ...readBody(formMedia, route.largest), receiver(route)];
  const admit = admission(route, pipeline.authenticate);
  if (route.method === 'get') {
    return [
      name,
      admit,
      async (request, response) => {
        send(response, await route.handle({ ...askedOf(route, request, response), body: undefined }));
      },
    ];
  }
  const read = readBody(route.body.media, route.body.largest);
  if ('handle' in route) {
    return [
      name,
      admit,
      ...read,
      async (request, response) => {
        send(
          response,
          await route.handle({
            ...askedOf(route, request, response),
            body: route.body.read(bytesOf(request.body)),
          }),
        );
      },
    ];
  }
  return [
    name,
    admit,
    ...read,
    async (request, response) => {
      const caller = callerOf(response);
      const key = keyOf(request.headers['idempotency-key']);
      const query = queryOf(route, request.query);
      const params = paramsOf(route, request.params);
      const bytes = bytesOf(request.body);
      const keyed = { caller, key, address: addressOf(request.path, query), bytes };
      let act: Act;
      try {
        act = await route.prepare({
          caller,
          params,
          query,
          body: route.body.read(bytes),
          receivedAt: toInstant(Date.now()),
        });
      } catch (error) {
        const given = isNotFound(error) ? await pipeline.recall(keyed) : undefined;
        if (given === undefined) throw error;
        send(response, given);
        return;
      }
      send(response, await pipeline.runOnce(keyed, act));
    },
  ];
}

const formMedia = 'application/x-www-form-urlencoded';

/** The signature is over the address as it came; behind a proxy that is what the gateway was given. */
function receiver(route: WebhookRoute): RequestHandler {
  return async (request, response) => {
    const { status, media, body } = await route.receive({
      params: paramsOf(route, request.params),
      form: formOf(request.body),
      address: request.originalUrl,
      signature: request.get('x-twilio-signature'),
      receivedAt: toInstant(Date.now()),
    });
    response.status(status).type(media).send(body);
  };
}

function shower(route: PageRoute): RequestHandler {
  return async (request, response) => {
    const { token } = request.params;
    sendPage(
      response,
      await route.show({
        token: typeof token === 'string' ? token : '',
        query: plainQuery(request.query),
        form: formOf(request.body),
        cookie: request.headers.cookie,
        receivedAt: toInstant(Date.now()),
      }),
    );
  };
}

/** A page and no document: whoever reads it is no program. */
function apologiser(route: PageRoute): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const seen = observed(response);
    const problem = asProblem(error);
    seen.problem = problem.code;
    if (problem.status === 500) seen.fault = error;
    sendPage(response, route.sorry(problem.status));
  };
}

function sendPage(response: express.Response, { status, media, body, headers = {} }: PageAnswer): void {
  for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
  response.status(status).type(media).send(body);
}

function plainQuery(query: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function formOf(body: unknown): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(new TextDecoder().decode(bytesOf(body))));
}

function isNotFound(error: unknown): boolean {
  return error instanceof Problem && error.code === 'not-found';
}

function admission(route: Route, authenticate: Authenticate): RequestHandler {
  const rule = ruleOf(route);
  return async (request, response, next) => {
    const caller = await authenticate(request.headers.authorization);
    if ('public' in rule || !mayUse(rule, caller))
      throw wrongRole('roles' in rule ? rule.roles : rolesOfPeople);
    response.locals['caller'] = caller;
    next();
  };
}

function callerOf(response: express.Response): Caller {
  return response.locals['caller'] as Caller;
}

/** A path that does not have the shape of an id leads nowhere, like an id that nobody has. */
function paramsOf(route: Pick<Route, 'params'>, params: unknown): unknown {
  if (route.params === undefined) return undefined;
  const result = route.params.safeParse(params);
  if (!result.success) throw new Problem('not-found');
  return result.data;
}

function queryOf(route: Route, query: object): unknown {
  if (route.query !== undefined) return readAs(route.query, query);
  refuseAll(query);
  return undefined;
}

/** What a key belongs to: the same words in the query in another order are the same. */
function addressOf(path: string, query: unknown): string {
  const words = Object.entries((query ?? {}) as Record<string, string>)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `POST ${path}${words.length === 0 ? '' : `?${words.join('&')}`}`;
}

/** A parameter that nobody reads would be a wish that nobody hears. */
function refuseAll(query: object): void {
  const [first] = Object.keys(query);
  if (first !== undefined) {
    const message = `${first.slice(0, 60)} is not a parameter that is taken here`;
    throw new Problem('invalid-request', {
      detail: message,
      errors: [{ path: pointer([first]), code: 'unknown-field', message }],
    });
  }
}

function send(response: express.Response, { status, body, headers, media }: Answer): void {
  for (const [header, value] of Object.entries(headers ?? {})) response.setHeader(header, value);
  if (media !== undefined && typeof body === 'string') {
    response.status(status).type(media).send(body);
    return;
  }
  if (status < 400) {
    response.status(status).type('application/json').send(JSON.stringify(body));
    return;
  }
  // A refusal that was kept as the first answer.
  const seen = observed(response);
  const problem = body as ProblemDocument;
  seen.problem = problem.code;
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...problem, requestId: seen.requestId }));
}
