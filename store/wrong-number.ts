/**
 * SQL for whether the number in use of a person (a row of `person` by this name) was found to be somebody else's: on any
 * of their pathways, open or closed, because a text to a stranger tells them that the person is here whichever team
 * sends it. Reaching the person by phone or text after that makes it right again, on any pathway too. A number given
 * after it was found out is another number; the same one given again is not (its day stays that of the first time).
 * Of a merged person the pathways of every row with this number count; of one that became another person's, what
 * happened while it was this one's.
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
  const reached = `reached.data->>'result' in ('reached', 'declined') and reached.data->>'channel' in ('phone', 'text')`;
  return `exists (select ${attempt('wrong', `wrong.data->>'result' = 'wrong-number'`)}
        and wrong.occurred_at >= coalesce(${person}.mobile_given_at, '-infinity')
        and not exists (select ${attempt('reached', reached)}
          and (reached.occurred_at, reached.recorded_at) > (wrong.occurred_at, wrong.recorded_at)))`;
}

/** SQL for what is said of texts to this person: "not safe", said of any row of a merged one, is said of all. */
export function saidOfTexts(person: string): string {
  return `case when exists (select from person said where said.force_id = ${person}.force_id and said.safe_to_text = 'no'
      and said.id in (select llwybr_cluster(${person}.force_id, ${person}.id))) then 'no' else ${person}.safe_to_text end`;
}
