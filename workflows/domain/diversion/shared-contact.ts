import type { Instant } from '../common/instant.ts';
import type { ContactChannel, ContactResult } from './commands.ts';
import type { Contact } from './state.ts';

/** A contact of another open referral of the same person with the same provider, which counts here too. */
export interface ContactShared {
  readonly factId: string;
  readonly fromPathwayId: string;
  /** The command that recorded it there. */
  readonly attemptId: string;
  readonly channel: ContactChannel;
  readonly result: ContactResult;
}

/** It was undone where it was recorded, or what was recorded there was about somebody else. */
export interface ContactShareUndone {
  readonly factId: string;
  readonly attemptIds: readonly string[];
}

export interface SharedContact extends Pick<
  ContactShared,
  'fromPathwayId' | 'attemptId' | 'channel' | 'result'
> {
  readonly at: Instant;
}

/** As if they had not been counted: nobody can have been reached by them, and they were no tries. */
export function withoutShared(contact: Contact, undone: readonly SharedContact[]): Contact {
  return undone.reduce(without, contact);
}

function without(contact: Contact, { at, channel }: SharedContact): Contact {
  const known = channel === 'voicemail' ? 'phone' : channel;
  const place = contact.tries.findIndex((each) => each.at === at && each.channel === known);
  return {
    ...contact,
    tries: contact.tries.filter((_, index) => index !== place),
    reachedAt: contact.reachedAt === at ? null : contact.reachedAt,
    spokenAt: contact.spokenAt === at ? null : contact.spokenAt,
  };
}
