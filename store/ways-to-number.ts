import type { Language } from '../workflows/domain/common/contact-preference.ts';
import type { ToldFact } from '../workflows/domain/common/standing-facts.ts';
import { numberInForces } from './answered-texts.ts';
import type { Database } from './database.ts';
import { goesOn } from './message-handover.ts';
import { decryptMobile } from './person-columns.ts';
import { bindingFacts } from './sending-case.ts';
import { numberIsWrong, saidOfTexts } from './wrong-number.ts';

/** What bears on whether a person can be texted at all (messages/judge.ts), and of what. */
export interface WayToNumber {
  readonly personFacts: readonly ToldFact[];
  readonly safeToText: 'yes' | 'no' | null;
  /** In clear. */
  readonly mobile: string | null;
  readonly wrongNumber: boolean;
  /** null: not asked. */
  readonly language: Language | null;
  /** A case of theirs is open, or the treatment of one goes on. */
  readonly goesOn: boolean;
  /** Such a case has an appointment ahead. */
  readonly appointmentAhead: boolean;
}

/**
 * Of everybody who has this number (E.164) now, in every force of this installation: one phone is in one hand.
 * @throws MissingKeyError, SealBrokenError
 */
export async function waysToNumber(db: Database, number: string): Promise<WayToNumber[]> {
  const { forceIds, indexes } = await numberInForces(db, number);
  const { rows } = await db.pool.query<WayToNumber & { readonly personId: string }>(
    `select person.id as "personId", ${saidOfTexts('person')} as "safeToText", person.mobile, person.language,
        ${numberIsWrong('person')} as "wrongNumber", ${bindingFacts('person')} as "personFacts",
        cases."goesOn", coalesce(cases."appointmentAhead", false) as "appointmentAhead"
       from unnest($1::text[], $2::text[]) as asked (force_id, number)
       join person on person.force_id = asked.force_id and person.mobile_index = asked.number
       cross join lateral (
         select count(*) > 0 as "goesOn", bool_or(exists (
             select from jsonb_array_elements(coalesce(p.summary->'appointments', '[]')) a
              where a->>'status' = 'booked' and (a->>'startsAt')::timestamptz > clock_timestamp())) as "appointmentAhead"
           from pathway p
          where p.force_id = person.force_id and ${goesOn('p')}
            and p.person_id in (select llwybr_cluster(person.force_id, person.id))
       ) cases`,
    [forceIds, indexes],
  );
  return rows.map(({ personId, mobile, ...way }) => ({
    ...way,
    mobile: decryptMobile(db.fields, personId, mobile),
  }));
}
