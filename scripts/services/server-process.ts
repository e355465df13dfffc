import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface ServerProcessOptions {
  /** Shown in messages: `PostgreSQL`, `Temporal`, `api`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Runs as this user; only root can ask for that. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Receives everything the process prints, appended. */
  readonly logFile: string;
  /** Remembers the process for a later start, should this one be killed before it can stop its servers. */
  readonly pidFile?: string;
  /** Called with each printed line; without it the process writes to the log file by itself. */
  readonly onLine?: (line: string) => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One running server. It is in a process group of its own, so Ctrl-C reaches it only through `stop`. */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process has gone, whatever the reason. */
  readonly exited: Promise<Exit>;
  readonly running: () => boolean;
  /** Sends each signal in turn until the process has gone; the last wait is followed by SIGKILL. */
  readonly stop: (signals?: readonly NodeJS.Signals[], waitMs?: number) => Promise<Exit>;
  /** SIGKILL: no chance to clean up. Resolves when the process has gone. */
  readonly kill: () => Promise<Exit>;
}

/** @throws Error when the program cannot be started at all. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  setAside(options.logFile);
  const log = openSync(options.logFile, 'a');
  const toHere = options.onLine !== undefined;
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ['ignore', toHere ? 'pipe' : log, toHere ? 'pipe' : log],
    ...(options.user ?? {}),
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => {
      closeSync(log);
      reject(new Error(`${options.name} could not be started: ${error.message}`));
    });
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${options.name} has no process id.`);

  if (options.onLine === undefined) closeSync(log);
  else readLines(child, log, options.onLine);

  const pidFile = options.pidFile;
  if (pidFile !== undefined) {
    mkdirSync(dirname(pidFile), { recursive: true });
    writeFileSync(pidFile, `${pid}\n`);
    void exited.then(() => forgetPid(pidFile, pid));
  }

  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  const within = async (ms: number): Promise<boolean> => {
    const { promise, cancel } = delay(ms);
    const gone = await Promise.race([exited.then(() => true), promise.then(() => false)]);
    cancel();
    return gone;
  };
  return {
    name: options.name,
    pid,
    exited,
    running,
    stop: async (signals = ['SIGTERM'], waitMs = 10_000) => {
      for (const signal of [...signals, 'SIGKILL' as const]) {
        if (!running()) break;
        child.kill(signal);
        if (await within(waitMs)) break;
      }
      return exited;
    },
    kill: () => {
      child.kill('SIGKILL');
      return exited;
    },
  };
}

const longestLog = 20 * 1024 * 1024;

/** Begins a new log file when the old one has grown long; the one before is kept. */
function setAside(logFile: string): void {
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > longestLog)
    renameSync(logFile, `${logFile}.1`);
}

function readLines(child: ChildProcess, log: number, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) emit(line);
    });
    stream?.on('end', () => {
      if (rest !== '') emit(rest);
    });
  }
  const emit = (line: string): void => {
    writeFileSync(log, `${line}\n`);
    onLine(line);
  };
  child.once('close', () => closeSync(log));
}

function forgetPid(pidFile: string, pid: number): void {
  if (pidIn(pidFile) === pid) rmSync(pidFile, { force: true });
}

/** The process id in the first line of a file, where there is one. */
export function pidIn(pidFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8').split('\n')[0] ?? '', 10);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** The command line of a running process, or undefined when there is none with this id. */
export function commandLine(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return undefined;
  }
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    // A process that has ended and waits for its parent to notice has an empty command line.
    return text === '' ? undefined : text;
  } catch {
    const { stdout } = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    const text = stdout.trim();
    return text === '' || text.endsWith('<defunct>') ? undefined : text;
  }
}

/**
 * Whether the process has ended and let go of its files and ports. Its command line vanishes a little earlier: Linux
 * takes the memory first. So does its main thread, and the others hold the ports until the last of them has ended.
 */
function hasGone(pid: number): boolean {
  try {
    const [, state, threads] =
      /\) (\w)(?: -?\d+){16} (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return state === 'X' || (state === 'Z' && Number(threads) <= 1);
  } catch {
    return commandLine(pid) === undefined;
  }
}

/**
 * Stops the process that a pid file remembers, left over from a start that was killed. A process id may have gone to
 * another program since, so only one whose command line holds `marker` is touched.
 * @returns whether one had to be stopped
 */
export async function stopLeftOver(
  pidFile: string,
  marker: string,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<boolean> {
  const pid = pidIn(pidFile);
  if (pid === undefined || !(commandLine(pid)?.includes(marker) ?? false)) {
    rmSync(pidFile, { force: true });
    return false;
  }
  await endProcess(pid, signal);
  rmSync(pidFile, { force: true });
  return true;
}

/** Ends a process that is no child of this one: by the signal, and by SIGKILL where that does not help in ten seconds. */
export async function endProcess(pid: number, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  for (const next of [signal, 'SIGKILL'] as const) {
    try {
      process.kill(pid, next);
    } catch (error) {
      // It has gone by itself in the meantime.
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
      throw error;
    }
    if (await until(() => hasGone(pid), 10_000)) return;
  }
}

/** Every process of the machine that can be seen, by its command line. */
export function runningCommands(): { readonly pid: number; readonly command: string }[] {
  const { stdout } = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,command='], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const listed = typeof stdout === 'string' && stdout !== '' ? stdout.split('\n') : procCommands();
  return listed.flatMap((line) => {
    const [, pid, command] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
    return pid === undefined || command === undefined ? [] : [{ pid: Number(pid), command }];
  });
}

/** Small images have no `ps`. */
function procCommands(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => `${pid} ${commandLine(Number(pid)) ?? ''}`);
}

/** Looks every 25 ms until the fact holds or the time is over; says which. */
export async function until(fact: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    if (await fact()) return true;
    if (performance.now() > end) return false;
    await delay(25).promise;
  }
}

export function delay(ms: number): { readonly promise: Promise<void>; readonly cancel: () => void } {
  let cancel = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    cancel = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { promise, cancel };
}

/** The last lines of a log file, for a message that says why a server did not start. */
export function tailOf(logFile: string, lines = 15): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
