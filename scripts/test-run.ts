// Runs the checks and then all tests on a PostgreSQL and a Temporal of their own, and ends with one line that counts
// both. With arguments, only the tests that they select: `npm test -- test/store`; `npm run check` for the
// checks alone. Started by scripts/test.mjs.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { clearAbandonedRuns, testServices } from '../test/support/service-broker.ts';
import { serviceVariables } from '../test/support/services.ts';
import { judge, type JestReport } from './checks/test-results.ts';

const root = resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
const onlyChecks = args[0] === '--checks';
const filter = onlyChecks ? [] : args;
const reportFile = join(root, '.llwybr-test', `report-${process.pid}.json`);
const services = testServices();
const children = new Set<ChildProcess>();
let stopped = false;
let passed = 0;
let failed = 0;
let skipped = 0;

const bin = (path: string): string[] => [join(root, 'node_modules', path)];
const script = (path: string): string[] => ['--import', 'tsx', join(root, path)];

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Runs Node with these arguments; `live` also shows what it prints while it runs. */
function run(args: readonly string[], env: NodeJS.ProcessEnv, live = false): Promise<Ran> {
  if (stopped) return new Promise(() => undefined);
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    let output = '';
    let hung: NodeJS.Timeout | undefined;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        output += chunk;
        if (live) process.stdout.write(chunk);
        // Jest says so and then waits for ever.
        if (chunk.includes('Jest did not exit')) hung ??= setTimeout(() => child.kill('SIGKILL'), 5_000);
      });
    }
    child.once('error', fail);
    child.once('close', (code) => {
      clearTimeout(hung);
      children.delete(child);
      done({ code, output });
    });
  });
}

/** One check counts as one test. */
async function check(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  live = false,
): Promise<void> {
  const since = performance.now();
  const { code, output } = await run(args, env, live);
  verdict(name, code === 0, live ? '' : output, since);
}

function verdict(name: string, good: boolean, output: string, since: number): void {
  if (good) passed += 1;
  else failed += 1;
  const time = `${((performance.now() - since) / 1_000).toFixed(1)} s`;
  console.log(good ? `ok      ${name} (${time})` : `FAILED  ${name} (${time})\n${output}`);
}

async function checks(env: NodeJS.ProcessEnv): Promise<void> {
  // Lint takes about as long as all the others together, so two cores are busy to the end.
  await Promise.all([
    check('lint', [...bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0'], env),
    (async () => {
      await check(
        'formatting',
        [...bin('prettier/bin/prettier.cjs'), '--check', '.', '--log-level', 'warn'],
        env,
      );
      await check('types', [...bin('typescript/bin/tsc'), '--noEmit'], env);
      await check('modules of the workflow bundle', script('scripts/checks/bundle.ts'), env);
      await check('migrations against schema', script('scripts/database/drift.ts'), env);
    })(),
  ]);
}

/**
 * What Jest prints when something keeps its process alive; which suite it was, test/support/nothing-left-open.mjs says. That
 * a process took longer than half a second to end says only how busy the machine is.
 */
const leakMessages = [/Jest did not exit/, /Jest has detected .* open handle/];

async function jest(env: NodeJS.ProcessEnv): Promise<void> {
  const since = performance.now();
  const command = [
    '--experimental-vm-modules',
    // Each suite loads its modules anew, which is garbage when it ends: half the time of collecting it (and a twentieth of all).
    '--max-semi-space-size=64',
    '--disable-warning=ExperimentalWarning',
    ...bin('jest/bin/jest.js'),
  ];
  const { code, output } = await run(
    [...command, '--maxWorkers=4', '--json', `--outputFile=${reportFile}`, ...filter],
    env,
    true,
  );
  if (!existsSync(reportFile)) {
    verdict('Jest', false, 'Jest ended without a report.', since);
    return;
  }
  const result = judge(JSON.parse(readFileSync(reportFile, 'utf8')) as JestReport);
  rmSync(reportFile);
  passed += result.passed;
  failed += result.failed;
  skipped += result.skipped;
  for (const remark of result.remarks) console.log(remark);
  if (code !== 0 && result.failed === 0)
    verdict('Jest', false, `Jest ended with code ${code ?? 'none'}.`, since);
  const leaks = leakMessages.some((message) => message.test(output));
  verdict('nothing left open', !leaks, 'A suite left something open (see above).', since);
}

async function main(): Promise<void> {
  await clearAbandonedRuns();
  const [postgres, temporal] = await Promise.all([services.postgres(), services.temporal()]);
  const env = {
    ...process.env,
    LLWYBR_ENV: 'test',
    [serviceVariables.postgres]: postgres.adminUrl,
    [serviceVariables.temporal]: temporal.address,
  };
  if (onlyChecks) await checks(env);
  else if (filter.length === 0) {
    // Beside each other, so that no core is idle while the last of either ends. Each run has a seed of its own, so that two
    // repeats a cell meet other moments each time.
    await Promise.all([
      checks(env),
      check('faults, quick', [...script('test/faults/run.ts'), '--quick', '--repeats', '2'], env, true),
    ]);
  } else console.log('Only the selected tests; the checks are left out.');
  if (!onlyChecks) await jest(env);
  const since = performance.now();
  const leaked = await services.end();
  verdict('no database left behind', leaked.length === 0, leaked.join('\n'), since);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    stopped = true;
    for (const child of children) child.kill(signal);
    void services.end().finally(() => process.exit(130));
  });
}

try {
  await main();
} catch (error) {
  failed += 1;
  console.error(error instanceof Error ? error.message : error);
  await services.end();
}
console.log(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
