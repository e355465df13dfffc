import { runCell, type CellReport } from './cell-run.ts';
import { byClients } from '../../scripts/house/clients.ts';
import { clearAbandonedHouses } from '../../scripts/house/house-directory.ts';
import { matrix } from './matrix.ts';
import { readOptions, usage, type Options } from './options.ts';
import { SeededRandom } from '../../scripts/house/seeded-random.ts';

/*
 * The kill matrix on real processes: `npm run faults`. One JSON line a cell as it ends, and a last line that
 * says how many passed; the exit code is 0 only when all did.
 */
const hourMs = 3_600_000;
const quickRunWithinMs = 600_000;
const wholeRunWithinMs = 6 * hourMs;

async function main(options: Options): Promise<boolean> {
  const unknown = options.cells.filter((name) => !matrix.some((cell) => cell.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `No such cell: ${unknown.join(', ')}. There are ${matrix.map(({ name }) => name).join(', ')}.`,
    );
  }
  const cells = matrix.filter(({ name }) => options.cells.length === 0 || options.cells.includes(name));
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => {
      stop.abort();
    });
  }
  const limit = AbortSignal.timeout(options.quick ? quickRunWithinMs : wholeRunWithinMs);
  const signal = AbortSignal.any([stop.signal, limit]);
  const begun = performance.now();
  console.log(
    `Seed ${String(options.seed)}: ${String(cells.length)} cells, each ${String(options.repeats)} times`,
  );
  await clearAbandonedHouses();
  // A cell's seed is its own, so that one cell alone repeats what it did among the others.
  const seeds = new Map(matrix.map((cell, index) => [cell.name, seedOf(options.seed, index)]));
  const reports = await byClients(cells, options.atOnce, async (cell) => {
    const report = await runCell(cell, { ...options, seed: seeds.get(cell.name) ?? 0, signal });
    console.log(JSON.stringify(shortened(report)));
    return report;
  });
  const passed = reports.filter((report) => report.passed).length;
  const failed = reports.length - passed;
  const seconds = Math.round((performance.now() - begun) / 1_000);
  console.log(JSON.stringify({ passed, failed, seed: options.seed, seconds }));
  return failed === 0 && passed > 0;
}

function seedOf(seed: number, index: number): number {
  return new SeededRandom(seed + index).between(0, 2 ** 32 - 1);
}

/** The first violations say enough; the rest is in the directory with the logs. */
function shortened(report: CellReport): unknown {
  return {
    ...report,
    violations: report.violations.length,
    first: report.violations
      .slice(0, 5)
      .map(({ invariant, what }) => `${invariant}: ${what.slice(0, 1_500)}`),
  };
}

// Officers of a repeat that was given up may still be asking a house that is gone; nothing waits for them.
try {
  process.exit((await main(readOptions(process.argv.slice(2)))) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exit(2);
}
