import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commandAnswer, factAnswer, referralAnswer } from '../../api/schemas/answers.ts';
import { caseView } from '../../api/schemas/case.ts';
import { personView } from '../../api/schemas/persons.ts';
import { uncarriedFactsOf } from '../../store/person-facts.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { openCompulsory, prepareForce, testForce } from '../support/pathways.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

let stack: Stack;
let caseworker: ApiCaller;
let officer: ApiCaller;

beforeAll(async () => {
  stack = await startStack();
  await prepareForce(stack.db);
  caseworker = await ApiCaller.as(stack, 'caseworker');
  officer = await ApiCaller.as(stack, 'officer');
}, 60_000);

afterAll(async () => {
  await stack.close();
});

async function holding(
  roles: readonly Role[],
  organisation: string,
  force = 'dyfed-powys',
): Promise<ApiCaller> {
  const claims = { llwybr_roles: roles, llwybr_force: force, llwybr_organisation: organisation };
  return new ApiCaller(
    stack.url,
    await stack.issuer.mint('officer', { claims: { ...claims, sub: 'u-case' } }),
  );
}

const pathOf = (pathwayId: string): string => `/api/v1/pathways/${pathwayId}/case`;
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

async function referred(): Promise<string> {
  return (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer).pathwayId;
}

async function say(pathwayId: string, name: string, data: unknown): Promise<string> {
  return (await caseworker.command(pathwayId, name, data)).as(commandAnswer).commandId;
}

async function seen(pathwayId: string) {
  return (await caseworker.get(pathOf(pathwayId))).as(caseView);
}

describe('the case, as whoever works on it needs it', () => {
  test('of a new referral says that nothing was tried, booked, found or asked', async () => {
    const pathwayId = await referred();
    expect(await seen(pathwayId)).toMatchObject({
      ...{ pathwayId, seq: 1, appointments: [], assessment: null, modalities: [], needs: [], offer: null },
      contact: { attempts: 0, tries: [], reachedAt: null, undoable: null },
      ...{ closure: null, carePlanAt: null, engagedAt: null },
    });
  });

  test('gives every id that a later command names, and both ends of a move', async () => {
    const pathwayId = await referred();
    const attempt = { channel: 'phone', result: 'reached', by: 'person' };
    const attemptId = await say(pathwayId, 'record-contact-attempt', attempt);
    expect((await seen(pathwayId)).contact).toMatchObject({ attempts: 1, undoable: { attemptId } });
    const first = await say(pathwayId, 'book-appointment', {
      ...{ kind: 'first-meeting', startsAt: inDays(2), endsAt: inDays(2.1), placeCode: 'ddas-carmarthen' },
    });
    await say(pathwayId, 'reschedule-appointment', {
      ...{
        appointmentId: first,
        startsAt: inDays(3),
        endsAt: inDays(3.1),
        askedBy: 'person',
        reason: 'work',
      },
    });
    await say(pathwayId, 'record-engagement', { evidence: 'other' });
    await say(pathwayId, 'record-assessment', { substances: ['cannabis'], result: 'suitable' });
    const [modalityId, needId] = [randomUUID(), randomUUID()];
    await say(pathwayId, 'agree-care-plan', {
      modalities: [{ modalityId, type: 'psychosocial', prescribed: false }],
    });
    await say(pathwayId, 'add-need', { needId, code: 'housing' });
    const transferId = await say(pathwayId, 'transfer-pathway', {
      providerId: 'kaleidoscope',
      reason: 'moved',
    });
    const known = await seen(pathwayId);
    expect(known.appointments).toMatchObject([
      { appointmentId: first, status: 'superseded', supersedes: null },
      {
        status: 'booked',
        supersedes: first,
        startsText: expect.stringMatching(/^\d+ \w+ 20\d\d at \d\d:\d\d$/),
      },
    ]);
    expect(known).toMatchObject({
      contact: { undoable: null, reachedAt: expect.any(String) },
      assessment: { result: 'suitable', substances: ['cannabis'] },
      modalities: [{ modalityId, startedAt: null }],
      needs: [{ needId, code: 'housing', closedAt: null }],
      offer: { transferId, toProviderId: 'kaleidoscope', reason: 'moved' },
    });
  });

  test('M73 a booking over one of another kind is refused until it is named, and the answer says what it took the place of', async () => {
    const pathwayId = await referred();
    const slotIn = (days: number) => ({
      ...{ startsAt: inDays(days), endsAt: inDays(days + 0.1), placeCode: 'ddas-carmarthen' },
    });
    const book = (data: object) => caseworker.command(pathwayId, 'book-appointment', data);
    const first = (await book({ kind: 'first-meeting', ...slotIn(2) })).as(commandAnswer);
    expect(first).not.toHaveProperty('superseded');
    const assessment = { kind: 'assessment', ...slotIn(5) };
    const refused = await book(assessment);
    expect(refused.outcome).toEqual([409, 'conflict']);
    expect(refused.problem).toMatchObject({
      errors: [{ path: '/data/replaces' }],
      details: { appointmentId: first.commandId, kind: 'first-meeting' },
    });
    const replacing = { ...assessment, replaces: first.commandId };
    const second = (await book(replacing)).as(commandAnswer);
    expect(second.superseded).toBe(first.commandId);
    expect((await book(replacing)).outcome).toEqual([409, 'already-done']);
    const again = await book({ ...assessment, ...slotIn(6) });
    expect(again.as(commandAnswer).superseded).toBe(second.commandId);
  });

  test('M45 voided by a slip and sent again: the receipt says so and opens no second case; a manager brings it back', async () => {
    const sent = aReferral();
    const again = async () => (await officer.post('/api/v1/referrals', sent)).as(referralAnswer);
    const { pathwayId, personId } = await again();
    expect((await officer.command(pathwayId, 'void-pathway', { reason: 'wrong-person' })).status).toBe(200);
    expect(await again()).toMatchObject({ pathwayId, replay: true, hints: ['case-is-void'] });
    const slip = { reason: 'voided-in-error' };
    expect((await caseworker.command(pathwayId, 'reopen-pathway', slip)).outcome).toEqual([
      403,
      'wrong-role',
    ]);
    const manager = await holding(['Manager'], 'oocd-project');
    // What is told of the person meanwhile reaches no case of theirs, and is carried once there is one again.
    const said = await manager.post(`/api/v1/persons/${personId}/facts`, { fact: 'safety-flag' });
    const { factId } = said.as(factAnswer);
    const stillToCarry = () => uncarriedFactsOf(stack.db, 'dyfed-powys', personId);
    await eventually(async () => {
      expect(await stillToCarry()).toEqual([]);
    });
    const back = (await manager.command(pathwayId, 'reopen-pathway', slip)).as(commandAnswer);
    expect(back).toMatchObject({ stage: 'awaiting-contact', events: [{ type: 'pathway-reopened' }] });
    expect(await stillToCarry()).toEqual([factId]);
    expect(await again()).toMatchObject({ pathwayId, replay: true, hints: [] });
    // It runs again, and its provider works with it.
    await say(pathwayId, 'record-contact-attempt', { channel: 'phone', result: 'reached', by: 'person' });
    expect(await seen(pathwayId)).toMatchObject({ contact: { attempts: 1 }, closure: null });
  });

  test('is for the team that has it and the manager, and nobody else', async () => {
    const pathwayId = await referred();
    for (const [roles, organisation] of [
      [['ProviderManager'], 'ddas'],
      [['Manager'], 'oocd-team'],
    ] as const) {
      expect((await (await holding(roles, organisation)).get(pathOf(pathwayId))).status).toBe(200);
    }
    for (const role of ['PoliceOfficer', 'DipOfficer', 'Operator', 'Analyst'] as const) {
      expect((await (await holding([role], 'oocd-team')).get(pathOf(pathwayId))).outcome).toEqual([
        403,
        'wrong-role',
      ]);
    }
    const elsewhere = await holding(['ProviderWorker'], 'kaleidoscope');
    expect((await elsewhere.get(pathOf(pathwayId))).outcome).toEqual([404, 'not-found']);
    // Reading every case for the engine's sake does not open this one.
    const engineer = await holding(['Operator', 'ProviderWorker'], 'kaleidoscope');
    expect((await engineer.get(pathOf(pathwayId))).outcome).toEqual([404, 'not-found']);
    const { pathwayId: compulsory } = await openCompulsory(stack.db);
    const manager = await holding(['Manager'], 'oocd-team', testForce);
    expect((await manager.get(`/api/v1/pathways/${compulsory}`)).status).toBe(200);
    expect((await manager.get(pathOf(compulsory))).outcome).toEqual([404, 'not-found']);
  });
});

describe('the wishes on the page of the case are those that bind a text', () => {
  const wishesIn = async (pathwayId: string) => (await seen(pathwayId)).wishes;
  const onPersonPage = async (personId: string) =>
    (await caseworker.get(`/api/v1/persons/${personId}`)).as(personView).contact?.safeToText;

  test('the referral sent again with "no" shows it, and the receipt says that it was taken', async () => {
    const form = aReferral();
    const { pathwayId, personId } = (await officer.post('/api/v1/referrals', form)).as(referralAnswer);
    expect((await wishesIn(pathwayId)).safeToText).toBe('yes');
    const again = await officer.post('/api/v1/referrals', { ...form, safeToText: 'no' });
    expect(again.as(referralAnswer)).toMatchObject({ replay: true, hints: ['no-to-texts-taken'] });
    expect((await wishesIn(pathwayId)).safeToText).toBe('no');
    expect(await onPersonPage(personId)).toBe('no');
    // Who said no from the start is told nothing of it when they say it again.
    const silent = aReferral({ safeToText: 'no' });
    await officer.post('/api/v1/referrals', silent);
    const same = (await officer.post('/api/v1/referrals', silent)).as(referralAnswer);
    expect(same).toMatchObject({ replay: true, differs: [], hints: [] });
  });

  test('a new number is one of which nobody was asked', async () => {
    const { pathwayId, personId } = (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
    await say(pathwayId, 'amend-details', { reason: 'changed', changes: { mobile: '07700 900456' } });
    expect((await wishesIn(pathwayId)).safeToText).toBeNull();
    expect(await onPersonPage(personId)).toBeNull();
  });

  test('"no", said of a row that is the same human being, is on both pages', async () => {
    const manager = await holding(['Manager'], 'oocd-team');
    const [one, other] = [aReferral(), aReferral({ safeToText: 'no', mobile: '07700 900457' })];
    const { pathwayId, personId } = (await officer.post('/api/v1/referrals', one)).as(referralAnswer);
    const merged = (await officer.post('/api/v1/referrals', other)).as(referralAnswer);
    const merge = { otherPersonId: merged.personId, reason: 'same-person' };
    expect((await manager.post(`/api/v1/persons/${personId}/merges`, merge)).status).toBe(201);
    expect((await wishesIn(pathwayId)).safeToText).toBe('no');
    expect(await onPersonPage(personId)).toBe('no');
  });

  test('a consent to texts that is taken back, a stop and a way that is not wished stand there at once', async () => {
    const { pathwayId, personId } = (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
    expect(await wishesIn(pathwayId)).toMatchObject({ ways: {}, consents: {}, textsStopped: false });
    const facts = `/api/v1/persons/${personId}/facts`;
    await caseworker.post(facts, { fact: 'consent-withdrawn', purpose: 'texts' });
    await caseworker.post(facts, { fact: 'stop-texts' });
    await caseworker.post(facts, {
      fact: 'contact-preferences',
      preferences: { text: 'no', voicemail: 'no' },
    });
    await caseworker.post(facts, { fact: 'custody' });
    await caseworker.post(facts, { fact: 'safety-flag' });
    expect(await wishesIn(pathwayId)).toMatchObject({
      ...{ safeToText: 'no', ways: { text: 'no', voicemail: 'no' }, consents: { texts: 'withdrawn' } },
      ...{ textsStopped: true, safetyFlag: true, inCustodySince: expect.any(String) },
    });
    await caseworker.post(facts, { fact: 'release' });
    expect((await wishesIn(pathwayId)).inCustodySince).toBeNull();
  });
});
