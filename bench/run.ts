import { clearAbandonedHouses } from '../scripts/house/house-directory.ts';
import { SeededRandom } from '../scripts/house/seeded-random.ts';
import type { Bench, RigNeeds } from './bench.ts';
import { actions } from './benches/actions.ts';
import { happyPath } from './benches/happy-path.ts';
import { history } from './benches/history.ts';
import { httpLatency } from './benches/http-latency.ts';
import { importing } from './benches/import.ts';
import { ledger } from './benches/ledger.ts';
import { memory } from './benches/memory.ts';
import { messages } from './benches/messages.ts';
import { parked } from './benches/parked.ts';
import { throughput } from './benches/throughput.ts';
import { worklists } from './benches/worklists.ts';
import { checkLedger } from './ledger-check.ts';
import { readOptions, usage, type Options } from './options.ts';
import { lineOf, loadNow } from './report.ts';
import { Rig } from './rig.ts';
import { versionsOf } from './versions.ts';

/*
 * `npm run bench`: one JSON line a bench as it ends, on standard output; what goes on meanwhile is told on standard
 * error. The exit code is 1 when a bench failed or its figures are void, and 0 otherwise: a goal that is missed is a
 * figure like another.
 */

/** Those without the worker come last: the runs of what they opened start when it is back. */
const benches: readonly Bench[] = [
  httpLatency,
  history,
  actions,
  throughput,
  happyPath,
  ledger,
  worklists,
  importing,
  memory,
  parked,
  messages,
];

const fullWithinMs = 600_000;
const quickWithinMs = 90_000;
/** After so long no further bench is begun in a quick run: all of it has three minutes. */
const quickBeginsWithinMs = 140_000;
const leastPairs = { full: 5, quick: 1 };

async function main(options: Options): Promise<boolean> {
  const unknown = options.names.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `No such bench: ${unknown.join(', ')}. There are ${benches.map(({ name }) => name).join(', ')}.`,
    );
  }
  const chosen = benches.filter(({ name, onlyNamed }) =>
    options.names.length === 0 ? onlyNamed === undefined : options.names.includes(name),
  );
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => {
      stop.abort(new Error(`Stopped by ${name}`));
    });
  }
  await clearAbandonedHouses();
  let rig: Rig | undefined;
  const rigFor = async (needs: RigNeeds): Promise<Rig> => {
    if (rig?.needs !== needs) {
      await rig?.close();
      rig = undefined;
      rig = await Rig.open(needs);
    }
    return rig;
  };
  const begun = performance.now();
  let well = true;
  try {
    for (const bench of chosen) {
      if (stop.signal.aborted) break;
      const skipped = options.quick ? whySkipped(bench, performance.now() - begun) : undefined;
      if (skipped !== undefined) {
        console.log(JSON.stringify({ bench: bench.name, skipped }));
        continue;
      }
      try {
        const passed = await runOne(bench, await rigFor(bench.rig), options, stop.signal);
        well &&= passed;
      } catch (error) {
        well = false;
        console.log(
          JSON.stringify({
            ...{ bench: bench.name, void: true, pass: false, seed: options.seed },
            failed: wordsOf(error),
          }),
        );
        // What a bench that failed has left behind is nobody's fair start.
        await rig?.close();
        rig = undefined;
      }
    }
  } finally {
    await rig?.close();
  }
  return well && !stop.signal.aborted;
}

/** With what lies behind it: the SDK's own words say only what failed. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${wordsOf(error.cause)}`;
}

/** @param sinceMs how long the quick run has been going */
function whySkipped({ notQuick }: Bench, sinceMs: number): string | undefined {
  if (notQuick !== undefined) return `left out of a quick run: ${notQuick}`;
  return sinceMs > quickBeginsWithinMs
    ? 'the time of a quick run is over: the machine is too busy'
    : undefined;
}

/** @returns whether its figures count */
async function runOne(bench: Bench, rig: Rig, options: Options, stop: AbortSignal): Promise<boolean> {
  const { seed, quick, pairs, size } = options;
  const say = (line: string): void => {
    console.error(`${bench.name}: ${line}`);
  };
  const withinMs = bench.withinMs ?? (quick ? quickWithinMs : fullWithinMs);
  const begun = performance.now();
  const loadBefore = loadNow();
  const signal = AbortSignal.any([stop, AbortSignal.timeout(withinMs)]);
  const [worker] = rig.house.workers;
  if (bench.worker === 'away') await worker?.stop();
  // A bench's random numbers are its own, so that it alone repeats what it did among the others.
  const random = new SeededRandom(seed + benches.indexOf(bench));
  const figures = await bench.measure({
    ...{ rig, random, quick, pairs, size, signal, say },
    leastPairs: Math.min(pairs, quick ? leastPairs.quick : leastPairs.full),
  });
  const ledgerCheck = await checkLedger(rig, bench.worker !== 'away');
  console.log(
    lineOf({
      ...{ bench: bench.name, figures, seed, quick, ledgerCheck },
      versions: await versionsOf(rig),
      load: [loadBefore, loadNow()],
      seconds: (performance.now() - begun) / 1_000,
    }),
  );
  return ledgerCheck.passed;
}

try {
  process.exitCode = (await main(readOptions(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}
