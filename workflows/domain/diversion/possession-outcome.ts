import { adultAge } from '../common/adult-age.ts';
import type { Language } from '../common/contact-preference.ts';
import { isBefore } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import { ageOn, instantOfLocal, isLocalDate, isLocalTime, localParts } from '../common/london-time.ts';
import type { LocalDate } from '../common/london-time.ts';
import { possessionDrugOf } from './possession-drug.ts';
import type { PossessionDrug } from './possession-drug.ts';

/**
 * One row of the records system's export: how one person's offence was disposed of, and whether that is a
 * referral. The daily export holds every outcome, so that the share of community resolutions among all
 * possession outcomes can be said; only an adult's community resolution for possession, with their
 * agreement, becomes a case. Everything else is counted by month and codes, and nobody is remembered.
 */

/** The columns by the sender's names, in the sender's order. Cells are text; an empty one is not known. */
export const outcomeColumns = [
  'OccurrenceNumber',
  'NominalNumber',
  'OutcomeCode',
  'OutcomeDate',
  'OutcomeTime',
  'OffenceCode',
  'OffenceDescription',
  'OffenceDate',
  'Drug',
  'Surname',
  'Forenames',
  'DateOfBirth',
  'Sex',
  'SelfDefinedEthnicity',
  'Address',
  'Postcode',
  'Mobile',
  'Email',
  'PreferredLanguage',
  'ReferralAgreed',
  'SafeToText',
  'OfficerCollar',
  'Station',
  'LPU',
] as const;

export type OutcomeColumn = (typeof outcomeColumns)[number];

/** Without one of these columns a file cannot be judged. */
export const requiredOutcomeColumns = [
  'OccurrenceNumber',
  'NominalNumber',
  'OutcomeCode',
  'OutcomeDate',
  'OutcomeTime',
  'OffenceCode',
  'OffenceDescription',
  'OffenceDate',
  'Surname',
  'DateOfBirth',
  'ReferralAgreed',
] as const satisfies readonly OutcomeColumn[];

export type OutcomeCells = Readonly<Record<OutcomeColumn, string>>;

/** Outcomes 1 to 22 of the crime outcomes framework (Home Office counting rules, section H). */
export const outcomeCodes: readonly string[] = Array.from({ length: 22 }, (_, index) => String(index + 1));

/** Outcome 8: community resolution; the adult one is an ACR. */
export const communityResolution = '8';

/** Home Office counting rules: 92D possession of a controlled drug except cannabis, 92E of cannabis. */
export const possessionOffences = ['92D', '92E'] as const;

/** Self-defined ethnicity, the 16+1 codes of the police service; NS is "not stated". */
export const ethnicityCodes = [
  ...['W1', 'W2', 'W9', 'M1', 'M2', 'M3', 'M9', 'A1', 'A2', 'A3', 'A9', 'B1', 'B2', 'B9', 'O1', 'O9', 'NS'],
] as const;

/** Years outside of which a date is a slip of the pen: nobody living was born before, nothing recorded here is older. */
const firstYear = 2000;
const firstBirthYear = 1900;

/** Why a row is counted and opens no case, in the order in which it is judged. */
export const notReferralReasons = ['not-possession', 'other-outcome', 'declined', 'under-18'] as const;

export type NotReferralReason = (typeof notReferralReasons)[number];

/** Why a row is not taken at all: nothing is counted, and the sender has to mend it. Words hold no value of the row. */
export const rowRefusals = {
  empty: 'This cell must not be empty.',
  'not-a-date': 'Not a date of the calendar, written DD/MM/YYYY.',
  'not-a-time': 'Not a time of day, written HH:MM.',
  'missing-hour': 'This time did not exist on that day: the clocks went forward over it.',
  'in-the-future': 'This lies in the future.',
  'too-long-ago': 'This lies too far back to be right.',
  'offence-after-outcome': 'The offence is dated after its outcome.',
  'birth-after-offence': 'The date of birth is after the date of the offence.',
  'unknown-outcome-code': 'Not an outcome code of the reference list, 1 to 22.',
  'not-a-code': 'Not an offence code: up to 8 letters, digits, full stops, hyphens and slashes.',
  'not-readable': 'Too long, or with control characters.',
} as const;

export type RowRefusal = keyof typeof rowRefusals;

export interface RefusedOutcome {
  readonly verdict: 'refused';
  readonly column: OutcomeColumn;
  readonly reason: RowRefusal;
}

/** What is kept of an outcome that opens no case, beside a keyed hash of its identity. */
export interface CountedOutcome {
  readonly verdict: 'not-a-referral';
  readonly reason: NotReferralReason;
  readonly identity: OutcomeIdentity;
  /** Local month of the outcome, `YYYY-MM`. */
  readonly month: string;
  readonly outcomeCode: string;
  readonly offenceCode: string;
}

export interface ReferralOutcome {
  readonly verdict: 'referral';
  readonly referral: PossessionReferral;
  /** Cells that hold something that cannot be read; they are taken as not known. */
  readonly unread: readonly OutcomeColumn[];
}

export type OutcomeVerdict = RefusedOutcome | CountedOutcome | ReferralOutcome;

/** Two people in one occurrence are two outcomes; one person in two occurrences has two. */
export interface OutcomeIdentity {
  readonly occurrenceNumber: string;
  readonly nominalNumber: string;
}

/** Null: not known, not asked. */
export interface PossessionReferral extends OutcomeIdentity {
  /** When the outcome was decided, which is receipt. */
  readonly decidedAt: Instant;
  readonly offenceCode: string;
  readonly offenceDate: LocalDate;
  readonly drug: PossessionDrug | null;
  readonly surname: string;
  readonly forenames: string | null;
  readonly birthDate: LocalDate;
  readonly sex: 'M' | 'F' | 'U' | null;
  readonly ethnicity: string | null;
  /** Address and postcode both null: no fixed abode. */
  readonly address: string | null;
  readonly postcode: string | null;
  readonly mobile: string | null;
  readonly email: string | null;
  readonly language: Language | null;
  readonly safeToText: 'yes' | 'no' | null;
}

/** Thrown and caught in here, so that the checks read as a list. */
class Refused extends Error {
  readonly column: OutcomeColumn;
  readonly reason: RowRefusal;

  constructor(column: OutcomeColumn, reason: RowRefusal) {
    super(reason);
    this.column = column;
    this.reason = reason;
  }
}

/**
 * Judges one row, in this order: refused; not a possession; other outcome; declined; under 18 on the day of
 * the offence; else a referral. `now` bounds what can have happened already.
 */
export function judgeOutcome(cells: OutcomeCells, now: Instant): OutcomeVerdict {
  try {
    return judge(cells, now);
  } catch (error) {
    if (error instanceof Refused) {
      return { verdict: 'refused', column: error.column, reason: error.reason };
    }
    throw error;
  }
}

function judge(cells: OutcomeCells, now: Instant): OutcomeVerdict {
  const identity = {
    occurrenceNumber: identifier(cells, 'OccurrenceNumber'),
    nominalNumber: identifier(cells, 'NominalNumber'),
  };
  const outcomeCode = cells.OutcomeCode.trim();
  if (!outcomeCodes.includes(outcomeCode)) {
    throw new Refused('OutcomeCode', 'unknown-outcome-code');
  }
  const outcomeDate = date(cells, 'OutcomeDate', firstYear);
  const decidedAt = momentOf(cells, outcomeDate, now);
  // An offence that is not known is not "another offence": the row would be counted away, and with it a person.
  const offenceCode = required(cells, 'OffenceCode').toUpperCase();
  if (!/^[A-Z0-9][A-Z0-9./-]{0,7}$/.test(offenceCode)) {
    throw new Refused('OffenceCode', 'not-a-code');
  }
  const offenceDate = date(cells, 'OffenceDate', firstYear);
  if (offenceDate > localParts(now).date) {
    throw new Refused('OffenceDate', 'in-the-future');
  }
  if (offenceDate > outcomeDate) {
    throw new Refused('OffenceDate', 'offence-after-outcome');
  }
  const surname = readLine(required(cells, 'Surname'), longestName);
  if (surname === undefined) {
    throw new Refused('Surname', 'not-readable');
  }
  const birthDate = date(cells, 'DateOfBirth', firstBirthYear);
  if (birthDate > offenceDate) {
    throw new Refused('DateOfBirth', 'birth-after-offence');
  }

  const reason = whyNotAReferral({
    offenceCode,
    outcomeCode,
    agreed: isYes(cells.ReferralAgreed),
    birthDate,
    offenceDate,
  });
  if (reason !== undefined) {
    const month = outcomeDate.slice(0, 7);
    return { verdict: 'not-a-referral', reason, identity, month, outcomeCode, offenceCode };
  }
  const { details, unread } = readDetails(cells);
  return {
    verdict: 'referral',
    referral: { ...identity, decidedAt, offenceCode, offenceDate, surname, birthDate, ...details },
    unread,
  };
}

export interface OutcomeFacts {
  readonly offenceCode: string;
  readonly outcomeCode: string;
  /** The person said yes to the referral. No answer is no. */
  readonly agreed: boolean;
  readonly birthDate: LocalDate;
  readonly offenceDate: LocalDate;
}

/** Undefined when the outcome is a referral. */
export function whyNotAReferral(outcome: OutcomeFacts): NotReferralReason | undefined {
  if (!possessionOffences.some((code) => code === outcome.offenceCode)) {
    return 'not-possession';
  }
  if (outcome.outcomeCode !== communityResolution) {
    return 'other-outcome';
  }
  if (!outcome.agreed) {
    return 'declined';
  }
  return ageOn(outcome.birthDate, outcome.offenceDate) < adultAge ? 'under-18' : undefined;
}

/**
 * A time in the hour that is missing in March cannot have been, so it refuses the row. One in the hour that
 * comes twice in October is taken as the first: the records system cannot be asked which it meant, and the
 * three months end with a local day, whichever it was.
 */
function momentOf(cells: OutcomeCells, on: LocalDate, now: Instant): Instant {
  const time = cells.OutcomeTime.trim() === '' ? '00:00' : cells.OutcomeTime.trim();
  if (!isLocalTime(time)) {
    throw new Refused('OutcomeTime', 'not-a-time');
  }
  const meant = instantOfLocal(on, time);
  if (meant.kind === 'missing') {
    throw new Refused('OutcomeTime', 'missing-hour');
  }
  if (isBefore(now, meant.instant)) {
    throw new Refused('OutcomeDate', 'in-the-future');
  }
  return meant.instant;
}

const dateSpelling = /^(\d{2})\/(\d{2})\/(\d{4})$/;

function date(cells: OutcomeCells, column: OutcomeColumn, first: number): LocalDate {
  const [, day, month, year] = dateSpelling.exec(required(cells, column)) ?? [];
  const spelt = `${year ?? ''}-${month ?? ''}-${day ?? ''}`;
  if (!isLocalDate(spelt)) {
    throw new Refused(column, 'not-a-date');
  }
  if (Number(year) < first) {
    throw new Refused(column, 'too-long-ago');
  }
  return spelt;
}

const longestIdentifier = 60;
const longestName = 100;
const longestAddress = 400;
/** RFC 5321, 4.5.3.1. */
const longestEmail = 254;
const longestPhone = 40;

function identifier(cells: OutcomeCells, column: OutcomeColumn): string {
  const text = readLine(required(cells, column), longestIdentifier);
  if (text === undefined) {
    throw new Refused(column, 'not-readable');
  }
  // Identities are compared by letters and digits: a dash would be the number of everybody who has none.
  if (!/[\p{L}\p{N}]/u.test(text)) {
    throw new Refused(column, 'empty');
  }
  return text;
}

function required(cells: OutcomeCells, column: OutcomeColumn): string {
  const text = cells[column].trim();
  if (text === '') {
    throw new Refused(column, 'empty');
  }
  return text;
}

type Details = Omit<
  PossessionReferral,
  keyof OutcomeIdentity | 'decidedAt' | 'offenceCode' | 'offenceDate' | 'surname' | 'birthDate'
>;

/** What helps but decides nothing: a cell that cannot be read costs nobody the referral. */
function readDetails(cells: OutcomeCells): { details: Details; unread: OutcomeColumn[] } {
  const unread: OutcomeColumn[] = [];
  const read = <T>(column: OutcomeColumn, reader: (text: string) => T | undefined): T | null => {
    const text = cells[column].trim();
    const value = text === '' ? undefined : reader(text);
    if (text !== '' && value === undefined) {
      unread.push(column);
    }
    return value ?? null;
  };
  const details = {
    drug: read('Drug', possessionDrugOf),
    forenames: read('Forenames', (text) => readLine(text, longestName)),
    sex: read('Sex', (text) => oneOf(sexes, text)),
    ethnicity: read('SelfDefinedEthnicity', (text) => oneOf(ethnicityCodes, text)),
    address: read('Address', (text) => readLine(text, longestAddress)),
    postcode: read('Postcode', spellPostcode),
    mobile: read('Mobile', readPhone),
    email: read('Email', readEmail),
    language: read('PreferredLanguage', (text) => languageOf[text.toUpperCase()]),
    safeToText: read('SafeToText', (text) => answerOf[text.toUpperCase()]),
  };
  return { details: withPartialPostcode(details, cells.Postcode), unread };
}

/** Half a postcode still helps whoever writes a letter, so it stays with the address. */
function withPartialPostcode(details: Details, written: string): Details {
  const text = readLine(written.trim(), longestIdentifier);
  if (details.postcode !== null || text === undefined || text === '') {
    return details;
  }
  return { ...details, address: details.address === null ? text : `${details.address}, ${text}` };
}

const sexes = ['M', 'F', 'U'] as const;
const languageOf: Readonly<Record<string, Language>> = { E: 'en', W: 'cy' };
const answerOf: Readonly<Record<string, 'yes' | 'no'>> = { Y: 'yes', N: 'no' };

function isYes(cell: string): boolean {
  return cell.trim().toUpperCase() === 'Y';
}

function oneOf<T extends string>(codes: readonly T[], text: string): T | undefined {
  return codes.find((code) => code === text.toUpperCase());
}

/** Control characters, and the marks that turn the reading direction of what follows. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const unreadable = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

/** The text on one line: a quoted cell may hold line breaks. Undefined when it is too long or no text of a person. */
function readLine(text: string, longest: number): string | undefined {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > longest || unreadable.test(line) ? undefined : line;
}

/** Anything that can be dialled; whether it can be texted is judged at sending. */
function readPhone(text: string): string | undefined {
  const digits = text.replaceAll(/\D/g, '').length;
  return /^\+?[\d\s().-]+$/.test(text) && digits >= 9 && digits <= 15
    ? readLine(text, longestPhone)
    : undefined;
}

function readEmail(text: string): string | undefined {
  return text.length <= longestEmail && /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+\.[^\s@<>(),;:"]+$/.test(text)
    ? readLine(text, longestEmail)
    : undefined;
}

/** In capitals with one space; undefined when it is no postcode of the United Kingdom. */
export function spellPostcode(text: string): string | undefined {
  const letters = text.replaceAll(/\s+/g, '').toUpperCase();
  return /^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$/.test(letters)
    ? `${letters.slice(0, -3)} ${letters.slice(-3)}`
    : undefined;
}
