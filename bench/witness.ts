import type { CommandAnswer } from '../workflows/contract/envelope.ts';
import type { Command } from '../workflows/domain/common/command.ts';
import type { AskedAct } from '../scripts/house/officer.ts';
import type { LedgerPathway, RequestRow } from '../scripts/house/ledger-snapshot.ts';

/**
 * Remembers what was answered to those who go past the API: commands sent straight to the engine, intakes,
 * rows of a file. The checks know acts and requests, so it tells them in those terms; the command's own id
 * stands for the key.
 */
export class Witness {
  readonly #acts: AskedAct[] = [];
  readonly #commandIds = new Map<string, string>();
  readonly #imported = new Set<string>();

  /** A command that was taken; an answer names the events it was taken as. */
  taken({ commandId, name }: Pick<Command, 'commandId' | 'name'>, answer?: CommandAnswer): void {
    this.#acts.push(actOf(commandId, name, answer ?? {}));
    this.#commandIds.set(commandId, commandId);
  }

  /** Rows of a file that were answered as taken, by the pathway that each was answered with. */
  imported(pathwayIds: readonly string[]): void {
    for (const pathwayId of pathwayIds) {
      this.#acts.push(actOf(pathwayId, 'a row', {}));
      this.#imported.add(pathwayId);
    }
  }

  get acts(): readonly AskedAct[] {
    return this.#acts;
  }

  /** Which command each act is; a row is the command that opened its pathway, so it has none where that is missing. */
  requestsIn(pathways: readonly LedgerPathway[]): RequestRow[] {
    const rows = pathways.filter(({ pathwayId }) => this.#imported.has(pathwayId));
    return [
      ...[...this.#commandIds].map(([key, commandId]) => requestOf(key, commandId)),
      ...rows.map(({ pathwayId, openingCommandId }) => requestOf(pathwayId, openingCommandId)),
    ];
  }
}

const takenStatus = 200;

function actOf(key: string, path: string, body: unknown): AskedAct {
  const at = Date.now();
  return {
    ...{ key, user: 'bench', path, body: null, sentAt: at },
    heard: [{ at, status: takenStatus, code: null }],
    final: { status: takenStatus, body },
  };
}

function requestOf(key: string, commandId: string): RequestRow {
  return { key, commandId, state: 'answered', status: takenStatus };
}
