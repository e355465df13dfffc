import type { Actor } from './actor.ts';
import type { Attention, SettledAttention } from './attention.ts';
import type { ClearedDeadline, Deadline } from './deadline.ts';
import type { Instant } from './instant.ts';
import type { Json } from './json.ts';

/**
 * What an event does beside saying what happened. The rule that chose these effects has run once, in
 * `decide`; they are stored with the event, so a rule changed later cannot rewrite the past when the
 * ledger is folded again or a history is replayed.
 */
export interface EventEffects {
  /** The stage from this event on. */
  readonly stage?: string;
  readonly armed?: readonly Deadline[];
  readonly cleared?: readonly ClearedDeadline[];
  readonly raised?: readonly Attention[];
  readonly settled?: readonly SettledAttention[];
}

/** An event as `decide` makes it. `version` is the schema version of `data` (see upcast.ts of the kind). */
export interface NewEvent<T extends string = string, D = Json> extends EventEffects {
  readonly type: T;
  readonly version: number;
  /** When it happened in the world; clocks run on this. */
  readonly occurredAt: Instant;
  readonly data: D;
}

/** What `evolve` may look at. The time of recording is left out on purpose: state must not depend on it. */
export interface LedgerEvent<T extends string = string, D = Json> extends NewEvent<T, D> {
  /** 1 for the opening event, then without a gap. */
  readonly seq: number;
  readonly commandId: string;
  readonly actor: Actor;
}

/** An event as the ledger returns it. */
export interface StoredEvent<T extends string = string, D = Json> extends LedgerEvent<T, D> {
  readonly recordedAt: Instant;
}
