import type { Database } from './database.ts';

/**
 * Whether the provider has heard of a worker: by the name in its own file, by a case that they carry, by a case that was
 * given to them, or by anything that they did for it. There is no directory of accounts to ask.
 */
export async function isKnownWorker(
  db: Database,
  forceId: string,
  providerId: string,
  workerId: string,
): Promise<boolean> {
  const { rows } = await db.pool.query<{ known: boolean }>({
    name: 'llwybr-known-worker',
    text: `select exists (select from named_worker where force_id = $1 and provider_id = $2 and id::text = $3)
        or exists (select from pathway where force_id = $1 and provider_id = $2 and worker_id = $3)
        or exists (select from event e where e.force_id = $1 and e.organisation_id = $2
             and (e.actor_id = $3 or (e.type = 'caseworker-assigned' and e.data->>'workerId' = $3))) as known`,
    values: [forceId, providerId, workerId],
  });
  return rows[0]?.known === true;
}
