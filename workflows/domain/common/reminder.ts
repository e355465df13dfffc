import { before } from './duration.ts';
import type { Instant } from './instant.ts';
import { isBefore } from './instant.ts';
import { addDaysToDate, instantAt, localParts } from './london-time.ts';
import type { MessagePolicy } from './policy.ts';

/** When the reminder of an appointment is due: so long before, moved to the fixed local time of that day. */
export function reminderDue(startsAt: Instant, { reminder }: MessagePolicy): Instant {
  const earlier = before(startsAt, reminder.before);
  return reminder.at === null ? earlier : instantAt(localParts(earlier).date, reminder.at);
}

/** The first instant from `now` on at which a text may leave: now, or the next opening of the sending hours. */
export function nextSendingTime(now: Instant, { sendFrom, sendUntil }: MessagePolicy): Instant {
  const { date } = localParts(now);
  const opens = instantAt(date, sendFrom);
  if (isBefore(now, opens)) {
    return opens;
  }
  return isBefore(now, instantAt(date, sendUntil)) ? now : instantAt(addDaysToDate(date, 1), sendFrom);
}
