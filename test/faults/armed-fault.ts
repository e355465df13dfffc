import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/**
 * A fault that waits for its moment in another process. It is a file, so that it outlives whoever set it,
 * and taking it is one rename, so that of many takers exactly one gets it.
 */
const armedFault = z.strictObject({
  /** Processes to kill before the taker kills itself. */
  others: z.array(z.number().int().positive()),
  /** `before-answer`: when the work is done and nobody has been told. `under-way`: so long after it was begun. */
  moment: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('before-answer') }),
    z.strictObject({ kind: z.literal('under-way'), afterMs: z.number().min(0) }),
  ]),
});

export type ArmedFault = z.output<typeof armedFault>;

export function armFault(file: string, fault: ArmedFault): void {
  mkdirSync(dirname(file), { recursive: true });
  const half = `${file}.half`;
  writeFileSync(half, JSON.stringify(fault));
  renameSync(half, file);
}

export function isArmed(file: string): boolean {
  return existsSync(file);
}

export function disarmFault(file: string): void {
  rmSync(file, { force: true });
}

/** The fault, for the one taker that gets it; the others and later ones get undefined. */
export function takeFault(file: string): ArmedFault | undefined {
  const taken = `${file}.taken-${String(process.pid)}`;
  try {
    renameSync(file, taken);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return armedFault.parse(JSON.parse(readFileSync(taken, 'utf8')));
}

/** Kills the others and then this very process, without a chance to clean up or to answer anybody. */
export function dieOf({ others }: ArmedFault): Promise<never> {
  for (const pid of others) process.kill(pid, 'SIGKILL');
  process.kill(process.pid, 'SIGKILL');
  // The signal may arrive a moment later; until then nothing more must happen here.
  return new Promise<never>(() => undefined);
}
