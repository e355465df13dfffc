import type { StoredEvent } from '../../../workflows/domain/common/event.ts';
import type { DiversionEventData, DiversionEventType } from '../../../workflows/domain/diversion/events.ts';

/** Tells what an event of the voluntary path says, by its type. */
export function isDiversionEvent<T extends DiversionEventType>(
  event: StoredEvent<string, unknown>,
  type: T,
): event is StoredEvent<T, DiversionEventData[T]> {
  return event.type === type;
}
