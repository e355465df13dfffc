import { z } from 'zod';
import { importById } from '../store/imports.ts';
import { namedWorkers } from '../store/named-workers.ts';
import { organisationsAt } from '../store/organisations.ts';
import { providerRoles } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { acrColumns } from '../workflows/domain/diversion/listed-acr.ts';
import type { AcrColumn } from '../workflows/domain/diversion/listed-acr.ts';
import { caseColumns, requiredCaseColumns } from '../workflows/domain/diversion/open-case.ts';
import type { CaseColumn } from '../workflows/domain/diversion/open-case.ts';
import { outcomeColumns, requiredOutcomeColumns } from '../workflows/domain/diversion/possession-outcome.ts';
import type { OutcomeColumn } from '../workflows/domain/diversion/possession-outcome.ts';
import { rolesOfRoute } from './access-policy.ts';
import type { Caller } from './caller.ts';
import { keysOfAcrRow, readAcrRow, takeAcrRow } from './imports/acr-row.ts';
import type { AcrRow } from './imports/acr-row.ts';
import { largestFile, openCsv } from './imports/csv-table.ts';
import type { CsvRow, CsvTable, ExpectedColumns } from './imports/csv-table.ts';
import { keysOfCaseRow, readCaseRow, takeCaseRow } from './imports/open-case-row.ts';
import type { CaseRow } from './imports/open-case-row.ts';
import { keysOfRow, readOutcomeRow, takeOutcomeRow } from './imports/outcome-row.ts';
import type { OutcomeRow, RowParts } from './imports/outcome-row.ts';
import { takeFile } from './imports/take-file.ts';
import type { SentFile } from './imports/take-file.ts';
import { Problem } from './problems.ts';
import { signer } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Act, BodyDescription, Route } from './route.ts';
import {
  acrListAnswer,
  importAnswer,
  importView,
  namedWorkersAnswer,
  openCasesAnswer,
} from './schemas/imports.ts';
import type {
  AcrRowAnswer,
  AnyRowAnswer,
  CaseRowAnswer,
  ImportTotals,
  RowAnswer,
} from './schemas/imports.ts';
import { uuid } from './schemas/lists.ts';
import { code } from './schemas/values.ts';

/** The formats as docs and store name them. */
const recordsExport = 'records-export';
const openCases = 'open-cases';
const acrList = 'acr-list';

/** A file of other systems: they need PostgreSQL only; the runs of what they open are started by the sweep. */
export function importRoutes(parts: RowParts): Route[] {
  const { db } = parts;
  return [
    acting({
      method: 'post',
      path: '/api/v1/imports/outcomes',
      summary: 'Takes in the records system’s export of outcomes; the same file again changes nothing',
      tag: 'imports',
      body: csvBody({ known: outcomeColumns, required: requiredOutcomeColumns }),
      answers: { 200: { description: 'What became of each row', body: importAnswer } },
      problems: fileProblems,
      prepare: async ({ caller, body }): Promise<Act> => {
        const table = await openCsv(body, { known: outcomeColumns, required: requiredOutcomeColumns });
        return taking<OutcomeColumn, OutcomeRow, RowAnswer>(
          parts,
          caller,
          'POST /api/v1/imports/outcomes',
          (now) => ({
            ...{ format: recordsExport, bytes: body, table, providerId: null, keysOf: keysOfRow },
            rows: () => rowsOf(table, (row) => readOutcomeRow(row, now)),
            take: (sending, row) => takeOutcomeRow(parts, sending, row),
          }),
        );
      },
    }),
    acting({
      method: 'post',
      path: '/api/v1/imports/open-cases',
      summary:
        'Takes over the cases that are open at a provider, with their true dates; the same file again changes nothing',
      tag: 'imports',
      query: z.strictObject({
        provider: code('The provider whose cases these are; left out, the caller’s own').exactOptional(),
      }),
      body: csvBody({ known: caseColumns, required: requiredCaseColumns }),
      answers: { 200: { description: 'What became of each row', body: openCasesAnswer } },
      problems: [...fileProblems, 'not-found'],
      prepare: async ({ caller, query, body, receivedAt }): Promise<Act> => {
        const providerId = await providerOf(parts, caller, query.provider, receivedAt);
        const table = await openCsv(body, { known: caseColumns, required: requiredCaseColumns });
        return taking<CaseColumn, CaseRow, CaseRowAnswer>(
          parts,
          caller,
          'POST /api/v1/imports/open-cases',
          (now) => ({
            ...{ format: openCases, bytes: body, table, providerId, keysOf: keysOfCaseRow },
            rows: () => rowsOf(table, (row) => readCaseRow(row, now)),
            take: (sending, row) => takeCaseRow(parts, sending, providerId, row),
          }),
        );
      },
    }),
    acting({
      method: 'post',
      path: '/api/v1/imports/acr-list',
      summary:
        'Loads the force’s own list of community resolutions, to be held against the referrals; starts nothing',
      tag: 'imports',
      body: csvBody({ known: acrColumns, required: acrColumns }),
      answers: { 200: { description: 'What became of each row', body: acrListAnswer } },
      problems: fileProblems,
      prepare: async ({ caller, body }): Promise<Act> => {
        const table = await openCsv(body, { known: acrColumns, required: acrColumns });
        return taking<AcrColumn, AcrRow, AcrRowAnswer>(
          parts,
          caller,
          'POST /api/v1/imports/acr-list',
          (now) => ({
            ...{ format: acrList, bytes: body, table, providerId: null, keysOf: keysOfAcrRow },
            listsOnly: true,
            rows: () => rowsOf(table, (row) => readAcrRow(row, now)),
            take: (sending, row) => takeAcrRow(db, sending, row),
          }),
        );
      },
    }),
    reading({
      method: 'get',
      path: '/api/v1/imports/named-workers',
      summary:
        'The caseworkers whom a caseload file gave by name only, with the ids under which cases have them',
      tag: 'imports',
      query: z.strictObject({
        provider: code('Of this provider; left out, of the caller’s own').exactOptional(),
      }),
      answers: { 200: { description: 'By name', body: namedWorkersAnswer } },
      problems: ['not-found'],
      handle: async ({ caller, query, receivedAt }) => {
        const providerId = await providerOf(parts, caller, query.provider, receivedAt);
        return { status: 200, body: { workers: await namedWorkers(db, caller.forceId, providerId) } };
      },
    }),
    reading({
      method: 'get',
      path: '/api/v1/imports/{importId}',
      summary: 'How far an import is, and its totals',
      tag: 'imports',
      params: z.strictObject({ importId: uuid }),
      answers: { 200: { description: 'The import; answers for single rows are not kept', body: importView } },
      problems: ['not-found'],
      handle: async ({ caller, params }) => {
        const { forceId, organisationId } = caller;
        const scope = { forceId, providerId: isOfProvider(caller) ? organisationId : null };
        const record = await importById(db, scope, params.importId);
        if (record === null) throw new Problem('not-found');
        const { importId, format, providerId, state, rowsDone, rowsRead, startedAt, finishedAt } = record;
        const totals = record.totals as ImportTotals | null;
        return {
          status: 200,
          body: { importId, format, state, providerId, rowsDone, rowsRead, totals, startedAt, finishedAt },
        };
      },
    }),
  ];
}

const fileProblems = ['malformed-csv', 'missing-columns', 'import-running'] as const;

function csvBody<C extends string>({ known, required }: ExpectedColumns<C>): BodyDescription<Uint8Array> {
  const others = known.filter((column) => !required.includes(column));
  return {
    media: 'text/csv',
    largest: largestFile,
    read: (bytes) => bytes,
    schema: z.string().meta({
      description:
        `CSV (RFC 4180) in UTF-8, at most ${String(largestFile / 1024 / 1024)} MB, with one header line. ` +
        `Required columns: ${required.join(', ')}. ` +
        (others.length === 0 ? '' : `Known beside them: ${others.join(', ')}. `) +
        'Columns in any order; others are reported and ignored. Dates DD/MM/YYYY and times HH:MM in UK local time.',
    }),
  };
}

/** @throws Problem `wrong-role` */
function taking<C extends string, Row, A extends AnyRowAnswer>(
  { db }: RowParts,
  caller: Caller,
  route: string,
  fileAt: (now: Instant) => SentFile<C, Row, A>,
): Act {
  const allowed = rolesOfRoute(route);
  const actor = signer(caller, allowed);
  return async ({ requestId, receivedAt }) => {
    const answer = await takeFile(db, { actor, requestId, receivedAt }, fileAt(receivedAt));
    return { status: 200, body: answer, headers: { Location: `/api/v1/imports/${answer.importId}` } };
  };
}

async function* rowsOf<C extends string, Row>(
  table: CsvTable<C>,
  read: (row: CsvRow<C>) => Row,
): AsyncGenerator<Row> {
  for await (const row of table.rows()) yield read(row);
}

/** Whether the caller sees the cases of one provider only. */
function isOfProvider({ roles }: Caller): boolean {
  return roles.some((role) => providerRoles.includes(role)) && !roles.includes('Manager');
}

/**
 * Of a provider its own; a manager of the force says of which.
 *
 * @throws Problem `invalid-request` where none is named, `not-found` for one that is not there or not the caller's
 */
async function providerOf(
  { db }: RowParts,
  caller: Caller,
  named: string | undefined,
  now: Instant,
): Promise<string> {
  const own = isOfProvider(caller) ? caller.organisationId : undefined;
  const providerId = named ?? own;
  if (providerId === undefined) {
    throw new Problem('invalid-request', {
      errors: [{ path: '/provider', code: 'required', message: 'Say of which provider' }],
    });
  }
  const providers = await organisationsAt(db, caller.forceId, now, 'provider');
  const known = providers.some(({ organisationId }) => organisationId === providerId);
  if (!known || (own !== undefined && own !== providerId)) throw new Problem('not-found');
  return providerId;
}
