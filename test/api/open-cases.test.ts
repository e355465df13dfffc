import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importView, namedWorkersAnswer, openCasesAnswer } from '../../api/schemas/imports.ts';
import type { CaseRowAnswer, OpenCasesAnswer } from '../../api/schemas/imports.ts';
import { referralFigures } from '../../store/figures.ts';
import { readEvents, verifyChains } from '../../store/ledger.ts';
import { pathwayById } from '../../store/pathways.ts';
import { personById } from '../../store/persons.ts';
import { wholeForce } from '../../store/scope.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { localParts } from '../../workflows/domain/common/london-time.ts';
import { caseColumns } from '../../workflows/domain/diversion/open-case.ts';
import { ApiCaller } from '../support/api-caller.ts';
import type { Answered } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import { aCase, caseFile } from '../support/caseload.ts';
import { anOutcome, importRow } from '../support/imports.ts';

const force = 'dyfed-powys';
const scope = wholeForce(force);
const sample = readFileSync(new URL('../data/provider-caseload.sample.csv', import.meta.url));
const { date: today } = localParts(toInstant(Date.now()));

let api: ApiWithoutEngine;
let lead: ApiCaller;
let manager: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  lead = await ApiCaller.as(api, 'provider-manager');
  manager = await ApiCaller.as(api, 'manager');
}, 60_000);

afterAll(async () => {
  await api.close();
});

function send(
  caller: ApiCaller,
  body: string | Uint8Array,
  query = '',
  key = randomUUID(),
): Promise<Answered> {
  return caller.send('POST', `/api/v1/imports/open-cases${query}`, {
    headers: { 'content-type': 'text/csv', 'idempotency-key': key },
    body,
  });
}

async function importCases(
  caller: ApiCaller,
  body: string | Uint8Array,
  query = '',
): Promise<OpenCasesAnswer> {
  const answer = (await send(caller, body, query)).as(openCasesAnswer);
  const { rows, taken, alreadyThere, notAReferral, refused } = answer.totals;
  expect([taken + alreadyThere + notAReferral + refused, answer.rows.length]).toEqual([rows, rows]);
  return answer;
}

async function importOne(changes: Parameters<typeof aCase>[1] = {}, caller = lead): Promise<CaseRowAnswer> {
  const { rows } = await importCases(caller, caseFile([aCase(today, changes)]));
  return rows[0] as CaseRowAnswer;
}

function idOf(row: CaseRowAnswer | undefined): string {
  if (row === undefined || !('pathwayId' in row)) throw new Error(`No pathway: ${JSON.stringify(row)}`);
  return row.pathwayId;
}

async function countOf(table: string): Promise<number> {
  const { rows } = await api.db.pool.query<{ count: number }>(
    `select count(*)::integer as count from ${table}`,
  );
  return rows[0]?.count ?? -1;
}

/* The sample by hand: 20 rows, all of adults, all with a stage that fits the dates: 20 cases. */
describe('the sample of a provider’s caseload', () => {
  test('M190 M182 gives 20 cases, and sent again changes nothing and says so', async () => {
    const first = await importCases(lead, sample);
    expect(first).toMatchObject({ changed: true, sentBefore: false, unknownColumns: [] });
    expect(first.totals).toMatchObject({ rows: 20, taken: 20, alreadyThere: 0, notAReferral: 0, refused: 0 });
    const again = await importCases(lead, sample);
    expect(again).toMatchObject({ changed: false, sentBefore: true, importId: first.importId });
    expect(again.totals).toMatchObject({ rows: 20, taken: 0, alreadyThere: 20, notAReferral: 0, refused: 0 });
    expect([await countOf('pathway'), await countOf('person'), await countOf('provider_case')]).toEqual([
      ...[20, 20, 20],
    ]);
    const references = (rows: readonly CaseRowAnswer[]) =>
      rows.map((row) => 'reference' in row && row.reference);
    expect(references(again.rows)).toEqual(references(first.rows));
    const figures = await referralFigures(api.db, scope, toInstant(Date.now()));
    expect(figures).toMatchObject({ received: 20, open: 20, closed: 0 });
    expect(await verifyChains(api.db, force)).toEqual({ pathways: 20, broken: [] });
  });

  test('leaves no name, no reference and no caseworker in clear', async () => {
    const tables = [
      'event',
      'pathway',
      'person',
      'provider_case',
      'named_worker',
      'outcome',
      'import_record',
    ];
    for (const table of tables) {
      const { rows } = await api.db.pool.query<{ row: string }>(`select t::text as row from ${table} t`);
      const text = rows.map(({ row }) => row).join('\n');
      expect(text).not.toMatch(/Protheroe|PR2100|DP-2026|N1210|Rees|Owen|Price/);
    }
  });
});

describe('a case of the caseload', () => {
  test('is a pathway of its provider from its true date, with source, person and caseworker', async () => {
    const row = await importOne({
      ...{
        ReferralReceived: '01/10/2026',
        FirstContact: '02/10/2026',
        ContactAttempts: '2',
        Stage: 'Contacted',
      },
      Worker: 'Siân Gwilym',
    });
    expect(row.answer).toBe('taken');
    const pathway = await pathwayById(api.db, scope, idOf(row));
    expect(pathway).toMatchObject({
      ...{ receivedAt: '2026-09-30T23:00:00.000Z', source: 'caseload-import', stage: 'contacted' },
      ...{ providerId: 'ddas', needsRun: true, nextDueRule: 'booking' },
    });
    const [opening] = await readEvents(api.db, scope, idOf(row), { limit: 1 });
    expect(opening?.data).toMatchObject({
      source: { source: 'police', via: 'caseload-import' },
      disposal: 'adult-community-resolution',
      ...{ offenceCode: null, offenceDate: null, route: { providerId: 'ddas' } },
    });
    const person = await personById(api.db, scope, pathway?.personId ?? '');
    expect(person).toMatchObject({ forenames: 'Non', mobile: '+447700900123', postcode: 'SA31 1ZZ' });
    const { workers } = (await lead.get('/api/v1/imports/named-workers')).as(namedWorkersAnswer);
    const worker = workers.find(({ name }) => name === 'Siân Gwilym');
    expect(pathway?.summary.workerId).toBe(worker?.workerId);
    expect((await importOne({ Worker: 'SIAN GWILYM' })).answer).toBe('taken');
    expect((await lead.get('/api/v1/imports/named-workers')).as(namedWorkersAnswer).workers).toHaveLength(
      workers.length,
    );
  });

  test('without a police number has no disposal, and another source', async () => {
    const row = await importOne({ OccurrenceNumber: '' });
    const [opening] = await readEvents(api.db, scope, idOf(row), { limit: 1 });
    expect(opening?.data).toMatchObject({
      ...{ disposal: null, source: { source: 'other', via: 'caseload-import' } },
    });
  });

  test('is known by its provider’s reference, whatever else changes; under another name and birth date it is refused', async () => {
    const known = aCase(today);
    const taken = (await importCases(lead, caseFile([known]))).rows[0];
    const changed = { ...known, OccurrenceNumber: 'DP-other', Surname: 'Sayce', Mobile: '07700 900321' };
    const found = (await importCases(lead, caseFile([changed]))).rows[0];
    expect(found).toMatchObject({ answer: 'already-there', differs: ['Surname', 'Mobile'] });
    expect(idOf(found)).toBe(idOf(taken));
    const stranger = { ...changed, NominalNumber: '', DateOfBirth: '01/01/1980' };
    expect((await importCases(lead, caseFile([stranger]))).rows[0]).toMatchObject({
      ...{ answer: 'refused', reason: 'identity-conflict' },
    });
  });

  test('of two providers with one reference is two cases', async () => {
    const ours = aCase(today);
    const theirs = aCase(today, { ProviderRef: ours.ProviderRef });
    await importCases(lead, caseFile([ours]));
    const { rows } = await importCases(manager, caseFile([theirs]), '?provider=kaleidoscope');
    expect(rows[0]?.answer).toBe('taken');
    expect(await pathwayById(api.db, scope, idOf(rows[0]))).toMatchObject({ providerId: 'kaleidoscope' });
  });

  test('whose outcome the force has referred is no second referral, in either order', async () => {
    const records = await ApiCaller.as(api, 'records-system');
    const outcome = anOutcome();
    const { OccurrenceNumber, NominalNumber, Surname, DateOfBirth } = outcome;
    const identity = { OccurrenceNumber, NominalNumber, Surname, DateOfBirth };
    const referred = await importRow(records, outcome);
    const row = await importOne(identity);
    expect(row).toMatchObject({ answer: 'already-there', note: 'referred-already' });
    expect(idOf(row)).toBe('pathwayId' in referred ? referred.pathwayId : '');

    // Another provider does not learn that there is one.
    const elsewhere = await ApiCaller.as(api, 'kaleidoscope-caseworker');
    expect((await send(elsewhere, caseFile([aCase(today, identity)]))).outcome).toEqual([403, 'wrong-role']);
    const other = new ApiCaller(
      api.url,
      await api.issuer.mint('provider-manager', { claims: { llwybr_organisation: 'kaleidoscope' } }),
    );
    const { rows } = await importCases(other, caseFile([aCase(today, identity)]));
    expect(rows).toEqual([{ line: 2, answer: 'already-there', note: 'held-elsewhere' }]);

    const first = aCase(today);
    const [taken] = (await importCases(lead, caseFile([first]))).rows;
    const later = await importRow(records, {
      ...anOutcome(),
      ...{ OccurrenceNumber: first.OccurrenceNumber, NominalNumber: first.NominalNumber },
      ...{ Surname: first.Surname, DateOfBirth: first.DateOfBirth },
    });
    expect(later).toMatchObject({ answer: 'already-there', pathwayId: idOf(taken) });
  });

  test('whose outcome the force has counted as none is for a person to decide', async () => {
    const records = await ApiCaller.as(api, 'records-system');
    const declined = anOutcome({ ReferralAgreed: 'N' });
    await importRow(records, declined);
    const { OccurrenceNumber, NominalNumber } = declined;
    expect(await importOne({ OccurrenceNumber, NominalNumber })).toEqual({
      ...{ line: 2, answer: 'already-there', note: 'counted-but-now-a-referral' },
    });
  });

  test('of somebody under 18 leaves a keyed hash, and is taken when the birth date was wrong', async () => {
    const young = aCase(today, { DateOfBirth: '01/01/2010' });
    const before = [await countOf('person'), await countOf('pathway')];
    const [first] = (await importCases(lead, caseFile([young]))).rows;
    expect(first).toEqual({ line: 2, answer: 'not-a-referral', reason: 'under-18' });
    expect([await countOf('person'), await countOf('pathway')]).toEqual(before);
    const [again] = (await importCases(lead, caseFile([young, aCase(today)]))).rows;
    expect(again).toEqual({ line: 2, answer: 'already-there' });
    const { rows } = await api.db.pool.query(
      'select name_hash, birth_date_hash from provider_case where pathway_id is null',
    );
    expect(rows).toEqual([{ name_hash: null, birth_date_hash: null }]);
    const [mended] = (await importCases(lead, caseFile([{ ...young, DateOfBirth: '01/01/1990' }]))).rows;
    expect(mended?.answer).toBe('taken');
    const [now] = (await importCases(lead, caseFile([young, young]))).rows;
    expect(now).toMatchObject({ answer: 'already-there', note: 'referred-but-now-none' });
  });

  test('one bad row stops no other, and says line, column and reason', async () => {
    const file = caseFile([
      aCase(today),
      aCase(today, { Stage: 'In treatment' }),
      aCase(today, { ReferralReceived: '31/02/2026' }),
      aCase(today),
    ]).replace(/\r\n$/, '\r\nshort,row\r\n');
    const { rows, totals } = await importCases(lead, file);
    expect(totals).toMatchObject({ rows: 5, taken: 2, refused: 3 });
    expect(rows.filter((row) => row.answer === 'refused')).toMatchObject([
      { line: 3, column: 'Stage', reason: 'stage-disagrees' },
      { line: 4, column: 'ReferralReceived', reason: 'not-a-date' },
      { line: 6, column: null, reason: 'ragged' },
    ]);
  });
});

describe('what is known elsewhere', () => {
  test('of a person whom another provider has, a provider is told of no match; the manager is', async () => {
    const same = {
      ...{ OccurrenceNumber: '', NominalNumber: '', Surname: `Elsewhere-${randomUUID().slice(0, 8)}` },
      ...{ Forenames: 'Nia', DateOfBirth: '02/04/1991' },
    };
    const own = async (caller: ApiCaller, query = '') =>
      (await importCases(caller, caseFile([aCase(today, same)]), query)).rows[0];
    expect(await own(manager, '?provider=kaleidoscope')).not.toHaveProperty('possibleMatches');
    const told = await own(lead);
    expect(told?.answer).toBe('taken');
    expect(told).not.toHaveProperty('possibleMatches');
    expect(await own(lead)).toMatchObject({ answer: 'taken', possibleMatches: 1 });
    expect(await own(manager, '?provider=ddas')).toMatchObject({ answer: 'taken', possibleMatches: 3 });
  });

  test('a case of a provider’s own books is nothing to the police, whoever first referred it', async () => {
    const row = await importOne();
    const { rows } = await api.db.pool.query<{ source: string }>(
      `select data#>>'{source,source}' as source from event where pathway_id = $1 and seq = 1`,
      [idOf(row)],
    );
    expect(rows).toEqual([{ source: 'police' }]);
    const officer = await ApiCaller.as(api, 'officer');
    const path = `/api/v1/referrals/${idOf(row)}`;
    expect([(await officer.get(path)).status, (await manager.get(path)).status]).toEqual([404, 200]);
    const flagged = await officer.command(idOf(row), 'set-iom-flag', { designated: true });
    expect(flagged.outcome).toEqual([404, 'not-found']);
  });
});

describe('who sends, and for whom', () => {
  const file = () => caseFile([aCase(today)]);

  test.each([
    ['officer', '', 403, 'wrong-role'],
    ['caseworker', '', 403, 'wrong-role'],
    ['records-system', '', 403, 'wrong-role'],
    ['manager', '', 400, 'invalid-request'],
    ['manager', '?provider=nobody', 404, 'not-found'],
    ['manager', '?provider=dip-team', 404, 'not-found'],
    ['manager', '?supplier=ddas', 400, 'invalid-request'],
    ['provider-manager', '?provider=kaleidoscope', 404, 'not-found'],
  ])('a %s with %j is refused', async (who, query, status, code) => {
    const caller = await ApiCaller.as(api, who);
    expect((await send(caller, file(), query)).outcome).toEqual([status, code]);
  });

  test('a provider sees its own imports only', async () => {
    const { importId } = await importCases(manager, file(), '?provider=kaleidoscope');
    const ours = await importCases(lead, file(), '?provider=ddas');
    expect((await lead.get(`/api/v1/imports/${importId}`)).outcome).toEqual([404, 'not-found']);
    expect((await lead.get(`/api/v1/imports/${ours.importId}`)).as(importView)).toMatchObject({
      ...{ format: 'open-cases', providerId: 'ddas', state: 'done', rowsDone: 1, rowsRead: 1 },
    });
    expect((await manager.get(`/api/v1/imports/${importId}`)).status).toBe(200);
    expect((await lead.get('/api/v1/imports/named-workers?provider=kaleidoscope')).outcome).toEqual([
      ...[404, 'not-found'],
    ]);
  });

  test('one key is for one provider', async () => {
    const key = randomUUID();
    const body = file();
    expect((await send(manager, body, '?provider=ddas', key)).status).toBe(200);
    expect((await send(manager, body, '?provider=ddas', key)).headers.get('idempotency-replayed')).toBe(
      'true',
    );
    expect((await send(manager, body, '?provider=kaleidoscope', key)).outcome).toEqual([
      ...[422, 'idempotency-key-reused'],
    ]);
  });

  test('a file without a column that it needs is refused as a whole', async () => {
    const before = await countOf('pathway');
    const columns = caseColumns.filter((column) => column !== 'NextAppointment');
    const answer = await send(lead, caseFile([aCase(today)], columns));
    expect(answer.outcome).toEqual([422, 'missing-columns']);
    expect(await countOf('pathway')).toBe(before);
  });
});
