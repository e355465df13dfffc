import type { Attention } from '../workflows/domain/common/attention.ts';
import { isInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { PathwaySummary } from '../workflows/domain/common/pathway-state.ts';
import type { Database } from './database.ts';
import { placeBy } from './place-in-list.ts';
import { conditionsOf, dueFirst } from './pathway-filter.ts';
import type { PathwayFilter, Value } from './pathway-filter.ts';
import type { PlaceInList } from './place-in-list.ts';
import { isUuid } from './scope.ts';
import type { Scope } from './scope.ts';

/** One pathway as lists and pages read it: the fold of its events, without a name. */
export interface PathwayRow {
  readonly forceId: string;
  readonly pathwayId: string;
  readonly kind: PathwayKindName;
  readonly reference: string;
  readonly personId: string;
  readonly source: string;
  readonly programme: string;
  readonly policyId: string;
  readonly policyVersion: number;
  /** Its clocks are scaled and prove nothing; every answer says so. */
  readonly demo: boolean;
  readonly receivedAt: Instant;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly headSeq: number;
  readonly stage: string;
  readonly closedAt: Instant | null;
  readonly closureReason: string | null;
  readonly nextDueAt: Instant | null;
  readonly nextDueRule: string | null;
  readonly needsRun: boolean;
  readonly runConfirmedAt: Instant | null;
  readonly providerId: string | null;
  /** Who carries the case; null: nobody. */
  readonly workerId: string | null;
  /** The provider that was offered the person and has not answered. */
  readonly offeredTo: string | null;
  /** When its provider took it; null: not yet, or there is nothing to take. */
  readonly acceptedAt: Instant | null;
  /** The part of the force where the person lives; null: in none, or not known. */
  readonly area: string | null;
  /** The colours of the breaches in force. */
  readonly markers: NonNullable<PathwaySummary['markers']>;
  readonly attention: readonly Attention[];
  /** Since when something is late that a passed clock asked for; null: nothing is. */
  readonly lateSince: Instant | null;
  readonly summary: PathwaySummary;
}

/** A line of a list: of the summary no more than it shows. */
export type ListedPathway = Omit<PathwayRow, 'summary'>;

const columns = `p.force_id as "forceId", p.id as "pathwayId", p.kind, p.reference, p.person_id as "personId", p.source,
  p.programme, p.policy_id as "policyId", p.policy_version as "policyVersion", policy.demo,
  llwybr_instant(p.received_at) as "receivedAt", llwybr_instant(p.created_at) as "createdAt",
  llwybr_instant(p.updated_at) as "updatedAt", p.head_seq as "headSeq", p.stage,
  llwybr_instant(p.closed_at) as "closedAt", p.closure_reason as "closureReason",
  llwybr_instant(p.next_due_at) as "nextDueAt", p.next_due_rule as "nextDueRule", p.needs_run as "needsRun",
  llwybr_instant(p.run_confirmed_at) as "runConfirmedAt", p.provider_id as "providerId",
  p.worker_id as "workerId", p.offered_to as "offeredTo", p.summary->>'acceptedAt' as "acceptedAt",
  p.summary->>'area' as area, coalesce(p.summary->'markers', '[]') as markers, p.attention,
  llwybr_instant(p.late_since) as "lateSince"`;

const withPolicy = `join policy on policy.force_id = p.force_id and policy.policy_id = p.policy_id
  and policy.version = p.policy_version`;

/** null: no such pathway in this scope. */
export async function pathwayById(db: Database, scope: Scope, pathwayId: string): Promise<PathwayRow | null> {
  if (!isUuid(pathwayId)) return null;
  const { rows } = await db.pool.query<PathwayRow>({
    name: 'llwybr-pathway-by-id',
    text: `select ${columns}, p.summary from pathway p ${withPolicy}
            where p.force_id = $1 and p.id = $2 and ($3::text is null or p.provider_id = $3)`,
    values: [scope.forceId, pathwayId, scope.providerId],
  });
  return rows[0] ?? null;
}

/** null: the force has no pathway of this reference. */
export async function pathwayByReference(
  db: Database,
  forceId: string,
  reference: string,
): Promise<PathwayRow | null> {
  const { rows } = await db.pool.query<PathwayRow>({
    name: 'llwybr-pathway-by-reference',
    text: `select ${columns}, p.summary from pathway p ${withPolicy} where p.force_id = $1 and p.reference = $2`,
    values: [forceId, reference],
  });
  return rows[0] ?? null;
}

/** `received`: newest receipt first. `due`: what is late for longest, then the clock that bites first, then the rest. */
export type PathwayOrder = 'received' | 'due';

export interface PathwayPage {
  readonly rows: readonly ListedPathway[];
  /** For the next page; null on the last one. */
  readonly next: string | null;
}

/** The cursor is not one that this list gave out. */
export class BadCursorError extends Error {
  override readonly name = 'BadCursorError';
}

/**
 * A page by keyset: rows that come or go between two pages move no other row.
 * @throws BadCursorError
 */
export async function listPathways(
  db: Database,
  scope: Scope,
  options: {
    readonly filter?: PathwayFilter;
    readonly order?: PathwayOrder;
    readonly after?: string;
    readonly limit: number;
  },
): Promise<PathwayPage> {
  const order = options.order ?? 'received';
  const values: unknown[] = [];
  const value: Value = (given) => `$${String(values.push(given))}`;
  const conditions = [`p.force_id = ${value(scope.forceId)}`, ...conditionsOf(options.filter ?? {}, value)];
  if (scope.providerId !== null) conditions.push(`p.provider_id = ${value(scope.providerId)}`);
  if (options.after !== undefined)
    conditions.push(afterCursor(order, readCursor(options.after, order), value));
  const sorted = order === 'due' ? `${dueFirst}, p.id` : 'p.received_at desc, p.id desc';
  // The page is cut before anything is joined to it.
  const { rows } = await db.pool.query<ListedPathway>(
    `select ${columns} from (
         select p.* from pathway p where ${conditions.join(' and ')} order by ${sorted} limit ${value(options.limit + 1)}
       ) p ${withPolicy} order by ${sorted}`,
    values,
  );
  const page = rows.slice(0, options.limit);
  const last = page.at(-1);
  return {
    rows: page,
    next: rows.length > page.length && last !== undefined ? cursorOf(order, last) : null,
  };
}

interface Cursor {
  readonly at: Instant | null;
  readonly id: string;
}

function afterCursor(order: PathwayOrder, { at, id }: Cursor, value: Value): string {
  if (order === 'received') return `(p.received_at, p.id) < (${value(at)}, ${value(id)})`;
  return `(${dueFirst}, p.id) > (${value(at ?? 'infinity')}, ${value(id)})`;
}

/** As `dueFirst` has it; null: never. */
function placedAt({ nextDueAt, lateSince }: ListedPathway): Instant | null {
  if (nextDueAt === null || lateSince === null) return nextDueAt ?? lateSince;
  return nextDueAt < lateSince ? nextDueAt : lateSince;
}

function cursorOf(order: PathwayOrder, row: ListedPathway): string {
  const at = order === 'due' ? placedAt(row) : row.receivedAt;
  return Buffer.from(`${order}|${at ?? ''}|${row.pathwayId}`, 'utf8').toString('base64url');
}

function readCursor(text: string, order: PathwayOrder): Cursor {
  const [asked, at, id, ...rest] = Buffer.from(text, 'base64url').toString('utf8').split('|');
  const timed = at !== undefined && isInstant(at);
  if (
    asked !== order ||
    id === undefined ||
    !isUuid(id) ||
    rest.length > 0 ||
    !(timed || (order === 'due' && at === ''))
  ) {
    throw new BadCursorError('This is not a cursor of this list');
  }
  return { at: timed ? at : null, id };
}

/** Which run is meant (platform/pathway-runs.ts). */
export interface RunAddress {
  readonly forceId: string;
  readonly pathwayId: string;
  readonly kind: PathwayKindName;
}

const address = 'force_id as "forceId", id as "pathwayId", kind';

/** The run of this pathway was started, or was there. */
export async function confirmRun(db: Database, forceId: string, pathwayId: string): Promise<void> {
  await db.pool.query({
    name: 'llwybr-confirm-run',
    text: 'update pathway set run_confirmed_at = clock_timestamp() where force_id = $1 and id = $2 and run_confirmed_at is null',
    values: [forceId, pathwayId],
  });
}

export type ListedRun = RunAddress & { readonly place: PlaceInList };

/** Accepted pathways of all forces whose run nobody has confirmed yet, oldest first, from behind a place on. */
export async function pathwaysAwaitingRun(
  db: Database,
  limit: number,
  after: PlaceInList | null = null,
): Promise<ListedRun[]> {
  const { rows } = await db.pool.query<ListedRun>(
    `select ${address}, ${placeBy('created_at')} from pathway
      where needs_run and run_confirmed_at is null
        and ($2::timestamptz is null or (created_at, id) > ($2, $3::uuid))
      order by created_at, id limit $1`,
    [limit, after?.at ?? null, after?.id ?? null],
  );
  return rows;
}

/**
 * Pathways of all forces whose next clock has been due for longer than this: their run is gone or stuck. The one
 * that is longest due comes first, from behind a place on.
 */
export async function overduePathways(
  db: Database,
  olderThanSeconds: number,
  limit: number,
  after: PlaceInList | null = null,
): Promise<ListedRun[]> {
  const { rows } = await db.pool.query<ListedRun>(
    `select ${address}, ${placeBy('next_due_at')} from pathway
      where needs_run and next_due_at < clock_timestamp() - make_interval(secs => $1)
        and ($3::timestamptz is null or (next_due_at, id) > ($3, $4::uuid))
      order by next_due_at, id limit $2`,
    [olderThanSeconds, limit, after?.at ?? null, after?.id ?? null],
  );
  return rows;
}

/** Those of the ids that no force has a pathway of. */
export async function unknownPathways(db: Database, pathwayIds: readonly string[]): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>(
    `select given.id from unnest($1::text[]) as given(id)
      where not exists (select from pathway where pathway.id::text = given.id)`,
    [pathwayIds],
  );
  return rows.map(({ id }) => id);
}

/** Every pathway of every force for which a run ought to be alive. */
export async function pathwaysNeedingRun(db: Database): Promise<RunAddress[]> {
  const { rows } = await db.pool.query<RunAddress>(
    `select ${address} from pathway where needs_run order by id`,
  );
  return rows;
}

/** Ids of the force's pathways that are not closed, oldest receipt first. */
export async function openPathwayIds(db: Database, forceId: string): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>(
    'select id from pathway where force_id = $1 and closed_at is null order by received_at, id',
    [forceId],
  );
  return rows.map(({ id }) => id);
}
