import type { Instant } from '../workflows/domain/common/instant.ts';
import type { RouteRow } from '../workflows/domain/diversion/routing.ts';
import type { Database } from './database.ts';
import { noteChange } from './reference-changes.ts';
import type { NewReferenceChange } from './reference-changes.ts';

/** One row of the route table as it is kept. */
export interface StoredRoute extends RouteRow {
  /** Whose referrals it routes. */
  readonly programme: string;
  /** The programme that takes them, where it is another one; null: the same. */
  readonly intoProgramme: string | null;
}

/**
 * The rows that hold at this instant, the special ones before `*`. `validUntil` itself is no longer in, and a programme
 * whose own end has come takes nobody. Each row names the programme that takes the person.
 */
export async function routesInForce(
  db: Database,
  forceId: string,
  at: Instant,
  programme?: string,
): Promise<RouteRow[]> {
  // On the path of every referral, so a prepared statement.
  const { rows } = await db.pool.query<RouteRow>({
    name: 'llwybr-routes-in-force',
    text: `select id as "routeId", coalesce(into_programme, programme) as programme,
        postcode_area as "postcodeArea", provider_id as "providerId",
        llwybr_instant(valid_from) as "validFrom", llwybr_instant(valid_until) as "validUntil"
      from route r
      where force_id = $1 and ($3::text is null or programme = $3)
        and valid_from <= $2 and (valid_until is null or valid_until > $2)
        and coalesce((select valid_until > $2 or valid_until is null from programme p
          where p.force_id = r.force_id and p.code = coalesce(r.into_programme, r.programme) and p.valid_from <= $2
          order by p.version desc limit 1), true)
      order by postcode_area collate "C" desc, valid_from desc, id`,
    values: [forceId, at, programme ?? null],
  });
  return rows;
}

/** Every row there is and ever was, in the order of area and start. */
export async function routesOf(db: Database, forceId: string): Promise<StoredRoute[]> {
  const rows = await db.prisma.route.findMany({
    where: { forceId },
    orderBy: [{ programme: 'asc' }, { postcodeArea: 'asc' }, { validFrom: 'asc' }, { id: 'asc' }],
  });
  return rows.map(({ id, programme, intoProgramme, postcodeArea, providerId, validFrom, validUntil }) => ({
    ...{ routeId: id, programme, intoProgramme, postcodeArea, providerId },
    validFrom: validFrom.toISOString(),
    validUntil: validUntil?.toISOString() ?? null,
  }));
}

/** What a change of the table does: a row that begins, and one that ends. */
export interface RouteChange {
  readonly added: StoredRoute | null;
  readonly ended: {
    readonly routeId: string;
    /** The end that it had; null: none. */
    readonly was: Instant | null;
    readonly validUntil: Instant;
  } | null;
}

/** @throws ReferenceConflictError when the row that is to end has ended meanwhile, or the new one is there */
export async function changeRoutes(
  db: Database,
  forceId: string,
  { added, ended }: RouteChange,
  change: NewReferenceChange,
): Promise<void> {
  const { route } = db.prisma;
  await noteChange(db, forceId, change, [
    ...(ended === null
      ? []
      : [
          route.update({
            where: { forceId_id: { forceId, id: ended.routeId }, validUntil: ended.was },
            data: { validUntil: ended.validUntil },
          }),
        ]),
    ...(added === null ? [] : [route.create({ data: rowOf(forceId, added) })]),
  ]);
}

/** As Prisma writes it. */
export function rowOf(forceId: string, { routeId, ...row }: StoredRoute) {
  return { ...row, forceId, id: routeId };
}

/** Whether the force has such a programme, by itself or by a route or policy of an earlier build. */
export async function isKnownProgramme(db: Database, forceId: string, programme: string): Promise<boolean> {
  const { rows } = await db.pool.query<{ known: boolean }>({
    name: 'llwybr-known-programme',
    text: `select exists (select from route where force_id = $1 and programme = $2)
        or exists (select from programme where force_id = $1 and code = $2 and duty = 'diversion')
        or exists (select from policy where force_id = $1 and programme = $2 and duty = 'diversion') as known`,
    values: [forceId, programme],
  });
  return rows[0]?.known === true;
}
