import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { refusalOf, sendCommand } from '../platform/pathway-runs.ts';
import type { RunAddress } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { findCommand } from '../store/ledger.ts';
import type { EngineCommand } from '../workflows/domain/common/command.ts';

/** A pathway that is busy or away is tried again with the next attempt of the activity. */
const answerWithinMs = 10_000;

/**
 * Tells a pathway something under an id of its own, which is recorded once however often it is told. A refusal is an
 * answer; a rule that failed is none.
 * @throws ApplicationFailure retryable while the pathway does not answer
 */
export async function sendEngineCommand(
  db: Database,
  client: Client,
  to: RunAddress,
  command: EngineCommand,
): Promise<'recorded' | 'refused'> {
  const { commandId } = command;
  const isRecorded = async () => (await findCommand(db, to.forceId, to.pathwayId, commandId)).length > 0;
  if (await isRecorded()) return 'recorded';
  try {
    // One Update's id has one answer for the life of a run, also where that was a failure.
    const updateId = `${commandId}:${activityInfo().workflowExecution?.runId ?? ''}:${String(activityInfo().attempt)}`;
    await sendCommand(client, to, command, answerWithinMs, undefined, updateId);
    // An engine that is ahead of a restored ledger answers for an event that is there no more.
    if (await isRecorded()) return 'recorded';
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== undefined && refusal.code !== 'internal-error') return 'refused';
  }
  throw ApplicationFailure.retryable('The pathway did not answer', 'PathwayAway');
}
