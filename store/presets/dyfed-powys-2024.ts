import { englandAndWalesBankHolidays } from '../../workflows/domain/common/bank-holidays.ts';
import {
  withAllMessages,
  withAllMessagesScaled,
  withOnlineProgrammes,
} from '../../workflows/domain/common/default-messages.ts';
import { instantAt } from '../../workflows/domain/common/london-time.ts';
import type { Policy } from '../../workflows/domain/common/policy.ts';
import { defaultCompulsoryPolicy, demoCompulsoryPolicy } from '../../workflows/domain/compulsory/policy.ts';
import {
  defaultDiversionPolicy,
  demoDaySeconds,
  demoDiversionPolicy,
  firstDemoDiversionPolicy,
  firstDiversionPolicy,
} from '../../workflows/domain/diversion/policy.ts';
import type { Area } from '../areas.ts';
import type { ForceRow } from '../organisations.ts';
import type { Preset } from '../presets.ts';
import type { Programme } from '../programmes.ts';
import type { StoredRoute } from '../routes.ts';
import { always, districts, organisation, place, route } from './rows.ts';
import type { Organisation, Place } from './rows.ts';

/** After the force's slides on its drug out-of-court disposals, October 2023 to October 2024. */

/** Of the voluntary path here: drug possession dealt with by an Adult Community Resolution. */
export const diversionProgramme = 'acr-diversion';

/** The online programme, bought for people who are stopped in the force and live elsewhere. */
export const onlineProgramme = 'breaking-free-online';

/** The voluntary scheme began force-wide in November 2019, all of it by Pobl. */
const schemeBegan = instantAt('2019-11-01', '00:00');

/**
 * The force's two milestones of August 2024 stand beside two dates without being paired; taken in the order
 * named: Breaking Free Online on the 1st, direct referral to the local services on the 19th.
 */
const onlineBegan = instantAt('2024-08-01', '00:00');
const directBegan = instantAt('2024-08-19', '00:00');

/** Breaking Free Online is bought until March 2027; what follows is not known, so a manager will decide. */
const onlineEnds = instantAt('2027-04-01', '00:00');

const towns = [
  ['aberystwyth', 'Aberystwyth', 'Aberystwyth'],
  ['brecon', 'Brecon', 'Aberhonddu'],
  ['cardigan', 'Cardigan', 'Aberteifi'],
  ['carmarthen', 'Carmarthen', 'Caerfyrddin'],
  ['haverfordwest', 'Haverfordwest', 'Hwlffordd'],
  ['llandrindod-wells', 'Llandrindod Wells', 'Llandrindod'],
  ['llanelli', 'Llanelli', 'Llanelli'],
  ['newtown', 'Newtown', 'Y Drenewydd'],
  ['pembroke-dock', 'Pembroke Dock', 'Doc Penfro'],
  ['welshpool', 'Welshpool', 'Y Trallwng'],
  ['ystradgynlais', 'Ystradgynlais', 'Ystradgynlais'],
] as const;

const custodyTowns = ['aberystwyth', 'brecon', 'haverfordwest', 'llanelli', 'newtown'] as const;

const organisations: readonly Organisation[] = [
  organisation('provider', 'pobl', 'Pobl', 'Pobl', schemeBegan, directBegan),
  organisation('provider', 'ddas', 'Dyfed Drug and Alcohol Service', 'Gwasanaeth Cyffuriau ac Alcohol Dyfed'),
  organisation('provider', 'kaleidoscope', 'Kaleidoscope'),
  organisation(
    'provider',
    'breaking-free-online',
    'Breaking Free Online',
    'Breaking Free Online',
    onlineBegan,
    onlineEnds,
  ),
  organisation(
    'force-unit',
    'oocd-team',
    'Out of Court Disposals Team',
    'Tîm Datrysiadau y tu allan i’r Llys',
  ),
  organisation('programme-team', 'dip-team', 'Drug Interventions Programme', 'Rhaglen Ymyriadau Cyffuriau'),
  ...towns.map(([id, name, nameCy]) => organisation('neighbourhood-unit', `lpu-${id}`, name, nameCy)),
  ...towns
    .filter(([id]) => custodyTowns.some((town) => town === id))
    .map(([id, name, nameCy]) =>
      organisation('custody-suite', `custody-${id}`, `${name} custody suite`, `Dalfa ${nameCy}`),
    ),
];

/** Invented addresses. */
const places: readonly Place[] = [
  place('ddas-carmarthen', 'ddas', '1 Stryd Enghraifft, Carmarthen', 'SA31 1ZZ'),
  place('ddas-llanelli', 'ddas', '2 Stryd Enghraifft, Llanelli', 'SA15 1ZZ'),
  place('ddas-haverfordwest', 'ddas', '3 Stryd Enghraifft, Haverfordwest', 'SA61 1ZZ'),
  place('kaleidoscope-newtown', 'kaleidoscope', '4 Stryd Enghraifft, Newtown', 'SY16 1ZZ'),
  place('kaleidoscope-brecon', 'kaleidoscope', '5 Stryd Enghraifft, Brecon', 'LD3 1ZZ'),
  place('dip-carmarthen', 'dip-team', '6 Stryd Enghraifft, Carmarthen', 'SA31 2ZZ'),
  place('dip-llanelli', 'dip-team', '7 Stryd Enghraifft, Llanelli', 'SA15 2ZZ'),
];

/** Each where most of it lies. */
const districtsOf: Readonly<Record<string, readonly string[]>> = {
  carmarthenshire: [...districts('SA', 14, 20), ...districts('SA', 31, 33), 'SA39', 'SA40'],
  ceredigion: ['SA38', ...districts('SA', 43, 48), ...districts('SY', 23, 25)],
  pembrokeshire: ['SA34', ...districts('SA', 35, 37), 'SA41', 'SA42', ...districts('SA', 61, 73)],
  powys: ['SA9', 'NP8', ...districts('LD', 1, 8), ...districts('SY', 15, 22)],
};

/** The four councils. The slides know no intensive areas. */
const areas: readonly Area[] = [
  { code: 'carmarthenshire', name: 'Carmarthenshire', nameCy: 'Sir Gaerfyrddin' },
  { code: 'ceredigion', name: 'Ceredigion', nameCy: 'Ceredigion' },
  { code: 'pembrokeshire', name: 'Pembrokeshire', nameCy: 'Sir Benfro' },
  { code: 'powys', name: 'Powys', nameCy: 'Powys' },
].map((area) => ({ ...area, intensity: null, districts: districtsOf[area.code] ?? [] }));

const programmes: readonly Programme[] = [
  {
    ...{ code: diversionProgramme, version: 1, duty: 'diversion', providerId: null },
    ...{ name: 'Diversion after a community resolution', nameCy: 'Dargyfeirio ar ôl datrysiad cymunedol' },
    ...{ validFrom: schemeBegan, validUntil: null },
  },
  {
    ...{ code: onlineProgramme, version: 1, duty: 'diversion', providerId: 'breaking-free-online' },
    ...{ name: 'Breaking Free Online', nameCy: 'Breaking Free Online' },
    ...{ validFrom: onlineBegan, validUntil: onlineEnds },
  },
  {
    ...{ code: 'drug-testing-on-arrest', version: 1, duty: 'compulsory', providerId: null },
    ...{ name: 'Drug testing on arrest', nameCy: 'Profi am gyffuriau wrth arestio' },
    ...{ validFrom: always, validUntil: null },
  },
];

const online = (area: string): StoredRoute =>
  route(diversionProgramme, area, 'breaking-free-online', directBegan, onlineEnds, onlineProgramme);

const served = (area: string, providerId: string): StoredRoute =>
  route(diversionProgramme, area, providerId, directBegan);

/**
 * DDAS serves Dyfed, Kaleidoscope Powys, Breaking Free Online everybody else. The border splits areas: Swansea and Neath
 * share SA with Dyfed, Shropshire SY with Powys, and Ceredigion has SY23 to SY25; Crickhowell is NP8. A district on the
 * border goes where most of it lies. HR3 and HR5 straddle it and have no row: a manager looks at the address. Which
 * district lies where is our reading of the map; no source of the force says it.
 */
const routes: readonly StoredRoute[] = [
  ...(['SA', 'LD', 'SY'] as const).map((area) =>
    route(diversionProgramme, area, 'pobl', schemeBegan, directBegan),
  ),
  route(diversionProgramme, '*', 'pobl', schemeBegan, onlineBegan),
  route(diversionProgramme, '*', 'breaking-free-online', onlineBegan, onlineEnds, onlineProgramme),
  served('SA', 'ddas'),
  served('LD', 'kaleidoscope'),
  served('SY', 'kaleidoscope'),
  served('SA9', 'kaleidoscope'),
  served('NP8', 'kaleidoscope'),
  ...districts('SY', 23, 25).map((district) => served(district, 'ddas')),
  ...[
    ...districts('SA', 1, 8),
    ...districts('SA', 10, 13),
    ...districts('SY', 1, 14),
    ...['HR1', 'HR2', 'HR4', ...districts('HR', 6, 9)],
    'NP',
  ].map(online),
];

/** Who is sent to the online programme from any programme is enrolled there. */
const invitesOnline = <P extends Policy>(policy: P): P => withOnlineProgrammes(policy, [onlineProgramme]);

/**
 * The versions of the diversion policy: the second writes down what the first leaves to the code, the next has all
 * messages on.
 */
const lengths = (forceId: string) => {
  const second = defaultDiversionPolicy(forceId, diversionProgramme, englandAndWalesBankHolidays);
  const online = {
    ...defaultDiversionPolicy(forceId, onlineProgramme, englandAndWalesBankHolidays),
    version: 1,
  };
  return [
    firstDiversionPolicy(forceId, diversionProgramme, englandAndWalesBankHolidays),
    ...[second, invitesOnline(withAllMessages(second))],
    ...[online, invitesOnline(withAllMessages(online))],
  ];
};

const scaledLengths = (forceId: string) => {
  const second = demoDiversionPolicy(forceId, diversionProgramme, englandAndWalesBankHolidays);
  const online = {
    ...demoDiversionPolicy(forceId, onlineProgramme, englandAndWalesBankHolidays),
    version: 1,
  };
  return [
    firstDemoDiversionPolicy(forceId, diversionProgramme, englandAndWalesBankHolidays),
    ...[second, invitesOnline(withAllMessagesScaled(second, demoDaySeconds))],
    ...[online, invitesOnline(withAllMessagesScaled(online, demoDaySeconds))],
  ];
};

const compulsoryLengths = defaultCompulsoryPolicy('dyfed-powys');
const scaledCompulsoryLengths = demoCompulsoryPolicy('demo');

function preset(force: ForceRow, policies: Preset['policies']): Preset {
  return { force, organisations, places, areas, programmes, routes, policies };
}

/** The force as it is, with the law's and the product's durations. */
export const dyfedPowys2024: Preset = preset(
  { forceId: 'dyfed-powys', name: 'Dyfed-Powys Police', nameCy: 'Heddlu Dyfed-Powys' },
  [...lengths('dyfed-powys'), compulsoryLengths, withAllMessages(compulsoryLengths)],
);

/** The same, as a force of its own whose days last seconds. */
export const demo: Preset = preset(
  { forceId: 'demo', name: 'Demonstration Police', nameCy: 'Heddlu Arddangos' },
  [
    ...scaledLengths('demo'),
    ...[scaledCompulsoryLengths, withAllMessagesScaled(scaledCompulsoryLengths, demoDaySeconds)],
  ],
);
