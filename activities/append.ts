import { ApplicationFailure } from '@temporalio/activity';
import type { Database } from '../store/database.ts';
import { append } from '../store/ledger.ts';
import type { LedgerActivities } from '../workflows/contract/activities.ts';
import { appendRejectedType } from '../workflows/contract/activities.ts';

/**
 * SQLSTATE classes that say the data itself is wrong (22 data exception, 23 integrity constraint) and the
 * ledger's own (LW, in the migration that makes it). Trying again cannot help with any of them.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function isFinal(sqlState: string): boolean {
  return ['22', '23', 'LW'].some((sqlStateClass) => sqlState.startsWith(sqlStateClass));
}

function sqlStateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Failures of activities stay in histories, so only codes leave this file: PostgreSQL's own words can
 * quote the row.
 */
function failureOf(error: unknown): ApplicationFailure {
  const code = sqlStateOf(error);
  const message = `The ledger did not answer (${code ?? (error instanceof Error ? error.name : 'unknown')})`;
  return code !== undefined && isFinal(code)
    ? ApplicationFailure.create({ message, type: appendRejectedType, nonRetryable: true })
    : ApplicationFailure.create({ message, type: 'LedgerAway', nonRetryable: false });
}

export function createLedgerActivities({ db, build }: { readonly db: Database; readonly build: string }): LedgerActivities {
  return {
    async append(input) {
      try {
        return await append(db, input, build);
      } catch (error) {
        throw failureOf(error);
      }
    },
  };
}
