import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { importAnswer } from '../../api/schemas/imports.ts';
import type { ImportAnswer, RowAnswer } from '../../api/schemas/imports.ts';
import type { OutcomeColumn } from '../../workflows/domain/diversion/possession-outcome.ts';
import type { Answered, ApiCaller } from './api-caller.ts';
import { csvOf } from './records-export.ts';

export const sampleExport: Buffer = readFileSync(
  new URL('../data/records-export.sample.csv', import.meta.url),
);

export function sendOutcomes(
  caller: ApiCaller,
  body: string | Uint8Array,
  key: string = randomUUID(),
): Promise<Answered> {
  return caller.send('POST', '/api/v1/imports/outcomes', {
    headers: { 'content-type': 'text/csv', 'idempotency-key': key },
    body,
  });
}

/** @throws Error when the file as a whole is refused, or the totals do not add up to the rows */
export async function importOutcomes(caller: ApiCaller, body: string | Uint8Array): Promise<ImportAnswer> {
  const answer = (await sendOutcomes(caller, body)).as(importAnswer);
  const { rows, taken, alreadyThere, notAReferral, refused } = answer.totals;
  if (taken + alreadyThere + notAReferral + refused !== rows || rows !== answer.rows.length) {
    throw new Error(`The totals do not add up: ${JSON.stringify(answer.totals)}`);
  }
  return answer;
}

/** The answer for a file of one row: a referral of somebody new, with these cells changed. */
export async function importRow(
  caller: ApiCaller,
  changes: Partial<Record<OutcomeColumn, string>> = {},
): Promise<RowAnswer> {
  const { rows } = await importOutcomes(caller, csvOf([anOutcome(changes)]));
  return rows[0] as RowAnswer;
}

let outcomes = 0;

/** An agreed community resolution of an adult; every one is somebody else's. */
export function anOutcome(
  changes: Partial<Record<OutcomeColumn, string>> = {},
): Record<OutcomeColumn, string> {
  outcomes += 1;
  return {
    OccurrenceNumber: `DP-20261001-${String(outcomes)}`,
    NominalNumber: `N9${String(outcomes)}`,
    OutcomeCode: '8',
    OutcomeDate: '01/10/2026',
    OutcomeTime: '14:30',
    OffenceCode: '92E',
    OffenceDescription: 'Possess cannabis',
    OffenceDate: '30/09/2026',
    Drug: 'Cannabis',
    Surname: `Prydderch ${String.fromCharCode(65 + (outcomes % 26))}${String(outcomes)}`,
    Forenames: 'Non',
    DateOfBirth: '17/05/1994',
    Sex: 'F',
    SelfDefinedEthnicity: 'W1',
    Address: '1 Heol y Bont',
    Postcode: 'SA31 1ZZ',
    Mobile: '07700 900123',
    Email: 'non@example.org',
    PreferredLanguage: 'W',
    ReferralAgreed: 'Y',
    SafeToText: 'Y',
    OfficerCollar: 'DP1234',
    Station: 'Llanelli',
    LPU: 'Llanelli',
    ...changes,
  };
}
