import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { Database } from './database.ts';
import { conditionsOfOffers } from './offers.ts';
import { conditionsAlsoOfVoid, conditionsOf } from './pathway-filter.ts';
import type { PathwayFilter, Value } from './pathway-filter.ts';
import type { Scope } from './scope.ts';

/** How many rows each list would show, page by page. */
export interface PathwayCounts {
  readonly total: number;
  readonly open: number;
  readonly closed: number;
  readonly working: number;
  readonly mine: number;
  readonly unassigned: number;
  readonly overdue: number;
  readonly attention: number;
  readonly offered: number;
  /** A stage without a pathway is left out; what is void is here and in no other count. */
  readonly stages: readonly StageCount[];
}

export interface StageCount {
  readonly kind: PathwayKindName;
  readonly stage: string;
  readonly count: number;
}

/** Kept, and left out of every count. */
const voidStage = 'void';

/**
 * The counts of the lists, by the lists' own conditions and as of one moment.
 *
 * @param options.filter what all the lists that are counted are narrowed to; offers are not
 * @param options.mine whose own list: what they carry and is worked on
 * @param options.offers of which offers are counted; null: none
 */
export async function countPathways(
  db: Database,
  scope: Scope,
  options: {
    readonly filter?: Pick<PathwayFilter, 'kind' | 'providerId' | 'workerId' | 'area' | 'marker'>;
    readonly mine: string;
    readonly overdueAt: Instant;
    readonly offers: Scope | null;
  },
): Promise<PathwayCounts> {
  const { filter = {}, overdueAt, mine, offers } = options;
  const values: unknown[] = [];
  const value: Value = (given) => `$${String(values.push(given))}`;
  const ofScope = [`p.force_id = ${value(scope.forceId)}`];
  if (scope.providerId !== null) ofScope.push(`p.provider_id = ${value(scope.providerId)}`);
  const among = (list: PathwayFilter): string =>
    [...ofScope, ...conditionsOf({ ...filter, ...list }, value)].join(' and ');
  const count = (list: PathwayFilter): string =>
    `(select count(*)::integer from pathway p where ${among(list)})`;
  // Open and unassigned are parts of what is worked on: one look at that is enough.
  const part = (list: PathwayFilter): string =>
    `count(*) filter (where ${conditionsOf(list, value).join(' and ')})::integer`;
  const own = filter.workerId === undefined || filter.workerId === mine;
  const ofOffers = offers === null ? ['false'] : conditionsOfOffers(offers, value);
  const { rows } = await db.pool.query<Omit<PathwayCounts, 'total' | 'closed'>>(
    `select working.*, ${own ? count({ workerId: mine, working: true }) : '0'} as mine,
       ${count({ overdueAt })} as overdue, ${count({ needsAttention: true })} as attention,
       (select count(*)::integer from pathway p where ${ofOffers.join(' and ')}) as offered,
       (select coalesce(jsonb_agg(to_jsonb(s) order by s.kind desc, s.stage), '[]')
          from (select p.kind, p.stage, count(*) as count from pathway p
                 where ${[...ofScope, ...conditionsAlsoOfVoid(filter, value)].join(' and ')}
                 group by p.kind, p.stage) s) as stages
       from (select ${part({ closed: false })} as open, count(*)::integer as working,
               ${part({ unassigned: true })} as unassigned
               from pathway p where ${among({ working: true })}) working`,
    values,
  );
  const [counted] = rows;
  if (counted === undefined) throw new Error('A count without a row');
  const total = counted.stages
    .filter(({ stage }) => stage !== voidStage)
    .reduce((sum, { count: ofStage }) => sum + ofStage, 0);
  return { ...counted, total, closed: total - counted.open };
}
