import type { AppendEntry } from '../workflows/contract/envelope.ts';
import type { Command } from '../workflows/domain/common/command.ts';
import type { Refusal } from '../workflows/domain/common/decision.ts';
import type { LedgerEvent, StoredEvent } from '../workflows/domain/common/event.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKind, PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { PathwayState } from '../workflows/domain/common/pathway-state.ts';
import type { PathwayTable } from '../workflows/domain/common/pathway-table.ts';
import { compulsory } from '../workflows/domain/compulsory/kind.ts';
import { diversion } from '../workflows/domain/diversion/kind.ts';
import type { DiversionState } from '../workflows/domain/diversion/state.ts';

/** One pathway of whatever kind: its state and the functions of its kind fit each other. */
export interface Folded {
  readonly state: PathwayState;
  readonly explain: (now: Instant) => ReturnType<PathwayKind['explain']>;
}

export function tableOf(kind: PathwayKindName): PathwayTable {
  return kind === 'diversion' ? diversion.table : compulsory.table;
}

/**
 * Folds the stored events of one pathway, from the first on.
 *
 * @throws Error when there are none, or one that the ledger should never hold
 */
export function fold(kind: PathwayKindName, events: readonly StoredEvent[]): Folded {
  return kind === 'diversion' ? foldAs(diversion, events) : foldAs(compulsory, events);
}

/** As `fold`, with all that the voluntary path knows. */
export function foldReferral(events: readonly StoredEvent[]): DiversionState {
  return stateAs(diversion, events);
}

/** What the rules say against a command as the ledger stands; undefined: nothing. */
export function refusalOn(
  kind: PathwayKindName,
  events: readonly StoredEvent[],
  command: Command,
  at: Instant,
): Refusal | undefined {
  return kind === 'diversion'
    ? diversion.decide(stateAs(diversion, events), command, at).refusal
    : compulsory.decide(stateAs(compulsory, events), command, at).refusal;
}

function foldAs<S extends PathwayState>(kind: PathwayKind<S>, events: readonly StoredEvent[]): Folded {
  const state = stateAs(kind, events);
  return { state, explain: (now) => kind.explain(state, now) };
}

function stateAs<S extends PathwayState>(kind: PathwayKind<S>, events: readonly StoredEvent[]): S {
  let state: S | undefined;
  for (const stored of events) {
    const { recordedAt: _recordedAt, ...event } = kind.upcast(stored);
    state = kind.evolve(state, event);
  }
  if (state === undefined) throw new Error('A pathway without events');
  return state;
}

export type Opening =
  | { readonly entry: AppendEntry; readonly refusal?: undefined }
  | { readonly refusal: Refusal; readonly entry?: undefined };

/** What the opening command of a pathway comes to: its first append, or a refusal. `at` is the clock of who decides. */
export function decideOpening(kind: PathwayKindName, command: Command, at: Instant): Opening {
  return kind === 'diversion' ? openAs(diversion, command, at) : openAs(compulsory, command, at);
}

function openAs<S extends PathwayState>(kind: PathwayKind<S>, command: Command, at: Instant): Opening {
  const { commandId, actor } = command;
  const { events, intents, refusal } = kind.decide(undefined, command, at);
  if (refusal !== undefined) return { refusal };
  const state = events.reduce<S | undefined>(
    (current, event, index) =>
      kind.evolve(current, { ...event, seq: index + 1, commandId, actor } as LedgerEvent),
    undefined,
  );
  if (state === undefined) throw new Error(`The decision on ${command.name} has no events`);
  const summary = kind.summarise(state);
  return { entry: { commandId, actor, policyVersion: state.policy.version, events, intents, summary } };
}
