import { adultAge } from '../common/adult-age.ts';
import type { Language } from '../common/contact-preference.ts';
import type { Instant } from '../common/instant.ts';
import { addLocalMonths, ageOn, localParts } from '../common/london-time.ts';
import type { LocalDate } from '../common/london-time.ts';
import {
  cellRefusals,
  CellRefused,
  orRefused,
  dateCell,
  firstBirthYear,
  identifier,
  identifierIfGiven,
  momentIfGiven,
  nameCell,
  OptionalCells,
  readLanguage,
  readName,
  readPhone,
  readYesOrNo,
  refuseFuture,
  required,
  spellPostcode,
  withPartialPostcode,
} from './cell.ts';
import { onEarlierDay, onSameDay } from './recorded-order.ts';

/**
 * One row of a provider's caseload: a case that is open there and goes on here, with its true dates. It says how far
 * the person has come, not how: what it does not say is not made up.
 */

/** The columns by the sender's names, in the sender's order. */
export const caseColumns = [
  'ProviderRef',
  'OccurrenceNumber',
  'NominalNumber',
  'Surname',
  'Forenames',
  'DateOfBirth',
  'Postcode',
  'Mobile',
  'PreferredLanguage',
  'SafeToText',
  'ReferralReceived',
  'FirstContact',
  'ContactAttempts',
  'AssessmentDate',
  'NextAppointment',
  'TreatmentStart',
  'Stage',
  'Worker',
] as const;

export type CaseColumn = (typeof caseColumns)[number];

/** Without one of these columns nobody can say where a case stands, and one might be closed that waits for an appointment. */
export const requiredCaseColumns = [
  'ProviderRef',
  'Surname',
  'DateOfBirth',
  'ReferralReceived',
  'FirstContact',
  'ContactAttempts',
  'AssessmentDate',
  'NextAppointment',
  'TreatmentStart',
  'Stage',
] as const satisfies readonly CaseColumn[];

export type CaseCells = Readonly<Record<CaseColumn, string>>;

/** How far the person has come, in the sender's words. */
export const caseStages = [
  'Awaiting contact',
  'Contacted',
  'Assessment booked',
  'Assessed',
  'In treatment',
] as const;

export type CaseStage = (typeof caseStages)[number];

/** Words hold no value of the row. */
export const caseRefusals = {
  ...cellRefusals,
  'birth-after-referral': 'The date of birth is after the referral.',
  'before-referral': 'This lies before the referral was received.',
  'before-first-contact': 'This lies before the person was first reached.',
  'too-far-ahead': 'An appointment is at most a year ahead.',
  'not-a-count': 'Not a number of attempts, 0 to 999.',
  'unknown-stage': `Not a stage of the list: ${caseStages.join(', ')}.`,
  'stage-disagrees': 'The dates of the row say another stage.',
} as const;

export type CaseRefusal = keyof typeof caseRefusals;

export interface RefusedCase {
  readonly verdict: 'refused';
  readonly column: CaseColumn;
  readonly reason: CaseRefusal;
}

/** Nothing is kept of it but a keyed hash of the provider's reference. */
export interface UnderageCase {
  readonly verdict: 'not-a-referral';
  readonly reason: 'under-18';
  readonly providerRef: string;
}

export interface TakenCase {
  readonly verdict: 'case';
  readonly openCase: OpenCase;
  /** Cells that hold something that cannot be read; they are taken as not known. */
  readonly unread: readonly CaseColumn[];
}

export type CaseVerdict = RefusedCase | UnderageCase | TakenCase;

/** Null: not known, not asked. */
export interface OpenCase {
  /** The identity of the case at its provider. */
  readonly providerRef: string;
  /** With the nominal number it names the outcome that the referral came from. */
  readonly occurrenceNumber: string | null;
  readonly nominalNumber: string | null;
  readonly surname: string;
  readonly forenames: string | null;
  readonly birthDate: LocalDate;
  /** Half a postcode. */
  readonly address: string | null;
  readonly postcode: string | null;
  readonly mobile: string | null;
  readonly language: Language | null;
  readonly safeToText: 'yes' | 'no' | null;
  readonly receivedAt: Instant;
  readonly firstContactAt: Instant | null;
  readonly attempts: number | null;
  readonly assessedAt: Instant | null;
  readonly nextAppointmentAt: Instant | null;
  readonly treatmentStartedAt: Instant | null;
  /** A name, as the provider writes it. */
  readonly worker: string | null;
}

type Dated = Pick<
  OpenCase,
  'receivedAt' | 'firstContactAt' | 'assessedAt' | 'nextAppointmentAt' | 'treatmentStartedAt'
>;

class Refused extends CellRefused<CaseColumn, CaseRefusal> {}

/**
 * Judges one row: refused; under 18 on the day of the referral (of the offence nothing is said); else a case. `now`
 * bounds what can have happened already.
 */
export function judgeCase(cells: CaseCells, now: Instant): CaseVerdict {
  return orRefused(() => judge(cells, now));
}

function judge(cells: CaseCells, now: Instant): CaseVerdict {
  const providerRef = identifier(cells, 'ProviderRef');
  const occurrenceNumber = identifierIfGiven(cells, 'OccurrenceNumber');
  const nominalNumber = identifierIfGiven(cells, 'NominalNumber');
  const surname = nameCell(cells, 'Surname');
  const birthDate = dateCell(cells, 'DateOfBirth', firstBirthYear);
  const dated = readDates(cells, now);
  const receivedOn = localParts(dated.receivedAt).date;
  if (birthDate > receivedOn) {
    throw new Refused('DateOfBirth', 'birth-after-referral');
  }
  const attempts = readAttempts(cells.ContactAttempts.trim());
  refuseStage(required(cells, 'Stage'), dated);
  if (ageOn(birthDate, receivedOn) < adultAge) {
    return { verdict: 'not-a-referral', reason: 'under-18', providerRef };
  }
  const optional = new OptionalCells(cells);
  const details = {
    forenames: optional.read('Forenames', readName),
    address: null,
    postcode: optional.read('Postcode', spellPostcode),
    mobile: optional.read('Mobile', readPhone),
    language: optional.read('PreferredLanguage', readLanguage),
    safeToText: optional.read('SafeToText', readYesOrNo),
    worker: optional.read('Worker', readName),
  };
  return {
    verdict: 'case',
    openCase: {
      ...{ providerRef, occurrenceNumber, nominalNumber, surname, birthDate, attempts, ...dated },
      ...withPartialPostcode<Pick<OpenCase, keyof typeof details>>(details, cells.Postcode),
    },
    unread: optional.unread,
  };
}

/** What happened lies in the past and not before the referral; what is to come lies within a year. */
function readDates(cells: CaseCells, now: Instant): Dated {
  required(cells, 'ReferralReceived');
  const receivedAt = momentIfGiven(cells, 'ReferralReceived') ?? now;
  refuseFuture('ReferralReceived', receivedAt, now);
  const happened = (column: CaseColumn): Instant | null => {
    const at = momentIfGiven(cells, column);
    refuseFuture(column, at, now);
    return notBeforeReferral(column, at, receivedAt);
  };
  const firstContactAt = happened('FirstContact');
  const assessedAt = happened('AssessmentDate');
  const treatmentStartedAt = happened('TreatmentStart');
  for (const [column, at] of [
    ['AssessmentDate', assessedAt],
    ['TreatmentStart', treatmentStartedAt],
  ] as const) {
    if (firstContactAt !== null && at !== null && onEarlierDay(at, firstContactAt)) {
      throw new Refused(column, 'before-first-contact');
    }
  }
  const nextAppointmentAt = notBeforeReferral(
    'NextAppointment',
    momentIfGiven(cells, 'NextAppointment'),
    receivedAt,
  );
  if (nextAppointmentAt !== null && nextAppointmentAt > addLocalMonths(now, 12)) {
    throw new Refused('NextAppointment', 'too-far-ahead');
  }
  return { receivedAt, firstContactAt, assessedAt, nextAppointmentAt, treatmentStartedAt };
}

/** A day without a time is its 00:00: what lies on the day of the referral is as early as it can be, and no earlier. */
function notBeforeReferral(column: CaseColumn, at: Instant | null, receivedAt: Instant): Instant | null {
  if (at === null || at >= receivedAt) {
    return at;
  }
  if (onSameDay(at, receivedAt)) {
    return receivedAt;
  }
  throw new Refused(column, 'before-referral');
}

function readAttempts(text: string): number | null {
  if (text === '') {
    return null;
  }
  if (!/^\d{1,3}$/.test(text)) {
    throw new Refused('ContactAttempts', 'not-a-count');
  }
  return Number(text);
}

function refuseStage(text: string, dated: Dated): void {
  const said = text.replaceAll(/\s+/g, ' ').toLowerCase();
  const stage = caseStages.find((known) => known.toLowerCase() === said);
  if (stage === undefined) {
    throw new Refused('Stage', 'unknown-stage');
  }
  if (stage !== stageOfDates(dated)) {
    throw new Refused('Stage', 'stage-disagrees');
  }
}

/** The furthest that a date of the row speaks of. */
export function stageOfDates({
  firstContactAt,
  assessedAt,
  nextAppointmentAt,
  treatmentStartedAt,
}: Dated): CaseStage {
  if (treatmentStartedAt !== null) return 'In treatment';
  if (assessedAt !== null) return 'Assessed';
  if (nextAppointmentAt !== null) return 'Assessment booked';
  return firstContactAt === null ? 'Awaiting contact' : 'Contacted';
}
