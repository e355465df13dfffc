import type { Database } from './database.ts';

/** Longer than one try of a delivery may take, and than its claim holds (store/messages.ts). */
const claimSeconds = 600;

/** Longer than the engine goes on with one delivery (workflows/engine/deliveries.ts). */
const givenUpSeconds = 37 * 3_600;

/**
 * Settles messages that nobody goes on with, of all forces: the pathway recorded that the delivery failed, and the
 * record still waits, because the engine gave up between two tries; or the time of the message is long over and
 * nobody had to be told, because its pathway is closed or it was an e-mail to somebody at work. What was never handed to the gateway has failed; of what was,
 * nobody knows. Never sends, and never lets anybody send: a try that is still under way finds the message settled,
 * and one that holds a claim is left alone.
 * @param options.reportOf the start of the ids of the commands by which a delivery's failure is recorded
 * @returns how many
 */
export async function settleGivenUpMessages(
  db: Database,
  options: { readonly reportOf: string; readonly limit: number },
): Promise<number> {
  const { rowCount } = await db.pool.query(
    `update message m set reason = 'gave-up', settled_at = clock_timestamp(), updated_at = clock_timestamp(),
        status = case when m.handed_over_at is null then 'failed' else 'unknown' end
      where (m.force_id, m.id) in (
          select waiting.force_id, waiting.id from message waiting
            join pathway p on p.force_id = waiting.force_id and p.id = waiting.pathway_id
           where waiting.status in ('planned', 'sending')
             and (waiting.claimed_at is null or waiting.claimed_at < clock_timestamp() - make_interval(secs => $3))
             and (exists (
                 select from event e
                  where e.force_id = waiting.force_id and e.pathway_id = waiting.pathway_id
                    and e.command_id = $1 || waiting.id)
               or ((p.closed_at is not null or waiting.channel = 'email')
                 and greatest(waiting.expires_at, waiting.planned_at) < clock_timestamp() - make_interval(secs => $4)))
           order by waiting.not_before limit $2
           for update of waiting skip locked)`,
    [options.reportOf, options.limit, claimSeconds, givenUpSeconds],
  );
  return rowCount ?? 0;
}
