import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { refusalOf, sendCommand } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { carryDeathsAgain, findFact, markCarried, pathwaysOfFact } from '../store/person-facts.ts';
import type { FactPathway, PersonFactRecord } from '../store/person-facts.ts';
import type { FactActivities } from '../workflows/contract/activities.ts';
import { systemActor } from '../workflows/domain/common/actor.ts';
import type { CarryFactData } from '../workflows/domain/common/command.ts';
import { factCommandId } from '../workflows/domain/common/command.ts';

/** A pathway that is busy or away is tried again with the next attempt of the activity. */
const answerWithinMs = 10_000;

/** One that goes on, or is opened, while the fact is being carried has it carried again; the sweep sees to what is left. */
const mostRounds = 5;

/**
 * Takes a fact to each pathway of its person that has a run to act with, or that must have one again. The command's id is
 * the fact's, so a second carrying records nothing twice. A refusal is an answer too: that pathway has nothing to
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
      for (let round = 1; ; round += 1) {
        const pathways = await pathwaysOfFact(db, forceId, factId);
        // At once, so that one that does not answer keeps the fact from none of the others.
        const told = await Promise.all(pathways.map((pathway) => tell(db, client, pathway, fact)));
        if (told.includes(false))
          throw ApplicationFailure.retryable('A pathway did not answer', 'PathwayAway');
        if (fact.kind === 'death-corrected') await carryDeathsAgain(db, forceId, fact.personId);
        if ((await markCarried(db, forceId, factId)) || round === mostRounds)
          return { pathways: pathways.length };
      }
    },
  };
}

/** Whether the pathway answered. */
async function tell(
  db: Database,
  client: Client,
  pathway: FactPathway,
  fact: PersonFactRecord,
): Promise<boolean> {
  const { forceId, deathFirst } = pathway;
  const death = deathFirst === null ? null : await findFact(db, forceId, deathFirst);
  if (death !== null && !(await carry(client, pathway, death))) return false;
  return carry(client, pathway, fact);
}

async function carry(client: Client, pathway: FactPathway, fact: PersonFactRecord): Promise<boolean> {
  const { forceId, pathwayId, kind, carrying, reassignedAt } = pathway;
  const { factId, taskId, reason, occurredAt, recordedAt, recordedBy } = fact;
  const data: CarryFactData = {
    factId,
    fact: fact.kind,
    ...(taskId === null ? {} : { taskId }),
    ...(reason === null ? {} : { reason }),
    ...fact.data,
  };
  const commandId = factCommandId(factId, reassignedAt);
  const actor = { ...systemActor(forceId), userId: recordedBy };
  try {
    await sendCommand(
      client,
      { forceId, pathwayId, kind },
      { commandId, name: 'carry-fact', data, occurredAt, receivedAt: recordedAt, actor },
      answerWithinMs,
      undefined,
      // A run that failed on it, or had nothing to do about it then, gives the same answer to the same Update for ever.
      `${commandId}:${String(carrying)}:${String(activityInfo().attempt)}`,
    );
    return true;
  } catch (error) {
    const refusal = refusalOf(error);
    return refusal !== undefined && refusal.code !== 'internal-error';
  }
}
