import type { Instant } from '../workflows/domain/common/instant.ts';
import { concernsPathway } from '../workflows/domain/common/reply.ts';
import type { ReplyMeaning } from '../workflows/domain/common/reply.ts';
import type { Database } from './database.ts';
import { goesOn } from './message-handover.ts';
import { numberIsWrong } from './wrong-number.ts';

/** A case that a text that came in is for, by the text of ours that it answers. */
export interface AnsweredText {
  readonly forceId: string;
  /** null: it answers none, and is from whoever the case is of. */
  readonly intentId: string | null;
  readonly pathwayId: string;
  readonly appointmentId: string | null;
}

/** As far as it says what a text that came in answers. */
export interface AnsweringText {
  /** The number that it came from, E.164. */
  readonly from: string;
  readonly meaning: ReplyMeaning;
  readonly callToday: boolean;
  readonly receivedAt: Instant;
}

/** Cases that can be meant at once; a phone that more share has its texts read by whoever has the first of them. */
const mostMeant = 10;

/**
 * The gateway's clock, that of the API and that of a worker may differ by this much. What went out later than a text came in
 * is not what it answers, however late the text is heard of.
 */
const clockDifferenceSeconds = 60;

/** SQL for whether a text of ours (a row of `message` by this name) had gone out by an instant, an expression. */
const hadGone = (m: string, at: string): string =>
  `${m}.channel = 'sms' and ${m}.handed_over_at <= ${at}::timestamptz + interval '${String(clockDifferenceSeconds)} seconds'`;

/**
 * The cases of these forces that a text that came in may be for: those whose texts it may answer. Where it answers none, or
 * only of a case that has ended, another may be open of somebody who is not texted: texts are not safe, the first one waits
 * for the morning, or the number was just given. What concerns a case is then for those of whoever has the number.
 */
export async function casesMeant(
  db: Database,
  forceIds: readonly string[],
  text: AnsweringText,
): Promise<AnsweredText[]> {
  const answered = await textsAnswered(db, forceIds, text);
  if (answered.some(({ goesOn }) => goesOn) || !concernsPathway(text)) return answered;
  const open = await casesWithNumber(db, forceIds, text.from);
  return open.length > 0 ? open : answered;
}

/** Those that go on of everybody who has this number now, unless it was found to be a stranger's; duties first. */
async function casesWithNumber(
  db: Database,
  forceIds: readonly string[],
  number: string,
): Promise<AnsweredText[]> {
  const { rows } = await db.pool.query<AnsweredText>(
    `select p.force_id as "forceId", null as "intentId", p.id as "pathwayId", null as "appointmentId"
       from pathway p
      where ${goesOn('p')} and (p.force_id, p.id) in (
          select own.force_id, own.id from unnest($1::text[], $2::text[]) as asked (force_id, number)
            join person on person.force_id = asked.force_id and person.mobile_index = asked.number
            join pathway own on own.force_id = person.force_id
              and own.person_id in (select llwybr_cluster(person.force_id, person.id))
           where not ${numberIsWrong('person')})
      order by p.kind <> 'compulsory', p.received_at desc, p.force_id, p.id limit $3`,
    [forceIds, indexesOf(db, forceIds, number), mostMeant],
  );
  return rows;
}

/**
 * The texts of these forces that one that came in may answer, while the number is still the person's whom they went to:
 * once it was corrected, whoever writes from it is somebody else. Whoever confirms or cannot come means an appointment that
 * is ahead: the newest text about one, of whichever case and force, and not a newer one about something else. Where texts
 * about appointments of several cases went there on its day, nothing says which is meant, and one of each case is told,
 * duties first. Anything else answers the newest text.
 */
async function textsAnswered(
  db: Database,
  forceIds: readonly string[],
  { from, meaning, receivedAt }: AnsweringText,
): Promise<(AnsweredText & { readonly goesOn: boolean })[]> {
  const { rows } = await db.pool.query<AnsweredText & { readonly goesOn: boolean }>(
    `with texted as (
       select m.force_id, m.id, m.pathway_id, m.appointment_id, m.handed_over_at, p.kind, ${goesOn('p')} as goes_on,
           date_trunc('day', m.handed_over_at at time zone 'Europe/London') as day,
           $3 and exists (
             select from jsonb_array_elements(coalesce(p.summary->'appointments', '[]')) a
              where a->>'appointmentId' = m.appointment_id and a->>'status' = 'booked'
                and (a->>'startsAt')::timestamptz > $4) as ahead
         from unnest($1::text[], $2::text[]) as asked (force_id, number)
         join message m on m.force_id = asked.force_id and ${hadGone('m', '$4')}
         join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
         join person on person.force_id = p.force_id and person.id = p.person_id
        where person.mobile_index = asked.number
          and (m.recipient_index = asked.number or m.recipient_index is null)
     ), newest as (
       select * from texted order by ahead desc, handed_over_at desc, force_id, id limit 1
     ), meant as (
       select distinct on (t.pathway_id) t.* from texted t, newest n
        where t.id = n.id or (t.ahead and n.ahead and t.day = n.day)
        order by t.pathway_id, t.handed_over_at desc, t.id
     )
     select force_id as "forceId", id as "intentId", pathway_id as "pathwayId", appointment_id as "appointmentId",
         goes_on as "goesOn"
       from meant order by kind <> 'compulsory', handed_over_at desc, force_id, id limit $5`,
    [
      ...[forceIds, indexesOf(db, forceIds, from)],
      ...[meaning === 'confirm' || meaning === 'cannot-come', receivedAt, mostMeant],
    ],
  );
  return rows;
}

/**
 * The forces of this installation that had sent this number a text by then, the newest first: several may share one sender,
 * whose answers the gateway posts to one address.
 */
export async function forcesThatTexted(
  db: Database,
  { from, receivedAt }: Pick<AnsweringText, 'from' | 'receivedAt'>,
): Promise<string[]> {
  const { forceIds, indexes } = await numberInForces(db, from);
  const { rows } = await db.pool.query<{ forceId: string }>(
    `select m.force_id as "forceId" from unnest($1::text[], $2::text[]) as asked (force_id, number)
       join message m on m.force_id = asked.force_id and m.recipient_index = asked.number
      where ${hadGone('m', '$3')}
      group by m.force_id order by max(m.handed_over_at) desc, m.force_id`,
    [forceIds, indexes, receivedAt],
  );
  return rows.map(({ forceId }) => forceId);
}

/** The forces of this installation in which somebody has this number now. */
export async function forcesWithNumber(db: Database, number: string): Promise<string[]> {
  const { forceIds, indexes } = await numberInForces(db, number);
  const { rows } = await db.pool.query<{ forceId: string }>(
    `select distinct person.force_id as "forceId" from unnest($1::text[], $2::text[]) as asked (force_id, number)
       join person on person.force_id = asked.force_id and person.mobile_index = asked.number
      order by 1`,
    [forceIds, indexes],
  );
  return rows.map(({ forceId }) => forceId);
}

/** Each force of this installation, and how it knows this number: they have an index of their own each. */
export async function numberInForces(
  db: Database,
  number: string,
): Promise<{ readonly forceIds: readonly string[]; readonly indexes: readonly string[] }> {
  const { rows } = await db.pool.query<{ id: string }>('select id from force');
  const forceIds = rows.map(({ id }) => id);
  return { forceIds, indexes: indexesOf(db, forceIds, number) };
}

/** How each of these forces knows this number. */
export function indexesOf(db: Database, forceIds: readonly string[], number: string): string[] {
  return forceIds.map((id) => db.fields.blindIndex('mobile', id, number));
}
