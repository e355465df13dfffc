import { after } from '../workflows/domain/common/duration.ts';
import type { Appointment } from '../workflows/domain/common/appointment.ts';
import type { Language } from '../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { mostWrongYears, pageLinkGoodFor } from '../workflows/domain/common/page-link.ts';
import { saidOfWay, standingFacts } from '../workflows/domain/common/standing-facts.ts';
import type { ToldFact } from '../workflows/domain/common/standing-facts.ts';
import type { Database } from './database.ts';
import { bindingFacts } from './sending-case.ts';
import { numberIsWrong, saidOfTexts } from './wrong-number.ts';

/**
 * Links to the page of one person. A token stands in the one text that it is sent in; here is a keyed hash of it. Whether a
 * link still leads anywhere is read at each opening, from what is known of the person at that moment.
 */

/**
 * Makes the link that a message is to carry, once however often the message is tried.
 * @returns the token; null: there is no such message
 */
export async function makeLink(
  db: Database,
  { forceId, intentId }: { readonly forceId: string; readonly intentId: string },
  now: Instant,
): Promise<string | null> {
  const token = db.fields.linkToken(forceId, intentId);
  const { rows } = await db.pool.query(
    `with made as (
       insert into person_link (force_id, id, token_hash, person_id, pathway_id, made_at, expires_at)
         select m.force_id, m.id, $3, p.person_id, p.id, $4, $5
           from message m join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
          where m.force_id = $1 and m.id = $2
         on conflict (force_id, id) do nothing returning id
     ) select id from made union select id from person_link where force_id = $1 and id = $2`,
    [forceId, intentId, db.fields.linkHash(token), now, after(now, pageLinkGoodFor, [])],
  );
  return rows.length === 0 ? null : token;
}

export interface LiveLink {
  readonly forceId: string;
  /** Of the message that it was sent in. */
  readonly linkId: string;
  readonly hash: string;
  readonly personId: string;
  readonly pathwayId: string;
  /** null: not asked. */
  readonly language: Language | null;
  readonly textsStopped: boolean;
  /** Of the pathway, in the order of booking. */
  readonly appointments: readonly Appointment[];
}

/** A token as `linkToken` makes it. */
const shape = /^[0-9a-f]{32}$/;

/**
 * The link of a token, if it leads anywhere now. It does not, any more or ever, when there is none, it has expired or was
 * revoked, a later one of the pathway has left (so that more links are no more answers that may be wrong), the pathway was
 * voided or is another person's, the person has died or changed their number since, the text never left, or a safety flag
 * stands or was set after it was made. Nor while the phone is not known to be safe to text, its number is somebody else's,
 * or consent to texts is withdrawn: whoever has the phone may know the year. Who stopped the texts keeps the page.
 */
export async function findLiveLink(db: Database, token: string): Promise<LiveLink | null> {
  if (!shape.test(token)) return null;
  const hash = db.fields.linkHash(token);
  const { rows } = await db.pool.query<
    Omit<LiveLink, 'hash' | 'textsStopped'> & {
      madeAt: Instant;
      facts: readonly ToldFact[];
      safeToText: 'yes' | 'no' | null;
      wrongNumber: boolean;
    }
  >(
    `select l.force_id as "forceId", l.id as "linkId", l.person_id as "personId", l.pathway_id as "pathwayId",
        person.language, llwybr_instant(l.made_at) as "madeAt", coalesce(p.summary->'appointments', '[]') as appointments,
        ${bindingFacts('person')} as facts, ${saidOfTexts('person')} as "safeToText", ${numberIsWrong('person')} as "wrongNumber"
       from person_link l
       join message m on m.force_id = l.force_id and m.id = l.id
       join pathway p on p.force_id = l.force_id and p.id = l.pathway_id and p.person_id = l.person_id
       join person on person.force_id = l.force_id and person.id = l.person_id
      where l.token_hash = $1 and l.revoked_at is null and l.expires_at > clock_timestamp() and p.stage <> 'void'
        and person.erased_at is null and m.recipient_index = person.mobile_index
        and not exists (select from person_link later join message gone on gone.force_id = later.force_id and gone.id = later.id
          where later.force_id = l.force_id and later.person_id = l.person_id and later.pathway_id = l.pathway_id
            and (later.made_at, later.id) > (l.made_at, l.id) and ${hasLeft('gone')})`,
    [hash],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { facts, madeAt, safeToText, wrongNumber, ...link } = row;
  const standing = standingFacts(facts);
  const inDanger =
    standing.safety?.fact === 'safety-flag' ||
    facts.some(({ fact, recordedAt }) => fact === 'safety-flag' && recordedAt > madeAt);
  const phoneIsSafe =
    safeToText === 'yes' &&
    (saidOfWay(standing, 'text') ?? 'yes') === 'yes' &&
    standing['consent:texts']?.fact !== 'consent-withdrawn' &&
    !wrongNumber;
  if (standing.death !== undefined || inDanger || !phoneIsSafe) return null;
  return { ...link, hash, textsStopped: standing.texts?.fact === 'stop-texts' };
}

/** SQL for whether a text (a row of `message` by this name) left, or may have: somebody may read it. */
function hasLeft(m: string): string {
  return `(${m}.handed_over_at is not null and ${m}.status not in ('failed', 'cancelled', 'skipped'))`;
}

/**
 * Whether a text with a link is on its way on this pathway, or left after this instant with a link that was not ended since:
 * who asks for another one means this.
 */
export async function linkIsThere(
  db: Database,
  { forceId, pathwayId }: Pick<LiveLink, 'forceId' | 'pathwayId'>,
  leftAfter: Instant,
): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `select from message m left join person_link l on l.force_id = m.force_id and l.id = m.id
      where m.force_id = $1 and m.pathway_id = $2 and m.purpose = 'page-link' and l.revoked_at is null
        and (m.status in ('planned', 'sending') and m.expires_at > clock_timestamp()
          or ${hasLeft('m')} and m.handed_over_at > $3) limit 1`,
    [forceId, pathwayId, leftAfter],
  );
  return rowCount === 1;
}

/** `dead`: this was the last wrong one, or there was one before: whoever hears of it tells somebody, and ends the link. */
export type YearAnswer = 'right' | 'wrong' | 'dead';

/**
 * Holds one answer against the year of birth. It counts as wrong before it is looked at, so that any number of answers at
 * once are no more than may be wrong one after the other; a right one takes the count back.
 * @throws MissingKeyError, SealBrokenError
 */
export async function answerYear(
  db: Database,
  { forceId, linkId, personId }: Pick<LiveLink, 'forceId' | 'linkId' | 'personId'>,
  year: string,
): Promise<YearAnswer> {
  const { rows } = await db.pool.query<{ birthDate: string; wrongAnswers: number }>(
    `update person_link l set wrong_answers = wrong_answers + 1 from person
      where l.force_id = $1 and l.id = $2 and l.revoked_at is null and l.wrong_answers < $4
        and person.force_id = l.force_id and person.id = $3
      returning person.birth_date as "birthDate", l.wrong_answers as "wrongAnswers"`,
    [forceId, linkId, personId, mostWrongYears],
  );
  const [row] = rows;
  if (row === undefined) return 'dead';
  const place = { table: 'person', column: 'birth_date', rowId: personId };
  const right = db.fields.decrypt(row.birthDate, place).slice(0, 4) === year;
  if (!right) return row.wrongAnswers < mostWrongYears ? 'wrong' : 'dead';
  await db.pool.query(
    'update person_link set wrong_answers = 0 where force_id = $1 and id = $2 and revoked_at is null',
    [forceId, linkId],
  );
  return 'right';
}

/** From now on it leads nowhere. */
export async function endLink(
  db: Database,
  { forceId, linkId }: Pick<LiveLink, 'forceId' | 'linkId'>,
): Promise<void> {
  await db.pool.query(
    'update person_link set revoked_at = clock_timestamp() where force_id = $1 and id = $2 and revoked_at is null',
    [forceId, linkId],
  );
}

/**
 * From now on texts and the page come in this language, of whichever row of the human being. What it was before is kept,
 * with the link by which the person chose it: they are the author.
 */
export async function chooseLanguage(
  db: Database,
  { forceId, personId, linkId }: Pick<LiveLink, 'forceId' | 'personId' | 'linkId'>,
  language: Language,
): Promise<void> {
  await db.pool.query(
    `with chosen as (
       select id, language from person
        where force_id = $1 and id in (select llwybr_cluster($1, $2)) and language is distinct from $3
          and erased_at is null
        order by id for update
     ), kept as (
       insert into language_choice (force_id, id, person_id, link_id, before, language, chosen_at)
         select $1, gen_random_uuid(), chosen.id, $4, chosen.language, $3, clock_timestamp() from chosen
     ) update person set language = $3, updated_at = clock_timestamp()
        from chosen where person.force_id = $1 and person.id = chosen.id`,
    [forceId, personId, language, linkId],
  );
}
