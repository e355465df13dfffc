import type { Database } from '../store/database.ts';
import { changesAfter } from '../store/changes.ts';
import { BadCursorError } from '../store/pathways.ts';
import { casesReadableBy } from './access-policy.ts';
import type { CursorSeal } from './cursor.ts';
import { Problem } from './problems.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { changeList, changesQuery } from './schemas/changes.ts';

/**
 * What happened since, for another system that keeps cases of its own: a reference and codes, never what an event says.
 * A provider hears of the cases that it has now, and of one that it has no more the event that took it.
 */
export function changeRoutes({
  db,
  cursors,
}: {
  readonly db: Database;
  readonly cursors: CursorSeal;
}): Route[] {
  return [
    reading({
      method: 'get',
      path: '/api/v1/changes',
      summary: 'Events since a cursor, in an order in which none is missed',
      tag: 'integration',
      query: changesQuery,
      answers: { 200: { description: 'One page', body: changeList } },
      problems: ['invalid-cursor'],
      handle: async ({ caller, query: { after, limit } }) => {
        const cases = casesReadableBy(caller);
        // A cursor goes on where another view had come to, so it belongs to the view.
        const place = JSON.stringify(['changes', caller.forceId, cases]);
        const page = await changesAfter(db, caller.forceId, {
          cases,
          limit,
          ...(after === undefined ? {} : { after: cursors.open(after, place) }),
        }).catch((error: unknown) => {
          throw error instanceof BadCursorError ? new Problem('invalid-cursor') : error;
        });
        return {
          status: 200,
          body: {
            items: page.changes,
            next: cursors.seal(page.next, place),
            more: page.more,
          },
        };
      },
    }),
  ];
}
