import type { Instant } from './instant.ts';
import { isBefore, secondsBetween } from './instant.ts';
import { addDaysToDate, instantAt, instantOfLocal, localParts } from './london-time.ts';
import type { MessagePolicy } from './policy.ts';

/**
 * The first instant from this one on at which a text may leave: from `sendFrom` and before `sendUntil`,
 * local times. Hours that end before they begin run over midnight; hours that end when they begin are
 * the whole day.
 * @throws RangeError when `from` is not an instant or `sendFrom` is not a local time.
 */
export function earliestSending(
  from: Instant,
  { sendFrom, sendUntil }: Pick<MessagePolicy, 'sendFrom' | 'sendUntil'>,
): Instant {
  const { date, time } = localParts(from);
  const open =
    sendFrom < sendUntil ? time >= sendFrom && time < sendUntil : time >= sendFrom || time < sendUntil;
  if (open) {
    return from;
  }
  const today = instantOfLocal(date, sendFrom);
  // In the doubled hour of October the first of the two may be over while the second is still ahead.
  const openings = today.kind === 'doubled' ? [today.instant, today.second] : [today.instant];
  return openings.find((opening) => opening > from) ?? instantAt(addDaysToDate(date, 1), sendFrom);
}

/**
 * For how long a text could have left between the two instants: the seconds within the sending hours. What waited for the
 * morning has waited for nothing else.
 * @throws RangeError when either is not an instant or an hour is not a local time.
 */
export function sendingSecondsBetween(
  from: Instant,
  to: Instant,
  policy: Pick<MessagePolicy, 'sendFrom' | 'sendUntil'>,
): number {
  const { sendFrom, sendUntil } = policy;
  if (sendFrom === sendUntil) return Math.max(0, secondsBetween(from, to));
  let seconds = 0;
  for (let open = earliestSending(from, policy); isBefore(open, to);) {
    const { date, time } = localParts(open);
    const closes = instantAt(time < sendUntil ? date : addDaysToDate(date, 1), sendUntil);
    if (!isBefore(open, closes)) break;
    seconds += secondsBetween(open, isBefore(to, closes) ? to : closes);
    open = earliestSending(closes, policy);
  }
  return seconds;
}
