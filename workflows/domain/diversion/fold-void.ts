import { withStatus } from './appointment-history.ts';
import type { DiversionEventData, RecordedDiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';

/** That a referral should never have been, and that this was a mistake, as the ledger tells it. */

export function afterVoiding(
  state: DiversionState,
  { data, occurredAt }: Extract<RecordedDiversionEvent, { type: 'pathway-voided' }>,
): DiversionState {
  const { deadlines, attention, transfer, appointments } = state;
  const { reason, cancelled } = data;
  // Whether somebody came to what had begun is not known, and may be asked again.
  const begun = appointments
    .filter(({ appointmentId, startsAt }) => cancelled.includes(appointmentId) && startsAt <= occurredAt)
    .map(({ appointmentId }) => appointmentId);
  const ahead = cancelled.filter((appointmentId) => !begun.includes(appointmentId));
  return {
    ...state,
    voided: {
      at: occurredAt,
      reason,
      before: { deadlines, attention, transfer, cancelled: ahead, begun },
    },
    appointments: withStatus(appointments, cancelled, 'cancelled'),
    transfer: null,
    finished: true,
  };
}

/** It goes on as it stood, open or closed. The person was never gone: this is no return of theirs. */
export function afterVoidTakenBack(
  state: DiversionState,
  { restored = [], closureStands, finished }: DiversionEventData['pathway-reopened'],
): DiversionState {
  return {
    ...state,
    voided: null,
    appointments: withStatus(state.appointments, restored, 'booked'),
    transfer: closureStands === true ? null : (state.voided?.before.transfer ?? null),
    finished: finished === true,
  };
}
