import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { refusalOf, sendCommand } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { findCommand } from '../store/ledger.ts';
import { findFact, markCarried, pathwaysOfFact } from '../store/person-facts.ts';
import type { FactActivities } from '../workflows/contract/activities.ts';
import { systemActor } from '../workflows/domain/common/actor.ts';
import type { CarryFactData } from '../workflows/domain/common/command.ts';
import { factCommandId } from '../workflows/domain/common/command.ts';

/** A pathway that is busy or away is tried again with the next attempt of the activity. */
const answerWithinMs = 10_000;

/**
 * Takes a fact to each pathway of its person that has a run to act with. The command's id is the fact's,
 * so a second carrying records nothing twice. A refusal is an answer too: that pathway has nothing to
 * do about the fact. A rule that failed is none: the pathway has not heard of it.
 */
export function createFactActivities({
  db,
  client,
}: {
  readonly db: Database;
  readonly client: Client;
}): FactActivities {
  return {
    async carryFact({ forceId, factId }) {
      const fact = await findFact(db, forceId, factId);
      if (fact === null) throw ApplicationFailure.nonRetryable('No such fact', 'UnknownFact');
      const pathways = await pathwaysOfFact(db, forceId, factId);
      const data: CarryFactData = {
        factId,
        fact: fact.kind,
        ...(fact.taskId === null ? {} : { taskId: fact.taskId }),
        ...(fact.reason === null ? {} : { reason: fact.reason }),
      };
      // At once, so that one that does not answer keeps the fact from none of the others.
      const told = await Promise.all(
        pathways.map(({ pathwayId, kind }) =>
          sendCommand(
            client,
            { forceId, pathwayId, kind },
            {
              commandId: factCommandId(factId),
              name: 'carry-fact',
              data,
              occurredAt: fact.occurredAt,
              receivedAt: fact.recordedAt,
              actor: { ...systemActor(forceId), userId: fact.recordedBy },
            },
            answerWithinMs,
            undefined,
            // A run that failed on it gives the same failure to the same Update for ever.
            `${factCommandId(factId)}:${String(activityInfo().attempt)}`,
          ).then(
            // An engine that is ahead of a restored ledger answers for an event that is there no more.
            async () => (await findCommand(db, forceId, pathwayId, factCommandId(factId))).length > 0,
            (error: unknown) => {
              const refusal = refusalOf(error);
              return refusal !== undefined && refusal.code !== 'internal-error';
            },
          ),
        ),
      );
      if (told.includes(false)) throw ApplicationFailure.retryable('A pathway did not answer', 'PathwayAway');
      await markCarried(db, forceId, factId);
      return { pathways: pathways.length };
    },
  };
}
