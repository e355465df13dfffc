import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventList, referralAnswer } from '../../api/schemas/answers.ts';
import {
  areaList,
  policyList,
  policySaved,
  printedRules,
  programmeList,
  programmeView,
  rebaseAnswer,
  rebasePreview,
  routeChanged,
  routeList,
} from '../../api/schemas/reference-data.ts';
import { loadPreset } from '../../store/presets.ts';
import { pathwayWorkflowId, viewQuery } from '../../workflows/contract/temporal.ts';
import { addLocalMonths, endOfLocalDay } from '../../workflows/domain/common/london-time.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

let stack: Stack;
let manager: ApiCaller;
let officer: ApiCaller;
let caseworker: ApiCaller;

const policies = '/api/v1/policies';
const diversion = 'diversion:acr-diversion';
const soon = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const days = (count: number) => ({ unit: 'days', count });

beforeAll(async () => {
  stack = await startStack();
  await loadPreset(stack.db, 'gwent-2015');
  [manager, officer, caseworker] = (await Promise.all(
    ['manager', 'officer', 'caseworker'].map((who) => ApiCaller.as(stack, who)),
  )) as [ApiCaller, ApiCaller, ApiCaller];
}, 60_000);

afterAll(async () => {
  await stack.close();
});

async function latest(policyId = diversion): Promise<number> {
  const { items } = (await manager.get(`${policies}?versions=all`)).as(policyList);
  return Math.max(...items.filter((one) => one.policyId === policyId).map(({ version }) => version));
}

const version = async (rules: unknown, changes: Record<string, unknown> = {}) => ({
  ...{ policyId: diversion, basedOn: await latest(), validFrom: soon(0), reason: 'As the board decided' },
  rules,
  ...changes,
});

const refer = async (changes: Record<string, unknown> = {}) =>
  (await officer.post('/api/v1/referrals', aReferral(changes))).as(referralAnswer);

async function closureOf(pathwayId: string): Promise<string | null> {
  const { items } = (await manager.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList);
  const armed = items.flatMap((event) => event.armed ?? []) as unknown as readonly {
    rule: string;
    due: string;
  }[];
  return armed.filter(({ rule }) => rule === 'closure').at(-1)?.due ?? null;
}

describe('M197 the rules in force, to print', () => {
  test('each in words, with its source, since when and by whom', async () => {
    const before = (await caseworker.get('/api/v1/rules')).as(printedRules);
    expect(before.force.nameCy).toBe('Heddlu Dyfed-Powys');
    const page = before.policies.find(({ policyId }) => policyId === diversion);
    expect(page?.rules).toContainEqual(
      expect.objectContaining({
        field: 'closure',
        value: '3 months, to the end of that day',
        source: expect.stringContaining('Dyfed-Powys Police 2023/24') as unknown,
        sinceVersion: 1,
        changed: null,
      }),
    );
    expect(page?.rules).toContainEqual(
      expect.objectContaining({ field: 'alcoholFirst', value: 'not taken' }),
    );
    const saved = (await manager.post(policies, await version({ undo: { unit: 'hours', count: 2 } }))).as(
      policySaved,
    );
    expect(saved).toMatchObject({
      saved: true,
      rules: [{ field: 'undo', was: '3600 seconds', becomes: '2 hours' }],
    });
    const after = (await officer.get('/api/v1/rules')).as(printedRules);
    const rules = after.policies.find(({ policyId }) => policyId === diversion)?.rules ?? [];
    expect(rules.find(({ field }) => field === 'undo')).toMatchObject({
      sinceVersion: saved.version,
      changed: { by: 'u-106', role: 'Manager', reason: 'As the board decided' },
    });
    expect(rules.find(({ field }) => field === 'closure')).toMatchObject({ sinceVersion: 1, changed: null });
    // The rules as they were then stay to be read.
    const then = (await officer.get(`/api/v1/rules?at=${soon(-48)}`)).as(printedRules);
    expect(then.policies.find(({ policyId }) => policyId === diversion)?.version).toBe(3);
  });

  test('of the caller’s own force alone', async () => {
    const gwent = await ApiCaller.as(stack, 'gwent');
    const { force, policies: theirs, routes } = (await gwent.get('/api/v1/rules')).as(printedRules);
    expect([force.name, theirs.length]).toEqual(['Gwent Police', 2]);
    expect(new Set(routes.map(({ providerId }) => providerId))).toEqual(new Set(['iris-gwent']));
    expect((await gwent.get('/api/v1/areas')).as(areaList).items).toHaveLength(5);
    const foreign = `${policies}/diversion:breaking-free-online/versions/1/rebase`;
    expect((await gwent.get(foreign)).outcome).toEqual([404, 'not-found']);
    expect((await gwent.post(foreign, { reason: 'other' })).outcome).toEqual([404, 'not-found']);
  });
});

describe('a new version of a policy', () => {
  test('holds from its start for what is received; M248 its length is its own; a repeat writes nothing', async () => {
    const key = randomUUID();
    const body = await version({ closure: { unit: 'months', count: 4, endOfDay: true } });
    const first = await manager.post(policies, body, key);
    expect(first.status).toBe(201);
    expect((await manager.post(policies, body, key)).body).toEqual(first.body);
    const { version: number } = first.as(policySaved);
    expect(await latest()).toBe(number);
    const { pathwayId, receivedAt } = await refer({ outcomeAt: soon(0) });
    expect(await closureOf(pathwayId)).toBe(endOfLocalDay(addLocalMonths(receivedAt, 4)));
    const back = await version(
      { closure: { unit: 'months', count: 3, endOfDay: true } },
      { validFrom: soon(0) },
    );
    expect((await manager.post(policies, back)).status).toBe(201);
  });

  test.each([
    ['too long', { closure: { unit: 'months', count: 25 } }, '/rules/closure'],
    ['too short', { firstContact: { unit: 'seconds', count: 5 } }, '/rules/firstContact'],
    ['part of a day', { closure: { unit: 'days', count: 90.5 } }, '/rules/closure'],
    [
      'the end of the day of an hour',
      { acceptance: { unit: 'hours', count: 2, endOfDay: true } },
      '/rules/acceptance',
    ],
    [
      'a warning after the closure',
      { closureWarning: { unit: 'months', count: 3, endOfDay: true } },
      '/rules/closureWarning',
    ],
    ['told before asked', { feedback: { ask: days(3), escalate: days(2) } }, '/rules/feedback/escalate'],
    [
      'more days than tries',
      { contactEffort: { within: days(10), attempts: 2, days: 3, channels: 1 } },
      '/rules/contactEffort/days',
    ],
    [
      'no hours to send in',
      { messages: { reminder: { before: days(1), at: '09:00' }, sendFrom: '20:00', sendUntil: '08:00' } },
      '/rules/messages/sendUntil',
    ],
    [
      'a promise too long',
      { serviceLevels: { ddas: { acceptance: days(40) } } },
      '/rules/serviceLevels/ddas/acceptance',
    ],
  ])('%s is refused in words', async (_name, rules, path) => {
    const { problem, outcome } = await manager.post(policies, await version(rules));
    expect(outcome).toEqual([400, 'invalid-request']);
    expect(problem.errors).toEqual([expect.objectContaining({ path, code: 'out-of-range' })]);
  });

  test.each([
    ['begins more than a day ago', {}, { validFrom: soon(-25) }, [409, 'condition-not-met']],
    ['is based on an older one', {}, { basedOn: 1 }, [409, 'conflict']],
    ['is of no policy', {}, { policyId: 'diversion:nothing' }, [404, 'not-found']],
    [
      'says nothing new',
      { closure: { unit: 'months', count: 3, endOfDay: true } },
      {},
      [409, 'already-done'],
    ],
    ['names no provider', { serviceLevels: { nobody: { acceptance: days(1) } } }, {}, [404, 'not-found']],
    ['is of the other duty', { goodCauseReview: days(1) }, {}, [400, 'invalid-request']],
    ['knows a field that is none', { closing: days(1) }, {}, [400, 'invalid-request']],
    ['names no reason', {}, { reason: ' ' }, [400, 'invalid-request']],
  ])('one that %s is refused', async (_name, rules, changes, outcome) => {
    const wanted = Object.keys(rules).length === 0 ? { lateEngagement: days(20) } : rules;
    expect((await manager.post(policies, await version(wanted, changes))).outcome).toEqual(outcome);
  });

  test('one that begins before one that is planned already is refused: it would be over at once', async () => {
    const policyId = 'diversion:breaking-free-online';
    const planned = { policyId, basedOn: 2, rules: { lateEngagement: days(20) }, validFrom: soon(48) };
    expect((await manager.post(policies, await version({}, planned))).status).toBe(201);
    const sooner = { policyId, basedOn: 3, rules: { lateEngagement: days(21) }, validFrom: soon(24) };
    const { outcome, problem } = await manager.post(policies, await version({}, sooner));
    expect(outcome).toEqual([409, 'conflict']);
    expect(problem.detail).toMatch(/Version 3 begins after this one/);
  });

  test('of two written at once on the same one, one is told that it was overtaken', async () => {
    const policyId = 'compulsory:dyfed-powys';
    const body = await version(
      { goodCauseReview: { unit: 'working-days', count: 2 } },
      { policyId, basedOn: await latest(policyId) },
    );
    const answers = await Promise.all([manager.post(policies, body), manager.post(policies, body)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await manager.get(`${policies}/${policyId}/versions/2/rebase`)).outcome).toEqual([
      409,
      'condition-not-met',
    ]);
  });

  test('only a manager writes one', async () => {
    for (const caller of [officer, caseworker]) {
      expect((await caller.post(policies, {})).outcome).toEqual([403, 'wrong-role']);
      expect((await caller.get(policies)).status).toBe(200);
    }
  });

  test('M193 what one provider has promised is printed and counted by', async () => {
    const levels = { serviceLevels: { ddas: { acceptance: { unit: 'hours', count: 4 } } } };
    const body = await version(levels, { validFrom: soon(0) });
    expect((await manager.post(policies, body)).as(policySaved).rules).toEqual([
      {
        field: 'serviceLevels.ddas.acceptance',
        title: 'Agreed with ddas: its word',
        was: null,
        becomes: '4 hours',
      },
    ]);
  });
});

describe('M06 a re-base', () => {
  test('touches nothing until it is said; says what it would do; then takes each open referral over, once', async () => {
    const referred = await Promise.all([refer(), refer(), refer()]);
    const [first, second, closed] = referred.map(({ pathwayId }) => pathwayId) as [string, string, string];
    expect((await caseworker.command(closed, 'close-pathway', { reason: 'other' })).status).toBe(200);
    const [before, untouched] = [await closureOf(first), await closureOf(second)];
    const rules = { closure: { unit: 'months', count: 5, endOfDay: true } };

    const dry = (await manager.post(policies, await version(rules, { dryRun: true }))).as(policySaved);
    expect(dry.saved).toBe(false);
    expect(await latest()).toBe(dry.version - 1);
    const { receivedAt } = referred[0];
    const to = endOfLocalDay(addLocalMonths(receivedAt, 5));
    const touched = dry.rebase.pathways.map(({ pathwayId }) => pathwayId);
    expect(touched).toEqual(expect.arrayContaining([first, second]));
    expect(touched).not.toContain(closed);
    expect(dry.rebase.pathways.find(({ pathwayId }) => pathwayId === first)?.moved).toContainEqual(
      expect.objectContaining({ rule: 'closure', title: 'Closure', from: before, to, passesAtOnce: false }),
    );

    const saved = (await manager.post(policies, await version(rules))).as(policySaved);
    expect(await closureOf(first)).toBe(before);
    const path = `${policies}/${diversion}/versions/${String(saved.version)}/rebase`;
    const preview = (await manager.get(path)).as(rebasePreview);
    expect(preview.pathways.map(({ pathwayId }) => pathwayId)).toEqual(touched);

    // One chosen first, then the rest; a repeat and a second round find nothing left.
    const key = randomUUID();
    const chosen = { reason: 'contract-changed', pathwayIds: [first] };
    const one = await manager.post(path, chosen, key);
    expect(one.as(rebaseAnswer)).toMatchObject({
      rebased: [{ pathwayId: first }],
      refused: [],
      remaining: 0,
    });
    expect((await manager.post(path, chosen, key)).body).toEqual(one.body);
    expect(await closureOf(first)).toBe(to);
    expect(await closureOf(second)).toBe(untouched);
    const rest = (await manager.post(path, { reason: 'contract-changed' })).as(rebaseAnswer);
    expect(rest).toMatchObject({ refused: [], remaining: 0, next: null });
    expect(rest.rebased.map(({ pathwayId }) => pathwayId)).toContain(second);
    expect((await manager.post(path, { reason: 'contract-changed' })).as(rebaseAnswer).rebased).toEqual([]);

    const { items } = (await manager.get(`/api/v1/pathways/${first}/events`)).as(eventList);
    expect(items.filter(({ type }) => type === 'policy-rebased')).toMatchObject([
      { actor: { userId: 'u-106', role: 'Manager' }, data: { reason: 'contract-changed' } },
    ]);
    expect((await manager.get(`/api/v1/pathways/${closed}/events`)).as(eventList).items).not.toContainEqual(
      expect.objectContaining({ type: 'policy-rebased' }),
    );
    await eventually(async () => {
      const run = stack.engine.client.workflow.getHandle(pathwayWorkflowId(first));
      const view = await run.query(viewQuery);
      expect(view.state?.deadlines.find(({ rule }) => rule === 'closure')?.due).toBe(to);
    });
  });

  test('one alone is sent like any command, and what would be over passes at once', async () => {
    const { pathwayId } = await refer({
      outcomeAt: soon(-24 * 20),
      offenceDate: soon(-24 * 22).slice(0, 10),
    });
    const rules = { closure: { unit: 'days', count: 14 }, closureWarning: { unit: 'days', count: 10 } };
    const saved = (await manager.post(policies, await version(rules))).as(policySaved);
    const moved = saved.rebase.pathways.find((one) => one.pathwayId === pathwayId)?.moved ?? [];
    expect(moved).toContainEqual(expect.objectContaining({ rule: 'closure', passesAtOnce: true }));
    const data = { version: saved.version, reason: 'rule-changed' };
    expect((await caseworker.command(pathwayId, 'rebase-policy', data)).outcome).toEqual([403, 'wrong-role']);
    const wrong = await manager.command(pathwayId, 'rebase-policy', { ...data, version: 999 });
    expect(wrong.outcome).toEqual([404, 'not-found']);
    expect((await manager.command(pathwayId, 'rebase-policy', data)).status).toBe(200);
    await eventually(async () => {
      const { items } = (await manager.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList);
      expect(items).toContainEqual(expect.objectContaining({ type: 'pathway-closed' }));
    });
    expect(
      (await manager.post(policies, await version({ ...rules, closure: days(92), closureWarning: days(70) })))
        .status,
    ).toBe(201);
  });
});

describe('programmes', () => {
  const programmes = '/api/v1/programmes';
  const held = async (query = '') => (await manager.get(`${programmes}${query}`)).as(programmeList).items;

  test('say their provider, lengths, end and how many are open in them', async () => {
    await refer({ residence: { postcode: 'B15 2JJ' } });
    const online = (await held()).find(({ code }) => code === 'breaking-free-online');
    expect(online).toMatchObject({
      providerId: 'breaking-free-online',
      validUntil: '2027-03-31T23:00:00.000Z',
      takesPeople: true,
      lengths: { closure: '3 months, to the end of that day', attempts: 3, alcoholFirst: false },
    });
    expect(online?.open).toContainEqual({ providerId: 'breaking-free-online', open: 1 });
    const [later] = await held('?at=2027-04-01T00:00:00Z&programme=breaking-free-online');
    expect(later).toMatchObject({ takesPeople: false });
    const seen = (await officer.get(programmes)).as(programmeList).items;
    expect(seen.every(({ open }) => open === null)).toBe(true);
  });

  test('M83 edge case 38: one that ends takes nobody from then on, and who is in it is counted for another route', async () => {
    const body = {
      ...{
        code: 'breaking-free-online',
        basedOn: 1,
        name: 'Breaking Free Online',
        nameCy: 'Breaking Free Online',
      },
      ...{ providerId: 'breaking-free-online', validFrom: soon(0), validUntil: soon(0.0001) },
      reason: 'The contract ends early',
    };
    const key = randomUUID();
    const first = await manager.post(programmes, body, key);
    expect(first.as(programmeView)).toMatchObject({
      version: 2,
      changed: { reason: 'The contract ends early' },
    });
    expect((await manager.post(programmes, body, key)).body).toEqual(first.body);
    await eventually(async () => {
      const { pathwayId } = await refer({
        residence: { postcode: 'B15 2JJ' },
        outcomeAt: new Date().toISOString(),
      });
      const row = await manager.get(`/api/v1/pathways/${pathwayId}`);
      expect(row.body).toMatchObject({ stage: 'awaiting-route', providerId: null });
    });
    const ended = (await held()).find(({ code }) => code === 'breaking-free-online');
    expect(ended).toMatchObject({ takesPeople: false });
    const theirs = ended?.open?.find(({ providerId }) => providerId === 'breaking-free-online');
    expect(theirs?.open).toBeGreaterThanOrEqual(1);
    const again = { ...body, basedOn: 2, validUntil: null, validFrom: soon(0) };
    expect((await manager.post(programmes, again)).status).toBe(201);
  });

  test('a new one gets a policy of its own, made of another', async () => {
    const code = 'evening-group';
    const body = {
      ...{ code, basedOn: null, name: 'Evening group', nameCy: 'Grŵp nos', providerId: 'ddas' },
      ...{ validFrom: soon(-1), validUntil: null, reason: 'As in Calderdale' },
    };
    expect((await manager.post(programmes, body)).as(programmeView)).toMatchObject({
      version: 1,
      lengths: null,
    });
    const own = await version(
      { closure: { unit: 'months', count: 4, endOfDay: true }, alcoholFirst: true },
      { forProgramme: code },
    );
    expect((await manager.post(policies, own)).as(policySaved)).toMatchObject({
      policyId: 'diversion:evening-group',
      version: 1,
      programme: code,
    });
    expect((await manager.post(policies, own)).outcome).toEqual([409, 'conflict']);
    const [held1] = await held(`?programme=${code}`);
    expect(held1?.lengths).toMatchObject({ closure: '4 months, to the end of that day', alcoholFirst: true });
  });

  test.each([
    ['based on an older version', { basedOn: 7 }, [409, 'conflict']],
    ['new under a name that is taken', { basedOn: null }, [409, 'conflict']],
    ['unknown', { code: 'nothing' }, [404, 'not-found']],
    ['of a provider that is none', { providerId: 'nobody' }, [404, 'not-found']],
    ['of a provider that is gone', { providerId: 'pobl' }, [404, 'not-found']],
    ['over before it begins', { validUntil: soon(-2) }, [422, 'before-the-start']],
    ['from long ago', { validFrom: soon(-48) }, [409, 'condition-not-met']],
  ])('one that is %s is refused', async (_name, changes, outcome) => {
    const body = {
      ...{ code: 'acr-diversion', basedOn: 1, name: 'Diversion', nameCy: 'Dargyfeirio', providerId: null },
      ...{ validFrom: soon(-1), validUntil: null, reason: 'A try', ...changes },
    };
    expect((await manager.post(programmes, body)).outcome).toEqual(outcome);
  });
});

describe('routes', () => {
  const routes = '/api/v1/routes';
  const route = (changes: Record<string, unknown>) => ({
    ...{ programme: 'acr-diversion', postcodeArea: 'SY20', providerId: 'ddas', validFrom: soon(0) },
    ...{ reason: 'Machynlleth is nearer to Aberystwyth', ...changes },
  });

  test('M06 a new row holds from its start; the one before it ends there; who was referred before stays', async () => {
    const home = { residence: { postcode: 'SY20 8AA' } };
    const { pathwayId } = await refer(home);
    const key = randomUUID();
    const body = route({});
    const first = await manager.post(routes, body, key);
    expect(first.as(routeChanged)).toMatchObject({
      added: { postcodeArea: 'SY20', inForce: true },
      ended: null,
    });
    expect((await manager.post(routes, body, key)).body).toEqual(first.body);
    expect((await manager.post(routes, route({ validFrom: soon(0) }))).outcome).toEqual([
      409,
      'already-done',
    ]);
    const later = await refer({ ...home, outcomeAt: new Date().toISOString() });
    const providerOf = async (id: string) => (await manager.get(`/api/v1/pathways/${id}`)).body;
    expect(await providerOf(later.pathwayId)).toMatchObject({ providerId: 'ddas' });
    expect(await providerOf(pathwayId)).toMatchObject({ providerId: 'kaleidoscope' });

    const back = { providerId: 'kaleidoscope', validFrom: soon(1), reason: 'Back again' };
    const changed = (await manager.post(routes, route(back))).as(routeChanged);
    expect(changed.ended).toMatchObject({ providerId: 'ddas', validUntil: changed.added?.validFrom });
    const { items, changes } = (await officer.get(`${routes}?versions=all`)).as(routeList);
    expect(items.filter(({ postcodeArea }) => postcodeArea === 'SY20')).toHaveLength(2);
    expect(changes.filter(({ postcodeArea }) => postcodeArea === 'SY20')).toMatchObject([
      { version: 1, changed: { by: 'u-106', reason: 'Machynlleth is nearer to Aberystwyth' } },
      { version: 2, changed: { reason: 'Back again' } },
    ]);
    // Between the two there is no room for a third without an end.
    expect(
      (await manager.post(routes, route({ providerId: 'kaleidoscope', validFrom: soon(0.5) }))).outcome,
    ).toEqual([409, 'conflict']);
  });

  test('a row that has an end is ended before another takes its place', async () => {
    const wanted = route({ postcodeArea: 'SA1', providerId: 'kaleidoscope', validFrom: soon(1) });
    const { outcome, problem } = await manager.post(routes, wanted);
    expect(outcome).toEqual([409, 'conflict']);
    expect(problem.detail).toMatch(/overlaps the row sa1-breaking-free-online-2024-08-19/);
    const end = route({ postcodeArea: 'SA1', providerId: null, validFrom: soon(0.5) });
    expect((await manager.post(routes, end)).as(routeChanged)).toMatchObject({
      added: null,
      ended: { routeId: 'sa1-breaking-free-online-2024-08-19' },
    });
    expect((await manager.post(routes, wanted)).status).toBe(201);
    const between = `${routes}?at=${encodeURIComponent(soon(0.75))}`;
    const { items } = (await manager.get(between)).as(routeList);
    expect(items.some(({ postcodeArea }) => postcodeArea === 'SA1')).toBe(false);
  });

  test.each([
    ['to a provider that is none', { providerId: 'nobody' }, [404, 'not-found']],
    ['of a programme that is none', { programme: 'nothing' }, [404, 'not-found']],
    ['into a programme that is none', { intoProgramme: 'nothing' }, [404, 'not-found']],
    ['of letters that no postcode has', { postcodeArea: 'QQ' }, [404, 'not-found']],
    ['of a whole postcode', { postcodeArea: 'SY20 8AA' }, [400, 'invalid-request']],
    ['from long ago', { validFrom: soon(-48) }, [409, 'condition-not-met']],
    ['over before it begins', { validUntil: soon(-1) }, [422, 'before-the-start']],
    ['ending what is not there', { postcodeArea: 'ZE', providerId: null }, [404, 'not-found']],
  ])('a row %s is refused', async (_name, changes, outcome) => {
    expect((await manager.post(routes, route(changes))).outcome).toEqual(outcome);
  });
});
