import type { z } from 'zod';
import type { Database } from '../store/database.ts';
import { readEvents } from '../store/ledger.ts';
import { wholeForce } from '../store/scope.ts';
import { wishesOf } from '../store/wishes.ts';
import type { Wishes } from '../store/wishes.ts';
import { consentPurposes } from '../workflows/domain/common/consent.ts';
import { preferredWays } from '../workflows/domain/common/contact-preference.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { saidOfWay, standingFacts } from '../workflows/domain/common/standing-facts.ts';
import type { DiversionState } from '../workflows/domain/diversion/state.ts';
import { narrowed } from './access-policy.ts';
import { foldReferral } from './kinds.ts';
import { readablePathway } from './pathways.ts';
import { Problem } from './problems.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { caseView } from './schemas/case.ts';
import { pathwayParams } from './schemas/lists.ts';

const path = '/api/v1/pathways/{pathwayId}/case';

export function caseRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path,
      summary:
        'What is known of one referral: appointments, tries, wishes, assessment, treatment, needs, with the ids that commands name; for the team and the manager',
      tag: 'pathways',
      params: pathwayParams,
      answers: { 200: { description: 'The case', body: caseView } },
      problems: ['not-found'],
      handle: async ({ caller, params }) => {
        const row = await readablePathway(db, narrowed(caller, `GET ${path}`), params.pathwayId);
        if (row.kind !== 'diversion') throw new Problem('not-found');
        const events = await readEvents(db, wholeForce(caller.forceId), row.pathwayId);
        const wishes = await wishesOf(db, caller.forceId, row.personId);
        if (wishes === null) throw new Problem('not-found');
        return { status: 200, body: viewOf(foldReferral(events), wishes) };
      },
    }),
  ];
}

function viewOf(state: DiversionState, wishes: Wishes): z.output<typeof caseView> {
  const { assessment, closure, contact, treatment, transfer, undoable } = state;
  return {
    ...{ pathwayId: state.pathwayId, seq: state.seq },
    contact: {
      attempts: contact.attempts,
      tries: [...contact.tries],
      reachedAt: contact.reachedAt,
      undoable: undoable === null ? null : { attemptId: undoable.attemptId, until: undoable.until },
    },
    wishes: wishesIn(state, wishes),
    appointments: state.appointments.map(
      ({ appointmentId, kind, status, startsAt, endsAt, placeCode, attendance, supersedes, ...known }) => ({
        ...{ appointmentId, kind, status, startsAt, startsText: describeLocal(startsAt), endsAt },
        ...{ endsText: describeLocal(endsAt), placeCode, attendance, supersedes },
        confirmedAt: known.confirmedAt ?? null,
        cannotComeAt: known.cannotComeAt ?? null,
      }),
    ),
    engagedAt: state.engagement?.at ?? null,
    assessment:
      assessment === null
        ? null
        : {
            ...{ at: assessment.at, result: assessment.result, programme: assessment.programme },
            ...{ substances: [...assessment.substances], signposts: [...assessment.signposts] },
          },
    carePlanAt: treatment.agreedAt,
    modalities: treatment.modalities.map(
      ({ modalityId, type, prescribed, plannedAt, startedAt, endedAt, endReason, ...rest }) => ({
        ...{ modalityId, type, prescribed, plannedAt, startedAt, endedAt, endReason },
        ...{ prescriptionSince: rest.prescriptionSince, lastSession: rest.lastSession },
      }),
    ),
    needs: state.needs.map(({ needId, code, referredTo, since, closedAt, result }) => ({
      ...{ needId, code, referredTo, since, closedAt, result },
    })),
    conditions: state.conditions.map(({ conditionId, code, dueAt, result }) => ({
      ...{ conditionId, code, dueAt, dueText: describeLocal(dueAt), result },
    })),
    offer:
      transfer === null
        ? null
        : {
            ...{ transferId: transfer.transferId, toProviderId: transfer.to.providerId },
            reason: transfer.reason,
          },
    closure:
      closure === null
        ? null
        : {
            ...{ at: closure.at, reason: closure.reason, drugFree: closure.drugFree },
            ...{ crimeFree: closure.crimeFree, mayReturnUntil: closure.mayReturnUntil },
          },
    reopenedAt: state.reopenedAt,
    extendedTo: state.closureExtendedTo,
    iomSince: state.iomSince,
  };
}

/** As the judge of a text reads them at this moment, and not as the case has heard of them. */
function wishesIn(
  { knownChannels, custodySince }: DiversionState,
  { language, safeToText, facts }: Wishes,
): z.output<typeof caseView>['wishes'] {
  const standing = standingFacts(facts);
  const { texts, safety, custody } = standing;
  return {
    ...{ language, knownChannels: [...knownChannels], safeToText },
    ways: Object.fromEntries(
      preferredWays.flatMap((way) => {
        const said = saidOfWay(standing, way);
        return said === undefined ? [] : [[way, said]];
      }),
    ),
    textsStopped: texts?.fact === 'stop-texts',
    consents: Object.fromEntries(
      consentPurposes.flatMap((purpose) => {
        const said = standing[`consent:${purpose}`];
        return said === undefined ? [] : [[purpose, said.fact === 'consent-given' ? 'given' : 'withdrawn']];
      }),
    ),
    safetyFlag: safety?.fact === 'safety-flag',
    inCustodySince: custody?.fact === 'custody' ? (custodySince ?? custody.occurredAt) : null,
  };
}
