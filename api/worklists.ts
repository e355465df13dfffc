import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { openOffers } from '../store/offers.ts';
import type { OfferRow } from '../store/offers.ts';
import { countPathways } from '../store/pathway-counts.ts';
import type { PathwayFilter } from '../store/pathway-filter.ts';
import { BadCursorError, listPathways } from '../store/pathways.ts';
import type { Scope } from '../store/scope.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import { casesReadableBy } from './access-policy.ts';
import type { Caller } from './caller.ts';
import type { CursorSeal } from './cursor.ts';
import { tableOf } from './kinds.ts';
import { lineOf } from './pathways.ts';
import { Problem } from './problems.ts';
import { reading } from './route.ts';
import type { Answer, Route } from './route.ts';
import { offerList, pathwayCounts, pathwayList } from './schemas/worklists.ts';
import type { offerLine } from './schemas/worklists.ts';
import { countsQuery, listQuery } from './schemas/lists.ts';

type ListQuery = z.output<typeof listQuery>;

/** The lists that people work from, and how long each is. */
export function worklistRoutes({
  db,
  cursors,
}: {
  readonly db: Database;
  readonly cursors: CursorSeal;
}): Route[] {
  return [
    reading({
      method: 'get',
      path: '/api/v1/pathways',
      summary:
        'Lists the pathways that the caller may read; with `offered`, instead, the transfers offered to their provider',
      tag: 'pathways',
      query: listQuery,
      answers: { 200: { description: 'One page', body: z.union([pathwayList, offerList]) } },
      problems: ['invalid-cursor'],
      handle: ({ caller, query, receivedAt }) =>
        query.offered === undefined
          ? listOfPathways(db, cursors, caller, query, receivedAt)
          : listOfOffers(db, cursors, caller, query),
    }),
    reading({
      method: 'get',
      path: '/api/v1/pathways/counts',
      summary: 'How long each list is: what its pages add up to',
      tag: 'pathways',
      query: countsQuery,
      answers: { 200: { description: 'The counts', body: pathwayCounts } },
      handle: async ({ caller, query, receivedAt }) => {
        const { kind, providerId } = listScope(caller, query.kind);
        const counts =
          kind === 'none'
            ? noCounts
            : await countPathways(
                db,
                { forceId: caller.forceId, providerId },
                {
                  filter: {
                    ...(kind === undefined ? {} : { kind }),
                    ...(query.provider === undefined ? {} : { providerId: query.provider }),
                    ...(query.worker === undefined ? {} : { workerId: query.worker }),
                    ...(query.area === undefined ? {} : { area: query.area }),
                    ...(query.marker === undefined ? {} : { marker: query.marker }),
                  },
                  mine: caller.userId,
                  overdueAt: receivedAt,
                  offers: offerScope(caller),
                },
              );
        return {
          status: 200,
          body: {
            ...counts,
            stages: counts.stages.map(({ stage, ...rest }) => ({
              ...{ kind: rest.kind, stage, title: tableOf(rest.kind).stages[stage]?.title ?? stage },
              count: rest.count,
            })),
            ...{ asAt: receivedAt, asAtText: describeLocal(receivedAt) },
          } satisfies z.output<typeof pathwayCounts>,
        };
      },
    }),
  ];
}

const noCounts = {
  ...{ total: 0, open: 0, closed: 0, working: 0, mine: 0, unassigned: 0, overdue: 0, attention: 0 },
  ...{ offered: 0, stages: [] },
};

async function listOfPathways(
  db: Database,
  cursors: CursorSeal,
  caller: Caller,
  query: ListQuery,
  now: Instant,
): Promise<Answer> {
  const { cursor, limit, order } = query;
  const { kind, providerId } = listScope(caller, query.kind);
  if (kind === 'none') return { status: 200, body: { items: [], next: null } };
  const place = placeOf(caller, query);
  const { rows, next } = await listPathways(
    db,
    { forceId: caller.forceId, providerId },
    {
      filter: { ...(kind === undefined ? {} : { kind }), ...filterOf(query, caller, now) },
      ...{ order, limit },
      ...(cursor === undefined ? {} : { after: cursors.open(cursor, place) }),
    },
  ).catch((error: unknown) => {
    throw error instanceof BadCursorError ? new Problem('invalid-cursor') : error;
  });
  return {
    status: 200,
    body: {
      items: rows.map((row) => lineOf(row, now)),
      next: next === null ? null : cursors.seal(next, place),
    },
  };
}

function filterOf(query: ListQuery, caller: Caller, now: Instant): PathwayFilter {
  const { stage, provider, person, reference, search, worker, mine, state, attention } = query;
  const { unassigned, overdue, waiting, area, marker, 'due-before': dueBefore } = query;
  // Somebody else's list that is one's own is empty, which is what is asked for.
  const workerId =
    mine === undefined ? worker : worker === undefined || worker === caller.userId ? caller.userId : '';
  // What somebody carries is what is worked on; who names a state, a stage, a person or a reference says what they look for,
  // and what asks for somebody asks also once the case is closed.
  const asks = attention === 'true';
  const named = asks || [state, stage, person, reference, search].some((asked) => asked !== undefined);
  const carriedOnly = mine !== undefined && !named;
  return {
    ...(stage === undefined ? {} : { stage }),
    ...(provider === undefined ? {} : { providerId: provider }),
    ...(person === undefined ? {} : { personId: person }),
    ...(reference === undefined ? {} : { reference }),
    ...(search === undefined ? {} : { referenceStart: search }),
    ...(workerId === undefined ? {} : { workerId }),
    ...(state === 'open' || state === 'closed' ? { closed: state === 'closed' } : {}),
    ...(state === 'working' || carriedOnly ? { working: true } : {}),
    ...(waiting === undefined ? {} : { waiting: true }),
    ...(area === undefined ? {} : { area }),
    ...(marker === undefined ? {} : { marker }),
    ...(unassigned === undefined ? {} : { unassigned: true }),
    ...(dueBefore === undefined ? {} : { dueBefore }),
    ...(overdue === undefined ? {} : { overdueAt: now }),
    ...(attention === undefined ? {} : { needsAttention: attention === 'true' }),
  };
}

/** Offers stand by themselves: what else could be asked for is more than a receiver may know. */
async function listOfOffers(
  db: Database,
  cursors: CursorSeal,
  caller: Caller,
  { offered, cursor, limit, order: _order, ...others }: ListQuery,
): Promise<Answer> {
  const [other] = Object.keys(others);
  if (other !== undefined) {
    const message = 'Offers are listed by themselves: only limit and cursor go with them';
    throw new Problem('invalid-request', {
      errors: [{ path: `/${other}`, code: 'not-with-offered', message }],
    });
  }
  const scope = offerScope(caller);
  if (scope === null) return { status: 200, body: { items: [], next: null } };
  const place = placeOf(caller, { offered });
  const after = cursor === undefined ? undefined : cursors.open(cursor, place);
  const { rows, next } = await openOffers(db, scope, { limit, ...(after === undefined ? {} : { after }) });
  return {
    status: 200,
    body: { items: rows.map(offerOf), next: next === null ? null : cursors.seal(next, place) },
  };
}

function offerOf(row: OfferRow): z.output<typeof offerLine> {
  return { ...row, offeredText: describeLocal(row.offeredAt) };
}

/** Which list of whom, with which filters. */
function placeOf({ forceId, userId }: Caller, query: object): string {
  return JSON.stringify([forceId, userId, { ...query, cursor: undefined, limit: undefined }]);
}

/** To whom the offers were made that the caller may know of; null: of none. */
function offerScope(caller: Caller): Scope | null {
  const cases = casesReadableBy(caller).find(({ kind }) => kind === 'diversion');
  return cases === undefined ? null : { forceId: caller.forceId, providerId: cases.providerId };
}

/**
 * What a list may hold. Who has roles of a provider and of the force at once must name the kind: one list
 * has one scope.
 */
function listScope(
  caller: Caller,
  asked: PathwayKindName | undefined,
): { kind?: PathwayKindName | 'none'; providerId: string | null } {
  const cases = casesReadableBy(caller).filter(({ kind }) => asked === undefined || kind === asked);
  const [first, second] = cases;
  if (first === undefined) return { kind: 'none', providerId: null };
  if (second === undefined) return first;
  if (first.providerId !== second.providerId) {
    throw new Problem('invalid-request', {
      errors: [
        { path: '/kind', code: 'required', message: 'Your roles see the kinds differently: name one' },
      ],
    });
  }
  return { providerId: first.providerId };
}
