import type { Instant } from '../common/instant.ts';
import type { ContactChannel, ContactResult } from './commands.ts';

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
