import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openCsv } from '../../api/imports/csv-table.ts';
import { importAnswer } from '../../api/schemas/imports.ts';
import { referralFigures } from '../../store/figures.ts';
import { append, readEvents, verifyChains } from '../../store/ledger.ts';
import { wholeForce } from '../../store/scope.ts';
import { systemActor } from '../../workflows/domain/common/actor.ts';
import { deadlineCommandId } from '../../workflows/domain/common/command.ts';
import { nearest } from '../../workflows/domain/common/deadline.ts';
import type { LedgerEvent } from '../../workflows/domain/common/event.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { addDaysToDate, instantAt } from '../../workflows/domain/common/london-time.ts';
import { diversion } from '../../workflows/domain/diversion/kind.ts';
import type { DiversionState } from '../../workflows/domain/diversion/state.ts';
import {
  judgeOutcome,
  outcomeColumns,
  requiredOutcomeColumns,
} from '../../workflows/domain/diversion/possession-outcome.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import { eventually } from '../support/eventually.ts';
import { anOutcome, importOutcomes, sampleExport, sendOutcomes } from '../support/imports.ts';
import { csvOf, makeRecordsExport } from '../support/records-export.ts';

const force = 'dyfed-powys';
const scope = wholeForce(force);

let api: ApiWithoutEngine;
let records: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  records = await ApiCaller.as(api, 'records-system');
}, 60_000);

afterAll(async () => {
  await api.close();
});

async function countOf(table: 'pathway' | 'outcome' | 'counted_outcome'): Promise<number> {
  const { rows } = await api.db.pool.query<{ count: number }>(
    `select count(*)::integer as count from ${table}`,
  );
  return rows[0]?.count ?? -1;
}

describe('an export of 868 referrals', () => {
  const made = makeRecordsExport({ seed: 20_241, referrals: 868, until: '2026-10-31' });

  test('whose import dies half way is whole when it is sent again, and nothing is there twice', async () => {
    const key = randomUUID();
    const progress = { answered: false };
    const dying = sendOutcomes(records, made.csv, key).finally(() => (progress.answered = true));
    await eventually(async () => expect(await countOf('pathway')).toBeGreaterThan(100), 60_000, 10);
    // A connection that is idle at that moment is simply replaced, so again until it struck.
    while (!progress.answered) {
      await killConnections();
      await Promise.race([dying, pause(50)]);
    }
    expect((await dying).outcome).toEqual([503, 'ledger-away']);
    const halfWay = await countOf('pathway');
    expect(halfWay).toBeLessThan(made.taken);

    const answer = await eventually(async () => {
      const again = await sendOutcomes(records, made.csv, key);
      expect(again.status).toBe(200);
      return again.as(importAnswer);
    }, 60_000);
    // Rows taken by the first try of this request are its own; counted ones are only known to be there.
    expect(answer.totals).toMatchObject({ rows: made.rows, taken: made.taken, refused: made.refused });
    const { notAReferral, alreadyThere } = answer.totals;
    expect(notAReferral + alreadyThere).toBe(made.rows - made.taken - made.refused);
    expect([await countOf('pathway'), await countOf('outcome'), await countOf('counted_outcome')]).toEqual([
      868,
      868,
      made.rows - made.taken - made.refused,
    ]);
    expect(await verifyChains(api.db, force)).toMatchObject({ broken: [] });
  }, 180_000);

  test('sent once more, by whomever, changes nothing', async () => {
    const manager = await ApiCaller.as(api, 'manager');
    const answer = await importOutcomes(manager, made.csv);
    expect(answer).toMatchObject({ changed: false, sentBefore: true });
    expect(answer.totals).toMatchObject({ taken: 0, notAReferral: 0, refused: made.refused });
  }, 120_000);

  test('open and closed add up to received at every moment, before and after the clocks have passed', async () => {
    const received = await receiptsOf(made.csv);
    const days = Array.from({ length: 100 }, (_, index) => addDaysToDate('2026-11-22', -4 * index));
    const moments = [...days.map((day) => instantAt(day, '00:00')), ...received.slice(0, 50)];

    const holds = async (): Promise<number> => {
      let mostClosed = 0;
      for (const asAt of moments) {
        const figures = await referralFigures(api.db, scope, asAt);
        expect(figures.received).toBe(received.filter((receipt) => receipt <= asAt).length);
        expect(figures.open + figures.closed).toBe(figures.received);
        mostClosed = Math.max(mostClosed, figures.closed);
      }
      return mostClosed;
    };
    expect(await holds()).toBe(0);
    const closed = await passDueClocks();
    expect(closed).toBeGreaterThan(400);
    expect(await holds()).toBe(closed);
  }, 240_000);

  async function killConnections(): Promise<void> {
    await api.db.pool
      .query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and application_name = 'llwybr-api'`,
      )
      .catch(() => undefined);
  }
});

async function receiptsOf(csv: string): Promise<Instant[]> {
  const table = await openCsv(Buffer.from(csv), { known: outcomeColumns, required: requiredOutcomeColumns });
  const receipts: Instant[] = [];
  for await (const { cells } of table.rows()) {
    const verdict = cells === undefined ? undefined : judgeOutcome(cells, toInstant(Date.now()));
    if (verdict?.verdict === 'referral') receipts.push(verdict.referral.decidedAt);
  }
  return receipts;
}

/** What the engine does when it wakes: every clock that is due passes, in its order. Answers how many pathways are closed. */
async function passDueClocks(): Promise<number> {
  const { rows } = await api.db.pool.query<{ id: string }>(
    'select id from pathway where next_due_at < now()',
  );
  let closed = 0;
  for (const { id } of rows) {
    const events = await readEvents(api.db, scope, id);
    let state: DiversionState | undefined;
    for (const event of events) state = diversion.evolve(state, event);
    for (;;) {
      const now = toInstant(Date.now());
      const next = state === undefined ? undefined : nearest(state.deadlines);
      if (state === undefined || next === undefined || next.due > now) break;
      const actor = systemActor(force);
      const commandId = deadlineCommandId(next.id);
      const decision = diversion.decide(
        state,
        {
          commandId,
          name: 'deadline-due',
          data: { deadlineId: next.id },
          occurredAt: next.due,
          receivedAt: now,
          actor,
        },
        now,
      );
      if (decision.refusal !== undefined) throw new Error(decision.refusal.message);
      const expectedSeq = state.seq;
      for (const event of decision.events) {
        state = diversion.evolve(state, { ...event, seq: state.seq + 1, commandId, actor } as LedgerEvent);
      }
      const entry = {
        commandId,
        actor,
        policyVersion: state.policy.version,
        ...decision,
        summary: diversion.summarise(state),
      };
      await append(api.db, { forceId: force, pathwayId: id, expectedSeq, entry }, 'test');
    }
    if (state !== undefined && diversion.summarise(state).closedAt !== null) closed += 1;
  }
  return closed;
}

describe('any bytes', () => {
  const header = sampleExport.subarray(0, sampleExport.indexOf('\n') + 1);
  const place = fc.nat({ max: 3_000 });
  const anyByte = fc.constantFrom(0, 9, 10, 13, 34, 39, 44, 47, 48, 57, 61, 65, 89, 195, 226, 255);
  const mutated = fc.array(fc.tuple(place, anyByte), { minLength: 1, maxLength: 6 }).map((changes) => {
    const bytes = Buffer.from(sampleExport.subarray(0, 3_001));
    for (const [at, byte] of changes) bytes[at] = byte;
    return bytes;
  });
  const withHeader = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.concat([header, bytes]));
  const cell = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('', '8', '92E', 'Y', '31/12/2025', '01:30'),
  );
  const oddRow = fc
    .dictionary(fc.constantFrom(...outcomeColumns), cell, { maxKeys: 4 })
    .map((cells) => Buffer.from(csvOf([anOutcome(cells)])));

  test('never fail on our side, never give half an answer, and what is answered is what is there', async () => {
    const before = await countOf('pathway');
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 400 }), withHeader, mutated, oddRow),
        async (bytes) => {
          const answer = await sendOutcomes(records, bytes);
          if (answer.status !== 200) {
            expect([400, 422]).toContain(answer.problem.status);
            return;
          }
          const { totals, rows } = answer.as(importAnswer);
          expect(totals.taken + totals.alreadyThere + totals.notAReferral + totals.refused).toBe(totals.rows);
          expect(rows).toHaveLength(totals.rows);
          taken += totals.taken;
        },
      ),
      { numRuns: 300 },
    );
    expect(await countOf('pathway')).toBe(before + taken);
  }, 180_000);
});
