import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { referralAnswer } from '../../api/schemas/answers.ts';
import { importAnswer, importView } from '../../api/schemas/imports.ts';
import { readEvents } from '../../store/ledger.ts';
import { outcomeCounts } from '../../store/outcome-counts.ts';
import { personById } from '../../store/persons.ts';
import { pathwayById } from '../../store/pathways.ts';
import { wholeForce } from '../../store/scope.ts';
import { outcomeColumns } from '../../workflows/domain/diversion/possession-outcome.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import { anOutcome, importOutcomes, importRow, sampleExport, sendOutcomes } from '../support/imports.ts';
import { csvOf } from '../support/records-export.ts';

const force = 'dyfed-powys';

let api: ApiWithoutEngine;
let records: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  records = await ApiCaller.as(api, 'records-system');
}, 60_000);

afterAll(async () => {
  await api.close();
});

async function countOf(table: 'pathway' | 'person' | 'counted_outcome' | 'import_record'): Promise<number> {
  const { rows } = await api.db.pool.query<{ count: number }>(
    `select count(*)::integer as count from ${table}`,
  );
  return rows[0]?.count ?? -1;
}

/** Every row of every table, as text. */
async function everythingStored(): Promise<string> {
  const { rows: tables } = await api.db.pool.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const texts = await Promise.all(
    tables.map(
      async ({ name }) =>
        (await api.db.pool.query<{ row: string }>(`select t::text as row from ${name} t`)).rows,
    ),
  );
  return texts
    .flat()
    .map(({ row }) => row)
    .join('\n');
}

/*
 * The sample, counted by hand from its 59 rows (the last is line 60):
 *   1 refused: line 37, an outcome on 31 February
 *   1 another offence: line 40, 92A
 *   4 other outcomes: lines 12, 24, 35 and 46, with codes 1, 3, 16 and 3
 *   4 declined: lines 13, 26, 38 and 48, outcome 8 with ReferralAgreed N
 *   1 under 18: line 39, born 2 November 2009, offence 28 October 2026
 *  48 referrals: the rest. N107014 is in two of them: 48 outcomes of 47 people.
 */
describe('the sample of the records system', () => {
  test('gives these totals, and sent again changes nothing and says so', async () => {
    const first = await importOutcomes(records, sampleExport);
    expect(first).toMatchObject({ changed: true, sentBefore: false, unknownColumns: [] });
    expect(first.totals).toEqual({
      rows: 59,
      taken: 48,
      alreadyThere: 0,
      notAReferral: 10,
      refused: 1,
      alreadyThereAs: { referral: 0, counted: 0 },
      notAReferralBecause: { 'not-possession': 1, 'other-outcome': 4, declined: 4, 'under-18': 1 },
    });
    expect(first.rows.filter(({ answer }) => answer === 'refused')).toEqual([
      {
        line: 37,
        answer: 'refused',
        column: 'OutcomeDate',
        reason: 'not-a-date',
        message: 'Not a date of the calendar, written DD/MM/YYYY.',
      },
    ]);
    expect([await countOf('pathway'), await countOf('person'), await countOf('counted_outcome')]).toEqual([
      48, 47, 10,
    ]);

    const stored = await everythingStored();
    const again = await importOutcomes(records, sampleExport);
    expect(again).toMatchObject({ importId: first.importId, changed: false, sentBefore: true });
    expect(again.totals).toEqual({
      rows: 59,
      taken: 0,
      alreadyThere: 58,
      notAReferral: 0,
      refused: 1,
      alreadyThereAs: { referral: 48, counted: 10 },
      notAReferralBecause: { 'not-possession': 0, 'other-outcome': 0, declined: 0, 'under-18': 0 },
    });
    const references = (answer: typeof first): unknown[] =>
      answer.rows.flatMap((row) => ('reference' in row ? [[row.line, row.reference]] : []));
    expect(references(again)).toEqual(references(first));
    // Beside the request itself nothing is new.
    const [before, after] = [stored, await everythingStored()].map(
      (text) => text.split('\n').filter((row) => !row.includes('POST /api/v1/imports')).length,
    );
    expect(after).toBe(before);
  });

  test('is recognised in another dress: LF, no mark, other column order, a column more', async () => {
    const [header = '', ...rows] = sampleExport
      .toString('utf8')
      .replace('\ufeff', '')
      .trimEnd()
      .split('\r\n');
    const turned = [header, ...rows].map(
      (line, index) => `${index === 0 ? 'Ward' : 'X'},${line.split(',').toReversed().join(',')}`,
    );
    const answer = await importOutcomes(records, `${turned.join('\n')}\n`);
    expect(answer).toMatchObject({ changed: false, sentBefore: false, unknownColumns: ['Ward'] });
    expect(answer.totals).toMatchObject({ rows: 59, alreadyThere: 58, refused: 1 });
    expect(answer.rows.flatMap((row) => ('differs' in row ? [row] : []))).toEqual([]);
  });

  test('is counted by month and codes', async () => {
    const counts = await outcomeCounts(api.db, force, '2026-09', '2026-10');
    expect(
      counts.map(({ month, outcomeCode, offenceCode, reason, count }) => [
        month,
        outcomeCode,
        offenceCode,
        reason,
        count,
      ]),
    ).toEqual([
      ['2026-09', '1', '92E', 'other-outcome', 1],
      ['2026-09', '3', '92E', 'other-outcome', 1],
      ['2026-09', '8', '92E', 'declined', 2],
      ['2026-10', '16', '92E', 'other-outcome', 1],
      ['2026-10', '3', '92E', 'other-outcome', 1],
      ['2026-10', '8', '92A', 'not-possession', 1],
      ['2026-10', '8', '92D', 'under-18', 1],
      ['2026-10', '8', '92E', 'declined', 2],
    ]);
  });

  test('leaves no trace of the people who are only counted, and nobody’s name in clear', async () => {
    const stored = await everythingStored();
    // Numbers of lines 12, 13, 39 and 40; a surname, an address and a mobile of somebody taken.
    for (const text of [
      'N107011',
      'N107012',
      'N107056',
      'N107058',
      'DP-20261030',
      'Llŷn-Parry',
      'Heol Fawr',
      '900586',
      '+447700900586',
    ]) {
      expect(stored).not.toContain(text);
    }
    for (const nominalNumber of ['N107011', 'N107012', 'N107056', 'N107058']) {
      const index = api.db.fields.blindIndex('nominal', force, nominalNumber);
      expect(stored).not.toContain(index);
    }
    expect(stored).toContain(api.db.fields.blindIndex('nominal', force, 'N107014'));
  });
});

describe('a referral from the export', () => {
  test('is a pathway as from the form: receipt, route, person and safety as the row says', async () => {
    const answer = await importRow(records, {
      Mobile: '07700 900321',
      Postcode: 'ld1 5ha',
      Address: 'Fflat 1\r\n2 Heol Fawr',
    });
    if (answer.answer !== 'taken') throw new Error(JSON.stringify(answer));
    const row = await pathwayById(api.db, wholeForce(force), answer.pathwayId);
    expect(row).toMatchObject({
      reference: answer.reference,
      source: 'records-export',
      receivedAt: '2026-10-01T13:30:00.000Z',
      providerId: 'kaleidoscope',
      stage: 'awaiting-contact',
      needsRun: true,
      runConfirmedAt: null,
    });
    const person = await personById(api.db, wholeForce(force), row?.personId ?? '');
    expect(person).toMatchObject({
      ...{ forenames: 'Non', birthDate: '1994-05-17', sex: 'F', ethnicity: 'W1' },
      ...{
        address: 'Fflat 1 2 Heol Fawr',
        postcode: 'LD1 5HA',
        mobile: '+447700900321',
        email: 'non@example.org',
      },
      ...{ language: 'cy', safeToText: 'yes' },
    });
    const [opening] = await readEvents(api.db, wholeForce(force), answer.pathwayId);
    expect(opening).toMatchObject({
      type: 'referral-received',
      occurredAt: '2026-10-01T13:30:00.000Z',
      actor: { role: 'RecordsSystem' },
      data: {
        source: { source: 'police', via: 'records-export' },
        ...{ offenceCode: '92E', offenceDate: '2026-09-30', drugCode: 'cannabis' },
        knownChannels: ['phone', 'text', 'email', 'post'],
      },
    });
  });

  test('says which cells could not be read, and who may be the same person', async () => {
    const alike = { Surname: 'Bebb-Rowlands', DateOfBirth: '01/02/1980' };
    expect(await importRow(records, { ...alike, Email: 'none', SafeToText: '?' })).toMatchObject({
      answer: 'taken',
      unread: ['Email', 'SafeToText'],
    });
    expect(await importRow(records, alike)).toMatchObject({ answer: 'taken', possibleMatches: 1 });
    const two = await importOutcomes(records, csvOf([anOutcome(alike), anOutcome(alike)]));
    expect(two.rows).toMatchObject([
      { answer: 'taken', possibleMatches: 2 },
      { answer: 'taken', possibleMatches: 3 },
    ]);
  });

  test('of an outcome twice in one file the first is taken; of one person two outcomes are two', async () => {
    const outcome = anOutcome();
    const second = anOutcome({ ...outcome, OccurrenceNumber: 'DP-20261002-77' });
    const { rows } = await importOutcomes(records, csvOf([outcome, outcome, second, outcome]));
    expect(rows.map(({ answer }) => answer)).toEqual(['taken', 'already-there', 'taken', 'already-there']);
  });

  test('is the officer’s own where the officer was first', async () => {
    const officer = await ApiCaller.as(api, 'officer');
    const form = aReferral({
      surname: 'Treharne',
      forenames: 'Iwan',
      birthDate: '1990-02-03',
      outcomeAt: '2026-10-01T14:30',
      offenceDate: '2026-09-30',
    });
    const { reference, pathwayId } = (await officer.post('/api/v1/referrals', form)).as(referralAnswer);
    const row = {
      ...{
        OccurrenceNumber: String(form['occurrenceNumber']),
        NominalNumber: String(form['nominalNumber']).toLowerCase(),
      },
      ...{
        Surname: 'TREHARNE',
        Forenames: 'Iwan',
        DateOfBirth: '03/02/1990',
        Mobile: '07700900123',
        Email: '',
        Sex: '',
      },
      ...{ Address: '', SelfDefinedEthnicity: '' },
    };
    expect(await importRow(records, row)).toEqual({ line: 2, answer: 'already-there', reference, pathwayId });
  });
});

describe('an identity that is known', () => {
  test('with another name and birth date is refused, and a person decides', async () => {
    const outcome = anOutcome();
    await importRow(records, outcome);
    const people = await countOf('person');
    const { OccurrenceNumber, NominalNumber } = outcome;
    const answer = await importRow(records, {
      OccurrenceNumber,
      NominalNumber,
      Surname: 'Sayce',
      DateOfBirth: '01/01/1970',
    });
    expect(answer).toMatchObject({ answer: 'refused', column: null, reason: 'identity-conflict' });
    expect(await countOf('person')).toBe(people);
  });

  test.each<[Partial<ReturnType<typeof anOutcome>>, string[]]>([
    [{ Surname: 'Sayce' }, ['Surname']],
    [{ Forenames: 'Nan' }, ['Forenames']],
    [{ DateOfBirth: '18/05/1994' }, ['DateOfBirth']],
    [{ Address: '2 Heol y Bont', Mobile: '07700 900124' }, ['Address', 'Mobile']],
    [
      { OutcomeTime: '14:31', OffenceCode: '92D', OffenceDate: '29/09/2026', Drug: 'MDMA' },
      ['OutcomeDate', 'OffenceCode', 'OffenceDate', 'Drug'],
    ],
    [{ Mobile: '+44 7700 900123', Postcode: 'sa311zz', Sex: 'f', Address: '1  heol y bont' }, []],
    [{ Mobile: '', Email: '', Address: '', Postcode: '', Sex: '', SafeToText: '' }, []],
  ])('with %j is there already, and the answer names the columns: %j', async (changes, columns) => {
    const outcome = anOutcome();
    const taken = await importRow(records, outcome);
    const stored = await personsInClear();
    const answer = await importRow(records, { ...outcome, ...changes });
    expect(answer).toEqual({
      line: 2,
      answer: 'already-there',
      ...('reference' in taken ? { reference: taken.reference, pathwayId: taken.pathwayId } : {}),
      ...(columns.length === 0 ? {} : { differs: columns }),
    });
    expect(await personsInClear()).toEqual(stored);
  });

  test('binds at once where it says now that the person is not safe to text', async () => {
    const keptFromTexts = async () =>
      (await api.db.pool.query(`select from person where safe_to_text = 'no'`)).rowCount ?? 0;
    const outcome = anOutcome();
    await importRow(records, outcome);
    const before = await keptFromTexts();
    expect(await importRow(records, { ...outcome, SafeToText: 'N' })).toMatchObject({
      answer: 'already-there',
    });
    expect(await keptFromTexts()).toBe(before + 1);
  });

  test('binds of whom the force knows also in a row that is only counted, and of nobody else', async () => {
    const keptFromTexts = async () =>
      (await api.db.pool.query(`select from person where safe_to_text = 'no'`)).rowCount ?? 0;
    const outcome = anOutcome();
    await importRow(records, outcome);
    const before = await keptFromTexts();
    const people = await countOf('person');
    const other = { OccurrenceNumber: anOutcome().OccurrenceNumber, OutcomeCode: '1', SafeToText: 'N' };
    expect(await importRow(records, { ...anOutcome(), OutcomeCode: '1', SafeToText: 'N' })).toMatchObject({
      answer: 'not-a-referral',
    });
    expect(await keptFromTexts()).toBe(before);
    expect(await importRow(records, { ...outcome, ...other })).toMatchObject({ answer: 'not-a-referral' });
    expect(await keptFromTexts()).toBe(before + 1);
    expect(await countOf('person')).toBe(people);
  });

  test('counted before and now a referral is not taken by itself, nor the other way round', async () => {
    const declined = anOutcome({ ReferralAgreed: 'N' });
    expect(await importRow(records, declined)).toMatchObject({
      answer: 'not-a-referral',
      reason: 'declined',
    });
    expect(await importRow(records, { ...declined, ReferralAgreed: 'Y' })).toEqual({
      ...{ line: 2, answer: 'already-there', note: 'counted-but-now-a-referral' },
    });
    const outcome = anOutcome();
    const taken = await importRow(records, outcome);
    const counted = await countOf('counted_outcome');
    expect(await importRow(records, { ...outcome, OutcomeCode: '1' })).toEqual({
      ...{ line: 2, answer: 'already-there', note: 'referred-but-now-none' },
      pathwayId: 'pathwayId' in taken ? taken.pathwayId : undefined,
    });
    expect(await countOf('counted_outcome')).toBe(counted);
  });

  async function personsInClear(): Promise<unknown[]> {
    const { rows } = await api.db.pool.query<{ id: string }>('select id from person order by id');
    return Promise.all(rows.map(({ id }) => personById(api.db, wholeForce(force), id)));
  }
});

describe('one bad row', () => {
  test('stops no other', async () => {
    const file = csvOf([anOutcome(), anOutcome({ Surname: '' }), anOutcome()]).replace(
      /\r\n$/,
      '\r\nshort,row\r\n',
    );
    const { rows } = await importOutcomes(records, file);
    expect(rows.map((row) => [row.line, row.answer])).toEqual([
      [2, 'taken'],
      [3, 'refused'],
      [4, 'taken'],
      [5, 'refused'],
    ]);
    expect(rows[3]).toMatchObject({ column: null, reason: 'ragged' });
  });
});

describe('a file is refused as a whole, and nothing is stored', () => {
  const oneRow = csvOf([anOutcome()]);

  test.each<[string, number, string, string | Uint8Array]>([
    [
      'without a required column',
      422,
      'missing-columns',
      csvOf(
        [anOutcome()],
        outcomeColumns.filter((column) => column !== 'DateOfBirth'),
      ),
    ],
    ['that is empty', 422, 'missing-columns', ''],
    ['that is JSON', 400, 'malformed-csv', '{"rows":[]}'],
    ['with an open quotation mark', 400, 'malformed-csv', `${oneRow}"DP-1,N1\r\n`],
    [
      'in Latin-1',
      400,
      'malformed-csv',
      Buffer.from(csvOf([anOutcome({ Forenames: 'Siôn' })]).slice(1), 'latin1'),
    ],
    ['in UTF-16', 400, 'malformed-csv', Buffer.from(oneRow, 'utf16le')],
    ['with a NUL', 400, 'malformed-csv', oneRow.replace('Non', 'N\u0000n')],
    ['of more than 20 MB', 413, 'body-too-large', Buffer.alloc(20 * 1024 * 1024 + 1, oneRow)],
  ])('%s', async (_, status, code, body) => {
    const before = [await countOf('pathway'), await countOf('import_record')];
    const answer = await sendOutcomes(records, body);
    expect(answer.outcome).toEqual([status, code]);
    expect([await countOf('pathway'), await countOf('import_record')]).toEqual(before);
  });

  test('as another media type', async () => {
    expect((await records.post('/api/v1/imports/outcomes', oneRow)).outcome).toEqual([
      415,
      'unsupported-media-type',
    ]);
  });

  test.each([
    ['officer', [403, 'wrong-role']],
    ['caseworker', [403, 'wrong-role']],
    ['operator', [403, 'wrong-role']],
  ])('from a %s', async (who, outcome) => {
    const caller = await ApiCaller.as(api, who);
    expect((await sendOutcomes(caller, oneRow)).outcome).toEqual(outcome);
  });
});

describe('the key', () => {
  test('gives the first answer again, and is no key for another file', async () => {
    const key = randomUUID();
    const file = csvOf([anOutcome()]);
    const first = await sendOutcomes(records, file, key);
    const again = await sendOutcomes(records, file, key);
    expect(first.as(importAnswer).totals.taken).toBe(1);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await sendOutcomes(records, csvOf([anOutcome()]), key)).outcome).toEqual([
      422,
      'idempotency-key-reused',
    ]);
  });

  test('is needed', async () => {
    const answer = await records.send('POST', '/api/v1/imports/outcomes', {
      headers: { 'content-type': 'text/csv' },
      body: csvOf([anOutcome()]),
    });
    expect(answer.outcome).toEqual([400, 'idempotency-key-required']);
  });
});

describe('an import afterwards', () => {
  test('shows its totals to the force that sent it', async () => {
    const manager = await ApiCaller.as(api, 'manager');
    const file = csvOf([anOutcome(), anOutcome({ OutcomeCode: '1' })]);
    const sent = await sendOutcomes(manager, file);
    const { importId, totals } = sent.as(importAnswer);
    expect(sent.headers.get('location')).toBe(`/api/v1/imports/${importId}`);
    const view = (await records.get(`/api/v1/imports/${importId}`)).as(importView);
    expect(view).toMatchObject({ format: 'records-export', state: 'done', totals });
    // Sent again it stays the import that it was.
    await importOutcomes(manager, file);
    expect((await records.get(`/api/v1/imports/${importId}`)).as(importView)).toEqual(view);

    const stranger = await ApiCaller.as(api, 'gwent');
    expect((await stranger.get(`/api/v1/imports/${importId}`)).outcome).toEqual([404, 'not-found']);
    expect((await records.get(`/api/v1/imports/${randomUUID()}`)).outcome).toEqual([404, 'not-found']);
  });

  test('of a force without a policy refuses its referrals, row by row', async () => {
    const stranger = await ApiCaller.as(api, 'gwent');
    await api.db.pool.query(
      `insert into force (id, name, name_cy) values ('gwent', 'Gwent', 'Gwent') on conflict do nothing`,
    );
    const { rows } = await importOutcomes(stranger, csvOf([anOutcome(), anOutcome({ OutcomeCode: '1' })]));
    expect(rows).toMatchObject([
      { answer: 'refused', reason: 'no-policy' },
      { answer: 'not-a-referral', reason: 'other-outcome' },
    ]);
  });
});
