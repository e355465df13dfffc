import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cell, Outcome, Scene } from './cell.ts';
import { clocksOf, passed } from './checks/clocks.ts';
import { violation, type Violation } from '../../scripts/house/violation.ts';
import { Inspector } from './checks/whole-house.ts';
import { disown, newHouseDirectory } from '../../scripts/house/house-directory.ts';
import { House } from '../../scripts/house/house.ts';
import { readLedger } from '../../scripts/house/ledger-snapshot.ts';
import { isTaken, Officer } from '../../scripts/house/officer.ts';
import { SeededRandom } from '../../scripts/house/seeded-random.ts';
import { errandRounds } from './errand-rounds.ts';
import { errandNames } from './lives/errands.ts';
import { metCommands, sumOf, unmet, type Met } from './met-commands.ts';
import { settled } from './settling.ts';

/** One line of the report. Times are milliseconds unless the name says otherwise. */
export interface CellReport {
  readonly cell: string;
  readonly passed: boolean;
  readonly seed: number;
  readonly repeats: number;
  readonly kills: number;
  readonly acts: number;
  readonly refused: number;
  /** Acts of which at least one answer was no answer, or said that the outcome is not known. */
  readonly unclear: number;
  readonly clocks: number;
  readonly latestClockSeconds: number;
  readonly texts: number;
  /** Processes that gave up by themselves and were started again. */
  readonly crashes: number;
  readonly longestRecoveryMs: number;
  readonly seconds: number;
  /** How often each command of the voluntary path was taken, and what the engine carried there. */
  readonly commands: Met;
  readonly counts?: Met;
  readonly violations: readonly Violation[];
  /** Where to look, when something is wrong. */
  readonly logs?: string;
}

export interface CellOptions {
  readonly seed: number;
  readonly repeats: number;
  readonly quick: boolean;
  /** Aborts when the whole run must end. */
  readonly signal: AbortSignal;
}

/** An act that has no answer for so long has none. Longer than any outage that a cell makes. */
const settleWithinMs = 120_000;
/** What comes after a repeat: catching up and the checks. */
const checksWithinMs = 120_000;

interface Lodging {
  readonly house: House;
  readonly officer: Officer;
  readonly inspector: Inspector;
  readonly directory: string;
}

/** Runs one cell as often as asked, with the checks after each repeat; ends at the first repeat that is wrong. */
export async function runCell(cell: Cell, options: CellOptions): Promise<CellReport> {
  const begun = performance.now();
  const random = new SeededRandom(options.seed);
  const sums = {
    kills: 0,
    acts: 0,
    refused: 0,
    unclear: 0,
    clocks: 0,
    latestClockSeconds: 0,
    texts: 0,
    crashes: 0,
  };
  const violations: Violation[] = [];
  let repeats = 0;
  let longestRecoveryMs = 0;
  let commands: Met = {};
  let counts: Met | undefined;
  let lodging: Lodging | undefined;
  let logs: string | undefined;

  const leave = async (): Promise<void> => {
    if (lodging === undefined) return;
    const { house, officer, directory } = lodging;
    lodging = undefined;
    const failed = violations.length > 0;
    try {
      const ledger = await readLedger(house.postgres.url);
      const late = passed(clocksOf(ledger.pathways));
      sums.acts += officer.acts.length;
      commands = sumOf(commands, metCommands(officer.acts, ledger.pathways));
      sums.refused += officer.acts.filter((act) => act.final !== undefined && !isTaken(act)).length;
      sums.unclear += officer.acts.filter(({ heard }) => heard.length > 1).length;
      sums.clocks += late.length;
      sums.latestClockSeconds = Math.max(
        sums.latestClockSeconds,
        ...late.map(({ lateBySeconds }) => lateBySeconds),
      );
      sums.texts += house.gateway.record().filter(({ accepted }) => accepted).length;
      sums.crashes += [house.api, ...house.workers].reduce((sum, part) => sum + part.crashes.length, 0);
      if (failed) {
        house.note('violations.json', violations);
        house.note('ledger.json', ledger);
        house.note('acts.json', officer.acts);
        house.note('texts.json', house.gateway.record());
      }
    } catch (error) {
      violations.push(violation('time', `the ledger cannot be read at the end: ${wordsOf(error)}`));
    }
    if (failed) {
      disown(directory);
      logs = directory;
    }
    await house.close(failed);
  };

  try {
    const roundOf = errandRounds({ ...options, random: random.fork() });
    while (repeats < options.repeats && violations.length === 0 && !options.signal.aborted) {
      if (cell.freshHouse === true && !options.quick) await leave();
      lodging ??= await moveIn(cell);
      const outcome = await repeatOnce(cell, lodging, {
        ...{ ...options, random: random.fork(), index: repeats, errands: roundOf(repeats) },
      });
      repeats += 1;
      sums.kills += outcome.kills;
      if (outcome.counts !== undefined) counts = sumOf(counts ?? {}, outcome.counts);
      longestRecoveryMs = Math.max(longestRecoveryMs, outcome.recoveryMs);
      violations.push(...(outcome.violations ?? []));
    }
    if (options.signal.aborted) violations.push(violation('time', 'the time of the whole run was over'));
  } catch (error) {
    violations.push(violation('time', `repeat ${String(repeats)}: ${wordsOf(error)}`));
  } finally {
    await leave();
  }
  if (!options.quick && violations.length === 0) {
    violations.push(
      ...unmet(errandNames, commands).map((name) => violation('table', `${name} was never taken`)),
    );
  }
  return {
    cell: cell.name,
    passed: violations.length === 0,
    seed: options.seed,
    repeats,
    ...sums,
    longestRecoveryMs,
    seconds: Math.round((performance.now() - begun) / 100) / 10,
    commands,
    ...(counts === undefined ? {} : { counts }),
    violations,
    ...(logs === undefined ? {} : { logs }),
  };
}

async function moveIn(cell: Cell): Promise<Lodging> {
  const directory = newHouseDirectory(cell.name);
  const { policies, workers = 1, messagesPerSecond = 10 } = cell;
  const house = await House.open({
    ...{ directory, policies, workers, messagesPerSecond },
    workerEntry: 'test/faults/worker-with-faults.ts',
    apiEntry: 'test/faults/api-with-faults.ts',
  });
  const officer = new Officer({ url: house.apiUrl, tokenOf: (user) => house.tokenOf(user), settleWithinMs });
  return { house, officer, inspector: new Inspector(house, officer), directory };
}

async function repeatOnce(
  cell: Cell,
  { house, officer, inspector }: Lodging,
  {
    random,
    index,
    errands,
    repeats,
    quick,
    signal: whole,
  }: CellOptions & Pick<Scene, 'random' | 'index' | 'errands'>,
): Promise<Outcome> {
  const within = <T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const signal = AbortSignal.any([whole, AbortSignal.timeout(ms)]);
    // Each client that pauses waits for its time or for this.
    setMaxListeners(0, signal);
    return Promise.race([work(signal), rejectionOf(signal)]);
  };
  const outcome = await within(cell.repeatWithinMs, (signal) => {
    const scene: Scene = {
      ...{ house, officer, random, index, quick, errands, signal },
      pause: async (ms) => {
        await pause(Math.max(0, ms), undefined, { signal });
      },
    };
    return cell.repeat(scene);
  });
  const violations = await within(checksWithinMs, async (signal) =>
    inspector.inspect(await settled(house, signal), index === repeats - 1),
  );
  return { ...outcome, violations: [...(outcome.violations ?? []), ...violations] };
}

/** Rejects some time after the signal, so that whoever waits for a fact can say first which one did not come. */
function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const refuse = (): void => {
      setTimeout(() => {
        reject(new Error('the time was over', { cause: signal.reason }));
      }, 3_000);
    };
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
