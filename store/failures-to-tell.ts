import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { Database } from './database.ts';
import { placeBy } from './place-in-list.ts';
import type { PlaceInList } from './place-in-list.ts';
import { isUuid } from './scope.ts';

/** A text that the gateway took and could not deliver, of which its pathway has not heard. */
export interface FailureToTell {
  readonly forceId: string;
  readonly intentId: string;
  readonly pathwayId: string;
  readonly kind: PathwayKindName;
  readonly purpose: string;
  /** When the gateway told. */
  readonly at: Instant;
}

/** null: there is no such message. `at` null: there is nothing to tell of it, or its pathway knows. */
export async function findFailureToTell(
  db: Database,
  forceId: string,
  intentId: string,
): Promise<(Omit<FailureToTell, 'at'> & { readonly at: Instant | null }) | null> {
  if (!isUuid(intentId)) return null;
  const { rows } = await db.pool.query<Omit<FailureToTell, 'at'> & { at: Instant | null }>(
    `select m.force_id as "forceId", m.id as "intentId", m.pathway_id as "pathwayId", p.kind, m.purpose,
        llwybr_instant(m.report_wanted_at) as at
       from message m join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
      where m.force_id = $1 and m.id = $2`,
    [forceId, intentId],
  );
  return rows[0] ?? null;
}

/** Of all forces, oldest first, from behind a place on. */
export async function failuresToTell(
  db: Database,
  limit: number,
  after: PlaceInList | null = null,
): Promise<(Pick<FailureToTell, 'forceId' | 'intentId'> & { readonly place: PlaceInList })[]> {
  const { rows } = await db.pool.query<{ forceId: string; intentId: string; place: PlaceInList }>(
    `select force_id as "forceId", id as "intentId", ${placeBy('report_wanted_at')} from message
      where report_wanted_at is not null
        and ($2::timestamptz is null or (report_wanted_at, id) > ($2, $3::uuid))
      order by report_wanted_at, id limit $1`,
    [limit, after?.at ?? null, after?.id ?? null],
  );
  return rows;
}

/** The pathway has answered, be it that it has nothing to do about it. */
export async function markFailureTold(
  db: Database,
  { forceId, intentId }: Pick<FailureToTell, 'forceId' | 'intentId'>,
): Promise<void> {
  await db.pool.query('update message set report_wanted_at = null where force_id = $1 and id = $2', [
    forceId,
    intentId,
  ]);
}
