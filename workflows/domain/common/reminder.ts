import { before } from './duration.ts';
import type { Instant } from './instant.ts';
import { instantAt, localParts } from './london-time.ts';
import type { MessagePolicy } from './policy.ts';

/** When the reminder of an appointment is due: so long before, moved to the fixed local time of that day. */
export function reminderDue(startsAt: Instant, { reminder }: MessagePolicy): Instant {
  const earlier = before(startsAt, reminder.before);
  return reminder.at === null ? earlier : instantAt(localParts(earlier).date, reminder.at);
}
