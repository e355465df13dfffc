import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { StoredEvent } from '../../../workflows/domain/common/event.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import type { DiversionState } from '../../../workflows/domain/diversion/state.ts';
import { asRecorded } from '../../support/recorded-state.ts';

/**
 * Ledgers as the first build wrote them, kept for ever, with all that the state of each must still say. A file is
 * never edited. Those of later builds, and the test that every event is in one, are in test/domain/golden.
 */
interface GoldenLife {
  readonly life: string;
  readonly events: readonly StoredEvent[];
  readonly state: DiversionState;
}

const folder = join(import.meta.dirname, 'golden');
const lives = readdirSync(folder).flatMap(
  (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as GoldenLife[],
);

describe('ledgers written by earlier builds', () => {
  test.each(lives)('$life', ({ events, state }) => {
    const folded = events.reduce<DiversionState | undefined>((before, event) => {
      const { recordedAt: _recordedAt, ...ledgerEvent } = diversion.upcast(event);
      return diversion.evolve(before, ledgerEvent);
    }, undefined);
    expect(asRecorded(folded, state)).toStrictEqual(state);
  });

  test('the time of recording has no part in the state', () => {
    const [{ events, state } = { events: [], state: undefined }] = lives;
    const moved = events.map((event) => ({ ...event, recordedAt: '2031-01-01T00:00:00.000Z' }));
    const folded = moved.reduce<DiversionState | undefined>(
      (before, event) => diversion.evolve(before, diversion.upcast(event)),
      undefined,
    );
    expect(asRecorded(folded, state)).toStrictEqual(state);
  });
});

describe('events that no ledger should hold', () => {
  const [{ events } = { events: [] }] = lives;
  const [first, second] = events;
  if (first === undefined || second === undefined) throw new Error('No golden events');

  test('of a newer schema version, or unknown, cannot be read', () => {
    expect(() => diversion.upcast({ ...first, version: 2 })).toThrow('version 2');
    expect(() => diversion.upcast({ ...first, type: 'toString' })).toThrow('toString');
  });

  test('a second opening, or none, fails the fold', () => {
    const state = diversion.evolve(undefined, first);
    expect(() => diversion.evolve(state, { ...first, seq: 2 })).toThrow('twice');
    expect(() => diversion.evolve(undefined, second)).toThrow('No pathway');
    expect(() => diversion.evolve(state, { ...second, type: 'danced' })).toThrow('danced');
  });
});
