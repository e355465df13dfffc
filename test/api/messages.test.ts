import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { caseView } from '../../api/schemas/case.ts';
import { messageList, previewAnswer } from '../../api/schemas/messages.ts';
import { renderPersonEmail } from '../../messages/person-email.ts';
import { render } from '../../messages/render.ts';
import { segmentsOf } from '../../messages/segments.ts';
import { sendCommand } from '../../platform/pathway-runs.ts';
import { messagesOf, recordGatewayReport } from '../../store/messages.ts';
import { recordFact } from '../../store/person-facts.ts';
import type { FactSaid } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { MessagePolicy } from '../../workflows/domain/common/policy.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import {
  actor,
  command,
  now,
  openCompulsory,
  openDiversion,
  prepareForce,
  testForce,
} from '../support/pathways.ts';
import type { OpenedDiversion } from '../support/pathways.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

// What a caseworker sees of messages: before they are sent, and after.

const phone = '+447700900123';
const hourMs = 3_600_000;

/** At any hour of the day, so that the tests hold at night too. */
const allOn: MessagePolicy = {
  reminder: { before: { unit: 'days', count: 1 }, at: '09:00' },
  reminders: [{ purpose: 'appointment-reminder', before: { unit: 'seconds', count: 600 }, at: null }],
  purposes: ['appointment-booked', 'appointment-moved', 'appointment-cancelled', 'could-not-reach'],
  ...{ sendFrom: '00:00', sendUntil: '00:00' },
};

let stack: Stack;
let worker: ApiCaller;

const holding = async (roles: readonly Role[], organisation: string): Promise<ApiCaller> => {
  const claims = { llwybr_force: testForce, llwybr_roles: roles, llwybr_organisation: organisation };
  return new ApiCaller(
    stack.url,
    await stack.issuer.mint('officer', { claims: { ...claims, sub: 'u-messages' } }),
  );
};

beforeAll(async () => {
  stack = await startStack({}, testForce);
  await prepareForce(stack.db);
  worker = new ApiCaller(
    stack.url,
    await stack.issuer.mint('caseworker', { claims: { llwybr_force: testForce } }),
  );
}, 60_000);

afterAll(async () => {
  await stack.close();
});

const referred = (messages: MessagePolicy = allOn) => openDiversion(stack.db, { policy: { messages } });

const pathOf = ({ pathwayId }: Pick<OpenedDiversion, 'pathwayId'>, query: Record<string, string>) =>
  `/api/v1/pathways/${pathwayId}/message-previews?${new URLSearchParams(query).toString()}`;

const preview = async (pathway: OpenedDiversion, query: Record<string, string>) =>
  (await worker.get(pathOf(pathway, query))).as(previewAnswer);

const listPath = ({ pathwayId }: Pick<OpenedDiversion, 'pathwayId'>, query = '') =>
  `/api/v1/pathways/${pathwayId}/messages${query}`;

const listed = async (pathway: Pick<OpenedDiversion, 'pathwayId'>, query = '') =>
  (await worker.get(listPath(pathway, query))).as(messageList);

const inHours = (hours: number) => toInstant(Date.now() + hours * hourMs);

const say = (pathway: OpenedDiversion, name: string, data: unknown) =>
  sendCommand(stack.engine.client, pathway, command(name, 'ProviderWorker', data), 15_000);

async function booked(pathway: OpenedDiversion, startsAt = inHours(1)): Promise<string> {
  const appointmentId = `a-${randomUUID()}`;
  const slot = { startsAt, endsAt: toInstant(Date.parse(startsAt) + hourMs) };
  await say(pathway, 'book-appointment', {
    ...{ appointmentId, kind: 'assessment', placeCode: 'ddas-carmarthen', ...slot },
  });
  return appointmentId;
}

async function answer(body: string): Promise<void> {
  const page = `${stack.gateway.standIn().url}/phones/${encodeURIComponent(phone)}`;
  const answered = await fetch(`${page}/texts`, { method: 'POST', body: new URLSearchParams({ body }) });
  expect(answered.status).toBe(200);
}

const written = async ({ pathwayId }: OpenedDiversion) => {
  const { rows } = await stack.db.pool.query(
    'select (select count(*)::int from message where pathway_id = $1) as messages, head_seq as head from pathway where id = $1',
    [pathwayId],
  );
  return rows[0] as unknown;
};

describe('M86, M244: a text before anything is booked', () => {
  test('stands in both languages, word for word, with its parts and encoding; the person’s is chosen, nothing is written', async () => {
    const pathway = await referred();
    const before = await written(pathway);
    await stack.db.pool.query(`update person set language = 'cy' where id = $1`, [pathway.personId]);
    const startsAt = '2031-03-04T14:30:00.000Z';
    for (const purpose of ['appointment-booked', 'appointment-moved', 'appointment-cancelled'] as const) {
      const seen = await preview(pathway, { purpose, startsAt: '2031-03-04T14:30' });
      expect(seen).toMatchObject({ purpose, startsAt, languageAsked: true, verdict: 'send', reason: null });
      for (const language of ['en', 'cy'] as const) {
        const text = render(purpose, language, { startsAt });
        const shown = seen.texts.find((each) => each.language === language);
        expect(shown).toEqual({ language, text, ...segmentsOf(text), chosen: language === 'cy' });
      }
    }
    expect(await written(pathway)).toEqual(before);
  });

  test('names no place, and of nobody asked which language English is chosen', async () => {
    const pathway = await referred();
    await stack.db.pool.query(`update person set language = null where id = $1`, [pathway.personId]);
    const appointmentId = await booked(pathway, inHours(48));
    const seen = await preview(pathway, { purpose: 'appointment-cancelled', appointmentId });
    expect(JSON.stringify(seen)).not.toMatch(/ddas|carmarthen/i);
    expect(seen.languageAsked).toBe(false);
    expect(seen.texts.map(({ language, chosen }) => [language, chosen])).toEqual([
      ['en', true],
      ['cy', false],
    ]);
  });

  test('M91: the text that is then sent is the one that was shown', async () => {
    const pathway = await referred();
    const startsAt = inHours(30);
    const seen = await preview(pathway, { purpose: 'appointment-booked', startsAt });
    await booked(pathway, startsAt);
    await eventually(async () => {
      const [message] = await messagesOf(stack.db, wholeForce(testForce), pathway.pathwayId);
      expect([message?.status, message?.body]).toEqual([
        'sent',
        seen.texts.find(({ chosen }) => chosen)?.text,
      ]);
    }, 30_000);
  });
});

describe('what would be decided now', () => {
  const verdictOf = ({ verdict, reason, says }: z.output<typeof previewAnswer>) => [verdict, reason, says];

  test('a reminder waits for its hour, and is too late once that is over', async () => {
    const pathway = await referred();
    const seen = await preview(pathway, { purpose: 'appointment-reminder', startsAt: inHours(2) });
    expect(seen).toMatchObject({ verdict: 'later', at: expect.any(String), atText: expect.any(String) });
    expect(Date.parse(seen.at ?? '')).toBeLessThan(Date.now() + 2 * hourMs);
    const late = await preview(pathway, { purpose: 'appointment-reminder', startsAt: inHours(0.1) });
    expect(verdictOf(late).slice(0, 2)).toEqual(['skip', 'no-time-left']);
  });

  test('of nothing that the policy, or the path, has switched off', async () => {
    const pathway = await referred();
    const off = await preview(pathway, { purpose: 'appointment-missed', startsAt: inHours(2) });
    expect(off).toMatchObject({ verdict: 'off', says: expect.stringContaining('switched off') });
    const week = await preview(pathway, { purpose: 'appointment-reminder-week', startsAt: inHours(400) });
    expect(week.verdict).toBe('off');
    const { purposes: _none, reminders: _those, ...old } = allOn;
    const asBefore = await referred(old);
    expect((await preview(asBefore, { purpose: 'could-not-reach' })).verdict).toBe('off');
    expect(
      (await preview(asBefore, { purpose: 'appointment-reminder', startsAt: inHours(60) })).verdict,
    ).toBe('later');
  });

  test('M91: after STOP, of a wrong way or an unsafe one it says in plain words why nothing would leave', async () => {
    const stopped = await referred();
    await recordFact(stack.db, {
      ...{ forceId: testForce, personId: stopped.personId, requestId: randomUUID(), occurredAt: now() },
      ...{ reason: null, actor: actor('ProviderWorker'), kind: 'stop-texts' },
    });
    const booking = { purpose: 'appointment-booked', startsAt: inHours(30) };
    expect(verdictOf(await preview(stopped, booking))).toEqual([
      ...['skip', 'texts-stopped'],
      'It would not be sent. The person wants no texts.',
    ]);
    const unsafe = await referred();
    await stack.db.pool.query(`update person set safe_to_text = null where id = $1`, [unsafe.personId]);
    expect(verdictOf(await preview(unsafe, booking))).toEqual([
      ...['skip', 'not-safe-to-text'],
      'It would not be sent. Texts are not safe for this person, or nobody has asked.',
    ]);
    const past = await preview(await referred(), { ...booking, startsAt: inHours(-1) });
    expect(past.verdict).toBe('skip');
  });
});

describe('M86, M87: the e-mail that would leave in place of a text', () => {
  const wanting = async (language: 'cy' | null, stops = false) => {
    const pathway = await openDiversion(stack.db, {
      person: { email: 'nia@example.org', language, ...(stops ? {} : { mobile: null }) },
      policy: { messages: allOn },
    });
    const said = async (fact: FactSaid) => {
      const about = { forceId: testForce, personId: pathway.personId, requestId: randomUUID(), reason: null };
      await recordFact(stack.db, { ...about, occurredAt: now(), actor: actor('ProviderWorker'), ...fact });
    };
    await said({ kind: 'contact-preferences', preferences: { email: 'yes' } });
    if (stops) await said({ kind: 'stop-texts' });
    return { pathway, said };
  };
  const startsAt = '2031-03-04T14:30:00.000Z';
  const booking = { purpose: 'appointment-booked', startsAt };

  test('stands in both languages, word for word, with what it says of the text', async () => {
    const { pathway } = await wanting('cy');
    const seen = await preview(pathway, booking);
    expect(seen).toMatchObject({ verdict: 'skip', reason: 'no-textable-number' });
    expect(seen.says).toMatch(
      /^The text would not be sent\. .* An e-mail would be sent at once in its place\.$/,
    );
    const told = { startsAt, phone: null };
    expect(seen.email).toEqual({
      ...{ verdict: 'send', at: null, atText: null },
      mails: (['en', 'cy'] as const).map((language) => ({
        language,
        ...renderPersonEmail('appointment-booked', language, told),
        chosen: language === 'cy',
      })),
    });
    const { pathway: unasked } = await wanting(null);
    expect((await preview(unasked, booking)).email?.mails.map(({ chosen }) => chosen)).toEqual([true, true]);
  });

  test('of who stopped the texts too; a reminder of its day; nothing where a text leaves or no e-mail may', async () => {
    const { pathway, said } = await wanting('cy', true);
    expect(await preview(pathway, booking)).toMatchObject({
      ...{ verdict: 'skip', reason: 'texts-stopped', email: { verdict: 'send' } },
    });
    const reminder = await preview(pathway, { ...booking, purpose: 'appointment-reminder' });
    expect(reminder.email).toMatchObject({ verdict: 'later', at: '2031-03-04T14:20:00.000Z' });
    expect(reminder.says).toContain('An e-mail would be sent on 4 March 2031 at 14:20 in its place');
    expect((await preview(await referred(), booking)).email).toBeNull();
    await said({ kind: 'safety-flag' });
    expect(await preview(pathway, booking)).toMatchObject({ verdict: 'skip', email: null });
  });
});

test('a preview asks for what its text tells, and for nothing else', async () => {
  const pathway = await referred();
  const outcome = async (query: Record<string, string>) => (await worker.get(pathOf(pathway, query))).outcome;
  const startsAt = inHours(5);
  expect(await outcome({ purpose: 'appointment-booked' })).toEqual([400, 'invalid-request']);
  expect(await outcome({ purpose: 'could-not-reach', startsAt })).toEqual([400, 'invalid-request']);
  expect(await outcome({ purpose: 'could-not-reach', appointmentId: 'a' })).toEqual([400, 'invalid-request']);
  expect(await outcome({ purpose: 'could-not-reach' })).toEqual([200]);
  expect(await outcome({ purpose: 'appointment-moved', startsAt, appointmentId: 'a' })).toEqual([
    ...[400, 'invalid-request'],
  ]);
  expect(await outcome({ purpose: 'appointment-moved', appointmentId: 'nobody' })).toEqual([
    404,
    'not-found',
  ]);
  expect(await outcome({ purpose: 'page-link' })).toEqual([400, 'invalid-request']);
  expect(await outcome({ purpose: 'new-referral' })).toEqual([400, 'invalid-request']);
  expect(await outcome({ purpose: 'appointment-moved', startsAt: '2031-03-30T01:30' })).toEqual([
    ...[422, 'missing-hour'],
  ]);
});

test('who does not work with the person sees neither the texts nor that there are any', async () => {
  const pathway = await referred();
  const asked = { purpose: 'could-not-reach' };
  const compulsory = await openCompulsory(stack.db);
  const elsewhere = await holding(['ProviderWorker'], 'kaleidoscope');
  const engineer = await holding(['Operator', 'ProviderWorker'], 'kaleidoscope');
  const assessor = await holding(['InitialAssessor'], 'oocd-team');
  for (const path of [listPath(pathway), pathOf(pathway, asked)]) {
    for (const stranger of [elsewhere, engineer, assessor]) {
      expect((await stranger.get(path)).outcome).toEqual([404, 'not-found']);
    }
    for (const role of ['PoliceOfficer', 'CustodyOfficer', 'Operator', 'Analyst'] as const) {
      expect((await (await holding([role], 'oocd-team')).get(path)).outcome).toEqual([403, 'wrong-role']);
    }
    expect((await (await holding(['Manager'], 'oocd-team')).get(path)).status).toBe(200);
  }
  expect((await assessor.get(listPath(compulsory))).status).toBe(200);
  const notOfThePath = await assessor.get(pathOf(compulsory, asked));
  expect(notOfThePath.as(previewAnswer).verdict).toBe('off');
  expect((await worker.get(listPath(compulsory))).outcome).toEqual([404, 'not-found']);
  expect((await worker.get(listPath({ pathwayId: randomUUID() }))).outcome).toEqual([404, 'not-found']);
});

describe('what was sent about one case', () => {
  test('M86, M93: text, instants and the reply that answered it; no number, no place; the case says it is confirmed', async () => {
    const pathway = await referred();
    // Everybody here has one phone; were the others texted today too, nothing would say which of them answers.
    await stack.db.pool.query('update person set mobile = null, mobile_index = null where id <> $1', [
      pathway.personId,
    ]);
    const appointmentId = await booked(pathway);
    await eventually(async () => {
      expect((await listed(pathway)).items.map(({ status }) => status)).toContain('sent');
    }, 30_000);
    await answer('1');
    await eventually(async () => {
      const [item] = (await listed(pathway)).items;
      expect(item).toMatchObject({ replies: [{ meaning: 'confirm', finding: null }] });
    }, 30_000);
    const { items, next } = await listed(pathway);
    expect(next).toBeNull();
    expect(items).toMatchObject([
      {
        ...{ purpose: 'appointment-booked', channel: 'sms', audience: 'person', appointmentId },
        ...{ status: 'sent', reason: null, reasonText: null, language: 'en', deliveredAt: null },
        text: expect.stringMatching(/^You have an appointment on /),
        sentAt: expect.any(String),
      },
    ]);
    expect(JSON.stringify(items)).not.toMatch(/7700|ddas/i);
    const [sent] = await messagesOf(stack.db, wholeForce(testForce), pathway.pathwayId);
    await recordGatewayReport(stack.db, {
      ...{ forceId: testForce, intentId: sent?.intentId ?? '', gatewayId: sent?.gatewayId ?? '' },
      ...{ gatewayStatus: 'delivered', status: 'delivered' },
    });
    expect((await listed(pathway)).items).toMatchObject([
      { status: 'delivered', deliveredAt: expect.any(String) },
    ]);
    const confirmed = async () =>
      (await worker.get(`/api/v1/pathways/${pathway.pathwayId}/case`)).as(caseView).appointments;
    await eventually(async () => {
      expect(await confirmed()).toMatchObject([
        { appointmentId, confirmedAt: expect.any(String), cannotComeAt: null },
      ]);
    }, 30_000);
    await answer('2');
    await eventually(async () => {
      expect(await confirmed()).toMatchObject([{ appointmentId, cannotComeAt: expect.any(String) }]);
    }, 30_000);
    const asked = async () =>
      (await listed(pathway)).items
        .flatMap(({ replies }) => replies)
        .map(({ meaning, finding, settledAt }) => ({ meaning, finding, settled: settledAt !== null }));
    const confirm = { meaning: 'confirm', finding: null, settled: false };
    expect(await asked()).toEqual([confirm, { meaning: 'cannot-come', finding: null, settled: false }]);
    // Whoever moves it has seen to the answer.
    const moved = { askedBy: 'person', reason: 'work', startsAt: inHours(30), endsAt: inHours(31) };
    await say(pathway, 'reschedule-appointment', { appointmentId, ...moved });
    expect(await asked()).toEqual([confirm, { meaning: 'cannot-come', finding: null, settled: true }]);
  }, 90_000);

  test('M91: what did not leave says why, in words; pages go on where the one before ended', async () => {
    const pathway = await referred();
    await stack.db.pool.query(`update person set safe_to_text = 'no' where id = $1`, [pathway.personId]);
    const first = await booked(pathway, inHours(20));
    const moved = { askedBy: 'person', reason: 'work', startsAt: inHours(30), endsAt: inHours(31) };
    await say(pathway, 'reschedule-appointment', { appointmentId: first, ...moved });
    await eventually(async () => {
      const { items } = await listed(pathway);
      expect(items.map(({ status }) => status)).toEqual(['skipped', 'skipped']);
    }, 30_000);
    const { items } = await listed(pathway);
    expect(items.map(({ purpose }) => purpose)).toEqual(['appointment-moved', 'appointment-booked']);
    expect(items[0]).toMatchObject({
      ...{ reason: 'not-safe-to-text', text: null, sentAt: null, replies: [] },
      reasonText: 'Texts are not safe for this person, or nobody has asked.',
    });
    const page = await listed(pathway, '?limit=1');
    expect(page.items).toEqual(items.slice(0, 1));
    const rest = await listed(pathway, `?limit=1&cursor=${encodeURIComponent(page.next ?? '')}`);
    expect([rest.items, rest.next]).toEqual([items.slice(1), null]);
    const elsewhere = listPath(await referred(), `?cursor=${encodeURIComponent(page.next ?? '')}`);
    expect((await worker.get(elsewhere)).outcome).toEqual([400, 'invalid-cursor']);
    expect((await worker.get(listPath(pathway, '?cursor=zz'))).outcome).toEqual([400, 'invalid-cursor']);
  }, 60_000);
});
