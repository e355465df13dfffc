import { englandAndWalesBankHolidays } from '../../workflows/domain/common/bank-holidays.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { instantAt, localParts } from '../../workflows/domain/common/london-time.ts';
import { defaultCompulsoryPolicy, demoCompulsoryPolicy } from '../../workflows/domain/compulsory/policy.ts';
import { defaultDiversionPolicy, demoDiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import type { RouteRow } from '../../workflows/domain/diversion/routing.ts';
import type { ForceRow, OrganisationRow, PlaceRow } from '../organisations.ts';
import type { Preset } from '../presets.ts';

/** Of the voluntary path here: drug possession dealt with by an Adult Community Resolution. */
export const diversionProgramme = 'acr-diversion';

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

/** Kept from before anything that is recorded here. */
const always = instantAt('2000-01-01', '00:00');

type Organisation = Omit<OrganisationRow, 'forceId'>;

const organisation = (
  kind: Organisation['kind'],
  organisationId: string,
  name: string,
  nameCy: string = name,
  validFrom: Instant = always,
  validUntil: Instant | null = null,
): Organisation => ({ kind, organisationId, name, nameCy, parentId: null, validFrom, validUntil });

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
const places: readonly Omit<PlaceRow, 'forceId'>[] = [
  place('ddas-carmarthen', 'ddas', '1 Stryd Enghraifft, Carmarthen', 'SA31 1ZZ'),
  place('ddas-llanelli', 'ddas', '2 Stryd Enghraifft, Llanelli', 'SA15 1ZZ'),
  place('ddas-haverfordwest', 'ddas', '3 Stryd Enghraifft, Haverfordwest', 'SA61 1ZZ'),
  place('kaleidoscope-newtown', 'kaleidoscope', '4 Stryd Enghraifft, Newtown', 'SY16 1ZZ'),
  place('kaleidoscope-brecon', 'kaleidoscope', '5 Stryd Enghraifft, Brecon', 'LD3 1ZZ'),
  place('dip-carmarthen', 'dip-team', '6 Stryd Enghraifft, Carmarthen', 'SA31 2ZZ'),
  place('dip-llanelli', 'dip-team', '7 Stryd Enghraifft, Llanelli', 'SA15 2ZZ'),
];

/** The name says nothing about the service: it may be read aloud, or over a shoulder. */
function place(
  code: string,
  organisationId: string,
  address: string,
  postcode: string,
): Omit<PlaceRow, 'forceId'> {
  return { code, organisationId, name: address, nameCy: address, address, postcode };
}

/**
 * DDAS serves Dyfed, Kaleidoscope Powys, Breaking Free Online everybody else. Postcode areas draw that
 * line roughly: SA reaches beyond Dyfed, SY23 lies in it.
 */
const routes: readonly RouteRow[] = [
  ...(['SA', 'LD', 'SY'] as const).map((area) => route(area, 'pobl', schemeBegan, directBegan)),
  route('*', 'pobl', schemeBegan, onlineBegan),
  route('*', 'breaking-free-online', onlineBegan, onlineEnds),
  route('SA', 'ddas', directBegan, null),
  route('LD', 'kaleidoscope', directBegan, null),
  route('SY', 'kaleidoscope', directBegan, null),
];

function route(
  postcodeArea: string,
  providerId: string,
  validFrom: Instant,
  validUntil: Instant | null,
): RouteRow {
  const area = postcodeArea === '*' ? 'others' : postcodeArea.toLowerCase();
  return {
    routeId: `${area}-${providerId}-${localParts(validFrom).date}`,
    programme: diversionProgramme,
    postcodeArea,
    providerId,
    validFrom,
    validUntil,
  };
}

function preset(force: ForceRow, policies: Preset['policies']): Preset {
  return { force, organisations, places, routes, policies };
}

/** The force as it is, with the law's and the product's durations. */
export const dyfedPowys: Preset = preset(
  { forceId: 'dyfed-powys', name: 'Dyfed-Powys Police', nameCy: 'Heddlu Dyfed-Powys' },
  [
    defaultDiversionPolicy('dyfed-powys', diversionProgramme, englandAndWalesBankHolidays),
    defaultCompulsoryPolicy('dyfed-powys'),
  ],
);

/** The same, as a force of its own whose days last seconds. */
export const demo: Preset = preset(
  { forceId: 'demo', name: 'Demonstration Police', nameCy: 'Heddlu Arddangos' },
  [
    demoDiversionPolicy('demo', diversionProgramme, englandAndWalesBankHolidays),
    demoCompulsoryPolicy('demo'),
  ],
);
