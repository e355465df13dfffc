import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { acrListAnswer } from '../../api/schemas/imports.ts';
import type { AcrListAnswer } from '../../api/schemas/imports.ts';
import { acrReconciliation } from '../../api/schemas/reconciliation.ts';
import { acrColumns } from '../../workflows/domain/diversion/listed-acr.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { localParts } from '../../workflows/domain/common/london-time.ts';
import { ApiCaller } from '../support/api-caller.ts';
import type { Answered } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import { aCase, caseFile } from '../support/caseload.ts';
import { anOutcome, importRow } from '../support/imports.ts';
import { fileOf } from '../support/records-export.ts';

let api: ApiWithoutEngine;
let records: ApiCaller;
let manager: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  records = await ApiCaller.as(api, 'records-system');
  manager = await ApiCaller.as(api, 'manager');
}, 60_000);

afterAll(async () => {
  await api.close();
});

type Listed = Record<(typeof acrColumns)[number], string>;

function sendList(caller: ApiCaller, rows: readonly Listed[]): Promise<Answered> {
  return caller.send('POST', '/api/v1/imports/acr-list', {
    headers: { 'content-type': 'text/csv', 'idempotency-key': randomUUID() },
    body: fileOf(acrColumns, rows),
  });
}

async function loadList(rows: readonly Listed[]): Promise<AcrListAnswer> {
  return (await sendList(manager, rows)).as(acrListAnswer);
}

function listed(outcome: Readonly<Record<string, string>>, changes: Partial<Listed> = {}): Listed {
  const { OccurrenceNumber = '', NominalNumber = '', OutcomeDate = '' } = outcome;
  return { OccurrenceNumber, NominalNumber, OutcomeDate, ...changes };
}

async function reconciled(from: string, to: string, caller = manager) {
  return (await caller.get(`/api/v1/reconciliation/acrs?from=${from}&to=${to}`)).as(acrReconciliation);
}

async function pathwayOf(outcome: ReturnType<typeof anOutcome>): Promise<string> {
  const row = await importRow(records, outcome);
  if (row.answer !== 'taken') throw new Error(JSON.stringify(row));
  return row.pathwayId;
}

describe('the force’s own list of community resolutions', () => {
  test('starts nothing, keeps keyed hashes and dates only, and sent again changes nothing', async () => {
    const one = { OccurrenceNumber: 'DP-L-1', NominalNumber: 'NL1', OutcomeDate: '05/01/2026' };
    const two = { ...one, NominalNumber: 'NL2' };
    const file = [one, two, two, { ...one, OutcomeDate: '06/01/2026' }, { ...one, NominalNumber: '' }];
    const first = await loadList(file);
    expect(first.totals).toMatchObject({ rows: 5, taken: 2, alreadyThere: 2, notAReferral: 0, refused: 1 });
    expect(first.rows[3]).toEqual({ line: 5, answer: 'already-there', differs: ['OutcomeDate'] });
    expect(first.rows[4]).toMatchObject({ line: 6, column: 'NominalNumber', reason: 'empty' });
    expect(await loadList(file)).toMatchObject({
      ...{ changed: false, sentBefore: true, totals: { taken: 0, alreadyThere: 4, refused: 1 } },
    });
    const { rows } = await api.db.pool.query<{ row: string }>('select l::text as row from listed_acr l');
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/DP-L|NL1|NL2/);
    const { rows: pathways } = await api.db.pool.query('select from pathway');
    expect(pathways).toEqual([]);
  });

  test.each([
    ['officer', 403],
    ['provider-manager', 403],
    ['analyst', 403],
    ['records-system', 200],
  ])('from a %s is answered %i', async (who, status) => {
    const rows = [{ OccurrenceNumber: `DP-W-${who}`, NominalNumber: 'NW', OutcomeDate: '07/01/2026' }];
    expect((await sendList(await ApiCaller.as(api, who), rows)).status).toBe(status);
  });
});

describe('M249 the list held against the referrals', () => {
  test('before any list was loaded says so of every referral', async () => {
    const stranger = await ApiCaller.as(api, 'gwent');
    expect(await reconciled('2026-01-01', '2026-12-31', stranger)).toMatchObject({
      ...{ listFrom: null, listTo: null, acrs: 0, referrals: 0, notCompared: 0 },
    });
    const outcome = anOutcome({ OutcomeDate: '03/02/2025', OffenceDate: '02/02/2025' });
    const pathwayId = await pathwayOf(outcome);
    expect((await reconciled('2025-02-01', '2025-02-28')).referralsWithoutAcr).toMatchObject({
      byReason: { 'outside-the-list': 1 },
      named: [{ pathwayId, reason: 'outside-the-list' }],
    });
  });

  test('names what is on one side only, each with its reason; edge case 58 and 59: what no resolution brought does not enter', async () => {
    const march = (day: string) => ({ OutcomeDate: `${day}/03/2026`, OffenceDate: '01/03/2026' });
    const both = anOutcome(march('02'));
    const notListed = anOutcome(march('03'));
    const declined = anOutcome({ ...march('04'), ReferralAgreed: 'N' });
    const voided = anOutcome(march('05'));
    const mistyped = anOutcome(march('06'));
    await pathwayOf(both);
    const unlisted = await pathwayOf(notListed);
    // Edge case 58: not admitted or not agreed, so no referral; it was counted.
    await importRow(records, declined);
    await api.db.pool.query(`update pathway set stage = 'void' where id = $1`, [await pathwayOf(voided)]);
    const otherNumber = await pathwayOf(mistyped);
    // Edge case 59: a case without any police number, as of somebody who asked for help.
    const lead = await ApiCaller.as(api, 'provider-manager');
    const { date: today } = localParts(toInstant(Date.now()));
    const helped = aCase(today, { OccurrenceNumber: '', ReferralReceived: '07/03/2026' });
    const sent = await lead.send('POST', '/api/v1/imports/open-cases', {
      headers: { 'content-type': 'text/csv', 'idempotency-key': randomUUID() },
      body: caseFile([helped]),
    });
    expect(sent.status).toBe(200);

    const never = { OccurrenceNumber: 'DP-N-1', NominalNumber: 'NN1', OutcomeDate: '31/03/2026' };
    const { importId } = await loadList([
      listed(both),
      listed(declined),
      listed(voided),
      listed(mistyped, { OccurrenceNumber: 'DP-mistyped' }),
      never,
    ]);
    const result = await reconciled('2026-03-01', '2026-03-31', await ApiCaller.as(api, 'analyst'));
    expect(result).toMatchObject({
      acrs: 5,
      acrsReferred: 1,
      referrals: 3,
      referralsListed: 1,
      notCompared: 1,
    });
    expect(result.acrsWithoutReferral).toEqual({
      byReason: {
        'never-received': 1,
        'counted-no-referral': 1,
        'referral-voided': 1,
        'referred-as-another-disposal': 0,
        'referred-under-another-number': 1,
      },
      named: [
        { outcomeDate: '2026-03-04', reason: 'counted-no-referral', importId, line: 3 },
        { outcomeDate: '2026-03-05', reason: 'referral-voided', importId, line: 4 },
        { outcomeDate: '2026-03-06', reason: 'referred-under-another-number', importId, line: 5 },
        { outcomeDate: '2026-03-31', reason: 'never-received', importId, line: 6 },
      ],
    });
    expect(result.referralsWithoutAcr).toEqual({
      byReason: {
        'not-on-the-list': 1,
        'outside-the-list': 0,
        'no-police-number': 0,
        'listed-under-another-number': 1,
      },
      named: [
        expect.objectContaining({ pathwayId: unlisted, reason: 'not-on-the-list' }),
        expect.objectContaining({ pathwayId: otherNumber, reason: 'listed-under-another-number' }),
      ],
    });
  });

  test('compares by identity, not by day: decided on the last day and received on the next is no difference', async () => {
    const outcome = anOutcome({ OutcomeDate: '01/05/2026', OutcomeTime: '00:20', OffenceDate: '30/04/2026' });
    await pathwayOf(outcome);
    await loadList([listed(outcome, { OutcomeDate: '30/04/2026' })]);
    const april = await reconciled('2026-04-30', '2026-04-30');
    expect(april).toMatchObject({ acrs: 1, acrsReferred: 1, referrals: 0 });
    const may = await reconciled('2026-05-01', '2026-05-01');
    expect(may).toMatchObject({ acrs: 0, referrals: 1, referralsListed: 1 });
  });

  test('edge case 59: an officer’s self-help referral does not enter; one by another disposal is no match', async () => {
    const officer = await ApiCaller.as(api, 'officer');
    const daysAgo = (days: number) => toInstant(Date.now() - days * 86_400_000);
    const who = { surname: 'Gwilym', forenames: 'Mari', birthDate: '1990-05-17', agreed: true };
    const residence = { residence: { postcode: 'SA31 1ZZ' } };
    const helped = await officer.post('/api/v1/referrals', {
      ...{ ...who, ...residence, source: 'police', via: 'self-help', receivedAt: daysAgo(20) },
    });
    expect(helped.outcome).toEqual([201]);
    const numbers = { occurrenceNumber: 'DP-22-1', nominalNumber: 'N22-1' };
    const otherwise = await officer.post('/api/v1/referrals', {
      ...{ ...who, ...residence, ...numbers, source: 'police', via: 'outcome-22' },
      ...{ outcomeAt: daysAgo(19), offenceCode: '92E', offenceDate: localParts(daysAgo(22)).date },
    });
    expect(otherwise.outcome).toEqual([201]);
    const listedOn = localParts(daysAgo(19)).date.split('-').toReversed().join('/');
    await loadList([{ OccurrenceNumber: 'DP-22-1', NominalNumber: 'N22-1', OutcomeDate: listedOn }]);
    const result = await reconciled(localParts(daysAgo(21)).date, localParts(daysAgo(18)).date);
    expect(result).toMatchObject({ acrs: 1, acrsReferred: 0, referrals: 0, notCompared: 2 });
    expect(result.acrsWithoutReferral.named).toMatchObject([{ reason: 'referred-as-another-disposal' }]);
    expect(result.referralsWithoutAcr.named).toEqual([]);
  });

  test('a case taken over under its police number is compared as any other referral', async () => {
    const { date: today } = localParts(toInstant(Date.now()));
    const lead = await ApiCaller.as(api, 'provider-manager');
    const taken = aCase(today, { ReferralReceived: '10/06/2026' });
    await lead.send('POST', '/api/v1/imports/open-cases', {
      headers: { 'content-type': 'text/csv', 'idempotency-key': randomUUID() },
      body: caseFile([taken]),
    });
    await loadList([listed(taken, { OutcomeDate: '09/06/2026' })]);
    expect(await reconciled('2026-06-01', '2026-06-30')).toMatchObject({
      ...{ acrs: 1, acrsReferred: 1, referrals: 1, referralsListed: 1 },
    });
  });

  test.each([
    ['from=2026-03-02&to=2026-03-01', 422, 'before-the-start'],
    ['from=2026-02-30&to=2026-03-01', 422, 'invalid-date'],
    ['from=2026-03-01', 400, 'invalid-request'],
  ])('%s is refused', async (query, status, code) => {
    expect((await manager.get(`/api/v1/reconciliation/acrs?${query}`)).outcome).toEqual([status, code]);
  });
});
