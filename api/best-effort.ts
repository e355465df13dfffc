import { describeError } from '../platform/log.ts';
import type { Log } from './middleware/observe.ts';

/**
 * Work that nobody waits for and that something else makes good where it fails: the sweep starts the runs
 * and carries the facts that could not be started here.
 */
export class BestEffort {
  readonly #log: Log;
  readonly #running = new Set<Promise<void>>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Starts the work and returns at once; its failure is logged and goes no further. */
  start(what: string, work: () => Promise<void>): void {
    const running = work().catch((error: unknown) => {
      this.#log.warn({ what, error: describeError(error) }, 'left to the sweep');
    });
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  /** Holds up the end of the process for what nobody waits for any more; how it ends is nobody's business. */
  hold(work: Promise<unknown>): void {
    const running = work.then(
      () => undefined,
      () => undefined,
    );
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  /** When what was started so far has ended, well or not. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }
}
