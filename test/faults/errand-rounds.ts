import type { SeededRandom } from '../../scripts/house/seeded-random.ts';
import { errandNames } from './lives/errands.ts';

/** In each repeat so many at least. */
const fewest = 3;

export interface Rounds {
  readonly random: SeededRandom;
  readonly repeats: number;
  readonly quick: boolean;
}

/**
 * Which commands of the voluntary path each repeat has to meet: in a whole run over its repeats every one of them, in an
 * order of its seed; in a quick run some of them, other ones with each seed.
 */
export function errandRounds({ random, repeats, quick }: Rounds): (index: number) => readonly string[] {
  const order = random.shuffled(errandNames);
  const count = quick ? fewest : Math.max(fewest, Math.ceil(order.length / repeats));
  return (index) =>
    Array.from({ length: count }, (_, place) => order[(index * count + place) % order.length] ?? '');
}
