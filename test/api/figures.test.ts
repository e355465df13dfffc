import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { referralAnswer } from '../../api/schemas/answers.ts';
import {
  consentFiguresAnswer,
  dangerFiguresAnswer,
  definitionsOfReferrals,
  publication,
  referralFiguresAnswer,
} from '../../api/schemas/figures.ts';
import { treatmentFiguresAnswer } from '../../api/schemas/treatment-figures.ts';
import { areasOf } from '../../store/areas.ts';
import { loadPreset } from '../../store/presets.ts';
import { consentPurposes } from '../../workflows/domain/common/consent.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

let api: ApiWithoutEngine;
/** Of the force whose areas have an intensity. */
let gwentOfficer: ApiCaller;
let gwentManager: ApiCaller;
let officer: ApiCaller;
let worker: ApiCaller;
let lead: ApiCaller;
let elsewhere: ApiCaller;
let manager: ApiCaller;
let analyst: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  await loadPreset(api.db, 'gwent-2015');
  [officer, worker, lead, elsewhere, manager, analyst] = (await Promise.all(
    ['officer', 'caseworker', 'provider-manager', 'kaleidoscope-caseworker', 'manager', 'analyst'].map(
      (who) => ApiCaller.as(api, who),
    ),
  )) as [ApiCaller, ApiCaller, ApiCaller, ApiCaller, ApiCaller, ApiCaller];
  const inGwent = { llwybr_force: 'gwent', llwybr_organisation: 'gwent-police' };
  gwentOfficer = new ApiCaller(api.url, await api.issuer.mint('officer', { claims: inGwent }));
  gwentManager = new ApiCaller(api.url, await api.issuer.mint('manager', { claims: inGwent }));
}, 60_000);

afterAll(async () => {
  await api.close();
});

const address = '/api/v1/figures/referrals';

async function figures(who: ApiCaller, query = ''): Promise<z.output<typeof referralFiguresAnswer>> {
  return (await who.get(`${address}${query}`)).as(referralFiguresAnswer);
}

async function referred(changes: Record<string, unknown> = {}, by = officer) {
  return (await by.post('/api/v1/referrals', aReferral(changes))).as(referralAnswer);
}

const at = (postcode: string) => ({ residence: { postcode } });

describe('by area', () => {
  test('M42 each area is printed with its intensity, and they add up to the whole', async () => {
    for (const postcode of ['NP20 1ZZ', 'NP19 1ZZ', 'NP44 1ZZ', 'CF83 1ZZ', 'NP8 1ZZ']) {
      await referred(at(postcode), gwentOfficer);
    }
    await referred({ residence: { noFixedAbode: true } }, gwentOfficer);
    const { areas, ...whole } = await figures(gwentManager);
    const line = (area: string | null, name: string | null, intensity: string | null, received: number) => ({
      ...{ area, name, intensity, received, open: received, closed: 0 },
    });
    expect(areas).toEqual([
      line('caerphilly', 'Caerphilly', 'intensive', 1),
      line('newport', 'Newport', 'intensive', 2),
      line('torfaen', 'Torfaen', 'non-intensive', 1),
      line(null, null, null, 2),
    ]);
    expect(areas.reduce((sum, { received }) => sum + received, 0)).toBe(whole.received);
    expect(await areasOf(api.db, 'gwent')).toHaveLength(5);
  });

  test('M207 the list of an area is as long as its figure, and so is its count', async () => {
    for (const { area, received } of (await figures(gwentManager)).areas) {
      if (area === null) continue;
      const list = await gwentManager.get(`/api/v1/pathways?area=${area}`);
      expect((list.body as { items: unknown[] }).items).toHaveLength(received);
      const counts = await gwentManager.get(`/api/v1/pathways/counts?area=${area}`);
      expect(counts.body).toMatchObject({ total: received });
    }
    expect((await gwentManager.get('/api/v1/pathways?marker=BLUE')).outcome).toEqual([
      400,
      'invalid-request',
    ]);
  });
});

test('M198 every number has its definition beside it', async () => {
  const answer = await figures(manager);
  const numbers = Object.entries(answer).filter(([, value]) => typeof value === 'number');
  expect(numbers.map(([name]) => name).toSorted()).toEqual([
    'closed',
    'leftOut',
    'open',
    'people',
    'received',
  ]);
  expect(Object.keys(answer.definitions)).toEqual(
    expect.arrayContaining([...numbers.map(([name]) => name), 'areas']),
  );
  expect(answer.definitions).toEqual(definitionsOfReferrals);
  for (const words of Object.values(answer.definitions)) expect(words.length).toBeGreaterThan(40);
  const consents = (await analyst.get('/api/v1/figures/consents')).as(consentFiguresAnswer);
  expect(Object.keys(consents.definitions)).toEqual(['people', 'purposes']);
  expect((await analyst.get('/api/v1/figures/danger')).as(dangerFiguresAnswer).definition).toContain(
    'safety flag',
  );
});

test('M198 M09 what was done in a period says what each number counts, to whom it may concern', async () => {
  const path = '/api/v1/figures/treatment';
  const from = new Date(Date.now() - 86_400_000).toISOString();
  const before = (await lead.get(`${path}?from=${from}`)).as(treatmentFiguresAnswer);
  await referred();
  const after = (await lead.get(`${path}?from=${from}`)).as(treatmentFiguresAnswer);
  expect(after.firstTry).toEqual({ ...before.firstTry, received: before.firstTry.received + 1 });
  expect(after.firstTry.tried).toBe(0);
  const { definitions, ...rest } = after;
  const told = Object.keys(rest).filter((name) => !/^(from|until)/.test(name));
  expect(Object.keys(definitions).toSorted()).toEqual(told.toSorted());
  for (const words of Object.values(definitions)) expect(words.length).toBeGreaterThan(40);
  for (const who of [officer, worker])
    expect((await who.get(`${path}?from=${from}`)).outcome).toEqual([403, 'wrong-role']);
  const ahead = await manager.get(`${path}?from=${new Date(Date.now() + 3_600_000).toISOString()}`);
  expect([ahead.outcome, ahead.problem.errors?.[0]?.path]).toEqual([[422, 'in-the-future'], '/from']);
  expect((await manager.get(path)).outcome).toEqual([400, 'invalid-request']);
});

describe('M191 what people agreed to', () => {
  test('who does not agree to the national data is left out of its numbers, and how many are is said', async () => {
    const before = await figures(lead, '?agreedTo=national-data');
    const told = async (pathwayId: string, name: string, days: number) => {
      const occurredAt = new Date(Date.now() - days * 60_000).toISOString();
      const path = `/api/v1/pathways/${pathwayId}/commands/${name}`;
      expect((await worker.post(path, { occurredAt, data: { purpose: 'national-data' } })).status).toBe(201);
    };
    const [agrees, withdrew, notAsked] = [await referred(), await referred(), await referred()];
    await told(agrees.pathwayId, 'record-consent', 9);
    await told(withdrew.pathwayId, 'record-consent', 8);
    await told(withdrew.pathwayId, 'withdraw-consent', 7);
    const all = await figures(lead);
    const national = await figures(lead, '?agreedTo=national-data');
    expect([national.received - before.received, national.people - before.people]).toEqual([1, 1]);
    expect(national.leftOut - before.leftOut).toBe(2);
    expect(national.received + national.leftOut).toBe(all.received);
    expect([all.leftOut, all.agreedTo, national.agreedTo]).toEqual([0, null, 'national-data']);
    // Told late of a time before: the withdrawal is still the latest.
    await told(withdrew.pathwayId, 'record-consent', 10);
    expect((await figures(lead, '?agreedTo=national-data')).received).toBe(national.received);
    await told(notAsked.pathwayId, 'record-consent', 1);
    expect((await figures(lead, '?agreedTo=national-data')).received).toBe(national.received + 1);
  });

  test('each purpose by itself: given, withdrawn and not asked add up to the people', async () => {
    const { people, purposes } = (await lead.get('/api/v1/figures/consents')).as(consentFiguresAnswer);
    expect(purposes.map(({ purpose }) => purpose)).toEqual([...consentPurposes]);
    expect(people).toBe((await figures(lead)).people);
    for (const { given, withdrawn, notAsked } of purposes) expect(given + withdrawn + notAsked).toBe(people);
    expect(purposes.find(({ purpose }) => purpose === 'national-data')).toMatchObject({
      given: 2,
      withdrawn: 1,
    });
    expect(purposes.find(({ purpose }) => purpose === 'care-record')).toMatchObject({
      given: 0,
      withdrawn: 0,
    });
    const others = (await manager.get('/api/v1/figures/consents')).as(consentFiguresAnswer);
    expect(others.people).toBe((await figures(manager)).people);
    expect((await elsewhere.get('/api/v1/figures/consents')).outcome).toEqual([403, 'wrong-role']);
  });
});

test('M201 how many people may be in danger is a count for the analyst, and from one to four is not told', async () => {
  const told = async () => {
    const { people, suppressed } = (await analyst.get('/api/v1/figures/danger')).as(dangerFiguresAnswer);
    return [people, suppressed];
  };
  expect(await told()).toEqual([0, false]);
  const flagged: string[] = [];
  for (let count = 1; count <= 5; count += 1) {
    const { pathwayId } = await referred();
    expect((await worker.command(pathwayId, 'record-safety-flag', {})).status).toBe(201);
    flagged.push(pathwayId);
    expect(await told()).toEqual(count < 5 ? [null, true] : [5, false]);
  }
  expect((await lead.command(flagged[0] ?? '', 'lift-safety-flag', {})).status).toBe(201);
  expect(await told()).toEqual([null, true]);
  for (const who of [manager, lead, worker, officer]) {
    expect((await who.get('/api/v1/figures/danger')).outcome).toEqual([403, 'wrong-role']);
  }
});

describe('edge case 43: what was given out stays as it was', () => {
  const asAt = new Date(Date.now() - 5 * 60_000).toISOString();
  const query = `?asAt=${encodeURIComponent(asAt)}`;
  const giveOut = (reason: string, by = manager) => by.post(`${address}/publications`, { asAt, reason });
  const earlier = { outcomeAt: new Date(Date.now() - 10 * 60_000).toISOString() };

  test('provisional until it is given out, final then, revised once something of that time is recorded', async () => {
    const first = await figures(manager, query);
    expect([first.status, first.publications]).toEqual(['provisional', []]);
    const given = (await giveOut('Quarter 2')).as(publication);
    const { received, open, closed, people } = first;
    expect(given).toMatchObject({ version: 1, reason: 'Quarter 2', received, open, closed, people });
    expect((await figures(manager, query)).status).toBe('final');
    expect((await giveOut('Quarter 2')).outcome).toEqual([409, 'already-done']);

    // Entered late, of a day before the end of the quarter; and one of after it, which changes nothing there.
    await referred(earlier);
    await referred({ outcomeAt: new Date(Date.now() - 60_000).toISOString() });
    const late = await figures(manager, query);
    expect([late.status, late.received]).toEqual(['revised', received + 1]);
    expect(late.publications).toEqual([given]);

    const second = (await giveOut('One referral came in late')).as(publication);
    expect(second).toMatchObject({ version: 2, received: received + 1 });
    const log = await figures(manager, query);
    expect([log.status, log.publications]).toEqual(['final', [given, second]]);
    // Another instant, a provider’s part and a part of the people were not given out.
    expect((await figures(manager)).status).toBe('provisional');
    expect((await figures(lead, query)).publications).toEqual([]);
    expect((await figures(manager, `${query}&agreedTo=sharing`)).publications).toEqual([]);
  });

  test('and one that was given out and not answered is answered to a repeat', async () => {
    const body = { asAt: new Date(Date.now() - 7 * 60_000).toISOString(), reason: 'Quarter 1' };
    const key = 'given-out-and-not-answered';
    const first = (await manager.post(`${address}/publications`, body, key)).as(publication);
    await api.db.pool.query(
      `update request set state = 'running', status = null, body = null, answered_at = null,
        lease_until = clock_timestamp() where key = $1`,
      [key],
    );
    expect((await manager.post(`${address}/publications`, body, key)).as(publication)).toEqual(first);
  });

  test('by the manager alone, of a time that has come, and no row of it can be changed', async () => {
    for (const who of [analyst, lead, officer]) {
      expect((await giveOut('Quarter 3', who)).outcome).toEqual([403, 'wrong-role']);
    }
    const ahead = { asAt: new Date(Date.now() + 3_600_000).toISOString(), reason: 'Too early' };
    expect((await manager.post(`${address}/publications`, ahead)).outcome).toEqual([422, 'in-the-future']);
    for (const statement of ['delete from published_figures', `update published_figures set reason = 'x'`]) {
      await expect(api.db.pool.query(statement)).rejects.toThrow(
        /may not be changed|never changed|forbid|changed/i,
      );
    }
  });
});
