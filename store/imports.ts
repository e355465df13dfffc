import { randomUUID } from 'node:crypto';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Json } from '../workflows/domain/common/json.ts';
import type { Database } from './database.ts';
import { isUuid } from './scope.ts';

/** `interrupted`: begun, not ended, and nobody is at it: sent again it goes on where it stopped. */
export type ImportState = 'running' | 'interrupted' | 'done' | 'refused';

export interface ImportRecord {
  readonly forceId: string;
  readonly importId: string;
  /** E.g. `records-export`. */
  readonly format: string;
  readonly actorId: string;
  /** The provider whose cases the file holds; null: the force's own file. */
  readonly providerId: string | null;
  readonly state: ImportState;
  /** Rows of the file; null where the build that began it kept no such count. */
  readonly rowsRead: number | null;
  /** Of the last sending. */
  readonly rowsDone: number | null;
  /** Counts only; the answer for each row goes to the sender and is not kept. */
  readonly totals: Json;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
}

/** How long an import is held without a sign of life. As long as a request is held for its answer. */
export const importLeaseSeconds = 15;

export interface ImportFile {
  readonly forceId: string;
  readonly format: string;
  /** SHA-256 of the bytes as they came, in hex; of a provider's file together with the provider. */
  readonly fileHash: string;
  readonly actorId: string;
  readonly providerId: string | null;
  readonly rowsRead: number;
}

export type BegunImport =
  /** Somebody else is at it. */
  | { readonly held: false; readonly importId: string; readonly rowsDone: number; readonly rowsRead: number }
  | {
      readonly held: true;
      readonly import: HeldImport;
      /** The rows' commands are named after it: one that goes on has the id with which it began. */
      readonly passId: string;
      /** The file was taken in to its end before. */
      readonly sentBefore: boolean;
      /** For the rows that are done, from the first on; none unless the import was interrupted. */
      readonly answers: readonly Json[];
    };

/** One process's hold on an import; it ends with the lease. */
export interface HeldImport {
  readonly forceId: string;
  readonly importId: string;
  readonly holderId: string;
}

/**
 * Begins the import of a file, or goes on with it where it was interrupted, or begins it again where it is done. Of any
 * number at once one holds it.
 * @param passId of the request; the same one again names the rows as before
 */
export async function beginImport(db: Database, file: ImportFile, passId: string): Promise<BegunImport> {
  const { forceId, format, fileHash, actorId, providerId, rowsRead } = file;
  const key = [forceId, format, fileHash];
  await db.pool.query({
    name: 'llwybr-new-import',
    text: `insert into import_record (force_id, format, file_hash, id, actor_id, provider_id, state, started_at)
      values ($1, $2, $3, $4, $5, $6, 'running', clock_timestamp())
      on conflict (force_id, format, file_hash) do nothing`,
    values: [...key, randomUUID(), actorId, providerId],
  });
  const holderId = randomUUID();
  const { rows } = await db.pool.query<{ importId: string; passId: string; sentBefore: boolean }>({
    name: 'llwybr-hold-import',
    text: `update import_record set
        holder_id = $4, lease_until = clock_timestamp() + make_interval(secs => $5), rows_read = $6,
        rows_done = case when state = 'running' and pass_id is not null then coalesce(rows_done, 0) else 0 end,
        pass_id = case when state = 'running' and pass_id is not null then pass_id else $7 end,
        state = 'running'
      where force_id = $1 and format = $2 and file_hash = $3
        and (lease_until is null or lease_until <= clock_timestamp())
      returning id as "importId", pass_id as "passId", finished_at is not null as "sentBefore"`,
    values: [...key, holderId, importLeaseSeconds, rowsRead, passId],
  });
  const [mine] = rows;
  if (mine === undefined) return heldByOther(db, file);
  const { importId } = mine;
  const parts = await db.pool.query<{ answers: Json[] }>({
    name: 'llwybr-import-parts',
    text: 'select answers from import_part where force_id = $1 and import_id = $2 order by first_row',
    values: [forceId, importId],
  });
  return {
    ...{ held: true, import: { forceId, importId, holderId }, passId: mine.passId },
    ...{ sentBefore: mine.sentBefore, answers: parts.rows.flatMap(({ answers }) => answers) },
  };
}

async function heldByOther(db: Database, { forceId, format, fileHash }: ImportFile): Promise<BegunImport> {
  const { rows } = await db.pool.query<{ importId: string; rowsDone: number; rowsRead: number }>(
    `select id as "importId", coalesce(rows_done, 0) as "rowsDone", coalesce(rows_read, 0) as "rowsRead"
      from import_record where force_id = $1 and format = $2 and file_hash = $3`,
    [forceId, format, fileHash],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('An import record is gone');
  return { held: false, ...row };
}

/**
 * Keeps the answers for the next rows, and the hold with them.
 * @param firstRow how many rows were kept before
 * @returns false where another one holds the import by now: nothing was kept, and this one is to stop
 */
export async function keepAnswers(
  db: Database,
  { forceId, importId, holderId }: HeldImport,
  firstRow: number,
  answers: readonly object[],
): Promise<boolean> {
  const { rowCount } = await db.pool.query({
    name: 'llwybr-keep-import-answers',
    text: `with held as (
        update import_record set rows_done = $4::integer + $5::integer, lease_until = clock_timestamp() + make_interval(secs => $6)
          where force_id = $1 and id = $2 and holder_id = $3 and state = 'running'
          returning force_id, id
      )
      insert into import_part (force_id, import_id, first_row, answers)
        select force_id, id, $4::integer, $7::jsonb from held`,
    values: [
      forceId,
      importId,
      holderId,
      firstRow,
      answers.length,
      importLeaseSeconds,
      JSON.stringify(answers),
    ],
  });
  return rowCount === 1;
}

/**
 * All rows are done.
 * @param totals null: nothing was changed, and what was said of the sending before stands
 */
export async function finishImport(
  db: Database,
  { forceId, importId, holderId }: HeldImport,
  totals: object | null,
): Promise<void> {
  await db.pool.query({
    name: 'llwybr-finish-import',
    text: `with ended as (
        update import_record set state = 'done', rows_done = rows_read, holder_id = null, lease_until = null,
            totals = coalesce($4::jsonb, totals),
            finished_at = case when $4::jsonb is null then finished_at else clock_timestamp() end
          where force_id = $1 and id = $2 and holder_id = $3
          returning force_id, id
      )
      delete from import_part p using ended e where p.force_id = e.force_id and p.import_id = e.id`,
    values: [forceId, importId, holderId, totals === null ? null : JSON.stringify(totals)],
  });
}

/** Lets go at once of an import that failed half way, so that the next sending need not wait for the lease. */
export async function releaseImport(
  db: Database,
  { forceId, importId, holderId }: HeldImport,
): Promise<void> {
  await db.pool.query(
    `update import_record set lease_until = clock_timestamp()
      where force_id = $1 and id = $2 and holder_id = $3 and state = 'running'`,
    [forceId, importId, holderId],
  );
}

/** @param providerId null: of any provider, and the force's own */
export async function importById(
  db: Database,
  { forceId, providerId }: { readonly forceId: string; readonly providerId: string | null },
  importId: string,
): Promise<ImportRecord | null> {
  if (!isUuid(importId)) return null;
  const { rows } = await db.pool.query<ImportRecord>(
    `select force_id as "forceId", id as "importId", format, actor_id as "actorId", provider_id as "providerId",
        case when state <> 'running' then state
          when lease_until > clock_timestamp() or pass_id is null then 'running'
          else 'interrupted' end as state,
        rows_read as "rowsRead", rows_done as "rowsDone", totals,
        llwybr_instant(started_at) as "startedAt", llwybr_instant(finished_at) as "finishedAt"
      from import_record where force_id = $1 and id = $2 and ($3::text is null or provider_id = $3)`,
    [forceId, importId, providerId],
  );
  return rows[0] ?? null;
}
