import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pathwayView } from '../../api/schemas/answers.ts';
import { replyList } from '../../api/schemas/replies.ts';
import { sendCommand } from '../../platform/pathway-runs.ts';
import { messagesOf } from '../../store/messages.ts';
import { factsOf } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { command, openDiversion, prepareForce, testForce } from '../support/pathways.ts';
import type { OpenedDiversion } from '../support/pathways.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

// A text to a phone, and what the phone answers: ledger, run, gateway, its phone page, webhook, run.

const phone = '+447700900123';
const hourMs = 3_600_000;

let stack: Stack;
let worker: ApiCaller;
let manager: ApiCaller;

beforeAll(async () => {
  stack = await startStack({}, testForce);
  await prepareForce(stack.db);
  const claims = { llwybr_force: testForce };
  worker = new ApiCaller(stack.url, await stack.issuer.mint('caseworker', { claims }));
  manager = new ApiCaller(stack.url, await stack.issuer.mint('manager', { claims }));
}, 60_000);

afterAll(async () => {
  await stack.close();
});

/** Its reminder is due in two seconds, at any time of the day. */
async function reminded(): Promise<OpenedDiversion & { readonly appointmentId: string }> {
  const pathway = await openDiversion(stack.db, {
    policy: {
      messages: {
        reminder: { before: { unit: 'seconds', count: 3_598 }, at: null },
        sendFrom: '00:00',
        sendUntil: '00:00',
      },
    },
  });
  const appointmentId = `a-${pathway.pathwayId}`;
  const data = {
    ...{ appointmentId, kind: 'assessment', placeCode: 'ddas-carmarthen' },
    ...{ startsAt: toInstant(Date.now() + hourMs), endsAt: toInstant(Date.now() + 2 * hourMs) },
  };
  await sendCommand(
    stack.engine.client,
    pathway,
    command('book-appointment', 'ProviderWorker', data),
    15_000,
  );
  await eventually(async () => {
    const [message] = await messagesOf(stack.db, wholeForce(testForce), pathway.pathwayId);
    expect(message?.status).toBe('sent');
  }, 30_000);
  return { ...pathway, appointmentId };
}

/** From the form of the phone's page. */
async function answer(body: string): Promise<void> {
  const page = `${stack.gateway.standIn().url}/phones/${encodeURIComponent(phone)}`;
  const answered = await fetch(`${page}/texts`, { method: 'POST', body: new URLSearchParams({ body }) });
  expect(answered.status).toBe(200);
  expect(stack.gateway.standIn().posts().at(-1)).toMatchObject({ kind: 'inbound-post', answer: 200 });
}

const viewOf = async ({ pathwayId }: OpenedDiversion) =>
  (await worker.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);

const askedOf = async (pathway: OpenedDiversion) =>
  (await viewOf(pathway)).attention.map(({ code, ref }) => [code, ref]);

const listed = async ({ pathwayId }: OpenedDiversion) =>
  (await worker.get('/api/v1/replies')).as(replyList).items.filter((item) => item.pathwayId === pathwayId);

test('M93, M242, M243: a text goes out, the phone answers 2 and the caseworker is asked; settled, nobody is', async () => {
  const pathway = await reminded();
  await answer('2');
  await eventually(async () => {
    expect(await askedOf(pathway)).toContainEqual(['reply-cannot-come', pathway.appointmentId]);
  }, 30_000);
  const [reply, ...others] = await listed(pathway);
  expect(others).toEqual([]);
  expect(reply).toMatchObject({ because: 'on-case', meaning: 'cannot-come', words: '2', from: null });
  const path = `/api/v1/replies/${String(reply?.replyId)}/settlement`;
  expect((await worker.post(path, { finding: 'dealt-with' })).status).toBe(201);
  await eventually(async () => {
    expect((await askedOf(pathway)).map(([code]) => code)).not.toContain('reply-cannot-come');
  }, 30_000);
  expect(await listed(pathway)).toEqual([]);
  expect((await manager.post(path, { finding: 'dealt-with' })).outcome).toEqual([409, 'already-done']);
}, 90_000);

test('M93: 2 from a phone that was texted about two cases on one day is asked about in both, and settled in each', async () => {
  const [one, other] = [await reminded(), await reminded()];
  await answer('2');
  for (const pathway of [one, other]) {
    await eventually(async () => {
      expect((await askedOf(pathway)).map(([code]) => code)).toContain('reply-to-read');
    }, 30_000);
    expect((await askedOf(pathway)).map(([code]) => code)).not.toContain('reply-cannot-come');
    expect(await listed(pathway)).toMatchObject([
      { because: 'on-case', unclear: true, meaning: 'cannot-come', appointmentId: pathway.appointmentId },
    ]);
  }
  const [reply] = await listed(one);
  const path = `/api/v1/replies/${String(reply?.replyId)}/settlement`;
  expect((await worker.post(path, { finding: 'dealt-with' })).status).toBe(201);
  await eventually(async () => {
    expect((await askedOf(one)).map(([code]) => code)).not.toContain('reply-to-read');
  }, 30_000);
  expect(await listed(other)).toHaveLength(1);
}, 90_000);

test('M93: a referral that has ended refuses a reply, and it is listed for its team all the same', async () => {
  const pathway = await reminded();
  const closing = command('close-pathway', 'ProviderWorker', { reason: 'declined' });
  await sendCommand(stack.engine.client, pathway, closing, 15_000);
  await answer('Diolch am bopeth');
  await eventually(async () => {
    expect(await listed(pathway)).toMatchObject([
      { because: 'ended', meaning: 'other', words: 'Diolch am bopeth' },
    ]);
  }, 30_000);
}, 90_000);

// Last: the gateway sends that phone nothing more.
test('M242: after CANCEL nothing follows, the caseworker rings the same day, and the appointment stands', async () => {
  const pathway = await reminded();
  await answer('Cancel');
  expect((await factsOf(stack.db, testForce, pathway.personId)).map(({ kind }) => kind)).toEqual([
    'stop-texts',
  ]);
  await eventually(async () => {
    const codes = (await askedOf(pathway)).map(([code]) => code);
    expect(codes).toEqual(expect.arrayContaining(['call-today', 'texts-stopped']));
  }, 30_000);
  const before = stack.gateway.standIn().record().length;
  const data = { kind: 'assessment', placeCode: 'ddas-carmarthen' };
  const at = { startsAt: toInstant(Date.now() + hourMs), endsAt: toInstant(Date.now() + 2 * hourMs) };
  const booking = command('book-appointment', 'ProviderWorker', { ...data, ...at });
  await sendCommand(stack.engine.client, pathway, booking, 15_000);
  const view = await viewOf(pathway);
  expect(view.waits.map(({ rule }) => rule)).not.toContain('reminder');
  expect(stack.gateway.standIn().record()).toHaveLength(before);
}, 90_000);
