import { z } from 'zod';

/**
 * What may go wrong between a caller and the online programme, to be asked for by tests (`POST /stand-in/faults`). The
 * `accept-then-*` ones are the dangerous ones: somebody is enrolled and the caller does not know.
 */
const common = {
  /** Only requests with this reference. */
  reference: z.string().optional(),
  /** How many requests; then the fault is over. */
  times: z.number().int().min(1).default(1),
  /** Of `too-many`: seconds in Retry-After; without it the header is left out. */
  retryAfterSeconds: z.number().int().min(0).optional(),
};

const enrolFaults = [
  'accept-then-hang',
  'accept-then-500',
  'accept-then-reset',
  'accept-then-nonsense',
  'hang',
  '500',
  'reset',
  'too-many',
  'refuse',
] as const;

export const programmeFaultScript = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal('enrol'), does: z.enum(enrolFaults), ...common }),
  // `lag`: what was enrolled a moment ago is not to be found yet.
  z.strictObject({ on: z.literal('find'), does: z.enum(['hang', '500', 'reset', 'lag']), ...common }),
  z.strictObject({ on: z.literal('logins'), does: z.enum(['hang', '500', 'reset']), ...common }),
]);

export type ProgrammeFault = z.output<typeof programmeFaultScript>;
export type ProgrammeFaultScript = z.input<typeof programmeFaultScript>;

/** The faults asked for, first come first served; kept in memory only. */
export class ScriptedProgrammeFaults {
  #left: ProgrammeFault[] = [];

  get all(): readonly ProgrammeFault[] {
    return this.#left;
  }

  add(fault: ProgrammeFault): void {
    this.#left.push(fault);
  }

  clear(): void {
    this.#left = [];
  }

  /** The fault that this request meets, if any; it is used up by one. */
  take(on: ProgrammeFault['on'], reference: string): ProgrammeFault | undefined {
    const found = this.#left.find(
      (fault) => fault.on === on && (fault.reference === undefined || fault.reference === reference),
    );
    if (found === undefined) return undefined;
    this.#left = this.#left
      .map((fault) => (fault === found ? { ...fault, times: fault.times - 1 } : fault))
      .filter(({ times }) => times > 0);
    return found;
  }
}
