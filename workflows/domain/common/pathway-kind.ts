import type { Command, EngineCommand } from './command.ts';
import type { Decision } from './decision.ts';
import type { LedgerEvent, NewEvent, StoredEvent } from './event.ts';
import type { Explanation } from './explanation.ts';
import type { Instant } from './instant.ts';
import type { PathwayState, PathwaySummary } from './pathway-state.ts';
import type { PathwayTable } from './pathway-table.ts';

/**
 * One kind of pathway as the engine, the API and the checks of the ledger see it: pure functions and a
 * table. `decide` and `evolve` may be called at any time with any state; only `evolve` and `upcast` may
 * throw, and only for an event that the ledger should never hold or that a newer build wrote.
 */
export interface PathwayKind<S extends PathwayState = PathwayState> {
  readonly name: PathwayKindName;
  readonly table: PathwayTable;
  /** `now` is the engine's clock at the moment of deciding. `state` is undefined only before the opening event. */
  decide(
    state: S | undefined,
    command: Command | EngineCommand,
    now: Instant,
  ): Decision<NewEvent<string, unknown>>;
  evolve(state: S | undefined, event: LedgerEvent): S;
  /** Brings the data of an older schema version to today's. Used by the store and the workflow alike. */
  upcast(event: StoredEvent): StoredEvent;
  summarise(state: S): PathwaySummary;
  explain(state: S, now: Instant): Explanation;
}

export type PathwayKindName = 'diversion' | 'compulsory';
