import { z } from 'zod';
import { compulsoryTable } from '../workflows/domain/compulsory/table.ts';
import { diversionTable } from '../workflows/domain/diversion/table.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { CommandRow, PathwayTable } from '../workflows/domain/common/pathway-table.ts';
import { accessPolicy, rolesOfCommand, sendableCommands } from './access-policy.ts';
import { factOfCommand, factTable, personFactNames } from './fact-table.ts';
import { problems } from './problems.ts';
import type { ProblemCode } from './problems.ts';
import type { ActRoute, PageRoute, PublicRoute, Route, WebhookRoute } from './route.ts';
import { commandAnswer, factAnswer, problemDocument } from './schemas/answers.ts';
import { commandBody, commandExample } from './schemas/commands.ts';
import { ExampleTimes } from './schemas/example-times.ts';
import { factExamples } from './schemas/fact-examples.ts';
import { factCommandBody } from './schemas/facts.ts';

type JsonObject = Record<string, unknown>;

/** What any route may answer, whatever it does. */
const always: readonly ProblemCode[] = [
  'malformed-request',
  'method-not-allowed',
  'internal-error',
  'ledger-away',
];
const alwaysSignedIn: readonly ProblemCode[] = [
  'no-token',
  'invalid-token',
  'issuer-away',
  'wrong-role',
  'invalid-request',
  'invalid-date',
  'zone-missing',
];
const alwaysWithBody: readonly ProblemCode[] = ['malformed-json', 'body-too-large', 'unsupported-media-type'];
const alwaysActing: readonly ProblemCode[] = [
  ...alwaysWithBody,
  ...(['missing-hour', 'doubled-hour', 'idempotency-key-required', 'idempotency-key-malformed'] as const),
  ...(['idempotency-key-reused', 'request-running'] as const),
];
const alwaysCommanding: readonly ProblemCode[] = [
  ...([
    'not-found',
    'unknown-command',
    'wrong-stage',
    'conflict',
    'already-done',
    'condition-not-met',
  ] as const),
  ...(['in-the-future', 'before-the-start', 'outcome-unknown', 'too-many-in-flight'] as const),
];

const alwaysTelling: readonly ProblemCode[] = ['not-found', 'in-the-future', 'already-done'];

const commandPath = '/api/v1/pathways/{pathwayId}/commands/{command}';

/**
 * The OpenAPI 3.1 document of these routes, with one entry for each command of each kind. The examples speak of times
 * around `now`.
 */
export function describeApi(
  routes: readonly (Route | PublicRoute | WebhookRoute | PageRoute)[],
  build: string,
  now: Instant,
): JsonObject {
  const schemas = new Schemas();
  const times = new ExampleTimes(now);
  schemas.of(z.strictObject({ problem: problemDocument }), 'output');
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    if (route.path === commandPath) continue;
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, schemas, times) };
  }
  for (const [path, item] of commandPaths(schemas, times)) paths[path] = item;
  for (const [path, item] of factCommandPaths(schemas, times)) paths[path] = item;
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Llwybr',
      version: build,
      description:
        'One durable path for each person, through drug diversion (voluntary) or drug testing on arrest (compulsory). ' +
        'Every POST under /api that does something needs an Idempotency-Key (a search does nothing); a key is kept for 30 days with its first answer, and repeating a request with its key never does the thing twice.',
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: schemas.components(),
    },
  };
}

function operationOf(
  route: Route | PublicRoute | WebhookRoute | PageRoute,
  schemas: Schemas,
  times: ExampleTimes,
): JsonObject {
  const rule = accessPolicy[`${route.method.toUpperCase()} ${route.path}`];
  if ('respond' in route) {
    return {
      operationId: operationId(route.method, route.path),
      summary: route.summary,
      tags: [route.tag],
      security: [],
      responses: {
        [String(route.success ?? 200)]: { description: route.summary, content: { [route.media]: {} } },
        ...responsesOf([...always, ...(route.problems ?? [])]),
      },
    };
  }
  if ('show' in route) return pageOperation(route);
  if ('receive' in route) return webhookOperation(route, schemas);
  const acting = 'prepare' in route;
  return {
    operationId: operationId(route.method, route.path),
    summary: route.summary,
    tags: [route.tag],
    'x-roles': rule !== undefined && 'roles' in rule ? rule.roles : 'any',
    parameters: [
      ...parametersOf(route.params, 'path', schemas),
      ...parametersOf(route.query, 'query', schemas),
      ...(acting ? [idempotencyKey] : []),
    ],
    ...('body' in route
      ? {
          requestBody: {
            required: true,
            content: {
              [route.body.media]: {
                schema: schemas.of(route.body.schema, 'input'),
                ...(route.examples === undefined ? {} : { examples: valuesOf(route.examples, times) }),
              },
            },
          },
        }
      : {}),
    responses: {
      ...answersOf(route.answers, schemas),
      ...responsesOf([
        ...always,
        ...alwaysSignedIn,
        ...(acting ? alwaysActing : 'body' in route ? alwaysWithBody : []),
        ...(route.problems ?? []),
      ]),
    },
  };
}

/** For a browser: whatever it answers is a page. */
function pageOperation({ method, path, summary, tag }: PageRoute): JsonObject {
  const page = { 'text/html': { schema: { type: 'string' } } };
  const form = { type: 'object', additionalProperties: { type: 'string' } };
  return {
    operationId: operationId(method, path),
    summary,
    tags: [tag],
    security: [],
    parameters: [{ name: 'token', in: 'path', required: true, schema: { type: 'string' } }],
    ...(method === 'post'
      ? {
          requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: form } } },
        }
      : {}),
    responses: {
      '2XX': { description: 'The page, or a file of it' },
      '3XX': { description: 'Back to the page' },
      '4XX': { description: 'A page that says what to do', content: page },
      '5XX': { description: 'A page that says what to do', content: page },
    },
  };
}

/** Signed by the gateway; nobody else calls it. */
function webhookOperation(
  { method, path, summary, tag, params, problems: known = [] }: WebhookRoute,
  schemas: Schemas,
): JsonObject {
  const form = { type: 'object', additionalProperties: { type: 'string' } };
  return {
    operationId: operationId(method, path),
    summary,
    tags: [tag],
    security: [],
    parameters: [
      ...parametersOf(params, 'path', schemas),
      { name: 'X-Twilio-Signature', in: 'header', required: true, schema: { type: 'string' } },
    ],
    requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: form } } },
    responses: {
      '2XX': { description: 'It is stored' },
      ...responsesOf([
        ...always,
        ...(['signature-missing', 'signature-wrong', 'invalid-request'] as const),
        ...(['body-too-large', 'unsupported-media-type'] as const),
        ...known,
      ]),
    },
  };
}

function valuesOf(examples: NonNullable<ActRoute['examples']>, times: ExampleTimes): JsonObject {
  return Object.fromEntries(
    Object.entries(examples).map(([name, example]) => [
      name,
      { summary: name.replaceAll('-', ' '), value: example(times) },
    ]),
  );
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'One new value for each act; the same one when it is repeated. Kept for 30 days.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9._:-]{8,128}$' },
};

const commandParameters = [
  { name: 'pathwayId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
  idempotencyKey,
];

/** A command that both kinds have stands once, with a body for either. */
function* commandPaths(schemas: Schemas, times: ExampleTimes): Generator<[string, JsonObject]> {
  const tables: Readonly<Record<PathwayKindName, PathwayTable>> = {
    diversion: diversionTable,
    compulsory: compulsoryTable,
  };
  const kinds = Object.keys(tables) as PathwayKindName[];
  const names = [...new Set(kinds.flatMap((kind) => sendableCommands(kind)))].filter(
    (name) => factOfCommand(name) === undefined,
  );
  for (const name of names) {
    const having = kinds.filter((kind) => sendableCommands(kind).includes(name));
    const rows = having.map((kind): [PathwayKindName, CommandRow | undefined] => [
      kind,
      tables[kind].commands[name],
    ]);
    const bodies = having.map((kind) => schemas.of(commandBody(kind, name), 'input'));
    yield [
      commandPath.replace('{command}', name),
      {
        post: {
          operationId: `command-${name}`,
          summary: rows[0]?.[1]?.title ?? name,
          description: rows
            .map(([kind, row]) => `${kind}: ${row?.effect ?? ''} Source: ${row?.source ?? ''}.`)
            .join('\n\n'),
          tags: having.map((kind) => `commands of ${kind} pathways`),
          'x-roles': Object.fromEntries(having.map((kind) => [kind, rolesOfCommand(kind, name)])),
          'x-stages': Object.fromEntries(rows.map(([kind, row]) => [kind, row?.stages])),
          parameters: commandParameters,
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: bodies.length === 1 ? bodies[0] : { anyOf: bodies },
                examples: Object.fromEntries(
                  having.map((kind) => [
                    kind,
                    { summary: `On a ${kind} pathway`, value: commandExample(kind, name, times) },
                  ]),
                ),
              },
            },
          },
          responses: {
            '200': {
              description: 'Taken: it is in the ledger',
              content: { 'application/json': { schema: schemas.of(commandAnswer, 'output') } },
            },
            ...responsesOf([...always, ...alwaysSignedIn, ...alwaysActing, ...alwaysCommanding]),
          },
        },
      },
    ];
  }
}

/** Facts about the person of a pathway, told from it: of either kind alike. */
function* factCommandPaths(schemas: Schemas, times: ExampleTimes): Generator<[string, JsonObject]> {
  for (const fact of personFactNames) {
    const { command, title, effect, source } = factTable[fact];
    const roles = (['diversion', 'compulsory'] as const).map(
      (kind) => [kind, rolesOfCommand(kind, command)] as const,
    );
    yield [
      commandPath.replace('{command}', command),
      {
        post: {
          operationId: `command-${command}`,
          summary: title,
          description: `${effect} It holds at once, for every case of the person, also while the engine is away. Source: ${source}.`,
          tags: ['safety facts'],
          'x-roles': Object.fromEntries(roles),
          'x-stages': 'any',
          parameters: commandParameters,
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: schemas.of(factCommandBody(fact), 'input'),
                examples: Object.fromEntries(
                  roles.map(([kind]) => [
                    kind,
                    { summary: `On a ${kind} pathway`, value: { data: factExamples[fact](times) } },
                  ]),
                ),
              },
            },
          },
          responses: {
            '201': {
              description: 'It is recorded and binds every send and every task',
              content: { 'application/json': { schema: schemas.of(factAnswer, 'output') } },
            },
            ...responsesOf([...always, ...alwaysSignedIn, ...alwaysActing, ...alwaysTelling]),
          },
        },
      },
    ];
  }
}

function operationId(method: string, path: string): string {
  const words = path.replace(/^\/api\/v1/, '').match(/[A-Za-z0-9]+/g) ?? [];
  return [method, ...(words.length === 0 ? ['root'] : words)].join('-');
}

function parametersOf(
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
  schemas: Schemas,
): JsonObject[] {
  if (schema === undefined) return [];
  const described = schemas.of(schema, 'input') as {
    properties?: Record<string, JsonObject>;
    required?: string[];
  };
  return Object.entries(described.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || described.required?.includes(name) === true,
    schema: property,
  }));
}

function answersOf(answers: Route['answers'], schemas: Schemas): JsonObject {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, body, media = 'application/json' }]) => [
      status,
      { description, content: { [media]: { schema: schemas.of(body, 'output') } } },
    ]),
  );
}

/** Problems by status, with their codes: two codes may share a status. */
function responsesOf(codes: readonly ProblemCode[]): JsonObject {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, listed]) => [
      String(status),
      {
        description: listed.map((code) => `\`${code}\`: ${problems[code].words}`).join('\n\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

/**
 * A schema inside the document, without its own dialect. Schemas that have a name are gathered under
 * `components`, where references find them.
 */
class Schemas {
  readonly named: Record<string, JsonObject> = {};

  of(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
    const {
      $schema: _dialect,
      $defs,
      ...rest
    } = z.toJSONSchema(schema, {
      io,
      target: 'draft-2020-12',
      reused: 'inline',
    }) as JsonObject;
    for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, JsonObject>)) {
      this.named[name] = withoutId(definition);
    }
    return referring(withoutId(rest)) as JsonObject;
  }

  /** The named schemas, referring to each other. */
  components(): JsonObject {
    return referring(this.named) as JsonObject;
  }
}

function withoutId({ id: _id, ...definition }: JsonObject): JsonObject {
  return definition;
}

function referring(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? inner.replace('#/$defs/', '#/components/schemas/')
        : referring(inner),
    ]),
  );
}
