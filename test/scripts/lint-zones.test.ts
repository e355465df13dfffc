import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A line of code, the file it might stand in, and the rule that refuses it there; `allowed` for none. */
const cases: [name: string, file: string, code: string, rule: string][] = [
  zone('diversion imports compulsory', 'workflows/domain/diversion/state.ts', '../compulsory/state.ts'),
  zone('compulsory imports diversion', 'workflows/domain/compulsory/state.ts', '../diversion/state.ts'),
  zone('common imports a pathway', 'workflows/domain/common/policy.ts', '../diversion/state.ts'),
  zone('the domain imports the contract', 'workflows/domain/common/policy.ts', '../../contract/envelope.ts'),
  zone('the engine imports the store', 'workflows/engine/deliveries.ts', '../../store/pathways.ts'),
  zone('the store imports workflow code', 'store/pathways.ts', '../workflows/engine/deliveries.ts'),
  zone('the platform imports the store', 'platform/config.ts', '../store/pathways.ts'),
  zone('the api imports activities', 'api/app.ts', '../activities/append.ts'),
  zone('the api imports a workflow function', 'api/app.ts', '../workflows/index.ts'),
  zone('workers import the api', 'workers/worker-options.ts', '../api/app.ts'),
  library('the domain uses a library', 'workflows/domain/common/policy.ts', 'zod'),
  library('the domain uses the SDK', 'workflows/domain/common/policy.ts', '@temporalio/workflow'),
  library('the domain uses Node', 'workflows/domain/common/policy.ts', 'node:fs'),
  library('the contract uses zod', 'workflows/contract/envelope.ts', 'zod'),
  library('the engine uses Node', 'workflows/engine/deliveries.ts', 'node:crypto'),
  library('SQL outside the store: pg in the api', 'api/app.ts', 'pg'),
  library('SQL outside the store: Prisma in activities', 'activities/append.ts', '@prisma/client'),
  library('SQL outside the store: pg in the platform', 'platform/config.ts', 'pg'),
  library('the api uses the worker', 'api/app.ts', '@temporalio/worker'),
  library('twilio outside the gateways', 'activities/append.ts', 'twilio'),
  ['diversion imports common', 'workflows/domain/diversion/state.ts', use('../common/policy.ts'), 'allowed'],
  ['the store uses pg', 'store/pathways.ts', use('pg'), 'allowed'],
  ['the engine uses the SDK', 'workflows/engine/deliveries.ts', use('@temporalio/workflow'), 'allowed'],
  ...[
    'export const now = Date.now();',
    'export const now = new Date();',
    'export const hour = new Date(0).getHours();',
    'export const chance = Math.random();',
    'export const text = new Date(0).toLocaleString();',
    'export let state = 0; state += 1;',
    'export const seen = new Map<string, string>();',
    "export * from './duration.ts';",
  ].map((code): (typeof cases)[number] => [
    `in the domain: ${code}`,
    'workflows/domain/common/policy.ts',
    code,
    'no-restricted-syntax',
  ]),
  ...['setTimeout(() => 1, 2);', 'export const format = new Intl.NumberFormat();'].map(
    (code): (typeof cases)[number] => [
      `in workflow code: ${code}`,
      'workflows/engine/deliveries.ts',
      code,
      'no-restricted-globals',
    ],
  ),
  [
    'an Update validator that is async',
    'workflows/engine/deliveries.ts',
    'export const options = { validator: async (): Promise<void> => { await Promise.resolve(); } };',
    'no-restricted-syntax',
  ],
  [
    'a promise that nobody waits for',
    'store/pathways.ts',
    'Promise.resolve();',
    '@typescript-eslint/no-floating-promises',
  ],
  [
    'a loose comparison',
    'store/pathways.ts',
    'export const same = (a: number, b: number) => a == b;',
    'eqeqeq',
  ],
];

function use(path: string): string {
  return `import * as used from '${path}';\nexport const kept = used;`;
}

function zone(name: string, file: string, path: string): (typeof cases)[number] {
  return [name, file, use(path), 'import-x/no-restricted-paths'];
}

function library(name: string, file: string, path: string): (typeof cases)[number] {
  return [name, file, use(path), '@typescript-eslint/no-restricted-imports'];
}

/** ESLint cannot run inside Jest's own module loader, so one process lints every case. */
const linter = `
  import { ESLint } from 'eslint';
  const eslint = new ESLint();
  const answers = [];
  for (const [, file, code] of JSON.parse(process.argv[1])) {
    const [result] = await eslint.lintText(code + '\\n', { filePath: file });
    answers.push(result.messages.map(({ ruleId, message }) => ruleId ?? message));
  }
  console.log(JSON.stringify(answers));
`;

describe('the import zones and workflow rules of eslint.config.js', () => {
  let answers: string[][];

  beforeAll(async () => {
    const args = ['--input-type=module', '--eval', linter, JSON.stringify(cases)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    answers = JSON.parse(stdout) as string[][];
  }, 120_000);

  it.each(
    cases.map(
      ([name, , , rule], index) => [rule === 'allowed' ? 'allow' : 'refuse', name, rule, index] as const,
    ),
  )('%s: %s', (_verb, _name, rule, index) => {
    if (rule === 'allowed') expect(answers[index]).toEqual([]);
    else expect(answers[index]).toContain(rule);
  });
});
