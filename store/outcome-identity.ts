import type { FieldEncryption } from '../platform/field-encryption.ts';
import type { LocalDate } from '../workflows/domain/common/london-time.ts';

/** What makes one person's possession outcome: two people in one occurrence are two outcomes. */
export interface OutcomeIdentity {
  readonly occurrenceNumber: string;
  readonly nominalNumber: string;
}

/** Keyed hashes; name and birth date are hashed with the identity, so that no two outcomes can be compared by them. */
export interface OutcomeHashes {
  readonly identityHash: string;
  readonly nameHash: string;
  readonly birthDateHash: string;
}

export function outcomeIdentityHash(
  fields: FieldEncryption,
  forceId: string,
  outcome: OutcomeIdentity,
): string {
  return fields.blindIndex('outcome', forceId, outcome.occurrenceNumber, outcome.nominalNumber);
}

export function outcomeIdentity(
  fields: FieldEncryption,
  forceId: string,
  outcome: OutcomeIdentity,
  person: { readonly surname: string; readonly forenames: string | null; readonly birthDate: LocalDate },
): OutcomeHashes {
  const identityHash = outcomeIdentityHash(fields, forceId, outcome);
  return {
    identityHash,
    nameHash: fields.blindIndex(
      'outcome-name',
      forceId,
      identityHash,
      person.surname,
      person.forenames ?? '',
    ),
    birthDateHash: fields.blindIndex('outcome-birth-date', forceId, identityHash, person.birthDate),
  };
}
