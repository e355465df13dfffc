import type { Client } from '@temporalio/client';
import type { Database } from '../store/database.ts';
import { isForPathway, findReply, markReplyCarried, recordFactsOfReply } from '../store/replies.ts';
import type { CarriedReply, ReplyRecord } from '../store/replies.ts';
import { systemActor } from '../workflows/domain/common/actor.ts';
import { replyCommandId, replySettledCommandId } from '../workflows/domain/common/command.ts';
import { sendEngineCommand } from './engine-command.ts';

/** What is settled while this goes on is told in another round; the sweep sees to what is left. */
const mostRounds = 3;

/**
 * Takes one text that came in to the pathway whose text it answers, and what somebody made of it after that. A refusal is
 * an answer: that pathway has ended, and the reply is listed for a person.
 * @throws ApplicationFailure retryable while the pathway does not answer
 */
export async function carryReply(db: Database, client: Client, found: CarriedReply): Promise<void> {
  let reply: CarriedReply | null = found;
  for (let round = 1; reply !== null && round <= mostRounds; round += 1) {
    // Recorded already, unless whoever took the text in died between the two.
    await recordFactsOfReply(db, reply);
    const outcome = await tell(db, client, reply);
    if (await markReplyCarried(db, reply, outcome)) return;
    reply = await findReply(db, reply.forceId, reply.replyId);
  }
}

async function tell(db: Database, client: Client, reply: CarriedReply): Promise<ReplyRecord['outcome']> {
  if (!isForPathway(reply) || reply.kind === null) return null;
  const { forceId, pathwayId, kind, replyId, meaning, callToday, appointmentId, unclear, receivedAt } = reply;
  const to = { forceId, pathwayId, kind };
  const actor = systemActor(forceId);
  const recorded = await sendEngineCommand(db, client, to, {
    ...{ commandId: replyCommandId(replyId), name: 'record-reply', occurredAt: receivedAt, receivedAt },
    data: { replyId, meaning, appointmentId, callToday, ...(unclear ? { unclear } : {}) },
    actor,
  });
  const { settledAt, finding, settledBy } = reply;
  if (settledAt !== null && finding !== null) {
    await sendEngineCommand(db, client, to, {
      ...{ commandId: replySettledCommandId(replyId), name: 'settle-reply' },
      ...{ occurredAt: settledAt, receivedAt: settledAt },
      ...{
        data: { replyId, appointmentId, finding },
        actor: { ...actor, userId: settledBy ?? actor.userId },
      },
    });
  }
  return recorded;
}
