import { addDaysToDate } from '../../workflows/domain/common/london-time.ts';
import type { LocalDate } from '../../workflows/domain/common/london-time.ts';
import type {
  NotReferralReason,
  OutcomeColumn,
} from '../../workflows/domain/diversion/possession-outcome.ts';

/**
 * Makes an export of the force's records system out of fictional people, the same for the same seed. What
 * becomes of each row is known from how it was made, not from the rules under test. Mobile numbers lie in
 * the range kept for drama (07700 900000 to 900999), so people may share one.
 */

export interface RecordsExportOptions {
  readonly seed: number;
  /** Rows that are referrals. */
  readonly referrals: number;
  /** Rows that are none, of every sort in turn; a quarter of the referrals unless given. */
  readonly others?: number;
  /** The outcomes lie in the year that ends with this day, which must be over. */
  readonly until: LocalDate;
}

export interface RecordsExport {
  readonly csv: string;
  readonly rows: number;
  readonly taken: number;
  readonly refused: number;
  readonly notAReferral: Readonly<Record<NotReferralReason, number>>;
}

type Cells = Record<OutcomeColumn, string>;

export function makeRecordsExport(options: RecordsExportOptions): RecordsExport {
  const { referrals, others = Math.ceil(referrals / 4) } = options;
  const draw = randomOf(options.seed);
  const made: { cells: Cells; sort: Sort }[] = [];
  let last: Cells | undefined;
  for (let number = 1; number <= referrals; number += 1) {
    const cells = agreedResolution(draw, options, number);
    if (last !== undefined && number % 20 === 0) samePerson(cells, last);
    else if (last !== undefined && number % 15 === 0) sameOccurrence(cells, last);
    made.push({ cells, sort: 'taken' });
    last = cells;
  }
  for (let other = 0; other < others; other += 1) {
    const { sort, change } = pick(otherRows, other);
    const cells = agreedResolution(draw, options, referrals + other + 1);
    change(cells);
    made.splice(draw(made.length + 1), 0, { cells, sort });
  }
  const count = (sort: Sort): number => made.filter((row) => row.sort === sort).length;
  return {
    csv: csvOf(made.map(({ cells }) => cells)),
    rows: made.length,
    taken: referrals,
    refused: count('refused'),
    notAReferral: {
      'not-possession': count('not-possession'),
      'other-outcome': count('other-outcome'),
      declined: count('declined'),
      'under-18': count('under-18'),
    },
  };
}

/** A line of CSV in the records system's columns. */
export function csvOf(rows: readonly Cells[], columns: readonly OutcomeColumn[] = columnsAsSent): string {
  return fileOf(columns, rows);
}

/** A file of whatever format, with a byte-order mark and CRLF. */
export function fileOf<C extends string>(
  columns: readonly C[],
  rows: readonly Readonly<Record<C, string>>[],
): string {
  const lines = [columns, ...rows.map((cells) => columns.map((column) => quoted(cells[column])))];
  return `\ufeff${lines.map((line) => `${line.join(',')}\r\n`).join('')}`;
}

export const columnsAsSent: readonly OutcomeColumn[] = [
  ...([
    'OccurrenceNumber',
    'NominalNumber',
    'OutcomeCode',
    'OutcomeDate',
    'OutcomeTime',
    'OffenceCode',
  ] as const),
  ...(['OffenceDescription', 'OffenceDate', 'Drug', 'Surname', 'Forenames', 'DateOfBirth', 'Sex'] as const),
  ...(['SelfDefinedEthnicity', 'Address', 'Postcode', 'Mobile', 'Email', 'PreferredLanguage'] as const),
  ...(['ReferralAgreed', 'SafeToText', 'OfficerCollar', 'Station', 'LPU'] as const),
];

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

type Sort = 'taken' | 'refused' | NotReferralReason;

/** Rows that are no referral: a referral with one thing changed. */
const otherRows: readonly { readonly sort: Sort; readonly change: (cells: Cells) => void }[] = [
  { sort: 'other-outcome', change: (cells) => (cells.OutcomeCode = '1') },
  { sort: 'declined', change: (cells) => (cells.ReferralAgreed = 'N') },
  { sort: 'not-possession', change: (cells) => (cells.OffenceCode = '92A') },
  {
    sort: 'under-18',
    change: (cells) => (cells.DateOfBirth = `01/01/${String(Number(cells.OffenceDate.slice(6)) - 17)}`),
  },
  { sort: 'other-outcome', change: (cells) => (cells.OutcomeCode = '16') },
  { sort: 'refused', change: (cells) => (cells.OutcomeDate = '31/02/2026') },
  { sort: 'declined', change: (cells) => (cells.ReferralAgreed = '') },
  { sort: 'refused', change: (cells) => (cells.Surname = '') },
  {
    sort: 'other-outcome',
    change: (cells) => Object.assign(cells, { OutcomeCode: '3', ReferralAgreed: '' }),
  },
  { sort: 'refused', change: (cells) => (cells.OutcomeCode = '99') },
  { sort: 'refused', change: (cells) => (cells.DateOfBirth = '01/01/2098') },
];

/** A second outcome of the person before. */
function samePerson(cells: Cells, before: Cells): void {
  const { NominalNumber, Surname, Forenames, DateOfBirth, Sex, Address, Postcode, Mobile } = before;
  Object.assign(cells, { NominalNumber, Surname, Forenames, DateOfBirth, Sex, Address, Postcode, Mobile });
}

/** A second person in the occurrence before. */
function sameOccurrence(cells: Cells, before: Cells): void {
  const { OccurrenceNumber, OutcomeDate, OutcomeTime, OffenceDate } = before;
  Object.assign(cells, { OccurrenceNumber, OutcomeDate, OutcomeTime, OffenceDate });
}

function agreedResolution(draw: Draw, { seed, until }: RecordsExportOptions, number: number): Cells {
  const outcome = addDaysToDate(until, -draw(365));
  const offence = addDaysToDate(outcome, -draw(10));
  // Two years above the age of majority: a second outcome of the same person may lie a year before the first.
  const birth = addDaysToDate(offence, -(20 * 366 + draw(40 * 365)));
  const cannabis = draw(4) > 0;
  const drug = cannabis ? 'Cannabis' : pick(['Cocaine', 'Ketamine', 'MDMA', 'Heroin'], draw(4));
  const surname = pick(surnames, draw(surnames.length));
  const forename = pick(forenames, draw(forenames.length));
  const abode = draw(25) > 0;
  return {
    // Of every seed its own, so that the exports of two seeds share nobody.
    OccurrenceNumber: `DP-${outcome.replaceAll('-', '')}-${String(seed)}${String(number).padStart(6, '0')}`,
    NominalNumber: `N${String(seed)}${String(number).padStart(6, '0')}`,
    OutcomeCode: '8',
    OutcomeDate: written(outcome),
    OutcomeTime: draw(30) === 0 ? '' : `${padded(2 + draw(22))}:${padded(draw(60))}`,
    OffenceCode: cannabis ? '92E' : '92D',
    OffenceDescription: cannabis ? 'Possess cannabis / cannabis resin - Class B' : `Possess ${drug}`,
    OffenceDate: written(offence),
    Drug: drug,
    Surname: surname,
    Forenames: forename,
    DateOfBirth: written(birth),
    Sex: pick(['M', 'M', 'M', 'M', 'F', 'U'], draw(6)),
    SelfDefinedEthnicity: pick(['W1', 'W1', 'W1', 'W9', 'M1', 'A2', 'B1', 'NS'], draw(8)),
    Address: abode
      ? pick(
          [`${String(1 + draw(140))} Heol y Bont`, `Fflat 2,\r\n${String(1 + draw(60))} Tŷ Newydd`],
          draw(2),
        )
      : '',
    Postcode: abode ? pick(postcodes, draw(postcodes.length)) : '',
    Mobile: draw(12) === 0 ? '' : `07700900${String(draw(1000)).padStart(3, '0')}`,
    Email: draw(2) === 0 ? `person.${String(number)}@example.org` : '',
    PreferredLanguage: pick(['E', 'E', 'E', 'W', ''], draw(5)),
    ReferralAgreed: 'Y',
    SafeToText: pick(['Y', 'Y', 'Y', 'N', ''], draw(5)),
    OfficerCollar: `DP${String(1000 + draw(999))}`,
    Station: pick(places, draw(places.length)),
    LPU: pick(places, draw(places.length)),
  };
}

export const surnames = [
  'James',
  'Roberts',
  "O'Brien",
  'Llŷn-Parry',
  'Smith-Hughes',
  'Tŵr',
  'Kowalski',
  'Protheroe',
  'Evans',
];
export const forenames = [
  'Gethin',
  'Siôn',
  'Natalia',
  'Dafydd',
  'Mohammed',
  'Jade',
  'Angharad',
  'Piotr',
  'Rhys Owain',
];
export const postcodes = [
  'SA31 2AA',
  'sa18 2ye',
  'SA153UZ',
  'SY23 3BJ',
  'ld3 7fr',
  'LD1 5HA',
  'CF10 1GH',
  'B15 2SH',
  'SA48 7PT',
];
const places = [
  'Carmarthen',
  'Llanelli',
  'Haverfordwest',
  'Cardigan',
  'Brecon',
  'Newtown',
  'Aberystwyth',
  'Pembroke Dock',
];

export function written(date: LocalDate): string {
  return `${date.slice(8)}/${date.slice(5, 7)}/${date.slice(0, 4)}`;
}

function padded(value: number): string {
  return String(value).padStart(2, '0');
}

/** A whole number from 0 to below `below`. */
export type Draw = (below: number) => number;

/** The mulberry32 generator (Tommy Ettinger, public domain): small, and the same on every machine. */
export function randomOf(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export function pick<T>(items: readonly T[], index: number): T {
  return items[index % items.length] as T;
}
