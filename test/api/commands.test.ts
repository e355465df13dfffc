import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  commandAnswer,
  eventList,
  factAnswer,
  pathwayView,
  referralAnswer,
  requestAnswer,
} from '../../api/schemas/answers.ts';
import { pathwayWorkflowId } from '../../workflows/contract/temporal.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

let stack: Stack;
let officer: ApiCaller;
let worker: ApiCaller;

const reached = { channel: 'phone', result: 'reached', by: 'person' };

beforeAll(async () => {
  stack = await startStack();
  officer = await ApiCaller.as(stack, 'officer');
  worker = await ApiCaller.as(stack, 'caseworker');
}, 60_000);

afterAll(async () => {
  await stack.close();
});

async function referred(
  changes: Record<string, unknown> = {},
): Promise<{ pathwayId: string; personId: string }> {
  return (await officer.post('/api/v1/referrals', aReferral(changes))).as(referralAnswer);
}

async function types(pathwayId: string): Promise<string[]> {
  return (await worker.get(`/api/v1/pathways/${pathwayId}/events`))
    .as(eventList)
    .items.map(({ type }) => type);
}

async function recorded(pathwayId: string, type: string): Promise<number> {
  return (await types(pathwayId)).filter((each) => each === type).length;
}

test('a referral becomes a pathway that takes commands and says what it waits for', async () => {
  const referred = await officer.post('/api/v1/referrals', aReferral());
  expect(referred.status).toBe(201);
  const { pathwayId, reference, replay } = referred.as(referralAnswer);
  expect(replay).toBe(false);
  expect(reference).toMatch(/^LL-/);
  expect(referred.headers.get('location')).toBe(`/api/v1/pathways/${pathwayId}`);

  const before = await worker.get(`/api/v1/pathways/${pathwayId}`);
  const view = before.as(pathwayView);
  expect(view).toMatchObject({ stage: 'awaiting-contact', providerId: 'ddas', demo: false, seq: 1 });
  expect(view.deadlines.map(({ rule }) => rule).sort()).toEqual([
    'acceptance',
    'closure',
    'closure-warning',
    'first-contact',
  ]);
  expect(view.allowedCommands.map(({ name }) => name)).toContain('record-contact-attempt');

  const tried = await worker.command(pathwayId, 'record-contact-attempt', {
    ...{ channel: 'phone', result: 'reached', by: 'person' },
  });
  expect(tried.status).toBe(200);
  const answer = tried.as(commandAnswer);
  expect(answer.stage).toBe('contacted');

  const events = (await worker.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList);
  expect(events.items.map(({ type }) => type)).toContain('contact-attempted');
  expect(events.items.at(-1)?.seq).toBe(answer.seq);
});

describe('one command', () => {
  test('is answered when it is in the ledger, and the answer can be built from there at any later time', async () => {
    const { pathwayId } = await referred();
    const key = randomUUID();
    const first = await worker.command(pathwayId, 'record-contact-attempt', reached, key);
    const answer = first.as(commandAnswer);
    expect(answer).toMatchObject({ pathwayId, stage: 'contacted' });
    expect(answer.events.map(({ type }) => type)).toContain('contact-attempted');
    await worker.command(pathwayId, 'record-engagement', { evidence: 'attended' });

    // As if the process had died before it could keep its answer.
    await stack.db.pool.query(
      `update request set state = 'running', status = null, body = null, answered_at = null,
        lease_until = clock_timestamp() where key = $1`,
      [key],
    );
    const settled = (await worker.get(`/api/v1/requests/${key}`)).as(requestAnswer);
    expect(settled).toMatchObject({ state: 'answered', status: 200, answer: first.body });
    const again = await worker.command(pathwayId, 'record-contact-attempt', reached, key);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await recorded(pathwayId, 'contact-attempted')).toBe(1);
  });

  test('twenty times at once with one key: recorded once, twenty times the same answer', async () => {
    const { pathwayId } = await referred();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        worker.command(pathwayId, 'record-contact-attempt', reached, 'key-of-20-tries'),
      ),
    );
    for (const answer of answers) expect([answer.status, answer.body]).toEqual([200, answers[0]?.body]);
    expect(await recorded(pathwayId, 'contact-attempted')).toBe(1);
  });

  test('in the wrong stage: 409 with the stage and what is allowed; nothing is recorded', async () => {
    const { pathwayId } = await referred();
    await worker.command(pathwayId, 'close-pathway', { reason: 'declined' });
    const before = await types(pathwayId);
    const booking = {
      ...{ kind: 'assessment', placeCode: 'ddas-carmarthen' },
      startsAt: new Date(Date.now() + 86_400_000).toISOString(),
      endsAt: new Date(Date.now() + 90_000_000).toISOString(),
    };
    const refused = await worker.command(pathwayId, 'book-appointment', booking, 'key-of-a-late-booking');
    expect(refused.outcome).toEqual([409, 'wrong-stage']);
    expect(refused.problem.details).toMatchObject({ stage: 'closed' });
    const { allowedCommands } = refused.problem.details as { allowedCommands: string[] };
    expect(allowedCommands).toContain('record-engagement');
    expect(allowedCommands).not.toContain('book-appointment');
    expect(refused.problem.detail).toContain('Closed');
    const repeated = await worker.command(pathwayId, 'book-appointment', booking, 'key-of-a-late-booking');
    expect([repeated.outcome, repeated.problem.details]).toEqual([refused.outcome, refused.problem.details]);
    expect(await types(pathwayId)).toEqual(before);
  });

  test('unknown, of the other kind, of the engine or opening: 404; dates of the world: 422', async () => {
    const { pathwayId } = await referred();
    for (const name of [
      'no-such-command',
      'declare-breach',
      'deadline-due',
      'carry-fact',
      'receive-referral',
      'constructor',
      '__proto__',
    ]) {
      const { outcome, problem } = await worker.command(pathwayId, name, {});
      expect(outcome).toEqual([404, 'unknown-command']);
      const { commands } = problem.details as { commands: string[] };
      expect(commands).toEqual(expect.arrayContaining(['book-appointment', 'record-contact-preferences']));
      expect(commands).not.toContain('reroute');
    }
    const path = `/api/v1/pathways/${pathwayId}/commands/record-engagement`;
    const at = (occurredAt: string) => worker.post(path, { occurredAt, data: { evidence: 'other' } });
    for (const [occurredAt, code] of [
      [new Date(Date.now() + 3_600_000).toISOString(), 'in-the-future'],
      ['2001-01-01T00:00:00Z', 'before-the-start'],
    ] as const) {
      const { outcome, problem } = await at(occurredAt);
      const message = problem.detail;
      expect([outcome, problem.errors]).toEqual([[422, code], [{ path: '/occurredAt', code, message }]]);
    }
    expect((await at('2026-03-29T01:30')).outcome).toEqual([422, 'missing-hour']);
    expect((await worker.post(path, { data: { evidence: 'other', stage: 'engaged' } })).outcome).toEqual([
      400,
      'invalid-request',
    ]);
  });

  test('a place that the force does not have, an appointment that ends before it starts, a result that is missing: each named', async () => {
    const { pathwayId } = await referred();
    const before = await types(pathwayId);
    const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const booking = { kind: 'assessment', startsAt: inHours(24), endsAt: inHours(23) };
    const cases: [string, Record<string, unknown>, [number, string], string[]][] = [
      [
        'book-appointment',
        { ...booking, placeCode: 'ddas-nowhere' },
        [404, 'not-found'],
        ['/data/placeCode'],
      ],
      // Where required assessments are held nobody meets of their own will.
      [
        'book-appointment',
        { ...booking, placeCode: 'dip-carmarthen' },
        [404, 'not-found'],
        ['/data/placeCode'],
      ],
      [
        'book-appointment',
        { ...booking, placeCode: 'ddas-carmarthen' },
        [422, 'before-the-start'],
        ['/data/startsAt', '/data/endsAt'],
      ],
      // Testing on arrest is no programme that anybody is suitable for.
      [
        'record-assessment',
        { substances: ['cocaine'], result: 'suitable', programme: 'drug-testing-on-arrest' },
        [404, 'not-found'],
        ['/data/programme'],
      ],
      [
        'record-attendance',
        { appointmentId: 'x', attendance: 'absent' },
        [404, 'not-found'],
        ['/data/appointmentId'],
      ],
    ];
    for (const [name, data, expected, paths] of cases) {
      const { outcome, problem } = await worker.command(pathwayId, name, data);
      expect(outcome).toEqual(expected);
      expect(problem.errors?.map(({ path }) => path)).toEqual(paths);
      if (paths.includes('/data/placeCode')) {
        // Those at which this kind of case meets are named, and no other.
        const codes: unknown = expect.arrayContaining(['ddas-carmarthen']);
        expect(problem.details).toMatchObject({ placeCodes: codes });
        expect(problem.details).not.toMatchObject({ placeCodes: expect.arrayContaining(['dip-carmarthen']) });
      }
    }
    await worker.command(pathwayId, 'record-engagement', { evidence: 'attended' });
    const unsaid = await worker.command(pathwayId, 'close-pathway', {
      reason: 'completed',
      crimeFree: 'yes',
    });
    expect(unsaid.problem.errors?.map(({ path }) => path)).toEqual(['/data/drugFree']);
    expect(await types(pathwayId)).toEqual([...before, 'engagement-recorded', 'referral-accepted']);
  });

  test('a sixth at once for one pathway: 429, and nothing of it is done', async () => {
    const { pathwayId } = await referred();
    await stack.engine.stopWorkers();
    const keys = Array.from({ length: 6 }, () => randomUUID());
    const send = (key: string) => worker.command(pathwayId, 'record-contact-attempt', reached, key);
    const six = keys.map(send);
    const turnedAway = await Promise.race(six);
    expect(turnedAway.outcome).toEqual([429, 'too-many-in-flight']);
    expect(turnedAway.headers.get('retry-after')).toBe('1');
    await stack.engine.startWorkers();
    const answers = await Promise.all(six);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    // A task handed to a worker that had just gone comes back after ten seconds: until then nobody knows, and says so.
    for (const key of keys) await eventually(async () => (await send(key)).as(commandAnswer));
    expect(await recorded(pathwayId, 'contact-attempted')).toBe(6);
  }, 60_000);
});

describe('an unknown outcome', () => {
  test('without a worker: 503; the same key gives the one answer afterwards, recorded once', async () => {
    const { pathwayId } = await referred();
    // The run is alive and answers, then everybody goes home.
    await worker.command(pathwayId, 'record-contact-attempt', reached);
    await stack.engine.stopWorkers();
    const key = randomUUID();
    const silent = await worker.command(pathwayId, 'record-engagement', { evidence: 'prescribed' }, key);
    expect(silent.outcome).toEqual([503, 'outcome-unknown']);
    expect(silent.headers.get('retry-after')).toBe('2');
    await stack.engine.startWorkers();
    const answer = await eventually(async () => {
      const again = await worker.command(pathwayId, 'record-engagement', { evidence: 'prescribed' }, key);
      return again.as(commandAnswer);
    });
    expect(answer.stage).toBe('engaged');
    expect(await recorded(pathwayId, 'engagement-recorded')).toBe(1);
    expect((await worker.get(`/api/v1/requests/${key}`)).as(requestAnswer)).toMatchObject({
      status: 200,
      answer,
    });
  }, 60_000);

  test('recorded before its refusal: the ledger has the last word', async () => {
    const { pathwayId } = await referred();
    const key = randomUUID();
    const first = await worker.command(pathwayId, 'close-pathway', { reason: 'declined' }, key);
    // The answer is lost, and so is Temporal's own memory of the Update.
    await stack.db.pool.query(
      `update request set state = 'running', status = null, body = null, answered_at = null,
        lease_until = clock_timestamp() where key = $1`,
      [key],
    );
    await stack.engine.client.workflow.getHandle(pathwayWorkflowId(pathwayId)).terminate();
    const again = await worker.command(pathwayId, 'close-pathway', { reason: 'declined' }, key);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await recorded(pathwayId, 'pathway-closed')).toBe(1);
  });

  test('a run that is gone is started again by the next command', async () => {
    const { pathwayId } = await referred();
    await worker.command(pathwayId, 'record-contact-attempt', reached);
    await stack.engine.client.workflow.getHandle(pathwayWorkflowId(pathwayId)).terminate();
    const answer = await worker.command(pathwayId, 'record-engagement', { evidence: 'logged-in' });
    expect(answer.as(commandAnswer).stage).toBe('engaged');
    expect(await types(pathwayId)).toEqual(
      expect.arrayContaining(['contact-attempted', 'engagement-recorded']),
    );
  });
});

test('the run is started at once and confirmed; a passed clock says how late it was recorded', async () => {
  const { pathwayId } = await referred({
    outcomeAt: new Date(Date.now() - 20 * 86_400_000).toISOString(),
    offenceDate: '2026-01-05',
  });
  const events = await eventually(async () => {
    const list = (await worker.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList);
    const passed = list.items.filter(({ type }) => type === 'deadline-passed');
    expect(passed.map(({ data }) => (data as { rule: string }).rule)).toContain('first-contact');
    return passed;
  });
  const passed = events.find(({ data }) => (data as { rule: string }).rule === 'first-contact');
  const { due } = passed?.data as { due: string };
  expect(passed?.lateBySeconds).toBe((Date.parse(passed?.recordedAt ?? '') - Date.parse(due)) / 1000);
  expect(passed?.lateBySeconds).toBeGreaterThan(86_400);
  const { rows } = await stack.db.pool.query(
    'select 1 from pathway where id = $1 and run_confirmed_at is not null',
    [pathwayId],
  );
  expect(rows).toHaveLength(1);
  const view = (await worker.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
  expect(view.attention.map(({ code }) => code)).toContain('no-first-contact');
  expect(view.waits.find(({ rule: key }) => key === 'closure')?.untilText).toMatch(
    /^\d{1,2} \w+ \d{4} at 00:00$/,
  );
});

test('a death reaches the open pathway and ends it', async () => {
  const { pathwayId, personId } = await referred();
  (await officer.post(`/api/v1/persons/${personId}/facts`, { fact: 'death' })).as(factAnswer);
  await eventually(async () => {
    const view = (await worker.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
    expect([view.stage, view.closureReason]).toEqual(['finished', 'died']);
  });
});
