import { z } from 'zod';
import { callbackFaults } from './twilio-record.ts';

/**
 * What may go wrong between a caller and a gateway, to be asked for by tests (`POST /stand-in/faults`).
 * The `accept-then-*` ones are the dangerous ones: the phone gets the text and the caller does not know.
 */
const createFaults = z.strictObject({
  on: z.literal('create'),
  does: z.enum([
    'accept-then-hang',
    'accept-then-500',
    'accept-then-reset',
    'hang',
    '500',
    'reset',
    'too-many',
    'refuse',
  ]),
  /** Of `refuse`: the error code; 21610 is "attempt to send to unsubscribed recipient". */
  code: z.number().int().default(21610),
  /** Of `too-many`: seconds in Retry-After; without it the header is left out. */
  retryAfterSeconds: z.number().int().min(0).optional(),
});

/** `lag`: the list does not show the messages yet, as the real one may for minutes (twilio/twilio-java#442). */
const listFaults = z.strictObject({
  on: z.literal('list'),
  does: z.enum(['hang', '500', 'reset', 'lag']),
});

/** How an accepted message fares: it ends badly, or the queue holds it for longer. */
const deliveryFaults = z.strictObject({
  on: z.literal('delivery'),
  does: z.enum(['undelivered', 'failed', 'stay-queued']),
  /** Of `undelivered` and `failed`: the error code; 30003 is "unreachable destination handset". */
  code: z.number().int().default(30003),
  /** Of `stay-queued`. */
  queuedSeconds: z.number().positive().default(60),
});

/**
 * How the callbacks about one message go: each of them twice; the last one first; so much later; signed with another
 * token; without a signature; none at all.
 */
const callbackScripts = z.strictObject({
  on: z.literal('callback'),
  does: z.enum(callbackFaults),
  /** Of `late`. */
  lateSeconds: z.number().positive().default(60),
});

const common = {
  /** Only requests about this number. */
  to: z.string().optional(),
  /** How many requests (of `delivery` and `callback`: how many messages); then the fault is over. */
  times: z.number().int().min(1).default(1),
};

export const faultScript = z.discriminatedUnion('on', [
  createFaults.extend(common),
  listFaults.extend(common),
  deliveryFaults.extend(common),
  callbackScripts.extend(common),
]);

export type Fault = z.output<typeof faultScript>;
export type FaultScript = z.input<typeof faultScript>;
type FaultOn<O extends Fault['on']> = Extract<Fault, { on: O }>;

/** The faults asked for, first come first served; kept in memory only. */
export class ScriptedFaults {
  #left: Fault[] = [];

  get all(): readonly Fault[] {
    return this.#left;
  }

  add(fault: Fault): void {
    this.#left.push(fault);
  }

  clear(): void {
    this.#left = [];
  }

  /** The fault that this request meets, if any; it is used up by one. */
  take<O extends Fault['on']>(on: O, to: string | undefined): FaultOn<O> | undefined {
    const found = this.#left.find(
      (fault): fault is FaultOn<O> => fault.on === on && (fault.to === undefined || fault.to === to),
    );
    if (found === undefined) return undefined;
    this.#left = this.#left
      .map((fault) => (fault === found ? { ...fault, times: fault.times - 1 } : fault))
      .filter(({ times }) => times > 0);
    return found;
  }
}
