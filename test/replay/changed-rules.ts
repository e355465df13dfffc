import type { PathwayInput } from '../../workflows/contract/envelope.ts';
import { compulsory } from '../../workflows/domain/compulsory/kind.ts';
import { refuse } from '../../workflows/domain/common/decision.ts';
import type { PathwayKind } from '../../workflows/domain/common/pathway-kind.ts';
import type { PathwayState } from '../../workflows/domain/common/pathway-state.ts';
import { diversion } from '../../workflows/domain/diversion/kind.ts';
import { runPathway } from '../../workflows/engine/run-pathway.ts';

/**
 * Tomorrow's rules at their most different: whatever was allowed is refused, whatever was refused is
 * allowed with an event of another kind, and a clock's passing means nothing any more.
 */
function turnedAround<S extends PathwayState>(kind: PathwayKind<S>): PathwayKind<S> {
  return {
    ...kind,
    decide: (state, command, now) =>
      kind.decide(state, command, now).refusal === undefined
        ? refuse('conflict', 'Tomorrow this is not allowed.')
        : kind.decide(
            state,
            { ...command, name: 'report-internal-error', data: { commandName: command.name } },
            now,
          ),
  };
}

export async function diversionPathway(input: PathwayInput): Promise<void> {
  await runPathway(turnedAround(diversion), input);
}

export async function compulsoryPathway(input: PathwayInput): Promise<void> {
  await runPathway(turnedAround(compulsory), input);
}
