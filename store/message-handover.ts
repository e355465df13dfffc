import pg from 'pg';
import type { Language } from '../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { textPurposes } from '../workflows/domain/common/message-purpose.ts';
import { concludedInTreatment } from '../workflows/domain/diversion/closure-reasons.ts';
import type { Database } from './database.ts';
import { isUuid } from './scope.ts';
import { numberIsWrong, saidOfTexts } from './wrong-number.ts';

/** What was given to the gateway, or was about to be when the process died. */
export interface Handover {
  readonly handedOverAt: Instant;
  /** E.164, or an e-mail address; in clear, for the gateway only. */
  readonly to: string;
  readonly language: Language;
  readonly body: string;
}

export interface HeldMessage {
  readonly forceId: string;
  readonly intentId: string;
  readonly claimId: string;
  /**
   * Which claiming of it this is (`attempt` of a Claim). All tries of one activity share a claim id, and one that was
   * given up for dead may wake: nothing that it knows from before the next one's claim binds any more.
   */
  readonly attempt: number;
}

/** What a message was judged by: what has changed since must be judged again. */
export interface JudgedBy {
  readonly headSeq: number;
  /** The number in use, as it is stored. */
  readonly sealedMobile: string | null;
  /** The e-mail address in use, as it is stored. */
  readonly sealedEmail: string | null;
  /** Which facts were known about the person: a merge or a split takes some away as well. No fact itself ever changes. */
  readonly knownFacts: string;
  /** By the database's clock. */
  readonly readAt: Instant;
}

/** SQL for a digest of which facts bind a person (a row of `person` by this name). */
export function digestOfFacts(person: string): string {
  return `(select encode(sha256(convert_to(coalesce(string_agg(f.id::text, ',' order by f.id), ''), 'UTF8')), 'hex')
    from llwybr_binding_facts(${person}.force_id, ${person}.id) f)`;
}

/** Of an e-mail: it was to the person, and not to somebody at work. */
const ofPerson = textPurposes.map((purpose) => pg.escapeLiteral(purpose)).join(', ');

/**
 * SQL for how many other texts and e-mails were handed over to this human being on the local day of `at`: over all pathways of all
 * their rows, whatever became of the texts. Every name is an expression.
 */
export function textsOnDay({
  force,
  person,
  message,
  at,
}: Readonly<Record<'force' | 'person' | 'message' | 'at', string>>): string {
  const midnight = `date_trunc('day', ${at} at time zone 'Europe/London')`;
  return `(select count(*)::integer from message other
      join pathway also on also.force_id = other.force_id and also.id = other.pathway_id
    where also.force_id = ${force} and also.person_id in (select llwybr_cluster(${force}, ${person}))
      and other.id is distinct from ${message} and (other.channel = 'sms' or other.channel = 'email' and other.purpose in (${ofPerson}))
      and other.handed_over_at >= ${midnight} at time zone 'Europe/London'
      and other.handed_over_at < (${midnight} + interval '1 day') at time zone 'Europe/London')`;
}

/** SQL for whether a pathway (a row by this name) is open, or counts as closed while its treatment goes on. */
export function goesOn(p: string): string {
  return `(${p}.closed_at is null or ${p}.closure_reason = ${pg.escapeLiteral(concludedInTreatment)})`;
}

/** A worker that slept for longer between judging and handing over may have slept through the sending hours. */
const judgedWithinSeconds = 60;

/**
 * SQL for whether nothing has happened on the pathway of a row of `message`, and nothing was told of its person, since the
 * message was judged. Every name is a parameter.
 */
export function isAsJudged({
  headSeq,
  readAt,
  knownFacts,
}: Record<'headSeq' | 'readAt' | 'knownFacts', string>): string {
  return `exists (select from pathway p
      join person on person.force_id = p.force_id and person.id = p.person_id
    where p.force_id = message.force_id and p.id = message.pathway_id and p.head_seq = ${headSeq}
      and ${readAt}::timestamptz > clock_timestamp() - make_interval(secs => ${String(judgedWithinSeconds)})
      and ${knownFacts} = ${digestOfFacts('person')})`;
}

/**
 * Writes down that a claimed message goes to the gateway now. It must be called, and answer true, before the
 * gateway is: from here on the message is never sent again, whatever becomes of this process. Of any number of
 * callers one gets true, once; false means that the claim was lost, that the message was handed over before, or
 * that since it was judged too much time has passed, the pathway or the number in use has changed, anything was told of
 * the person, or the number was found to be somebody else's: judge it again.
 */
export async function handOver(
  db: Database,
  { forceId, intentId, claimId, attempt }: HeldMessage,
  { handedOverAt, to, language, body }: Handover,
  { headSeq, sealedMobile, knownFacts, readAt }: JudgedBy,
  perDay: number | null = null,
): Promise<boolean> {
  const handing = [
    `update message set handed_over_at = $7, recipient = $4, recipient_index = $13, language = $5, body = $6,
         updated_at = clock_timestamp()
       where force_id = $1 and id = $2 and status = 'sending' and claim_id = $3 and attempts = $15
         and handed_over_at is null
         and exists (
           select from pathway p
             join person on person.force_id = p.force_id and person.id = p.person_id
            where p.force_id = message.force_id and p.id = message.pathway_id
              and p.head_seq = $8 and person.mobile is not distinct from $9
              and $10::timestamptz > clock_timestamp() - make_interval(secs => $11)
              and ${goesOn('p')} and ${saidOfTexts('person')} = 'yes' and not ${numberIsWrong('person')}
              and $12 = ${digestOfFacts('person')}
              and ($14::integer is null or $14 > ${ofThatDay}))`,
    [
      forceId,
      intentId,
      claimId,
      db.fields.encrypt(to, place('recipient', intentId)),
      language,
      db.fields.encrypt(body, place('body', intentId)),
      handedOverAt,
      headSeq,
      sealedMobile,
      readAt,
      judgedWithinSeconds,
      knownFacts,
      db.fields.blindIndex('mobile', forceId, to),
      perDay,
      attempt,
    ],
  ] as const;
  if (perDay === null) {
    const { rowCount } = await db.pool.query(handing[0], [...handing[1]]);
    return rowCount === 1;
  }
  return oneTextAtATime(db, { forceId, intentId }, async (client) => {
    const { rowCount } = await client.query(handing[0], [...handing[1]]);
    return rowCount === 1;
  });
}

export const ofThatDay = textsOnDay({
  ...{ force: 'person.force_id', person: 'person.id', message: 'message.id' },
  at: '$7::timestamptz',
});

/**
 * Of texts to one human being, over all their rows and pathways, each is counted and claimed for the gateway after the
 * one before is: two that leave at one moment would else both find the last place of the day free. The count must see
 * what the one before wrote, so it is a statement of its own, after the wait.
 */
export async function oneTextAtATime<T>(
  db: Database,
  { forceId, intentId }: Pick<HeldMessage, 'forceId' | 'intentId'>,
  act: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await db.pool.connect();
  let failed: Error | undefined;
  try {
    await client.query('begin');
    await client.query(
      `select pg_advisory_xact_lock(hashtextextended('texts:' || p.force_id || ':' ||
          (select one from llwybr_cluster(p.force_id, p.person_id) one order by one limit 1), 0))
         from message m join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
        where m.force_id = $1 and m.id = $2`,
      [forceId, intentId],
    );
    const answer = await act(client);
    await client.query('commit');
    return answer;
  } catch (error) {
    failed = error instanceof Error ? error : new Error('Not an error');
    throw error;
  } finally {
    if (failed !== undefined) await client.query('rollback').catch(() => undefined);
    client.release(failed);
  }
}

/**
 * The same for an e-mail to somebody at work: true, once, while the claim is held and nobody has handed it over.
 * @param judgedBy where it was judged by what is known of the person; null: it hangs on nothing about them
 */
export async function handOverEmail(
  db: Database,
  { forceId, intentId, claimId, attempt }: HeldMessage,
  { handedOverAt, to, body }: Omit<Handover, 'language'>,
  judgedBy: Omit<JudgedBy, 'sealedMobile' | 'sealedEmail'> | null,
): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    // It is in both languages; the column wants one, and that is the one that comes first.
    `update message set handed_over_at = $6, recipient = $4, language = 'en', body = $5, updated_at = clock_timestamp()
       where force_id = $1 and id = $2 and status = 'sending' and claim_id = $3 and attempts = $10
         and handed_over_at is null and channel = 'email'
         and ($7::integer is null or ${isAsJudged({ headSeq: '$7', readAt: '$8', knownFacts: '$9' })})`,
    [
      forceId,
      intentId,
      claimId,
      db.fields.encrypt(to, place('recipient', intentId)),
      db.fields.encrypt(body, place('body', intentId)),
      handedOverAt,
      judgedBy?.headSeq ?? null,
      judgedBy?.readAt ?? null,
      judgedBy?.knownFacts ?? null,
      attempt,
    ],
  );
  return rowCount === 1;
}

/**
 * null: it was never handed to the gateway.
 * @throws MissingKeyError, SealBrokenError
 */
export async function handoverOf(db: Database, forceId: string, intentId: string): Promise<Handover | null> {
  if (!isUuid(intentId)) return null;
  const { rows } = await db.pool.query<Handover>(
    `select llwybr_instant(handed_over_at) as "handedOverAt", recipient as "to", language, body
       from message where force_id = $1 and id = $2 and handed_over_at is not null`,
    [forceId, intentId],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return {
    ...row,
    to: db.fields.decrypt(row.to, place('recipient', intentId)),
    body: db.fields.decrypt(row.body, place('body', intentId)),
  };
}

/**
 * Takes a message back as if it had never been claimed: the next claimer sends it. So only where it is certain that the
 * gateway did not take it: `handedOverAt` null is of a try that has handed nothing over, and takes nothing back that
 * another one did, nor what another one has claimed since; otherwise it is that of the caller's own handover, of which the
 * gateway clearly said no: nobody else could take that one back. false: the claim was lost, or it is another's matter.
 */
export async function takeBack(
  db: Database,
  { forceId, intentId, claimId, attempt }: HeldMessage,
  handedOverAt: Instant | null,
): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `update message set status = 'planned', claim_id = null, claimed_at = null, handed_over_at = null,
         recipient = null, recipient_index = null, language = null, body = null, updated_at = clock_timestamp()
       where force_id = $1 and id = $2 and status = 'sending' and claim_id = $3
         and handed_over_at is not distinct from $5::timestamptz and (attempts = $4 or handed_over_at is not null)`,
    [forceId, intentId, claimId, attempt, handedOverAt],
  );
  return rowCount === 1;
}

/** The day on which it could have left has no room for it: it is due on another. Only while nobody holds it. */
export async function postpone(
  db: Database,
  { forceId, intentId }: Pick<HeldMessage, 'forceId' | 'intentId'>,
  until: Instant,
): Promise<void> {
  await db.pool.query(
    `update message set not_before = $3, updated_at = clock_timestamp()
      where force_id = $1 and id = $2 and status = 'planned' and not_before < $3`,
    [forceId, intentId, until],
  );
}

/**
 * Those of the gateway's ids that belong to other messages, of any force: one phone may be sent the same words twice,
 * and forces may share an account.
 */
export async function gatewayIdsOfOthers(
  db: Database,
  intentId: string,
  gatewayIds: readonly string[],
): Promise<string[]> {
  const { rows } = await db.pool.query<{ gatewayId: string }>(
    `select gateway_id as "gatewayId" from message
      where id <> $1 and gateway_id = any($2)`,
    [intentId, gatewayIds],
  );
  return rows.map(({ gatewayId }) => gatewayId);
}

function place(column: 'recipient' | 'body', intentId: string) {
  return { table: 'message', column, rowId: intentId };
}
