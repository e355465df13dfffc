import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { consentPurposes } from '../../../workflows/domain/common/consent.ts';
import { preferredWays, yesNoUnknown } from '../../../workflows/domain/common/contact-preference.ts';
import { toInstant } from '../../../workflows/domain/common/instant.ts';
import { personFactKinds } from '../../../workflows/domain/common/person-fact.ts';
import { personMatters, saidOfWay, standingFacts } from '../../../workflows/domain/common/standing-facts.ts';
import type { ToldFact } from '../../../workflows/domain/common/standing-facts.ts';

let told = 0;

/** Told in the order in which they are made, whenever they were so. */
function fact(kind: ToldFact['fact'], minute: number, said: Partial<ToldFact> = {}): ToldFact {
  told += 1;
  const recordedAt = toInstant(Date.parse('2026-09-02T10:00:00.000Z') + told);
  return {
    ...{ factId: `fact-${String(told)}`, fact: kind, recordedAt },
    occurredAt: toInstant(Date.parse('2026-09-01T10:00:00.000Z') + minute * 60_000),
    ...said,
  };
}

describe('of each matter the latest holds, whatever the order of telling', () => {
  const pairs = [
    ['stop-texts', 'texts-allowed', 'texts', {}],
    ['custody', 'release', 'custody', {}],
    ['safety-flag', 'safety-flag-lifted', 'safety', {}],
    ...consentPurposes.map(
      (purpose) => ['consent-given', 'consent-withdrawn', `consent:${purpose}`, { purpose }] as const,
    ),
  ] as const;

  test.each(pairs)('%s and %s: %s', (first, second, matter, said) => {
    const [one, other] = [fact(first, 1, said), fact(second, 2, said)];
    expect(standingFacts([one, other])).toEqual({ [matter]: other });
    expect(standingFacts([other, one])).toEqual({ [matter]: other });
    const early = fact(second, 0, said);
    expect(standingFacts([one, early])).toEqual({ [matter]: one });
    const atOnce = fact(second, 1, said);
    expect(standingFacts([one, atOnce])).toEqual({ [matter]: atOnce });
    expect(standingFacts([atOnce, one])).toEqual({ [matter]: atOnce });
  });

  test('each way of being reached goes by itself', () => {
    const first = fact('contact-preferences', 1, { preferences: { text: 'yes', post: 'no' } });
    const later = fact('contact-preferences', 2, { preferences: { text: 'unknown', email: 'yes' } });
    for (const facts of [
      [first, later],
      [later, first],
    ]) {
      const standing = standingFacts(facts);
      expect(preferredWays.map((way) => saidOfWay(standing, way))).toEqual([
        'unknown',
        'yes',
        'no',
        undefined,
      ]);
    }
  });

  test('an agreement to texts takes no STOP back, and the other way round', () => {
    const stop = fact('stop-texts', 1);
    const agreed = fact('consent-given', 2, { purpose: 'texts' });
    expect(standingFacts([stop, agreed]).texts).toBe(stop);
    const refused = fact('consent-withdrawn', 1, { purpose: 'texts' });
    const allowed = fact('texts-allowed', 2);
    expect(standingFacts([refused, allowed])['consent:texts']).toBe(refused);
  });
});

describe('deaths go by their fact', () => {
  test('edge case 29: a corrected one is none, whatever the order; another one stands', () => {
    const death = fact('death', 5);
    const correction = fact('death-corrected', 1, { correctsFactId: death.factId });
    expect(standingFacts([death])).toEqual({ death });
    expect(standingFacts([death, correction])).toEqual({});
    expect(standingFacts([correction, death])).toEqual({});
    const other = fact('death', 0);
    expect(standingFacts([death, other, correction])).toEqual({ death: other });
  });
});

test('what is about one task, or says no purpose, is about no matter', () => {
  expect(standingFacts([fact('task-withdrawn', 1), fact('consent-given', 1)])).toEqual({});
  expect(standingFacts([])).toEqual({});
});

test('the same, whatever the order of any facts', () => {
  const any = fc.record({
    kind: fc.constantFrom(...personFactKinds),
    minute: fc.integer({ min: 0, max: 3 }),
    purpose: fc.constantFrom(...consentPurposes),
    way: fc.constantFrom(...preferredWays),
    says: fc.constantFrom(...yesNoUnknown),
    correctsFactId: fc.integer({ min: 0, max: 8 }),
  });
  let several = 0;
  fc.assert(
    fc.property(
      fc
        .array(any, { maxLength: 8 })
        .chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray([...list.keys()], { minLength: list.length })),
        ),
      ([list, order]) => {
        const facts = list.map(({ kind, minute, purpose, way, says, correctsFactId }, index) => ({
          ...fact(kind, minute),
          factId: String(index),
          ...(kind.startsWith('consent') ? { purpose } : {}),
          ...(kind === 'contact-preferences' ? { preferences: { [way]: says } } : {}),
          ...(kind === 'death-corrected' ? { correctsFactId: String(correctsFactId) } : {}),
        }));
        const standing = standingFacts(facts);
        if (Object.keys(standing).length > 1) several += 1;
        expect(
          Object.keys(standing).every((matter) => (personMatters as readonly string[]).includes(matter)),
        ).toBe(true);
        // Two deaths may stand at once, told at different moments: the latest is named.
        expect(standingFacts(order.flatMap((index) => facts[index] ?? []))).toEqual(standing);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(several).toBeGreaterThan(200);
});
