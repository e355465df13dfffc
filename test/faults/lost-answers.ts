import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/**
 * How much of what is done is heard of by nobody: a gateway takes a text or a mail and its answer is lost, or a delivery is
 * at its end and its result is. Rates from 0 to 1. It is a file, so that it outlives the processes that look at it.
 */
const lostAnswers = z.strictObject({
  gateway: z.number().min(0).max(1),
  delivery: z.number().min(0).max(1),
  /** Of each delivery so many results at most, in one process; left out: any number. */
  deliveryTimes: z.int().positive().optional(),
});

export type LostAnswers = z.output<typeof lostAnswers>;

export function loseAnswers(file: string, rates: LostAnswers): void {
  mkdirSync(dirname(file), { recursive: true });
  const half = `${file}.half`;
  writeFileSync(half, JSON.stringify(rates));
  renameSync(half, file);
}

export function loseNothing(file: string): void {
  rmSync(file, { force: true });
}

export function answersLost(file: string): LostAnswers {
  return existsSync(file)
    ? lostAnswers.parse(JSON.parse(readFileSync(file, 'utf8')))
    : { gateway: 0, delivery: 0 };
}
