import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { shownAt } from '../../api/shown-places.ts';
import { shownPlace, shownPlaceList } from '../../api/schemas/shown-places.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

// What may be shown of a place: who says it, in which words, and that it can be taken back. Where it is shown is tested with
// the person's page and the letter.

const force = 'dyfed-powys';
const street = { en: '1 Stryd Enghraifft, Carmarthen', cy: '1 Stryd Enghraifft, Caerfyrddin' };

let api: ApiWithoutEngine;
let lead: ApiCaller;
let worker: ApiCaller;
let manager: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  lead = await ApiCaller.as(api, 'provider-manager');
  worker = await ApiCaller.as(api, 'caseworker');
  manager = await ApiCaller.as(api, 'manager');
}, 60_000);

afterAll(async () => {
  await api.close();
});

const placesOf = (organisationId: string) => `/api/v1/organisations/${organisationId}/places`;
const shownOf = (organisationId: string, placeCode: string) =>
  `${placesOf(organisationId)}/${placeCode}/shown`;
const ours = shownOf('ddas', 'ddas-carmarthen');

async function listed(placeCode: string, organisationId = 'ddas', by = manager) {
  const { items } = (await by.get(placesOf(organisationId))).as(shownPlaceList);
  return items.find((item) => item.placeCode === placeCode);
}

async function holding(roles: readonly Role[], claims: Record<string, unknown> = {}): Promise<ApiCaller> {
  return new ApiCaller(
    api.url,
    await api.issuer.mint('provider-manager', { claims: { llwybr_roles: roles, ...claims } }),
  );
}

test('nothing is shown of any place before somebody says so', async () => {
  const { items } = (await lead.get(placesOf('ddas'))).as(shownPlaceList);
  expect(items.map(({ placeCode }) => placeCode)).toEqual([
    'ddas-carmarthen',
    'ddas-haverfordwest',
    'ddas-llanelli',
  ]);
  for (const item of items) {
    expect(item).toMatchObject({ words: null, telling: [], changedBy: null, updatedAt: null });
    expect(await shownAt(api.db, force, item.placeCode)).toBeNull();
  }
  expect(items[0]).toMatchObject({ address: '1 Stryd Enghraifft, Carmarthen', postcode: 'SA31 1ZZ' });
});

test('who leads the team, or the force, says in which words; they are changed, and taken back, and who did so stands there', async () => {
  const said = (await lead.post(ours, { words: street })).as(shownPlace);
  expect(said).toMatchObject({
    placeCode: 'ddas-carmarthen',
    words: street,
    telling: [],
    changedBy: 'u-302',
  });
  expect(await listed('ddas-carmarthen', 'ddas', worker)).toEqual(said);
  expect(await shownAt(api.db, force, 'ddas-carmarthen')).toEqual(street);
  expect(await listed('ddas-llanelli')).toMatchObject({ words: null });
  const other = { en: 'Room 2, 1 Stryd Enghraifft', cy: 'Ystafell 2, 1 Stryd Enghraifft' };
  const changed = (await manager.post(ours, { words: other })).as(shownPlace);
  expect(changed.words).toEqual(other);
  expect(changed.changedBy).not.toBe('u-302');
  expect(await shownAt(api.db, force, 'ddas-carmarthen')).toEqual(other);
  const back = (await lead.post(ours, { words: null })).as(shownPlace);
  expect(back).toMatchObject({ words: null, telling: [], changedBy: 'u-302', updatedAt: expect.any(String) });
  expect(await listed('ddas-carmarthen')).toEqual(back);
  expect(await shownAt(api.db, force, 'ddas-carmarthen')).toBeNull();
  expect((await lead.post(ours, { words: null })).status).toBe(200);
});

test('said twice with one key it is said once', async () => {
  const key = randomUUID();
  const path = shownOf('ddas', 'ddas-haverfordwest');
  const first = (await lead.post(path, { words: street }, key)).as(shownPlace);
  await lead.post(path, { words: null });
  expect((await lead.post(path, { words: street }, key)).as(shownPlace)).toEqual(first);
  expect(await listed('ddas-haverfordwest')).toMatchObject({ words: null });
  expect((await lead.post(path, { words: null }, key)).status).toBe(422);
});

test('nobody else says so, of no other organisation, and of no place that is not theirs', async () => {
  expect((await worker.post(ours, { words: street })).outcome).toEqual([403, 'wrong-role']);
  for (const role of ['PoliceOfficer', 'DipOfficer', 'Operator', 'Analyst', 'LpuOfficer'] as const) {
    const caller = await holding([role]);
    expect((await caller.post(ours, { words: street })).outcome).toEqual([403, 'wrong-role']);
    expect((await caller.get(placesOf('ddas'))).outcome).toEqual([403, 'wrong-role']);
  }
  const theirs = shownOf('kaleidoscope', 'kaleidoscope-newtown');
  for (const by of [lead, await holding(['ProviderManager', 'DipOfficer'])]) {
    expect((await by.get(placesOf('kaleidoscope'))).outcome).toEqual([404, 'not-found']);
    expect((await by.post(theirs, { words: street })).outcome).toEqual([404, 'not-found']);
  }
  expect((await worker.get(placesOf('kaleidoscope'))).outcome).toEqual([404, 'not-found']);
  for (const by of [lead, manager]) {
    for (const path of [
      shownOf('ddas', 'kaleidoscope-newtown'),
      shownOf('ddas', 'dip-carmarthen'),
      shownOf('ddas', 'nowhere'),
      shownOf('nobody', 'ddas-carmarthen'),
    ]) {
      expect([path, (await by.post(path, { words: street })).outcome]).toEqual([path, [404, 'not-found']]);
      expect([path, (await by.post(path, { words: null })).outcome]).toEqual([path, [404, 'not-found']]);
    }
  }
  expect((await manager.get(placesOf('nobody'))).outcome).toEqual([404, 'not-found']);
  for (const code of ['kaleidoscope-newtown', 'dip-carmarthen', 'nowhere']) {
    expect(await shownAt(api.db, force, code)).toBeNull();
  }
  // The force's own manager says so of all of them, those of the other path too.
  expect((await manager.post(shownOf('dip-team', 'dip-carmarthen'), { words: street })).status).toBe(200);
  expect(await shownAt(api.db, force, 'dip-carmarthen')).toEqual(street);
});

test('another force has places of its own: what is said of one is said of no other, and a place of another force is none', async () => {
  await api.db.pool.query(
    `insert into place select force_id, 'ddas-only-demo', organisation_id, name, name_cy, address, postcode
       from place where force_id = 'demo' and code = 'ddas-llanelli'`,
  );
  const elsewhere = await holding(['Manager'], { llwybr_force: 'demo' });
  const there = shownOf('ddas', 'ddas-only-demo');
  expect((await manager.post(there, { words: street })).outcome).toEqual([404, 'not-found']);
  expect((await lead.post(there, { words: street })).outcome).toEqual([404, 'not-found']);
  expect((await elsewhere.post(there, { words: street })).status).toBe(200);
  expect(await shownAt(api.db, 'demo', 'ddas-only-demo')).toEqual(street);
  expect(await shownAt(api.db, force, 'ddas-only-demo')).toBeNull();
  const both = shownOf('ddas', 'ddas-llanelli');
  expect((await elsewhere.post(both, { words: street })).status).toBe(200);
  expect(await shownAt(api.db, force, 'ddas-llanelli')).toBeNull();
  expect(await listed('ddas-llanelli')).toMatchObject({ words: null });
});

test.each([
  [{ en: 'Drug and Alcohol Service, High Street', cy: street.cy }, 'drug'],
  [{ en: street.en, cy: 'Gwasanaeth Cyffuriau, Stryd Fawr' }, 'cyffur'],
  [{ en: 'Beside the police station', cy: street.cy }, 'police'],
  [{ en: street.en, cy: 'Tŷ Kaleidoscope' }, 'kaleidoscope'],
  [{ en: 'The DDAS office', cy: street.cy }, 'ddas'],
])('words that tell are refused, in either language: %j', async (words, word) => {
  await lead.post(ours, { words: street });
  const refused = await lead.post(ours, { words });
  expect(refused.outcome).toEqual([409, 'condition-not-met']);
  expect(refused.problem.details).toMatchObject({ words: expect.arrayContaining([word]) });
  expect(await shownAt(api.db, force, 'ddas-carmarthen')).toEqual(street);
});

test('nor may they name a service of the force that no list of words knows; one that came since silences them', async () => {
  const named = { en: 'Rainbow House, 1 Stryd Enghraifft', cy: 'Tŷ Enfys, 1 Stryd Enghraifft' };
  expect((await lead.post(ours, { words: named })).status).toBe(200);
  expect(await shownAt(api.db, force, 'ddas-carmarthen')).toEqual(named);
  await api.db.pool.query(
    `insert into organisation (force_id, id, kind, name, name_cy, valid_from)
      values ($1, 'enfys', 'provider', 'Enfys Wales', 'Tŷ Enfys', now())`,
    [force],
  );
  expect(await shownAt(api.db, force, 'ddas-carmarthen')).toBeNull();
  // Whoever looks sees why, and says it in other words.
  expect(await listed('ddas-carmarthen', 'ddas', lead)).toMatchObject({
    words: named,
    telling: ['Tŷ Enfys'],
  });
  const refused = await lead.post(ours, { words: named });
  expect(refused.outcome).toEqual([409, 'condition-not-met']);
  expect(refused.problem.details).toEqual({ words: ['Tŷ Enfys'] });
  expect((await lead.post(ours, { words: null })).as(shownPlace)).toMatchObject({ words: null, telling: [] });
});

test('words that came to tell are not shown, though they were set before that was known', async () => {
  await lead.post(ours, { words: street });
  await api.db.pool.query(`update place_shown set words_cy = 'Clinig, Stryd Fawr' where place_code = $1`, [
    'ddas-carmarthen',
  ]);
  expect(await shownAt(api.db, force, 'ddas-carmarthen')).toBeNull();
  expect(await listed('ddas-carmarthen')).toMatchObject({ telling: ['clinig'] });
});

test('one line in each language, no longer than a line of an address: all else is no body', async () => {
  const long = 'x'.repeat(120);
  expect((await lead.post(ours, { words: { en: long, cy: long } })).status).toBe(200);
  await lead.post(ours, { words: null });
  for (const words of [
    undefined,
    '1 High Street',
    {},
    { en: street.en },
    { cy: street.cy },
    { ...street, fr: 'Rue Haute' },
    { ...street, en: null },
    { ...street, en: '' },
    { ...street, cy: ' \u00a0 ' },
    { ...street, en: `${long}x` },
    { ...street, en: '1 High Street\nEND:VEVENT' },
    { ...street, en: '1 High Street\r\nBEGIN:VALARM' },
    { ...street, cy: 'x\u0000' },
    { ...street, cy: 'x\u2028y' },
    { ...street, en: '\u202e1 High Street' },
    { ...street, en: 'x\ud800' },
  ]) {
    const answer = await lead.post(ours, { words });
    expect([words, answer.outcome]).toEqual([words, [400, 'invalid-request']]);
  }
  expect(await shownAt(api.db, force, 'ddas-carmarthen')).toBeNull();
});

test('of an organisation that has ended what is shown can still be taken back: appointments there are kept', async () => {
  const path = shownOf('kaleidoscope', 'kaleidoscope-brecon');
  expect((await manager.post(path, { words: street })).status).toBe(200);
  await api.db.pool.query(
    `update organisation set valid_until = now() where force_id = $1 and id = 'kaleidoscope'`,
    [force],
  );
  expect(await shownAt(api.db, force, 'kaleidoscope-brecon')).toEqual(street);
  expect((await manager.post(path, { words: null })).status).toBe(200);
  expect(await shownAt(api.db, force, 'kaleidoscope-brecon')).toBeNull();
});

test('the table holds both languages or none', async () => {
  await expect(
    api.db.pool.query(
      `insert into place_shown values ($1, 'dip-llanelli', '1 High Street', null, 'u-1', now())`,
      [force],
    ),
  ).rejects.toMatchObject({ code: '23514', constraint: 'place_shown_words_check' });
});
