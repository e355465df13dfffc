import type { Database } from '../../store/database.ts';
import type { OpenedPathway } from '../../store/intake.ts';
import { caseColumns } from '../../workflows/domain/diversion/open-case.ts';
import type { CaseColumn, OpenCase } from '../../workflows/domain/diversion/open-case.ts';
import { outcomeColumns } from '../../workflows/domain/diversion/possession-outcome.ts';
import type {
  OutcomeColumn,
  PossessionReferral,
} from '../../workflows/domain/diversion/possession-outcome.ts';
import { differingFields } from '../differing-fields.ts';
import type { RecordedField } from '../differing-fields.ts';

const columnOf: Readonly<Partial<Record<RecordedField, OutcomeColumn>>> = {
  outcomeAt: 'OutcomeDate',
  offenceCode: 'OffenceCode',
  offenceDate: 'OffenceDate',
  drugCode: 'Drug',
  surname: 'Surname',
  forenames: 'Forenames',
  birthDate: 'DateOfBirth',
  sex: 'Sex',
  ethnicity: 'SelfDefinedEthnicity',
  address: 'Address',
  postcode: 'Postcode',
  mobile: 'Mobile',
  email: 'Email',
  language: 'PreferredLanguage',
  safeToText: 'SafeToText',
};

/** The columns in which a row says something else than is recorded. An empty cell says nothing. */
export async function differingColumns(
  db: Database,
  forceId: string,
  opened: OpenedPathway,
  { decidedAt: outcomeAt, drug: drugCode, ...said }: PossessionReferral,
): Promise<OutcomeColumn[]> {
  const fields = await differingFields(db, forceId, opened, { ...said, outcomeAt, drugCode });
  const columns = new Set([...fields].map((field) => columnOf[field]));
  return outcomeColumns.filter((column) => columns.has(column));
}

const caseColumnOf: Readonly<Partial<Record<RecordedField, CaseColumn>>> = {
  surname: 'Surname',
  forenames: 'Forenames',
  birthDate: 'DateOfBirth',
  postcode: 'Postcode',
  mobile: 'Mobile',
  language: 'PreferredLanguage',
  safeToText: 'SafeToText',
};

/** Of a caseload, what it says of the person. Its own word about the outcome is not held against the force's. */
export async function differingCaseColumns(
  db: Database,
  forceId: string,
  opened: OpenedPathway,
  { surname, forenames, birthDate, postcode, mobile, language, safeToText }: OpenCase,
): Promise<CaseColumn[]> {
  const said = { surname, forenames, birthDate, postcode, mobile, language, safeToText };
  const fields = await differingFields(db, forceId, opened, said);
  const columns = new Set([...fields].map((field) => caseColumnOf[field]));
  return caseColumns.filter((column) => columns.has(column));
}
