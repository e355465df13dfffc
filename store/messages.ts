import type { Language } from '../workflows/domain/common/contact-preference.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Urgency } from '../workflows/domain/common/message-intent.ts';
import type { MessageChannel } from '../workflows/domain/common/message-purpose.ts';
import type { Database } from './database.ts';
import { isUuid } from './scope.ts';
import type { Scope } from './scope.ts';
import { readSending, sendingColumn, sendingJoins } from './sending-case.ts';
import type { SendingCase, SendingRow } from './sending-case.ts';

/**
 * `planned`: wished for, not yet judged. `sending`: claimed; the gateway may or may not have it. `sent`: the gateway
 * took it. `unknown`: it is not clear whether it did, and a person looks. The others are what they say.
 */
export type MessageStatus =
  'planned' | 'sending' | 'sent' | 'delivered' | 'failed' | 'unknown' | 'cancelled' | 'skipped';

export interface MessageRow {
  readonly forceId: string;
  readonly intentId: string;
  readonly pathwayId: string;
  /** The event that caused it. */
  readonly seq: number;
  readonly commandId: string;
  readonly purpose: string;
  readonly channel: MessageChannel;
  readonly appointmentId: string | null;
  readonly urgency: Urgency;
  readonly notBefore: Instant;
  readonly expiresAt: Instant;
  readonly status: MessageStatus;
  /** Why it was skipped, cancelled or failed, or what is not clear: a code. */
  readonly reason: string | null;
  readonly claimId: string | null;
  readonly claimedAt: Instant | null;
  /** How often it was claimed. */
  readonly attempts: number;
  readonly language: Language | null;
  /** The gateway's own id of it. */
  readonly gatewayId: string | null;
  readonly gatewayStatus: string | null;
  readonly plannedAt: Instant;
  readonly sentAt: Instant | null;
  readonly settledAt: Instant | null;
  readonly updatedAt: Instant;
}

/** SQL of the columns of a MessageRow. */
export const messageColumns = (m: string): string => `${m}.force_id as "forceId", ${m}.id as "intentId",
  ${m}.pathway_id as "pathwayId", ${m}.seq, ${m}.command_id as "commandId", ${m}.purpose, ${m}.channel,
  ${m}.appointment_id as "appointmentId", ${m}.urgency, llwybr_instant(${m}.not_before) as "notBefore",
  llwybr_instant(${m}.expires_at) as "expiresAt", ${m}.status, ${m}.reason, ${m}.claim_id as "claimId",
  llwybr_instant(${m}.claimed_at) as "claimedAt", ${m}.attempts, ${m}.language, ${m}.gateway_id as "gatewayId",
  ${m}.gateway_status as "gatewayStatus", llwybr_instant(${m}.planned_at) as "plannedAt",
  llwybr_instant(${m}.sent_at) as "sentAt", llwybr_instant(${m}.settled_at) as "settledAt",
  llwybr_instant(${m}.updated_at) as "updatedAt"`;

export type Claim =
  /** Nobody ever handed it to the gateway: it may be sent, by this claimer only. */
  | { readonly state: 'fresh'; readonly message: MessageRow; readonly attempt: number }
  /**
   * It was claimed before, and that claimer did not settle it: the gateway may have it. Look it up there; it is never
   * simply sent. This claimer now holds it. `claimedAt` is when it was first claimed by the other.
   */
  | {
      readonly state: 'needs-lookup';
      readonly message: MessageRow;
      readonly claimedAt: Instant;
      readonly attempt: number;
    }
  /** Another claimer is at it; ask again after `until`. */
  | { readonly state: 'busy'; readonly until: Instant }
  | { readonly state: 'settled'; readonly message: MessageRow }
  | { readonly state: 'not-found' };

/**
 * Claims a message for sending. Of any number of claimers at once exactly one gets it. Claiming again by the
 * same id counts as the earlier claimer having died, as does a claim older than the lease. `attempt` is the number of
 * this claim: whoever was only believed dead has a lower one, and is refused by it.
 * @param options.leaseSeconds longer than one try of a delivery may take; 150 by default
 */
export async function claimForSending(
  db: Database,
  forceId: string,
  intentId: string,
  claimId: string,
  options: { readonly leaseSeconds?: number } = {},
): Promise<Claim> {
  if (!isUuid(intentId)) return { state: 'not-found' };
  const { rows } = await db.pool.query<{
    before: MessageStatus;
    earlier: Instant | null;
    until: Instant | null;
    attempt: number | null;
  }>({
    name: 'llwybr-claim',
    text: `with held as (
        select force_id, id, status, claim_id, claimed_at,
          status = 'planned' or (status = 'sending'
            and (claim_id = $3 or claimed_at + make_interval(secs => $4) < clock_timestamp())) as free
        from message where force_id = $1 and id = $2 for update
      ), claimed as (
        update message m set status = 'sending', claim_id = $3, claimed_at = clock_timestamp(),
            attempts = attempts + 1, updated_at = clock_timestamp()
          from held where held.free and m.force_id = held.force_id and m.id = held.id
          returning m.id, m.attempts
      )
      select held.status as before, llwybr_instant(held.claimed_at) as earlier,
        llwybr_instant(held.claimed_at + make_interval(secs => $4)) as until, claimed.attempts as attempt
      from held left join claimed on claimed.id = held.id`,
    values: [forceId, intentId, claimId, options.leaseSeconds ?? 150],
  });
  const [answer] = rows;
  const message = answer === undefined ? null : await messageById(db, forceId, intentId);
  if (answer === undefined || message === null) return { state: 'not-found' };
  const { attempt, earlier } = answer;
  if (attempt !== null) {
    return earlier === null || answer.before === 'planned'
      ? { state: 'fresh', message, attempt }
      : { state: 'needs-lookup', message, claimedAt: earlier, attempt };
  }
  return answer.before === 'sending' && answer.until !== null
    ? { state: 'busy', until: answer.until }
    : { state: 'settled', message };
}

export interface Settlement {
  readonly forceId: string;
  readonly intentId: string;
  readonly claimId: string;
  /** Which claim it was (HeldMessage). */
  readonly attempt: number;
  /** When the caller itself handed it over; null: it did not, or only looked for what another had. */
  readonly handedOverAt: Instant | null;
  readonly status: 'sent' | 'failed' | 'unknown' | 'skipped' | 'cancelled';
  /** A code; needed for `skipped` and `cancelled`. */
  readonly reason?: string;
  readonly gatewayId?: string;
  readonly gatewayStatus?: string;
  readonly language?: Language;
  /** The words that went out; kept encrypted. */
  readonly body?: string;
}

/**
 * Writes down what came of a claimed message. `applied` is false when the claim is not held any more (another
 * one took it over, or the gateway's callback was quicker): the row then says what is so. Whoever handed it over may still
 * say what the gateway answered while a later try of the same activity looks for it; nobody else knows it better.
 */
export async function settle(
  db: Database,
  settlement: Settlement,
): Promise<{ readonly applied: boolean; readonly message: MessageRow | null }> {
  const { forceId, intentId, claimId, attempt, handedOverAt } = settlement;
  const { status, reason, gatewayId, gatewayStatus, language, body } = settlement;
  const sealed = db.fields.encrypt(body ?? null, sealOfBody(intentId));
  const { rows } = await db.pool.query<MessageRow>(
    `update message m set status = $4, reason = $5, gateway_id = coalesce($6, gateway_id),
         gateway_status = coalesce($7, gateway_status), language = coalesce($8, language), body = coalesce($9, body),
         sent_at = case when $4 = 'sent' then clock_timestamp() else sent_at end,
         settled_at = clock_timestamp(), updated_at = clock_timestamp()
       where force_id = $1 and id = $2 and status = 'sending' and claim_id = $3
         and (attempts = $10 or handed_over_at = $11::timestamptz)
       returning ${messageColumns('m')}`,
    [
      forceId,
      intentId,
      claimId,
      status,
      reason ?? null,
      gatewayId ?? null,
      gatewayStatus ?? null,
      language ?? null,
      sealed,
      attempt,
      handedOverAt,
    ],
  );
  const [message] = rows;
  if (message !== undefined) return { applied: true, message };
  return { applied: false, message: await messageById(db, forceId, intentId) };
}

export interface GatewayReport {
  readonly forceId: string;
  readonly intentId: string;
  readonly gatewayId: string;
  /** In the gateway's own words. */
  readonly gatewayStatus: string;
  readonly status: 'sent' | 'delivered' | 'failed';
  readonly reason?: string;
}

/**
 * Takes a callback of the gateway. They come twice and out of order: one only ever moves a message on (sending,
 * unknown, sent, then delivered or failed), and one about another of the gateway's ids changes nothing. Of one that
 * failed its pathway has yet to hear (store/reported-failures.ts).
 * @returns whether it moved the message
 */
export async function recordGatewayReport(db: Database, report: GatewayReport): Promise<boolean> {
  if (!isUuid(report.intentId)) return false;
  const { rowCount } = await db.pool.query(
    `update message m set status = $4, gateway_id = $3, gateway_status = $5, reason = $6,
         failure_reported_at = case when $4 = 'failed' then clock_timestamp() end,
         sent_at = coalesce(sent_at, clock_timestamp()), settled_at = clock_timestamp(), updated_at = clock_timestamp()
       where force_id = $1 and id = $2 and (gateway_id is null or gateway_id = $3)
         and array_position(array['sending', 'unknown', 'sent'], status)
           < coalesce(array_position(array['sending', 'unknown', 'sent'], $4), 4)
         and not exists (select from message other where other.gateway_id = $3 and other.id <> m.id)`,
    [
      report.forceId,
      report.intentId,
      report.gatewayId,
      report.status,
      report.gatewayStatus,
      report.reason ?? null,
    ],
  );
  return rowCount === 1;
}

/** That nobody need be told of what became of it, so that no later run of its pathway asks (store/ledger.ts). */
export async function markNobodyTold(db: Database, forceId: string, intentId: string): Promise<void> {
  await db.pool.query(
    `update message set nobody_told_at = clock_timestamp()
      where force_id = $1 and id = $2 and nobody_told_at is null`,
    [forceId, intentId],
  );
}

/** All that the judgement at the moment of sending needs. */
export interface DeliveryCase extends SendingCase {
  readonly message: MessageRow;
  /** Whether the pathway became another person's after the event that caused the message. */
  readonly reassigned: boolean;
}

/**
 * One query, so that one moment is judged. null: no such message.
 * @param at the moment of which it is asked: the texts of its local day are counted
 * @throws MissingKeyError, SealBrokenError
 */
export async function messageForDelivery(
  db: Database,
  forceId: string,
  intentId: string,
  at: Instant = toInstant(Date.now()),
): Promise<DeliveryCase | null> {
  if (!isUuid(intentId)) return null;
  const { rows } = await db.pool.query<
    MessageRow & { readonly sending: SendingRow; readonly reassigned: boolean }
  >({
    name: 'llwybr-message-for-delivery',
    text: `select ${messageColumns('m')}, ${sendingColumn('m.id', '$3::timestamptz')},
        coalesce(llwybr_reassigned_at(m.force_id, m.pathway_id) > m.seq, false) as reassigned
      from message m
      join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
      ${sendingJoins}
      where m.force_id = $1 and m.id = $2`,
    values: [forceId, intentId, at],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const { sending, reassigned, ...message } = row;
  return { message, reassigned, ...readSending(db, sending) };
}

export async function messageById(
  db: Database,
  forceId: string,
  intentId: string,
): Promise<MessageRow | null> {
  if (!isUuid(intentId)) return null;
  const { rows } = await db.pool.query<MessageRow>(
    `select ${messageColumns('m')} from message m where m.force_id = $1 and m.id = $2`,
    [forceId, intentId],
  );
  return rows[0] ?? null;
}

/**
 * Every message of a pathway, with the words that went out, oldest first.
 * @throws MissingKeyError, SealBrokenError
 */
export async function messagesOf(
  db: Database,
  scope: Scope,
  pathwayId: string,
): Promise<(MessageRow & { readonly body: string | null })[]> {
  if (!isUuid(pathwayId)) return [];
  const { rows } = await db.pool.query<MessageRow & { body: string | null }>(
    `select ${messageColumns('m')}, m.body
       from message m join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
      where m.force_id = $1 and m.pathway_id = $2 and ($3::text is null or p.provider_id = $3)
      order by m.planned_at, m.seq, m.id`,
    [scope.forceId, pathwayId, scope.providerId],
  );
  return rows.map((row) => ({ ...row, body: db.fields.decrypt(row.body, sealOfBody(row.intentId)) }));
}

/** In the place of the words of a message to somebody whose details were erased: that one was handed over is kept. */
export const erasedWords = '-';

/** Where the sealed words of a message stand. */
export function sealOfBody(intentId: string) {
  return { table: 'message', column: 'body', rowId: intentId };
}
