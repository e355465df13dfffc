import { createHash } from 'node:crypto';
import type { Database } from '../../store/database.ts';
import { beginImport, finishImport, keepAnswers, releaseImport } from '../../store/imports.ts';
import type { HeldImport } from '../../store/imports.ts';
import { refreshIntakeStatistics } from '../../store/statistics.ts';
import type { Actor } from '../../workflows/domain/common/actor.ts';
import { Problem } from '../problems.ts';
import type { Intent } from '../route.ts';
import type { AnyRowAnswer, ImportTotals } from '../schemas/imports.ts';
import type { CsvTable } from './csv-table.ts';
import { inOrder } from './in-order.ts';
import type { Sending } from './outcome-row.ts';
import { totalsOf } from './totals.ts';

/** Rows at once. More would take the connections that other requests need, and PostgreSQL is busy already. */
const rowsAtOnce = 6;

/** So many new pathways change a table enough for other plans; a day's file never has them. */
const firstRefresh = 100;

/** What is done is kept after so many rows, or after so long where they are slow: it is also the sign of life. */
const rowsToKeep = 100;
const keepAfterMs = 2_000;

/** A repeat of a file that is being taken in asks again after this. */
const askAgainSeconds = 2;

/** One file of one format. */
export interface SentFile<Column extends string, Row, Answer extends AnyRowAnswer> {
  readonly format: string;
  readonly bytes: Uint8Array;
  readonly table: CsvTable<Column>;
  /** Whose cases it holds; null: the force's own file. */
  readonly providerId: string | null;
  /** True: its rows become no cases. */
  readonly listsOnly?: boolean;
  readonly rows: () => AsyncIterable<Row>;
  /** What two rows must not share while both are worked on. */
  readonly keysOf: (row: Row) => readonly string[];
  readonly take: (sending: Sending, row: Row) => Promise<Answer>;
}

export interface FileTaken<Answer> {
  readonly importId: string;
  readonly changed: boolean;
  readonly sentBefore: boolean;
  readonly totals: ImportTotals;
  readonly unknownColumns: string[];
  readonly rows: Answer[];
}

/**
 * Takes the rows in their order. Where this fails half way, what was taken stays taken, and the same file sent again
 * goes on from there. While one request is at it no other one takes in the same file.
 *
 * @throws Problem `import-running`
 */
export async function takeFile<Column extends string, Row, Answer extends AnyRowAnswer>(
  db: Database,
  { actor, requestId, receivedAt }: Pick<Intent, 'requestId' | 'receivedAt'> & { readonly actor: Actor },
  file: SentFile<Column, Row, Answer>,
): Promise<FileTaken<Answer>> {
  const { format, providerId, table } = file;
  const begun = await beginImport(
    db,
    {
      ...{ forceId: actor.forceId, actorId: actor.userId, format, providerId },
      ...{ fileHash: fileHashOf(file), rowsRead: table.rowCount },
    },
    requestId,
  );
  if (!begun.held) {
    const { importId, rowsDone, rowsRead } = begun;
    throw new Problem('import-running', {
      detail: `Another request takes in this file now: ${String(rowsDone)} of ${String(rowsRead)} rows are done.`,
      details: { importId, rowsDone, rowsRead },
      retryAfter: askAgainSeconds,
    });
  }
  const { import: held, passId, sentBefore } = begun;
  // Kept as they were answered, by this build or the one before it.
  const rows = [...begun.answers] as unknown as Answer[];
  const sending: Sending = { actor, importId: held.importId, passId, receivedAt };
  try {
    await takeRows(db, held, file, sending, rows);
  } catch (error) {
    await releaseImport(db, held).catch(() => undefined);
    throw error;
  }
  const totals = totalsOf(rows, file.listsOnly);
  const changed = totals.taken > 0 || totals.notAReferral > 0;
  await finishImport(db, held, changed || !sentBefore ? totals : null);
  const unknownColumns = [...table.unknownColumns];
  return { importId: held.importId, changed, sentBefore, totals, unknownColumns, rows };
}

/** Takes what is not answered yet, and adds the answers to `rows`. */
async function takeRows<Column extends string, Row, Answer extends AnyRowAnswer>(
  db: Database,
  held: HeldImport,
  file: SentFile<Column, Row, Answer>,
  sending: Sending,
  rows: Answer[],
): Promise<void> {
  let kept = rows.length;
  let keptAt = Date.now();
  let taken = 0;
  let refreshAt = firstRefresh;
  const remaining = without(file.rows(), kept);
  for await (const answer of inOrder(remaining, rowsAtOnce, file.keysOf, (row) => file.take(sending, row))) {
    rows.push(answer);
    if (answer.answer === 'taken') taken += 1;
    if (taken === refreshAt) {
      refreshAt *= 4;
      await refreshIntakeStatistics(db);
    }
    if (rows.length - kept >= rowsToKeep || Date.now() - keptAt >= keepAfterMs) {
      if (!(await keepAnswers(db, held, kept, rows.slice(kept)))) {
        throw new Problem('import-running', { retryAfter: askAgainSeconds });
      }
      kept = rows.length;
      keptAt = Date.now();
    }
  }
}

async function* without<Row>(rows: AsyncIterable<Row>, first: number): AsyncGenerator<Row> {
  let place = 0;
  for await (const row of rows) {
    place += 1;
    if (place > first) yield row;
  }
}

/** The same bytes from two providers are two files. */
function fileHashOf({
  bytes,
  providerId,
}: Pick<SentFile<string, never, never>, 'bytes' | 'providerId'>): string {
  const hash = createHash('sha256');
  if (providerId !== null) hash.update(`${providerId}\n`);
  return hash.update(bytes).digest('hex');
}
