import type { Instant } from '../common/instant.ts';
import { localParts } from '../common/london-time.ts';

/**
 * People give the minute or only the day of what they did, and the record of what came before it may bear the moment
 * at which it was entered. What lies on one local day is therefore in no wrong order.
 */

export function onEarlierDay(at: Instant, recordedAt: Instant): boolean {
  return localParts(at).date < localParts(recordedAt).date;
}

export function onSameDay(at: Instant, recordedAt: Instant): boolean {
  return localParts(at).date === localParts(recordedAt).date;
}
