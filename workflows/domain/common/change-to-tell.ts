import type { Instant } from './instant.ts';
import { isTooLateToTell } from './planned-message.ts';
import type { MessagePurpose } from './message-purpose.ts';
import type { MessagePolicy } from './policy.ts';

/** A change of which the person must hear before the time to which they may still come. */
export interface ChangeToTell {
  readonly purpose: Extract<MessagePurpose, 'appointment-moved' | 'appointment-cancelled'>;
  /** The one that was cancelled, or to which it was moved. */
  readonly appointmentId: string;
  /** The old time or the new one, whichever comes first and is not known to the person. */
  readonly comesAt: Instant;
}

/** Those that this policy has told at all. */
export function ofPolicy(
  changes: readonly ChangeToTell[],
  { purposes = [] }: Pick<MessagePolicy, 'purposes'>,
): readonly ChangeToTell[] {
  return changes.filter(({ purpose }) => purposes.includes(purpose));
}

/** Those that a text would tell and none can in time: somebody has to ring. */
export function untold(
  changes: readonly ChangeToTell[],
  policy: MessagePolicy,
  now: Instant,
): readonly ChangeToTell[] {
  return ofPolicy(changes, policy).filter(({ comesAt }) => isTooLateToTell(comesAt, policy, now));
}
