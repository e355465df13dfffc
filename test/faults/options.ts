import { parseArgs } from 'node:util';

export interface Options {
  /** Each cell three times and with less in it. */
  readonly quick: boolean;
  readonly seed: number;
  /** Names of the cells to run; empty: all. */
  readonly cells: readonly string[];
  readonly repeats: number;
  /** Houses at a time. */
  readonly atOnce: number;
}

export const usage = `npm run faults -- [options]
  --quick          each cell 3 times and smaller, 4 cells at a time
  --cell <name>    only this cell; may be given more than once
  --repeats <n>    how often each cell (20, with --quick 3)
  --seed <n>       the seed of an earlier run
  --at-once <n>    cells at a time (1, with --quick 4)`;

/** @throws Error that says what cannot be read */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      cell: { type: 'string', multiple: true, default: [] },
      repeats: { type: 'string' },
      seed: { type: 'string' },
      'at-once': { type: 'string' },
    },
  });
  const { quick, cell } = values;
  return {
    quick,
    cells: cell,
    seed: wholeNumber('seed', values.seed) ?? Math.floor(Math.random() * 2 ** 32),
    repeats: wholeNumber('repeats', values.repeats) ?? (quick ? 3 : 20),
    atOnce: wholeNumber('at-once', values['at-once']) ?? (quick ? 4 : 1),
  };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} must be a whole number`);
  return Number(text);
}
