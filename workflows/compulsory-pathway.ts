import type { PathwayInput } from './contract/envelope.ts';
import { compulsory } from './domain/compulsory/kind.ts';
import { runPathway } from './engine/run-pathway.ts';

/** Drug test on arrest, required assessments, breach and arrest task (Drugs Act 2005 Part 3). */
export async function compulsoryPathway(input: PathwayInput): Promise<void> {
  await runPathway(compulsory, input);
}
