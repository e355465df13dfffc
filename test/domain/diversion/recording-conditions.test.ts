import { describe, expect, test } from '@jest/globals';
import type { ReferralData } from '../../../workflows/domain/diversion/commands.ts';
import type { ConditionResult } from '../../../workflows/domain/diversion/condition.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { local, receipt, ReferralLife } from './referral-life.ts';

const conditions = [
  { conditionId: 'c1', code: 'attend-assessment', dueAt: local('2026-04-01 00:00') },
  { conditionId: 'c2', code: 'attend-course', dueAt: local('2026-05-01 00:00') },
];

const caution: Partial<ReferralData> = {
  source: { source: 'police', via: 'conditional-caution' },
  disposal: 'conditional-caution',
  conditions,
};

const cautioned = (): ReferralLife => ReferralLife.received(caution);

const result = (life: ReferralLife, value: ConditionResult, conditionId = 'c1'): ReferralLife =>
  life.do('record-condition-result', { conditionId, result: value });

const about = (life: ReferralLife, wanted: string): string[] =>
  life.at.attention.filter(({ code }) => code === wanted).map(({ ref = '' }) => ref);

describe('M38 conditions of a caution', () => {
  test('each has a clock to the date that the caution sets', () => {
    const life = cautioned();
    expect(life.ledger[0]?.data).toMatchObject({ conditions });
    expect(life.at.conditions).toEqual(conditions.map((condition) => ({ ...condition, result: null })));
    expect(life.at.deadlines.filter(({ rule }) => rule === 'condition')).toEqual([
      { id: 'condition:c1:0', rule: 'condition', start: receipt, due: local('2026-04-01 00:00'), ref: 'c1' },
      { id: 'condition:c2:0', rule: 'condition', start: receipt, due: local('2026-05-01 00:00'), ref: 'c2' },
    ]);
  });

  test('silence is no failure: the caseworker is asked, nobody else is told', () => {
    const life = cautioned().until(local('2026-04-01 00:00'));
    expect(life.at.attention.filter(({ ref }) => ref === 'c1')).toEqual([
      {
        code: 'condition-undecided',
        since: local('2026-04-01 00:00'),
        owner: 'ProviderWorker',
        ref: 'c1',
      },
    ]);
    expect(life.at.conditions[0]?.result).toBeNull();
    const { waits } = diversion.explain(life.at, life.now);
    expect(waits.find(({ rule, ref }) => rule === 'condition-undecided' && ref === 'c1')?.overdue).toBe(true);
  });

  test.each(['met', 'excused'] as const)('%s settles it and tells nobody', (value) => {
    const before = result(cautioned(), value);
    expect(before.at.deadlines.filter(({ rule }) => rule === 'condition').map(({ ref }) => ref)).toEqual([
      'c2',
    ]);
    const after = result(cautioned().until(local('2026-04-02 10:00')), value);
    for (const life of [before, after]) {
      expect([about(life, 'condition-undecided'), about(life, 'caution-not-met')]).toEqual([[], []]);
      expect(life.at.conditions[0]?.result).toBe(value);
    }
  });

  test('not met tells the officer in the case, and nothing else happens', () => {
    const life = cautioned().until(local('2026-04-02 10:00'));
    const { stage, closure, appointments } = life.at;
    result(life, 'not-met');
    expect(life.ledger.at(-1)).toEqual(
      expect.objectContaining({
        type: 'condition-result-recorded',
        data: { conditionId: 'c1', result: 'not-met' },
        raised: [
          { code: 'caution-not-met', since: local('2026-04-02 10:00'), owner: 'PoliceOfficer', ref: 'c1' },
        ],
        settled: [{ code: 'condition-undecided', ref: 'c1' }],
      }),
    );
    expect(life.at).toMatchObject({ stage, closure, appointments });
    expect(life.intents).toEqual([]);
  });

  test('without a provider the officer is told as well, not the manager', () => {
    const life = result(ReferralLife.received({ ...caution, route: null }).until(receipt), 'not-met', 'c2');
    expect(life.at.attention.find(({ code }) => code === 'caution-not-met')?.owner).toBe('PoliceOfficer');
  });

  test('of another day it is dated that day', () => {
    const life = cautioned().until(local('2026-04-10 10:00'));
    const given = { occurredAt: local('2026-03-30 10:00') };
    life.do('record-condition-result', { conditionId: 'c1', result: 'not-met' }, given);
    expect(life.at.attention.find(({ code }) => code === 'caution-not-met')?.since).toBe(given.occurredAt);
  });

  test.each(['met', 'not-met', 'excused'] as const)(
    'after %s: the same is done already, another a conflict',
    (value) => {
      const life = result(cautioned(), value);
      for (const again of ['met', 'not-met', 'excused'] as const) {
        const { code, details } = life.refused('record-condition-result', {
          conditionId: 'c1',
          result: again,
        });
        expect(code).toBe(again === value ? 'already-done' : 'conflict');
        expect(details).toEqual({ conditionId: 'c1', result: value });
      }
      result(life, 'met', 'c2');
    },
  );

  test.each([
    ['not-met', 'excused'],
    ['not-met', 'met'],
    ['met', 'not-met'],
    ['excused', 'not-met'],
    ['met', 'excused'],
  ] as const)('%s is put right by who says so: %s; both stay', (wrong, right) => {
    const life = result(cautioned().until(local('2026-04-02 10:00')), wrong);
    life.until(local('2026-04-03 10:00'));
    life.do('record-condition-result', { conditionId: 'c1', result: right, corrects: wrong });
    expect(life.of('condition-result-recorded').map(({ data }) => data)).toEqual([
      { conditionId: 'c1', result: wrong },
      { conditionId: 'c1', result: right, corrects: wrong },
    ]);
    expect(life.at.conditions[0]?.result).toBe(right);
    expect(about(life, 'caution-not-met')).toEqual(right === 'not-met' ? ['c1'] : []);
    expect(about(life, 'caution-corrected')).toEqual(wrong === 'not-met' ? ['c1'] : []);
    const again = { conditionId: 'c1', result: right, corrects: wrong };
    expect(life.refused('record-condition-result', again).code).toBe('already-done');
  });

  test('only the result that stands is put right, and only where there is one', () => {
    const correction = { conditionId: 'c1', result: 'met', corrects: 'not-met' } as const;
    expect(cautioned().refused('record-condition-result', correction).code).toBe('condition-not-met');
    const life = result(cautioned(), 'excused');
    expect(life.refused('record-condition-result', correction).code).toBe('conflict');
  });

  test('a condition that the caution does not have is not found', () => {
    for (const life of [cautioned(), ReferralLife.received()]) {
      expect(life.refused('record-condition-result', { conditionId: 'c3', result: 'met' }).code).toBe(
        'not-found',
      );
    }
  });
});

describe('the officer in the case', () => {
  const seen = (life: ReferralLife): ReferralLife =>
    life.do('acknowledge-non-compliance', { conditionId: 'c1' }, { role: 'PoliceOfficer' });

  test('says that the notice was seen, once', () => {
    const life = result(result(cautioned(), 'not-met'), 'not-met', 'c2');
    expect(about(life, 'caution-not-met')).toEqual(['c1', 'c2']);
    expect(about(seen(life), 'caution-not-met')).toEqual(['c2']);
    const again = life.refused('acknowledge-non-compliance', { conditionId: 'c1' }, { role: 'Inspector' });
    expect(again.code).toBe('already-done');
  });

  test.each([
    ['a condition nobody knows', 'c9', 'not-found'],
    ['one that nobody has answered', 'c2', 'condition-not-met'],
    ['one that was met', 'c1', 'condition-not-met'],
  ])('%s is refused', (_name, conditionId, code) => {
    const life = result(cautioned(), 'met');
    const given = { role: 'PoliceOfficer' } as const;
    expect(life.refused('acknowledge-non-compliance', { conditionId }, given).code).toBe(code);
  });

  test('is told that the notice holds no more, also who had seen it and after the closure, and says so', () => {
    const life = seen(result(cautioned(), 'not-met')).do('close-pathway', { reason: 'caution-not-met' });
    const excuse = { conditionId: 'c1', result: 'excused', corrects: 'not-met' } as const;
    life.until(local('2026-05-10 10:00')).do('record-condition-result', excuse);
    expect(life.at).toMatchObject({ stage: 'finished', closure: { reason: 'caution-not-met' } });
    expect(life.at.attention.filter(({ ref }) => ref === 'c1')).toEqual([
      { code: 'caution-corrected', since: life.now, owner: 'PoliceOfficer', ref: 'c1' },
    ]);
    expect(about(seen(life), 'caution-corrected')).toEqual([]);
    const wrong = { ...excuse, result: 'not-met', corrects: 'excused' } as const;
    expect(about(life.do('record-condition-result', wrong), 'caution-not-met')).toEqual(['c1']);
  });

  test('is told whatever became of the referral meanwhile', () => {
    const life = result(cautioned(), 'not-met').do('close-pathway', { reason: 'caution-not-met' });
    expect(about(life, 'caution-not-met')).toEqual(['c1']);
    life.until(local('2026-05-10 10:00'));
    expect(life.at.stage).toBe('finished');
    expect(about(seen(life), 'caution-not-met')).toEqual([]);
  });
});

describe('what is unanswered when the referral ends', () => {
  test('is asked at the closure, and answered after it', () => {
    const life = cautioned().do('close-pathway', { reason: 'declined' });
    expect(about(life, 'condition-undecided')).toEqual(['c1', 'c2']);
    expect(life.at.deadlines.map(({ rule }) => rule)).toEqual(['late-engagement']);
    result(life, 'not-met');
    expect(about(life, 'caution-not-met')).toEqual(['c1']);
    life.until(local('2026-05-10 10:00'));
    expect(about(result(life, 'met', 'c2'), 'condition-undecided')).toEqual([]);
    expect(life.at.stage).toBe('finished');
  });

  test('stays asked when the person comes back', () => {
    const life = cautioned()
      .do('close-pathway', { reason: 'moved' })
      .do('record-engagement', { evidence: 'other' });
    expect(about(life, 'condition-undecided')).toEqual(['c1', 'c2']);
  });

  test.each(['duplicate', 'entered-in-error'] as const)('%s: nothing is asked', (reason) => {
    expect(about(cautioned().do('close-pathway', { reason }), 'condition-undecided')).toEqual([]);
  });
});

test('M98 nothing that is recorded of a condition leads to anything but a notice', () => {
  const events = result(cautioned(), 'not-met').ledger;
  expect(JSON.stringify(events)).not.toMatch(/breach|arrest|warrant|wanted/i);
});
