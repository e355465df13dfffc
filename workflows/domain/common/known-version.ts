import type { StoredEvent } from './event.ts';

/**
 * What upcasting ends with: the event must have come to the schema version that this build writes.
 * @throws Error for a version written by a newer build, or an event that the kind does not know
 */
export function knownVersion(event: StoredEvent, versions: Readonly<Record<string, number>>): StoredEvent {
  const today = Object.hasOwn(versions, event.type) ? versions[event.type] : undefined;
  if (event.version !== today) {
    throw new Error(`Cannot read version ${String(event.version)} of the event ${event.type}`);
  }
  return event;
}
