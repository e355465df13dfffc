import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { numberPlanOf, textableNumber } from '../../messages/phone-number.ts';

const here = numberPlanOf('test');
const inProduction = numberPlanOf('production');

test.each([
  ['07700 900123', '+447700900123'],
  ['07700900123', '+447700900123'],
  ['+44 7700 900123', '+447700900123'],
  ['+44 (0)7700 900123', '+447700900123'],
  ['0044 7700 900123', '+447700900123'],
  ['447700900123', '+447700900123'],
  [' (07700) 900-123 ', '+447700900123'],
  ['07624 400123', '+447624400123'],
])('%j is the mobile %s', (typed, number) => {
  expect(textableNumber(typed, here)).toBe(number);
});

test.each([
  '',
  '0',
  '01267 222020',
  '020 7946 0018',
  '0800 111 111',
  '0906 1234567',
  '+449061234567',
  '07012 345678',
  '07600 123456',
  '60006',
  '88222',
  '999',
  '111',
  '+353 87 123 4567',
  '07700 90012',
  '07700 9001234',
  '07700 900123 x12',
  '07700 900123 ext. 12',
  '07700 900123;ext=12',
  'tel:07700900123',
  '07700 900123 / 07700 900124',
  '07700900123,07700900124',
  '07700900123 07700900124',
  '+44+7700900123',
  '=07700900123',
  '٠٧٧٠٠٩٠٠١٢٣',
  'Mam 07700 900123',
  '07700\u0000900123',
  // Nobody was given this one, so whoever typed it mistyped it.
  '07603 123456',
  '07000 000000',
])('%j is not texted', (typed) => {
  expect(textableNumber(typed, here)).toBeUndefined();
});

describe('the numbers of Ofcom for drama', () => {
  test.each(['07700 900000', '07700 900999', '+447700900123', '0044 7700 900500'])(
    '%j counts in development and in tests, and is nobody’s in production',
    (typed) => {
      expect(textableNumber(typed, numberPlanOf('development'))).toMatch(/^\+447700900\d{3}$/);
      expect(textableNumber(typed, here)).toMatch(/^\+447700900\d{3}$/);
      expect(textableNumber(typed, inProduction)).toBeUndefined();
    },
  );

  test.each(['production', '', 'Development', 'staging'])('an environment %j takes none', (environment) => {
    expect(numberPlanOf(environment)).toEqual({ dramaNumbers: false });
  });

  test('the numbers beside them are no part of them', () => {
    expect(textableNumber('07701 000000', inProduction)).toBe(textableNumber('07701 000000', here));
    expect(textableNumber('07700 899999', here)).toBe(textableNumber('07700 899999', inProduction));
  });
});

test.each([
  ['07911 123456', '+447911123456'],
  ['07400 123456', '+447400123456'],
  // Guernsey, Jersey and the Isle of Man are in the same plan.
  ['07781 123456', '+447781123456'],
  ['07797 712345', '+447797712345'],
  ['07924 123456', '+447924123456'],
])('%j is texted in production as here', (typed, number) => {
  expect(textableNumber(typed, inProduction)).toBe(number);
  expect(textableNumber(typed, here)).toBe(number);
});

test('a megabyte of digits is no number', () => {
  expect(textableNumber('0'.repeat(1_000_000), here)).toBeUndefined();
});

test('whatever was typed, the answer is a mobile number of the United Kingdom or nothing, and stays itself', () => {
  const typed = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789+ ()-.')), maxLength: 20 }),
    fc.integer({ min: 0, max: 999_999_999 }).map((rest) => `07${String(rest).padStart(9, '0')}`),
  );
  let found = 0;
  fc.assert(
    fc.property(typed, fc.constantFrom(here, inProduction), (text, plan) => {
      const number = textableNumber(text, plan);
      if (number === undefined) return;
      found += 1;
      expect(number).toMatch(/^\+447\d{9}$/);
      expect(textableNumber(number, plan)).toBe(number);
      if (!plan.dramaNumbers) expect(number).not.toMatch(/^\+447700900/);
    }),
    { numRuns: 1_500 },
  );
  expect(found).toBeGreaterThan(50);
});
