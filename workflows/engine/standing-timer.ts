import { sleep } from '@temporalio/workflow';

/**
 * One durable timer for the nearest clock. Setting a timer is an event and a billed action, so a clock
 * that moved further away keeps the timer that is there: it rings, finds nothing due, and the next one
 * is set then. Only a nearer clock sets a second timer beside the first.
 */
export class StandingTimer {
  readonly #set = new Set<number>();
  #rang = false;

  /** Makes sure that a timer rings at `dueMs` (epoch milliseconds) or before. */
  arm(dueMs: number, nowMs: number): void {
    for (const other of this.#set) {
      if (other <= dueMs) return;
    }
    this.#set.add(dueMs);
    void sleep(Math.max(1, dueMs - nowMs)).then(
      () => {
        this.#set.delete(dueMs);
        this.#rang = true;
      },
      // Only a cancelled run ends up here; its loop ends too, and the next run sets its own timer.
      () => undefined,
    );
  }

  get rang(): boolean {
    return this.#rang;
  }

  quieten(): void {
    this.#rang = false;
  }
}
