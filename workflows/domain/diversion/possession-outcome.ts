import { adultAge } from '../common/adult-age.ts';
import type { Language } from '../common/contact-preference.ts';
import type { Instant } from '../common/instant.ts';
import { ageOn, localParts } from '../common/london-time.ts';
import type { LocalDate } from '../common/london-time.ts';
import {
  cellRefusals,
  CellRefused,
  orRefused,
  dateCell,
  firstBirthYear,
  firstYear,
  identifier,
  momentOf,
  nameCell,
  OptionalCells,
  readAddress,
  readEmail,
  readLanguage,
  readName,
  readPhone,
  readYesOrNo,
  refuseFuture,
  required,
  spellPostcode,
  withPartialPostcode,
} from './cell.ts';
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

/** Why a row is counted and opens no case, in the order in which it is judged. */
export const notReferralReasons = ['not-possession', 'other-outcome', 'declined', 'under-18'] as const;

export type NotReferralReason = (typeof notReferralReasons)[number];

/** Why a row is not taken at all: nothing is counted, and the sender has to mend it. Words hold no value of the row. */
export const rowRefusals = {
  ...cellRefusals,
  'offence-after-outcome': 'The offence is dated after its outcome.',
  'birth-after-offence': 'The date of birth is after the date of the offence.',
  'unknown-outcome-code': 'Not an outcome code of the reference list, 1 to 22.',
  'not-a-code': 'Not an offence code: up to 8 letters, digits, full stops, hyphens and slashes.',
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
  /** Who is not safe to text: that binds, where the force knows them already. Left out: nothing of the kind is said. */
  readonly notSafeToText?: {
    readonly surname: string;
    readonly forenames: string | null;
    readonly birthDate: LocalDate;
  };
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

class Refused extends CellRefused<OutcomeColumn, RowRefusal> {}

/**
 * Judges one row, in this order: refused; not a possession; other outcome; declined; under 18 on the day of
 * the offence; else a referral. `now` bounds what can have happened already.
 */
export function judgeOutcome(cells: OutcomeCells, now: Instant): OutcomeVerdict {
  return orRefused(() => judge(cells, now));
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
  const outcomeDate = dateCell(cells, 'OutcomeDate', firstYear);
  const decidedAt = momentOf('OutcomeTime', outcomeDate, cells.OutcomeTime.trim());
  refuseFuture('OutcomeDate', decidedAt, now);
  // An offence that is not known is not "another offence": the row would be counted away, and with it a person.
  const offenceCode = required(cells, 'OffenceCode').toUpperCase();
  if (!/^[A-Z0-9][A-Z0-9./-]{0,7}$/.test(offenceCode)) {
    throw new Refused('OffenceCode', 'not-a-code');
  }
  const offenceDate = dateCell(cells, 'OffenceDate', firstYear);
  if (offenceDate > localParts(now).date) {
    throw new Refused('OffenceDate', 'in-the-future');
  }
  if (offenceDate > outcomeDate) {
    throw new Refused('OffenceDate', 'offence-after-outcome');
  }
  const surname = nameCell(cells, 'Surname');
  const birthDate = dateCell(cells, 'DateOfBirth', firstBirthYear);
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
    const counted = { verdict: 'not-a-referral', reason, identity, month, outcomeCode, offenceCode } as const;
    const { safeToText, forenames } = readDetails(cells).details;
    return safeToText === 'no' ? { ...counted, notSafeToText: { surname, forenames, birthDate } } : counted;
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

type Details = Omit<
  PossessionReferral,
  keyof OutcomeIdentity | 'decidedAt' | 'offenceCode' | 'offenceDate' | 'surname' | 'birthDate'
>;

/** What helps but decides nothing: a cell that cannot be read costs nobody the referral. */
function readDetails(cells: OutcomeCells): { details: Details; unread: readonly OutcomeColumn[] } {
  const optional = new OptionalCells(cells);
  const details = {
    drug: optional.read('Drug', possessionDrugOf),
    forenames: optional.read('Forenames', readName),
    sex: optional.read('Sex', (text) => oneOf(sexes, text)),
    ethnicity: optional.read('SelfDefinedEthnicity', (text) => oneOf(ethnicityCodes, text)),
    address: optional.read('Address', readAddress),
    postcode: optional.read('Postcode', spellPostcode),
    mobile: optional.read('Mobile', readPhone),
    email: optional.read('Email', readEmail),
    language: optional.read('PreferredLanguage', readLanguage),
    safeToText: optional.read('SafeToText', readYesOrNo),
  };
  return { details: withPartialPostcode(details, cells.Postcode), unread: optional.unread };
}

const sexes = ['M', 'F', 'U'] as const;

function isYes(cell: string): boolean {
  return cell.trim().toUpperCase() === 'Y';
}

function oneOf<T extends string>(codes: readonly T[], text: string): T | undefined {
  return codes.find((code) => code === text.toUpperCase());
}
