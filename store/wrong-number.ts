import pg from 'pg';
import { numberGoneReasons } from '../workflows/domain/common/delivery-failure.ts';
import { numberAnsweringChannels, reachingResults } from '../workflows/domain/diversion/contact.ts';

/**
 * SQL for whether the number in use of a person (a row of `person` by this name) was found to be somebody else's: on any
 * of their pathways, open or closed, because a text to a stranger tells them that the person is here whichever team
 * sends it. Reaching the person on it after that makes it right again, on any pathway too. A number given after it was
 * found out is another number; the same one given again is not, be it at once (its day stays that of the first time) or
 * after another one (it is among the former numbers), and reaching the person on that other one says nothing of it.
 *
 * A former number without an index may be any number: it counts as whichever keeps a stranger from a text.
 * Of a merged person the pathways of every row with this number count; of one that became another person's, what
 * happened while it was this one's.
 *
 * A text that failed because there is no phone with the number says the same, until a later one has arrived.
 *
 * Whoever wrote back from it that they are somebody else is believed at once, until a person has found it right.
 *
 * Read from the ledger's events and not from what is open on the boards, which a closure clears.
 */
export function numberIsWrong(person: string): string {
  const attempt = (e: string, found: string): string =>
    `from pathway_of_person ${e}_path
      join person ${e}_row on ${e}_row.force_id = ${e}_path.force_id and ${e}_row.id = ${e}_path.person_id
      join event ${e} on ${e}.force_id = ${e}_path.force_id and ${e}.pathway_id = ${e}_path.pathway_id
        and ${e}.seq > ${e}_path.after_seq and ${e}.seq < ${e}_path.until_seq
      where ${e}_path.force_id = ${person}.force_id
        and ${e}_path.person_id in (select llwybr_cluster(${person}.force_id, ${person}.id))
        and (${e}_row.id = ${person}.id or ${e}_row.mobile_index = ${person}.mobile_index)
        and ${e}.type = 'contact-attempted' and ${found}`;
  const former = (which: string): string =>
    `from former_number former where former.force_id = ${person}.force_id and former.person_id = ${person}.id
        and ${which}`;
  const firstGivenBefore = `select min(coalesce(former.given_at, '-infinity'))
        ${former(`(former.mobile_index = ${person}.mobile_index or former.mobile_index is null)`)}`;
  // From the day on which the other number was given, which is before it was here, until it was here no more.
  const onAnother = `select ${former(`former.mobile_index is distinct from ${person}.mobile_index
          and reached.occurred_at >= coalesce(former.given_at, '-infinity') and reached.occurred_at < former.replaced_at`)}`;
  const reached = `reached.data->>'result' in (${codes(reachingResults)})
          and reached.data->>'channel' in (${codes(numberAnsweringChannels)}) and not exists (${onAnother})`;
  const firstGiven = `least(coalesce(${person}.mobile_given_at, '-infinity'), (${firstGivenBefore}))`;
  return `(exists (select ${attempt('wrong', `wrong.data->>'result' = 'wrong-number'`)}
        and wrong.occurred_at >= ${firstGiven}
        and not exists (select ${attempt('reached', reached)}
          and (reached.occurred_at, reached.recorded_at) > (wrong.occurred_at, wrong.recorded_at)))
      or exists (select from reply denied
        where denied.force_id = ${person}.force_id and denied.mobile_index = ${person}.mobile_index
          and denied.meaning = 'wrong-person' and denied.received_at >= ${firstGiven}
          and denied.finding is distinct from 'number-is-right'
          and not exists (select ${attempt('reached', reached)} and reached.occurred_at > denied.received_at))
      or exists (select from message gone
        where gone.force_id = ${person}.force_id and gone.recipient_index = ${person}.mobile_index
          and gone.status = 'failed' and gone.reason in (${codes(numberGoneReasons)})
          and gone.handed_over_at >= ${firstGiven}
          and not exists (select from message arrived
            where arrived.force_id = gone.force_id and arrived.recipient_index = gone.recipient_index
              and arrived.status = 'delivered' and arrived.handed_over_at > gone.handed_over_at)
          and not exists (select ${attempt('reached', reached)} and reached.occurred_at > gone.handed_over_at)))`;
}

function codes(list: readonly string[]): string {
  return list.map((code) => pg.escapeLiteral(code)).join(', ');
}

/**
 * SQL for whether anybody has said yes to e-mails of the address in use of a person (a row of `person` by this name). What was
 * said of a former address, or of another row of a merged person, is of another address; whether it is still so is not
 * asked here.
 */
export function saidYesOfAddress(person: string): string {
  return `exists (select from person_fact agreed
      where agreed.force_id = ${person}.force_id and agreed.person_id = ${person}.id
        and agreed.kind = 'contact-preferences' and agreed.data#>>'{preferences,email}' = 'yes'
        and agreed.occurred_at >= coalesce(${person}.email_given_at, '-infinity'))`;
}

/** SQL for what is said of texts to this person: "not safe", said of any row of a merged one, is said of all. */
export function saidOfTexts(person: string): string {
  return `case when exists (select from person said where said.force_id = ${person}.force_id and said.safe_to_text = 'no'
      and said.id in (select llwybr_cluster(${person}.force_id, ${person}.id))) then 'no' else ${person}.safe_to_text end`;
}
