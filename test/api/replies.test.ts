import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pathwayView } from '../../api/schemas/answers.ts';
import { replyList } from '../../api/schemas/replies.ts';
import { sendCommand } from '../../platform/pathway-runs.ts';
import { messagesOf } from '../../store/messages.ts';
import { factsOf } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { replyAttention } from '../../workflows/domain/common/reply.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { command, openCompulsory, openDiversion, prepareForce, testForce } from '../support/pathways.ts';
import type { OpenedCompulsory, OpenedDiversion } from '../support/pathways.ts';
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
        ...at(3_598),
        sendFrom: '00:00',
        sendUntil: '00:00',
      },
    },
  });
  const appointmentId = `a-${pathway.pathwayId}`;
  const data = {
    ...{ appointmentId, kind: 'assessment', placeCode: 'ddas-carmarthen' },
    ...inAnHour(),
  };
  await sendCommand(
    stack.engine.client,
    pathway,
    command('book-appointment', 'ProviderWorker', data),
    15_000,
  );
  await sentOf(pathway);
  return { ...pathway, appointmentId };
}

const inAnHour = () => ({
  ...{ startsAt: toInstant(Date.now() + hourMs), endsAt: toInstant(Date.now() + 2 * hourMs) },
});

const at = (count: number) => ({ reminder: { before: { unit: 'seconds', count }, at: null } }) as const;

const sentOf = ({ pathwayId }: Pick<OpenedDiversion, 'pathwayId'>) =>
  eventually(async () => {
    const [message] = await messagesOf(stack.db, wholeForce(testForce), pathwayId);
    expect(message?.status).toBe('sent');
  }, 30_000);

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
  // With another of theirs open, the text would be for that one.
  await stack.db.pool.query('update person set mobile = null, mobile_index = null');
  const pathway = await reminded();
  const closing = command('close-pathway', 'ProviderWorker', { reason: 'declined' });
  await sendCommand(stack.engine.client, pathway, closing, 15_000);
  await answer('Diolch am bopeth');
  await eventually(async () => {
    expect(await listed(pathway)).toMatchObject([
      { because: 'ended', meaning: 'other', words: 'Diolch am bopeth', callToday: false },
    ]);
  }, 30_000);
  // What is to be read now is before what has waited for longer, on this list too.
  await answer('He has got a knife');
  await eventually(async () => {
    expect(await listed(pathway)).toMatchObject([
      { because: 'ended', words: 'He has got a knife', callToday: true },
      { because: 'ended', words: 'Diolch am bopeth', callToday: false },
    ]);
  }, 30_000);
}, 90_000);

test('M93: what a person writes who was never texted is asked on their open cases, and settled in each', async () => {
  await stack.db.pool.query('update person set mobile = null, mobile_index = null');
  const person = { nominalNumber: `N${randomUUID()}`, safeToText: 'no' } as const;
  const cases = [await openDiversion(stack.db, { person }), await openDiversion(stack.db, { person })];
  const words = 'He is going to kill me';
  await answer(words);
  for (const pathway of cases) {
    await eventually(async () => {
      expect((await askedOf(pathway)).map(([code]) => code)).toContain('call-today');
    }, 30_000);
    const [reply, ...others] = await listed(pathway);
    expect(others).toEqual([]);
    expect(reply).toMatchObject({
      because: 'on-case',
      unclear: true,
      words,
      from: null,
      appointmentId: null,
    });
    const path = `/api/v1/replies/${String(reply?.replyId)}/settlement`;
    expect((await worker.post(path, { finding: 'dealt-with' })).status).toBe(201);
    await eventually(async () => {
      expect((await askedOf(pathway)).map(([code]) => code)).not.toContain('call-today');
    }, 30_000);
    expect(await listed(pathway)).toEqual([]);
  }
}, 90_000);

describe('M93: what nobody had read when the case ended waits for a person all the same, and is settled once', () => {
  type Opened = Pick<OpenedDiversion, 'pathwayId'>;

  // Who has the phone has it alone: where several cases were texted on one day, it is not clear which is answered.
  beforeEach(async () => {
    await stack.db.pool.query('update person set mobile = null, mobile_index = null');
  });

  const attentionOf = async ({ pathwayId }: Opened) =>
    (await manager.get(`/api/v1/pathways/${pathwayId}`))
      .as(pathwayView)
      .attention.map(({ code }): string => code)
      .filter((code) => replyAttention.some((one) => one === code));

  const asked = (pathway: Opened, code: string) =>
    eventually(async () => {
      expect(await attentionOf(pathway)).toEqual([code]);
    }, 30_000);

  const waiting = async ({ pathwayId }: Opened) =>
    (await manager.get('/api/v1/replies')).as(replyList).items.filter((item) => item.pathwayId === pathwayId);

  /** Listed where nothing is asked on the case any more, and settled it is gone. */
  async function waits(pathway: Opened, because: string, words: string): Promise<void> {
    await eventually(async () => {
      expect(await attentionOf(pathway)).toEqual([]);
    }, 30_000);
    const [reply, ...others] = await waiting(pathway);
    expect(others).toEqual([]);
    expect(reply).toMatchObject({ because, words });
    const path = `/api/v1/replies/${String(reply?.replyId)}/settlement`;
    expect((await manager.post(path, { finding: 'dealt-with' })).status).toBe(201);
    expect(await waiting(pathway)).toEqual([]);
  }

  const told = (pathway: OpenedDiversion | OpenedCompulsory, name: string, role: Role, data: object) =>
    sendCommand(stack.engine.client, pathway, command(name, role, data), 15_000);

  test.each([
    [
      'a referral was closed',
      'Ring me please',
      'reply-to-read',
      'ended',
      (p: OpenedDiversion) => told(p, 'close-pathway', 'ProviderWorker', { reason: 'declined' }),
    ],
    [
      'a referral was void',
      '2',
      'reply-cannot-come',
      'ended',
      (p: OpenedDiversion) => told(p, 'void-pathway', 'Manager', { reason: 'wrong-person' }),
    ],
    [
      'the person has died',
      'Ring me please',
      'reply-to-read',
      'ended',
      async ({ personId }: OpenedDiversion) => {
        const death = { fact: 'death', occurredAt: toInstant(Date.now()) };
        expect((await manager.post(`/api/v1/persons/${personId}/facts`, death)).status).toBe(201);
      },
    ],
    [
      'a referral is another person’s since',
      'Ring me please',
      'reply-to-read',
      'former-person',
      async (p: OpenedDiversion) => {
        const { personId } = await openDiversion(stack.db);
        const reassigning = { person: { personId }, reason: 'false-identity' };
        expect((await manager.command(p.pathwayId, 'reassign-person', reassigning)).status).toBe(200);
      },
    ],
  ] as const)(
    '%s',
    async (_what, words, code, because, ends) => {
      const pathway = await reminded();
      // An answer that asks for nothing is never listed.
      await answer('1');
      await answer(words);
      await asked(pathway, code);
      await ends(pathway);
      await waits(pathway, because, words);
    },
    90_000,
  );

  test('a referral was closed on words of harm: they stay on the case until somebody has seen to them', async () => {
    const pathway = await reminded();
    await answer('He is going to kill me');
    await asked(pathway, 'call-today');
    await told(pathway, 'close-pathway', 'ProviderWorker', { reason: 'declined' });
    expect(await attentionOf(pathway)).toEqual(['call-today']);
    const [reply] = await waiting(pathway);
    expect(reply).toMatchObject({ because: 'on-case', words: 'He is going to kill me' });
    const path = `/api/v1/replies/${String(reply?.replyId)}/settlement`;
    expect((await manager.post(path, { finding: 'dealt-with' })).status).toBe(201);
    await eventually(async () => {
      expect(await attentionOf(pathway)).toEqual([]);
    }, 30_000);
    expect(await waiting(pathway)).toEqual([]);
  }, 90_000);

  test('a duty has ended', async () => {
    const policy = { messages: { ...at(3_598), sendFrom: '00:00', sendUntil: '00:00' } };
    const duty = await openCompulsory(stack.db, { policy });
    const appointment = { appointmentId: `a-${duty.pathwayId}`, placeCode: 'ddas-carmarthen', ...inAnHour() };
    await told(duty, 'impose-requirement', 'CustodyOfficer', {
      ...{ requirementId: randomUUID(), initialAssessment: appointment },
      notice: {
        ...{
          form: 'RA1',
          servedAt: toInstant(Date.now()),
          how: 'handed-over',
          servedBy: 'u1',
          language: 'en',
        },
        warningGiven: true,
      },
    });
    await sentOf(duty);
    await answer('Ring me please');
    await asked(duty, 'reply-to-read');
    const { personId } = duty;
    const death = { fact: 'death', occurredAt: toInstant(Date.now()) };
    expect((await manager.post(`/api/v1/persons/${personId}/facts`, death)).status).toBe(201);
    await waits(duty, 'ended', 'Ring me please');
  }, 90_000);

  test('what somebody had seen to before the end is listed no more', async () => {
    const pathway = await reminded();
    await answer('2');
    await asked(pathway, 'reply-cannot-come');
    const moved = { appointmentId: pathway.appointmentId, askedBy: 'person', reason: 'work' };
    await told(pathway, 'cancel-appointment', 'ProviderWorker', moved);
    await told(pathway, 'close-pathway', 'ProviderWorker', { reason: 'declined' });
    expect(await waiting(pathway)).toEqual([]);
  }, 90_000);
});

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
