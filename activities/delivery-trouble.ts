import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import type { Log } from '../platform/log.ts';
import { deliveryWaitTypes } from '../workflows/contract/activities.ts';

/** The failures of one try of a delivery: waiting, and trouble. They hold codes only. */

/** Waited for on purpose, at nearly every invitation and in every night: no warning, and no failure in the SDK's figures. */
const asExpected: readonly string[] = [deliveryWaitTypes.enrolment, deliveryWaitTypes.hours];

/** `seconds` undefined leaves the pause to the engine's own, which grows. `why` is a code. */
export function wait(type: string, seconds?: number, why?: string): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message: why === undefined ? type : `${type} (${why})`,
    nonRetryable: false,
    ...(asExpected.includes(type) ? { category: 'BENIGN' as const } : {}),
    ...(seconds === undefined ? {} : { nextRetryDelay: Math.ceil(seconds) * 1_000 }),
  });
}

export function unknownMessage(): ApplicationFailure {
  return ApplicationFailure.nonRetryable('The ledger holds no such message', 'UnknownMessage');
}

/**
 * null: what the words are to tell is not there, or is nothing of its kind. No later try finds it, so that a person hears
 * at once; whatever else goes wrong on the way (a key that is missing, a database that is away) may yet come right.
 */
export async function wordsOf<T>(make: () => T | Promise<T>): Promise<T | null> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
}

const brokenType = 'DeliveryBroken';

/** PostgreSQL's own words can quote a row, so only its code is passed on, or the name of an error of ours. */
export function troubleOf(error: unknown): ApplicationFailure {
  // Stopped in a pause that the gateway asked for, with its worker: it was given back, and another one takes it.
  if (error instanceof CancelledFailure) return wait(deliveryWaitTypes.gateway, undefined, 'stopped');
  const { code, name } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly name?: unknown;
  };
  return typeof code === 'string' && /^\w+$/.test(code)
    ? wait(deliveryWaitTypes.record, undefined, code)
    : wait(brokenType, undefined, typeof name === 'string' && /^\w+$/.test(name) ? name : 'unknown');
}

/**
 * Tells the operator of each sort of trouble that is the installation's and not of one message, once: a key that is
 * missing, say, for which everything waits. Others wait on purpose, or for what is watched elsewhere.
 */
export function operatorOf(
  log: Pick<Log, 'error'> | null,
): (error: unknown, trouble: ApplicationFailure, intentId: string) => void {
  const told = new Set<string>();
  return (error, { type, message }, intentId) => {
    if (type !== brokenType || told.has(message)) return;
    told.add(message);
    log?.error({ error, intentId }, 'a delivery cannot go on; more of this sort are not logged');
  };
}
