import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  answerRequest,
  beginRequest,
  forgetExpiredRequests,
  releaseRequest,
  requestByKey,
} from '../../store/requests.ts';
import type { BegunRequest, NewRequest } from '../../store/requests.ts';
import { append } from '../../store/ledger.ts';
import { anAppend, force, openAPathway, openStore, otherForce } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

const aRequest = (changes: Partial<NewRequest> = {}): NewRequest => ({
  forceId: force,
  caller: 'user-1',
  key: randomUUID(),
  route: 'POST /api/v1/referrals',
  bodyHash: 'hash-1',
  ...changes,
});

function commandOf(begun: BegunRequest): string {
  return 'commandId' in begun ? begun.commandId : '';
}

describe('a request with an Idempotency-Key', () => {
  test('sent 50 times at once is begun once, and all know its command', async () => {
    const request = aRequest();
    const begun = await Promise.all(Array.from({ length: 50 }, () => beginRequest(store.db, request)));
    expect(begun.filter(({ state }) => state === 'fresh')).toHaveLength(1);
    expect(begun.filter(({ state }) => state === 'running')).toHaveLength(49);
    expect(new Set(begun.map(commandOf)).size).toBe(1);
  });

  test.each([
    ['a refusal too', 409, 422],
    ['a success', 200, 409],
    ['the first success', 200, 201],
  ])('gives its first answer for ever after, %s', async (_name, status, later) => {
    const request = aRequest();
    const commandId = commandOf(await beginRequest(store.db, request));
    const first = { status, body: { code: 'wrong-stage', list: [1, null] } };
    expect(await answerRequest(store.db, { ...request, commandId }, first)).toEqual(first);
    expect(await answerRequest(store.db, { ...request, commandId }, { status: later, body: null })).toEqual(
      first,
    );
    expect(await beginRequest(store.db, request)).toEqual({
      state: 'answered',
      commandId,
      ...first,
      answeredAt: expect.any(String),
    });
    const { bodyHash: _, ...known } = request;
    expect(await requestByKey(store.db, request)).toMatchObject({
      ...known,
      commandId,
      state: 'answered',
      ...first,
    });
  });

  test('gives the success of what is recorded, not the refusal of a process that was overtaken', async () => {
    const { pathwayId } = await openAPathway(store.db);
    const request = aRequest({ route: `POST /api/v1/pathways/${pathwayId}/commands/close-pathway` });
    const commandId = commandOf(await beginRequest(store.db, request));
    const known = { ...request, commandId };
    const refused = { status: 409, body: { code: 'wrong-stage' } };
    await answerRequest(store.db, known, refused);
    expect(await beginRequest(store.db, request)).toMatchObject({ state: 'answered', ...refused });

    // By the process that had taken over, and that died before it answered.
    await append(store.db, anAppend(pathwayId, 1, { commandId }), 'test');
    expect(await beginRequest(store.db, request)).toEqual({ state: 'fresh', commandId, resumed: true });
    expect(await beginRequest(store.db, request)).toMatchObject({ state: 'running', commandId });
    expect(await answerRequest(store.db, known, refused)).toEqual(refused);
    const taken = { status: 200, body: { seq: 2 } };
    expect(await answerRequest(store.db, known, taken)).toEqual(taken);
    expect(await beginRequest(store.db, request)).toMatchObject({ state: 'answered', ...taken });
  });

  test('of an opening that is recorded gives no refusal again', async () => {
    const request = aRequest();
    const commandId = commandOf(await beginRequest(store.db, request));
    await answerRequest(store.db, { ...request, commandId }, { status: 409, body: {} });
    await openAPathway(store.db, { entry: { commandId } });
    expect(await beginRequest(store.db, request)).toMatchObject({ state: 'fresh', commandId, resumed: true });
  });

  test('with another body or on another route is told so, and leaves the first alone', async () => {
    const request = aRequest();
    const commandId = commandOf(await beginRequest(store.db, request));
    expect(await beginRequest(store.db, { ...request, bodyHash: 'hash-2' })).toEqual({
      state: 'different-body',
    });
    expect(await beginRequest(store.db, { ...request, route: 'POST /api/v1/drug-tests' })).toEqual({
      state: 'different-body',
    });
    expect(await beginRequest(store.db, request)).toEqual({
      state: 'running',
      commandId,
      since: expect.any(String),
    });
  });

  test('is another one for another caller and another force', async () => {
    const request = aRequest();
    const begun = await Promise.all([
      beginRequest(store.db, request),
      beginRequest(store.db, { ...request, caller: 'user-2' }),
      beginRequest(store.db, { ...request, forceId: otherForce }),
    ]);
    expect(begun.map(({ state }) => state)).toEqual(['fresh', 'fresh', 'fresh']);
    expect(new Set(begun.map(commandOf)).size).toBe(3);
    expect(await requestByKey(store.db, { ...request, caller: 'user-3' })).toBeNull();
  });

  test('whose process died is taken over once, under the same command', async () => {
    const request = aRequest();
    const commandId = commandOf(await beginRequest(store.db, request));
    await releaseRequest(store.db, { ...request, commandId });
    const again = await Promise.all(Array.from({ length: 20 }, () => beginRequest(store.db, request)));
    expect(again.filter(({ state }) => state === 'fresh')).toEqual([
      { state: 'fresh', commandId, resumed: true },
    ]);
    expect(again.filter(({ state }) => state === 'running')).toHaveLength(19);
  });

  test('is forgotten when it has expired: the key then begins anew', async () => {
    const request = aRequest();
    const commandId = commandOf(await beginRequest(store.db, request, { keepSeconds: 0 }));
    await answerRequest(store.db, { ...request, commandId }, { status: 201, body: {} });
    expect(await requestByKey(store.db, request)).toBeNull();
    const anew = await beginRequest(store.db, { ...request, bodyHash: 'hash-2' });
    expect(anew).toMatchObject({ state: 'fresh', resumed: false });
    expect(commandOf(anew)).not.toBe(commandId);
    expect(await answerRequest(store.db, { ...request, commandId }, { status: 200, body: null })).toBeNull();

    const kept = aRequest();
    await beginRequest(store.db, kept);
    await beginRequest(store.db, aRequest(), { keepSeconds: 0 });
    expect(await forgetExpiredRequests(store.db)).toBeGreaterThanOrEqual(1);
    expect(await beginRequest(store.db, kept)).toMatchObject({ state: 'running' });
  });
});
