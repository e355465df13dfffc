import { randomUUID } from 'node:crypto';
import type { Database } from './database.ts';

/** A caseworker of whom only the name is known, as the provider's own file writes it. */
export interface NamedWorker {
  /** Stands where else the id of an account would. */
  readonly workerId: string;
  readonly name: string;
}

const place = (id: string) => ({ table: 'named_worker', column: 'name', rowId: id });

/** The id for a name; the same name of the same provider has one, however it is spelt. */
export async function workerIdFor(
  db: Database,
  forceId: string,
  providerId: string,
  name: string,
): Promise<string> {
  const id = randomUUID();
  const nameIndex = db.fields.blindIndex('worker-name', forceId, providerId, name);
  const { rows } = await db.pool.query<{ id: string }>({
    name: 'llwybr-named-worker',
    text: `with fresh as (
        insert into named_worker (force_id, id, provider_id, name_index, name) values ($1, $2, $3, $4, $5)
        on conflict (force_id, provider_id, name_index) do nothing returning id
      )
      select id from fresh
      union all select id from named_worker where force_id = $1 and provider_id = $3 and name_index = $4
      limit 1`,
    values: [forceId, id, providerId, nameIndex, db.fields.encrypt(name, place(id))],
  });
  // Made by another one between the two looks of this statement.
  return rows[0]?.id ?? workerIdFor(db, forceId, providerId, name);
}

/** Of one provider, by name. @throws MissingKeyError, SealBrokenError */
export async function namedWorkers(
  db: Database,
  forceId: string,
  providerId: string,
): Promise<NamedWorker[]> {
  const { rows } = await db.pool.query<{ id: string; name: string }>(
    'select id, name from named_worker where force_id = $1 and provider_id = $2',
    [forceId, providerId],
  );
  return rows
    .map(({ id, name }) => ({ workerId: id, name: db.fields.decrypt(name, place(id)) }))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'cy'));
}
