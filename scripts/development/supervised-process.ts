import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  delay,
  startServerProcess,
  stopLeftOver,
  until,
  type ServerProcess,
} from '../services/server-process.ts';
import { NoteworthyLines } from './noteworthy-lines.ts';

export interface ProcessPlan {
  /** Shown before each of its lines. */
  readonly name: string;
  /** TypeScript, from the root. */
  readonly entry: string;
  readonly root: string;
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Asked again and again until it says yes; the process id of the current try is passed. */
  readonly isReady: (pid: number) => Promise<boolean>;
  /** How long it may take to leave before it is killed. */
  readonly stopWithinMs: number;
  /** Receives what somebody at the terminal should see: starts and ends, warnings and errors. The rest is in the log. */
  readonly print: (line: string) => void;
}

export interface SupervisedProcess {
  readonly name: string;
  /** Rejects when it does not become ready. */
  readonly ready: Promise<void>;
  /** Resolves with a reason when it keeps dying and is given up. */
  readonly lost: Promise<string>;
  readonly stop: () => Promise<void>;
  readonly kill: () => void;
}

const readyWithinMs = 60_000;
/** Deaths in a row, each within a minute of its start, after which restarting is no cure. */
const mostDeaths = 5;
const mostLines = 40;
/** Of a process that died, where it had said nothing else that was shown. */
const lastLines = 15;

/** Stops what an earlier start that was killed has left running under this name. */
export async function stopLeftOverProcess(
  plan: Pick<ProcessPlan, 'name' | 'entry' | 'root' | 'dataDir'>,
): Promise<boolean> {
  return stopLeftOver(pidFileOf(plan), join(plan.root, plan.entry));
}

export function pidFileOf({ dataDir, name }: Pick<ProcessPlan, 'dataDir' | 'name'>): string {
  return join(dataDir, 'run', `${name}.pid`);
}

/**
 * Starts one of the project's processes. If it dies once it was ready, it is started again after a second, as any
 * orchestrator would.
 * @throws Error when it cannot be started at all
 */
export async function superviseProcess(plan: ProcessPlan): Promise<SupervisedProcess> {
  const entry = join(plan.root, plan.entry);
  if (!existsSync(entry)) throw new Error(`${plan.entry} is missing: is this a whole checkout?`);
  const logFile = join(plan.dataDir, 'logs', `${plan.name}.log`);
  /** Lines of the start are shown only if that fails; those of the stop are in the log. */
  let startLines: string[] | undefined = [];
  let stopping = false;
  const isStopping = (): boolean => stopping;
  /** What the current try has said last, and how much of that was shown. */
  let recent: { readonly line: string; readonly shown: boolean }[] = [];
  const start = (): Promise<ServerProcess> => {
    const lines = new NoteworthyLines();
    recent = [];
    return startServerProcess({
      name: plan.name,
      command: process.execPath,
      args: ['--import', 'tsx', entry],
      cwd: plan.root,
      env: plan.env,
      logFile,
      pidFile: pidFileOf(plan),
      onLine: (line) => {
        const shown = lines.isNoteworthy(line);
        recent = [...recent.slice(1 - lastLines), { line, shown }];
        if (startLines !== undefined) startLines.push(line);
        else if (shown && !stopping) plan.print(line);
      },
    });
  };
  let current = await start();

  const awaitReady = async (): Promise<void> => {
    const first = current;
    const yes = await until(
      async () => isStopping() || !first.running() || (await plan.isReady(first.pid)),
      readyWithinMs,
    );
    const good = yes && first.running();
    // The last words of a process that has just ended are still on their way.
    if (!good && !isStopping()) await delay(200).promise;
    const lines = startLines;
    startLines = undefined;
    if (good || isStopping()) return;
    const why = first.running()
      ? `was not ready within ${readyWithinMs / 1_000} s`
      : 'ended while it started';
    stopping = true;
    await first.stop(['SIGTERM'], 5_000);
    throw new Error(`${plan.name} ${why}:\n${(lines ?? []).slice(-mostLines).join('\n')}`);
  };
  const ready = awaitReady();

  const watch = async (): Promise<string> => {
    await ready;
    for (let deaths = 0; ;) {
      const startedAt = performance.now();
      const { code, signal } = await current.exited;
      deaths = performance.now() - startedAt > 60_000 ? 1 : deaths + 1;
      const how = signal ?? `code ${code ?? 'unknown'}`;
      if (!isStopping() && deaths >= mostDeaths) {
        return `${plan.name} ended ${deaths} times (${how}); see ${logFile}`;
      }
      if (!isStopping()) {
        plan.print(
          `ended with ${how}; starting it again (all it said is in ${relative(plan.root, logFile)})`,
        );
        // The last words of a process that has just ended are still on their way.
        await delay(1_000).promise;
        if (signal === null && !recent.some(({ shown }) => shown)) {
          for (const { line } of recent) plan.print(line);
        }
      }
      if (isStopping()) return await new Promise<string>(() => undefined);
      current = await start();
      void sayWhenReady(current);
    }
  };
  const sayWhenReady = async (again: ServerProcess): Promise<void> => {
    const over = (): boolean => stopping || !again.running();
    await until(async () => over() || (await plan.isReady(again.pid)), readyWithinMs);
    if (!over()) plan.print('is ready again');
  };
  const lost = watch();
  lost.catch(() => undefined);
  return {
    name: plan.name,
    ready,
    lost,
    stop: async () => {
      stopping = true;
      await current.stop(['SIGTERM'], plan.stopWithinMs);
    },
    kill: () => {
      stopping = true;
      void current.kill();
    },
  };
}
