import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { textableNumber } from '../../messages/phone-number.ts';

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
  expect(textableNumber(typed)).toBe(number);
});

test.each([
  '',
  '0',
  '01267 222020',
  '020 7946 0018',
  '0906 1234567',
  '+449061234567',
  '07012 345678',
  '07600 123456',
  '60006',
  '999',
  '+353 87 123 4567',
  '07700 90012',
  '07700 9001234',
  '07700 900123 x12',
  '07700 900123 / 07700 900124',
  '07700900123,07700900124',
  '+44+7700900123',
  '=07700900123',
  '٠٧٧٠٠٩٠٠١٢٣',
  'Mam 07700 900123',
])('%j is not texted', (typed) => {
  expect(textableNumber(typed)).toBeUndefined();
});

test('whatever was typed, the answer is a mobile number of the United Kingdom or nothing, and stays itself', () => {
  const typed = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789+ ()-.')), maxLength: 20 }),
    fc.integer({ min: 0, max: 999_999_999 }).map((rest) => `07${String(rest).padStart(9, '0')}`),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const number = textableNumber(text);
      if (number === undefined) return;
      expect(number).toMatch(/^\+447\d{9}$/);
      expect(textableNumber(number)).toBe(number);
    }),
    { numRuns: 2_000 },
  );
});
