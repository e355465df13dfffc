import { englandAndWalesBankHolidays } from '../../workflows/domain/common/bank-holidays.ts';
import { withAllMessages } from '../../workflows/domain/common/default-messages.ts';
import { instantAt } from '../../workflows/domain/common/london-time.ts';
import { defaultCompulsoryPolicy } from '../../workflows/domain/compulsory/policy.ts';
import { defaultDiversionPolicy, firstDiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import type { Area } from '../areas.ts';
import type { Preset } from '../presets.ts';
import type { StoredRoute } from '../routes.ts';
import { always, districts, organisation, place, route } from './rows.ts';

/**
 * After the Gwent Drug Interventions Programme's annual report 2014/15: five areas of which two are intensive, two
 * custody suites, alcohol never as the main problem. Who served whom is from the Programme's and the Commissioner's own
 * pages: until spring 2015 the Criminal Justice Integrated Team, then one three-year contract of the Gwent Drug and
 * Alcohol Service, whose part for people from the criminal justice system is called IRIS Gwent.
 */

/** The programme under which an officer's referral comes, named as everywhere (store/presets/dyfed-powys-2024.ts). */
const diversionProgramme = 'acr-diversion';

/** The sources say 2015 and three years; the report, of May 2015, speaks of the contract as new. The day is assumed. */
const contractBegan = instantAt('2015-05-01', '00:00');

const forceId = 'gwent';

const diversionLengths = defaultDiversionPolicy(forceId, diversionProgramme, englandAndWalesBankHolidays);
const compulsoryLengths = defaultCompulsoryPolicy(forceId);

const areas: readonly Area[] = [
  {
    ...{ code: 'blaenau-gwent', name: 'Blaenau Gwent', nameCy: 'Blaenau Gwent' },
    ...{ intensity: 'non-intensive', districts: ['NP13', 'NP22', 'NP23'] },
  },
  {
    ...{ code: 'caerphilly', name: 'Caerphilly', nameCy: 'Caerffili' },
    ...{ intensity: 'intensive', districts: ['NP11', 'NP12', 'NP24', ...districts('CF', 81, 83)] },
  },
  {
    ...{ code: 'monmouthshire', name: 'Monmouthshire', nameCy: 'Sir Fynwy' },
    ...{ intensity: 'non-intensive', districts: ['NP7', 'NP15', 'NP16', 'NP25', 'NP26'] },
  },
  {
    ...{ code: 'newport', name: 'Newport', nameCy: 'Casnewydd' },
    ...{ intensity: 'intensive', districts: ['NP10', ...districts('NP', 18, 20)] },
  },
  {
    ...{ code: 'torfaen', name: 'Torfaen', nameCy: 'Torfaen' },
    ...{ intensity: 'non-intensive', districts: ['NP4', 'NP44'] },
  },
];

/** By district throughout, so that one that is not listed, as NP8 of Powys, is left to a manager. */
const routes: readonly StoredRoute[] = areas
  .flatMap((area) => area.districts)
  .flatMap((district) => [
    route(diversionProgramme, district, 'cjit', always, contractBegan),
    route(diversionProgramme, district, 'iris-gwent', contractBegan),
  ]);

export const gwent2015: Preset = {
  force: { forceId, name: 'Gwent Police', nameCy: 'Heddlu Gwent' },
  organisations: [
    organisation(
      'provider',
      'cjit',
      'Criminal Justice Integrated Team',
      'Tîm Integredig Cyfiawnder Troseddol',
      always,
      contractBegan,
    ),
    organisation(
      'provider',
      'gdas',
      'Gwent Drug and Alcohol Service',
      'Gwasanaeth Cyffuriau ac Alcohol Gwent',
      contractBegan,
    ),
    organisation('provider', 'iris-gwent', 'IRIS Gwent', 'IRIS Gwent', contractBegan),
    organisation('programme-team', 'dip-team', 'Drug Interventions Programme', 'Rhaglen Ymyriadau Cyffuriau'),
    organisation('force-unit', 'gwent-police', 'Gwent Police', 'Heddlu Gwent'),
    organisation('custody-suite', 'custody-newport', 'Newport custody suite', 'Dalfa Casnewydd'),
    organisation(
      'custody-suite',
      'custody-ystrad-mynach',
      'Ystrad Mynach custody suite',
      'Dalfa Ystrad Mynach',
    ),
    ...areas.map(({ code, name, nameCy }) => organisation('neighbourhood-unit', `lpu-${code}`, name, nameCy)),
  ],
  // Invented addresses.
  places: [
    place('iris-newport', 'iris-gwent', '1 Stryd Enghraifft, Newport', 'NP20 1ZZ'),
    place('iris-blackwood', 'iris-gwent', '2 Stryd Enghraifft, Blackwood', 'NP12 1ZZ'),
    place('dip-newport', 'dip-team', '3 Stryd Enghraifft, Newport', 'NP20 2ZZ'),
  ],
  areas,
  programmes: [
    {
      ...{ code: diversionProgramme, version: 1, duty: 'diversion', providerId: null },
      ...{ name: 'Criminal justice drug intervention', nameCy: 'Ymyrraeth gyffuriau cyfiawnder troseddol' },
      ...{ validFrom: always, validUntil: null },
    },
    {
      ...{ code: 'drug-testing-on-arrest', version: 1, duty: 'compulsory', providerId: null },
      ...{ name: 'Drug testing on arrest', nameCy: 'Profi am gyffuriau wrth arestio' },
      ...{ validFrom: always, validUntil: null },
    },
  ],
  routes,
  policies: [
    firstDiversionPolicy(forceId, diversionProgramme, englandAndWalesBankHolidays),
    ...[diversionLengths, withAllMessages(diversionLengths)],
    ...[compulsoryLengths, withAllMessages(compulsoryLengths)],
  ],
};
