import { aboutNumber } from '../workflows/domain/common/delivery-failure.ts';
import type { DeliveryOutcomeData } from '../workflows/domain/common/command.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { Database } from './database.ts';
import { placeBy } from './place-in-list.ts';
import type { PlaceInList } from './place-in-list.ts';
import { isUuid } from './scope.ts';

/**
 * A text that the gateway took and later says it could not deliver. By then the delivery has ended, so the pathway hears
 * of it from here, as of a text that came in.
 */
export interface ReportedFailure {
  readonly forceId: string;
  readonly pathwayId: string;
  readonly kind: PathwayKindName;
  /** By the database's clock. */
  readonly reportedAt: Instant;
  readonly outcome: DeliveryOutcomeData;
}

/** null: no such message, or none that failed after it was taken. */
export async function findReportedFailure(
  db: Database,
  forceId: string,
  intentId: string,
): Promise<ReportedFailure | null> {
  if (!isUuid(intentId)) return null;
  const { rows } = await db.pool.query<{
    pathwayId: string;
    kind: PathwayKindName;
    reportedAt: Instant;
    purpose: string;
    reason: string | null;
    numberInUse: boolean;
  }>(
    `select m.pathway_id as "pathwayId", p.kind, llwybr_instant(m.failure_reported_at) as "reportedAt", m.purpose,
        m.reason, m.recipient_index is not distinct from person.mobile_index as "numberInUse"
       from message m
       join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
       join person on person.force_id = p.force_id and person.id = p.person_id
      where m.force_id = $1 and m.id = $2 and m.failure_reported_at is not null`,
    [forceId, intentId],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { pathwayId, kind, reportedAt, purpose, reason, numberInUse } = row;
  // What it says of a number that was replaced meanwhile is of no use to anybody.
  const number = numberInUse ? aboutNumber(reason) : {};
  return {
    forceId,
    pathwayId,
    kind,
    reportedAt,
    outcome: { intentId, outcome: 'failed', purpose, ...number },
  };
}

/** Whether the number that a text went to is still the person's. */
export async function isNumberInUse(db: Database, forceId: string, intentId: string): Promise<boolean> {
  const { rows } = await db.pool.query<{ inUse: boolean }>(
    `select m.recipient_index is not distinct from person.mobile_index as "inUse"
       from message m
       join pathway p on p.force_id = m.force_id and p.id = m.pathway_id
       join person on person.force_id = p.force_id and person.id = p.person_id
      where m.force_id = $1 and m.id = $2`,
    [forceId, intentId],
  );
  return rows[0]?.inUse ?? false;
}

export interface UncarriedFailure {
  readonly forceId: string;
  readonly intentId: string;
  readonly place: PlaceInList;
}

/** Failures of all forces of which the pathway has not heard, oldest first, from behind a place on. */
export async function uncarriedFailures(
  db: Database,
  limit: number,
  after: PlaceInList | null = null,
): Promise<UncarriedFailure[]> {
  const { rows } = await db.pool.query<UncarriedFailure>(
    `select force_id as "forceId", id as "intentId", ${placeBy('failure_reported_at')} from message
      where failure_reported_at is not null and failure_carried_at is null
        and ($2::timestamptz is null or (failure_reported_at, id) > ($2, $3::uuid))
      order by failure_reported_at, id limit $1`,
    [limit, after?.at ?? null, after?.id ?? null],
  );
  return rows;
}

export async function markFailureCarried(db: Database, forceId: string, intentId: string): Promise<void> {
  await db.pool.query(
    `update message set failure_carried_at = clock_timestamp()
      where force_id = $1 and id = $2 and failure_carried_at is null`,
    [forceId, intentId],
  );
}
