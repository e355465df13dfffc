import { notAccepted } from './acceptance.ts';
import type { Acceptance, ProviderRoute } from './acceptance.ts';
import { leftWith, withStatus } from './appointment-history.ts';
import type { RecordedDiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';
import type { TransferAnswer } from './transfer.ts';

/** With whom the referral is, has been and may be. */
export function foldProvider(
  state: DiversionState,
  event: RecordedDiversionEvent,
): DiversionState | undefined {
  switch (event.type) {
    case 'referral-accepted':
      return { ...state, acceptance: { ...state.acceptance, acceptedAt: event.occurredAt } };
    case 'referral-declined': {
      const { reason, route, cancelled } = event.data;
      const declined = { at: event.occurredAt, reason, route };
      return { ...withProvider(state, null, cancelled, notAccepted), declined };
    }
    case 'referral-routed': {
      const { route, cancelled } = event.data;
      const routed = { ...notAccepted, routedAt: event.occurredAt };
      // Another provider has a time for trying of its own.
      const contact = { ...state.contact, effortOver: false };
      return { ...withProvider({ ...state, contact }, route, cancelled, routed), declined: null };
    }
    case 'caseworker-assigned': {
      const { workerId } = event.data;
      return { ...state, acceptance: { ...state.acceptance, workerId, assignedAt: event.occurredAt } };
    }
    case 'transfer-offered': {
      const { transferId, to, reason } = event.data;
      return { ...state, transfer: { transferId, to, reason, offeredAt: event.occurredAt } };
    }
    case 'transfer-accepted': {
      const { route, cancelled } = event.data;
      const taken = { ...notAccepted, routedAt: event.occurredAt, acceptedAt: event.occurredAt };
      return withProvider(answered(state, event, 'accepted'), route, cancelled, taken);
    }
    case 'transfer-declined':
      return answered(state, event, 'declined');
    case 'transfer-taken-back':
      return answered(state, event, 'taken-back');
    case 'person-moved': {
      const { proposed, area } = event.data;
      const move = { at: event.occurredAt, proposed };
      return area === undefined ? { ...state, move } : { ...state, move, area };
    }
    default:
      return undefined;
  }
}

function answered(
  state: DiversionState,
  {
    data,
    occurredAt,
  }: Pick<
    Extract<
      RecordedDiversionEvent,
      { readonly type: 'transfer-accepted' | 'transfer-declined' | 'transfer-taken-back' }
    >,
    'data' | 'occurredAt'
  >,
  answer: TransferAnswer,
): DiversionState {
  const { transferId } = data;
  return { ...state, transfer: null, answeredTransfer: { transferId, answer, at: occurredAt } };
}

/** Another provider has the person, or none; what the former one had booked ahead does not take place. */
function withProvider(
  state: DiversionState,
  route: ProviderRoute | null,
  cancelled: readonly string[],
  acceptance: Acceptance,
): DiversionState {
  return {
    ...state,
    route,
    acceptance,
    appointments: leftWith(state.route, route, withStatus(state.appointments, cancelled, 'cancelled')),
  };
}
