import type { Instant } from './instant.ts';
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
