import { isInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { ReplyFinding, ReplyMeaning } from '../workflows/domain/common/reply.ts';
import type { Database } from './database.ts';
import { erasedWords, messageColumns, sealOfBody } from './messages.ts';
import type { MessageRow } from './messages.ts';
import { BadCursorError } from './pathways.ts';
import { isUuid } from './scope.ts';

export interface ListedMessage extends MessageRow {
  /** What was handed over; null: nothing was, or the person's details were erased. */
  readonly body: string | null;
  /** Oldest first. */
  readonly replies: readonly {
    readonly replyId: string;
    readonly receivedAt: Instant;
    readonly meaning: ReplyMeaning;
    readonly finding: ReplyFinding | null;
    readonly settledAt: Instant | null;
  }[];
}

/**
 * SQL for when somebody saw to what a reply (a row by this name) asks by what they did, such as moving the appointment; null
 * where nobody has, or the case ended first and left it to be read.
 */
function seenTo(r: string): string {
  return `case when ${r}.left_open_by is null then (select min(e.recorded_at) from event e
      where e.force_id = ${r}.force_id and e.pathway_id = ${r}.pathway_id and e.recorded_at >= ${r}.received_at
        and llwybr_asks_about(${r}, e.effects->'settled')) end`;
}

export interface MessagePage {
  readonly rows: readonly ListedMessage[];
  /** To go on from; null on the last page. */
  readonly next: string | null;
}

/**
 * The messages of a pathway, planned last first. Who may read the pathway is for the caller to ask.
 * @param options.after `next` of the page before
 * @throws BadCursorError, MissingKeyError, SealBrokenError
 */
export async function messagePage(
  db: Database,
  { forceId, pathwayId }: { readonly forceId: string; readonly pathwayId: string },
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<MessagePage> {
  const { at, id } = after === undefined ? { at: null, id: null } : readCursor(after);
  const { rows } = await db.pool.query<ListedMessage>(
    `select ${messageColumns('m')}, m.body,
        coalesce((select jsonb_agg(jsonb_build_object('replyId', r.id, 'receivedAt', llwybr_instant(r.received_at),
            'meaning', r.meaning, 'finding', r.finding, 'settledAt', llwybr_instant(coalesce(r.settled_at, ${seenTo('r')})))
            order by r.received_at, r.id)
          from reply r where r.force_id = m.force_id and r.pathway_id = m.pathway_id and r.intent_id = m.id), '[]') as replies
       from message m
      where m.force_id = $1 and m.pathway_id = $2
        and ($3::timestamptz is null or (m.planned_at, m.id) < ($3, $4::uuid))
      order by m.planned_at desc, m.id desc limit $5`,
    [forceId, pathwayId, at, id, limit + 1],
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: page.map((row) => ({ ...row, body: wordsOf(db, row) })),
    next: rows.length > page.length && last !== undefined ? cursorOf(last) : null,
  };
}

function wordsOf(db: Database, { intentId, body }: ListedMessage): string | null {
  const words = db.fields.decrypt(body, sealOfBody(intentId));
  return words === erasedWords ? null : words;
}

function cursorOf({ plannedAt, intentId }: ListedMessage): string {
  return Buffer.from(`messages|${plannedAt}|${intentId}`, 'utf8').toString('base64url');
}

function readCursor(text: string): { readonly at: Instant; readonly id: string } {
  const [list, at = '', id = '', ...rest] = Buffer.from(text, 'base64url').toString('utf8').split('|');
  if (list !== 'messages' || !isInstant(at) || !isUuid(id) || rest.length > 0) {
    throw new BadCursorError('This is not a cursor of this list');
  }
  return { at, id };
}
