import { describe, expect, test } from '@jest/globals';
import {
  mutatedForms,
  tellingWordsIn,
  tellingWordsInAddress,
  tellingWordsInPlaceName,
} from '../../messages/neutral-words.ts';
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
    ['Turning Point, 2nd floor', ['turning point']],
    ['turning-point', ['turning point']],
    ['the harm reduction room', ['harm reduction']],
    ['lleihau niwed', ['lleihau niwed']],
    ['AA room', ['AA']],
    ['the A.A. room', ['AA']],
    ['NA meeting', ['NA meeting']],
    ['Ystafell NA', ['ystafell NA']],
    ['Tŷ Gwellhad', ['gwellhad']],
    ['eich wellhad', ['gwellhad']],
    ['Change, Grow, Live', ['change grow live']],
    ['C.G.L.', ['cgl']],
    ['C G L', ['cgl']],
    ['With You, High Street', ['With You']],
    ['Addaction', ['addaction']],
    ['Forward Trust', ['forward trust']],
    ['Humankind', ['humankind']],
    ['Waythrough', ['waythrough']],
    ['Cyswllt Ceredigion', ['cyswllt ceredigion']],
    ['CAIS', ['CAIS']],
    ['Phoenix Futures', ['phoenix futures']],
    ['D r u g s', ['drug']],
    ['d.r.u.g', ['drug']],
    // Hidden in what nobody sees.
    ['dr\u00adugs', ['drug']],
    ['dr\u200bu\u2060gs', ['drug']],
    ['d\u0336r\u0336u\u0336gs', ['drug']],
    ['ｄｒｕｇｓ', ['drug']],
    // Accents written in two characters.
    ['coce\u0302n', ['cocên']],
  ])('%j tells: %j', (text, words) => {
    expect(tellingWordsIn(text)).toEqual(words);
  });

  test.each([
    'neges destun',
    'go via King Street',
    'we are with you',
    'gwneud cais',
    'SA31 3AA',
    'na phoeni, dewch',
    'eich manylion cyswllt',
    'inspire',
    'A B Rees, 3 High Street',
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

describe('telling words where a place is, or a letter comes from', () => {
  test.each([
    'Castle Court, King Street',
    'Castle Court',
    '5 Clinic Road',
    '2 Court Street, Town',
    'Heol y Llys',
    'Heol y Llys, Caerfyrddin',
    '3 Stryd y Clinig',
  ])('%j tells nothing: it is the name of a street or a house', (text) => {
    expect(tellingWordsInPlaceName(text)).toEqual([]);
    expect(tellingWordsIn(text)).not.toEqual([]);
  });

  test.each([
    ['Magistrates’ Court, King Street', ['court', 'magistrate']],
    ['Carmarthen Crown Court', ['court']],
    ['the court, King Street', ['court']],
    ['Court', ['court']],
    ['The Court', ['court']],
    ['Court building, Castle Court', ['court']],
    ['Clinic, 5 Clinic Road', ['clinic']],
    ['Llys y Goron', ['llys']],
    ['Drug Court, 5 Court Road', ['drug']],
  ])('%j tells: %j', (text, words) => {
    expect([...tellingWordsInPlaceName(text)].sort()).toEqual([...words].sort());
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
