import { describe, expect, test } from '@jest/globals';
import { presets } from '../../../store/presets.ts';
import { englandAndWalesBankHolidays } from '../../../workflows/domain/common/bank-holidays.ts';
import { changedFields, faultOfLength, inWords, lengthMs } from '../../../workflows/domain/common/rule.ts';
import { defaultCompulsoryPolicy } from '../../../workflows/domain/compulsory/policy.ts';
import type { CompulsoryPolicy } from '../../../workflows/domain/compulsory/policy.ts';
import { faultsOfCompulsory, rulesOfCompulsory } from '../../../workflows/domain/compulsory/rules.ts';
import { defaultDiversionPolicy } from '../../../workflows/domain/diversion/policy.ts';
import type { DiversionPolicy } from '../../../workflows/domain/diversion/policy.ts';
import { faultsOfDiversion, rulesOfDiversion } from '../../../workflows/domain/diversion/rules.ts';

const diversion = defaultDiversionPolicy('force-1', 'acr-diversion', englandAndWalesBankHolidays);
const compulsory = defaultCompulsoryPolicy('force-1');
const real = { demo: false };

/** Where a policy holds a length, as `feedback.ask`. */
function lengthsIn(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  if ('unit' in value) return [path.join('.')];
  return Object.entries(value).flatMap(([key, held]) => lengthsIn(held, [...path, key]));
}

describe('M197 the printed rules', () => {
  test.each(Object.values(presets).flatMap(({ policies }) => policies))(
    '$policyId of $forceId, version $version: each length is printed, and none is out of range',
    (policy) => {
      const rules =
        policy.duty === 'diversion'
          ? rulesOfDiversion(policy as DiversionPolicy)
          : rulesOfCompulsory(policy as CompulsoryPolicy);
      const fields = rules.map(({ field }) => field);
      expect(new Set(fields).size).toBe(fields.length);
      for (const length of lengthsIn(policy)) {
        expect(fields).toContain(length === 'messages.reminder.before' ? 'messages.reminder' : length);
      }
      for (const { title, value, source } of rules) {
        expect([title, value, source].every((words) => /^\S.*\S$/.test(words))).toBe(true);
      }
      expect(
        policy.duty === 'diversion'
          ? faultsOfDiversion(policy as DiversionPolicy)
          : faultsOfCompulsory(policy as CompulsoryPolicy),
      ).toEqual([]);
    },
  );

  test('say what an older version leaves to the code', () => {
    const { acceptance: _acceptance, routing: _routing, ...older } = diversion;
    expect(rulesOfDiversion(older)).toEqual(rulesOfDiversion(diversion));
  });

  test.each([
    [{ unit: 'working-days', count: 2 }, '2 working days'],
    [{ unit: 'months', count: 3, endOfDay: true }, '3 months, to the end of that day'],
    [{ unit: 'days', count: 0, endOfDay: true }, 'the end of that day'],
    [{ unit: 'hours', count: 1 }, '1 hour'],
  ] as const)('%j is "%s"', (duration, words) => {
    expect(inWords(duration)).toBe(words);
  });
});

describe('what a policy may not say', () => {
  const limits = { least: { unit: 'hours', count: 1 }, most: { unit: 'days', count: 30 } } as const;

  test.each([
    [{ unit: 'minutes', count: 59 }, true],
    [{ unit: 'hours', count: 1 }, false],
    [{ unit: 'days', count: 30 }, false],
    [{ unit: 'days', count: 31 }, true],
    [{ unit: 'weeks', count: 5 }, true],
    [{ unit: 'days', count: 1.5 }, true],
    [{ unit: 'days', count: -1 }, true],
    [{ unit: 'hours', count: 2, endOfDay: true }, true],
  ] as const)('a length of %j: %p', (duration, wrong) => {
    expect(faultOfLength('field', duration, limits, real) !== undefined).toBe(wrong);
  });

  test('a demonstration may be short, and not longer than others', () => {
    const seconds = { unit: 'seconds', count: 2 } as const;
    expect(faultOfLength('field', seconds, limits, { demo: true })).toBeUndefined();
    expect(faultOfLength('field', { unit: 'months', count: 2 }, limits, { demo: true })).toBeDefined();
  });

  test('no colour without a target', () => {
    const none = { putOut: null, arrest: null };
    const without = { ...compulsory, markers: { ...compulsory.markers, AMBER: none } };
    expect(faultsOfCompulsory(without).map(({ field }) => field)).toEqual(['markers.AMBER']);
  });

  test('a reminder is counted back, which months and working days cannot be', () => {
    const { reminder } = diversion.messages;
    for (const unit of ['months', 'working-days'] as const) {
      const before = { unit, count: 1 };
      const policy = { ...diversion, messages: { ...diversion.messages, reminder: { ...reminder, before } } };
      expect(faultsOfDiversion(policy).map(({ field }) => field)).toEqual(['messages.reminder.before']);
    }
  });
});

test('lengths are compared by what they come to', () => {
  expect(lengthMs({ unit: 'days', count: 7 })).toBe(lengthMs({ unit: 'weeks', count: 1 }));
  expect(lengthMs({ unit: 'working-days', count: 5 })).toBeGreaterThan(lengthMs({ unit: 'days', count: 5 }));
});

test('two policies differ by field, whatever the order of their keys', () => {
  const closure = { endOfDay: true, count: 3, unit: 'months' } as const;
  expect(changedFields(diversion, { ...diversion, closure } as DiversionPolicy)).toEqual([]);
  const { undo: _undo, ...without } = diversion;
  expect(changedFields(diversion, { ...without, version: 9 })).toEqual(['undo', 'version']);
});
