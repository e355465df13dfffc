import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';
import type { Value } from './pathway-filter.ts';
import { isUuid } from './scope.ts';
import type { Scope } from './scope.ts';

/** An appointment of a provider that has let the case go since, of which nothing is recorded; of the case no more. */
export interface FormerAppointment {
  readonly pathwayId: string;
  readonly reference: string;
  readonly appointmentId: string;
  readonly kind: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly placeCode: string;
  readonly providerId: string;
  readonly demo: boolean;
}

export interface FormerAppointmentPage {
  readonly rows: readonly FormerAppointment[];
  /** To go on from; null on the last page. */
  readonly next: string | null;
}

/**
 * By pathway: there are few, and each is answered within days. Of the provider of the scope; of the whole force all.
 *
 * @param options.after `next` of the page before
 */
export async function unrecordedElsewhere(
  db: Database,
  { forceId, providerId }: Scope,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<FormerAppointmentPage> {
  const values: unknown[] = [];
  const value: Value = (given) => `$${String(values.push(given))}`;
  const conditions = [
    `p.force_id = ${value(forceId)}`,
    // As the partial index says it, so that the planner knows it again.
    `jsonb_path_exists(p.summary, '$.appointments[*].formerProviderId')`,
    'p.needs_run',
    `a.status = 'booked'`,
    providerId === null ? 'a."formerProviderId" is not null' : `a."formerProviderId" = ${value(providerId)}`,
  ];
  if (after !== undefined) {
    const [pathwayId = '', appointmentId = ''] = after.split('|');
    conditions.push(
      isUuid(pathwayId)
        ? `(p.id, a."appointmentId") > (${value(pathwayId)}::uuid, ${value(appointmentId)}::text)`
        : 'false',
    );
  }
  const { rows } = await db.pool.query<FormerAppointment>(
    `select p.id as "pathwayId", p.reference, a."appointmentId", a.kind, a."startsAt", a."endsAt", a."placeCode",
        a."formerProviderId" as "providerId", policy.demo
       from pathway p
       join policy on policy.force_id = p.force_id and policy.policy_id = p.policy_id
         and policy.version = p.policy_version,
         jsonb_to_recordset(p.summary->'appointments') as a("appointmentId" text, kind text, "startsAt" text,
           "endsAt" text, "placeCode" text, status text, "formerProviderId" text)
      where ${conditions.join(' and ')} order by p.id, a."appointmentId" limit ${value(limit + 1)}`,
    values,
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: page,
    next: rows.length > page.length && last !== undefined ? `${last.pathwayId}|${last.appointmentId}` : null,
  };
}
