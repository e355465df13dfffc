import type { SeededRandom } from '../scripts/house/seeded-random.ts';
import type { Figure, Pair } from './figure.ts';
import type { Rig } from './rig.ts';

export interface Bench {
  readonly name: string;
  /** What is measured, in one sentence. */
  readonly about: string;
  /** Benches of the same rig share one while they run after each other. */
  readonly rig: RigNeeds;
  /** Whether the worker of the pathways is stopped meanwhile; the runs of what is opened then start later. */
  readonly worker?: 'away';
  /** Why it is left out of a quick run; undefined: it is not. */
  readonly notQuick?: string;
  /** Why it is left out of every run that does not name it; undefined: it is not. */
  readonly onlyNamed?: string;
  /** How long it may take in a full run; ten minutes unless given. */
  readonly withinMs?: number;
  /** @throws Error when anything is answered that was not expected; then there is no figure */
  readonly measure: (scene: BenchScene) => Promise<Figure[]>;
}

export interface RigNeeds {
  /** Further variables of both workers, and of the API. */
  readonly environment: Readonly<Record<string, string>>;
}

export const usualRig: RigNeeds = { environment: {} };

export interface BenchScene {
  readonly rig: Rig;
  readonly random: SeededRandom;
  readonly quick: boolean;
  /** How many pairs to measure, and how many there must be on a machine that is busy with other things. */
  readonly pairs: number;
  readonly leastPairs: number;
  /** How much to measure, where somebody has said so. */
  readonly size: number | undefined;
  readonly signal: AbortSignal;
  /** A line for whoever watches; not part of the result. */
  readonly say: (line: string) => void;
}

/** So many clients at a time, each living so many lives. */
export interface LifeLevel {
  readonly clients: number;
  readonly lives: number;
  readonly budgetMs: number;
  /** Without it the level is left out of a quick run. */
  readonly quick?: { readonly lives: number; readonly budgetMs: number };
}

export interface Interleaving {
  /** Once so much time is over there are no more pairs than the least. */
  readonly budgetMs: number;
  /** Whether a pair goes before that is dropped; the usual thing, unless one was just before. */
  readonly warmUp: boolean;
}

/** Ours, the peer, ours, the peer. */
export async function interleaved<T>(
  { pairs, leastPairs, signal }: Pick<BenchScene, 'pairs' | 'leastPairs' | 'signal'>,
  { budgetMs, warmUp }: Interleaving,
  ours: () => Promise<T>,
  peer: () => Promise<T>,
): Promise<(readonly [ours: T, peer: T])[]> {
  if (warmUp) {
    await ours();
    await peer();
  }
  const measured: (readonly [T, T])[] = [];
  const begun = performance.now();
  while (measured.length < pairs) {
    signal.throwIfAborted();
    if (measured.length >= leastPairs && performance.now() - begun > budgetMs) break;
    measured.push([await ours(), await peer()]);
  }
  return measured;
}

export function pairsOf<T>(measured: readonly (readonly [T, T])[], numberOf: (one: T) => number): Pair[] {
  return measured.map(([ours, peer]) => [numberOf(ours), numberOf(peer)]);
}

/** @returns milliseconds */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
