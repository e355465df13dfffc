import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LedgerEvent } from '../../../workflows/domain/common/event.ts';
import { eventVersions } from '../../../workflows/domain/diversion/events.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import type { DiversionState } from '../../../workflows/domain/diversion/state.ts';
import { diversionTable } from '../../../workflows/domain/diversion/table.ts';
import { anyOpening } from './any-opening.ts';
import { anyStep } from './any-step.ts';
import { JudgedLife } from './judged-life.ts';
import { run } from './live-step.ts';
import { must, referral } from './referral-life.ts';

/**
 * Any order of commands, clocks, facts and reports, at any distance in time, by anybody: whatever is taken, the promises
 * of the voluntary path hold. On failure fast-check prints the seed and the shortest life found.
 */

describe('any life of a referral', () => {
  test('I4, I7, I9 and the rest hold at every step', () => {
    const reached = new Set<string>();
    let taken = 0;
    const anyLife = fc.property(
      anyOpening,
      fc.array(anyStep, { minLength: 1, maxLength: 150, size: 'max' }),
      ({ takenAt, ...given }, lived) => {
        const life = new JudgedLife(takenAt);
        life.do('receive-referral', referral(given), { role: 'PoliceOfficer' });
        let afterwards = 0;
        for (const each of lived) {
          run(life, each);
          taken += 1;
          reached.add(life.at.stage);
          // A few steps after the end, which must all come to nothing.
          afterwards += life.at.finished ? 1 : 0;
          if (afterwards > 8) break;
        }
        const folded = life.ledger.reduce<DiversionState | undefined>(
          (state, event) => diversion.evolve(state, JSON.parse(JSON.stringify(event)) as LedgerEvent),
          undefined,
        );
        must(isDeepStrictEqual(folded, life.state), 'The state is not the fold of the ledger');
        for (const { type, armed, raised } of life.ledger) {
          reached.add(type);
          for (const { rule } of armed ?? []) reached.add(rule);
          for (const { code } of raised ?? []) reached.add(code);
        }
      },
    );
    fc.assert(anyLife, { numRuns: 1800 });
    expect(taken).toBeGreaterThanOrEqual(50_000);
    // The lives went everywhere: every stage, event, clock and attention was seen, and nothing beside.
    const { stages, deadlines, attention } = diversionTable;
    const everything = new Set(
      [stages, eventVersions, deadlines, attention].flatMap((rows) => Object.keys(rows)),
    );
    // The rarest is met by one life in some hundred; a few more lives where chance has left it out.
    for (let more = 0; more < 10 && [...everything].some((each) => !reached.has(each)); more += 1)
      fc.assert(anyLife, { numRuns: 600 });
    expect([...reached].sort()).toEqual([...everything].sort());
  }, 120_000);
});
