import type { StoredEvent } from '../common/event.ts';

/**
 * Brings an event of an older schema version to today's. Every type is at version 1, so there is nothing
 * to bring. A type that changes gets its version raised in `newEvent` and its older data read here.
 */
export function upcast(event: StoredEvent): StoredEvent {
  return event;
}
