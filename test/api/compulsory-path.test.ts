import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  arrestTaskList,
  commandAnswer,
  drugTestAnswer,
  eventList,
  factAnswer,
  pathwayView,
  stuckList,
} from '../../api/schemas/answers.ts';
import { recordFact } from '../../store/person-facts.ts';
import { ApiCaller, aTest } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

let stack: Stack;
let custody: ApiCaller;
let assessor: ApiCaller;
let dip: ApiCaller;
let lpu: ApiCaller;
let otherLpu: ApiCaller;

beforeAll(async () => {
  stack = await startStack();
  custody = await ApiCaller.as(stack, 'custody');
  assessor = await ApiCaller.as(stack, 'initial-assessor');
  dip = await ApiCaller.as(stack, 'dip');
  lpu = await ApiCaller.as(stack, 'lpu');
  otherLpu = new ApiCaller(
    stack.url,
    await stack.issuer.mint('lpu', { claims: { llwybr_organisation: 'lpu-brecon', sub: 'u-115' } }),
  );
}, 60_000);

afterAll(async () => {
  await stack.close();
});

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

async function tested(): Promise<string> {
  const answer = (await custody.post('/api/v1/drug-tests', aTest({ testedAt: inMs(-50 * 3_600_000) }))).as(
    drugTestAnswer,
  );
  return String(answer.pathwayId);
}

/** Tested two days ago; required now, for an appointment of half a second in which nobody comes. */
async function missed({ how = 'handed-over', warningGiven = true } = {}): Promise<{
  pathwayId: string;
  failureId: string;
}> {
  const pathwayId = await tested();
  const appointmentId = randomUUID();
  const imposed = await custody.post(`/api/v1/pathways/${pathwayId}/commands/impose-requirement`, {
    data: {
      initialAssessment: {
        ...{ appointmentId, startsAt: inMs(3_000), endsAt: inMs(3_200), placeCode: 'dip-carmarthen' },
      },
      notice: { form: 'RA1', servedAt: inMs(-60_000), how, servedBy: 'u-102', language: 'cy', warningGiven },
    },
  });
  expect(imposed.as(commandAnswer).stage).toBe('initial-assessment');
  // Refused until the appointment is over.
  const absent = await eventually(async () =>
    (await assessor.command(pathwayId, 'record-attendance', { appointmentId, attendance: 'absent' })).as(
      commandAnswer,
    ),
  );
  expect(absent.stage).toBe('good-cause-review');
  const { items } = (await dip.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList);
  const reported = items.find(({ type }) => type === 'failure-reported');
  return { pathwayId, failureId: (reported?.data as { failureId: string }).failureId };
}

/** A breach with a marker, put out to a unit. */
async function putOut(): Promise<{ pathwayId: string; breachId: string; taskId: string }> {
  const { pathwayId, failureId } = await missed();
  const breachId = randomUUID();
  const taskId = randomUUID();
  for (const [name, data] of [
    ['decide-good-cause', { failureId, decision: 'rejected', reasonCode: 'no-reason-given' }],
    ['declare-breach', { failureId, breachId }],
    ['set-marker', { breachId, marker: 'RED', reasonCode: 'risk-to-self' }],
    ['issue-arrest-task', { breachId, taskId, unitCode: 'lpu-carmarthen' }],
  ] as const) {
    (await dip.command(pathwayId, name, data)).as(commandAnswer);
  }
  return { pathwayId, breachId, taskId };
}

describe('breach', () => {
  test('from a missed assessment to an arrest, each step by its own role', async () => {
    const { pathwayId, breachId, taskId } = await putOut();
    const view = (await dip.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
    expect(view.stage).toBe('breach');
    const red = view.deadlines.find(({ rule }) => rule === 'red-arrest');
    // 24 elapsed hours from the planned start of the missed appointment.
    expect(Date.parse(red?.due ?? '') - Date.parse(red?.start ?? '')).toBe(24 * 3_600_000);

    (await lpu.command(pathwayId, 'acknowledge-task', { taskId })).as(commandAnswer);
    const arrested = await lpu.command(pathwayId, 'record-arrest', { taskId, arrestedAt: inMs(0) });
    expect(arrested.as(commandAnswer).stage).toBe('arrested');
    const result = await dip.command(pathwayId, 'record-result', { breachId, result: 'charged' });
    expect(result.as(commandAnswer).stage).toBe('concluded');
  });

  test('without a valid notice no breach: 409, with every condition met and not met', async () => {
    const { pathwayId, failureId } = await missed({ how: 'posted', warningGiven: false });
    const early = await dip.command(pathwayId, 'declare-breach', { failureId });
    expect(early.outcome).toEqual([409, 'condition-not-met']);
    await dip.command(pathwayId, 'decide-good-cause', { failureId, decision: 'rejected', reasonCode: 'r1' });
    const refused = await dip.command(pathwayId, 'declare-breach', { failureId });
    expect(refused.outcome).toEqual([409, 'condition-not-met']);
    const { conditions } = refused.problem.details as { conditions: { code: string; met: boolean }[] };
    expect(conditions.filter(({ met }) => !met).map(({ code }) => code)).toContain('warning-given');
    expect(conditions.filter(({ met }) => met).length).toBeGreaterThan(3);
    const task = await dip.command(pathwayId, 'issue-arrest-task', {
      breachId: randomUUID(),
      unitCode: 'lpu-carmarthen',
    });
    expect([404, 409]).toContain(task.status);
    const { items } = (await dip.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList);
    expect(items.map(({ type }) => type)).not.toContain('breach-declared');
  });

  test('an id in a body that nothing has: the answer names the field, which that of a wrong address does not', async () => {
    const { pathwayId, failureId } = await missed();
    const declared = await putOut();
    const breachId = randomUUID();
    const cases: [string, string, Record<string, unknown>, string][] = [
      [pathwayId, 'declare-breach', { failureId: 'nobody' }, 'failureId'],
      [declared.pathwayId, 'set-marker', { breachId, marker: 'RED', reasonCode: 'r1' }, 'breachId'],
      [declared.pathwayId, 'withdraw-task', { taskId: 'nobody', reasonCode: 'r1' }, 'taskId'],
    ];
    for (const [pathway, name, data, field] of cases) {
      const { status, problem } = await dip.command(pathway, name, data);
      expect([status, problem.code]).toEqual([404, 'not-found']);
      expect(problem.detail).toBe(`This pathway has no such ${field.replace('Id', '')}.`);
      expect(problem.details).toMatchObject({ [field]: data[field] });
      expect(problem.errors).toEqual([
        { path: `/data/${field}`, code: 'unknown-id', message: problem.detail },
      ]);
    }
    const nowhere = await dip.command(randomUUID(), 'declare-breach', { failureId });
    expect([nowhere.outcome, nowhere.problem.errors]).toEqual([[404, 'not-found'], undefined]);
  });

  test('a required assessment is not set at a place of treatment, and nothing of it is recorded', async () => {
    const pathwayId = await tested();
    const placeCode = 'ddas-carmarthen';
    const appointment = { startsAt: inMs(86_400_000), endsAt: inMs(90_000_000), placeCode };
    const { outcome, problem } = await custody.command(pathwayId, 'impose-requirement', {
      initialAssessment: { appointmentId: randomUUID(), ...appointment },
      notice: {
        ...{ form: 'RA1', servedAt: inMs(-60_000), how: 'handed-over', servedBy: 'u-102', language: 'cy' },
        warningGiven: true,
      },
    });
    expect([outcome, problem.detail]).toEqual([
      [404, 'not-found'],
      'Required assessments are not held at the places of providers of treatment. Nothing was recorded.',
    ]);
    expect(problem.errors).toMatchObject([{ path: '/data/initialAssessment/placeCode', code: 'unknown-id' }]);
    const { items } = (await dip.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList);
    expect(items.map(({ type }) => type)).not.toContain('requirement-imposed');
  });

  test('a diversion can never be breached: the command is not there', async () => {
    expect((await dip.command(randomUUID(), 'declare-breach', { failureId: 'x' })).outcome).toEqual([
      404,
      'not-found',
    ]);
  });
});

describe('arrest tasks', () => {
  test('an arrest on a withdrawn task is taken, and the manager finds it on the stuck list', async () => {
    const { pathwayId, taskId } = await putOut();
    (await dip.command(pathwayId, 'withdraw-task', { taskId, reasonCode: 'wrong-unit' })).as(commandAnswer);
    const arrested = await lpu.command(pathwayId, 'record-arrest', { taskId, arrestedAt: inMs(0) });
    expect(arrested.as(commandAnswer)).toMatchObject({
      stage: 'breach',
      events: [{ type: 'withdrawn-task-arrest-recorded' }],
    });
    const manager = await ApiCaller.as(stack, 'manager');
    const { items } = (await manager.get('/api/v1/operations/stuck')).as(stuckList);
    expect(items.find(({ id }) => id === `${pathwayId}:arrested-on-withdrawn-task`)).toMatchObject({
      ...{ family: 'practice', owner: 'Manager', refs: [taskId], title: 'Arrested on a withdrawn task' },
      remedy: expect.stringContaining('have the person released'),
    });
  }, 60_000);

  test('a task id of another pathway is refused as a conflict that names it, and changes nothing', async () => {
    const [first, second] = await Promise.all([putOut(), putOut()]);
    const withdrawn = { taskId: second.taskId, reasonCode: 'wrong-unit' };
    (await dip.command(second.pathwayId, 'withdraw-task', withdrawn)).as(commandAnswer);
    const events = async () =>
      (await dip.get(`/api/v1/pathways/${second.pathwayId}/events`)).as(eventList).items;
    const before = await events();
    const issue = { breachId: second.breachId, unitCode: 'lpu-cardigan' };
    const taken = { ...issue, taskId: first.taskId };
    const refused = await dip.command(second.pathwayId, 'issue-arrest-task', taken);
    expect(refused.outcome).toEqual([409, 'conflict']);
    expect(refused.problem.detail).toContain('belongs to another pathway');
    expect(await events()).toEqual(before);
    const { items } = (await lpu.get('/api/v1/arrest-tasks')).as(arrestTaskList);
    expect(items.find((task) => task.taskId === first.taskId)).toMatchObject({ pathwayId: first.pathwayId });

    const nowhere = await dip.command(second.pathwayId, 'issue-arrest-task', {
      ...issue,
      unitCode: 'lpu-nowhere',
    });
    expect(nowhere.outcome).toEqual([404, 'not-found']);
    expect(nowhere.problem.errors).toMatchObject([{ path: '/data/unitCode' }]);
    expect(await events()).toEqual(before);

    const own = { ...issue, taskId: randomUUID() };
    (await dip.command(second.pathwayId, 'issue-arrest-task', own)).as(commandAnswer);
    expect((await events()).map(({ type }) => type)).not.toContain('internal-error-reported');
  }, 60_000);

  test('a unit sees its own tasks with what an arrest needs, and no other unit finds them', async () => {
    const { pathwayId, taskId } = await putOut();
    const { items, wording } = (await lpu.get('/api/v1/arrest-tasks')).as(arrestTaskList);
    const own = items.find((task) => task.taskId === taskId);
    expect(own).toMatchObject({
      pathwayId,
      marker: 'RED',
      stands: true,
      offence: expect.stringContaining('12(3)'),
      breachedText: expect.stringMatching(/^\d{1,2} \w+ \d{4} at \d\d:\d\d$/),
      person: { surname: 'Rees', birthDate: '1990-05-17' },
    });
    expect(wording.kind).toContain('Summary-only');
    expect(JSON.stringify(own)).not.toMatch(/postcode|address|mobile|appointment/);
    const theirs = (await otherLpu.get('/api/v1/arrest-tasks')).as(arrestTaskList);
    expect(theirs.items).toEqual([]);

    expect((await lpu.get(`/api/v1/pathways/${pathwayId}`)).status).toBe(403);
    const acknowledge = (who: ApiCaller, id: string) =>
      who.command(pathwayId, 'acknowledge-task', { taskId: id });
    expect((await acknowledge(otherLpu, taskId)).outcome).toEqual([404, 'not-found']);
    const nobodys = await acknowledge(lpu, randomUUID());
    expect(nobodys.outcome).toEqual([404, 'not-found']);
    expect(nobodys.problem).toMatchObject({
      detail: 'Your unit has no such task on this pathway.',
      errors: [{ path: '/data/taskId', code: 'unknown-id' }],
    });
    expect((await acknowledge(lpu, taskId)).status).toBe(200);
  });

  test('M200: a task says that a danger was told, by whom and since when; what treatment told is not on it', async () => {
    const { pathwayId, taskId } = await putOut();
    const find = async () =>
      (await lpu.get('/api/v1/arrest-tasks')).as(arrestTaskList).items.find((task) => task.taskId === taskId);
    expect((await find())?.danger).toBeNull();
    const { personId } = (await dip.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
    const told = { forceId: 'dyfed-powys', personId, reason: 'refuge', occurredAt: inMs(-60_000) };
    const worker = { userId: 'u-301', role: 'ProviderWorker', organisationId: 'ddas' } as const;
    await recordFact(stack.db, {
      ...{
        ...told,
        kind: 'safety-flag',
        requestId: randomUUID(),
        actor: { ...worker, forceId: told.forceId },
      },
    });
    expect((await find())?.danger).toBeNull();
    (await dip.command(pathwayId, 'record-safety-flag', { reason: 'weapons' })).as(factAnswer);
    expect((await find())?.danger).toMatchObject({
      reason: 'weapons',
      by: { userId: 'u-201', role: 'DipOfficer' },
    });
    (await dip.command(pathwayId, 'lift-safety-flag', {})).as(factAnswer);
    expect((await find())?.danger).toBeNull();
  }, 60_000);

  test('a withdrawal by fact holds before the pathway has heard of it, also without the engine', async () => {
    const { pathwayId, taskId } = await putOut();
    await stack.engine.stopWorkers();
    const path = `/api/v1/arrest-tasks/${taskId}/facts`;
    const fact = { fact: 'task-withdrawn', reasonCode: 'arrested-elsewhere' };
    expect((await lpu.post(path, fact)).outcome).toEqual([403, 'wrong-role']);
    (await dip.post(path, fact)).as(factAnswer);
    const find = async () =>
      (await lpu.get('/api/v1/arrest-tasks')).as(arrestTaskList).items.find((task) => task.taskId === taskId);
    const withdrawn = await find();
    expect(withdrawn).toMatchObject({ stands: false, person: null, status: 'issued' });
    expect(withdrawn?.withdrawnText).toMatch(/ at \d\d:\d\d$/);

    await stack.engine.startWorkers();
    await eventually(async () => {
      expect((await find())?.status).toBe('withdrawn');
    });
    const { items } = (await dip.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList);
    expect(items.at(-1)).toMatchObject({ type: 'task-withdrawn' });
  }, 60_000);
});
