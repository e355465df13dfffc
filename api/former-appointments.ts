import type { Database } from '../store/database.ts';
import { unrecordedElsewhere } from '../store/former-appointments.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { casesReadableBy } from './access-policy.ts';
import type { CursorSeal } from './cursor.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { formerAppointmentList, formerAppointmentsQuery } from './schemas/former-appointments.ts';

/**
 * A case goes to another provider, and what came of an appointment with the former one is not recorded: whoever held it
 * is still asked, and learns of the case nothing but that.
 */
export function formerAppointmentRoutes({
  db,
  cursors,
}: {
  readonly db: Database;
  readonly cursors: CursorSeal;
}): Route[] {
  return [
    reading({
      method: 'get',
      path: '/api/v1/appointments/unrecorded-elsewhere',
      summary:
        'Appointments of the caller’s provider that nobody has recorded, in cases that another provider has since',
      tag: 'pathways',
      query: formerAppointmentsQuery,
      answers: { 200: { description: 'One page', body: formerAppointmentList } },
      problems: ['invalid-cursor'],
      handle: async ({ caller, query: { limit, cursor } }) => {
        const { forceId, userId } = caller;
        const scope = casesReadableBy(caller).find(({ kind }) => kind === 'diversion');
        if (scope === undefined) return { status: 200, body: { items: [], next: null } };
        const { providerId } = scope;
        const place = JSON.stringify(['unrecorded-elsewhere', forceId, userId, providerId]);
        const { rows, next } = await unrecordedElsewhere(
          db,
          { forceId, providerId },
          { limit, ...(cursor === undefined ? {} : { after: cursors.open(cursor, place) }) },
        );
        return {
          status: 200,
          body: {
            items: rows.map((row) => ({ ...row, startsText: describeLocal(row.startsAt) })),
            next: next === null ? null : cursors.seal(next, place),
          },
        };
      },
    }),
  ];
}
