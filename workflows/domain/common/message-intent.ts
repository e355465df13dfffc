import type { Instant } from './instant.ts';
import type { MessageChannel } from './message-purpose.ts';

/** Lower goes first. A text about an appointment that moved today outranks any reminder. */
export type Urgency = 1 | 2 | 3 | 4 | 5;

/**
 * The wish to tell somebody something, written in the same append as the event that caused it.
 * The ledger gives it its id; one is kept for each (pathway, command, purpose, channel, appointment).
 */
export interface MessageIntent {
  readonly purpose: string;
  readonly channel: MessageChannel;
  readonly urgency: Urgency;
  /** Not before this instant. */
  readonly notBefore: Instant;
  /** After this instant the message makes no sense and is skipped. */
  readonly expiresAt: Instant;
  readonly appointmentId?: string;
}

/** An intent that the ledger holds and nobody has settled yet. */
export interface OpenIntent {
  readonly intentId: string;
  readonly urgency: Urgency;
  /** What it was to tell; histories from before it was said have none. */
  readonly purpose?: string;
}
