import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { recordDisclosure } from '../store/disclosures.ts';
import { readEvents } from '../store/ledger.ts';
import { bindingFactsOf, toldFact } from '../store/person-facts.ts';
import { isPoliceReferral } from '../store/people-in-view.ts';
import { pathwayById, pathwayByReference } from '../store/pathways.ts';
import type { PathwayRow } from '../store/pathways.ts';
import { isUuid, wholeForce } from '../store/scope.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { officerView } from '../workflows/domain/diversion/officer-view.ts';
import { mayRead, narrowed, rolesOfRoute } from './access-policy.ts';
import { actorFor } from './caller.ts';
import type { Caller } from './caller.ts';
import { foldReferral } from './kinds.ts';
import { Problem } from './problems.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { officerViewAnswer } from './schemas/officer-views.ts';
import { reference } from './schemas/values.ts';

const referralPath = '/api/v1/referrals/{reference}';

/** What became of a referral, for the police who made it: they read no pathway of the voluntary side. */
export function officerViewRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path: referralPath,
      summary: 'What became of a referral: received, in contact, engaged or closed, and since when',
      tag: 'intake',
      params: z.strictObject({ reference: reference('The reference, or the id of the pathway') }),
      answers: { 200: { description: 'No more than the police may know', body: officerViewAnswer } },
      problems: ['not-found'],
      handle: async ({ caller, params, receivedAt }) => {
        const { forceId } = caller;
        const row = isUuid(params.reference)
          ? await pathwayById(db, wholeForce(forceId), params.reference)
          : await pathwayByReference(db, forceId, params.reference);
        if (row?.kind !== 'diversion' || !(await mayAsk(db, caller, row))) throw new Problem('not-found');
        const state = foldReferral(await readEvents(db, wholeForce(forceId), row.pathwayId));
        const told = await bindingFactsOf(db, forceId, row.personId);
        await noteDisclosure(db, caller, row, receivedAt);
        const { notices, ...view } = officerView(state, told.map(toldFact));
        const body: z.output<typeof officerViewAnswer> = {
          ...{ reference: row.reference, pathwayId: row.pathwayId, ...view },
          receivedText: describeLocal(view.receivedAt),
          notices: notices.map((notice) => ({ ...notice, dueText: describeLocal(notice.dueAt) })),
          demo: row.demo,
        };
        return { status: 200, body };
      },
    }),
  ];
}

/** Whoever reads the case is told nothing new; what the police are told of it is noted, each time. */
async function noteDisclosure(db: Database, caller: Caller, row: PathwayRow, at: Instant): Promise<void> {
  const police = rolesOfRoute(`GET ${referralPath}`).filter(
    (role) => !mayRead({ ...caller, roles: [role] }, row),
  );
  const actor = mayRead(caller, row) ? undefined : actorFor(caller, police);
  if (actor === undefined) return;
  await recordDisclosure(db, {
    ...{ disclosureId: randomUUID(), personId: row.personId, pathwayId: row.pathwayId },
    ...{ matter: 'referral-status', reason: 'asked-by-who-referred', disclosedAt: at },
    ...{ toOrganisationId: caller.organisationId, actor },
  });
}

/** The police ask about what they referred, and about nothing else; a manager reads every referral. */
async function mayAsk(db: Database, caller: Caller, row: PathwayRow): Promise<boolean> {
  // A role that reads every case and may not ask here gives nothing to one that may.
  return (
    mayRead(narrowed(caller, `GET ${referralPath}`), row) ||
    (await isPoliceReferral(db, row.forceId, row.pathwayId))
  );
}
