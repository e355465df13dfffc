import { anySpelling, textableNumber } from '../messages/phone-number.ts';
import type { Database } from '../store/database.ts';
import type { OpenedPathway } from '../store/intake.ts';
import { readEvents } from '../store/ledger.ts';
import type { PersonDetails } from '../store/person-columns.ts';
import { personById } from '../store/persons.ts';
import { wholeForce } from '../store/scope.ts';
import type { Json } from '../workflows/domain/common/json.ts';

/** What is asked about a person by one way or another, as the store spells it. */
const personFields = [
  ...([
    'surname',
    'forenames',
    'birthDate',
    'nominalNumber',
    'sex',
    'ethnicity',
    'address',
    'postcode',
  ] as const),
  ...(['mobile', 'email', 'language', 'safeToText'] as const),
] as const satisfies readonly (keyof PersonDetails)[];

/** What is asked about an outcome or a test: as the opening event spells it, save `outcomeAt`, which is its time. */
const openingFields = [
  ...(['outcomeAt', 'offenceCode', 'offenceDate', 'drugCode'] as const),
  ...(['suiteCode', 'basis', 'selectionReasonCode', 'results'] as const),
] as const;

export type RecordedField = (typeof personFields)[number] | (typeof openingFields)[number];

/** What was sent. A field that is absent or null says nothing; the empty text says that there is none. */
export type Said = Readonly<Partial<Record<RecordedField, Json>>>;

/**
 * The fields in which what was sent says something else than is recorded, about the person, the outcome or the test: by
 * name only, since answers are kept. Nothing that is recorded is changed by it; a person decides.
 */
export async function differingFields(
  db: Database,
  forceId: string,
  opened: OpenedPathway,
  said: Said,
): Promise<ReadonlySet<RecordedField>> {
  const fields = new Set<RecordedField>();
  if (opened.differs.includes('birth-date')) fields.add('birthDate');
  if (opened.because === 'outcome' || opened.because === 'test') {
    addDiffering(fields, openingFields, said, await recordedOpening(db, forceId, opened.pathwayId, said));
  }
  if (opened.personCreated !== true) {
    const person = await personById(db, wholeForce(forceId), opened.personId);
    if (person !== null) {
      // The number is how the person was found, in whatever spelling; it is news only where none was known.
      const { nominalNumber } = person;
      const recorded = {
        ...person,
        nominalNumber: nominalNumber === null ? null : (said.nominalNumber ?? null),
      };
      addDiffering(fields, personFields, said, recorded);
    }
  }
  if (opened.differs.includes('name') && !fields.has('forenames')) fields.add('surname');
  return fields;
}

async function recordedOpening(
  db: Database,
  forceId: string,
  pathwayId: string,
  said: Said,
): Promise<Said | undefined> {
  const [opening] = await readEvents(db, wholeForce(forceId), pathwayId, { limit: 1 });
  if (opening === undefined) return undefined;
  const data = opening.data as Said;
  // The officer's form does not ask for the drug.
  return { ...data, outcomeAt: opening.occurredAt, drugCode: data.drugCode ?? said.drugCode ?? null };
}

function addDiffering(
  fields: Set<RecordedField>,
  asked: readonly RecordedField[],
  said: Said,
  recorded: Said | undefined,
): void {
  if (recorded === undefined) return;
  for (const field of asked) {
    const value = said[field] ?? null;
    if (value !== null && spelt(field, value) !== spelt(field, recorded[field] ?? '')) fields.add(field);
  }
}

/** Case, spaces, the ways to write a number and the order of a list make no difference. */
function spelt(field: RecordedField, value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(inOneOrder(value));
  if (field === 'mobile') return textableNumber(value, anySpelling) ?? value.replaceAll(/\D/g, '');
  return value.normalize('NFC').toUpperCase().replaceAll(/\s+/g, ' ');
}

function inOneOrder(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(inOneOrder).sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, inner === undefined ? null : inOneOrder(inner)]),
  );
}
