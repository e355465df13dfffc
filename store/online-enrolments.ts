import type { DiversionEventType } from '../workflows/domain/diversion/events.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { ProgrammePurpose, TextPurpose } from '../workflows/domain/common/message-purpose.ts';
import type { Database } from './database.ts';
import { digestOfFacts, goesOn } from './message-handover.ts';
import type { HeldMessage, JudgedBy } from './message-handover.ts';
import type { MessageRow, MessageStatus } from './messages.ts';
import { isUuid } from './scope.ts';

/** Enrolments in the online programme: message records by a channel of their own (store/messages.ts). */

const purpose: ProgrammePurpose = 'online-enrolment';

/** After one of these an earlier enrolment is another provider's or another person's matter; a new one comes with them. */
const routedOn: readonly DiversionEventType[] = [
  'referral-routed',
  'referral-declined',
  'transfer-accepted',
  'person-reassigned',
];

/** Whether the person was routed on since the event that planned this message. */
export async function isRoutedOn(
  db: Database,
  { forceId, pathwayId, seq }: Pick<MessageRow, 'forceId' | 'pathwayId' | 'seq'>,
): Promise<boolean> {
  const { rows } = await db.pool.query<{ routed: boolean }>(
    `select exists (select from event
       where force_id = $1 and pathway_id = $2 and seq > $3 and type = any($4)) as routed`,
    [forceId, pathwayId, seq, routedOn],
  );
  return rows[0]?.routed === true;
}

/** A worker that slept for longer between judging and handing over judges again. */
const judgedWithinSeconds = 60;

/**
 * Writes down that a claimed enrolment is asked for now: true, once, before the programme is called, as `handOver` of a
 * text. False where the pathway or what was told of the person has changed since it was judged.
 */
export async function handOverEnrolment(
  db: Database,
  { forceId, intentId, claimId, attempt }: HeldMessage,
  handedOverAt: Instant,
  { headSeq, knownFacts, readAt }: JudgedBy,
): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `update message set handed_over_at = $4, updated_at = clock_timestamp()
       where force_id = $1 and id = $2 and status = 'sending' and claim_id = $3 and attempts = $9
         and handed_over_at is null and channel = 'programme'
         and exists (
           select from pathway p
             join person on person.force_id = p.force_id and person.id = p.person_id
            where p.force_id = message.force_id and p.id = message.pathway_id and ${goesOn('p')}
              and p.head_seq = $5 and $6::timestamptz > clock_timestamp() - make_interval(secs => $7)
              and $8 = ${digestOfFacts('person')})`,
    [forceId, intentId, claimId, handedOverAt, headSeq, readAt, judgedWithinSeconds, knownFacts, attempt],
  );
  return rowCount === 1;
}

/** null: it was never asked for. */
export async function enrolmentAskedForAt(
  db: Database,
  forceId: string,
  intentId: string,
): Promise<Instant | null> {
  const { rows } = await db.pool.query<{ at: Instant | null }>(
    'select llwybr_instant(handed_over_at) as at from message where force_id = $1 and id = $2',
    [forceId, intentId],
  );
  return rows[0]?.at ?? null;
}

export interface KnownEnrolment {
  readonly status: MessageStatus;
  /** In clear; null while there is none. */
  readonly accessCode: string | null;
}

/**
 * The enrolment that was planned with a message of the same event; null: none was.
 * @throws MissingKeyError, SealBrokenError
 */
export async function enrolmentWith(
  db: Database,
  { forceId, pathwayId, commandId }: Pick<MessageRow, 'forceId' | 'pathwayId' | 'commandId'>,
): Promise<KnownEnrolment | null> {
  const { rows } = await db.pool.query<{ id: string; status: MessageStatus; body: string | null }>(
    `select id, status, body from message
      where force_id = $1 and pathway_id = $2 and command_id = $3 and purpose = $4`,
    [forceId, pathwayId, commandId, purpose],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const place = { table: 'message', column: 'body', rowId: row.id } as const;
  return { status: row.status, accessCode: db.fields.decrypt(row.body, place) };
}

export interface ListedEnrolment extends KnownEnrolment {
  readonly intentId: string;
  readonly plannedAt: Instant;
  readonly reason: string | null;
}

/**
 * Those of whoever has the person now, oldest first: not of a former provider, nor of a former person.
 * @throws MissingKeyError, SealBrokenError
 */
export async function enrolmentsOf(
  db: Database,
  forceId: string,
  pathwayId: string,
): Promise<ListedEnrolment[]> {
  const { rows } = await db.pool.query<Omit<ListedEnrolment, 'accessCode'> & { body: string | null }>(
    `select m.id as "intentId", llwybr_instant(m.planned_at) as "plannedAt", m.status, m.reason, m.body
       from message m
      where m.force_id = $1 and m.pathway_id = $2 and m.purpose = $3
        and not exists (select from event e where e.force_id = m.force_id and e.pathway_id = m.pathway_id
          and e.seq > m.seq and e.type = any($4))
      order by m.planned_at, m.id`,
    [forceId, pathwayId, purpose, routedOn],
  );
  return rows.map(({ body, ...row }) => {
    const place = { table: 'message', column: 'body', rowId: row.intentId } as const;
    return { ...row, accessCode: db.fields.decrypt(body, place) };
  });
}

/** Whether a text to the person was planned with this enrolment. */
export async function isInvitedWith(
  db: Database,
  { forceId, pathwayId, commandId }: Pick<MessageRow, 'forceId' | 'pathwayId' | 'commandId'>,
): Promise<boolean> {
  const { rows } = await db.pool.query<{ invited: boolean }>(
    `select exists (select from message
       where force_id = $1 and pathway_id = $2 and command_id = $3 and purpose = $4) as invited`,
    [forceId, pathwayId, commandId, 'online-invitation' satisfies TextPurpose],
  );
  return rows[0]?.invited === true;
}

/** An enrolment that the programme tells of. */
export interface EnrolledPathway {
  readonly forceId: string;
  readonly intentId: string;
  readonly pathwayId: string;
  readonly kind: 'diversion';
  /** Who has the pathway now. */
  readonly providerId: string | null;
  /** Whether it is still who it was planned for, with whom it was planned. */
  readonly routedOn: boolean;
  /** Whether the first login is settled. */
  readonly settled: boolean;
}

/** By the reference alone, as the programme has it; null: it is none of ours. */
export async function enrolmentByReference(db: Database, reference: string): Promise<EnrolledPathway | null> {
  if (!isUuid(reference)) return null;
  const { rows } = await db.pool.query<EnrolledPathway>(
    `select m.force_id as "forceId", m.id as "intentId", m.pathway_id as "pathwayId", p.kind,
        p.provider_id as "providerId", m.status = 'delivered' as settled,
        exists (select from event e where e.force_id = m.force_id and e.pathway_id = m.pathway_id
          and e.seq > m.seq and e.type = any($3)) as "routedOn"
       from message m join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
      where m.id = $1 and m.purpose = $2 and p.kind = 'diversion'`,
    [reference, purpose, routedOn],
  );
  return rows[0] ?? null;
}

/** `reason`: why it was not taken as evidence; null where it was. The enrolment certainly exists by now. */
export async function settleFirstLogin(
  db: Database,
  { forceId, intentId }: Pick<EnrolledPathway, 'forceId' | 'intentId'>,
  reason: string | null,
): Promise<void> {
  await db.pool.query(
    `update message set status = 'delivered', gateway_status = 'logged-in', reason = $3,
        settled_at = clock_timestamp(), updated_at = clock_timestamp()
      where force_id = $1 and id = $2 and purpose = $4 and status <> 'delivered'`,
    [forceId, intentId, reason, purpose],
  );
}

const feed = 'online-first-logins';

/** From when on first logins are to be asked for: the programme's own word of the last time; null: never asked. */
export async function firstLoginsAskedUntil(db: Database): Promise<Instant | null> {
  const row = await db.prisma.sweep.findUnique({ where: { name: feed } });
  return row === null ? null : row.at.toISOString();
}

export async function recordFirstLoginsAsked(db: Database, until: Instant): Promise<void> {
  await db.pool.query(
    `insert into sweep (name, at) values ($1, $2)
      on conflict (name) do update set at = greatest(sweep.at, excluded.at)`,
    [feed, until],
  );
}
