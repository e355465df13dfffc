import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { segmentsOf } from '../../messages/segments.ts';
import { partsOf } from '../../stand-ins/twilio-messages.ts';

describe('segments', () => {
  test.each([
    ['', 'GSM-7', 0, 1],
    ['a'.repeat(160), 'GSM-7', 160, 1],
    ['a'.repeat(161), 'GSM-7', 161, 2],
    ['a'.repeat(306), 'GSM-7', 306, 2],
    ['a'.repeat(307), 'GSM-7', 307, 3],
    // Extension characters are an escape and a letter.
    ['€'.repeat(80), 'GSM-7', 160, 1],
    [`${'a'.repeat(159)}[`, 'GSM-7', 161, 2],
    // 152 + 2 does not fit into 153: the pair moves to the second part, and what follows to a third.
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 'GSM-7', 306, 3],
    ['à è ì ò ù ä ö ü é Ä Ö Ü É', 'GSM-7', 25, 1],
    // One circumflex makes the whole text UCS-2.
    ['ŵ', 'UCS-2', 1, 1],
    [`${'a'.repeat(69)}ŷ`, 'UCS-2', 70, 1],
    [`${'a'.repeat(70)}ŷ`, 'UCS-2', 71, 2],
    ['â'.repeat(134), 'UCS-2', 134, 2],
    ['â'.repeat(135), 'UCS-2', 135, 3],
    // A pair of surrogates is not parted either.
    [`${'â'.repeat(66)}😀${'â'.repeat(66)}`, 'UCS-2', 134, 3],
  ])('%j is %s of %i units in %i parts', (text, encoding, units, parts) => {
    expect(segmentsOf(text)).toEqual({ encoding, units, parts });
  });

  test.each(['á', 'â', 'ê', 'î', 'ô', 'û', 'ŵ', 'ŷ', 'ẁ', 'ỳ', 'ï', 'ë', 'Â', 'Ŵ', 'Ŷ', '’', '–', '`'])(
    '%s is outside the GSM alphabet',
    (letter) => {
      expect(segmentsOf(letter).encoding).toBe('UCS-2');
    },
  );

  const anyText = fc.string({
    unit: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...Array.from('abc XYZ019.,:?')) },
      { weight: 2, arbitrary: fc.constantFrom(...Array.from('[]{}€~^|\\')) },
      { weight: 1, arbitrary: fc.constantFrom('ŵ', 'â', 'à', 'é', '😀', '\n', 'Δ', 'ç', 'Ç') },
    ),
    maxLength: 700,
  });

  test('counts as the gateway does, which counts on its own', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: 'binary', maxLength: 400 })), (text) => {
        expect(segmentsOf(text).parts).toBe(partsOf(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test('the parts hold the units, with less than one part to spare in each', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { encoding, units, parts } = segmentsOf(text);
        const room = encoding === 'GSM-7' ? { alone: 160, joined: 153 } : { alone: 70, joined: 67 };
        if (parts === 1) {
          expect(units).toBeLessThanOrEqual(room.alone);
        } else {
          expect(units).toBeGreaterThan(room.alone);
          expect(units).toBeLessThanOrEqual(parts * room.joined);
          // A part is left only for a pair that did not fit, so at most one unit of each is empty.
          expect(units).toBeGreaterThan((parts - 1) * (room.joined - 1));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('a longer text never needs fewer parts', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, more) => {
        expect(segmentsOf(text + more).parts).toBeGreaterThanOrEqual(segmentsOf(text).parts);
      }),
    );
  });
});
