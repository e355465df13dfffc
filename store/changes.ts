import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { Role } from '../workflows/domain/common/actor.ts';
import type { Database } from './database.ts';
import { BadCursorError } from './pathways.ts';
import { isUuid } from './scope.ts';

/** One event as another system hears of it: which pathway, what kind of event, when. What it says is read there. */
export interface Change {
  readonly pathwayId: string;
  readonly reference: string;
  readonly kind: PathwayKindName;
  readonly seq: number;
  readonly type: string;
  /** The stage from this event on; null: as before. */
  readonly stage: string | null;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** The command that it comes from: who sent it knows it again. */
  readonly commandId: string;
  readonly actorId: string;
  readonly actorRole: Role;
}

export interface ChangePage {
  readonly changes: readonly Change[];
  /** From where to go on, also where nothing has changed. */
  readonly next: string;
  /** There is more now. */
  readonly more: boolean;
}

/** The cases of a kind: those that one provider has now, or all of the force. */
export interface CasesOfKind {
  readonly kind: PathwayKindName;
  readonly providerId: string | null;
}

/**
 * Where a reader stands: everything of transactions before `transaction` is read, and of that one what lies up to the
 * event named.
 */
interface Place {
  readonly transaction: bigint;
  readonly pathwayId: string | null;
  readonly seq: number;
}

const start: Place = { transaction: 0n, pathwayId: null, seq: 0 };

/**
 * The provider that an event `e` took the case from; null: from none. A route to another programme of the same provider
 * takes it from nobody.
 */
const takenFrom = `case e.type
  when 'transfer-accepted' then nullif(e.data#>>'{from,providerId}', e.data#>>'{route,providerId}')
  when 'referral-routed' then nullif(e.data#>>'{from,providerId}', e.data#>>'{route,providerId}')
  when 'referral-declined' then e.data#>>'{route,providerId}' end`;

/**
 * Events after a place, by the transaction that wrote them. Whoever pages by time or by a counter misses what was written
 * early and committed late; here nothing is read that a transaction still under way could come before, and it is read
 * once that has ended. Of a case that a provider has no more they are told that they lost it, and nothing else.
 *
 * @throws BadCursorError
 */
export async function changesAfter(
  db: Database,
  forceId: string,
  options: { readonly cases: readonly CasesOfKind[]; readonly after?: string; readonly limit: number },
): Promise<ChangePage> {
  const { cases, limit } = options;
  const place = options.after === undefined ? start : readPlace(options.after);
  const { rows } = await db.pool.query<{
    changes: (Change & { transaction: string })[];
    horizon: string;
    known: string;
  }>(
    `with horizon as materialized (
       select pg_snapshot_xmin(pg_current_snapshot()) as before, pg_snapshot_xmax(pg_current_snapshot()) as known
     ), found as (
       select jsonb_build_object('transaction', e.transaction_id::text, 'pathwayId', p.id, 'reference', p.reference,
           'kind', p.kind, 'seq', e.seq, 'type', e.type, 'stage', e.effects->>'stage',
           'occurredAt', llwybr_instant(e.occurred_at), 'recordedAt', llwybr_instant(e.recorded_at),
           'commandId', e.command_id, 'actorId', e.actor_id, 'actorRole', e.actor_role) as change,
         e.transaction_id, e.pathway_id, e.seq
         from event e join pathway p on p.force_id = e.force_id and p.id = e.pathway_id
        where e.force_id = $1 and e.transaction_id >= $2::text::xid8 and e.transaction_id < (select before from horizon)
          and ($3::uuid is null or (e.transaction_id, e.pathway_id, e.seq) > ($2::text::xid8, $3, $4))
          and exists (select from jsonb_to_recordset($5::jsonb) as seen(kind text, "providerId" text)
            where seen.kind = p.kind
              and (seen."providerId" is null or seen."providerId" in (p.provider_id, ${takenFrom})))
        order by e.transaction_id, e.pathway_id, e.seq limit $6
     )
     select (select coalesce(jsonb_agg(change order by transaction_id, pathway_id, seq), '[]') from found) as changes,
       before::text as horizon, known::text as known from horizon`,
    [forceId, String(place.transaction), place.pathwayId, place.seq, JSON.stringify(cases), limit + 1],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('No snapshot');
  // Not of this database: it was restored to an earlier time, or is another one.
  if (place.transaction > BigInt(row.known))
    throw new BadCursorError('This is not a cursor of this database');
  const page = row.changes.slice(0, limit);
  const more = row.changes.length > limit;
  const last = page.at(-1);
  const next: Place =
    more && last !== undefined
      ? { transaction: BigInt(last.transaction), pathwayId: last.pathwayId, seq: last.seq }
      : later(place, BigInt(row.horizon));
  return {
    changes: page.map(({ transaction: _transaction, ...change }) => change),
    next: textOf(next),
    more,
  };
}

/** Everything before the horizon is read; a reader who stands further on stays there. */
function later(place: Place, horizon: bigint): Place {
  return horizon > place.transaction ? { transaction: horizon, pathwayId: null, seq: 0 } : place;
}

function textOf({ transaction, pathwayId, seq }: Place): string {
  return Buffer.from(`changes|${String(transaction)}|${pathwayId ?? ''}|${String(seq)}`, 'utf8').toString(
    'base64url',
  );
}

function readPlace(text: string): Place {
  const [what, transaction = '', pathwayId = '', seq = '', ...rest] = Buffer.from(text, 'base64url')
    .toString('utf8')
    .split('|');
  const whole = /^[0-9]{1,19}$/;
  if (
    what !== 'changes' ||
    !whole.test(transaction) ||
    !/^[0-9]{1,9}$/.test(seq) ||
    !(pathwayId === '' || isUuid(pathwayId)) ||
    rest.length > 0
  ) {
    throw new BadCursorError('This is not a cursor of this list');
  }
  return {
    transaction: BigInt(transaction),
    pathwayId: pathwayId === '' ? null : pathwayId,
    seq: Number(seq),
  };
}
