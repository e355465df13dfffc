import { createHash } from 'node:crypto';
import { z } from 'zod';
import { beginImport, finishImport, importById } from '../store/imports.ts';
import { refreshIntakeStatistics } from '../store/statistics.ts';
import { outcomeColumns, requiredOutcomeColumns } from '../workflows/domain/diversion/possession-outcome.ts';
import type { OutcomeColumn } from '../workflows/domain/diversion/possession-outcome.ts';
import { rolesOfRoute } from './access-policy.ts';
import { actorFor } from './caller.ts';
import { largestFile, openCsv } from './imports/csv-table.ts';
import type { CsvTable } from './imports/csv-table.ts';
import { inOrder } from './imports/in-order.ts';
import { keysOfRow, readOutcomeRow, takeOutcomeRow } from './imports/outcome-row.ts';
import type { OutcomeRow, RowParts, Sending } from './imports/outcome-row.ts';
import { totalsOf } from './imports/totals.ts';
import { Problem } from './problems.ts';
import { acting, reading } from './route.ts';
import type { Act, BodyDescription, Route } from './route.ts';
import { importAnswer, importView } from './schemas/imports.ts';
import type { ImportAnswer, ImportTotals, RowAnswer } from './schemas/imports.ts';
import { uuid } from './schemas/lists.ts';

/** The records system's daily export of outcomes, as docs and store name this format. */
const recordsExport = 'records-export';

/** Rows at once. More would take the connections that other requests need, and PostgreSQL is busy already. */
const rowsAtOnce = 6;

/** So many referrals change a table enough for other plans; a day's file never has them. */
const firstRefresh = 100;

const csvBody: BodyDescription<Uint8Array> = {
  media: 'text/csv',
  largest: largestFile,
  read: (bytes) => bytes,
  schema: z.string().meta({
    description:
      `CSV (RFC 4180) in UTF-8, at most ${String(largestFile / 1024 / 1024)} MB, with one header line. ` +
      `Required columns: ${requiredOutcomeColumns.join(', ')}. ` +
      `Known beside them: ${outcomeColumns.filter((column) => !(requiredOutcomeColumns as readonly string[]).includes(column)).join(', ')}. ` +
      'Columns in any order; others are reported and ignored. Dates DD/MM/YYYY and times HH:MM in UK local time.',
  }),
};

/** Files of other systems. They need PostgreSQL only; the runs of what they open are started by the sweep. */
export function importRoutes(parts: RowParts): Route[] {
  return [
    acting({
      method: 'post',
      path: '/api/v1/imports/outcomes',
      summary: 'Takes in the records system’s export of outcomes; the same file again changes nothing',
      tag: 'imports',
      body: csvBody,
      answers: { 200: { description: 'What became of each row', body: importAnswer } },
      problems: ['malformed-csv', 'missing-columns'],
      prepare: async ({ caller, body }): Promise<Act> => {
        const actor = actorFor(caller, rolesOfRoute('POST /api/v1/imports/outcomes'));
        if (actor === undefined) throw new Problem('wrong-role');
        const table = await openCsv(body, { known: outcomeColumns, required: requiredOutcomeColumns });
        const fileHash = createHash('sha256').update(body).digest('hex');
        return async ({ requestId, receivedAt }) => {
          const answer = await takeFile(parts, { actor, requestId, receivedAt }, fileHash, table);
          return { status: 200, body: answer, headers: { Location: `/api/v1/imports/${answer.importId}` } };
        };
      },
    }),
    reading({
      method: 'get',
      path: '/api/v1/imports/{importId}',
      summary: 'The totals of an import',
      tag: 'imports',
      params: z.strictObject({ importId: uuid }),
      answers: { 200: { description: 'The import; answers for single rows are not kept', body: importView } },
      problems: ['not-found'],
      handle: async ({ caller, params }) => {
        const record = await importById(parts.db, caller.forceId, params.importId);
        if (record === null) throw new Problem('not-found');
        const { importId, format, state, startedAt, finishedAt } = record;
        const totals = record.totals as ImportTotals | null;
        return { status: 200, body: { importId, format, state, totals, startedAt, finishedAt } };
      },
    }),
  ];
}

/**
 * Takes the rows in their order. Where this fails half way, what was taken stays taken, and the same file
 * sent again finds it there.
 */
async function takeFile(
  parts: RowParts,
  sending: Sending,
  fileHash: string,
  table: CsvTable<OutcomeColumn>,
): Promise<ImportAnswer> {
  const { db } = parts;
  const { forceId, userId: actorId } = sending.actor;
  const { record } = await beginImport(db, { forceId, format: recordsExport, fileHash, actorId });
  const rows: RowAnswer[] = [];
  let taken = 0;
  let refreshAt = firstRefresh;
  for await (const answer of inOrder(outcomeRows(table, sending), rowsAtOnce, keysOfRow, (row) =>
    takeOutcomeRow(parts, sending, row),
  )) {
    rows.push(answer);
    if (answer.answer === 'taken') taken += 1;
    if (taken === refreshAt) {
      refreshAt *= 4;
      await refreshIntakeStatistics(db);
    }
  }
  const totals = totalsOf(rows);
  const changed = totals.taken > 0 || totals.notAReferral > 0;
  const sentBefore = record.state === 'done';
  if (changed || !sentBefore) await finishImport(db, forceId, record.importId, { state: 'done', totals });
  return {
    importId: record.importId,
    changed,
    sentBefore,
    totals,
    unknownColumns: [...table.unknownColumns],
    rows,
  };
}

async function* outcomeRows(
  table: CsvTable<OutcomeColumn>,
  { receivedAt }: Sending,
): AsyncGenerator<OutcomeRow> {
  for await (const row of table.rows()) yield readOutcomeRow(row, receivedAt);
}
