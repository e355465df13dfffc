import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readPublicUrl } from '../platform/config.ts';
import { demoClients, demoUsers } from '../stand-ins/demo-users.ts';
import type { Role } from '../workflows/domain/common/actor.ts';
import { demoToken } from './access-token.ts';

/**
 * Lets schemathesis, which has to be installed beside this, ask every operation of the running API as it describes
 * itself, as each role in turn what that role may ask: `npm run fuzz -- --max-examples 30 --seed 1`. Ids of cases and
 * people in the address are those of real ones that the role reads, so that the rules behind the address are met.
 *
 * Ends with 0 when nothing was found, with 1 when something was, with 2 when it could not run.
 */

interface Operation {
  readonly operationId: string;
  readonly 'x-roles'?: unknown;
}

interface Caller {
  readonly role: Role;
  /** To sign in at the development issuer. */
  readonly name: string;
  readonly token: string;
  /** Values for parameters of an address, by the parameter's name. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
}

/**
 * What no schema can say is refused all the same: that a case is not in this stage, that a day is still to come or comes
 * before another, that a person is under 18.
 */
const refusals = ['2xx', '403', '404', '409', '422'];

/** Of these the shape itself hangs on something that is not in the schema, and is refused with 400. */
const shapedElsewhere: Readonly<Record<string, readonly string[]>> = {
  'a cursor, which is signed': ['get-pathways', 'get-changes', 'get-appointments-unrecorded-elsewhere'],
  'a file, of which the schema says only that it is text': [
    ...['post-imports-outcomes', 'post-imports-open-cases', 'post-imports-acr-list'],
  ],
  'the role: who is no provider names one': ['get-imports-named-workers', 'post-imports-open-cases'],
  'the kind of the case in the address': ['command-record-attendance'],
  'the duty of the policy that is named': ['post-policies'],
  'another field: who refers decides what else is asked': ['post-referrals'],
  'another entry of the list: one result a substance': ['post-drug-tests', 'command-record-treatment-test'],
};

const { values } = parseArgs({
  options: {
    'max-examples': { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    role: { type: 'string', multiple: true },
  },
});
const program = process.env['SCHEMATHESIS'] ?? 'schemathesis';
const url = readPublicUrl();
const directory = await mkdtemp(join(tmpdir(), 'llwybr-fuzz-'));

try {
  process.exitCode = await fuzz();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function fuzz(): Promise<number> {
  const operations = await described();
  const lines: string[] = [];
  let found = 0;
  for (const caller of await callers()) {
    const own = operations.filter((operation) => mayAsk(operation, caller.role));
    const code = await runAs(caller, own);
    if (code > 1)
      throw new Error(`${program} could not run as ${caller.role}: it ended with ${String(code)}.`);
    found += code;
    const told = code === 0 ? 'nothing found' : 'see above';
    lines.push(`${caller.role} (${caller.name}): ${String(own.length)} operations, ${told}`);
  }
  for (const line of lines) console.log(line);
  return found === 0 ? 0 : 1;
}

async function described(): Promise<Operation[]> {
  const { paths } = (await ask('/api/openapi.json')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  return Object.values(paths).flatMap((item) => Object.values(item));
}

/** Of a command the description has the roles by kind of case; what is public has none. */
function mayAsk({ 'x-roles': roles }: Operation, role: Role): boolean {
  if (roles === undefined || roles === 'any') return true;
  const named: unknown[] = Array.isArray(roles) ? roles : Object.values(roles as object).flat();
  return named.includes(role);
}

/** One of each role that somebody has in the force that runs by the real durations. */
async function callers(): Promise<Caller[]> {
  const people = [
    ...demoUsers.map(({ signIn, ...user }) => ({ ...user, name: signIn })),
    ...demoClients.map(({ clientId, ...client }) => ({ ...client, name: clientId })),
  ].filter(({ forceId, roles }) => forceId === 'dyfed-powys' && roles.length === 1);
  const roles = new Set(people.map((who) => who.roles[0] as Role));
  const found: Caller[] = [];
  for (const role of roles) {
    if (values.role !== undefined && !values.role.includes(role)) continue;
    const name = people.find((who) => who.roles[0] === role)?.name ?? '';
    const token = (await demoToken(name)) ?? '';
    found.push({ role, name, token, ids: await idsFor(role, token) });
  }
  return found;
}

/** What the role may name in an address and reads in its own list. */
async function idsFor(role: Role, token: string): Promise<Caller['ids']> {
  if (role === 'LpuOfficer') {
    const { items } = (await ask('/api/v1/arrest-tasks', token)) as {
      readonly items: readonly { readonly taskId: string; readonly pathwayId: string }[];
    };
    return { taskId: items.map(({ taskId }) => taskId), pathwayId: items.map(({ pathwayId }) => pathwayId) };
  }
  const list = (await ask('/api/v1/pathways?limit=50', token)) as {
    readonly items?: readonly { readonly pathwayId: string; readonly personId: string }[];
  };
  const { items = [] } = list;
  return {
    pathwayId: items.map(({ pathwayId }) => pathwayId),
    personId: items.map(({ personId }) => personId),
  };
}

async function ask(path: string, token?: string): Promise<unknown> {
  const answer = await fetch(`${url}${path}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  }).catch(() => {
    throw new Error(`The API at ${url} does not answer. Is the system started (npm start)?`);
  });
  return answer.json();
}

/** The exit code: 0, or 1 where something was found. */
async function runAs({ role, token, ids }: Caller, operations: readonly Operation[]): Promise<number> {
  const config = join(directory, `${role}.toml`);
  const known = Object.entries(ids).filter(([, each]) => each.length > 0);
  await writeFile(
    config,
    [
      '[auth.openapi.bearer]',
      'bearer = "${LLWYBR_FUZZ_TOKEN}"',
      ...known.flatMap(([name, each]) => [`[dictionaries.${name}]`, `values = ${JSON.stringify(each)}`]),
      '[parameters]',
      ...known.map(([name]) => `"path.${name}" = { dictionary = "${name}", probability = 0.9 }`),
      '[checks.positive_data_acceptance]',
      `expected-statuses = ${JSON.stringify(refusals)}`,
      ...[...new Set(Object.values(shapedElsewhere).flat())].flatMap((id) => [
        '[[operations]]',
        `include-operation-id = "${id}"`,
        `checks.positive_data_acceptance.expected-statuses = ${JSON.stringify(['400', ...refusals])}`,
      ]),
    ].join('\n'),
  );
  const child = spawn(
    program,
    [
      ...['--config-file', config, 'run', `${url}/api/openapi.json`],
      ...['--phases', 'examples,coverage,fuzzing', '--continue-on-failure'],
      ...['--max-examples', values['max-examples'], '--seed', values.seed],
      ...['--generation-database', 'none', '--rate-limit', 'auto'],
      ...operations.flatMap(({ operationId }) => ['--include-operation-id', operationId]),
    ],
    // What it keeps beside its answers is of no use later.
    { stdio: 'inherit', cwd: directory, env: { ...process.env, LLWYBR_FUZZ_TOKEN: token } },
  );
  return new Promise((resolve, reject) => {
    child.once('error', () => {
      reject(new Error(`There is no ${program}: install schemathesis, or name it in SCHEMATHESIS.`));
    });
    child.once('exit', (code) => {
      resolve(code ?? 2);
    });
  });
}
