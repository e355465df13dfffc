import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { z } from 'zod';
import {
  commandAnswer,
  drugTestAnswer,
  pathwayView,
  referralAnswer,
  remedyAnswer,
  stuckList,
} from '../../api/schemas/answers.ts';
import { remediesOf } from '../../api/stuck-list.ts';
import { recordSweep } from '../../store/sweeps.ts';
import { pathwayWorkflowId, taskQueues } from '../../workflows/contract/temporal.ts';
import { compulsoryTable } from '../../workflows/domain/compulsory/table.ts';
import { diversionTable } from '../../workflows/domain/diversion/table.ts';
import { aReferral, ApiCaller, aTest } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

let stack: Stack;
let officer: ApiCaller;
let worker: ApiCaller;
let operator: ApiCaller;
/** What the append of a pathway meets, by its id. */
const troubles = new Map<string, 'away' | 'gap'>();

beforeAll(async () => {
  stack = await startStack({
    wrapLedger: (real) => ({
      append: async (input) => {
        const trouble = troubles.get(input.pathwayId);
        if (trouble === 'away') throw ApplicationFailure.create({ message: 'away', type: 'LedgerAway' });
        const result = await real.append(input);
        // Events that do not follow each other cannot be folded in: the workflow task fails.
        return trouble === 'gap'
          ? { ...result, events: result.events.map((event) => ({ ...event, seq: event.seq + 7 })) }
          : result;
      },
    }),
  });
  officer = await ApiCaller.as(stack, 'officer');
  worker = await ApiCaller.as(stack, 'caseworker');
  operator = await ApiCaller.as(stack, 'operator');
}, 60_000);

afterAll(async () => {
  await stack.close();
});

beforeEach(async () => {
  troubles.clear();
  await recordSweep(stack.db);
});

type List = z.output<typeof stuckList>;

async function list(who = operator): Promise<List> {
  return (await who.get('/api/v1/operations/stuck')).as(stuckList);
}

async function rowOf(pathwayId: string, cause: string): Promise<List['items'][number]> {
  return eventually(async () => {
    const row = (await list()).items.find(({ id }) => id === `${pathwayId}:${cause}`);
    if (row === undefined) throw new Error(`No row ${cause}`);
    return row;
  }, 30_000);
}

async function gone(pathwayId: string, cause: string): Promise<void> {
  await eventually(async () => {
    const ids = (await list()).items.map(({ id }) => id);
    expect(ids).not.toContain(`${pathwayId}:${cause}`);
  });
}

async function press(id: string, remedy: string): Promise<void> {
  (await operator.post(`/api/v1/operations/stuck/${id}/remedies/${remedy}`, {})).as(remedyAnswer);
}

async function referred(): Promise<string> {
  const { pathwayId } = (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
  // The run is up and has caught up.
  await worker.command(pathwayId, 'record-contact-attempt', {
    channel: 'phone',
    result: 'no-answer',
    by: 'person',
  });
  return pathwayId;
}

const engaged = { evidence: 'other' };

test('the list can be asked for one case, one cause or the longest-standing rows, and says what it left out', async () => {
  const nowhere = async () => {
    const form = aReferral({ residence: { postcode: 'ZZ1 1ZZ' } });
    return (await officer.post('/api/v1/referrals', form)).as(referralAnswer).pathwayId;
  };
  const [one, other] = [await nowhere(), await nowhere()];
  const manager = await ApiCaller.as(stack, 'manager');
  const asked = async (query: string) =>
    (await manager.get(`/api/v1/operations/stuck${query}`)).as(stuckList);
  const whole = await asked('');
  expect(whole.items.filter(({ pathwayId }) => [one, other].includes(pathwayId)).length).toBeGreaterThan(1);
  const ofRoute = whole.items.filter(({ causeCode }) => causeCode === 'no-route');
  expect(whole.counts).toContainEqual({ causeCode: 'no-route', title: 'No route', count: ofRoute.length });
  expect(new Set((await asked(`?pathwayId=${one}`)).items.map(({ pathwayId }) => pathwayId))).toEqual(
    new Set([one]),
  );
  const narrowed = await asked('?cause=no-route');
  expect(narrowed.items.map(({ pathwayId }) => pathwayId)).toEqual(expect.arrayContaining([one, other]));
  expect(new Set(narrowed.items.map(({ causeCode }) => causeCode))).toEqual(new Set(['no-route']));
  // Whom to press is named by its command.
  expect(narrowed.items[0]?.remedy).toContain('`reroute`');
  const [first] = narrowed.items;
  const cut = await asked('?cause=no-route&limit=1');
  expect([cut.items, cut.complete, cut.counts]).toEqual([[first], false, whole.counts]);
  expect((await manager.get('/api/v1/operations/stuck?limit=0')).outcome).toEqual([400, 'invalid-request']);
});

describe('M204 the engine family', () => {
  test('nothing is stuck, the parts are well', async () => {
    const pathwayId = await referred();
    const { items, complete, parts } = await list();
    expect(items.filter((row) => row.pathwayId === pathwayId)).toEqual([]);
    expect(complete).toBe(true);
    expect(parts.map(({ part, well }) => [part, well])).toEqual([
      ['temporal', true],
      [taskQueues.pathways, true],
      [taskQueues.messages, true],
      ['sweep', true],
    ]);
  });

  test('an append that is retried: shown with its tries and the type of the failure; retried at once on request', async () => {
    const pathwayId = await referred();
    troubles.set(pathwayId, 'away');
    const key = randomUUID();
    const silent = await worker.command(pathwayId, 'record-engagement', engaged, key);
    expect(silent.outcome).toEqual([503, 'outcome-unknown']);
    const row = await rowOf(pathwayId, 'append-retrying');
    expect(row).toMatchObject({
      family: 'engine',
      owner: 'Operator',
      kind: 'diversion',
      tries: { failureType: 'LedgerAway' },
    });
    expect(row.tries?.attempt).toBeGreaterThan(1);
    expect(row.remedies.map(({ name }) => name)).toEqual(['retry']);
    expect(row.remedies[0]?.consequence).toMatch(/Nothing is recorded or sent a second time/);
    expect(row.sinceText).toMatch(/^\d{1,2} \w+ \d{4} at \d\d:\d\d$/);

    // Pressed while the trouble lasts: it is tried at once, and its tries are counted anew.
    const third = await eventually(async () => {
      const { tries } = await rowOf(pathwayId, 'append-retrying');
      if ((tries?.attempt ?? 0) < 3) throw new Error('Not yet');
      return tries?.attempt ?? 0;
    });
    await press(row.id, 'retry');
    await eventually(async () => {
      expect((await rowOf(pathwayId, 'append-retrying')).tries?.attempt).toBeLessThan(third);
    });
    troubles.clear();
    await gone(pathwayId, 'append-retrying');
    const answer = await eventually(async () =>
      (await worker.command(pathwayId, 'record-engagement', engaged, key)).as(commandAnswer),
    );
    expect(answer.stage).toBe('engaged');
  }, 90_000);

  test('a delivery that is retried: shown with what it waits for; sent at once on request', async () => {
    const [asOfficer, asWorker, asOperator] = await Promise.all(
      ['demo-officer', 'demo-caseworker', 'demo-operator'].map((who) => ApiCaller.as(stack, who)),
    );
    if (asOfficer === undefined || asWorker === undefined || asOperator === undefined)
      throw new Error('nobody');
    const referral = aReferral({ outcomeAt: new Date().toISOString() });
    const { pathwayId } = (await asOfficer.post('/api/v1/referrals', referral)).as(referralAnswer);
    const appointmentId = randomUUID();
    const booked = await asWorker.command(pathwayId, 'book-appointment', {
      ...{ appointmentId, kind: 'assessment', placeCode: 'ddas-carmarthen' },
      startsAt: new Date(Date.now() + 600_000).toISOString(),
      endsAt: new Date(Date.now() + 900_000).toISOString(),
    });
    const { commandId, seq } = booked.as(commandAnswer);
    await stack.gateway.stop();
    // A message that the ledger owes, as a run finds it when it looks again.
    await stack.db.pool.query(
      `insert into message (force_id, id, pathway_id, seq, command_id, purpose, channel, appointment_id, urgency,
         not_before, expires_at, status, planned_at, updated_at)
       values ('demo', $1, $2, $3, $4, 'appointment-reminder', 'sms', $5, 2, clock_timestamp() - interval '6 seconds',
         clock_timestamp() + interval '9 minutes', 'planned', clock_timestamp(), clock_timestamp())`,
      [randomUUID(), pathwayId, seq, commandId, appointmentId],
    );
    const path = (cause: string, remedy: string) =>
      `/api/v1/operations/stuck/${pathwayId}:${cause}/remedies/${remedy}`;
    (await asOperator.post(path('deadline-overdue', 'wake'), {})).as(remedyAnswer);
    await eventually(async () => {
      const row = (await list(asOperator)).items.find(({ id }) => id === `${pathwayId}:delivery-retrying`);
      expect(row).toMatchObject({ family: 'engine', tries: { failureType: 'GatewayAway' } });
    });
    await stack.gateway.startAgain();
    await asOperator.post(path('delivery-retrying', 'retry'), {});
    await eventually(async () => {
      const { rows } = await stack.db.pool.query(
        `select status from message where pathway_id = $1 and command_id = $2 and purpose = 'appointment-reminder'`,
        [pathwayId, commandId],
      );
      expect(rows).toEqual([{ status: 'sent' }]);
    });
  }, 60_000);

  test('a run whose code fails: shown; started over from the ledger when the code is mended', async () => {
    const pathwayId = await referred();
    troubles.set(pathwayId, 'gap');
    const key = randomUUID();
    await worker.command(pathwayId, 'record-engagement', engaged, key);
    const row = await rowOf(pathwayId, 'workflow-task-failing');
    expect(row).toMatchObject({ family: 'engine', owner: 'Operator' });
    troubles.clear();
    await press(row.id, 'retry');
    await gone(pathwayId, 'workflow-task-failing');
    const answer = await eventually(async () =>
      (await worker.command(pathwayId, 'record-engagement', engaged, key)).as(commandAnswer),
    );
    expect(answer.stage).toBe('engaged');
    const { seq } = (await worker.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
    expect(seq).toBe(answer.seq);
  }, 90_000);

  test('a run that is gone: shown; started again', async () => {
    const pathwayId = await referred();
    await stack.engine.client.workflow.getHandle(pathwayWorkflowId(pathwayId)).terminate();
    // Young pathways are given a moment.
    await stack.db.pool.query(
      `update pathway set created_at = created_at - interval '1 minute' where id = $1`,
      [pathwayId],
    );
    const row = await rowOf(pathwayId, 'run-missing');
    const wake = await operator.post(`/api/v1/operations/stuck/${row.id}/remedies/wake`, {});
    expect(wake.outcome).toEqual([409, 'conflict']);
    await press(row.id, 'start');
    await gone(pathwayId, 'run-missing');
  }, 60_000);

  test('M208: a run that lives though its pathway has ended: shown; waking is offered', async () => {
    const pathwayId = await referred();
    // As it would stand if the end had been recorded and the run had never heard of it.
    await stack.db.pool.query(
      `update pathway set needs_run = false, updated_at = updated_at - interval '1 minute' where id = $1`,
      [pathwayId],
    );
    const row = await rowOf(pathwayId, 'run-left-over');
    expect(row).toMatchObject({ family: 'engine', owner: 'Operator', title: 'A run too many' });
    expect(row.remedies.map(({ name }) => name)).toEqual(['wake']);
    await press(row.id, 'wake');
    await stack.engine.client.workflow.getHandle(pathwayWorkflowId(pathwayId)).terminate();
    await gone(pathwayId, 'run-left-over');
  }, 60_000);

  test('a clock long due and not recorded: shown; waking and starting are offered', async () => {
    const pathwayId = await referred();
    await stack.db.pool.query(
      `update pathway set next_due_at = clock_timestamp() - interval '61 seconds' where id = $1`,
      [pathwayId],
    );
    const row = await rowOf(pathwayId, 'deadline-overdue');
    expect(row.remedies.map(({ name }) => name)).toEqual(['wake', 'start']);
    await press(row.id, 'wake');
    await press(row.id, 'start');
  });

  test('no worker: said beside the rows, for both queues', async () => {
    const pathwayId = await referred();
    await stack.engine.stopWorkers();
    const waiting = worker.command(pathwayId, 'record-engagement', engaged);
    await eventually(
      async () => {
        const part = (await list()).parts.find(({ part: name }) => name === taskQueues.pathways);
        expect(part?.well).toBe(false);
        expect(part?.words).toContain('no clock passes');
      },
      30_000,
      500,
    );
    await stack.engine.startWorkers();
    await waiting;
    await eventually(
      async () => {
        const part = (await list()).parts.find(({ part: name }) => name === taskQueues.pathways);
        expect(part?.well).toBe(true);
      },
      30_000,
      500,
    );
  }, 90_000);

  test('a sweep that has stopped is said too', async () => {
    await stack.db.pool.query(`update sweep set at = clock_timestamp() - interval '31 seconds'`);
    const sweep = (await list()).parts.find(({ part }) => part === 'sweep');
    expect(sweep).toMatchObject({ well: false });
  });
});

describe('M204 the practice family', () => {
  test('what nobody did, with whose move it is, to those who may see the case', async () => {
    const late = aReferral({
      outcomeAt: new Date(Date.now() - 30 * 86_400_000).toISOString(),
      offenceDate: '2026-01-05',
    });
    const { pathwayId } = (await officer.post('/api/v1/referrals', late)).as(referralAnswer);
    const row = await rowOf(pathwayId, 'no-first-contact');
    expect(row).toMatchObject({
      family: 'practice',
      owner: 'ProviderManager',
      title: 'Nobody has tried',
      remedies: [],
      tries: null,
    });
    const providerManager = await ApiCaller.as(stack, 'provider-manager');
    expect((await list(providerManager)).items.map(({ id }) => id)).toContain(row.id);
    const elsewhere = new ApiCaller(
      stack.url,
      await stack.issuer.mint('provider-manager', { claims: { llwybr_organisation: 'kaleidoscope' } }),
    );
    expect((await list(elsewhere)).items).toEqual([]);
    const dip = await ApiCaller.as(stack, 'dip');
    expect((await list(dip)).items.filter(({ kind }) => kind === 'diversion')).toEqual([]);
    const ofDemo = (await list(await ApiCaller.as(stack, 'demo-manager'))).items;
    expect(ofDemo.filter((item) => item.pathwayId === pathwayId)).toEqual([]);
  });

  test('a case whose caseworker carries it no more, with whose move it is, until somebody does', async () => {
    const lead = await ApiCaller.as(stack, 'provider-manager');
    const pathwayId = await referred();
    const assign = async (workerId: string | null): Promise<void> => {
      const data = workerId === null ? { workerId } : { workerId, newWorker: true };
      (await lead.command(pathwayId, 'assign-caseworker', data)).as(commandAnswer);
    };
    await assign('u-301');
    await assign(null);
    expect(await rowOf(pathwayId, 'unassigned')).toMatchObject({
      ...{ family: 'practice', owner: 'ProviderManager', title: 'No caseworker' },
      ...{ remedy: 'Assign a caseworker (`assign-caseworker`).', remedies: [] },
    });
    await assign('u-301');
    await gone(pathwayId, 'unassigned');
  });

  test('every attention of the tables has an owner, a title and a remedy in words', () => {
    for (const { attention } of [diversionTable, compulsoryTable]) {
      for (const [code, { owner, title, cause, remedy, family }] of Object.entries(attention)) {
        expect([code, owner === 'System', [title, cause, remedy].includes('')]).toEqual([code, false, false]);
        expect(remediesOf('diversion', code) ?? remediesOf('compulsory', code)).toEqual(
          family === 'engine' ? ['wake'] : [],
        );
      }
    }
  });

  test('an undecided requirement after its clock', async () => {
    const custody = await ApiCaller.as(stack, 'custody');
    const old = aTest({ testedAt: new Date(Date.now() - 30 * 3_600_000).toISOString() });
    const { pathwayId } = (await custody.post('/api/v1/drug-tests', old)).as(drugTestAnswer);
    expect(await rowOf(String(pathwayId), 'requirement-undecided')).toMatchObject({
      owner: 'CustodyOfficer',
      kind: 'compulsory',
    });
  });
});

describe('remedies', () => {
  test('for operators, of rows that can be, of causes that offer them', async () => {
    const pathwayId = await referred();
    const path = (id: string, remedy: string) => `/api/v1/operations/stuck/${id}/remedies/${remedy}`;
    const overdue = `${pathwayId}:deadline-overdue`;
    const manager = await ApiCaller.as(stack, 'manager');
    expect((await manager.post(path(overdue, 'wake'), {})).outcome).toEqual([403, 'wrong-role']);
    expect((await operator.post(path(overdue, 'retry'), {})).outcome).toEqual([409, 'conflict']);
    expect((await operator.post(path(`${pathwayId}:no-first-contact`, 'wake'), {})).outcome).toEqual([
      409,
      'conflict',
    ]);
    expect((await operator.post(path(overdue, 'delete'), {})).outcome).toEqual([404, 'not-found']);
    for (const id of [
      `${randomUUID()}:deadline-overdue`,
      `${pathwayId}:no-such-cause`,
      pathwayId,
      `${pathwayId}:a:b`,
    ]) {
      expect((await operator.post(path(id, 'wake'), {})).outcome).toEqual([404, 'not-found']);
    }
    const foreign = await ApiCaller.as(stack, 'demo-operator');
    expect((await foreign.post(path(overdue, 'wake'), {})).outcome).toEqual([404, 'not-found']);
    expect((await operator.post(path(`${pathwayId}:append-retrying`, 'retry'), {})).outcome).toEqual([
      409,
      'already-done',
    ]);
    expect((await operator.post(path(overdue, 'wake'), { force: true })).outcome).toEqual([
      400,
      'invalid-request',
    ]);
  });
});

test('while Temporal is away the list still tells what PostgreSQL knows, and that a part is missing', async () => {
  const api = await startApiWithoutEngine();
  try {
    const { pathwayId } = (
      await (await ApiCaller.as(api, 'officer')).post('/api/v1/referrals', aReferral())
    ).as(referralAnswer);
    await api.db.pool.query(`update pathway set created_at = created_at - interval '1 minute'`);
    const { items, complete, parts } = await list(await ApiCaller.as(api, 'operator'));
    expect(items.map(({ id }) => id)).toEqual([`${pathwayId}:run-missing`]);
    expect(complete).toBe(false);
    expect(parts.find(({ part }) => part === 'temporal')).toMatchObject({ well: false });
    const alone = await ApiCaller.as(api, 'operator');
    const press = await alone.post(`/api/v1/operations/stuck/${pathwayId}:run-missing/remedies/start`, {});
    expect(press.outcome).toEqual([503, 'engine-away']);
  } finally {
    await api.close();
  }
}, 60_000);
