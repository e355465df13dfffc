import { mustBeTold } from '../messages/judge.ts';
import type { MessageRow } from '../store/messages.ts';
import type { DeliveryOutcome } from '../workflows/contract/envelope.ts';
import { isStoppedAtCarrier } from '../workflows/domain/common/delivery-failure.ts';
import { tellsOfChange } from '../workflows/domain/common/message-purpose.ts';

const outcomeStatuses = {
  sent: 'sent',
  delivered: 'sent',
  failed: 'failed',
  unknown: 'unknown',
  skipped: 'skipped',
  cancelled: 'skipped',
} as const;

/** What a settled message is to its pathway. */
export function outcomeOf(message: MessageRow): DeliveryOutcome {
  const { status: kept, purpose, reason, settledAt, updatedAt } = message;
  // The stop that was recorded with it asks for another way; of a change somebody has to tell the person besides.
  const asked = kept === 'failed' && isStoppedAtCarrier(reason) && !isToldBesides(purpose);
  const status = asked ? 'skipped' : kept;
  if (status === 'planned' || status === 'sending') throw new Error('The message is not settled');
  const outcome = { status: outcomeStatuses[status], purpose, at: settledAt ?? updatedAt };
  return reason === null ? outcome : { ...outcome, reason };
}

function isToldBesides(purpose: string): boolean {
  return tellsOfChange(purpose) || mustBeTold(purpose, 'texts-stopped');
}
