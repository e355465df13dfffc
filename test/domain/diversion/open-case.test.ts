import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isInstant } from '../../../workflows/domain/common/instant.ts';
import { caseColumns, judgeCase } from '../../../workflows/domain/diversion/open-case.ts';
import type { CaseCells, CaseColumn, OpenCase } from '../../../workflows/domain/diversion/open-case.ts';
import { judgeListedAcr } from '../../../workflows/domain/diversion/listed-acr.ts';
import { local } from './referral-life.ts';

const now = local('2026-11-22 12:00');

/** In treatment: every date is given. */
const row: CaseCells = {
  ProviderRef: 'PR210004',
  OccurrenceNumber: 'DP-20261025-00004',
  NominalNumber: 'N121004',
  Surname: 'Davies',
  Forenames: 'Kyle',
  DateOfBirth: '13/05/1996',
  Postcode: 'ld1 5lf',
  Mobile: '07700900174',
  PreferredLanguage: 'E',
  SafeToText: 'Y',
  ReferralReceived: '25/10/2026',
  FirstContact: '28/10/2026',
  ContactAttempts: '3',
  AssessmentDate: '10/11/2026',
  NextAppointment: '25/11/2026 15:45',
  TreatmentStart: '10/11/2026',
  Stage: 'In treatment',
  Worker: 'M. Price',
};

function caseOf(changes: Partial<CaseCells>): OpenCase {
  const verdict = judgeCase({ ...row, ...changes }, now);
  if (verdict.verdict !== 'case') throw new Error(JSON.stringify(verdict));
  return verdict.openCase;
}

describe('a row of a caseload', () => {
  test('is read as it is', () => {
    expect(caseOf({})).toEqual({
      providerRef: 'PR210004',
      occurrenceNumber: 'DP-20261025-00004',
      nominalNumber: 'N121004',
      surname: 'Davies',
      forenames: 'Kyle',
      birthDate: '1996-05-13',
      address: null,
      postcode: 'LD1 5LF',
      mobile: '07700900174',
      language: 'en',
      safeToText: 'yes',
      receivedAt: local('2026-10-25 00:00'),
      firstContactAt: local('2026-10-28 00:00'),
      attempts: 3,
      assessedAt: local('2026-11-10 00:00'),
      nextAppointmentAt: local('2026-11-25 15:45'),
      treatmentStartedAt: local('2026-11-10 00:00'),
      worker: 'M. Price',
    });
  });

  test('may leave open what is not known', () => {
    const empty = {
      OccurrenceNumber: '',
      NominalNumber: '-',
      Forenames: '',
      Postcode: '',
      Mobile: '',
      Worker: ' ',
    };
    const unsaid = {
      PreferredLanguage: '',
      SafeToText: '',
      ContactAttempts: '',
      FirstContact: '',
      NextAppointment: '',
    };
    expect(caseOf({ ...empty, ...unsaid })).toMatchObject({
      ...{ occurrenceNumber: null, nominalNumber: null, forenames: null, postcode: null, mobile: null },
      ...{ worker: null, language: null, safeToText: null, attempts: null, firstContactAt: null },
    });
  });

  test('names the cells that cannot be read, and costs nobody the case', () => {
    const verdict = judgeCase({ ...row, Postcode: 'LD1', Mobile: 'none', SafeToText: 'maybe' }, now);
    expect(verdict).toMatchObject({
      verdict: 'case',
      unread: ['Postcode', 'Mobile', 'SafeToText'],
      openCase: { address: 'LD1', postcode: null, mobile: null, safeToText: null },
    });
  });

  test('with a time in the referral takes a day without one as of that day', () => {
    const said = { ReferralReceived: '25/10/2026 15:30', FirstContact: '25/10/2026' };
    expect(caseOf(said)).toMatchObject({
      receivedAt: local('2026-10-25 15:30'),
      firstContactAt: local('2026-10-25 15:30'),
    });
  });

  test.each<[string, Partial<CaseCells>]>([
    ['Awaiting contact', { FirstContact: '', AssessmentDate: '', NextAppointment: '', TreatmentStart: '' }],
    ['Contacted', { AssessmentDate: '', NextAppointment: '', TreatmentStart: '' }],
    ['Assessment booked', { AssessmentDate: '', TreatmentStart: '' }],
    ['assessment  BOOKED', { FirstContact: '', AssessmentDate: '', TreatmentStart: '' }],
    ['Assessed', { NextAppointment: '', TreatmentStart: '' }],
    ['Assessed', { TreatmentStart: '' }],
    ['In treatment', { AssessmentDate: '', NextAppointment: '' }],
  ])('at %s agrees with its dates (left out: %j)', (Stage, changes) => {
    expect(judgeCase({ ...row, ...changes, Stage }, now).verdict).toBe('case');
  });

  test.each<[CaseColumn, string, string]>([
    ['ProviderRef', '', 'empty'],
    ['ProviderRef', ' - ', 'empty'],
    ['Surname', '', 'empty'],
    ['DateOfBirth', '', 'empty'],
    ['DateOfBirth', '31/02/1996', 'not-a-date'],
    ['DateOfBirth', '26/10/2026', 'birth-after-referral'],
    ['ReferralReceived', '', 'empty'],
    ['ReferralReceived', '2026-10-25', 'not-a-date'],
    ['ReferralReceived', '23/11/2026', 'in-the-future'],
    ['ReferralReceived', '25/10/1999', 'too-long-ago'],
    ['ReferralReceived', '25/10/2026 24:00', 'not-a-time'],
    ['FirstContact', '24/10/2026', 'before-referral'],
    ['FirstContact', '23/11/2026', 'in-the-future'],
    ['FirstContact', '28/10/2026 10:00 or so', 'not-a-time'],
    ['AssessmentDate', '27/10/2026', 'before-first-contact'],
    ['AssessmentDate', '24/10/2026', 'before-referral'],
    ['TreatmentStart', '23/11/2026', 'in-the-future'],
    ['TreatmentStart', '27/10/2026', 'before-first-contact'],
    ['NextAppointment', '24/10/2026 10:00', 'before-referral'],
    ['NextAppointment', '23/11/2027 10:00', 'too-far-ahead'],
    ['NextAppointment', '28/03/2027 01:30', 'missing-hour'],
    ['ContactAttempts', '-1', 'not-a-count'],
    ['ContactAttempts', 'many', 'not-a-count'],
    ['Stage', '', 'empty'],
    ['Stage', 'Closed', 'unknown-stage'],
    ['Stage', 'Assessed', 'stage-disagrees'],
    ['Stage', 'Awaiting contact', 'stage-disagrees'],
  ])('with %s %j is refused: %s', (column, text, reason) => {
    expect(judgeCase({ ...row, [column]: text }, now)).toEqual({ verdict: 'refused', column, reason });
  });

  test('of somebody under 18 on the day of the referral is none, and only its reference is kept', () => {
    expect(judgeCase({ ...row, DateOfBirth: '26/10/2008' }, now)).toEqual({
      ...{ verdict: 'not-a-referral', reason: 'under-18', providerRef: 'PR210004' },
    });
    expect(judgeCase({ ...row, DateOfBirth: '25/10/2008' }, now).verdict).toBe('case');
  });

  test('of any text is judged without failing, and what is taken is in order', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('', '25/10/2026', '29/03/2026 01:30', '01/01/2026 10:00', 'Assessed', 'Contacted', '3'),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...caseColumns), cell, { maxKeys: 5 }), (changes) => {
        const verdict = judgeCase({ ...row, ...changes }, now);
        if (verdict.verdict !== 'case') return;
        const { receivedAt, firstContactAt, assessedAt, treatmentStartedAt } = verdict.openCase;
        for (const at of [firstContactAt, assessedAt, treatmentStartedAt]) {
          expect(at === null || (isInstant(at) && at >= receivedAt && at <= now)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a row of the force’s own list', () => {
  const listed = { OccurrenceNumber: 'DP-1', NominalNumber: 'N1', OutcomeDate: '01/11/2026' };

  test('is an identity and a date', () => {
    expect(judgeListedAcr(listed, now)).toEqual({
      verdict: 'listed',
      identity: { occurrenceNumber: 'DP-1', nominalNumber: 'N1' },
      outcomeDate: '2026-11-01',
    });
  });

  test.each([
    ['OccurrenceNumber', '', 'empty'],
    ['NominalNumber', '-', 'empty'],
    ['OutcomeDate', '', 'empty'],
    ['OutcomeDate', '31/11/2026', 'not-a-date'],
    ['OutcomeDate', '23/11/2026', 'in-the-future'],
  ])('with %s %j is refused: %s', (column, text, reason) => {
    expect(judgeListedAcr({ ...listed, [column]: text }, now)).toEqual({
      verdict: 'refused',
      column,
      reason,
    });
  });
});
