import type { KnownChannel } from '../common/contact-preference.ts';
import { earliest } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import type { ContactChannel } from './commands.ts';
import type { ContactAttempted } from './events.ts';
import type { SharedContact } from './shared-contact.ts';
import type { Contact } from './state.ts';

/** What was tried to reach the person and what showed that they were reached, as the ledger tells it. */

export function attempted(
  contact: Contact,
  { channel, result, by }: Pick<ContactAttempted, 'channel' | 'result' | 'by'>,
  at: Instant,
): Contact {
  const counted = { ...contact, attempts: contact.attempts + 1 };
  if (result === 'reached' || result === 'declined') {
    return spokenTo(counted, at);
  }
  if (by === 'system' || result === 'wrong-number' || contact.reachedAt !== null) {
    return counted;
  }
  return { ...counted, tries: [...contact.tries, { at, channel: knownChannel(channel) }] };
}

/** A contact of another referral counts here as if it were of this one; it is an attempt of the one that recorded it. */
export function sharedWith(contact: Contact, { channel, result, at }: SharedContact): Contact {
  return { ...attempted(contact, { channel, result, by: 'person' }, at), attempts: contact.attempts };
}

/** What remains when some of the shared contacts are counted no more: this referral's own, and the other shared ones. */
export function withoutShared(own: Contact, remaining: readonly SharedContact[]): Contact {
  return remaining.reduce(sharedWith, own);
}

export function spokenTo(contact: Contact, at: Instant): Contact {
  return reached(
    { ...contact, spokenAt: contact.spokenAt === null ? at : earliest(contact.spokenAt, at) },
    at,
  );
}

export function reached(contact: Contact, at: Instant): Contact {
  return { ...contact, reachedAt: contact.reachedAt === null ? at : earliest(contact.reachedAt, at) };
}

/** A voicemail is a try by phone. */
function knownChannel(channel: ContactChannel): KnownChannel {
  return channel === 'voicemail' ? 'phone' : channel;
}
