import type { StoredEvent } from '../common/event.ts';
import { knownVersion } from '../common/known-version.ts';
import { eventVersions } from './events.ts';

/**
 * Brings an event to today's schema version, one version at a time. All are in their first version, so
 * there is nothing to bring; a changed shape adds its step here and a golden ledger to the tests.
 * @throws Error for a version written by a newer build, or an event that this kind does not know
 */
export function upcast(event: StoredEvent): StoredEvent {
  return knownVersion(event, eventVersions);
}
