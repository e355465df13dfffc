import { mustBeTold } from '../messages/judge.ts';
import { markNobodyTold } from '../store/messages.ts';
import type { MessageRow } from '../store/messages.ts';
import { isInvitedWith } from '../store/online-enrolments.ts';
import { isNumberInUse } from '../store/reported-failures.ts';
import type { DeliveryOutcome } from '../workflows/contract/envelope.ts';
import { isNoEmail, isTextsOffReason } from '../workflows/domain/common/by-email.ts';
import { aboutNumber, isStoppedAtCarrier } from '../workflows/domain/common/delivery-failure.ts';
import { tellsOfChange } from '../workflows/domain/common/message-purpose.ts';
import { isToldSkip } from '../workflows/domain/common/no-way.ts';
import type { Parts } from './delivery-parts.ts';
import { byEmailInstead } from './person-email.ts';

const outcomeStatuses = {
  sent: 'sent',
  delivered: 'sent',
  failed: 'failed',
  unknown: 'unknown',
  skipped: 'skipped',
  cancelled: 'skipped',
} as const;

/**
 * What a settled message is to its pathway. Of an access code that no text was planned to tell, somebody has to tell: a text
 * that was not sent. What nobody need be told of is marked so, since a run that comes later would ask for it again.
 */
export async function settledOutcome(parts: Parts, message: MessageRow): Promise<DeliveryOutcome> {
  const outcome = await judgedOutcome(parts, message);
  const asked = message.channel === 'programme' || outcome.status !== 'sent';
  if (asked && !isReported(outcome)) await markNobodyTold(parts.db, message.forceId, message.intentId);
  return outcome;
}

async function judgedOutcome(parts: Parts, message: MessageRow): Promise<DeliveryOutcome> {
  const instead = parts.emails === null ? {} : await byEmailInstead(parts, message);
  const outcome = { ...outcomeOf(message), ...instead };
  const { numberGone = false } = aboutNumber(outcome.reason);
  if (numberGone && !(await isNumberInUse(parts.db, message.forceId, message.intentId))) {
    // Asked for later it may be about a number that was replaced: what it says of that one is of no use to anybody.
    const { reason: _aboutAnother, ...failed } = outcome;
    return failed;
  }
  const enrolled = message.channel === 'programme' && message.status === 'sent';
  return enrolled && !(await isInvitedWith(parts.db, message))
    ? { ...outcome, status: 'failed', purpose: 'online-invitation', reason: 'not-invited' }
    : outcome;
}

/** Whether its run reports it (workflows/engine/deliveries.ts). */
function isReported({ status, purpose, reason, byEmail }: DeliveryOutcome): boolean {
  if (status !== 'skipped') return status !== 'sent';
  if (isTextsOffReason(reason) && byEmail !== undefined) return true;
  return isNoEmail(purpose, reason) || isToldSkip(purpose, reason);
}

function outcomeOf(message: MessageRow): DeliveryOutcome {
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
