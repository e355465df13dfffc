import { expect, test } from '@jest/globals';
import { GrowingPauses } from '../../workers/growing-pauses.ts';

test('what is found again and again has its turn after pauses that double up to an hour', () => {
  const pauses = new GrowingPauses();
  const turns: number[] = [];
  for (let second = 0; second <= 4 * 3_600; second += 1) {
    if (pauses.due(['a'], second * 1_000).length > 0) {
      turns.push(second);
      pauses.tried('a', second * 1_000);
    }
  }
  const gaps = turns.slice(1).map((second, index) => second - (turns[index] ?? 0));
  expect(turns[0]).toBe(0);
  expect(gaps).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600]);
});

test('each has turns of its own, and what has not been found for an hour begins anew', () => {
  const pauses = new GrowingPauses();
  const take = (ids: readonly string[], nowMs: number) => {
    const due = pauses.due(ids, nowMs);
    for (const id of due) pauses.tried(id, nowMs);
    return due;
  };
  expect(take(['a'], 0)).toEqual(['a']);
  expect(take(['a', 'b'], 1_000)).toEqual(['b']);
  expect(take(['a'], 5_000)).toEqual(['a']);
  const anHourAfterItsTurn = 15_000 + 3_600_001;
  expect(take(['a'], anHourAfterItsTurn)).toEqual(['a']);
  expect(take(['a'], anHourAfterItsTurn + 5_000)).toEqual(['a']);
});

test('what could not be tried at all, because nobody answered, has its turn as soon as somebody does', () => {
  const pauses = new GrowingPauses();
  for (let second = 0; second < 1_800; second += 5) expect(pauses.due(['a'], second * 1_000)).toEqual(['a']);
});
