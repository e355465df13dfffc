import type { Instant } from '../workflows/domain/common/instant.ts';
import type { LocalDate } from '../workflows/domain/common/london-time.ts';
import type { Database } from './database.ts';
import type { Prisma } from './generated/client.ts';
import { decryptPerson } from './person-columns.ts';
import type { PersonDetails } from './person-columns.ts';
import { isUuid } from './scope.ts';
import type { Scope } from './scope.ts';

export interface PersonRecord extends PersonDetails {
  readonly forceId: string;
  readonly personId: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** A provider sees the people of the pathways that are routed to it. Who was erased is nobody any more. */
function within({ forceId, providerId }: Scope): Prisma.PersonWhereInput {
  return { forceId, erasedAt: null, ...(providerId === null ? {} : { pathways: { some: { providerId } } }) };
}

/** null: there is no such person in this scope. @throws MissingKeyError, SealBrokenError */
export async function personById(db: Database, scope: Scope, personId: string): Promise<PersonRecord | null> {
  if (!isUuid(personId)) return null;
  const row = await db.prisma.person.findFirst({ where: { ...within(scope), id: personId } });
  return row === null ? null : record(db, row);
}

/** By exact value, spelled as people spell it; names match by surname, first forename and birth date. */
export type PersonSearch =
  | { readonly nominalNumber: string }
  | { readonly surname: string; readonly forenames: string | null; readonly birthDate: LocalDate }
  | { readonly mobile: string };

export async function findPersons(db: Database, scope: Scope, search: PersonSearch): Promise<PersonRecord[]> {
  const rows = await db.prisma.person.findMany({
    where: { ...within(scope), ...indexed(db, scope.forceId, search) },
    orderBy: { id: 'asc' },
    take: 100,
  });
  return rows.map((row) => record(db, row));
}

function indexed(db: Database, forceId: string, search: PersonSearch): Prisma.PersonWhereInput {
  if ('nominalNumber' in search) {
    return { nominalIndex: db.fields.blindIndex('nominal', forceId, search.nominalNumber) };
  }
  if ('mobile' in search) return { mobileIndex: db.fields.blindIndex('mobile', forceId, search.mobile) };
  return { nameDobIndex: db.fields.nameAndBirthDateIndex(forceId, search) };
}

/** Persons who may be the same human being, found when either was taken in; for a person to decide. */
export async function possibleMatches(db: Database, scope: Scope, personId: string): Promise<string[]> {
  if (!isUuid(personId)) return [];
  const { forceId } = scope;
  const rows = await db.prisma.personPossibleMatch.findMany({
    where: {
      forceId,
      OR: [
        { personId, otherPerson: within(scope) },
        { otherPersonId: personId, person: within(scope) },
      ],
    },
  });
  const others = rows.map((row) => (row.personId === personId ? row.otherPersonId : row.personId));
  return [...new Set(others)].sort();
}

function record(db: Database, row: Prisma.PersonGetPayload<object>): PersonRecord {
  return {
    forceId: row.forceId,
    personId: row.id,
    ...decryptPerson(db.fields, row),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
