import type { Client } from '@temporalio/client';
import { startCarryFact } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { isForPathway, markReplyCarried, recordFactsOfReply } from '../store/replies.ts';
import type { ReplyRecord } from '../store/replies.ts';
import type { BestEffort } from './best-effort.ts';

/**
 * What follows of something that a person wrote back or chose on their page, once it is kept: what it says of texts binds
 * from now on, and carrying the rest to the pathway is started, which may fail; the sweep sees to it then.
 */
export async function followReply(
  {
    db,
    client,
    bestEffort,
  }: { readonly db: Database; readonly client: Client; readonly bestEffort: BestEffort },
  reply: ReplyRecord,
): Promise<void> {
  const facts = await recordFactsOfReply(db, reply);
  if (!isForPathway(reply)) await markReplyCarried(db, reply, null);
  const carried = [
    ...facts.filter(({ carriedAt }) => carriedAt === null).map(({ factId }) => factId),
    ...(isForPathway(reply) && reply.carriedAt === null ? [reply.replyId] : []),
  ];
  for (const factId of carried) {
    bestEffort.start('carry what a person says', () =>
      client.withDeadline(Date.now() + 5_000, () =>
        startCarryFact(client, { forceId: reply.forceId, factId }),
      ),
    );
  }
}
