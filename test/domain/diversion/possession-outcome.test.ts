import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isInstant } from '../../../workflows/domain/common/instant.ts';
import { isLocalDate } from '../../../workflows/domain/common/london-time.ts';
import { spellPostcode } from '../../../workflows/domain/diversion/cell.ts';
import { possessionDrugOf } from '../../../workflows/domain/diversion/possession-drug.ts';
import {
  judgeOutcome,
  outcomeCodes,
  outcomeColumns,
} from '../../../workflows/domain/diversion/possession-outcome.ts';
import type { OutcomeCells, OutcomeColumn } from '../../../workflows/domain/diversion/possession-outcome.ts';

const now = '2026-11-22T12:00:00.000Z';

/** An adult's community resolution for cannabis, agreed: a referral until a cell says otherwise. */
const referral: OutcomeCells = {
  OccurrenceNumber: 'DP-20260901-00001',
  NominalNumber: 'N107001',
  OutcomeCode: '8',
  OutcomeDate: '01/09/2026',
  OutcomeTime: '07:02',
  OffenceCode: '92E',
  OffenceDescription: 'Possess cannabis / cannabis resin - Class B',
  OffenceDate: '30/08/2026',
  Drug: 'Cannabis',
  Surname: 'James',
  Forenames: 'Gethin',
  DateOfBirth: '02/10/2000',
  Sex: 'M',
  SelfDefinedEthnicity: 'W1',
  Address: '109 High Street',
  Postcode: 'sa18 2ye',
  Mobile: '07700900123',
  Email: 'gethin.7001@example.org',
  PreferredLanguage: 'E',
  ReferralAgreed: 'Y',
  SafeToText: 'Y',
  OfficerCollar: 'DP1879',
  Station: 'Carmarthen',
  LPU: 'Haverfordwest',
};

function judged(changes: Partial<OutcomeCells>, at = now) {
  return judgeOutcome({ ...referral, ...changes }, at);
}

/** The verdict in short: what is refused where, what is counted why, or `referral`. */
function verdict(changes: Partial<OutcomeCells>, at = now): string {
  const answer = judged(changes, at);
  if (answer.verdict === 'refused') return `${answer.column}: ${answer.reason}`;
  return answer.verdict === 'referral' ? 'referral' : answer.reason;
}

describe('an agreed community resolution of an adult for possession', () => {
  test('is a referral from the moment of the outcome', () => {
    expect(judged({})).toEqual({
      verdict: 'referral',
      unread: [],
      referral: {
        occurrenceNumber: 'DP-20260901-00001',
        nominalNumber: 'N107001',
        decidedAt: '2026-09-01T06:02:00.000Z',
        offenceCode: '92E',
        offenceDate: '2026-08-30',
        drug: 'cannabis',
        surname: 'James',
        forenames: 'Gethin',
        birthDate: '2000-10-02',
        sex: 'M',
        ethnicity: 'W1',
        address: '109 High Street',
        postcode: 'SA18 2YE',
        mobile: '07700900123',
        email: 'gethin.7001@example.org',
        language: 'en',
        safeToText: 'yes',
      },
    });
  });

  test.each<[string, Partial<OutcomeCells>, object]>([
    [
      'nothing but what decides',
      allEmptyThatMayBe(),
      {
        ...{ drug: null, forenames: null, sex: null, ethnicity: null, address: null, postcode: null },
        ...{
          mobile: null,
          email: null,
          language: null,
          safeToText: null,
          decidedAt: '2026-08-31T23:00:00.000Z',
        },
      },
    ],
    ['Welsh', { PreferredLanguage: 'W' }, { language: 'cy' }],
    ['texts not safe', { SafeToText: 'N' }, { safeToText: 'no' }],
    [
      'lower case',
      { OffenceCode: '92e', Sex: 'f', ReferralAgreed: 'y', PreferredLanguage: 'w', SafeToText: 'n' },
      { offenceCode: '92E', sex: 'F', language: 'cy', safeToText: 'no' },
    ],
    ['no fixed abode', { Address: '', Postcode: '' }, { address: null, postcode: null }],
    [
      'a cell that a spreadsheet would run',
      { Surname: '=HYPERLINK("x")', Address: '+1 -2 @home' },
      { surname: '=HYPERLINK("x")', address: '+1 -2 @home' },
    ],
    [
      'a quoted cell with line breaks',
      { Address: '1 Tŷ Newydd\r\nLlanelli', Surname: 'Smith\nHughes' },
      { address: '1 Tŷ Newydd Llanelli', surname: 'Smith Hughes' },
    ],
    ['half a postcode', { Postcode: 'SA31' }, { address: '109 High Street, SA31', postcode: null }],
    ['only half a postcode', { Address: '', Postcode: 'SA31' }, { address: 'SA31', postcode: null }],
  ])('with %s', (_, changes, expected) => {
    const answer = judged(changes);
    expect(answer.verdict).toBe('referral');
    expect(answer.verdict === 'referral' ? answer.referral : answer).toMatchObject(expected);
  });

  test.each<[OutcomeColumn, string]>([
    ['Sex', 'X'],
    ['SelfDefinedEthnicity', 'Z9'],
    ['Postcode', 'no fixed abode'],
    ['Email', 'nobody'],
    ['Email', `${'x'.repeat(260)}@example.org`],
    ['PreferredLanguage', 'F'],
    ['SafeToText', 'maybe'],
    ['Forenames', 'Geth\u0007in'],
    ['Mobile', '0'.repeat(41)],
    ['Mobile', 'none'],
    ['Mobile', '07700900123 or 07700900124'],
  ])('is taken without a %s that cannot be read, case %#', (column, text) => {
    const answer = judged({ [column]: text });
    expect(answer).toMatchObject({ verdict: 'referral', unread: [column] });
  });

  test('unreadable permission to text is no permission', () => {
    expect(judged({ SafeToText: 'Yes please' })).toMatchObject({ referral: { safeToText: null } });
  });
});

function allEmptyThatMayBe(): Partial<OutcomeCells> {
  const optional: OutcomeColumn[] = [
    ...(['OutcomeTime', 'OffenceDescription', 'Drug', 'Forenames', 'Sex', 'SelfDefinedEthnicity'] as const),
    ...(['Address', 'Postcode', 'Mobile', 'Email', 'PreferredLanguage', 'SafeToText'] as const),
    ...(['OfficerCollar', 'Station', 'LPU'] as const),
  ];
  return Object.fromEntries(optional.map((column) => [column, '']));
}

describe('a row is refused', () => {
  test.each<[string, Partial<OutcomeCells>]>([
    ['OccurrenceNumber: empty', { OccurrenceNumber: '' }],
    ['OccurrenceNumber: empty', { OccurrenceNumber: '   ' }],
    ['OccurrenceNumber: not-readable', { OccurrenceNumber: 'x'.repeat(61) }],
    ['NominalNumber: empty', { NominalNumber: '' }],
    ['NominalNumber: empty', { NominalNumber: '--' }],
    ['NominalNumber: not-readable', { NominalNumber: 'N1\u202e7' }],
    ['OutcomeCode: unknown-outcome-code', { OutcomeCode: '' }],
    ['OutcomeCode: unknown-outcome-code', { OutcomeCode: '0' }],
    ['OutcomeCode: unknown-outcome-code', { OutcomeCode: '23' }],
    ['OutcomeCode: unknown-outcome-code', { OutcomeCode: '08' }],
    ['OutcomeCode: unknown-outcome-code', { OutcomeCode: '8a' }],
    ['OutcomeDate: empty', { OutcomeDate: '' }],
    ['OutcomeDate: not-a-date', { OutcomeDate: '31/02/2026' }],
    ['OutcomeDate: not-a-date', { OutcomeDate: '29/02/2026' }],
    ['OutcomeDate: not-a-date', { OutcomeDate: '2026-09-01' }],
    ['OutcomeDate: not-a-date', { OutcomeDate: '1/9/2026' }],
    ['OutcomeDate: not-a-date', { OutcomeDate: '09/13/2026' }],
    ['OutcomeDate: not-a-date', { OutcomeDate: '01/09/26' }],
    ['OutcomeDate: too-long-ago', { OutcomeDate: '01/09/1926' }],
    ['OutcomeDate: in-the-future', { OutcomeDate: '23/11/2026', OutcomeTime: '' }],
    ['OutcomeDate: in-the-future', { OutcomeDate: '22/11/2026', OutcomeTime: '12:01' }],
    ['OutcomeTime: not-a-time', { OutcomeTime: '24:00' }],
    ['OutcomeTime: not-a-time', { OutcomeTime: '7:02' }],
    ['OutcomeTime: not-a-time', { OutcomeTime: '07:02:00' }],
    ['OutcomeTime: missing-hour', { OutcomeDate: '29/03/2026', OutcomeTime: '01:30' }],
    ['OffenceCode: empty', { OffenceCode: '' }],
    ['OffenceCode: not-a-code', { OffenceCode: 'possession' }],
    ['OffenceDate: empty', { OffenceDate: '' }],
    ['OffenceDate: not-a-date', { OffenceDate: '31/06/2026' }],
    ['OffenceDate: in-the-future', { OffenceDate: '23/11/2026' }],
    ['OffenceDate: offence-after-outcome', { OffenceDate: '02/09/2026' }],
    ['Surname: empty', { Surname: '' }],
    ['Surname: not-readable', { Surname: 'x'.repeat(101) }],
    ['Surname: not-readable', { Surname: 'Ja\u0000mes' }],
    ['DateOfBirth: empty', { DateOfBirth: '' }],
    ['DateOfBirth: not-a-date', { DateOfBirth: '00/00/2000' }],
    ['DateOfBirth: too-long-ago', { DateOfBirth: '02/10/1899' }],
    ['DateOfBirth: birth-after-offence', { DateOfBirth: '31/08/2026' }],
  ])('%s (%j)', (expected, changes) => {
    expect(verdict(changes)).toBe(expected);
  });

  test('whatever else it is: a row that cannot be right is not counted either', () => {
    expect(verdict({ Surname: '', OffenceCode: '8N', OutcomeCode: '1', ReferralAgreed: 'N' })).toBe(
      'Surname: empty',
    );
  });

  test('before local midnight of the day after, also when that is another day in UTC', () => {
    // 23:30 UTC on 30 June is half past midnight of 1 July in summer time.
    expect(
      verdict(
        { OffenceDate: '01/07/2026', OutcomeDate: '01/07/2026', OutcomeTime: '00:15' },
        '2026-06-30T23:30:00.000Z',
      ),
    ).toBe('referral');
    expect(
      verdict(
        { OffenceDate: '02/07/2026', OutcomeDate: '01/07/2026', OutcomeTime: '00:15' },
        '2026-06-30T23:30:00.000Z',
      ),
    ).toBe('OffenceDate: in-the-future');
  });
});

describe('the moment of the outcome', () => {
  test.each([
    ['15/01/2026', '14:30', '2026-01-15T14:30:00.000Z'],
    ['15/07/2026', '14:30', '2026-07-15T13:30:00.000Z'],
    ['15/07/2026', '', '2026-07-14T23:00:00.000Z'],
    ['29/03/2026', '00:59', '2026-03-29T00:59:00.000Z'],
    ['29/03/2026', '02:00', '2026-03-29T01:00:00.000Z'],
    // Twice in that night: the first, which is summer time.
    ['25/10/2026', '01:30', '2026-10-25T00:30:00.000Z'],
    ['25/10/2026', '02:00', '2026-10-25T02:00:00.000Z'],
  ])('%s %s is %s', (OutcomeDate, OutcomeTime, expected) => {
    const answer = judged({ OutcomeDate, OutcomeTime, OffenceDate: '01/01/2026' });
    expect(answer).toMatchObject({ verdict: 'referral', referral: { decidedAt: expected } });
  });
});

describe('a row is counted and opens nothing', () => {
  test.each<[string, Partial<OutcomeCells>]>([
    ['not-possession', { OffenceCode: '92A' }],
    [
      'not-possession',
      { OffenceCode: '105A', OutcomeCode: '1', ReferralAgreed: 'N', DateOfBirth: '02/10/2012' },
    ],
    ['other-outcome', { OutcomeCode: '1' }],
    ['other-outcome', { OutcomeCode: '22', ReferralAgreed: '', DateOfBirth: '02/10/2012' }],
    ['declined', { ReferralAgreed: 'N' }],
    ['declined', { ReferralAgreed: '' }],
    ['declined', { ReferralAgreed: 'perhaps', DateOfBirth: '02/10/2012' }],
    ['under-18', { DateOfBirth: '31/08/2008' }],
    // Born on 29 February: eighteen only after 28 February of a common year.
    ['under-18', { DateOfBirth: '29/02/2008', OffenceDate: '28/02/2026' }],
    ['under-18', { DateOfBirth: '30/08/2026' }],
    ['referral', { DateOfBirth: '30/08/2008' }],
    ['referral', { DateOfBirth: '29/02/2008', OffenceDate: '01/03/2026' }],
    ['referral', { OffenceCode: '92D' }],
  ])('%s: %j', (expected, changes) => {
    expect(verdict(changes)).toBe(expected);
  });

  test('by the local month of the outcome and its codes, and without the person', () => {
    // Half past midnight of 1 September is still August in UTC.
    const counted = judged({ OutcomeDate: '01/09/2026', OutcomeTime: '00:30', ReferralAgreed: 'N' });
    expect(counted).toEqual({
      verdict: 'not-a-referral',
      reason: 'declined',
      identity: { occurrenceNumber: 'DP-20260901-00001', nominalNumber: 'N107001' },
      month: '2026-09',
      outcomeCode: '8',
      offenceCode: '92E',
    });
  });

  test.each(outcomeCodes.filter((code) => code !== '8'))('outcome %s', (OutcomeCode) => {
    expect(verdict({ OutcomeCode })).toBe('other-outcome');
  });
});

describe('any text in any cell', () => {
  const anyCell = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      '',
      '8',
      '92E',
      'Y',
      '01/09/2026',
      '31/02/2026',
      '01:30',
      '__proto__',
      'constructor',
      'toString',
    ),
  );
  const anyRow = fc
    .tuple(fc.constantFrom(...outcomeColumns), fc.constantFrom(...outcomeColumns), anyCell, anyCell)
    .map(([a, b, first, second]) => ({ ...referral, [a]: first, [b]: second }));

  test('is judged without an error, and what is taken is spelt as the ledger wants it', () => {
    fc.assert(
      fc.property(anyRow, (cells) => {
        const answer = judgeOutcome(cells, now);
        if (answer.verdict === 'referral') {
          const taken = answer.referral;
          expect(isInstant(taken.decidedAt) && taken.decidedAt <= now).toBe(true);
          expect(isLocalDate(taken.birthDate) && isLocalDate(taken.offenceDate)).toBe(true);
          for (const value of Object.values(taken)) {
            expect(value === null || (typeof value === 'string' && value !== '')).toBe(true);
            expect(value ?? '').not.toMatch(/\p{Cc}/u);
          }
        } else if (answer.verdict === 'not-a-referral') {
          expect(answer.month).toMatch(/^2\d{3}-(0[1-9]|1[0-2])$/);
          expect(answer.offenceCode).toMatch(/^[A-Z0-9./-]{1,8}$/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  ['', undefined],
  ['Cannabis', 'cannabis'],
  ['MDMA', 'mdma'],
  ['Crack Cocaine', 'crack'],
  ['Nitrous oxide', 'nitrous-oxide'],
  ['found on Gethin James', 'other'],
  ['constructor', 'other'],
])('the drug %j is %j', (written, code) => {
  expect(possessionDrugOf(written)).toBe(code);
});

test.each([
  ['sa18 2ye', 'SA18 2YE'],
  ['SA153UZ', 'SA15 3UZ'],
  ['b152sh', 'B15 2SH'],
  ['EC1A1BB', 'EC1A 1BB'],
  ['SA18', undefined],
  ['SA18 2YEX', undefined],
  ['', undefined],
])('the postcode %j is %j', (written, spelt) => {
  expect(spellPostcode(written)).toBe(spelt);
});
