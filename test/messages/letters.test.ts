import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import {
  letterHtml,
  letterInBothLanguages,
  letterStyle,
  TellingAddressError,
} from '../../messages/letters/letter.ts';
import type { AppointmentLetter, Letter } from '../../messages/letters/letter.ts';
import { letterPurposes } from '../../messages/letters/letter-words.ts';
import { languages } from '../../workflows/domain/common/contact-preference.ts';

const letter: AppointmentLetter = {
  purpose: 'appointment',
  language: 'en',
  name: 'Siân Elin Rees',
  address: ['1 Stryd Enghraifft', 'Carmarthen', 'SA31 2AA'],
  returnAddress: ['PO Box 12', 'Carmarthen'],
  phone: '01267 000000',
  writtenOn: '2026-02-20',
  startsAt: '2026-03-03T14:30:00.000Z',
  place: null,
};

const welsh: AppointmentLetter = { ...letter, language: 'cy' };

/** Without the head, one line for each element. */
function read(html: string): string[] {
  const body = html.slice(html.indexOf('<main>'));
  return body
    .replaceAll(/<[^>]*>/g, '\n')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

describe('M90: the letter', () => {
  test('about an appointment asks to ring where no place may be shown', () => {
    expect(read(letterHtml(letter))).toEqual([
      ...['PO Box 12', 'Carmarthen', 'Siân Elin Rees', '1 Stryd Enghraifft', 'Carmarthen', 'SA31 2AA'],
      ...['20 February 2026', 'Dear Siân Elin Rees', 'Your appointment'],
      'You have an appointment on Tuesday 3 March 2026 at 14:30.',
      'Please ring us on 01267 000000. We will tell you where to come. Tell us then if you cannot come, or need another time.',
      ...['Yours sincerely', 'The appointments team'],
      'Os hoffech gael llythyrau yn Gymraeg, rhowch wybod i ni pan fyddwch yn ffonio.',
    ]);
    expect(read(letterHtml(welsh)).slice(6)).toEqual([
      ...['20 Chwefror 2026', 'Annwyl Siân Elin Rees', 'Eich apwyntiad'],
      'Mae gennych apwyntiad ddydd Mawrth 3 Mawrth 2026 am 14:30.',
      'Ffoniwch ni ar 01267 000000. Byddwn yn dweud wrthych ble i ddod. Rhowch wybod i ni bryd hynny os na allwch ddod, neu os oes angen amser arall arnoch.',
      ...['Yn gywir', 'Y tîm apwyntiadau'],
      'If you would like letters in English, please tell us when you ring.',
    ]);
  });

  test('about an appointment names the place where it may be shown', () => {
    const place = { en: 'Room 2, 5 High Street', cy: 'Ystafell 2, 5 Stryd Fawr' };
    expect(letterHtml({ ...letter, place })).toContain('<p>The place is Room 2, 5 High Street.</p>');
    expect(letterHtml({ ...welsh, place })).toContain('<p>Y lleoliad yw Ystafell 2, 5 Stryd Fawr.</p>');
    expect(letterHtml({ ...letter, place })).not.toContain('We will tell you where to come');
    for (const one of [letter, welsh]) {
      expect(letterHtml(one).split('01267 000000')).toHaveLength(2);
      expect(letterHtml({ ...one, place }).split('01267 000000')).toHaveLength(2);
    }
    expect(read(letterInBothLanguages({ ...letter, place })).filter((line) => line.includes('2, 5'))).toEqual(
      ['Y lleoliad yw Ystafell 2, 5 Stryd Fawr.', 'The place is Room 2, 5 High Street.'],
    );
  });

  test('that asks to ring says nothing else', () => {
    const { startsAt: _startsAt, place: _place, ...rest } = letter;
    expect(read(letterHtml({ ...rest, purpose: 'please-ring' })).slice(8, 12)).toEqual([
      'Please ring us',
      'We would like to speak to you, and could not reach you.',
      'Please ring us on 01267 000000.',
      'If you cannot ring, please write to the address at the top of this letter.',
    ]);
    expect(read(letterHtml({ ...rest, language: 'cy', purpose: 'please-ring' })).slice(8, 12)).toEqual([
      'Ffoniwch ni, os gwelwch yn dda',
      'Hoffem siarad â chi, ac nid oedd modd cysylltu â chi.',
      'Ffoniwch ni ar 01267 000000, os gwelwch yn dda.',
      'Os na allwch ffonio, ysgrifennwch i&#39;r cyfeiriad ar frig y llythyr hwn.',
    ]);
  });

  test('is one page that can be read aloud: its language, one heading, a title, no script, nothing loaded', () => {
    for (const language of languages) {
      const html = letterHtml({ ...letter, language });
      expect(html.startsWith(`<!doctype html>\n<html lang="${language}">`)).toBe(true);
      expect(html.match(/<h1>/g)).toHaveLength(1);
      expect(html.match(/<main>/g)).toHaveLength(1);
      expect(html).toContain(`<title>${language === 'en' ? 'Letter' : 'Llythyr'}</title>`);
      expect(html).toContain(`lang="${language === 'en' ? 'cy' : 'en'}"`);
      expect(html).toContain('<time datetime="2026-02-20">');
      expect(html).toContain(`<style>${letterStyle}</style>`);
      expect(html).not.toMatch(/<script|<img|<link|https?:|url\(|@import|\son\w+=|style="/);
    }
  });

  const hostile = '<script>alert("1")</script>\'&</style><b onclick=x>';

  test.each<[string, Partial<AppointmentLetter>]>([
    ['the name', { name: hostile }],
    ['the address', { address: [hostile] }],
    ['the return address', { returnAddress: [hostile] }],
    ['the number', { phone: hostile }],
    ['the place', { place: { en: hostile, cy: hostile } }],
  ])('everything given is escaped: %s', (_what, given) => {
    const html = letterHtml({ ...letter, ...given });
    expect(html).not.toMatch(/<script|<b |<\/style>[^]*<\/style>/);
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;&lt;/style&gt;');
  });

  test.each<[string, Partial<Letter>]>([
    ['drug', { returnAddress: ['Dyfed Drug and Alcohol Service', 'Carmarthen'] }],
    ['heddlu', { returnAddress: ['Pencadlys yr Heddlu'] }],
    ['custody', { phone: '01267 000000 (custody)' }],
  ])('is not made with a return address or a number that tells: %s', (word, given) => {
    let thrown: unknown;
    try {
      letterHtml({ ...letter, ...given });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TellingAddressError);
    expect((thrown as TellingAddressError).words).toContain(word);
  });

  test('a person may be called Constable and live at Court Farm', () => {
    const html = letterHtml({ ...letter, name: 'John Constable', address: ['Court Farm'] });
    expect(html).toContain('Dear John Constable');
  });

  test.each<[string, Partial<AppointmentLetter>]>([
    ['a day that does not exist', { writtenOn: '2026-02-30' }],
    ['a start that is no instant', { startsAt: 'soon' }],
  ])('is not made with %s', (_why, given) => {
    expect(() => letterHtml({ ...letter, ...given })).toThrow(RangeError);
  });

  test('M87: each letter has a file for each language', () => {
    const folder = readdirSync(new URL('../../messages/letters/', import.meta.url));
    for (const purpose of letterPurposes) {
      for (const language of languages) expect(folder).toContain(`${purpose}.${language}.ts`);
    }
  });
});
