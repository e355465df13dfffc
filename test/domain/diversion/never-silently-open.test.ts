import { describe, expect, test } from '@jest/globals';
import { diversionTable } from '../../../workflows/domain/diversion/table.ts';
import { local, ReferralLife } from './referral-life.ts';

describe('edge case 27: a person who is not found', () => {
  test('is never silently open: asked for in time, and when six months are over nothing waits any more', () => {
    const life = ReferralLife.received().until(local('2026-05-12 12:00'));
    // Long before, somebody was asked: of the first try, and of the closure to come.
    expect(life.codes).toEqual(expect.arrayContaining(['no-first-contact', 'closure-near']));
    life.until(local('2026-09-03 12:00'));
    expect(life.at).toMatchObject({ stage: 'finished', finished: true, deadlines: [] });
    expect(life.of('pathway-closed')).toMatchObject([{ occurredAt: local('2026-06-03 00:00') }]);
  });

  test('of a caution is told to the officer at the day of the condition, while there is time to decide', () => {
    const life = ReferralLife.received({
      ...{ disposal: 'conditional-caution', source: { source: 'police', via: 'conditional-caution' } },
      conditions: [{ conditionId: 'c1', code: 'attend-assessment', dueAt: local('2026-05-20 10:00') }],
    }).until(local('2026-05-20 10:00'));
    expect(life.at.attention).toContainEqual(
      expect.objectContaining({ code: 'condition-undecided', ref: 'c1', since: local('2026-05-20 10:00') }),
    );
  });

  test('no time limit of a prosecution runs on the voluntary path, and none passes there', () => {
    const words = Object.entries(diversionTable.deadlines).map(([rule, { title }]) => `${rule} ${title}`);
    expect(words.join('\n')).not.toMatch(/prosecut|time[- ]?bar|six months/i);
  });
});
