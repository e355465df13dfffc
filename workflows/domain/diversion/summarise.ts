import { nearest } from '../common/deadline.ts';
import type { PathwaySummary } from '../common/pathway-state.ts';
import type { DiversionState } from './state.ts';

/** The pathway row as lists and the stuck board read it. */
export function summarise(state: DiversionState): PathwaySummary {
  return {
    stage: state.stage,
    closedAt: state.closure?.at ?? null,
    closureReason: state.closure?.reason ?? null,
    needsRun: !state.finished,
    nextDeadline: nearest(state.deadlines) ?? null,
    attention: state.attention,
    providerId: state.route?.providerId ?? null,
    firstContactAt: state.contact.reachedAt,
    engagedAt: state.engagement?.at ?? null,
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
    tasks: [],
  };
}
