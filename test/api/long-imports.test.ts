import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importAnswer, importView } from '../../api/schemas/imports.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import { eventually } from '../support/eventually.ts';
import { sendOutcomes } from '../support/imports.ts';
import { makeRecordsExport } from '../support/records-export.ts';

let api: ApiWithoutEngine;
let records: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  records = await ApiCaller.as(api, 'records-system');
}, 60_000);

afterAll(async () => {
  await api.close();
});

/** The import that is under way, when some of its rows are kept. */
async function underWay(): Promise<string> {
  return eventually(async () => {
    const { rows } = await api.db.pool.query<{ id: string }>(
      `select id from import_record where state = 'running' and rows_done > 0`,
    );
    expect(rows).toHaveLength(1);
    return rows[0]?.id ?? '';
  }, 60_000);
}

async function viewOf(importId: string) {
  return (await records.get(`/api/v1/imports/${importId}`)).as(importView);
}

describe('an import that takes long', () => {
  test('shows how far it is, and no repeat of the file runs beside it', async () => {
    const made = makeRecordsExport({ seed: 41_001, referrals: 500, until: '2026-10-31' });
    const first = sendOutcomes(records, made.csv);
    const importId = await underWay();
    const view = await viewOf(importId);
    expect(view).toMatchObject({ state: 'running', rowsRead: made.rows, totals: null, finishedAt: null });
    expect(view.rowsDone).toBeGreaterThan(0);
    expect(view.rowsDone).toBeLessThan(made.rows);

    const manager = await ApiCaller.as(api, 'manager');
    const key = randomUUID();
    const beside = await sendOutcomes(manager, made.csv, key);
    expect(beside.outcome).toEqual([409, 'import-running']);
    expect(beside.headers.get('retry-after')).not.toBeNull();
    expect(beside.problem.details).toMatchObject({ importId, rowsRead: made.rows });

    expect((await first).as(importAnswer).totals).toMatchObject({ taken: 500, alreadyThere: 0 });
    expect(await viewOf(importId)).toMatchObject({ state: 'done', rowsDone: made.rows });
    // What was said meanwhile is no last word: the same key is answered now.
    const after = (await sendOutcomes(manager, made.csv, key)).as(importAnswer);
    expect(after).toMatchObject({ changed: false, sentBefore: true, totals: { taken: 0 } });
  }, 120_000);

  test('and dies half way is taken up where it stopped, by whomever, and answers for the whole file', async () => {
    const made = makeRecordsExport({ seed: 41_002, referrals: 500, until: '2026-10-31' });
    const progress = { answered: false };
    const dying = sendOutcomes(records, made.csv).finally(() => (progress.answered = true));
    const importId = await underWay();
    while (!progress.answered) {
      await api.db.pool
        .query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and application_name = 'llwybr-api'`,
        )
        .catch(() => undefined);
      await Promise.race([dying, pause(20)]);
    }
    expect((await dying).outcome).toEqual([503, 'ledger-away']);
    const stopped = await eventually(async () => {
      const view = await viewOf(importId);
      expect(view.state).toBe('interrupted');
      return view;
    }, 30_000);
    expect(stopped.rowsDone).toBeGreaterThan(0);
    const begun = await lastOpened();

    const manager = await ApiCaller.as(api, 'manager');
    const answer = (await sendOutcomes(manager, made.csv)).as(importAnswer);
    expect(answer).toMatchObject({ importId, changed: true, sentBefore: false });
    expect(answer.rows.map(({ line }) => line)).toHaveLength(made.rows);
    // Taken is what this import has taken, before it died and after.
    expect(answer.totals).toMatchObject({ rows: made.rows, taken: 500, refused: made.refused });
    const { notAReferral, alreadyThere } = answer.totals;
    expect(notAReferral + alreadyThere).toBe(made.rows - 500 - made.refused);
    // What was kept as done was not gone through again: only the rows since are opened by the one who took it up.
    const { rows } = await api.db.pool.query<{ actor: string; count: number }>(
      `select actor_id as actor, count(*)::integer as count from event where seq = 1 and recorded_at > $1 group by 1`,
      [begun],
    );
    expect(rows).toEqual([{ actor: 'u-106', count: expect.any(Number) }]);
    expect(rows[0]?.count).toBeLessThan(500);
    expect(await viewOf(importId)).toMatchObject({ state: 'done', rowsDone: made.rows });
  }, 180_000);

  async function lastOpened(): Promise<Date> {
    const { rows } = await api.db.pool.query<{ at: Date }>(`select max(recorded_at) as at from event`);
    return rows[0]?.at ?? new Date(0);
  }
});
