import { describe, expect, test } from '@jest/globals';
import { tellingInPlace } from '../../messages/place-words.ts';

const street = { en: '5 High Street, Carmarthen', cy: '5 Stryd Fawr, Caerfyrddin' };

describe('M88: the words that are shown of a place', () => {
  test('may be a street address, where services are called something else', () => {
    expect(tellingInPlace(street, [])).toEqual([]);
    expect(tellingInPlace(street, ['Tŷ Enfys', 'Fawr Caerfyrddin Centre', 'Street', ''])).toEqual(['Street']);
    expect(tellingInPlace(street, ['High Streets', 'igh Street', '—'])).toEqual([]);
  });

  test('tell in either language by the words that no message may hold', () => {
    expect(tellingInPlace({ ...street, en: 'Drug and Alcohol Service' }, [])).toEqual(
      expect.arrayContaining(['drug', 'alcohol']),
    );
    expect(tellingInPlace({ ...street, cy: 'Hen Orsaf yr Heddlu' }, [])).toEqual(['heddlu']);
    expect(tellingInPlace({ en: 'Kaleidoscope House', cy: 'Tŷ Kaleidoscope' }, [])).toEqual(['kaleidoscope']);
  });

  test.each([
    'Tŷ Enfys, 5 High Street',
    'ty\u0302 enfys',
    'The TŶ-ENFYS building',
    '5 High Street (Tŷ  Enfys)',
    'Ty Enfys, 5 High Street',
  ])('tell by the name of a service, however it is spelled: %s', (en) => {
    expect(tellingInPlace({ ...street, en }, ['Tŷ Enfys'])).toEqual(['Tŷ Enfys']);
    expect(tellingInPlace({ ...street, cy: en }, ['Tŷ Enfys'])).toEqual(['Tŷ Enfys']);
  });

  test.each(["Ty'r Enfys", 'Tŷr Enfys', 'Tŷ’r Enfys', 'Tŷ r Enfys'])(
    'tell by a name with an apostrophe, however that is written: %s',
    (en) => {
      expect(tellingInPlace({ ...street, en }, ["Tŷ'r Enfys"])).toEqual(["Tŷ'r Enfys"]);
    },
  );
});
