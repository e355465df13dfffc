import { randomUUID } from 'node:crypto';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';

/** Whose address: the inbox of a team, by its organisation; or a worker's or an officer's, by their account. */
export interface AddressOwner {
  readonly forceId: string;
  readonly kind: 'team' | 'user';
  readonly ownerId: string;
}

export interface StaffAddress {
  /** One address without a name, as messages/email-address.ts takes it; kept sealed. */
  readonly address: string;
  /** The account that set it. */
  readonly changedBy: string;
  readonly updatedAt: Instant;
}

/** Sets or, by null, takes away the address. What is set already may be set again. */
export async function setStaffAddress(
  db: Database,
  { forceId, kind, ownerId }: AddressOwner,
  { address, changedBy }: { readonly address: string | null; readonly changedBy: string },
): Promise<void> {
  const owner = { forceId, ownerKind: kind, ownerId };
  await db.prisma.$transaction(async (tx) => {
    const written = { changedBy, updatedAt: new Date() };
    // The seal holds the id of the row, which is that of whoever came first.
    const { id } = await tx.staffAddress.upsert({
      where: { forceId_ownerKind_ownerId: owner },
      create: { ...owner, ...written, id: randomUUID() },
      update: written,
      select: { id: true },
    });
    const sealed = address === null ? null : db.fields.encrypt(address, place(id));
    await tx.staffAddress.update({ where: { forceId_id: { forceId, id } }, data: { address: sealed } });
  });
}

/**
 * null: none is known.
 * @throws MissingKeyError, SealBrokenError
 */
export async function staffAddress(
  db: Database,
  { forceId, kind, ownerId }: AddressOwner,
): Promise<StaffAddress | null> {
  const row = await db.prisma.staffAddress.findUnique({
    where: { forceId_ownerKind_ownerId: { forceId, ownerKind: kind, ownerId } },
  });
  if (row === null || row.address === null) return null;
  const { id, address, changedBy, updatedAt } = row;
  return {
    address: db.fields.decrypt(address, place(id)),
    changedBy,
    updatedAt: updatedAt.toISOString(),
  };
}

function place(id: string) {
  return { table: 'staff_address', column: 'address', rowId: id };
}
