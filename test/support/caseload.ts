import { addDaysToDate } from '../../workflows/domain/common/london-time.ts';
import type { LocalDate } from '../../workflows/domain/common/london-time.ts';
import { caseColumns } from '../../workflows/domain/diversion/open-case.ts';
import type { CaseColumn } from '../../workflows/domain/diversion/open-case.ts';
import { fileOf, forenames, pick, postcodes, randomOf, surnames, written } from './records-export.ts';
import type { Draw } from './records-export.ts';

/**
 * Makes the caseload of a provider out of fictional people, the same for the same seed and day. What becomes of each
 * case on that day is known from how it was made, not from the rules under test.
 */

export interface CaseloadOptions {
  readonly seed: number;
  readonly cases: number;
  /** The day of the file: what is still ahead lies after it. */
  readonly today: LocalDate;
}

/** What becomes of a case on the day of the file. */
export const fates = ['runs', 'closes', 'waits', 'concludes'] as const;
export type Fate = (typeof fates)[number];

export interface Caseload {
  readonly csv: string;
  readonly rows: number;
  readonly fates: Readonly<Record<Fate, number>>;
}

type Cells = Record<CaseColumn, string>;

export function makeCaseload({ seed, cases, today }: CaseloadOptions): Caseload {
  const draw = randomOf(seed);
  const made = Array.from({ length: cases }, (_, number) => {
    const fate = pick<Fate>(
      ['runs', 'runs', 'closes', 'runs', 'concludes', 'waits', 'runs', 'closes'],
      number,
    );
    return { fate, cells: { ...somebody(draw, seed, number), ...datesOf[fate](draw, today) } };
  });
  const count = (fate: Fate): number => made.filter((one) => one.fate === fate).length;
  return {
    csv: caseFile(made.map(({ cells }) => cells)),
    rows: cases,
    fates: {
      runs: count('runs'),
      closes: count('closes'),
      waits: count('waits'),
      concludes: count('concludes'),
    },
  };
}

export function caseFile(rows: readonly Cells[], columns: readonly CaseColumn[] = caseColumns): string {
  return fileOf(columns, rows);
}

type Dates = Pick<
  Cells,
  | 'ReferralReceived'
  | 'FirstContact'
  | 'ContactAttempts'
  | 'AssessmentDate'
  | 'NextAppointment'
  | 'TreatmentStart'
  | 'Stage'
>;

const nothingYet: Omit<Dates, 'ReferralReceived' | 'Stage'> = {
  FirstContact: '',
  ContactAttempts: '0',
  AssessmentDate: '',
  NextAppointment: '',
  TreatmentStart: '',
};

/** The cells of a case that was received so many days ago, and has come so far. */
function datesAt(draw: Draw, today: LocalDate, daysAgo: number, stage: string): Dates {
  const after = (days: number): string => written(addDaysToDate(today, days - daysAgo));
  const reached = 1 + draw(Math.min(daysAgo, 6));
  const attempts = String(draw(4));
  const FirstContact = after(reached - 1);
  const base = { ...nothingYet, ReferralReceived: after(0), Stage: stage, ContactAttempts: attempts };
  if (stage === 'Awaiting contact') return base;
  if (stage === 'Contacted' || stage === 'Assessment booked') return { ...base, FirstContact };
  const AssessmentDate = after(Math.min(daysAgo, reached + draw(9)));
  return {
    ...base,
    FirstContact,
    AssessmentDate,
    ...(stage === 'Assessed' ? {} : { TreatmentStart: AssessmentDate }),
  };
}

function ahead(draw: Draw, today: LocalDate, days: number): string {
  return `${written(addDaysToDate(today, days))} ${pick(['09:30', '10:45', '13:00', '17:15'], draw(4))}`;
}

/** Three months are 89 to 92 days, and end with their last day. */
const datesOf: Readonly<Record<Fate, (draw: Draw, today: LocalDate) => Dates>> = {
  runs: (draw, today) => {
    const stage = pick(
      ['Awaiting contact', 'Contacted', 'Assessment booked', 'Assessed', 'In treatment'],
      draw(5),
    );
    const dates = datesAt(draw, today, 1 + draw(86), stage);
    return stage === 'Assessment booked'
      ? { ...dates, NextAppointment: ahead(draw, today, 1 + draw(14)) }
      : dates;
  },
  closes: (draw, today) => {
    const stage = pick(['Awaiting contact', 'Contacted', 'Assessment booked', 'Assessed'], draw(4));
    const dates = datesAt(draw, today, 150 + draw(250), stage);
    // Ahead, and more than 28 days after the limit; or over.
    const days = draw(2) === 0 ? 1 + draw(14) : -1 - draw(10);
    return stage === 'Assessment booked' ? { ...dates, NextAppointment: ahead(draw, today, days) } : dates;
  },
  waits: (draw, today) => ({
    ...datesAt(draw, today, 94 + draw(10), 'Assessment booked'),
    NextAppointment: ahead(draw, today, 1 + draw(10)),
  }),
  concludes: (draw, today) => datesAt(draw, today, 94 + draw(400), 'In treatment'),
};

function somebody(draw: Draw, seed: number, number: number): Omit<Cells, keyof Dates> {
  const identity = `${String(seed)}${String(number).padStart(5, '0')}`;
  const known = draw(4) > 0;
  return {
    ProviderRef: `PR${identity}`,
    OccurrenceNumber: known ? `DP-C-${identity}` : '',
    NominalNumber: known ? `NC${identity}` : '',
    Surname: pick(surnames, draw(surnames.length)),
    Forenames: pick(forenames, draw(forenames.length)),
    DateOfBirth: written(addDaysToDate('2000-06-15', -draw(40 * 365))),
    Postcode: draw(20) === 0 ? '' : pick(postcodes, draw(postcodes.length)),
    Mobile: draw(10) === 0 ? '' : `07700 900${String(draw(1000)).padStart(3, '0')}`,
    PreferredLanguage: pick(['E', 'E', 'W', ''], draw(4)),
    SafeToText: pick(['Y', 'Y', 'N', ''], draw(4)),
    Worker: pick(['A. Rees', 'C. Owen', 'M. Price', ''], draw(4)),
  };
}

let cases = 0;

/** A case received ten days ago that nobody has tried to reach; every one is somebody else's. */
export function aCase(today: LocalDate, changes: Partial<Cells> = {}): Cells {
  cases += 1;
  return {
    ProviderRef: `PR9-${String(cases)}`,
    OccurrenceNumber: `DP-Q-${String(cases)}`,
    NominalNumber: `NQ${String(cases)}`,
    Surname: `Cadwgan ${String.fromCharCode(65 + (cases % 26))}${String(cases)}`,
    Forenames: 'Non',
    DateOfBirth: '17/05/1994',
    Postcode: 'SA31 1ZZ',
    Mobile: '07700 900123',
    PreferredLanguage: 'W',
    SafeToText: 'Y',
    ...nothingYet,
    ReferralReceived: written(addDaysToDate(today, -10)),
    Stage: 'Awaiting contact',
    Worker: 'A. Rees',
    ...changes,
  };
}
