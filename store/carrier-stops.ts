import { systemActor } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { standingFacts } from '../workflows/domain/common/standing-facts.ts';
import type { Database } from './database.ts';
import { bindingFactsOf, recordFact, toldFact } from './person-facts.ts';
import type { PersonFactRecord } from './person-facts.ts';
import { isUuid } from './scope.ts';

/**
 * The carrier refused a text because STOP was sent from its number: records that as a text with that word would be
 * (store/replies.ts), once, of everybody who has the number now and of whom the text was sent to. Whoever wants no texts
 * already needs no second fact. It is told as of when the text was handed over: the stop is older, by how much nobody says,
 * and a report that comes late must not undo what was said since. The sweep has it carried.
 */
export async function recordCarrierStop(
  db: Database,
  { forceId, intentId }: { readonly forceId: string; readonly intentId: string },
): Promise<PersonFactRecord[]> {
  if (!isUuid(intentId)) return [];
  const { rows } = await db.pool.query<{ personId: string; at: Instant }>(
    `select person.id as "personId", llwybr_instant(m.handed_over_at) as at from message m
       join person on person.force_id = m.force_id and person.mobile_index = m.recipient_index
      where m.force_id = $1 and m.id = $2 and m.handed_over_at is not null
     union
     select p.person_id, llwybr_instant(m.handed_over_at) from message m
       join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
      where m.force_id = $1 and m.id = $2 and m.recipient_index is not null and m.handed_over_at is not null
        and coalesce(llwybr_reassigned_at(p.force_id, p.id), 0) <= m.seq
      order by 1`,
    [forceId, intentId],
  );
  const recorded: PersonFactRecord[] = [];
  for (const { personId, at } of rows) {
    const known = standingFacts((await bindingFactsOf(db, forceId, personId)).map(toldFact));
    if (known.texts?.fact === 'stop-texts') continue;
    const fact = await recordFact(db, {
      ...{ forceId, personId, requestId: `carrier-stop:${intentId}:${personId}`, occurredAt: at },
      ...{ reason: null, actor: systemActor(forceId) },
      kind: 'stop-texts',
    });
    if (fact !== null) recorded.push(fact.fact);
  }
  return recorded;
}
