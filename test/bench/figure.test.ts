import { describe, expect, it } from '@jest/globals';
import { interleaved } from '../../bench/bench.ts';
import {
  atMost,
  atMostAbovePeer,
  counted,
  figureOf,
  median,
  percentile,
  ratioAtLeast,
  ratioAtMost,
} from '../../bench/figure.ts';
import type { Goal, Pair } from '../../bench/figure.ts';
import { lineOf } from '../../bench/report.ts';
import { Witness } from '../../bench/witness.ts';
import { checkActs } from '../faults/checks/acts.ts';

const nothing = { requests: [], messages: [], tasks: [], facts: [] };

describe('a figure', () => {
  it('is the median of the ratios of the pairs, not the ratio of the medians', () => {
    const { ours, peer, ratio, spread } = figureOf('rate', [
      [6, 10],
      [1, 1],
      [8, 10],
    ]);
    expect({ ours, peer, ratio, spread }).toEqual({ ours: 6, peer: 10, ratio: 0.8, spread: [0.6, 1] });
  });

  it('reads percentiles between the two nearest ranks, in any order, and none of nothing', () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(percentile([10, 30, 20], 0.99)).toBeCloseTo(29.8);
    expect(percentile([7], 0.99)).toBe(7);
    expect(() => median([])).toThrow(RangeError);
  });

  it.each<{ goal: Goal; reached: Pair; missed: Pair }>([
    { goal: ratioAtLeast(0.6), reached: [60, 100], missed: [59, 100] },
    { goal: ratioAtMost(1.3), reached: [130, 100], missed: [131, 100] },
    { goal: atMost(8), reached: [8, 1], missed: [8.1, 100] },
    { goal: atMostAbovePeer(8, 'ms'), reached: [18, 10], missed: [18.1, 10] },
  ])('knows whether $goal.words is reached', ({ goal, reached, missed }) => {
    expect(figureOf('one', [reached], goal).pass).toBe(true);
    expect(figureOf('one', [missed], goal).pass).toBe(false);
  });

  it('has no verdict without a goal, and no ratio without a peer', () => {
    expect(counted('events', 61, null)).toMatchObject({ ratio: null, goal: null, pass: null });
  });
});

describe('interleaving', () => {
  const many = { pairs: 4, leastPairs: 2, signal: new AbortController().signal };

  async function orderOf(budgetMs: number, warmUp: boolean) {
    let order = '';
    const note = (letter: string) => () => {
      order += letter;
      return Promise.resolve(order.length);
    };
    const measured = await interleaved(many, { budgetMs, warmUp }, note('A'), note('B'));
    return { order, measured };
  }

  it('goes A B A B and drops the first of each', async () => {
    expect(await orderOf(60_000, true)).toEqual({
      order: 'ABABABABAB',
      measured: [
        [3, 4],
        [5, 6],
        [7, 8],
        [9, 10],
      ],
    });
  });

  it('stops at the least number of pairs once its time is over', async () => {
    expect((await orderOf(-1, false)).order).toBe('ABAB');
  });
});

describe('a line', () => {
  const report = {
    ...{ bench: 'one', seed: 1, quick: true, versions: {}, load: [0, 0] as const, seconds: 1 },
    figures: [counted('events', 9, 6, atMost(8)), counted('bytes', 100, 50)],
  };
  const check = { passed: true, pathways: 1, events: 1, acts: 1, violations: [] };

  it('names the goals that were missed', () => {
    const line = JSON.parse(lineOf({ ...report, ledgerCheck: check })) as Record<string, unknown>;
    expect(line).toMatchObject({ pass: false, missed: ['events'], ours: { events: 9, bytes: 100 } });
  });

  it('has no figures where the ledger check failed', () => {
    const violations = [{ invariant: 'I1', what: 'gone' }] as const;
    const text = lineOf({ ...report, ledgerCheck: { ...check, passed: false, violations } });
    expect(JSON.parse(text)).toMatchObject({ void: true, pass: false });
    expect(JSON.parse(text)).not.toHaveProperty('ours');
  });
});

describe('the witness of what went past the API', () => {
  it('makes the check see a command that was answered and is not in the ledger', () => {
    const witness = new Witness();
    witness.taken({ commandId: 'c-1', name: 'close-pathway' });
    const ledger = { ...nothing, pathways: [], requests: witness.requestsIn([]) };
    const [missing, ...others] = checkActs(witness.acts, ledger);
    expect(missing).toMatchObject({ invariant: 'I1' });
    expect(missing?.what).toContain('c-1');
    expect(others).toEqual([]);
  });

  it('makes the check see a row of a file whose pathway is not there', () => {
    const witness = new Witness();
    witness.imported(['p-1']);
    const ledger = { ...nothing, pathways: [], requests: witness.requestsIn([]) };
    expect(checkActs(witness.acts, ledger)).toHaveLength(1);
  });
});
