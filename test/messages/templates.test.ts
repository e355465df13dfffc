import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { mutatedForms, tellingWordsIn } from '../../messages/neutral-words.ts';
import { isMessagePurpose, messagePurposes, render } from '../../messages/render.ts';
import { segmentsOf } from '../../messages/segments.ts';
import { addLocalDays } from '../../workflows/domain/common/london-time.ts';
import { languages } from '../../workflows/domain/common/contact-preference.ts';

/** Every weekday, month and number of a day, in winter and in summer time. */
const everyDay = Array.from({ length: 366 }, (_, days) => addLocalDays('2027-06-01T13:30:00.000Z', days));

describe('the reminder', () => {
  test.each([
    [
      'en',
      '2026-03-03T14:30:00.000Z',
      'Reminder: you have an appointment on Tuesday 3 March at 14:30. Reply STOP if you do not want these texts.',
    ],
    [
      'cy',
      '2026-03-03T14:30:00.000Z',
      'Nodyn atgoffa: mae gennych apwyntiad ddydd Mawrth 3 Mawrth am 14:30. Atebwch STOP os nad ydych am gael y negeseuon hyn.',
    ],
  ] as const)('in %s says when in that language', (language, startsAt, text) => {
    expect(render('appointment-reminder', language, { startsAt })).toBe(text);
  });

  test.each([
    ['2026-07-01T08:05:00.000Z', 'Wednesday 1 July at 09:05', 'ddydd Mercher 1 Gorffennaf am 09:05'],
    ['2026-10-25T00:30:00.000Z', 'Sunday 25 October at 01:30', 'ddydd Sul 25 Hydref am 01:30'],
    ['2026-12-31T23:59:00.000Z', 'Thursday 31 December at 23:59', 'ddydd Iau 31 Rhagfyr am 23:59'],
    ['2027-02-05T09:00:00.000Z', 'Friday 5 February at 09:00', 'ddydd Gwener 5 Chwefror am 09:00'],
    ['2026-08-31T23:00:00.000Z', 'Tuesday 1 September at 00:00', 'ddydd Mawrth 1 Medi am 00:00'],
  ])('%s is %s and %s', (startsAt, english, welsh) => {
    expect(render('appointment-reminder', 'en', { startsAt })).toContain(` ${english}.`);
    expect(render('appointment-reminder', 'cy', { startsAt })).toContain(` ${welsh}.`);
  });
});

describe.each(messagePurposes)('%s', (purpose) => {
  test('has a file for each language, and each language has words of its own', () => {
    const files = readdirSync(new URL('../../messages/templates/', import.meta.url));
    for (const language of languages) expect(files).toContain(`${purpose}.${language}.ts`);
    const texts = languages.map((language) =>
      render(purpose, language, { startsAt: '2026-03-03T14:30:00.000Z' }),
    );
    expect(new Set(texts).size).toBe(languages.length);
    for (const text of texts) expect(text.trim()).not.toBe('');
  });

  test.each(languages)('is neutral, whole and one part on every day of the year, in %s', (language) => {
    for (const startsAt of everyDay) {
      const text = render(purpose, language, { startsAt });
      expect({ text, telling: tellingWordsIn(text) }).toEqual({ text, telling: [] });
      expect(text).not.toMatch(/undefined|null|NaN|\s{2}|https?:/);
      expect(segmentsOf(text).parts).toBe(1);
    }
  });

  // No number is given, and nothing but the carrier's STOP is read: a text asks for no other answer.
  test('asks for nothing that nobody would hear', () => {
    for (const language of languages) {
      const text = render(purpose, language, { startsAt: '2026-03-03T14:30:00.000Z' });
      expect(text).not.toMatch(/let us know|tell us|call|contact|wybod|cysyllt|ffoni/i);
    }
  });

  test('says how to stop the texts', () => {
    for (const language of languages) {
      expect(render(purpose, language, { startsAt: '2026-03-03T14:30:00.000Z' })).toContain('STOP');
    }
  });
});

test('no template lies in the folder that no purpose uses', () => {
  const used = messagePurposes.flatMap((purpose) => languages.map((language) => `${purpose}.${language}.ts`));
  expect(readdirSync(new URL('../../messages/templates/', import.meta.url)).sort()).toEqual(used.sort());
});

test('a purpose is known by its exact name', () => {
  expect(isMessagePurpose('appointment-reminder')).toBe(true);
  expect(isMessagePurpose('Appointment-reminder')).toBe(false);
  expect(isMessagePurpose('toString')).toBe(false);
});

describe('telling words', () => {
  test.each([
    ['Your drugs appointment', ['drug']],
    ['Come to the Police station.', ['police']],
    ['See your OFFENDER manager', ['offen']],
    ['Appointment at DDAS, Carmarthen', ['ddas']],
    ['Kaleidoscope: see you soon', ['kaleidoscope']],
    ['Bring your court papers (custody)', ['custody', 'court']],
    ['Dewch i weld yr heddlu', ['heddlu']],
    ['am eich cyffuriau', ['cyffur']],
    // The first letter changes; the word is the same.
    ['i garchar', ['carchar']],
    ['yng ngharchar', ['carchar']],
    ['a charchar', ['carchar']],
    ['am gyffuriau', ['cyffur']],
    ['i driniaeth', ['triniaeth']],
    ['yn y ddalfa', ['dalfa']],
    ['ar brawf', ['prawf']],
    ['i lys', ['llys']],
    // Accents written in two characters.
    ['coce\u0302n', ['cocên']],
  ])('%j tells: %j', (text, words) => {
    expect(tellingWordsIn(text)).toEqual(words);
  });

  test.each([
    'neges destun',
    'llawer o amser',
    'cadw eich apwyntiad',
    'in the latest text',
    'Lowri',
    'across the road',
  ])('%j tells nothing', (text) => {
    expect(tellingWordsIn(text)).toEqual([]);
  });

  test.each([
    ['carchar', ['carchar', 'garchar', 'ngharchar', 'charchar']],
    ['llys', ['llys', 'lys']],
    ['gwarant', ['gwarant', 'warant', 'ngwarant']],
    ['asesu', ['asesu', 'hasesu']],
    ['heddlu', ['heddlu']],
    ['rhybudd', ['rhybudd', 'rybudd']],
  ])('%s may stand as %j', (word, forms) => {
    expect(mutatedForms(word)).toEqual(forms);
  });
});
