/** One thing that was measured, ours beside the peer's. */
export interface Figure {
  /** Unique in its bench, with the unit, e.g. `lives/s, 8 clients`. */
  readonly name: string;
  /** Median of ours; for something counted, the count. */
  readonly ours: number;
  /** null: measured against a limit, not against a peer. */
  readonly peer: number | null;
  /** Median of the ratios of the pairs, ours to the peer's; what has no pairs, the ratio of the two. */
  readonly ratio: number | null;
  /** The least and the greatest ratio of a pair. */
  readonly spread: readonly [number, number] | null;
  /** In words; null where none was set. */
  readonly goal: string | null;
  /** null where there is no goal. */
  readonly pass: boolean | null;
  readonly pairs: readonly Pair[];
}

/** Measured one after the other: ours, the peer's. */
export type Pair = readonly [ours: number, peer: number];

/** What a figure has to reach. */
export interface Goal {
  readonly words: string;
  readonly reached: (figure: Pick<Figure, 'ours' | 'peer' | 'ratio'>) => boolean;
}

export function ratioAtLeast(least: number): Goal {
  return { words: `ratio >= ${least.toFixed(2)}`, reached: ({ ratio }) => (ratio ?? 0) >= least };
}

export function ratioAtMost(most: number): Goal {
  return { words: `ratio <= ${most.toFixed(2)}`, reached: ({ ratio }) => (ratio ?? Infinity) <= most };
}

export function atMost(most: number): Goal {
  return { words: `<= ${String(most)}`, reached: ({ ours }) => ours <= most };
}

export function atLeast(least: number): Goal {
  return { words: `>= ${String(least)}`, reached: ({ ours }) => ours >= least };
}

export function atMostAbovePeer(most: number, unit: string): Goal {
  return {
    words: `<= peer + ${String(most)} ${unit}`,
    reached: ({ ours, peer }) => peer !== null && ours - peer <= most,
  };
}

/** @throws RangeError when there is no pair */
export function figureOf(name: string, pairs: readonly Pair[], goal?: Goal): Figure {
  const ratios = pairs.map(([ours, peer]) => ours / peer);
  return judged(
    {
      name,
      ours: median(pairs.map(([ours]) => ours)),
      peer: median(pairs.map(([, peer]) => peer)),
      ratio: median(ratios),
      spread: [Math.min(...ratios), Math.max(...ratios)],
      pairs,
    },
    goal,
  );
}

/** Something that is counted once, like events or bytes. */
export function counted(name: string, ours: number, peer: number | null, goal?: Goal): Figure {
  const ratio = peer === null ? null : ours / peer;
  return judged({ name, ours, peer, ratio, spread: null, pairs: [] }, goal);
}

function judged(figure: Omit<Figure, 'goal' | 'pass'>, goal?: Goal): Figure {
  return {
    ...figure,
    goal: goal?.words ?? null,
    pass: goal === undefined ? null : goal.reached(figure),
  };
}

/** @throws RangeError when there is nothing */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/**
 * Between the two nearest ranks, as usual.
 * @param share from 0 to 1
 * @throws RangeError when there is nothing
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError('Nothing was measured');
  return below + (above - below) * (place - Math.floor(place));
}
