import { nearest } from '../common/deadline.ts';
import type { PathwaySummary } from '../common/pathway-state.ts';
import { lateSince } from './overdue.ts';
import type { CompulsoryState } from './state.ts';

/** The pathway row after the events, for lists, boards and the judging of messages. */
export function summarise(state: CompulsoryState): PathwaySummary {
  return {
    stage: state.stage,
    closedAt: state.closed?.at ?? null,
    closureReason: state.closed?.reason ?? null,
    needsRun: !state.finished,
    nextDeadline: nearest(state.deadlines) ?? null,
    attention: state.attention,
    lateSince: lateSince(state.attention),
    // Provider, contact, engagement and treatment belong to the voluntary path.
    providerId: null,
    ...(state.test.area === undefined ? {} : { area: state.test.area }),
    ...markersOf(state),
    firstContactAt: null,
    engagedAt: null,
    workerId: null,
    offeredTo: null,
    acceptedAt: null,
    assessedAt: null,
    carePlanAt: null,
    treatmentStartedAt: null,
    // Also those moved or cancelled: a message still waiting must learn that.
    appointments: state.appointments
      .filter(({ attendance }) => attendance === null)
      .map(({ appointmentId, kind, startsAt, endsAt, placeCode, status }) => ({
        appointmentId,
        kind,
        startsAt,
        endsAt,
        placeCode,
        status,
      })),
    tasks: state.tasks.map(({ taskId, breachId, unitCode, marker, status, issuedAt }) => ({
      taskId,
      breachId,
      unitCode,
      marker,
      status,
      issuedAt,
    })),
  };
}

/** Of the breaches that stand, each colour once. */
function markersOf({ breaches }: CompulsoryState): Pick<PathwaySummary, 'markers'> {
  const colours = breaches.flatMap(({ status, marker }) =>
    status === 'in-force' && marker !== null ? [marker.marker] : [],
  );
  return colours.length === 0 ? {} : { markers: [...new Set(colours)] };
}
