import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { refusalOf, sendCommand } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { findCommand } from '../store/ledger.ts';
import { carryDeathsAgain, findFact, markCarried, pathwaysOfFact } from '../store/person-facts.ts';
import type { FactPathway, PersonFactRecord } from '../store/person-facts.ts';
import { findReply } from '../store/replies.ts';
import { findReportedFailure } from '../store/reported-failures.ts';
import { contactsStillCarried, findSharedContact, pathwaysOfContact } from '../store/shared-contacts.ts';
import type { SharedContactRecord } from '../store/shared-contacts.ts';
import type { FactActivities } from '../workflows/contract/activities.ts';
import type { CarryFactInput } from '../workflows/contract/envelope.ts';
import { systemActor } from '../workflows/domain/common/actor.ts';
import type { CarryFactData, Command } from '../workflows/domain/common/command.ts';
import { factCommandId } from '../workflows/domain/common/command.ts';
import { carryFailure } from './carry-failure.ts';
import { carryReply } from './carry-reply.ts';
import { sayingAlive } from './saying-alive.ts';

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
    carryFact: (input) => sayingAlive(() => carryToAll(db, client, input)),
  };
}

async function carryToAll(
  db: Database,
  client: Client,
  { forceId, factId }: CarryFactInput,
): Promise<{ readonly pathways: number }> {
  const reply = await findReply(db, forceId, factId);
  if (reply !== null) {
    await carryReply(db, client, reply);
    return { pathways: 1 };
  }
  const failure = await findReportedFailure(db, forceId, factId);
  if (failure !== null) {
    await carryFailure(db, client, failure);
    return { pathways: 1 };
  }
  const carried = await findCarried(db, client, forceId, factId);
  if (carried === null) throw ApplicationFailure.nonRetryable('No such fact', 'UnknownFact');
  for (let round = 1; ; round += 1) {
    const pathways = await carried.pathways();
    // At once, so that one that does not answer keeps the fact from none of the others.
    const told = await Promise.all(pathways.map((pathway) => carried.tell(pathway)));
    if (told.includes(false)) throw ApplicationFailure.retryable('A pathway did not answer', 'PathwayAway');
    if (carried.livesAfterAll !== null) await carryDeathsAgain(db, forceId, carried.livesAfterAll);
    if ((await markCarried(db, forceId, factId)) || round === mostRounds)
      return { pathways: pathways.length };
  }
}

/** What has to be carried: to which pathways, and how it is told to one. */
interface Carried {
  readonly pathways: () => Promise<FactPathway[]>;
  readonly tell: (pathway: FactPathway) => Promise<boolean>;
  /** The person of whom a death is corrected by this. */
  readonly livesAfterAll: string | null;
}

async function findCarried(
  db: Database,
  client: Client,
  forceId: string,
  factId: string,
): Promise<Carried | null> {
  const contact = await findSharedContact(db, forceId, factId);
  if (contact !== null) {
    if (await contactsStillCarried(db, forceId, contact))
      throw ApplicationFailure.retryable('What it takes back is still on its way', 'ContactOnItsWay');
    return {
      pathways: () => pathwaysOfContact(db, forceId, contact),
      tell: (pathway) => share(db, client, pathway, contact),
      livesAfterAll: null,
    };
  }
  const fact = await findFact(db, forceId, factId);
  return fact === null
    ? null
    : {
        pathways: () => pathwaysOfFact(db, forceId, factId),
        tell: (pathway) => tell(db, client, pathway, fact),
        livesAfterAll: fact.kind === 'death-corrected' ? fact.personId : null,
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
  if (death !== null && !(await carry(db, client, pathway, death))) return false;
  return carry(db, client, pathway, fact);
}

function carry(db: Database, client: Client, pathway: FactPathway, fact: PersonFactRecord): Promise<boolean> {
  const { factId, taskId, reason, occurredAt, recordedAt, recordedBy } = fact;
  const data: CarryFactData = {
    factId,
    fact: fact.kind,
    ...(taskId === null ? {} : { taskId }),
    ...(reason === null ? {} : { reason }),
    ...fact.data,
  };
  const told = { occurredAt, receivedAt: recordedAt, userId: recordedBy };
  return send(db, client, pathway, { name: 'carry-fact', data, ...told });
}

function share(
  db: Database,
  client: Client,
  pathway: FactPathway,
  contact: SharedContactRecord,
): Promise<boolean> {
  const { occurredAt, recordedAt: receivedAt, recordedBy: userId, ...data } = contact;
  return send(db, client, pathway, { name: 'share-contact', data, occurredAt, receivedAt, userId });
}

async function send(
  db: Database,
  client: Client,
  { forceId, pathwayId, kind, carrying, reassignedAt }: FactPathway,
  told: Pick<Command<string, { readonly factId: string }>, 'name' | 'data' | 'occurredAt' | 'receivedAt'> & {
    readonly userId: string;
  },
): Promise<boolean> {
  const { userId, ...command } = told;
  const commandId = factCommandId(command.data.factId, reassignedAt);
  try {
    await sendCommand(
      client,
      { forceId, pathwayId, kind },
      { ...command, commandId, actor: { ...systemActor(forceId), userId } },
      answerWithinMs,
      undefined,
      // A run that failed on it, or had nothing to do about it then, gives the same answer to the same Update for ever.
      `${commandId}:${String(carrying)}:${String(activityInfo().attempt)}`,
    );
    // An engine that is ahead of a restored ledger answers for an event that is there no more.
    return (await findCommand(db, forceId, pathwayId, commandId)).length > 0;
  } catch (error) {
    const refusal = refusalOf(error);
    return refusal !== undefined && refusal.code !== 'internal-error';
  }
}
