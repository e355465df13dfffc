import { setTimeout as pause } from 'node:timers/promises';
import {
  startServerProcess,
  tailOf,
  until,
  type Exit,
  type ServerProcess,
} from '../services/server-process.ts';

export interface KeptProcessPlan {
  readonly name: string;
  /** TypeScript, from the root of the checkout. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly pidFile: string;
  /** Asked again and again after a start; the process id is passed. */
  readonly isReady: (pid: number) => Promise<boolean>;
}

const readyWithinMs = 60_000;
/** How soon it is started again after it died, as an orchestrator would. */
const usualAbsenceMs = 200;

/**
 * One of the project's own processes under a keeper: whoever or whatever ends it, it comes back, until it
 * is told to stop.
 */
export class KeptProcess {
  readonly #plan: KeptProcessPlan;
  #process: ServerProcess | undefined;
  #wanted = false;
  #absenceMs = usualAbsenceMs;
  /** The current coming up; resolves when it is ready. */
  #rising: Promise<void> = Promise.resolve();
  #deaths = 0;
  #wasReady = false;
  readonly #crashes: Exit[] = [];

  constructor(plan: KeptProcessPlan) {
    this.#plan = plan;
  }

  get name(): string {
    return this.#plan.name;
  }

  /** @throws Error when it was never started */
  get pid(): number {
    if (this.#process === undefined) throw new Error(`${this.name} was not started`);
    return this.#process.pid;
  }

  /** How often it has died, by whatever hand. */
  get deaths(): number {
    return this.#deaths;
  }

  /** Ends by itself after it had been ready. Not to come up while what it needs is away is no crash. */
  get crashes(): readonly Exit[] {
    return this.#crashes;
  }

  /** @throws Error with the end of its log when it does not become ready */
  async start(): Promise<void> {
    this.#wanted = true;
    this.#rising = this.#rise();
    await this.#rising;
  }

  /** Resolves when the process that is meant to be there is there and ready. */
  async ready(): Promise<void> {
    for (;;) {
      const rising = this.#rising;
      await rising;
      if (rising === this.#rising && this.#process?.running() === true) return;
      await pause(10);
    }
  }

  /** SIGKILL. It comes back after `absenceMs`. Resolves when it has gone. */
  async kill(absenceMs = usualAbsenceMs): Promise<void> {
    this.#absenceMs = absenceMs;
    await this.#process?.kill();
  }

  /**
   * Resolves when it has died more often than `deaths` times.
   * @throws the signal's reason when the time is over
   */
  async diedAfter(deaths: number, signal: AbortSignal): Promise<void> {
    while (this.#deaths <= deaths) await pause(5, undefined, { signal });
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#wanted = false;
    await this.#rising.catch(() => undefined);
    await this.#process?.stop(['SIGTERM'], 15_000);
  }

  /** Ends it for good and without a farewell: for the way out of a run that failed. */
  async end(): Promise<void> {
    this.#wanted = false;
    await this.#process?.kill();
    await this.#rising.catch(() => undefined);
    await this.#process?.kill();
  }

  async #rise(): Promise<void> {
    const { name, entry, env, logFile, pidFile, isReady } = this.#plan;
    const process_ = await startServerProcess({
      name,
      command: process.execPath,
      args: ['--import', 'tsx', entry],
      env,
      logFile,
      pidFile,
    });
    this.#process = process_;
    this.#wasReady = false;
    void process_.exited.then((exit) => {
      this.#rising = this.#comeBack(exit);
      // Whoever waits for it to be ready is told; nobody may be waiting.
      this.#rising.catch(() => undefined);
    });
    const ready = await until(async () => {
      if (!process_.running() || !this.#wanted) return true;
      return (this.#wasReady = await isReady(process_.pid));
    }, readyWithinMs);
    if (!ready)
      throw new Error(`${name} was not ready within ${String(readyWithinMs / 1_000)} s:\n${tailOf(logFile)}`);
  }

  async #comeBack(exit: Exit): Promise<void> {
    this.#deaths += 1;
    if (!this.#wanted) return;
    if (this.#wasReady && exit.signal !== 'SIGKILL') this.#crashes.push(exit);
    const absence = this.#absenceMs;
    this.#absenceMs = usualAbsenceMs;
    await pause(absence);
    // A stop may have come while it was away.
    if (this.#stillWanted()) await this.#rise();
  }

  #stillWanted(): boolean {
    return this.#wanted;
  }
}
