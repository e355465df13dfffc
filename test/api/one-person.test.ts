import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCarryFact } from '../../platform/pathway-runs.ts';
import { commandAnswer, eventList, pathwayView, referralAnswer } from '../../api/schemas/answers.ts';
import { changeList } from '../../api/schemas/changes.ts';
import { mergeAnswer, personView } from '../../api/schemas/persons.ts';
import { demoClients } from '../../stand-ins/demo-users.ts';
import { referralFigures } from '../../store/figures.ts';
import { messageForDelivery } from '../../store/messages.ts';
import { uncarriedFacts } from '../../store/person-facts.ts';
import { verifyChain } from '../../store/ledger.ts';
import { wholeForce } from '../../store/scope.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

// What several pathways of one human being have in common, over the whole house.

let stack: Stack;
let officer: ApiCaller;
let manager: ApiCaller;
let worker: ApiCaller;
const forceId = 'dyfed-powys';

beforeAll(async () => {
  stack = await startStack();
  officer = await ApiCaller.as(stack, 'officer');
  manager = await ApiCaller.as(stack, 'manager');
  worker = await ApiCaller.as(stack, 'caseworker');
}, 60_000);

afterAll(async () => {
  await stack.close();
});

const referred = async (changes: Record<string, unknown> = {}) =>
  (await officer.post('/api/v1/referrals', aReferral(changes))).as(referralAnswer);

const eventsOf = async (pathwayId: string) =>
  (await manager.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList).items;

const types = async (pathwayId: string) => (await eventsOf(pathwayId)).map(({ type }) => type);

const stageOf = async (pathwayId: string) =>
  (await manager.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView).stage;

/** What the sweep of a worker does every few seconds. */
async function carryAll(): Promise<void> {
  for (const { factId } of await uncarriedFacts(stack.db, 1000)) {
    await startCarryFact(stack.engine.client, { forceId, factId });
  }
}

const attempt = (pathwayId: string, result: string, caller = worker) =>
  caller.command(pathwayId, 'record-contact-attempt', { channel: 'phone', result, by: 'person' });

async function people(): Promise<number> {
  return (await referralFigures(stack.db, wholeForce(forceId), toInstant(Date.now()))).people;
}

describe('two genuine outcomes of one person in a week (edge case 2)', () => {
  test('M24 are two referrals of one person, counted once, with one contact effort', async () => {
    const before = await people();
    const nominalNumber = `N${randomUUID()}`;
    const first = await referred({ nominalNumber });
    const second = await referred({ nominalNumber });
    expect(second.personId).toBe(first.personId);
    expect(second.pathwayId).not.toBe(first.pathwayId);
    expect(await people()).toBe(before + 1);

    const tried = (await attempt(first.pathwayId, 'no-answer')).as(commandAnswer);
    await carryAll();
    await eventually(async () => {
      expect(await types(second.pathwayId)).toContain('contact-shared');
    });
    expect((await eventsOf(second.pathwayId)).at(-1)?.data).toMatchObject({
      ...{ fromPathwayId: first.pathwayId, attemptId: tried.commandId, result: 'no-answer' },
    });
    // Told once, though it is carried again and again; and it does not come back to where it came from.
    await carryAll();
    await attempt(second.pathwayId, 'reached');
    await carryAll();
    await eventually(async () => {
      expect(await stageOf(first.pathwayId)).toBe('contacted');
    });
    const count = async (pathwayId: string, type: string) =>
      (await types(pathwayId)).filter((each) => each === type).length;
    expect(await count(first.pathwayId, 'contact-shared')).toBe(1);
    expect(await count(second.pathwayId, 'contact-shared')).toBe(1);
    expect(await verifyChain(stack.db, forceId, first.pathwayId)).toEqual({ ok: true });
  });

  test('a contact that is undone is undone on both', async () => {
    const nominalNumber = `N${randomUUID()}`;
    const first = await referred({ nominalNumber });
    const second = await referred({ nominalNumber });
    const { commandId } = (await attempt(first.pathwayId, 'reached')).as(commandAnswer);
    await carryAll();
    await eventually(async () => {
      expect(await stageOf(second.pathwayId)).toBe('contacted');
    });
    const undone = await worker.command(first.pathwayId, 'undo-contact-attempt', { attemptId: commandId });
    expect(undone.status).toBe(200);
    await carryAll();
    await eventually(async () => {
      expect(await stageOf(second.pathwayId)).toBe('awaiting-contact');
    });
  });

  test('a contact whose undoing is carried first counts nowhere', async () => {
    const nominalNumber = `N${randomUUID()}`;
    const first = await referred({ nominalNumber });
    const second = await referred({ nominalNumber });
    const { commandId } = (await attempt(first.pathwayId, 'reached')).as(commandAnswer);
    await worker.command(first.pathwayId, 'undo-contact-attempt', { attemptId: commandId });
    const waiting = async () => {
      const { rows } = await stack.db.pool.query<{ id: string }>(
        'select id from person_fact where pathway_id = $1 and carried_at is null order by seq desc',
        [first.pathwayId],
      );
      return rows.map(({ id }) => id);
    };
    const [undoing = '', contact = ''] = await waiting();
    await startCarryFact(stack.engine.client, { forceId, factId: undoing });
    await startCarryFact(stack.engine.client, { forceId, factId: contact });
    await eventually(async () => {
      expect(await waiting()).toEqual([]);
    });
    expect(await types(second.pathwayId)).toEqual(['referral-received']);
    expect(await stageOf(second.pathwayId)).toBe('awaiting-contact');
  });

  test('what was shared by a referral that turns out to be somebody else’s is counted no more', async () => {
    const nominalNumber = `N${randomUUID()}`;
    const first = await referred({ nominalNumber });
    const second = await referred({ nominalNumber });
    const right = await referred();
    await attempt(first.pathwayId, 'reached');
    await carryAll();
    await eventually(async () => {
      expect(await stageOf(second.pathwayId)).toBe('contacted');
    });
    const sent = await manager.command(first.pathwayId, 'reassign-person', {
      ...{ person: { personId: right.personId }, reason: 'false-identity' },
    });
    expect(sent.status).toBe(200);
    await carryAll();
    await eventually(async () => {
      expect(await stageOf(second.pathwayId)).toBe('awaiting-contact');
    });
  });

  test('another provider’s team is told nothing of whom this one reached', async () => {
    const nominalNumber = `N${randomUUID()}`;
    const here = await referred({ nominalNumber });
    const there = await referred({ nominalNumber });
    const routed = await manager.command(there.pathwayId, 'reroute', {
      ...{ providerId: 'kaleidoscope', reason: 'persons-choice' },
    });
    expect(routed.status).toBe(200);
    await attempt(here.pathwayId, 'reached');
    await carryAll();
    expect(await types(there.pathwayId)).not.toContain('contact-shared');
  });
});

describe('a referral that should never have been', () => {
  test('shows its person to nobody but the manager, and nobody tells a fact by it', async () => {
    const { pathwayId, personId } = await referred();
    const person = `/api/v1/persons/${personId}`;
    const statuses = async () => [
      (await worker.get(person)).status,
      (await officer.get(person)).status,
      (await worker.get(`${person}/facts`)).status,
      (await worker.post(`${person}/facts`, { fact: 'stop-texts' })).status,
      (await manager.get(person)).status,
    ];
    expect(await statuses()).toEqual([200, 200, 200, 201, 200]);
    (await manager.command(pathwayId, 'void-pathway', { reason: 'wrong-person' })).as(commandAnswer);
    expect(await statuses()).toEqual([404, 404, 404, 404, 200]);
  });
});

describe('two rows of one human being', () => {
  test('from the merge on a fact of either reaches every open pathway of both', async () => {
    const one = await referred();
    const other = await referred();
    await manager.post(`/api/v1/persons/${one.personId}/facts`, { fact: 'custody' });
    await eventually(async () => {
      expect(await types(one.pathwayId)).toContain('custody-noted');
    });
    const merges = `/api/v1/persons/${other.personId}/merges`;
    const merged = await manager.post(merges, { otherPersonId: one.personId, reason: 'same-nominal' });
    expect(merged.as(mergeAnswer).sameAs).toEqual([one.personId]);
    await eventually(async () => {
      // The carrying before the merge may be just ending, and take no more along.
      await carryAll();
      expect(await types(other.pathwayId)).toContain('custody-noted');
    });
    await manager.post(`/api/v1/persons/${other.personId}/facts`, { fact: 'death' });
    await eventually(async () => {
      expect([await stageOf(one.pathwayId), await stageOf(other.pathwayId)]).toEqual([
        'finished',
        'finished',
      ]);
    });
  });
});

describe('wrong identity given on the street (edge case 4)', () => {
  test('the referral goes over to the right person: texts, counts, facts and history with it', async () => {
    const brother = await referred({ mobile: '07700 900111' });
    const known = await referred({ mobile: '07700 900222' });
    await manager.post(`/api/v1/persons/${known.personId}/facts`, { fact: 'stop-texts' });
    await manager.post(`/api/v1/persons/${brother.personId}/facts`, { fact: 'custody' });
    await eventually(async () => {
      expect(await types(brother.pathwayId)).toContain('custody-noted');
    });
    const before = await people();

    const sent = await manager.command(brother.pathwayId, 'reassign-person', {
      ...{ person: { personId: known.personId }, reason: 'false-identity' },
    });
    expect(sent.status).toBe(200);
    expect(await people()).toBe(before - 1);
    const now = (await manager.get(`/api/v1/pathways/${brother.pathwayId}`)).as(pathwayView);
    expect(now).toMatchObject({ personId: known.personId, receivedAt: brother.receivedAt });
    expect((await manager.get(`/api/v1/persons/${brother.personId}`)).as(personView).pathways).toEqual([]);
    expect((await manager.get(`/api/v1/persons/${known.personId}`)).as(personView).pathways).toHaveLength(2);
    await carryAll();
    await eventually(async () => {
      expect((await types(brother.pathwayId)).at(-1)).toBe('texts-stopped');
    });
    // What is told of the brother from now on is nothing to this referral.
    await manager.post(`/api/v1/persons/${brother.personId}/facts`, { fact: 'death' });
    await carryAll();
    expect(await stageOf(brother.pathwayId)).toBe('awaiting-contact');

    // And back: the facts of the brother are carried again, though this pathway heard of them before.
    await manager.command(brother.pathwayId, 'reassign-person', {
      ...{ person: { personId: brother.personId }, reason: 'wrong-record' },
    });
    await carryAll();
    await eventually(async () => {
      expect(await stageOf(brother.pathwayId)).toBe('finished');
    });
    expect(await verifyChain(stack.db, forceId, brother.pathwayId)).toEqual({ ok: true });
  });

  test('a text that waits goes to the right person’s number, and never to the wrong one', async () => {
    const wrong = await referred({ mobile: '07700 900333' });
    const startsAt = new Date(Date.now() + 20 * 86_400_000);
    const booked = await worker.command(wrong.pathwayId, 'book-appointment', {
      ...{ kind: 'first-meeting', placeCode: 'ddas-carmarthen', startsAt: startsAt.toISOString() },
      endsAt: new Date(startsAt.getTime() + 3_600_000).toISOString(),
    });
    expect(booked.status).toBe(200);
    // A message as the ledger would owe it.
    const intentId = randomUUID();
    await stack.db.pool.query(
      `insert into message (force_id, id, pathway_id, seq, command_id, purpose, channel, urgency, not_before, expires_at,
          status, planned_at, updated_at)
        values ($1, $2, $3, 2, 'c', 'appointment-reminder', 'sms', 3, now() + interval '9 days', now() + interval '10 days',
          'planned', now(), now())`,
      [forceId, intentId, wrong.pathwayId],
    );
    const number = async () => (await messageForDelivery(stack.db, forceId, intentId))?.person.mobile;
    expect(await number()).toContain('900333');
    const sent = await manager.command(wrong.pathwayId, 'reassign-person', {
      person: { surname: 'Enghraifft', birthDate: '1991-04-02', mobile: '07700 900444', safeToText: 'yes' },
      reason: 'wrong-record',
    });
    expect(sent.status).toBe(200);
    expect(await number()).toContain('900444');
    expect((await eventsOf(wrong.pathwayId)).at(-1)).toMatchObject({
      ...{ type: 'person-reassigned', data: { from: wrong.personId, reason: 'wrong-record' } },
    });
  });

  test('the same request again adds nobody a second time; unknown people and taken numbers are refused', async () => {
    const { pathwayId } = await referred();
    const nominalNumber = `N${randomUUID()}`;
    const known = await referred({ nominalNumber });
    const surname = `Enghraifft-${randomUUID().slice(0, 8).replaceAll(/[0-9]/g, 'x')}`;
    const someone = { surname, birthDate: '1991-04-02' };
    const key = randomUUID();
    const body = { person: someone, reason: 'false-identity' };
    const first = await manager.command(pathwayId, 'reassign-person', body, key);
    expect((await manager.command(pathwayId, 'reassign-person', body, key)).body).toEqual(first.body);
    const send = (person: unknown, caller = manager) =>
      caller.command(pathwayId, 'reassign-person', { person, reason: 'false-identity' });
    expect((await send({ personId: randomUUID() })).outcome).toEqual([404, 'not-found']);
    const taken = await send({ ...someone, nominalNumber });
    expect(taken.outcome).toEqual([409, 'conflict']);
    expect(taken.problem.details).toMatchObject({ personId: known.personId });
    expect((await send({ personId: known.personId, surname: 'X' })).status).toBe(400);
    expect((await send({ personId: known.personId }, worker)).outcome).toEqual([403, 'wrong-role']);
    expect((await send({ personId: known.personId })).status).toBe(200);
    expect((await send({ personId: known.personId })).outcome).toEqual([409, 'already-done']);
  });
});

describe('a provider’s own case system (M182)', () => {
  test('signs in for itself, sends the same commands, signs with its own id, and hears of what others did', async () => {
    const [system] = demoClients.filter(({ roles }) => roles.includes('ProviderWorker'));
    if (system === undefined) throw new Error('No such client');
    const answer = await fetch(`${stack.issuer.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        ...{
          grant_type: 'client_credentials',
          client_id: system.clientId,
          client_secret: system.clientSecret,
        },
      }),
    });
    const { access_token: token } = (await answer.json()) as { readonly access_token: string };
    const machine = new ApiCaller(stack.url, token);
    const { pathwayId } = await referred();
    const start = (await machine.get('/api/v1/changes?limit=500')).as(changeList);

    const accepted = await machine.command(pathwayId, 'accept-referral', {});
    expect(accepted.status).toBe(200);
    await attempt(pathwayId, 'reached');
    expect((await eventsOf(pathwayId)).find(({ type }) => type === 'referral-accepted')?.actor).toEqual({
      ...{ userId: 'ddas-system', role: 'ProviderWorker', organisationId: 'ddas' },
    });
    const told: string[] = [];
    let { next } = start;
    await eventually(async () => {
      const page = (await machine.get(`/api/v1/changes?after=${next}`)).as(changeList);
      next = page.next;
      told.push(
        ...page.items
          .filter((item) => item.pathwayId === pathwayId)
          .map(({ type, actorId }) => `${type} by ${actorId}`),
      );
      expect(told).toEqual(
        expect.arrayContaining(['referral-accepted by ddas-system', 'contact-attempted by u-301']),
      );
    });
    expect((await machine.command(pathwayId, 'reroute', {})).outcome).toEqual([403, 'wrong-role']);
    const elsewhere = await referred({ residence: { postcode: 'NP20 1AA' } });
    await manager.command(elsewhere.pathwayId, 'reroute', {
      ...{ providerId: 'kaleidoscope', reason: 'persons-choice' },
    });
    expect((await machine.get(`/api/v1/pathways/${elsewhere.pathwayId}`)).status).toBe(404);
  });
});
