import type { Actor } from '../domain/common/actor.ts';
import type { ByEmail } from '../domain/common/by-email.ts';
import type { Command } from '../domain/common/command.ts';
import type { RefusalCode } from '../domain/common/decision.ts';
import type { NewEvent, StoredEvent } from '../domain/common/event.ts';
import type { Instant } from '../domain/common/instant.ts';
import type { Json } from '../domain/common/json.ts';
import type { MessageIntent, OpenIntent } from '../domain/common/message-intent.ts';
import type { PathwayState, PathwaySummary } from '../domain/common/pathway-state.ts';

/**
 * What starts a run, one that continues another too. A run needs nothing else: its first append catches up from the
 * ledger. A state that was handed on would outlive the code that folded it.
 */
export interface PathwayInput {
  readonly forceId: string;
  readonly pathwayId: string;
}

export interface CarryFactInput {
  readonly forceId: string;
  readonly factId: string;
}

/** A command on its way to its run. */
export type SentCommand = Command & {
  /** Where the sender saw the ledger stand; left out, the run asks the ledger whatever its rules say. */
  readonly seenSeq?: number;
};

/** What a taken command is answered with. It can be rebuilt from the ledger at any later time. */
export interface CommandAnswer {
  readonly pathwayId: string;
  readonly commandId: string;
  /** Sequence of the last event of this command. */
  readonly seq: number;
  readonly stage: string;
  readonly events: readonly { readonly seq: number; readonly type: string }[];
}

/** `details` of the ApplicationFailure that refuses a command; its `type` is `refusalFailureType`. */
export interface RefusalDetails {
  readonly code: RefusalCode;
  readonly message: string;
  readonly stage: string | null;
  readonly details?: Json;
}

export const refusalFailureType = 'CommandRefused';

/** The running pathway as support sees it. */
export interface RunView {
  readonly caughtUp: boolean;
  readonly state: PathwayState | null;
  readonly inbox: number;
  readonly deliveries: number;
}

/**
 * One append. Without an entry it inserts nothing and answers what the ledger holds after `expectedSeq`:
 * that is how a run catches up.
 */
export interface AppendInput {
  readonly forceId: string;
  readonly pathwayId: string;
  readonly expectedSeq: number;
  readonly entry: AppendEntry | null;
  /** The id of a command that the rules refuse now and that may have been taken before. Where it is, nothing is inserted. */
  readonly lookFor?: string;
}

export interface AppendEntry {
  readonly commandId: string;
  readonly actor: Actor;
  readonly policyVersion: number;
  readonly events: readonly NewEvent<string, unknown>[];
  readonly intents: readonly MessageIntent[];
  /** The pathway row after these events. */
  readonly summary: PathwaySummary;
}

export interface AppendResult {
  /** Sequence of the newest event in the ledger. */
  readonly head: number;
  /** Whether the ledger holds the entry's command or the one looked for, from this append or an earlier one. */
  readonly recorded: boolean;
  /** Stored events after `expectedSeq`, in order. Evolve from these only. */
  readonly events: readonly StoredEvent[];
  /** The events of those commands at or before `expectedSeq`, for the answer. */
  readonly earlier: readonly StoredEvent[];
  /**
   * Messages that the ledger still owes: those of the returned events, or, when catching up, all of this pathway, and
   * those settled of which it has not heard.
   */
  readonly openIntents: readonly OpenIntent[];
}

/** What came of one delivery. `unknown`: the gateway's answer was unclear and stays so; a person looks. */
export interface DeliveryOutcome {
  readonly status: 'sent' | 'skipped' | 'failed' | 'unknown';
  readonly purpose: string;
  readonly reason?: string;
  /** Of a text that was left out: the person can be told the same by e-mail. */
  readonly byEmail?: ByEmail;
  readonly at: Instant;
}
