import { nearest } from '../common/deadline.ts';
import { earliest } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import type { PathwaySummary } from '../common/pathway-state.ts';
import { concludedInTreatment, voidedPathway } from './closure-reasons.ts';
import { lateSince } from './overdue.ts';
import type { DiversionState } from './state.ts';
import { isTreatment } from './treatment.ts';
import type { Treatment } from './treatment.ts';

/** The pathway row as lists and the stuck board read it. */
export function summarise(state: DiversionState): PathwaySummary {
  const { assessment, treatment } = state;
  return {
    stage: state.stage,
    ...ended(state),
    needsRun: !state.finished,
    nextDeadline: nearest(state.deadlines) ?? null,
    attention: state.attention,
    lateSince: lateSince(state.attention),
    providerId: state.route?.providerId ?? null,
    ...areaOf(state),
    firstContactAt: state.contact.reachedAt,
    engagedAt: state.engagement?.at ?? null,
    workerId: state.acceptance.workerId,
    offeredTo: state.transfer?.to.providerId ?? null,
    acceptedAt: state.acceptance.acceptedAt,
    // Who declined was not assessed.
    assessedAt: assessment === null || assessment.result === 'declined' ? null : assessment.at,
    carePlanAt: treatment.agreedAt,
    treatmentStartedAt: firstStart(treatment),
    // Also those moved or cancelled: a message still waiting must learn that.
    appointments: state.appointments
      .filter(({ attendance }) => attendance === null)
      .map(({ appointmentId, kind, startsAt, endsAt, placeCode, status, formerProviderId }) => ({
        ...{ appointmentId, kind, startsAt, endsAt, placeCode, status },
        ...(formerProviderId === undefined ? {} : { formerProviderId }),
      })),
    tasks: [],
  };
}

/**
 * The date on which it counts as closed, once and for all where it was concluded in treatment: what closes the treatment
 * later gives the reason, and the count of an earlier quarter stays as it was. What is void is open in no count.
 */
function ended({
  voided,
  concludedAt,
  closure,
}: DiversionState): Pick<PathwaySummary, 'closedAt' | 'closureReason'> {
  if (voided !== null) {
    return { closedAt: voided.at, closureReason: voidedPathway };
  }
  if (concludedAt !== null) {
    return { closedAt: concludedAt, closureReason: closure?.reason ?? concludedInTreatment };
  }
  return { closedAt: closure?.at ?? null, closureReason: closure?.reason ?? null };
}

/** Left out where it was never known. */
function areaOf({ area }: DiversionState): Pick<PathwaySummary, 'area'> {
  return area === undefined ? {} : { area };
}

function firstStart({ modalities }: Treatment): Instant | null {
  const starts = modalities
    .filter((modality) => !modality.invalidStart && isTreatment(modality))
    .flatMap(({ startedAt }) => (startedAt === null ? [] : [startedAt]));
  return earliest(...starts) ?? null;
}
