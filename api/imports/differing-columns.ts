import { textableNumber } from '../../messages/phone-number.ts';
import type { Database } from '../../store/database.ts';
import type { OpenedPathway } from '../../store/intake.ts';
import { readEvents } from '../../store/ledger.ts';
import { personById } from '../../store/persons.ts';
import { wholeForce } from '../../store/scope.ts';
import { outcomeColumns } from '../../workflows/domain/diversion/possession-outcome.ts';
import type {
  OutcomeColumn,
  PossessionReferral,
} from '../../workflows/domain/diversion/possession-outcome.ts';

/** What a row says in a column, beside what is recorded. */
type Recorded<C extends string = OutcomeColumn> = readonly (readonly [
  C,
  said: string | null,
  recorded: string | null,
])[];

/**
 * The columns in which a row says something else than is recorded, about the person or about the outcome:
 * by name only, since the answer is kept. An import changes nothing that is recorded; a person decides. An
 * empty cell says nothing.
 */
export async function differingColumns(
  db: Database,
  forceId: string,
  opened: OpenedPathway,
  said: PossessionReferral,
): Promise<OutcomeColumn[]> {
  const columns = new Set<OutcomeColumn>();
  if (opened.differs.includes('birth-date')) columns.add('DateOfBirth');
  if (opened.because === 'outcome') {
    addDiffering(columns, await recordedOutcome(db, forceId, opened.pathwayId, said));
  }
  if (opened.personCreated !== true) {
    addDiffering(columns, await recordedPerson(db, forceId, opened.personId, said));
  }
  if (opened.differs.includes('name') && !columns.has('Forenames')) columns.add('Surname');
  return outcomeColumns.filter((column) => columns.has(column));
}

async function recordedOutcome(
  db: Database,
  forceId: string,
  pathwayId: string,
  said: PossessionReferral,
): Promise<Recorded> {
  const [opening] = await readEvents(db, wholeForce(forceId), pathwayId, { limit: 1 });
  if (opening === undefined) return [];
  const data = opening.data as Readonly<Record<string, unknown>>;
  const text = (key: string): string | null => (typeof data[key] === 'string' ? data[key] : null);
  return [
    ['OutcomeDate', said.decidedAt, opening.occurredAt],
    ['OffenceCode', said.offenceCode, text('offenceCode')],
    ['OffenceDate', said.offenceDate, text('offenceDate')],
    // Not given by the officer's form.
    ['Drug', said.drug, text('drugCode') ?? said.drug],
  ];
}

async function recordedPerson(
  db: Database,
  forceId: string,
  personId: string,
  said: PossessionReferral,
): Promise<Recorded> {
  const person = await personById(db, wholeForce(forceId), personId);
  if (person === null) return [];
  return [
    ['Surname', said.surname, person.surname],
    ['Forenames', said.forenames, person.forenames],
    ['DateOfBirth', said.birthDate, person.birthDate],
    ['Sex', said.sex, person.sex],
    ['SelfDefinedEthnicity', said.ethnicity, person.ethnicity],
    ['Address', said.address, person.address],
    ['Postcode', said.postcode, person.postcode],
    ['Mobile', said.mobile, person.mobile],
    ['Email', said.email, person.email],
    ['PreferredLanguage', said.language, person.language],
    ['SafeToText', said.safeToText, person.safeToText],
  ];
}

/** Adds the columns that say something else; an empty cell says nothing. */
export function addDiffering<C extends string>(columns: Set<C>, recorded: Recorded<C>): void {
  for (const [column, said, known] of recorded) {
    if (said !== null && spelt(column, said) !== spelt(column, known)) columns.add(column);
  }
}

/** Case, spaces and the ways to write a number make no difference. */
function spelt(column: string, text: string | null): string | null {
  if (text === null) return null;
  if (column === 'Mobile') return textableNumber(text) ?? text.replaceAll(/\D/g, '');
  return text.normalize('NFC').toUpperCase().replaceAll(/\s+/g, ' ');
}
