import type { Database } from './database.ts';
import { goesOn, isAsJudged, ofThatDay, oneTextAtATime } from './message-handover.ts';
import type { Handover, HeldMessage, JudgedBy } from './message-handover.ts';

/**
 * Writes down that a claimed e-mail to the person goes to the mail server now: what handOver is for a text, and with the
 * same promise. false too where the address in use has changed since it was judged.
 */
export async function handOverPersonEmail(
  db: Database,
  { forceId, intentId, claimId, attempt }: HeldMessage,
  { handedOverAt, to, language, body }: Handover,
  { headSeq, sealedEmail, knownFacts, readAt }: JudgedBy,
  perDay: number | null,
): Promise<boolean> {
  const place = (column: 'recipient' | 'body') => ({ table: 'message', column, rowId: intentId });
  return oneTextAtATime(db, { forceId, intentId }, async (client) => {
    const { rowCount } = await client.query(
      `update message set handed_over_at = $7, recipient = $4, language = $5, body = $6,
           updated_at = clock_timestamp()
         where force_id = $1 and id = $2 and status = 'sending' and claim_id = $3 and attempts = $13
           and handed_over_at is null and channel = 'email'
           and ${isAsJudged({ headSeq: '$8', readAt: '$9', knownFacts: '$10' })}
           and exists (
             select from pathway p
               join person on person.force_id = p.force_id and person.id = p.person_id
              where p.force_id = message.force_id and p.id = message.pathway_id
                and person.email is not distinct from $11 and ${goesOn('p')}
                and ($12::integer is null or $12 > ${ofThatDay}))`,
      [
        forceId,
        intentId,
        claimId,
        db.fields.encrypt(to, place('recipient')),
        language,
        db.fields.encrypt(body, place('body')),
        handedOverAt,
        headSeq,
        readAt,
        knownFacts,
        sealedEmail,
        perDay,
        attempt,
      ],
    );
    return rowCount === 1;
  });
}
