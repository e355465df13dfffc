import { parseArgs } from 'node:util';

export interface Options {
  readonly seed: number;
  readonly people: number;
  /** Scaled days that pass in a real second. */
  readonly daysPerSecond: number;
  /** Acts at a time. */
  readonly clients: number;
}

export const usage = `npm run simulate -- [options]
  --seed <n>             what the year is made of (1)
  --people <n>           people who are referred (868)
  --days-per-second <n>  how fast the year goes by; may have a fraction (1)
  --clients <n>          acts at a time (16)`;

const mostDaysPerSecond = 20;

/** @throws Error that says what cannot be read */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      people: { type: 'string', default: '868' },
      'days-per-second': { type: 'string', default: '1' },
      clients: { type: 'string', default: '16' },
    },
  });
  const daysPerSecond = Number(values['days-per-second']);
  if (!(daysPerSecond > 0 && daysPerSecond <= mostDaysPerSecond)) {
    throw new Error(`--days-per-second is more than 0 and at most ${String(mostDaysPerSecond)}`);
  }
  return {
    daysPerSecond,
    seed: wholeNumber('seed', values.seed, 0),
    people: wholeNumber('people', values.people, 1),
    clients: wholeNumber('clients', values.clients, 1),
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) < least) {
    throw new Error(`--${name} must be a whole number from ${String(least)} on`);
  }
  return Number(text);
}
