import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accessPolicy, rolesOfCommand, sendableCommands } from '../../api/access-policy.ts';
import { problems } from '../../api/problems.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly 'x-roles': unknown;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: {
    readonly content: Record<
      string,
      { schema: Schema; examples?: Record<string, { readonly value?: unknown }> }
    >;
  };
  readonly responses: Record<string, { description: string; content: Record<string, { schema?: Schema }> }>;
}

interface Schema {
  readonly type?: string;
  readonly $ref?: string;
  readonly properties?: Record<string, Schema>;
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly maxLength?: number;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

let api: ApiWithoutEngine;
let description: Document;
let operations: { readonly name: string; readonly path: string; readonly operation: Operation }[];

beforeAll(async () => {
  api = await startApiWithoutEngine();
  description = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as Document;
  operations = Object.entries(description.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  );
});

afterAll(async () => {
  await api.close();
});

const commandRoute = 'POST /api/v1/pathways/{pathwayId}/commands/{command}';

test('M187 every route of the access policy and every command of each kind is described, and nothing else', () => {
  const commands = [...new Set([...sendableCommands('diversion'), ...sendableCommands('compulsory')])];
  const expected = [
    ...Object.keys(accessPolicy).filter((name) => name !== commandRoute),
    ...commands.map((name) => commandRoute.replace('{command}', name)),
  ];
  expect(operations.map(({ name }) => name).sort()).toEqual(expected.sort());
});

test('the roles of the description are those of the policy and of the tables', () => {
  for (const { name, operation } of operations) {
    const rule = accessPolicy[name];
    if (rule === undefined) {
      const command = name.split('/').at(-1) ?? '';
      const byKind = Object.entries(operation['x-roles'] as Record<'diversion' | 'compulsory', unknown>);
      for (const [kind, held] of byKind) {
        expect(held).toEqual(rolesOfCommand(kind as 'diversion' | 'compulsory', command));
      }
    } else if ('public' in rule) {
      expect(operation.security).toEqual([]);
    } else {
      expect(operation['x-roles']).toEqual('roles' in rule ? rule.roles : 'any');
    }
  }
});

test('it is OpenAPI 3.1 in shape: unique ids, parameters of the path named, references that lead somewhere', () => {
  expect(description.openapi).toMatch(/^3\.1\.\d+$/);
  expect(description.info).toMatchObject({ title: 'Llwybr', version: 'test' });
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const given = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(given.map((parameter) => parameter.name)).toEqual(named);
    expect(given.every(({ required }) => required)).toBe(true);
    expect(operation.summary).not.toBe('');
    expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
  }
  const references = [...JSON.stringify(description).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, target]) => target ?? '',
  );
  expect(references.length).toBeGreaterThan(0);
  for (const reference of references) {
    const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1] ?? reference;
    expect(Object.keys(description.components.schemas)).toContain(name);
  }
});

test('M243 what the text gateway calls asks for its signature and takes a form', () => {
  const called = operations.filter((each) => each.path.startsWith('/webhooks/'));
  expect(called).toHaveLength(2);
  for (const { operation } of called) {
    const header = operation.parameters?.find((parameter) => parameter.in === 'header');
    expect([header?.name, header?.required]).toEqual(['X-Twilio-Signature', true]);
    expect(Object.keys(operation.requestBody?.content ?? {})).toEqual(['application/x-www-form-urlencoded']);
    expect(Object.keys(operation.responses)).toEqual(
      expect.arrayContaining(['2XX', '400', '403', '404', '413']),
    );
  }
});

/** Read by a body; they do nothing that a key could keep from being done twice. */
const searches = ['POST /api/v1/persons/searches'];

test('every POST that does something names its Idempotency-Key, and every one its body and its problems', () => {
  for (const { name, operation } of operations.filter((each) => each.name.startsWith('POST /api/'))) {
    const header = operation.parameters?.find((parameter) => parameter.in === 'header');
    expect([name, header?.name, header?.required]).toEqual(
      searches.includes(name) ? [name, undefined, undefined] : [name, 'Idempotency-Key', true],
    );
    expect(Object.keys(operation.requestBody?.content ?? {})).toHaveLength(1);
    expect(Object.keys(operation.responses)).toEqual(
      expect.arrayContaining(['400', '401', '403', '413', '415', '422']),
    );
  }
});

test('bodies are closed: no object takes unknown fields, no text is without a bound', () => {
  const walk = (schema: Schema, where: string): void => {
    if (schema.properties !== undefined) {
      expect([where, schema.additionalProperties]).toEqual([where, false]);
      for (const [name, property] of Object.entries(schema.properties)) walk(property, `${where}/${name}`);
    }
    for (const each of [...(schema.anyOf ?? []), ...((schema as { oneOf?: Schema[] }).oneOf ?? [])])
      walk(each, where);
    const items = (schema as { items?: Schema }).items;
    if (items !== undefined) walk(items, `${where}[]`);
    if (schema.type === 'string' && schema.enum === undefined && schema.const === undefined) {
      expect([where, typeof schema.maxLength]).toEqual([where, 'number']);
    }
  };
  for (const { name, operation } of operations) {
    const schema = operation.requestBody?.content['application/json']?.schema;
    if (schema !== undefined) walk(schema, name);
  }
});

test('M02 the officer’s form asks twelve questions at most', () => {
  const body = operations.find(({ name }) => name === 'POST /api/v1/referrals')?.operation.requestBody;
  const { oneOf = [], anyOf = oneOf } = body?.content['application/json']?.schema ?? {};
  const form = anyOf.find(({ properties }) => properties?.['via']?.const === 'acr');
  // What it is, the form says by itself.
  const fields = Object.keys(form?.properties ?? {}).filter((field) => !['source', 'via'].includes(field));
  expect(fields.length).toBeGreaterThan(10);
  // Surname and forenames are one question: the name.
  expect(fields.filter((field) => field !== 'forenames').length).toBeLessThanOrEqual(12);
});

test('every command has an example for each kind that takes it', () => {
  for (const kind of ['diversion', 'compulsory'] as const) {
    for (const command of sendableCommands(kind)) {
      const body = operations.find(({ path }) => path.endsWith(`/commands/${command}`))?.operation
        .requestBody;
      const example = body?.content['application/json']?.examples?.[kind]?.value;
      expect([kind, command, example]).toEqual([kind, command, { data: expect.any(Object) }]);
    }
  }
});

test('every problem has a status that fits, a title and words', () => {
  for (const [code, { status, title, words }] of Object.entries(problems)) {
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).not.toMatch(/\.$/);
    expect(words).toMatch(/[.-]$/);
  }
});
