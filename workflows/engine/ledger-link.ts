import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  TemporalFailure,
} from '@temporalio/workflow';
import type { LedgerActivities } from '../contract/activities.ts';
import { appendConflictType, appendRejectedType } from '../contract/activities.ts';
import type { AppendInput, AppendResult } from '../contract/envelope.ts';

/**
 * Append runs inside the workflow task as a local activity: half the latency and half the events of a
 * normal one. It gets three seconds; a database that is away longer is waited for by the same activity
 * as a normal one, at most ten seconds between two tries and for as long as it takes, because no clock
 * can be recorded without it and none may be lost.
 */
const quick = proxyLocalActivities<LedgerActivities>({
  scheduleToCloseTimeout: '3s',
  startToCloseTimeout: '3s',
  retry: {
    initialInterval: '100ms',
    backoffCoefficient: 3,
    maximumAttempts: 3,
    nonRetryableErrorTypes: [appendRejectedType, appendConflictType],
  },
});

const patient = proxyActivities<LedgerActivities>({
  startToCloseTimeout: '10s',
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 2,
    maximumInterval: '10s',
    nonRetryableErrorTypes: [appendRejectedType, appendConflictType],
  },
});

/** PostgreSQL refused the data itself: trying again cannot help. */
export class AppendRejected extends Error {
  override readonly name = 'AppendRejected';
}

/** An id in the data belongs to another pathway: whoever chose it has to choose another one. */
export class AppendConflict extends Error {
  override readonly name = 'AppendConflict';
}

/** @throws AppendRejected, AppendConflict */
export async function append(input: AppendInput): Promise<AppendResult> {
  try {
    return await quick.append(input);
  } catch (error) {
    passOn(error);
  }
  try {
    return await patient.append(input);
  } catch (error) {
    passOn(error);
    throw error;
  }
}

/**
 * Throws what no further try can mend. A failed local activity arrives as its own failure, a failed
 * normal one inside an ActivityFailure.
 */
function passOn(error: unknown): void {
  const failure = error instanceof ActivityFailure ? error.cause : error;
  if (failure instanceof ApplicationFailure && failure.type === appendRejectedType) {
    throw new AppendRejected(failure.message);
  }
  if (failure instanceof ApplicationFailure && failure.type === appendConflictType) {
    throw new AppendConflict(failure.message);
  }
  if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
}
