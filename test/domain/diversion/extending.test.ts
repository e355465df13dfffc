import { describe, expect, test } from '@jest/globals';
import type { ExtendClosureDateData } from '../../../workflows/domain/diversion/commands.ts';
import { englandAndWalesBankHolidays } from '../../../workflows/domain/common/bank-holidays.ts';
import { localParts } from '../../../workflows/domain/common/london-time.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { defaultDiversionPolicy, demoDiversionPolicy } from '../../../workflows/domain/diversion/policy.ts';
import { local, policy, receipt, ReferralLife } from './referral-life.ts';
import type { Given } from './referral-life.ts';

/** The end of the day three calendar months after receipt on 2 March 2026; 28 days past it is the end of 30 June. */
const limit = local('2026-06-03 00:00');

const lead: Given = { role: 'ProviderManager' };

const until = (date: string): ExtendClosureDateData => ({ until: date, reason: 'about-to-engage' });

const openUntil = (time: string): ReferralLife =>
  ReferralLife.received().attempt('reached').until(local(time));

describe('M66 a person puts the closure off, once, to a date, with the reason', () => {
  test('the referral is open until that local day is over, and closes as it does', () => {
    const life = openUntil('2026-06-01 10:00').do('extend-closure-date', until('2026-06-29'), lead);
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'closure-extended',
      data: { from: limit, until: local('2026-06-30 00:00'), reason: 'about-to-engage' },
      cleared: [{ why: 'superseded' }],
    });
    expect(life.at.closureExtendedTo).toBe(local('2026-06-30 00:00'));
    expect(life.clock('closure')).toMatchObject({ start: receipt, due: local('2026-06-30 00:00') });
    life.until(local('2026-06-29 23:59'));
    expect(life.at.closure).toBeNull();
    life.until(local('2026-12-01 00:00'));
    expect(life.of('pathway-closed')).toMatchObject([
      { occurredAt: local('2026-06-30 00:00'), data: { reason: 'not-engaged-in-time' } },
    ]);
  });

  test.each([
    ['the day after the last one', '2026-06-03', true],
    ['28 days past the limit', '2026-06-30', true],
    ['the last day it is open anyway', '2026-06-02', false],
    ['a day that is over', '2026-05-30', false],
    ['29 days past the limit', '2026-07-01', false],
    ['no day at all', '2026-06-31', false],
    ['the last day that can be written', '9999-12-31', false],
    ['words', 'next week', false],
  ])('%s', (_name, date, taken) => {
    const life = openUntil('2026-06-01 10:00');
    if (taken) {
      life.do('extend-closure-date', until(date), lead);
    } else {
      expect(life.refused('extend-closure-date', until(date), lead)).toMatchObject({
        code: 'condition-not-met',
        details: { present: limit, latest: '2026-06-30' },
      });
    }
  });

  test('how far is the policy, and 28 days where it does not say', () => {
    const { closureExtension: _none, ...older } = policy;
    for (const [changed, latest] of [
      [older, '2026-06-30'],
      [{ ...policy, closureExtension: { unit: 'weeks', count: 1, endOfDay: true } as const }, '2026-06-09'],
      // A limit that ends within a day: the last day ends with it.
      [{ ...older, closure: { unit: 'days', count: 92 } as const }, '2026-06-30'],
    ] as const) {
      const life = ReferralLife.received({ policy: changed }).until(local('2026-05-20 10:00'));
      expect(life.refused('extend-closure-date', until('2026-07-30'), lead).details).toMatchObject({
        latest,
      });
      life.do('extend-closure-date', until(latest), lead);
    }
  });

  test('in a demo, where three months last minutes, the day ends with what the policy allows', () => {
    const demo = demoDiversionPolicy('force-1', 'acr-diversion', englandAndWalesBankHolidays);
    const life = ReferralLife.received({ policy: demo }).until(local('2026-03-02 10:01'));
    life.do('extend-closure-date', until('2026-03-02'), lead);
    expect(life.clock('closure')?.due).toBe(new Date(Date.parse(receipt) + 238_000).toISOString());
  });

  test('the same again is already done, another date meets the first', () => {
    const life = openUntil('2026-06-01 10:00').do('extend-closure-date', until('2026-06-20'), lead);
    expect(life.refused('extend-closure-date', until('2026-06-20'), lead).code).toBe('already-done');
    for (const date of ['2026-06-25', '2026-06-10', 'next week']) {
      expect(life.refused('extend-closure-date', until(date), lead)).toMatchObject({
        code: 'conflict',
        details: { extendedTo: local('2026-06-21 00:00') },
      });
    }
  });

  test('only by a team lead or a manager', () => {
    const life = openUntil('2026-06-01 10:00');
    expect(life.refused('extend-closure-date', until('2026-06-20')).code).toBe('wrong-role');
    life.do('extend-closure-date', until('2026-06-20'), { role: 'Manager' });
  });

  test('not when the time is over, or the referral closed', () => {
    const life = openUntil('2026-06-02 12:00').asleepUntil(limit);
    expect(life.refused('extend-closure-date', until('2026-06-20'), lead).code).toBe('condition-not-met');
    expect(life.until(limit).refused('extend-closure-date', until('2026-06-20'), lead).code).toBe(
      'wrong-stage',
    );
  });

  test('entered late it counts from the limit all the same', () => {
    const life = openUntil('2026-06-02 12:00');
    life.do('extend-closure-date', until('2026-06-30'), { ...lead, occurredAt: local('2026-05-12 09:00') });
    expect(life.ledger.at(-1)?.occurredAt).toBe(local('2026-05-12 09:00'));
    expect(life.clock('closure')?.due).toBe(local('2026-07-01 00:00'));
  });
});

describe('the warning of a closure that is put off', () => {
  test('comes as long before the new date, and what was near is near no more', () => {
    const life = openUntil('2026-06-01 10:00');
    expect(life.codes).toEqual(expect.arrayContaining(['closure-near', 'closure-near-lead']));
    life.do('extend-closure-date', until('2026-06-30'), lead);
    expect(life.codes.filter((code) => code.startsWith('closure-near'))).toEqual([]);
    // 10 weeks after receipt were 22 days and 14 hours before the limit.
    expect(life.clock('closure-warning')).toMatchObject({ due: local('2026-06-08 10:00') });
    life.until(local('2026-06-08 10:00'));
    expect(life.codes).toEqual(expect.arrayContaining(['closure-near', 'closure-near-lead']));
  });

  test('is moved where it has not come yet', () => {
    const life = openUntil('2026-04-01 10:00').do('extend-closure-date', until('2026-06-30'), lead);
    expect(life.at.deadlines.map(({ rule, due }) => [rule, due])).toEqual(
      expect.arrayContaining([
        ['closure-warning', local('2026-06-08 10:00')],
        ['closure', local('2026-07-01 00:00')],
      ]),
    );
    expect(life.at.deadlines.filter(({ rule }) => rule.startsWith('closure'))).toHaveLength(2);
  });

  test('where the new date is as near as that, it stays said that the closure is near', () => {
    const life = openUntil('2026-06-01 10:00').do('extend-closure-date', until('2026-06-10'), lead);
    expect(life.clock('closure-warning')).toBeUndefined();
    expect(life.codes).toEqual(expect.arrayContaining(['closure-near', 'closure-near-lead']));
  });

  test('the list says that it was put off', () => {
    const life = openUntil('2026-06-01 10:00').do('extend-closure-date', until('2026-06-10'), lead);
    const { waits } = diversion.explain(life.at, life.now);
    expect(waits.find(({ rule }) => rule === 'closure')?.what).toMatch(
      /^Closure: put off to 11 June 2026 at 00:00, which is done once; unless something comes first,/,
    );
  });
});

describe('an extension and an appointment', () => {
  test('edge case 41: the time is over and an appointment is tomorrow: it was warned, waits for it, and may be put off once by a person', () => {
    const life = openUntil('2026-06-02 10:00');
    expect(life.codes).toContain('closure-near');
    life.book('a1', '2026-06-03 14:00').until(limit);
    // Feedback until Friday, and a working day more.
    expect(life.at).toMatchObject({ closure: null, closureDeferredTo: local('2026-06-09 00:00') });
    life.until(local('2026-06-03 16:00'));
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'absent' });
    expect(life.refused('extend-closure-date', until('2026-06-08'), lead).details).toMatchObject({
      present: local('2026-06-09 00:00'),
    });
    life.do('extend-closure-date', { until: '2026-06-30', reason: 'ill' }, lead);
    expect(life.refused('extend-closure-date', until('2026-06-29'), lead).code).toBe('conflict');
    expect(life.until(local('2026-08-01 00:00')).of('pathway-closed')).toMatchObject([
      { occurredAt: local('2026-07-01 00:00') },
    ]);
  });

  test('the one after the date put off to puts it off once more, as it would the first', () => {
    const life = openUntil('2026-06-01 10:00').do('extend-closure-date', until('2026-06-12'), lead);
    life.book('a1', '2026-06-16 14:00').until(local('2026-06-13 00:00'));
    expect(life.at).toMatchObject({
      closure: null,
      closureExtendedTo: local('2026-06-13 00:00'),
      closureDeferredTo: local('2026-06-23 00:00'),
    });
    expect(life.until(local('2026-06-23 00:00')).at.closure?.at).toBe(local('2026-06-23 00:00'));
  });
});

describe('after a return', () => {
  const back = (closed: string, returned: string): ReferralLife => {
    const life = openUntil('2026-06-01 10:00').do('extend-closure-date', until('2026-06-20'), lead);
    life.until(local(closed)).do('close-pathway', { reason: 'disengaged' });
    return life.until(local(returned)).do('record-engagement', { evidence: 'other' });
  };

  test('the date put off to still stands, with no second one', () => {
    const life = back('2026-06-05 10:00', '2026-06-10 10:00');
    expect(life.clock('closure')?.due).toBe(local('2026-06-21 00:00'));
    expect(life.clock('closure-after-return')).toBeUndefined();
    expect(life.refused('extend-closure-date', until('2026-06-25'), lead).code).toBe('conflict');
  });

  test('where it has passed there is a new limit', () => {
    const life = back('2026-06-05 10:00', '2026-06-25 10:00');
    expect(life.clock('closure-after-return')?.due).toBe(local('2026-09-26 00:00'));
    expect(life.clock('closure')).toBeUndefined();
  });

  test('the warning comes back where it is still ahead', () => {
    const life = openUntil('2026-04-01 10:00').do('extend-closure-date', until('2026-06-30'), lead);
    life.do('close-pathway', { reason: 'disengaged' }).do('record-engagement', { evidence: 'other' });
    expect(life.clock('closure-warning')?.due).toBe(local('2026-06-08 10:00'));
  });

  test('the limit of the return itself can be put off, counted from the return', () => {
    const life = ReferralLife.received().until(local('2026-06-20 10:00'));
    life.do('record-engagement', { evidence: 'other' });
    expect(life.clock('closure-after-return')?.due).toBe(local('2026-09-21 00:00'));
    expect(life.refused('extend-closure-date', until('2026-10-19'), lead).details).toMatchObject({
      latest: '2026-10-18',
    });
    life.do('extend-closure-date', until('2026-10-18'), lead);
    expect(life.clock('closure-after-return')).toMatchObject({
      start: local('2026-06-20 10:00'),
      due: local('2026-10-19 00:00'),
    });
    expect(life.at.closureDeferredTo).toBeNull();
  });
});

test('the default says how far, as every policy does that was written before it was policy', () => {
  const { closureExtension } = defaultDiversionPolicy('f', 'p', []);
  expect(closureExtension).toEqual({ unit: 'days', count: 28, endOfDay: true });
  expect(localParts(receipt).date).toBe('2026-03-02');
});
