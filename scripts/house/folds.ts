import { isDeepStrictEqual } from 'node:util';
import type { StoredEvent } from '../../workflows/domain/common/event.ts';
import type { PathwayKind, PathwayKindName } from '../../workflows/domain/common/pathway-kind.ts';
import type { PathwayState } from '../../workflows/domain/common/pathway-state.ts';
import { compulsory } from '../../workflows/domain/compulsory/kind.ts';
import { diversion } from '../../workflows/domain/diversion/kind.ts';
import type { LedgerPathway } from './ledger-snapshot.ts';
import { violation, type Violation } from './violation.ts';

/** The state that the ledger amounts to. @throws what the kind's `evolve` throws */
export function foldOf({ kind, events }: Pick<LedgerPathway, 'kind' | 'events'>): PathwayState {
  const folds: Record<PathwayKindName, () => PathwayState> = {
    diversion: () => fold(diversion, events),
    compulsory: () => fold(compulsory, events),
  };
  return folds[kind]();
}

function fold<S extends PathwayState>(kind: PathwayKind<S>, events: readonly StoredEvent[]): S {
  let state: S | undefined;
  for (const event of events) {
    const { recordedAt: _recordedAt, ...ledgerEvent } = kind.upcast(event);
    state = kind.evolve(state, ledgerEvent);
  }
  if (state === undefined) throw new Error('A pathway without events');
  return state;
}

function summaryOf(pathway: LedgerPathway) {
  const summaries: Record<PathwayKindName, () => ReturnType<PathwayKind['summarise']>> = {
    diversion: () => diversion.summarise(fold(diversion, pathway.events)),
    compulsory: () => compulsory.summarise(fold(compulsory, pathway.events)),
  };
  return summaries[pathway.kind]();
}

/** I11, the ledger's half: sequences without a gap, and the row is what the events amount to. */
export function checkFolds(pathways: readonly LedgerPathway[]): Violation[] {
  return pathways.flatMap((pathway) => {
    const { pathwayId, events, headSeq, columns } = pathway;
    const violations: Violation[] = [];
    const say = (what: string): number => violations.push(violation('I11', `${pathwayId}: ${what}`));
    if (events.some(({ seq }, index) => seq !== index + 1) || events.length !== headSeq) {
      say(`${String(events.length)} events, the head is ${String(headSeq)}, or there is a gap`);
      return violations;
    }
    const summary = summaryOf(pathway);
    if (!sameJson(summary, pathway.summary)) {
      say(`the row's summary is ${JSON.stringify(pathway.summary)}, the fold's ${JSON.stringify(summary)}`);
    }
    const { stage, closedAt, closureReason, needsRun, attention, lateSince, providerId, nextDeadline } =
      summary;
    const expected = {
      ...{ stage, closedAt, closureReason, needsRun, attention, providerId },
      lateSince: lateSince ?? null,
      nextDueAt: nextDeadline?.due ?? null,
      nextDueRule: nextDeadline?.rule ?? null,
    };
    if (!sameJson(expected, columns)) {
      say(`the row's columns are ${JSON.stringify(columns)}, the fold's ${JSON.stringify(expected)}`);
    }
    return violations;
  });
}

/** Equal as JSON: the order of keys does not matter, and a field that is undefined is none. */
export function sameJson(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));
}
