import type { RunAddress } from '../../platform/pathway-runs.ts';
import type { Database } from '../../store/database.ts';
import { append } from '../../store/ledger.ts';
import type { Command } from '../../workflows/domain/common/command.ts';
import type { LedgerEvent } from '../../workflows/domain/common/event.ts';
import type { PathwayKind } from '../../workflows/domain/common/pathway-kind.ts';
import type { PathwayState } from '../../workflows/domain/common/pathway-state.ts';

/**
 * Takes a command into the ledger without the run's knowing: as after a kill of worker and Temporal between an
 * append and the end of its workflow task.
 * @returns the ledger's head after it
 */
export async function recordUnheard<S extends PathwayState>(
  db: Database,
  kind: PathwayKind<S>,
  { forceId, pathwayId }: RunAddress,
  unheard: Command,
): Promise<number> {
  const { events: known } = await append(db, { forceId, pathwayId, expectedSeq: 0, entry: null }, 'test');
  const state = known.reduce<S | undefined>(
    (before, { recordedAt: _recordedAt, ...event }) => kind.evolve(before, event),
    undefined,
  );
  const decision = kind.decide(state, unheard, unheard.receivedAt);
  if (state === undefined || decision.refusal !== undefined) throw new Error('the rules refuse this');
  const { commandId, actor } = unheard;
  const { events, intents } = decision;
  const after = events.reduce<S>(
    (before, event, index) =>
      kind.evolve(before, { ...event, seq: state.seq + 1 + index, commandId, actor } as LedgerEvent),
    state,
  );
  const entry = { commandId, actor, policyVersion: 1, events, intents, summary: kind.summarise(after) };
  const { recorded, head } = await append(db, { forceId, pathwayId, expectedSeq: state.seq, entry }, 'test');
  if (!recorded) throw new Error('the ledger did not record this');
  return head;
}
