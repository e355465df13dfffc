import { describe, expect, test } from '@jest/globals';
import { mutatedForms, tellingWordsIn, tellingWordsInAddress } from '../../messages/neutral-words.ts';
import { dyfedPowys2024 } from '../../store/presets/dyfed-powys-2024.ts';
import { gwent2015 } from '../../store/presets/gwent-2015.ts';

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
    ['Amphetamines and MDMA', ['amphetamin', 'mdma']],
    ['ecstasy', ['ecstasy']],
    ['Spice or weed?', ['spice', 'weed']],
    ['your Buvidal, not Subutex', ['buvidal', 'subutex']],
    ['eich amffetamin', ['amffetamin']],
    ['o ddibyniaeth', ['dibyniaeth']],
    ['yn feddw', ['meddw']],
    ['bensodiasepin', ['bensodias']],
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
    'mixed spices',
    'seaweed',
    'ydych chi’n meddwl, neu’n feddwl',
    'sobri',
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

describe('telling words of an address', () => {
  test.each([
    ['help-with-drugs.wales', ['drug']],
    ['mydrughelp.wales', ['drug']],
    ['MyDrugHelp', ['drug']],
    ['DDAS', ['ddas']],
    ['appointments@ddas.wales', ['ddas']],
    ['the_court_diary', ['court']],
    ['yrheddlu.example', ['heddlu']],
    ['llwybr.wales', ['llwybr']],
  ])('%j tells: %j', (address, words) => {
    expect(tellingWordsInAddress(address)).toEqual(words);
  });

  test.each(['+447700900000', 'Appointments <appointments@diary.example>', 'https://diary.example/p/'])(
    '%j tells nothing',
    (address) => {
      expect(tellingWordsInAddress(address)).toEqual([]);
    },
  );
});

test('the name of every provider, team and unit of the presets tells, in both languages, and so does its id', () => {
  const organisations = [...dyfedPowys2024.organisations, ...gwent2015.organisations];
  expect(organisations.length).toBeGreaterThan(10);
  for (const { kind, organisationId, name, nameCy } of organisations) {
    // A neighbourhood unit is called by its town.
    if (kind === 'neighbourhood-unit') continue;
    for (const text of [name, nameCy, organisationId]) {
      expect({ text, telling: tellingWordsInAddress(text).length > 0 }).toEqual({ text, telling: true });
    }
  }
});
