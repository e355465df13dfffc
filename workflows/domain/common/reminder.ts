import { before } from './duration.ts';
import type { Instant } from './instant.ts';
import { instantAt, localParts } from './london-time.ts';
import type { MessagePolicy } from './policy.ts';
import { earliestSending } from './sending-hours.ts';

/** When the reminder of an appointment is due: so long before, moved to the fixed local time of that day. */
export function reminderDue(startsAt: Instant, { reminder }: MessagePolicy): Instant {
  const earlier = before(startsAt, reminder.before);
  return reminder.at === null ? earlier : instantAt(localParts(earlier).date, reminder.at);
}

/** The first instant from `now` on at which a text may leave: now, or the next opening of the sending hours. */
export function nextSendingTime(now: Instant, policy: MessagePolicy): Instant {
  return earliestSending(now, policy);
}
