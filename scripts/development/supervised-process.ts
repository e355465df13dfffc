import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  delay,
  startServerProcess,
  stopLeftOver,
  until,
  type ServerProcess,
} from '../services/server-process.ts';

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

/** Stops what an earlier start that was killed has left running under this name. */
export async function stopLeftOverProcess(
  plan: Pick<ProcessPlan, 'name' | 'entry' | 'root' | 'dataDir'>,
): Promise<boolean> {
  return stopLeftOver(pidFileOf(plan), join(plan.root, plan.entry));
}

function pidFileOf({ dataDir, name }: Pick<ProcessPlan, 'dataDir' | 'name'>): string {
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
  const start = (): Promise<ServerProcess> =>
    startServerProcess({
      name: plan.name,
      command: process.execPath,
      args: ['--import', 'tsx', entry],
      cwd: plan.root,
      env: plan.env,
      logFile,
      pidFile: pidFileOf(plan),
      onLine: (line) => {
        if (startLines !== undefined) startLines.push(line);
        else if (!stopping) plan.print(line);
      },
    });
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
        plan.print(`ended with ${how}; starting it again`);
        await delay(1_000).promise;
      }
      if (isStopping()) return await new Promise<string>(() => undefined);
      current = await start();
    }
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
