import { systemActor } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { indexesOf } from './answered-texts.ts';
import type { Database } from './database.ts';
import { decryptMobile } from './person-columns.ts';
import { recordFact } from './person-facts.ts';

/**
 * Somebody who was taken in, or gave their number, after a STOP had come from it: records that stop as theirs, as it is of
 * everybody who had the number when it came (store/replies.ts), so that the case hears of it. It holds until START came from
 * the number, or until something was said since of texts to this person. The carrier keeps its own English words against a
 * number in the same way; of STOPIWCH, DIM, or a STOP beside other words it knows nothing.
 *
 * Forces may share one sender, and what nobody knew is kept for one of them alone: what came from the number last counts, for
 * whichever force it is kept.
 *
 * @param normal the number as texts come from it, E.164, of one as people write it; undefined: it is no mobile number
 * @throws MissingKeyError, SealBrokenError
 */
export async function recordStopOfNumber(
  db: Database,
  { forceId, intentId }: { readonly forceId: string; readonly intentId: string },
  normal: (typed: string) => string | undefined,
): Promise<void> {
  const { rows: texted } = await db.pool.query<{
    readonly personId: string;
    readonly mobile: string;
    readonly forceIds: readonly string[];
  }>({
    name: 'llwybr-number-of-message',
    text: `select person.id as "personId", person.mobile, (select array_agg(id) from force) as "forceIds" from message m
        join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
        join person on person.force_id = p.force_id and person.id = p.person_id
       where m.force_id = $1 and m.id = $2 and person.mobile is not null`,
    values: [forceId, intentId],
  });
  for (const { personId, mobile, forceIds } of texted) {
    const typed = decryptMobile(db.fields, personId, mobile) ?? '';
    const number = normal(typed) ?? typed;
    const { rows } = await db.pool.query<{ replyId: string; at: Instant }>({
      name: 'llwybr-stop-of-number',
      text: `select latest.id as "replyId", llwybr_instant(latest.received_at) as at
          from (
            select r.id, r.meaning, r.received_at from unnest($3::text[], $4::text[]) as asked (force_id, number)
              join reply r on r.force_id = asked.force_id and r.mobile_index = asked.number
             where r.meaning in ('stop', 'start')
             order by r.received_at desc, r.meaning = 'stop' desc, r.force_id, r.id limit 1) latest
         where latest.meaning = 'stop' and not exists (
             select from llwybr_binding_facts($1, $2) f
              where f.kind in ('stop-texts', 'texts-allowed') and f.occurred_at >= latest.received_at)`,
      values: [forceId, personId, forceIds, indexesOf(db, forceIds, number)],
    });
    for (const { replyId, at } of rows) {
      await recordFact(db, {
        ...{ forceId, personId, requestId: `number-stop:${replyId}:${personId}`, occurredAt: at },
        ...{ reason: null, actor: systemActor(forceId) },
        kind: 'stop-texts',
      });
    }
  }
}
