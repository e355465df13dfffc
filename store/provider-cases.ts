import type { FieldEncryption } from '../platform/field-encryption.ts';
import type { LocalDate } from '../workflows/domain/common/london-time.ts';
import type { Database } from './database.ts';

/** The identity of a case that was open elsewhere: the provider and its own reference. */
export interface ProviderCase {
  readonly providerId: string;
  readonly providerRef: string;
}

/** Keyed hashes; name and birth date are hashed with the reference, so that no two cases can be compared by them. */
export interface ProviderCaseHashes {
  readonly providerId: string;
  readonly refHash: string;
  readonly nameHash: string;
  readonly birthDateHash: string;
}

function refHashOf(
  fields: FieldEncryption,
  forceId: string,
  { providerId, providerRef }: ProviderCase,
): string {
  return fields.blindIndex('provider-case', forceId, providerId, providerRef);
}

export function providerCaseHashes(
  fields: FieldEncryption,
  forceId: string,
  providerCase: ProviderCase,
  person: { readonly surname: string; readonly forenames: string | null; readonly birthDate: LocalDate },
): ProviderCaseHashes {
  const refHash = refHashOf(fields, forceId, providerCase);
  const { surname, forenames, birthDate } = person;
  return {
    providerId: providerCase.providerId,
    refHash,
    nameHash: fields.blindIndex('provider-case-name', forceId, refHash, surname, forenames ?? ''),
    birthDateHash: fields.blindIndex('provider-case-birth-date', forceId, refHash, birthDate),
  };
}

/**
 * Counts a case that is none here. Of the person nothing is kept but a keyed hash of the reference, so that the same row
 * sent again is counted once.
 * @returns the pathway, where it was taken as a case before
 */
export async function countCase(
  db: Database,
  forceId: string,
  providerCase: ProviderCase,
): Promise<{ readonly counted: boolean; readonly pathwayId: string | null }> {
  const refHash = refHashOf(db.fields, forceId, providerCase);
  const key = [forceId, providerCase.providerId, refHash];
  const { rowCount } = await db.pool.query(
    `insert into provider_case (force_id, provider_id, ref_hash) values ($1, $2, $3) on conflict do nothing`,
    key,
  );
  if (rowCount === 1) return { counted: true, pathwayId: null };
  const { rows } = await db.pool.query<{ pathwayId: string | null }>(
    `select pathway_id as "pathwayId" from provider_case
      where force_id = $1 and provider_id = $2 and ref_hash = $3`,
    key,
  );
  return { counted: false, pathwayId: rows[0]?.pathwayId ?? null };
}
