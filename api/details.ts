import type { z } from 'zod';
import { amendmentsOf } from '../store/amendments.ts';
import type { Database } from '../store/database.ts';
import { notesOf } from '../store/notes.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { narrowed } from './access-policy.ts';
import { readablePathway } from './pathways.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { amendmentList, noteList } from './schemas/details.ts';
import { pathwayParams } from './schemas/lists.ts';

const notesPath = '/api/v1/pathways/{pathwayId}/notes';
const amendmentsPath = '/api/v1/pathways/{pathwayId}/amendments';

/** What the ledger names and does not hold. */
export function detailRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path: notesPath,
      summary: 'The notes of the team about one referral, in order; no police role reads them',
      tag: 'pathways',
      params: pathwayParams,
      answers: { 200: { description: 'Every note', body: noteList } },
      problems: ['not-found'],
      handle: async ({ caller, params }) => {
        const { forceId, pathwayId } = await readablePathway(
          db,
          narrowed(caller, `GET ${notesPath}`),
          params.pathwayId,
        );
        const notes = await notesOf(db, forceId, pathwayId);
        const items = notes.map((note) => ({ ...note, occurredText: describeLocal(note.occurredAt) }));
        return { status: 200, body: { pathwayId, items } };
      },
    }),
    reading({
      method: 'get',
      path: amendmentsPath,
      summary:
        'What was put right about one referral and its person, and moves: old, new, who, when, why; for the team and the manager',
      tag: 'pathways',
      params: pathwayParams,
      answers: { 200: { description: 'The change log', body: amendmentList } },
      problems: ['not-found'],
      handle: async ({ caller, params }) => {
        const { forceId, pathwayId } = await readablePathway(
          db,
          narrowed(caller, `GET ${amendmentsPath}`),
          params.pathwayId,
        );
        const amendments = await amendmentsOf(db, forceId, pathwayId);
        const items = amendments.map(({ reason, details, ...amendment }) => ({
          ...amendment,
          reason: reason as z.output<typeof amendmentList>['items'][number]['reason'],
          details: [...details],
          occurredText: describeLocal(amendment.occurredAt),
        }));
        return { status: 200, body: { pathwayId, items } satisfies z.output<typeof amendmentList> };
      },
    }),
  ];
}
