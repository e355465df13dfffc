import { parseArgs } from 'node:util';

export interface Options {
  /** Less of everything, and two pairs: whether it works at all, and roughly how fast. */
  readonly quick: boolean;
  readonly seed: number;
  /** Names of the benches to run; empty: all. */
  readonly names: readonly string[];
  readonly pairs: number;
  /** How much of what it counts a bench that has one size measures; undefined: its own. */
  readonly size: number | undefined;
}

export const usage = `npm run bench -- [options] [name ...]
  --quick        two pairs and less in each
  --pairs <n>    how many pairs (7, with --quick 2)
  --size <n>     how many messages (3,000, with --quick 200)
  --seed <n>     the seed of an earlier run`;

const pairsInFull = 7;
const pairsInQuick = 2;

/** @throws Error that says what cannot be read */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      pairs: { type: 'string' },
      size: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const { quick } = values;
  return {
    quick,
    names: positionals,
    pairs: wholeNumber('pairs', values.pairs) ?? (quick ? pairsInQuick : pairsInFull),
    size: wholeNumber('size', values.size),
    seed: wholeNumber('seed', values.seed) ?? Math.floor(Math.random() * 2 ** 32),
  };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new Error(`--${name} must be a whole number above 0`);
  return Number(text);
}
