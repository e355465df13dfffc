import { randomUUID } from 'node:crypto';
import type { Actor } from '../workflows/domain/common/actor.ts';
import { systemActor } from '../workflows/domain/common/actor.ts';
import { isInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import { concernsPathway } from '../workflows/domain/common/reply.ts';
import type { ReplyFinding, ReplyMeaning } from '../workflows/domain/common/reply.ts';
import { casesMeant } from './answered-texts.ts';
import type { AnsweredText } from './answered-texts.ts';
import type { Database } from './database.ts';
import { recordFact } from './person-facts.ts';
import type { PersonFactRecord } from './person-facts.ts';
import { BadCursorError } from './pathways.ts';
import { placeBy } from './place-in-list.ts';
import type { PlaceInList } from './place-in-list.ts';
import { isUuid } from './scope.ts';

/** A text that came in. */
export interface InboundText {
  readonly forceId: string;
  /** The gateway's id of it: the same one is the same text. */
  readonly gatewayId: string;
  /** The number that it came from, E.164. */
  readonly from: string;
  readonly words: string;
  readonly receivedAt: Instant;
  readonly meaning: ReplyMeaning;
  readonly callToday: boolean;
}

export interface ReplyRecord {
  readonly forceId: string;
  readonly replyId: string;
  readonly meaning: ReplyMeaning;
  readonly callToday: boolean;
  readonly receivedAt: Instant;
  /** Of the text that it answers, or of whoever has the number; null: it answers none, and nobody with an open case has it. */
  readonly pathwayId: string | null;
  readonly appointmentId: string | null;
  /** It may be about another case, which has a reply of its own. */
  readonly unclear: boolean;
  /** What the pathway made of it; null: it has not heard of it, or need not. */
  readonly outcome: 'recorded' | 'refused' | null;
  readonly carriedAt: Instant | null;
  readonly finding: ReplyFinding | null;
  readonly settledAt: Instant | null;
  /** Account id. */
  readonly settledBy: string | null;
}

const columns = `r.force_id as "forceId", r.id as "replyId", r.meaning, r.call_today as "callToday",
  llwybr_instant(r.received_at) as "receivedAt", r.pathway_id as "pathwayId", r.appointment_id as "appointmentId",
  r.unclear, r.outcome, llwybr_instant(r.carried_at) as "carriedAt", r.finding, llwybr_instant(r.settled_at) as "settledAt",
  r.settled_by as "settledBy"`;

/**
 * Keeps one text, once for each of the gateway's ids: told of again, it is the one that is there. Of each case that it may
 * be about it is a reply of its own, which somebody sees to there.
 * @param about the cases of this force that it is for, and whether it may be about other cases; those that the force alone
 *   gives when left out
 * @returns the replies, the first of them alone where it was told of before; null when there is no such force
 */
export async function recordReply(
  db: Database,
  text: InboundText,
  about?: { readonly answered: readonly AnsweredText[]; readonly unclear: boolean },
): Promise<{ readonly replies: readonly [ReplyRecord, ...ReplyRecord[]]; readonly created: boolean } | null> {
  const { forceId, gatewayId, from, words, receivedAt, meaning, callToday } = text;
  const found = about?.answered ?? (await casesMeant(db, [forceId], text));
  const nothing = { intentId: null, pathwayId: null, appointmentId: null };
  const kept = (found.length === 0 ? [nothing] : found).map((one, nth) => {
    const replyId = randomUUID();
    return {
      ...{ ...one, nth, replyId, gatewayId: nth === 0 ? gatewayId : `${gatewayId}:${String(nth)}` },
      mobile: db.fields.encrypt(from, place('mobile', replyId)),
      words: db.fields.encrypt(words, place('words', replyId)),
    };
  });
  const { rows } = await db.pool.query<ReplyRecord>(
    `with kept as (
       select * from jsonb_to_recordset($2::jsonb) as kept (nth integer, "replyId" uuid, "gatewayId" text, mobile text,
         words text, "intentId" uuid, "pathwayId" uuid, "appointmentId" text)
     ), r as (
       insert into reply (force_id, id, gateway_id, mobile, mobile_index, words, meaning, call_today, received_at,
           intent_id, pathway_id, appointment_id, unclear)
         select f.id, k."replyId", k."gatewayId", k.mobile, $3, k.words, $4, $5, $6, k."intentId", k."pathwayId",
             k."appointmentId", $7
           from force f, kept k
          where f.id = $1 and not exists (select from reply told where told.force_id = f.id and told.gateway_id = $8)
          order by k.nth
         on conflict (force_id, gateway_id) do nothing
         returning *
     ) select ${columns} from r join kept k on k."replyId" = r.id order by k.nth`,
    [
      ...[forceId, JSON.stringify(kept), db.fields.blindIndex('mobile', forceId, from)],
      ...[meaning, callToday, receivedAt, about?.unclear ?? found.length > 1, gatewayId],
    ],
  );
  const [first, ...others] = rows;
  if (first !== undefined) return { replies: [first, ...others], created: true };
  const earlier = await replyByGatewayId(db, forceId, gatewayId);
  return earlier === null ? null : { replies: [earlier], created: false };
}

/** What a person chose on their page, to which a link in a text led them. */
export interface PageChoice {
  readonly forceId: string;
  /** The link, which is the message that it was sent in. */
  readonly linkId: string;
  /** Of the showing of the page and what was chosen there: the same one is the same choice. */
  readonly choiceId: string;
  readonly meaning: ReplyMeaning;
  /** For who reads it on the case. */
  readonly words: string;
  readonly appointmentId: string | null;
  readonly receivedAt: Instant;
}

/**
 * Keeps one choice as what a text with that meaning would be, once. It is of whom the link is of, and not of a number.
 * @returns null when there is no such link
 */
export async function recordPageChoice(db: Database, choice: PageChoice): Promise<ReplyRecord | null> {
  const { forceId, linkId, choiceId, meaning, words, appointmentId, receivedAt } = choice;
  const replyId = randomUUID();
  const gatewayId = `page:${choiceId}`;
  const { rows } = await db.pool.query<ReplyRecord>(
    `with r as (
       insert into reply (force_id, id, gateway_id, words, meaning, call_today, received_at, intent_id, pathway_id,
           appointment_id)
         select l.force_id, $3, $4, $5, $6, false, $7, l.id, l.pathway_id, $8
           from person_link l where l.force_id = $1 and l.id = $2
         on conflict (force_id, gateway_id) do nothing
         returning *
     ) select ${columns} from r`,
    [
      ...[forceId, linkId, replyId, gatewayId, db.fields.encrypt(words, place('words', replyId))],
      ...[meaning, receivedAt, appointmentId],
    ],
  );
  return rows[0] ?? (await replyByGatewayId(db, forceId, gatewayId));
}

/** The latest that was said of coming to an appointment, by text or on the page; null: nothing. */
export async function saidOfComing(
  db: Database,
  forceId: string,
  pathwayId: string,
  appointmentId: string,
): Promise<'confirm' | 'cannot-come' | null> {
  const { rows } = await db.pool.query<{ meaning: 'confirm' | 'cannot-come' }>(
    `select meaning from reply where force_id = $1 and pathway_id = $2 and appointment_id = $3
        and meaning in ('confirm', 'cannot-come') and not unclear
      order by received_at desc, id limit 1`,
    [forceId, pathwayId, appointmentId],
  );
  return rows[0]?.meaning ?? null;
}

async function replyByGatewayId(
  db: Database,
  forceId: string,
  gatewayId: string,
): Promise<ReplyRecord | null> {
  const { rows } = await db.pool.query<ReplyRecord>(
    `select ${columns} from reply r where r.force_id = $1 and r.gateway_id = $2`,
    [forceId, gatewayId],
  );
  return rows[0] ?? null;
}

/**
 * Records what the reply says of texts as a fact about each person it may be of, once: it binds from then on. STOP is of
 * everybody who has the number now and of whom the text was sent to that it answers, whose number it was when it came;
 * START only of who has it now. Nothing for other replies.
 */
export async function recordFactsOfReply(
  db: Database,
  {
    forceId,
    replyId,
    meaning,
    receivedAt,
  }: Pick<ReplyRecord, 'forceId' | 'replyId' | 'meaning' | 'receivedAt'>,
): Promise<PersonFactRecord[]> {
  if (meaning !== 'stop' && meaning !== 'start') return [];
  const { rows } = await db.pool.query<{ personId: string }>(
    `select person.id as "personId" from reply r
       join person on person.force_id = r.force_id and person.mobile_index = r.mobile_index
      where r.force_id = $1 and r.id = $2
     union
     select p.person_id from reply r
       join message m on m.force_id = r.force_id and m.id = r.intent_id
       join pathway p on p.force_id = r.force_id and p.id = r.pathway_id
      where r.force_id = $1 and r.id = $2 and r.meaning = 'stop'
        and coalesce(llwybr_reassigned_at(p.force_id, p.id), 0) <= m.seq
      order by 1`,
    [forceId, replyId],
  );
  const facts: PersonFactRecord[] = [];
  for (const { personId } of rows) {
    const recorded = await recordFact(db, {
      ...{ forceId, personId, requestId: `reply:${replyId}:${personId}`, occurredAt: receivedAt },
      ...{ reason: null, actor: systemActor(forceId) },
      kind: meaning === 'stop' ? 'stop-texts' : 'texts-allowed',
    });
    if (recorded !== null) facts.push(recorded.fact);
  }
  await db.pool.query(
    'update reply set told_of_person = true where force_id = $1 and id = $2 and not told_of_person and $3',
    [forceId, replyId, facts.length > 0],
  );
  return facts;
}

/** Whether a pathway has to hear of it, or of what was made of it. */
export function isForPathway(reply: ReplyRecord): reply is ReplyRecord & { readonly pathwayId: string } {
  return reply.pathwayId !== null && concernsPathway(reply);
}

export interface CarriedReply extends ReplyRecord {
  readonly kind: PathwayKindName | null;
}

export async function findReply(
  db: Database,
  forceId: string,
  replyId: string,
): Promise<CarriedReply | null> {
  if (!isUuid(replyId)) return null;
  const { rows } = await db.pool.query<CarriedReply>(
    `select ${columns}, p.kind from reply r
       left join pathway p on p.force_id = r.force_id and p.id = r.pathway_id
      where r.force_id = $1 and r.id = $2`,
    [forceId, replyId],
  );
  return rows[0] ?? null;
}

export interface UncarriedReply extends Pick<ReplyRecord, 'forceId' | 'replyId' | 'meaning' | 'receivedAt'> {
  readonly place: PlaceInList;
}

/** Replies of all forces of which something is still to be told, oldest first, from behind a place on. */
export async function uncarriedReplies(
  db: Database,
  limit: number,
  after: PlaceInList | null = null,
): Promise<UncarriedReply[]> {
  const { rows } = await db.pool.query<UncarriedReply>(
    `select force_id as "forceId", id as "replyId", meaning, llwybr_instant(received_at) as "receivedAt",
        ${placeBy('received_at')} from reply
      where carried_at is null and ($2::timestamptz is null or (received_at, id) > ($2, $3::uuid))
      order by received_at, id limit $1`,
    [limit, after?.at ?? null, after?.id ?? null],
  );
  return rows;
}

/** false: somebody has settled it meanwhile, and that is still to be told. */
export async function markReplyCarried(
  db: Database,
  { forceId, replyId, settledAt }: Pick<ReplyRecord, 'forceId' | 'replyId' | 'settledAt'>,
  outcome: ReplyRecord['outcome'],
): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `update reply set carried_at = clock_timestamp(), outcome = coalesce(outcome, $3)
      where force_id = $1 and id = $2 and settled_at is not distinct from $4::timestamptz`,
    [forceId, replyId, outcome, settledAt],
  );
  return rowCount === 1;
}

/**
 * Somebody has seen to it. The number is right, or not, from now on; the pathway hears of it after. That a number is right
 * can still be found once its reply was only seen to, for until then no text goes there.
 * @returns null when it was settled before; the one that is settled now, still to be carried
 */
export async function settleReply(
  db: Database,
  {
    forceId,
    replyId,
    finding,
    actor,
  }: {
    readonly forceId: string;
    readonly replyId: string;
    readonly finding: ReplyFinding;
    readonly actor: Actor;
  },
): Promise<ReplyRecord | null> {
  const { rows } = await db.pool.query<ReplyRecord>(
    `update reply r set finding = $3, settled_at = date_trunc('milliseconds', clock_timestamp()), settled_by = $4,
         settled_as = $5, carried_at = null
      where force_id = $1 and id = $2
        and (settled_at is null or finding = 'dealt-with' and $3 = 'number-is-right' and meaning = 'wrong-person')
      returning ${columns}`,
    [forceId, replyId, finding, actor.userId, actor.role],
  );
  return rows[0] ?? null;
}

export interface ListedReply extends ReplyRecord {
  readonly kind: PathwayKindName | null;
  /**
   * Why a person has to read it here: no case has it; the pathway has ended; the pathway is another person's
   * since; it is open on the case.
   */
  readonly because: 'unmatched' | 'ended' | 'former-person' | 'on-case';
  readonly reference: string | null;
  /** In clear; null where the person's details were erased. */
  readonly words: string | null;
  readonly from: string | null;
}

/**
 * Replies that wait for a person, those that ask for a call today first, then what has waited longest: those that no
 * pathway has, those whose pathway has ended before or after it heard of them or is another person's by now, and those whose
 * attention is open. Of who sees single cases those of these alone; what no pathway has is for who sees all of the force.
 * @param options.after `next` of the page before
 * @throws BadCursorError, MissingKeyError, SealBrokenError
 */
export async function openReplies(
  db: Database,
  forceId: string,
  seen: readonly { readonly kind: PathwayKindName; readonly providerId: string | null }[],
  options: { readonly unmatched: boolean; readonly limit: number; readonly after?: string },
): Promise<{ readonly rows: readonly ListedReply[]; readonly next: string | null }> {
  const { unmatched, limit, after } = options;
  const { callToday, at, id } =
    after === undefined ? { callToday: null, at: null, id: null } : readCursor(after);
  const { rows } = await db.pool.query<ListedReply & { words: string | null; from: string | null }>(
    `select ${columns}, p.kind, p.reference, r.words, r.mobile as from,
        case when r.pathway_id is null then 'unmatched' when r.outcome = 'refused' then 'ended'
          when llwybr_asks_about(r, p.attention) then 'on-case'
          when r.left_open_by = 'person-reassigned' then 'former-person' else 'ended' end as because
       from reply r left join pathway p on p.force_id = r.force_id and p.id = r.pathway_id
      where r.force_id = $1 and r.settled_at is null and r.meaning <> 'help'
        and (r.call_today or r.meaning not in ('stop', 'start') or not r.told_of_person)
        and case when r.pathway_id is null then $2 else exists (
            select from jsonb_array_elements($3::jsonb) s
             where s->>'kind' = p.kind and (s->>'providerId' is null or s->>'providerId' = p.provider_id))
          and (r.outcome = 'refused' or r.left_open_by is not null or llwybr_asks_about(r, p.attention)) end
        and ($4::boolean is null or (not r.call_today, r.received_at, r.id) > (not $4, $5::timestamptz, $6::uuid))
      order by not r.call_today, r.received_at, r.id limit $7`,
    [forceId, unmatched, JSON.stringify(seen), callToday, at, id, limit + 1],
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: page.map((row) => ({
      ...row,
      words: db.fields.decrypt(row.words, place('words', row.replyId)),
      from: db.fields.decrypt(row.from, place('mobile', row.replyId)),
    })),
    next: rows.length > page.length && last !== undefined ? cursorOf(last) : null,
  };
}

function cursorOf({ callToday, receivedAt, replyId }: ReplyRecord): string {
  return Buffer.from(`replies|${String(callToday)}|${receivedAt}|${replyId}`, 'utf8').toString('base64url');
}

function readCursor(text: string): PlaceInList & { readonly callToday: boolean } {
  const [list, today = '', at = '', id = '', ...rest] = Buffer.from(text, 'base64url')
    .toString('utf8')
    .split('|');
  const isCursor = list === 'replies' && (today === 'true' || today === 'false') && rest.length === 0;
  if (!isCursor || !isInstant(at) || !isUuid(id)) {
    throw new BadCursorError('This is not a cursor of this list');
  }
  return { callToday: today === 'true', at, id };
}

function place(column: 'mobile' | 'words', replyId: string) {
  return { table: 'reply', column, rowId: replyId };
}
