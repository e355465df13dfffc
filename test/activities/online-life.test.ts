import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createMessageActivities } from '../../activities/deliver-message.ts';
import type { FirstLogin, OnlineProgrammeGateway } from '../../activities/gateways/online-programme.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import { createLog } from '../../platform/log.ts';
import { sendCommand, startCarryFact, startRun } from '../../platform/pathway-runs.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { enrolmentsOf, firstLoginsAskedUntil } from '../../store/online-enrolments.ts';
import { pathwayById } from '../../store/pathways.ts';
import { recordFact } from '../../store/person-facts.ts';
import { wholeForce } from '../../store/scope.ts';
import { FirstLogins } from '../../workers/first-logins.ts';
import type { MessageActivities } from '../../workflows/contract/activities.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { createTestDatabase } from '../support/database.ts';
import { startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest } from '../support/delivery.ts';
import { startEngine } from '../support/engine.ts';
import type { TestEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { onlineMessages, onlineProgramme, openOnline, startProgramme } from '../support/online-programme.ts';
import type { ProgrammeUnderTest } from '../support/online-programme.ts';
import {
  actor,
  command,
  now,
  openDiversion,
  prepareForce,
  testForce,
  testProvider,
} from '../support/pathways.ts';
import type { OpenedDiversion } from '../support/pathways.ts';

// From the referral to the first login: ledger, workflow, activities, both gateways, the programme's page, its feed.

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let phones: GatewayUnderTest;
let programme: ProgrammeUnderTest;
let engine: TestEngine;
let messages: MessageActivities;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
  [phones, programme] = await Promise.all([startGateway(), startProgramme()]);
  const parts = {
    ...{ db, gateway: phones.gateway, numbers: numberPlanOf('test'), publicUrl: 'https://diary.example' },
  };
  messages = createMessageActivities({ ...parts, programme: programme.gateway });
  engine = await startEngine({ db, messages: { deliverMessage: (input) => messages.deliverMessage(input) } });
}, 60_000);

afterAll(async () => {
  await engine.close();
  await Promise.all([phones.close(), programme.close()]);
  await db.close();
  await database.drop();
});

function firstLogins(asked: OnlineProgrammeGateway = programme.gateway): FirstLogins {
  const log = createLog({ level: 'silent', process: 'worker', build: 'test' });
  return new FirstLogins({ db, client: engine.client, programme: asked, log });
}

const eventsOf = ({ pathwayId }: OpenedDiversion) => readEvents(db, wholeForce(testForce), pathwayId);

const typesOf = async (pathway: OpenedDiversion) => (await eventsOf(pathway)).map(({ type }) => type);

/** Until the text is on the phone. @returns the code in it */
async function invited({ pathwayId }: OpenedDiversion): Promise<string> {
  await eventually(async () => {
    expect((await onlineMessages(db, pathwayId)).invitation.status).toBe('sent');
  }, 30_000);
  const { body } = (await onlineMessages(db, pathwayId)).invitation;
  return /([A-Z2-9]{4}-[A-Z2-9]{4})/.exec(body ?? '')?.[1] ?? '';
}

test('M29 a referral into the online programme: enrolled, invited, and the first login is engagement, once', async () => {
  const pathway = await openOnline(db);
  await startRun(engine.client, pathway);
  const code = await invited(pathway);
  expect(await firstLogins().once()).toBe(0);

  expect(await programme.logIn(code)).toBe(200);
  const at = programme.standIn().logins()[0]?.at;
  await programme.script({ on: 'logins', does: '500' });
  await expect(firstLogins().once()).rejects.toThrow('http-500');
  expect(await firstLogins().once()).toBe(1);
  expect(await programme.logIn(code)).toBe(200);
  expect(await firstLogins().once()).toBe(0);
  // As after a restore of the database: the programme tells of everything again.
  await db.pool.query(`delete from sweep where name = 'online-first-logins'`);
  await db.pool.query(`update message set status = 'sent' where purpose = 'online-enrolment'`);
  expect(await firstLogins().once()).toBe(1);

  const events = await eventsOf(pathway);
  expect(events.filter(({ type }) => type === 'engagement-recorded')).toMatchObject([
    {
      data: { evidence: 'logged-in', appointmentId: null },
      occurredAt: at,
      actor: { userId: 'online-programme', role: 'ProviderWorker', organisationId: testProvider },
    },
  ]);
  // The programme's first act for the person is its word that it has taken them.
  expect(events.filter(({ type }) => type === 'referral-accepted')).toHaveLength(1);
  expect((await onlineMessages(db, pathway.pathwayId)).enrolment).toMatchObject({
    ...{ status: 'delivered', gatewayStatus: 'logged-in', reason: null },
  });
  expect(
    programme
      .standIn()
      .attempts()
      .filter(({ accepted }) => accepted),
  ).toHaveLength(1);
}, 60_000);

test('M29 first logins of many pages are taken in one turn; from the first that is left on they are asked for again', async () => {
  await db.pool.query(`delete from sweep where name = 'online-first-logins'`);
  const pathway = await openOnline(db);
  await startRun(engine.client, pathway);
  await invited(pathway);
  const { enrolment } = await onlineMessages(db, pathway.pathwayId);
  const instant = (minute: number): Instant => `2026-03-02T09:0${String(minute)}:00.000Z`;
  const rows: readonly FirstLogin[] = [
    { reference: randomUUID(), at: instant(1) },
    { reference: enrolment.intentId, at: instant(2) },
    { reference: randomUUID(), at: instant(3) },
  ];
  const asked: Instant[] = [];
  const paging = (failsAt: number | null): OnlineProgrammeGateway => ({
    ...programme.gateway,
    firstLogins: (since) => {
      asked.push(since);
      const next = rows.findIndex(({ at }) => at >= since);
      if (next === failsAt) return Promise.resolve({ answer: 'not-told', why: 'http-500' });
      const more = next < rows.length - 1;
      const until = more ? (rows[next + 1]?.at ?? '') : instant(9);
      return Promise.resolve({
        answer: 'told',
        firstLogins: rows.slice(next, next + 1),
        unread: 1,
        until,
        more,
      });
    },
  });
  await expect(firstLogins(paging(2)).once()).rejects.toThrow('http-500');
  expect((await onlineMessages(db, pathway.pathwayId)).enrolment).toMatchObject({ status: 'delivered' });
  expect(await firstLogins(paging(null)).once()).toBe(0);
  expect(asked).toEqual(['2000-01-01T00:00:00.000Z', instant(2), instant(3), instant(3)]);
  expect(await firstLoginsAskedUntil(db)).toBe(instant(9));
}, 60_000);

test('what keeps first logins from being taken is logged by its code, and quotes nothing', async () => {
  const lines: string[] = [];
  const log = createLog(
    { level: 'info', process: 'worker', build: 'test' },
    { write: (line) => lines.push(line) },
  );
  const turn = (answer: () => ReturnType<OnlineProgrammeGateway['firstLogins']>): Promise<void> => {
    const stop = new AbortController();
    const asked: OnlineProgrammeGateway = {
      ...programme.gateway,
      firstLogins: () => {
        stop.abort();
        return answer();
      },
    };
    return new FirstLogins({ db, client: engine.client, programme: asked, log }).run(stop.signal);
  };
  await turn(() => Promise.reject(new TypeError('the row of Nia Rees')));
  await turn(() => Promise.resolve({ answer: 'not-told', why: 'http-500' }));
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { error: 'TypeError' },
    { error: 'NotAllTaken', why: 'http-500' },
  ]);
  expect(lines.join()).not.toContain('Rees');
});

test('M29 who chooses the programme later is invited then; a login after they went elsewhere is no evidence', async () => {
  const { policy } = await openOnline(db);
  const pathway = await openDiversion(db, { policy: { messages: policy.messages } });
  const online = { providerId: testProvider, programme: onlineProgramme, routeId: 'route-online' };
  const back = { providerId: testProvider, programme: 'acr-diversion', routeId: 'route-1' };
  const reroute = (route: typeof online) =>
    sendCommand(
      engine.client,
      pathway,
      command('reroute', 'Manager', { route, reason: 'persons-choice' }),
      15_000,
    );
  await reroute(online);
  const code = await invited(pathway);
  await reroute(back);
  expect(await programme.logIn(code)).toBe(200);
  expect(await firstLogins().once()).toBe(1);
  expect(await typesOf(pathway)).not.toContain('engagement-recorded');
  expect((await onlineMessages(db, pathway.pathwayId)).enrolment).toMatchObject({
    ...{ status: 'delivered', reason: 'login-routed-elsewhere' },
  });
}, 60_000);

test('M29 who may not be texted is enrolled, and somebody is asked to tell them the code', async () => {
  const { policy } = await openOnline(db);
  const pathway = await openDiversion(db, { policy: { messages: policy.messages } });
  const { pathwayId, personId } = pathway;
  const told = await recordFact(db, {
    ...{ forceId: testForce, requestId: pathwayId, occurredAt: now(), reason: null },
    ...{ actor: actor('ProviderWorker'), kind: 'stop-texts', personId },
  });
  await startCarryFact(engine.client, {
    ...{ forceId: testForce, factId: told?.fact.factId ?? '' },
  });
  await eventually(async () => {
    expect(await typesOf(pathway)).toContain('texts-stopped');
  }, 30_000);
  const route = { providerId: testProvider, programme: onlineProgramme, routeId: 'route-online' };
  const choose = command('reroute', 'Manager', { route, reason: 'persons-choice' });
  await sendCommand(engine.client, pathway, choose, 15_000);
  await eventually(async () => {
    const row = await pathwayById(db, wholeForce(testForce), pathwayId);
    expect(row?.attention.map(({ code }) => code)).toContain('message-not-sent');
  }, 30_000);
  expect(await enrolmentsOf(db, testForce, pathwayId)).toMatchObject([
    { status: 'sent', accessCode: expect.stringMatching(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/) },
  ]);
}, 60_000);

test('M29 without a programme set up a person is asked to see to it, and nothing is lost', async () => {
  messages = createMessageActivities({ db, gateway: phones.gateway, numbers: numberPlanOf('test') });
  const pathway = await openOnline(db);
  await startRun(engine.client, pathway);
  await eventually(async () => {
    const row = await pathwayById(db, wholeForce(testForce), pathway.pathwayId);
    expect(row?.attention).toMatchObject([{ code: 'not-enrolled', owner: 'ProviderWorker' }]);
  }, 30_000);
  expect((await onlineMessages(db, pathway.pathwayId)).enrolment).toMatchObject({
    ...{ status: 'failed', reason: 'no-online-programme' },
  });
}, 60_000);
