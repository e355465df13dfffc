import type { z } from 'zod';
import type { Example } from './example-times.ts';
import type { drugTestBody, referralBody } from './intake.ts';

/** Bodies that open a pathway; test/api/examples.test.ts sends every one. */

const somebody = { surname: 'Enghraifft', forenames: 'Siân Elin', birthDate: '1994-05-17' };

const reached = {
  residence: { postcode: 'SA31 1ZZ' },
  mobile: '07700 900123',
  language: 'cy',
  safeToText: 'yes',
  agreed: true,
} as const;

export const referralExamples = {
  'community-resolution': (times) => ({
    ...somebody,
    nominalNumber: 'N-EX-0001',
    occurrenceNumber: 'DP-EX-0001',
    outcomeAt: times.ago(3_600),
    offenceCode: '92E',
    offenceDate: times.day(-2),
    ...reached,
  }),
  'conditional-caution': (times) => ({
    via: 'conditional-caution',
    ...somebody,
    nominalNumber: 'N-EX-0001',
    occurrenceNumber: 'DP-EX-0002',
    outcomeAt: times.ago(3_600),
    offenceCode: '92D',
    offenceDate: times.day(-2),
    conditions: [{ code: 'attend-assessment', dueAt: times.at(28, '17:00') }],
    ...reached,
  }),
  'outcome-22': (times) => ({
    via: 'outcome-22',
    ...somebody,
    nominalNumber: 'N-EX-0001',
    occurrenceNumber: 'DP-EX-0003',
    outcomeAt: times.ago(3_600),
    offenceCode: '92D',
    offenceDate: times.day(-2),
    ...reached,
  }),
  'self-referral': () => ({ source: 'self', via: 'form', ...somebody, ...reached }),
  prison: (times) => ({
    ...{ source: 'prison', via: 'form', ...somebody, ...reached },
    prison: { prisonCode: 'hmp-swansea', expectedRelease: times.day(21) },
  }),
  court: (times) => ({
    ...{ source: 'court', via: 'form', ...somebody, ...reached },
    courtOrder: { requirement: 'drug-rehabilitation', madeOn: times.day(-3) },
  }),
} as const satisfies Readonly<Record<string, Example<z.input<typeof referralBody>>>>;

export const drugTestExamples = {
  positive: (times) => ({
    ...somebody,
    nominalNumber: 'N-EX-0001',
    testedAt: times.ago(3_600),
    suiteCode: 'custody-llanelli',
    basis: { kind: 'trigger-offence', offenceCode: 'TH68001' },
    selectionReasonCode: 'all-triggers',
    results: [{ substance: 'cocaine', result: 'positive' }],
    residence: { postcode: 'SA31 1ZZ' },
    safeToText: 'unknown',
  }),
} as const satisfies Readonly<Record<string, Example<z.input<typeof drugTestBody>>>>;
