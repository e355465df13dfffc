import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { referralFigures } from '../../store/figures.ts';
import { readEvents, verifyChains } from '../../store/ledger.ts';
import { wholeForce } from '../../store/scope.ts';
import { addDaysToDate, instantAt, localParts } from '../../workflows/domain/common/london-time.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { Sweep } from '../../workers/sweep.ts';
import { makeCaseload } from '../support/caseload.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

const force = 'dyfed-powys';
const { date: today } = localParts(toInstant(Date.now()));
const directory = mkdtempSync(join(tmpdir(), 'llwybr-caseload-'));

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
}, 60_000);

afterAll(async () => {
  await stack.close();
  rmSync(directory, { recursive: true });
});

async function countWhere(condition: string): Promise<number> {
  const { rows } = await stack.db.pool.query<{ count: number }>(
    `select count(*)::integer as count from pathway where ${condition}`,
  );
  return rows[0]?.count ?? -1;
}

/** By the command, as a provider's data keeper does it. */
function runImport(file: string): Promise<{ readonly code: unknown; readonly out: string }> {
  const root = resolve(import.meta.dirname, '../..');
  const args = [join(root, 'scripts/run.mjs'), 'scripts/import.ts', '--open-cases', file];
  const env = {
    PATH: process.env['PATH'] ?? '',
    LLWYBR_DATA_DIR: directory,
    PUBLIC_URL: stack.url,
    OIDC_ISSUER: stack.issuer.url,
  };
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, out, errors) => {
      done({ code: error?.code ?? errors, out });
    });
  });
}

test('M190, edge case 50: 182 open cases come in by one command; their clocks fire on their true dates, the overdue ones at once and late, and nobody is texted about the past', async () => {
  const made = makeCaseload({ seed: 2_026, cases: 182, today });
  const file = join(directory, 'caseload.csv');
  writeFileSync(file, made.csv);
  expect(await runImport(file)).toMatchObject({
    code: '',
    out: expect.stringMatching(/^caseload\.csv: 182 rows read\n +182 taken\n +0 already there\n/),
  });

  const sweep = new Sweep({
    db: stack.db,
    client: stack.engine.client,
    log: createLog({ level: 'silent', process: 'worker', build: 'test' }),
    metrics: createMetrics({ process: 'worker', build: 'test' }),
  });
  await sweep.once();
  const { closes, concludes, waits, runs } = made.fates;
  await eventually(async () => {
    expect(await countWhere('next_due_at < now()')).toBe(0);
  }, 90_000);
  expect([
    await countWhere(`stage in ('closed', 'finished')`),
    await countWhere(`stage = 'concluded'`),
    await countWhere('closed_at is null'),
  ]).toEqual([closes, concludes, waits + runs]);

  // Each closing has its true date, three months after receipt, and the clock's own event says when it was noticed.
  const { rows } = await stack.db.pool.query<{ id: string }>(
    `select id from pathway where stage in ('closed', 'finished', 'concluded') order by id`,
  );
  for (const { id } of rows) {
    const events = await readEvents(stack.db, wholeForce(force), id);
    const end = events.find(({ type }) => type === 'pathway-closed' || type === 'diversion-concluded');
    const passed = events.find(
      ({ type, data }) => type === 'deadline-passed' && (data as { rule: string }).rule === 'closure',
    );
    const { due } = passed?.data as unknown as { due: string };
    expect(end?.occurredAt).toBe(due);
    expect(Date.parse(passed?.occurredAt ?? '') - Date.parse(due)).toBeGreaterThan(0);
  }
  expect(await countWhere(`attention @> '[{"code":"no-first-contact"}]'`)).toBeGreaterThan(0);
  // The policy of the day has all messages on. Nobody is texted about the past, and staff hear of the clocks of the last
  // three days only.
  const { rows: messages } = await stack.db.pool.query<{ purpose: string; channel: string; news: boolean }>(
    `select m.purpose, m.channel,
        (select bool_and((e.data->>'due')::timestamptz > now() - interval '4 days') from event e
          where e.pathway_id = m.pathway_id and e.command_id = m.command_id and e.type = 'deadline-passed') as news
       from message m where m.not_before < now()`,
  );
  expect(messages.filter(({ channel }) => channel === 'sms')).toEqual([]);
  expect(messages.length).toBeLessThan(20);
  for (const { purpose, news } of messages) {
    expect(['deadline-near', 'deadline-passed']).toContain(purpose);
    expect(news).toBe(true);
  }

  for (let back = 0; back <= 540; back += 30) {
    const asAt = instantAt(addDaysToDate(today, -back), '00:00');
    const { received, open, closed } = await referralFigures(stack.db, wholeForce(force), asAt);
    expect(open + closed).toBe(received);
  }
  const figures = await referralFigures(stack.db, wholeForce(force), toInstant(Date.now()));
  expect(figures).toMatchObject({ received: 182, closed: closes + concludes, open: waits + runs });
  expect(await verifyChains(stack.db, force)).toEqual({ pathways: 182, broken: [] });

  // The same file again, on another day, changes nothing.
  expect((await runImport(file)).out).toMatch(
    /already there: 182, refused: 0, of 182 rows\. Nothing was changed\./,
  );
  expect(await countWhere('true')).toBe(182);
}, 240_000);
