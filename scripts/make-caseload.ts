import { parseArgs } from 'node:util';
import { makeCaseload } from '../test/support/caseload.ts';
import { isLocalDate, localParts } from '../workflows/domain/common/london-time.ts';

/**
 * Prints a provider's caseload full of fictional people, the same for the same numbers and day:
 * `node scripts/run.mjs scripts/make-caseload.ts --seed 7 --cases 182 > caseload.csv`.
 * What it should come to is said on the error stream.
 */
const usage = 'Usage: make-caseload [--seed 1] [--cases 182] [--today <YYYY-MM-DD>]';

try {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      cases: { type: 'string', default: '182' },
      today: { type: 'string', default: localParts(new Date().toISOString()).date },
    },
  });
  const { today } = values;
  if (!isLocalDate(today)) throw new Error(`Not a date: ${today}`);
  const { csv, rows, fates } = makeCaseload({
    seed: numberOf(values.seed),
    cases: numberOf(values.cases),
    today,
  });
  process.stdout.write(csv);
  console.error(
    `${String(rows)} cases: ${String(fates.closes)} close at once, ${String(fates.concludes)} are concluded in ` +
      `treatment, ${String(fates.waits)} wait for an appointment, ${String(fates.runs)} go on`,
  );
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}

function numberOf(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new Error(`Not a number: ${text}`);
  return Number(text);
}
