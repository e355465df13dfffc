import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { changeList } from '../../api/schemas/changes.ts';
import { drugTestAnswer, referralAnswer } from '../../api/schemas/answers.ts';
import { standingFactsAnswer } from '../../api/schemas/facts.ts';
import { referralFiguresAnswer } from '../../api/schemas/figures.ts';
import { mergeAnswer, personView, splitAnswer } from '../../api/schemas/persons.ts';
import { aReferral, ApiCaller, aTest } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import { eventually } from '../support/eventually.ts';

let api: ApiWithoutEngine;
let officer: ApiCaller;
let custody: ApiCaller;
let manager: ApiCaller;
let dip: ApiCaller;
let provider: ApiCaller;
let otherProvider: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  const as = (who: string) => ApiCaller.as(api, who);
  officer = await as('officer');
  custody = await as('custody');
  manager = await as('manager');
  dip = await as('dip');
  provider = await as('caseworker');
  otherProvider = await as('kaleidoscope-caseworker');
});

afterAll(async () => {
  await api.close();
});

const referred = async (changes: Record<string, unknown> = {}) =>
  (await officer.post('/api/v1/referrals', aReferral(changes))).as(referralAnswer);

const tested = async (changes: Record<string, unknown> = {}) =>
  (await custody.post('/api/v1/drug-tests', aTest(changes))).as(drugTestAnswer);

/** Known from treatment alone: nobody of the police brought them. */
const fromTreatment = async (changes: Record<string, unknown> = {}) => {
  const { nominalNumber: _n, occurrenceNumber: _o, outcomeAt: _a, ...form } = aReferral(changes);
  const { offenceCode: _c, offenceDate: _d, ...rest } = form;
  const body = { ...rest, source: 'self', via: 'form', ...changes };
  return (await provider.post('/api/v1/referrals', body)).as(referralAnswer);
};

const view = async (caller: ApiCaller, personId: string): Promise<z.output<typeof personView>> =>
  (await caller.get(`/api/v1/persons/${personId}`)).as(personView);

const seen = async (caller: ApiCaller, personId: string) =>
  (await caller.get(`/api/v1/persons/${personId}`)).status;

const named = () => ({
  surname: `Enghraifft-${randomUUID().replaceAll(/[0-9-]/g, '')}`,
  forenames: 'Nia',
  birthDate: '1991-04-02',
});

describe('who may know of a person', () => {
  test('the force’s manager and the provider who has them see how to reach them, the police who they are', async () => {
    const { personId, pathwayId } = await referred();
    const known = await view(manager, personId);
    expect(known).toMatchObject({
      identity: { surname: 'Morgan', forenames: 'Siân Elin', birthDate: '1994-05-17' },
      contact: { mobile: expect.any(String), language: 'cy', safeToText: 'yes' },
      pathways: [{ pathwayId, kind: 'diversion' }],
    });
    expect(known.identity.nominalNumber).not.toBeNull();
    expect(await view(provider, personId)).toMatchObject({
      identity: { surname: 'Morgan', nominalNumber: null },
      contact: { language: 'cy' },
      pathways: [{ pathwayId }],
    });
    // The police referred them and hold that; how the case goes, and where they live, is not theirs to read here.
    expect(await view(officer, personId)).toMatchObject({
      identity: { nominalNumber: known.identity.nominalNumber },
      contact: null,
      pathways: [],
    });
  });

  test('another provider, another force, a role that may not and an id that nobody has: nobody is there', async () => {
    const { personId } = await referred();
    const { personId: own } = await fromTreatment();
    expect(await seen(otherProvider, personId)).toBe(404);
    expect(await seen(await ApiCaller.as(api, 'demo-manager'), personId)).toBe(404);
    expect(await seen(manager, randomUUID())).toBe(404);
    expect(await seen(manager, 'nobody')).toBe(404);
    expect(await seen(await ApiCaller.as(api, 'analyst'), personId)).toBe(403);
    expect([await seen(provider, own), await seen(manager, own)]).toEqual([200, 200]);
    for (const police of [officer, custody, dip]) expect(await seen(police, own)).toBe(404);
    const merge = { otherPersonId: own, reason: 'same' };
    const tries = [
      await dip.post(`/api/v1/persons/${personId}/merges`, merge),
      await dip.post(`/api/v1/persons/${own}/merges`, { ...merge, otherPersonId: personId }),
      await manager.post(`/api/v1/persons/${personId}/merges`, { ...merge, otherPersonId: randomUUID() }),
      await manager.post(`/api/v1/persons/${personId}/splits`, { mergeId: randomUUID(), reason: 'two' }),
    ];
    expect(tries.map(({ outcome }) => outcome)).toEqual(tries.map(() => [404, 'not-found']));
    expect((await provider.post(`/api/v1/persons/${personId}/merges`, merge)).status).toBe(403);
  });
});

describe('what to know before ringing them', () => {
  const told = (caller: ApiCaller, personId: string, body: Record<string, unknown>) =>
    caller.post(`/api/v1/persons/${personId}/facts`, body);
  const cautions = async (caller: ApiCaller, personId: string) =>
    (await view(caller, personId)).cautions.map(({ matter }) => matter);

  test('stands on the page of the person, each with its day, and goes when it is lifted', async () => {
    const { personId } = await referred();
    expect(await cautions(provider, personId)).toEqual([]);
    const occurredAt = new Date(Date.now() - 60_000).toISOString();
    await told(provider, personId, { fact: 'safety-flag', occurredAt });
    await told(provider, personId, { fact: 'custody' });
    await told(provider, personId, { fact: 'stop-texts' });
    await told(provider, personId, { fact: 'consent-withdrawn', purpose: 'texts' });
    await told(provider, personId, {
      fact: 'contact-preferences',
      preferences: { voicemail: 'no', post: 'unknown', email: 'yes' },
    });
    const { cautions: standing } = await view(provider, personId);
    const matters = ['texts', 'custody', 'safety', 'consent:texts', 'way:post', 'way:voicemail'];
    expect(standing.map(({ matter }) => matter)).toEqual(matters);
    expect(standing.find(({ matter }) => matter === 'safety')).toMatchObject({ since: occurredAt });
    expect(standing.find(({ matter }) => matter === 'way:voicemail')).toMatchObject({ says: 'no' });
    await told(provider, personId, { fact: 'release' });
    await told(provider, personId, { fact: 'texts-allowed' });
    expect(await cautions(provider, personId)).toEqual(
      matters.filter((matter) => matter !== 'texts' && matter !== 'custody'),
    );
    await told(provider, personId, { fact: 'death' });
    expect(await cautions(provider, personId)).toContain('death');
  });

  test('is told as far as the caller may know it: the police of death and custody', async () => {
    const { personId } = await referred();
    await told(provider, personId, { fact: 'safety-flag' });
    await told(provider, personId, { fact: 'consent-withdrawn', purpose: 'treatment' });
    await told(provider, personId, { fact: 'custody' });
    expect(await cautions(provider, personId)).toEqual(['custody', 'safety', 'consent:treatment']);
    expect(await cautions(officer, personId)).toEqual(['custody']);
  });

  test('what was told of another row of the same human being stands there too', async () => {
    const [one, other] = [await referred(), await referred()];
    await told(provider, other.personId, { fact: 'safety-flag' });
    expect(await cautions(provider, one.personId)).toEqual([]);
    const merge = { otherPersonId: other.personId, reason: 'same' };
    await manager.post(`/api/v1/persons/${one.personId}/merges`, merge);
    expect(await cautions(provider, one.personId)).toEqual(['safety']);
    const facts = (await provider.get(`/api/v1/persons/${one.personId}/facts`)).as(standingFactsAnswer);
    expect(facts.items.map(({ matter }) => matter)).toEqual(['safety']);
  });
});

describe('same name and birth date twice: flagged, never merged by the system (edge case 3)', () => {
  test('the police learn of a match only where they hold both, a provider only where it has both', async () => {
    const same = named();
    const inTreatment = await fromTreatment(same);
    const first = await referred({ ...same, residence: { postcode: 'LD3 1ZZ' } });
    // The police are not told that somebody of this name is in treatment.
    expect(first.possibleMatches).toBe(0);
    expect((await view(officer, first.personId)).possibleMatches).toEqual([]);
    const arrested = await tested(same);
    const arrestedId = arrested.personId ?? '';
    expect((await view(dip, arrestedId)).possibleMatches).toMatchObject([
      { personId: first.personId, basis: 'name-and-birth-date', merged: false },
    ]);
    const all = (await view(manager, arrestedId)).possibleMatches.map(({ personId }) => personId);
    expect([...all].sort()).toEqual([inTreatment.personId, first.personId].sort());
    // Of a provider only its own people: who is with another one, or was only arrested, is nobody to it.
    expect((await view(provider, inTreatment.personId)).possibleMatches).toEqual([]);
    expect((await view(manager, first.personId)).sameAs).toEqual([]);
  });
});

describe('two rows are one human being (M233)', () => {
  test('by a manager’s decision, with reason and author; and two again, with the history kept', async () => {
    const same = named();
    const one = await referred(same);
    const other = await tested(same);
    const otherId = other.personId ?? '';
    const before = (await manager.get('/api/v1/figures/referrals')).as(referralFiguresAnswer).people;
    const again = await referred(same);
    const path = `/api/v1/persons/${one.personId}`;
    const key = randomUUID();
    const body = { otherPersonId: again.personId, reason: 'same-nominal' };
    const made = await manager.post(`${path}/merges`, body, key);
    expect(made.status).toBe(201);
    const merge = made.as(mergeAnswer);
    expect(merge).toMatchObject({ reason: 'same-nominal', mergedBy: 'u-106', split: null });
    expect(merge.sameAs).toEqual([again.personId]);
    // The same request again is the same merge; another one says that it is done.
    expect((await manager.post(`${path}/merges`, body, key)).body).toEqual(made.body);
    expect((await manager.post(`${path}/merges`, body)).outcome).toEqual([409, 'already-done']);
    expect((await manager.post(`${path}/merges`, { ...body, otherPersonId: one.personId })).outcome).toEqual([
      409,
      'condition-not-met',
    ]);
    expect((await manager.get('/api/v1/figures/referrals')).as(referralFiguresAnswer).people).toBe(before);

    const joined = await view(manager, one.personId);
    expect(joined.sameAs).toMatchObject([{ personId: again.personId }]);
    expect(joined.pathways.map(({ pathwayId }) => pathwayId).sort()).toEqual(
      [one.pathwayId, again.pathwayId].sort(),
    );
    expect(joined.possibleMatches.find(({ personId }) => personId === again.personId)?.merged).toBe(true);
    expect(joined.possibleMatches.find(({ personId }) => personId === otherId)?.merged).toBe(false);

    const splits = `/api/v1/persons/${again.personId}/splits`;
    const split = (await manager.post(splits, { mergeId: merge.mergeId, reason: 'two-people' })).as(
      splitAnswer,
    );
    expect(split).toMatchObject({ split: { by: 'u-106', reason: 'two-people' }, carriedAcross: [] });
    expect((await manager.post(splits, { mergeId: merge.mergeId, reason: 'two-people' })).outcome).toEqual([
      409,
      'already-done',
    ]);
    const parted = await view(manager, one.personId);
    expect(parted.sameAs).toEqual([]);
    expect(parted.merges).toMatchObject([{ mergeId: merge.mergeId, split: { reason: 'two-people' } }]);
    expect((await manager.get('/api/v1/figures/referrals')).as(referralFiguresAnswer).people).toBe(
      before + 1,
    );
  });

  test('over a contradiction only where the caller has seen it: one died', async () => {
    const same = named();
    const one = await tested(same);
    const other = await tested(same);
    const [oneId, otherId] = [one.personId ?? '', other.personId ?? ''];
    await manager.post(`/api/v1/persons/${oneId}/facts`, { fact: 'death' });
    const merges = `/api/v1/persons/${oneId}/merges`;
    const body = { otherPersonId: otherId, reason: 'same-nominal' };
    const refused = await manager.post(merges, body);
    expect(refused.outcome).toEqual([409, 'condition-not-met']);
    expect(refused.problem.details).toMatchObject({ contradictions: ['death'] });
    // A death may be known from treatment: only a manager is told, and may merge over it.
    const ofPolice = await dip.post(merges, { ...body, confirm: ['birth-date'] });
    expect(ofPolice.outcome).toEqual([409, 'conflict']);
    expect(ofPolice.problem.details).toBeUndefined();
    expect((await manager.post(merges, { ...body, confirm: ['birth-date'] })).status).toBe(409);
    const made = await manager.post(merges, { ...body, confirm: ['death'] });
    const { mergeId, confirmed } = made.as(mergeAnswer);
    expect(confirmed).toEqual(['death']);
    expect((await view(manager, oneId)).merges).toMatchObject([{ mergeId, confirmed: ['death'] }]);
    // Neither from the merge nor from its split.
    expect((await view(dip, oneId)).merges).toMatchObject([{ mergeId, confirmed: null }]);
    const split = await dip.post(`/api/v1/persons/${oneId}/splits`, { mergeId, reason: 'two-people' });
    expect(split.as(splitAnswer)).toMatchObject({ mergeId, confirmed: null });
  });

  test('by the DIP officer of people whom the police hold', async () => {
    const same = named();
    const one = await tested(same);
    const other = await referred(same);
    const made = await dip.post(`/api/v1/persons/${one.personId ?? ''}/merges`, {
      ...{ otherPersonId: other.personId, reason: 'same-person-at-custody' },
    });
    expect(made.as(mergeAnswer)).toMatchObject({ mergedBy: 'u-201', sameAs: [other.personId] });
  });
});

describe('changes for the system of a provider (M182)', () => {
  test('come by a cursor of this list and this view alone, with codes and no word of the case', async () => {
    const { pathwayId, reference } = await referred();
    const first = (await provider.get('/api/v1/changes?limit=1')).as(changeList);
    expect(first.items.length).toBeLessThanOrEqual(1);
    await eventually(async () => {
      const all = (await provider.get('/api/v1/changes?limit=500')).as(changeList);
      expect(all.items.find((item) => item.pathwayId === pathwayId)).toMatchObject({
        ...{ reference, kind: 'diversion', seq: 1, type: 'referral-received', actorId: 'u-101' },
      });
      expect(JSON.stringify(all)).not.toContain('Morgan');
    });
    const theirs = (await otherProvider.get('/api/v1/changes?limit=500')).as(changeList);
    expect(theirs.items.filter((item) => item.pathwayId === pathwayId)).toEqual([]);
    const police = (await dip.get('/api/v1/changes?limit=500')).as(changeList);
    expect(police.items.every(({ kind }) => kind === 'compulsory')).toBe(true);

    const cursor = encodeURIComponent(first.next);
    expect((await provider.get(`/api/v1/changes?after=${cursor}`)).status).toBe(200);
    for (const stranger of [otherProvider, manager, await ApiCaller.as(api, 'demo-caseworker')]) {
      expect((await stranger.get(`/api/v1/changes?after=${cursor}`)).outcome).toEqual([
        400,
        'invalid-cursor',
      ]);
    }
    for (const wrong of [`${cursor}x`, 'x', 'x.y', cursor.slice(1)]) {
      expect((await provider.get(`/api/v1/changes?after=${wrong}`)).outcome).toEqual([400, 'invalid-cursor']);
    }
    expect((await provider.get('/api/v1/changes?limit=0')).status).toBe(400);
    expect((await provider.get('/api/v1/changes?since=x')).status).toBe(400);
  });
});
