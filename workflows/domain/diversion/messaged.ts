import { localParts } from '../common/london-time.ts';
import type { LocalDate } from '../common/london-time.ts';
import type { ContactAttempted, RecordedDiversionEvent } from './events.ts';
import { officerView } from './officer-view.ts';
import type { OfficerStatus } from './officer-view.ts';
import type { DiversionState } from './state.ts';

/** What a message is sent about once only, as the events say it: also an event that was undone has been told of. */
export interface Messaged {
  /** Where the referral has stood in the officer's view, ever. */
  readonly officer: readonly OfficerStatus[];
  /** The latest local day on which the person did not answer a call of a person; null: none. */
  readonly unansweredOn: LocalDate | null;
}

/** Only under a policy with such messages, so that a ledger from before them folds to what it always did. */
export function withMessaged(state: DiversionState, event: RecordedDiversionEvent): DiversionState {
  if (state.policy.messages.purposes === undefined) {
    return state;
  }
  const { officer, unansweredOn } = state.messaged ?? { officer: [], unansweredOn: null };
  const { status } = officerView(state);
  const day =
    event.type === 'contact-attempted' && isUnansweredCall(event.data)
      ? localParts(event.occurredAt).date
      : null;
  return {
    ...state,
    messaged: {
      officer: officer.includes(status) ? officer : [...officer, status],
      unansweredOn: day !== null && (unansweredOn === null || day > unansweredOn) ? day : unansweredOn,
    },
  };
}

/** Somebody rang, and nobody answered; who left a message has said so themselves. */
export function isUnansweredCall({ channel, result, by }: ContactAttempted): boolean {
  return by === 'person' && channel === 'phone' && result === 'no-answer';
}
