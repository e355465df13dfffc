import type { PathwayInput } from './contract/envelope.ts';
import { diversion } from './domain/diversion/kind.ts';
import { runPathway } from './engine/run-pathway.ts';

/** The voluntary path, from an Adult Community Resolution to its closure. */
export async function diversionPathway(input: PathwayInput): Promise<void> {
  await runPathway(diversion, input);
}
