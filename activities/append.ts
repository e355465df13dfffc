import { ApplicationFailure } from '@temporalio/activity';
import type { Metrics } from '../platform/metrics.ts';
import type { Database } from '../store/database.ts';
import { append, IdTakenError, LedgerRefusedError, UnknownPathwayError } from '../store/ledger.ts';
import type { LedgerActivities } from '../workflows/contract/activities.ts';
import { appendConflictType, appendRejectedType } from '../workflows/contract/activities.ts';

/**
 * Failures of activities stay in histories, so only codes leave this file: PostgreSQL's own words can
 * quote the row.
 */
function failureOf(error: unknown): ApplicationFailure {
  if (error instanceof IdTakenError) {
    const message = `The ledger has this id elsewhere (${error.code})`;
    return ApplicationFailure.create({ message, type: appendConflictType, nonRetryable: true });
  }
  if (error instanceof UnknownPathwayError || error instanceof LedgerRefusedError) {
    const message = `The ledger refused the data (${error.code})`;
    return ApplicationFailure.create({ message, type: appendRejectedType, nonRetryable: true });
  }
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
  return ApplicationFailure.create({ message: `The ledger did not answer (${code})`, type: 'LedgerAway' });
}

export interface LedgerParts {
  readonly db: Database;
  /** Stored with every event: which build decided it. */
  readonly build: string;
  readonly metrics?: Pick<Metrics, 'appendSeconds'>;
}

export function createLedgerActivities({ db, build, metrics }: LedgerParts): LedgerActivities {
  return {
    async append(input) {
      const stop = metrics?.appendSeconds.startTimer();
      try {
        const result = await append(db, input, build);
        stop?.({ outcome: result.recorded ? 'recorded' : 'behind' });
        return result;
      } catch (error) {
        const failure = failureOf(error);
        stop?.({ outcome: failure.nonRetryable === true ? 'rejected' : 'failed' });
        throw failure;
      }
    },
  };
}
