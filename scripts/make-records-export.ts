import { parseArgs } from 'node:util';
import { makeRecordsExport } from '../test/support/records-export.ts';
import { addDaysToDate, isLocalDate, localParts } from '../workflows/domain/common/london-time.ts';

/**
 * Prints an export of the records system full of fictional people, the same for the same numbers:
 * `node scripts/run.mjs scripts/make-records-export.ts --seed 7 --referrals 868 > export.csv`.
 * What it should come to is said on the error stream.
 */
const usage =
  'Usage: make-records-export [--seed 1] [--referrals 868] [--others <a quarter>] [--until <yesterday, YYYY-MM-DD>]';

try {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      referrals: { type: 'string', default: '868' },
      others: { type: 'string' },
      until: { type: 'string', default: addDaysToDate(localParts(new Date().toISOString()).date, -1) },
    },
  });
  const { until } = values;
  if (!isLocalDate(until)) throw new Error(`Not a date: ${until}`);
  const { csv, rows, taken, refused, notAReferral } = makeRecordsExport({
    seed: numberOf(values.seed),
    referrals: numberOf(values.referrals),
    ...(values.others === undefined ? {} : { others: numberOf(values.others) }),
    until,
  });
  process.stdout.write(csv);
  console.error(
    `${String(rows)} rows: ${String(taken)} referrals, ${String(refused)} to be refused, ` +
      `others ${JSON.stringify(notAReferral)}`,
  );
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}

function numberOf(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new Error(`Not a number: ${text}`);
  return Number(text);
}
