import { describe, expect, test } from '@jest/globals';
import { letterMayNamePlace, refuseLetter } from '../../../workflows/domain/common/letter.ts';
import { standingFacts } from '../../../workflows/domain/common/standing-facts.ts';
import type { ToldFact } from '../../../workflows/domain/common/standing-facts.ts';

const at = (day: number, hour = 9): string =>
  `2026-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`;

function told(fact: ToldFact['fact'], day: number, more: Partial<ToldFact> = {}): ToldFact {
  const when = at(day);
  return { factId: `${fact}-${String(day)}`, fact, occurredAt: when, recordedAt: when, ...more };
}

const post = (said: 'yes' | 'no' | 'unknown', day: number, more: Partial<ToldFact> = {}): ToldFact =>
  told('contact-preferences', day, { preferences: { post: said }, ...more });

function refused(facts: readonly ToldFact[], posted: string | null = null, now = at(10, 12)) {
  return refuseLetter(standingFacts(facts), posted, now);
}

describe('M90 a letter to the address', () => {
  test('wants the word yes: not asked, not known and no are all no, and the last word holds', () => {
    expect(refused([])).toBe('post-not-safe');
    expect(refused([told('contact-preferences', 1, { preferences: { text: 'yes' } })])).toBe('post-not-safe');
    expect(refused([post('unknown', 1)])).toBe('post-not-safe');
    expect(refused([post('yes', 1), post('no', 2)])).toBe('post-not-safe');
    expect(refused([post('no', 1), post('yes', 2)])).toBeUndefined();
  });

  test('goes to nobody who has died, unless that was none, and to nobody in custody until the release', () => {
    const death = told('death', 2);
    expect(refused([post('yes', 1), death])).toBe('person-died');
    const corrected = told('death-corrected', 3, { correctsFactId: death.factId });
    expect(refused([post('yes', 1), death, corrected])).toBeUndefined();
    expect(refused([post('yes', 1), told('custody', 2)])).toBe('in-custody');
    expect(refused([post('yes', 1), told('custody', 2), told('release', 3)])).toBeUndefined();
  });

  test('names no place while somebody may be in danger, though it may be decided on', () => {
    const names = (...facts: ToldFact[]): boolean => letterMayNamePlace(standingFacts(facts));
    expect(names()).toBe(true);
    expect(names(told('safety-flag', 9), post('yes', 10))).toBe(false);
    expect(names(told('safety-flag', 9), told('safety-flag-lifted', 10))).toBe(true);
    expect(names(told('safety-flag-lifted', 8), told('safety-flag', 9))).toBe(false);
  });

  test('where somebody may be in danger is decided anew: since the flag, since the last letter, and within a day', () => {
    const flag = told('safety-flag', 9);
    expect(refused([post('yes', 8), flag])).toBe('danger-undecided');
    expect(refused([flag, post('yes', 10)])).toBeUndefined();
    expect(refused([flag, post('yes', 10)], at(9, 20))).toBeUndefined();
    expect(refused([flag, post('yes', 10)], at(10, 10))).toBe('danger-undecided');
    expect(refused([flag, post('yes', 10)], null, at(11, 8))).toBeUndefined();
    expect(refused([flag, post('yes', 10)], null, at(11, 9))).toBe('danger-undecided');
    // Said to hold since later, but told before anybody knew of the danger.
    expect(refused([flag, post('yes', 10, { recordedAt: at(8) })])).toBe('danger-undecided');
    expect(refused([post('yes', 8), flag, told('safety-flag-lifted', 10)])).toBeUndefined();
  });
});
