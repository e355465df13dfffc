import { systemActor } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';
import { recordFact } from './person-facts.ts';

/**
 * Somebody who was taken in, or gave their number, after a STOP had come from it: records that stop as theirs, as it is of
 * everybody who had the number when it came (store/replies.ts), so that the case hears of it. It holds until START came from
 * the number, or until something was said since of texts to this person. The carrier keeps its own English words against a
 * number in the same way; of STOPIWCH, DIM, or a STOP beside other words it knows nothing.
 */
export async function recordStopOfNumber(
  db: Database,
  { forceId, intentId }: { readonly forceId: string; readonly intentId: string },
): Promise<void> {
  const { rows } = await db.pool.query<{ personId: string; replyId: string; at: Instant }>({
    name: 'llwybr-stop-of-number',
    text: `select person.id as "personId", latest.id as "replyId", llwybr_instant(latest.received_at) as at
        from message m
        join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
        join person on person.force_id = p.force_id and person.id = p.person_id
        cross join lateral (
          select r.id, r.meaning, r.received_at from reply r
           where r.force_id = person.force_id and r.mobile_index = person.mobile_index and r.meaning in ('stop', 'start')
           order by r.received_at desc, r.id limit 1) latest
       where m.force_id = $1 and m.id = $2 and latest.meaning = 'stop'
         and not exists (
           select from llwybr_binding_facts(person.force_id, person.id) f
            where f.kind in ('stop-texts', 'texts-allowed') and f.occurred_at >= latest.received_at)`,
    values: [forceId, intentId],
  });
  for (const { personId, replyId, at } of rows) {
    await recordFact(db, {
      ...{ forceId, personId, requestId: `number-stop:${replyId}:${personId}`, occurredAt: at },
      ...{ reason: null, actor: systemActor(forceId) },
      kind: 'stop-texts',
    });
  }
}
