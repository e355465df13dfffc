import { setTimeout as pause } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';

/**
 * What a suite may open, and must close: servers. Connections are shared with the suites that follow (the broker of the
 * services, idle ones of fetch), and databases that a suite leaves behind are found at the end of the run.
 */
const opened = ['TCPServerWrap', 'PipeServerWrap'];

/** Longer than a busy machine takes to close what was told to close. */
const closesWithinMs = 30_000;

/**
 * The environment of Node, which fails a suite that leaves something open, by its name. Jest itself asks only whether a
 * process ends within half a second after all its suites, which a busy machine does not, and cannot say whose it was.
 */
export default class NothingLeftOpen extends TestEnvironment {
  #before = count();

  async setup() {
    await super.setup();
    this.#before = count();
  }

  async teardown() {
    const giveUpAt = Date.now() + closesWithinMs;
    let left = this.#left();
    while (left.length > 0 && Date.now() < giveUpAt) {
      await pause(20);
      left = this.#left();
    }
    await super.teardown();
    if (left.length > 0) throw new Error(`The suite left something open: ${left.join(', ')}`);
  }

  #left() {
    const now = count();
    return opened.filter((type) => now[type] > this.#before[type]);
  }
}

function count() {
  const active = process.getActiveResourcesInfo();
  return Object.fromEntries(opened.map((type) => [type, active.filter((each) => each === type).length]));
}
