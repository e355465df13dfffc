import { expect, test } from '@jest/globals';
import { openSince } from '../../../workflows/domain/common/attention.ts';
import type { Attention } from '../../../workflows/domain/common/attention.ts';

const asked = (code: string, since: string): Attention => ({ code, since, owner: 'Manager' });
const [first, second, third] = [1, 2, 3].map((day) => `2026-03-0${String(day)}T09:00:00.000Z`) as [
  string,
  string,
  string,
];

test.each<[string, readonly Attention[], string | null]>([
  ['the oldest of the codes', [asked('a', third), asked('b', second)], second],
  ['the oldest of one code', [asked('a', second), asked('a', third)], second],
  ['none of another code', [asked('c', first), asked('a', third)], third],
  ['nothing where none of the codes is open', [asked('c', first)], null],
  ['nothing where nothing is open', [], null],
])('M207: it has been open since %s', (_, attention, since) => {
  expect(openSince(attention, ['a', 'b'])).toBe(since);
});
