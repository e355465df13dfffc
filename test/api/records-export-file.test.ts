import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { openCsv } from '../../api/imports/csv-table.ts';
import {
  judgeOutcome,
  outcomeColumns,
  requiredOutcomeColumns,
} from '../../workflows/domain/diversion/possession-outcome.ts';
import { acrColumns, judgeListedAcr } from '../../workflows/domain/diversion/listed-acr.ts';
import { makeRecordsExport } from '../support/records-export.ts';

/** How often each verdict is given, and the lines of each. */
async function verdicts(bytes: Uint8Array): Promise<Record<string, number[]>> {
  const table = await openCsv(bytes, { known: outcomeColumns, required: requiredOutcomeColumns });
  expect(table.unknownColumns).toEqual([]);
  const found: Record<string, number[]> = {};
  for await (const { line, cells } of table.rows()) {
    const verdict = cells === undefined ? undefined : judgeOutcome(cells, '2026-11-22T00:00:00.000Z');
    const name = verdict?.verdict === 'not-a-referral' ? verdict.reason : (verdict?.verdict ?? 'ragged');
    (found[name] ??= []).push(line);
  }
  return found;
}

test('the sample of the force’s own list fits the sample export: two are on one side only, each way', async () => {
  const rowsOf = async (name: string, columns: readonly string[]) => {
    const bytes = readFileSync(new URL(`../data/${name}`, import.meta.url));
    const table = await openCsv(bytes, { known: columns, required: columns });
    const rows: Readonly<Record<string, string>>[] = [];
    for await (const { cells } of table.rows()) if (cells !== undefined) rows.push(cells);
    return rows;
  };
  const keysOf = (rows: readonly Readonly<Record<string, string>>[]): string[] =>
    rows.map((row) => acrColumns.map((column) => row[column]).join(' '));
  const listed = await rowsOf('acr-list.sample.csv', acrColumns);
  for (const { OccurrenceNumber = '', NominalNumber = '', OutcomeDate = '' } of listed) {
    const cells = { OccurrenceNumber, NominalNumber, OutcomeDate };
    expect(judgeListedAcr(cells, '2026-11-22T00:00:00.000Z').verdict).toBe('listed');
  }
  const exported = await rowsOf('records-export.sample.csv', [...acrColumns, 'OutcomeCode']);
  // Line 37 has a day that there is not.
  const given = exported.filter((row) => row['OutcomeCode'] === '8' && row['OutcomeDate'] !== '31/02/2026');
  const [onList, inExport] = [keysOf(listed), keysOf(given)];
  expect(onList.filter((key) => !inExport.includes(key))).toHaveLength(2);
  expect(inExport.filter((key) => !onList.includes(key))).toHaveLength(2);
});

test('the sample: each row that is no referral is so for the reason that its cells give', async () => {
  const found = await verdicts(readFileSync(new URL('../data/records-export.sample.csv', import.meta.url)));
  expect({ ...found, referral: found['referral']?.length }).toEqual({
    // 31/02/2026.
    refused: [37],
    // 92A.
    'not-possession': [40],
    // Outcomes 1, 3, 16 and 3.
    'other-outcome': [12, 24, 35, 46],
    // ReferralAgreed N, each with outcome 8.
    declined: [13, 26, 38, 48],
    // Born 02/11/2009, offence 28/10/2026: five days short of 17.
    'under-18': [39],
    // 59 rows less these eleven.
    referral: 48,
  });
});

describe('a made export', () => {
  const options = { seed: 7, referrals: 868, until: '2026-10-31' };

  test('holds what it says it holds', async () => {
    const made = makeRecordsExport(options);
    const found = await verdicts(Buffer.from(made.csv));
    const counts = Object.fromEntries(Object.entries(found).map(([name, lines]) => [name, lines.length]));
    expect(made).toMatchObject({ rows: 1085, taken: 868 });
    expect(counts).toEqual({ referral: made.taken, refused: made.refused, ...made.notAReferral });
  });

  test('names no outcome twice, some people and some occurrences more than once', async () => {
    const table = await openCsv(Buffer.from(makeRecordsExport(options).csv), {
      known: outcomeColumns,
      required: [],
    });
    const identities: string[] = [];
    const nominals: string[] = [];
    const occurrences: string[] = [];
    for await (const { cells } of table.rows()) {
      if (cells === undefined || cells.OutcomeCode === '99') continue;
      identities.push(`${cells.OccurrenceNumber} ${cells.NominalNumber}`);
      nominals.push(cells.NominalNumber);
      occurrences.push(cells.OccurrenceNumber);
    }
    expect(new Set(identities).size).toBe(identities.length);
    expect(new Set(nominals).size).toBeLessThan(nominals.length);
    expect(new Set(occurrences).size).toBeLessThan(occurrences.length);
  });

  test('is the same for the same seed and another for another', () => {
    const { csv } = makeRecordsExport(options);
    expect(makeRecordsExport(options).csv).toBe(csv);
    expect(makeRecordsExport({ ...options, seed: 8 }).csv).not.toBe(csv);
  });
});
