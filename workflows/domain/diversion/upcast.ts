import type { StoredEvent } from '../common/event.ts';
import { eventVersions } from './events.ts';

/**
 * Brings an event to today's schema version, one version at a time. All are in their first version, so
 * there is nothing to bring; a changed shape adds its step here and a golden file to the tests.
 * @throws Error for a version written by a newer build, or an event that this kind does not know.
 */
export function upcast(event: StoredEvent): StoredEvent {
  const versions: Readonly<Record<string, number>> = eventVersions;
  const today = Object.hasOwn(versions, event.type) ? versions[event.type] : undefined;
  if (event.version !== today) {
    throw new Error(`Cannot read version ${String(event.version)} of the event ${event.type}`);
  }
  return event;
}
