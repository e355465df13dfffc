import type { Database } from '../store/database.ts';
import type { MessageStatus } from '../store/messages.ts';
import { enrolmentsOf } from '../store/online-enrolments.ts';
import { narrowed } from './access-policy.ts';
import { readablePathway } from './pathways.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { pathwayParams } from './schemas/lists.ts';
import { enrolmentList } from './schemas/online-enrolments.ts';
import type { EnrolmentState } from './schemas/online-enrolments.ts';

const path = '/api/v1/pathways/{pathwayId}/online-enrolments';

const states: Readonly<Record<MessageStatus, EnrolmentState>> = {
  planned: 'waiting',
  sending: 'waiting',
  sent: 'enrolled',
  delivered: 'logged-in',
  unknown: 'unclear',
  failed: 'not-enrolled',
  skipped: 'not-enrolled',
  cancelled: 'not-enrolled',
};

/** Where no text may tell the person their code, whoever has them reads it here and tells it. */
export function onlineEnrolmentRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path,
      summary:
        'How it stands with the online programme, and the access code to tell; nothing of a former provider or person',
      tag: 'pathways',
      params: pathwayParams,
      answers: { 200: { description: 'Every enrolment since the last route', body: enrolmentList } },
      problems: ['not-found'],
      handle: async ({ caller, params }) => {
        const { forceId, pathwayId } = await readablePathway(
          db,
          narrowed(caller, `GET ${path}`),
          params.pathwayId,
        );
        const enrolments = await enrolmentsOf(db, forceId, pathwayId);
        const items = enrolments.map(({ intentId, plannedAt, status, reason, accessCode }) => ({
          ...{ enrolmentId: intentId, plannedAt, state: states[status], reason, accessCode },
        }));
        return { status: 200, body: { pathwayId, items } };
      },
    }),
  ];
}
