import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApp } from '../../api/app.ts';
import type { Api } from '../../api/app.ts';
import { pathwayView } from '../../api/schemas/answers.ts';
import { replyList } from '../../api/schemas/replies.ts';
import { tellingWordsIn } from '../../messages/neutral-words.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { sendCommand } from '../../platform/pathway-runs.ts';
import { listen } from '../../stand-ins/listen.ts';
import { openDatabase } from '../../store/database.ts';
import { messagesOf } from '../../store/messages.ts';
import { factsOf, recordFact } from '../../store/person-facts.ts';
import { mergePersons } from '../../store/person-merges.ts';
import { wholeForce } from '../../store/scope.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { MessagePolicy } from '../../workflows/domain/common/policy.ts';
import type { PersonFactKind } from '../../workflows/domain/common/person-fact.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { appointmentsOf } from '../support/recorded-appointments.ts';
import { PageVisitor, formWith, minutesLater, readOn } from '../support/page-visitor.ts';
import {
  actor,
  command,
  openCompulsory,
  openDiversion,
  prepareForce,
  testForce,
} from '../support/pathways.ts';
import type { OpenedCompulsory, OpenedDiversion } from '../support/pathways.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

// The person's page: a booking, the text with the link on the phone, the year of birth, the page, and what each choice on
// it does to the case. The API that shows the page writes a log that is read here.

/** Of everybody (test/support/pathways.ts). */
const year = '1990';

let stack: Stack;
let api: Api;
let metrics: Metrics;
let url: string;
let stop: () => Promise<void>;
let worker: ApiCaller;
const lines: string[] = [];
const tokens: string[] = [];

beforeAll(async () => {
  stack = await startStack({}, testForce);
  await prepareForce(stack.db);
  metrics = createMetrics({ process: 'api', build: 'test' });
  api = createApp({
    ...{ db: stack.db, client: stack.engine.client, metrics },
    log: createLog(
      { level: 'trace', process: 'api', build: 'test' },
      { write: (line: string) => void lines.push(line) },
    ),
    issuer: { issuer: stack.issuer.url, audience: 'llwybr' },
    secret: readConfig({ LLWYBR_ENV: 'test' }).blindIndexKey,
    ...{ build: 'test', environment: 'test' },
    webhooks: { publicUrl: stack.url, authToken: 'none' },
  });
  const server = await listen(api.app, 0);
  ({ url } = server);
  stop = () => server.close();
  const claims = { llwybr_force: testForce };
  worker = new ApiCaller(url, await stack.issuer.mint('caseworker', { claims }));
}, 60_000);

afterAll(async () => {
  await stop();
  await api.settled();
  await stack.close();
});

const messages: MessagePolicy = {
  reminder: { before: { unit: 'days', count: 1 }, at: null },
  purposes: ['page-link'],
  ...{ sendFrom: '00:00', sendUntil: '00:00' },
};

const inHours = (count: number) => toInstant(Date.now() + count * 3_600_000);
/** An appointment in an hour, so that only the link goes out. */
const anHourAhead = () => ({ startsAt: inHours(1), endsAt: inHours(2) });

async function book(pathway: OpenedDiversion): Promise<string> {
  const appointmentId = `a-${randomUUID()}`;
  const where = { appointmentId, kind: 'assessment', placeCode: 'ddas-carmarthen' };
  const booking = command('book-appointment', 'ProviderWorker', { ...where, ...anHourAhead() });
  await sendCommand(stack.engine.client, pathway, booking, 15_000);
  return appointmentId;
}

interface Linked extends OpenedDiversion {
  readonly appointmentId: string;
  readonly token: string;
  readonly visitor: PageVisitor;
}

/** Booked; the token as it stands in the text on the phone. */
async function linked(): Promise<Linked> {
  const pathway = await openDiversion(stack.db, { policy: { messages } });
  const appointmentId = await book(pathway);
  const token = await tokenOf(pathway);
  await minutesLater(stack.db, pathway);
  return { ...pathway, appointmentId, token, visitor: new PageVisitor(url, token) };
}

async function tokenOf({ pathwayId }: OpenedDiversion | OpenedCompulsory): Promise<string> {
  return await eventually(async () => {
    const all = await messagesOf(stack.db, wholeForce(testForce), pathwayId);
    const message = all.filter(({ purpose }) => purpose === 'page-link').at(-1);
    expect(message?.status).toBe('sent');
    const text = stack.gateway
      .standIn()
      .record()
      .find((entry) => 'sid' in entry && entry.sid === message?.gatewayId);
    const body = text !== undefined && 'body' in text ? text.body : '';
    const [, token = ''] = /https:\/\/dyddiadur\.example\/p\/([0-9a-f]{32}) /.exec(body) ?? [];
    expect(token).not.toBe('');
    tokens.push(token);
    return token;
  }, 30_000);
}

/** Past the question. */
async function entered({ visitor }: Linked) {
  expect((await visitor.answer(year)).status).toBe(303);
  return await visitor.get();
}

async function tell({ personId }: OpenedDiversion, kind: PersonFactKind): Promise<void> {
  await recordFact(stack.db, {
    ...{ forceId: testForce, personId, requestId: randomUUID(), occurredAt: toInstant(Date.now()) },
    ...{ reason: null, actor: actor('Manager'), kind: kind as 'safety-flag' },
  });
}

const viewOf = async ({ pathwayId }: OpenedDiversion) =>
  (await worker.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);

const askedOf = async (pathway: OpenedDiversion) =>
  (await viewOf(pathway)).attention.map(({ code, ref }) => [code, ref]);

const nowhere = () => new PageVisitor(url, '0'.repeat(32)).get();

describe('M88: the link', () => {
  test('goes out with the first booking, shows the appointment after the year of birth, and is kept nowhere', async () => {
    const person = await linked();
    const { visitor, token, pathwayId } = person;
    const question = await visitor.get();
    expect(question.status).toBe(200);
    expect(readOn(question)).toContain('Year of birth');
    expect(readOn(question)).not.toContain('is on');
    const page = await entered(person);
    expect(readOn(page)).toMatch(/Your appointment is on \w+day \d+ \w+ \d{4} at \d\d:\d\d\./);
    expect(readOn(page)).toContain('The place is not shown on this page.');
    expect(page.body).not.toMatch(/Rees|Nia|ddas|carmarthen|Provider/i);
    expect(page.body).not.toContain(person.appointmentId);
    const [message] = await messagesOf(stack.db, wholeForce(testForce), pathwayId);
    expect(message?.body).toContain('https://dyddiadur.example/p/(...) ');
    const { rows } = await stack.db.pool.query<{ row: string }>('select l::text as row from person_link l');
    expect(rows.map(({ row }) => row).join('\n')).not.toContain(token);
  }, 90_000);

  test('is another one each time somebody asks for it, and refused with the reason where it cannot be sent', async () => {
    const person = await linked();
    const path = `/api/v1/pathways/${person.pathwayId}/commands/send-page-link`;
    const again = async () => (await worker.post(path, { data: {} })).outcome;
    expect([await again(), await again()]).toEqual([[200], [409, 'already-done']]);
    const second = await eventually(async () => {
      const token = await tokenOf(person);
      expect(token).not.toBe(person.token);
      return token;
    }, 30_000);
    expect((await new PageVisitor(url, second).answer(year)).status).toBe(303);
    await stack.db.pool.query(`update person set safe_to_text = 'no' where id = $1`, [person.personId]);
    const refused = await worker.post(path, { data: {} });
    expect(refused.outcome).toEqual([409, 'condition-not-met']);
    expect(refused.problem.details).toMatchObject({ reason: 'not-safe-to-text' });
    await stack.db.pool.query(`update person set safe_to_text = 'yes' where id = $1`, [person.personId]);
    await tell(person, 'safety-flag');
    expect((await worker.post(path, { data: {} })).problem.details).toMatchObject({ reason: 'safety-flag' });
  }, 90_000);

  test('goes to who is in treatment after the referral’s time is over, and to nobody without an appointment ahead', async () => {
    const { pathwayId, appointmentId } = await linked();
    const ask = () => worker.command(pathwayId, 'send-page-link', {});
    await stack.db.pool.query(
      `update pathway set closed_at = clock_timestamp(), closure_reason = 'concluded-in-treatment' where id = $1`,
      [pathwayId],
    );
    expect((await ask()).outcome).toEqual([200]);
    const cancelling = { appointmentId, askedBy: 'provider', reason: 'staff-away' };
    expect((await worker.command(pathwayId, 'cancel-appointment', cancelling)).outcome).toEqual([200]);
    expect((await ask()).problem.details).toMatchObject({ reason: 'no-appointment' });
  }, 90_000);
});

describe('M93: what is chosen on the page does what a text would', () => {
  test('I’ll be there confirms the appointment; pressed twice it is one; the calendar file names nothing', async () => {
    const person = await linked();
    const { visitor, appointmentId } = person;
    const page = await entered(person);
    for (const _ of [1, 2]) expect((await visitor.press(page, 'confirm')).status).toBe(303);
    expect(readOn(await visitor.get())).toContain('You told us that you will be there.');
    await eventually(async () => {
      const appointments = await appointmentsOf(stack.db, person);
      const about = appointments.find((one) => one.appointmentId === appointmentId);
      expect(about?.confirmedAt).toBeDefined();
    }, 30_000);
    const { rows } = await stack.db.pool.query(`select meaning from reply where pathway_id = $1`, [
      person.pathwayId,
    ]);
    expect(rows).toEqual([{ meaning: 'confirm' }]);
    for (const [lang, name, summary] of [
      ['en', 'appointment.ics', 'Appointment'],
      ['cy', 'apwyntiad.ics', 'Apwyntiad'],
    ] as const) {
      const file = await visitor.get(`/calendar?lang=${lang}`);
      expect(file.headers.get('content-type')).toMatch(/^text\/calendar/);
      expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
      expect(file.body).toContain(`SUMMARY;LANGUAGE=${lang}:${summary}`);
      expect(file.body).not.toMatch(/LOCATION|ORGANIZER|DESCRIPTION/);
      expect(tellingWordsIn(file.body)).toEqual([]);
    }
  }, 90_000);

  test('I need another time asks the caseworker, who settles it as a text', async () => {
    const person = await linked();
    const page = await entered(person);
    await person.visitor.press(page, 'cannot-come');
    await eventually(async () => {
      expect(await askedOf(person)).toContainEqual(['reply-cannot-come', person.appointmentId]);
    }, 30_000);
    expect(readOn(await person.visitor.get())).toContain('You told us that you need another time.');
    const { items } = (await worker.get('/api/v1/replies')).as(replyList);
    const reply = items.find(({ pathwayId }) => pathwayId === person.pathwayId);
    expect(reply).toMatchObject({ meaning: 'cannot-come', words: 'On their page: I need another time' });
    const path = `/api/v1/replies/${String(reply?.replyId)}/settlement`;
    expect((await worker.post(path, { finding: 'dealt-with' })).status).toBe(201);
  }, 90_000);

  test('what was seen has moved meanwhile: nothing is said of the new time, and the page shows it', async () => {
    const person = await linked();
    const page = await entered(person);
    const again = await book(person);
    await eventually(async () => {
      const appointments = await appointmentsOf(stack.db, person);
      expect(appointments.map((one) => one.appointmentId)).toContain(again);
    }, 30_000);
    expect((await person.visitor.press(page, 'confirm')).status).toBe(303);
    const { rows } = await stack.db.pool.query('select 1 from reply where pathway_id = $1', [
      person.pathwayId,
    ]);
    expect(rows).toEqual([]);
    expect(readOn(await person.visitor.get())).toContain('Your appointment is on');
  }, 90_000);

  test('the language is theirs from then on, for texts too; the page is whole in both', async () => {
    const person = await linked();
    // The same human being was entered twice.
    const twin = await openDiversion(stack.db);
    const merge = { personId: person.personId, otherPersonId: twin.personId, reason: 'r', confirmed: [] };
    const requestId = randomUUID();
    await mergePersons(stack.db, { forceId: testForce, ...merge, actor: actor('Manager'), requestId });
    const page = await entered(person);
    expect(page.body).toContain('<html lang="en">');
    await person.visitor.press(page, 'language');
    const welsh = await person.visitor.get();
    expect(welsh.body).toContain('<html lang="cy">');
    expect(welsh.headers.get('content-language')).toBe('cy');
    expect(readOn(welsh)).toMatch(/Mae eich apwyntiad ddydd \w+ \d+ \w+ \d{4} am \d\d:\d\d\./);
    const ids = [person.personId, twin.personId];
    const { rows } = await stack.db.pool.query('select language from person where id = any ($1)', [ids]);
    expect(rows).toEqual([{ language: 'cy' }, { language: 'cy' }]);
    const kept = await stack.db.pool.query(
      `select c.before, c.language, l.pathway_id as "pathwayId" from language_choice c
         join person_link l on l.force_id = c.force_id and l.id = c.link_id where c.person_id = any ($1)`,
      [ids],
    );
    const chosen = { before: 'en', language: 'cy', pathwayId: person.pathwayId };
    expect(kept.rows).toEqual([chosen, chosen]);
    expect((await worker.command(person.pathwayId, 'send-page-link', {})).outcome).toEqual([200]);
    await eventually(async () => {
      const all = await messagesOf(stack.db, wholeForce(testForce), person.pathwayId);
      expect(all.map(({ language }) => language).sort()).toEqual(['cy', 'en']);
    }, 30_000);
    expect(formWith(welsh.body, 'language')['language']).toBe('en');
  }, 90_000);

  test('stopping the texts binds at once, and where a duty is open somebody is asked to reach them another way', async () => {
    const duty = await openCompulsory(stack.db, { policy: { messages } });
    const requirement = {
      ...{
        requirementId: randomUUID(),
        initialAssessment: { appointmentId: `a-${randomUUID()}`, placeCode: 'p', ...anHourAhead() },
      },
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
    };
    const imposing = command('impose-requirement', 'CustodyOfficer', requirement);
    await sendCommand(stack.engine.client, duty, imposing, 15_000);
    const visitor = new PageVisitor(url, await tokenOf(duty));
    await visitor.answer(year);
    const page = await visitor.get();
    await visitor.press(page, 'stop');
    await visitor.press(page, 'stop');
    const kinds = (await factsOf(stack.db, testForce, duty.personId)).map(({ kind }) => kind);
    expect(kinds).toEqual(['stop-texts']);
    expect(readOn(await visitor.get())).toContain('The texts are stopped.');
    await eventually(async () => {
      const { rows } = await stack.db.pool.query<{ codes: string }>(
        'select attention::text as codes from pathway where id = $1',
        [duty.pathwayId],
      );
      expect(rows[0]?.codes).toContain('reach-another-way');
    }, 30_000);
  }, 90_000);
});

describe('M88: who may not see it', () => {
  test('five wrong years end the link, and the caseworker is told once; a year that is none does not count', async () => {
    const person = await linked();
    const { visitor } = person;
    for (const typed of ['', '90', '19900', 'nineteen']) {
      const page = await visitor.answer(typed);
      expect(page.status).toBe(200);
      expect(page.body).toContain('<title>Error: Your year of birth</title>');
      expect(page.body).toMatch(/<a href="#year">/);
      expect(page.body).toMatch(/id="year"[^>]*aria-describedby="year-hint year-wrong" aria-invalid="true"/);
    }
    const { body } = await nowhere();
    for (const typed of ['1991', '1992', '1993', '1994']) {
      expect(await visitor.answer(typed)).toMatchObject({ status: 404, body, set: null });
    }
    expect((await visitor.get()).status).toBe(200);
    await visitor.answer('1995');
    expect(await visitor.get()).toMatchObject({ status: 404, body });
    expect(await visitor.answer(year)).toMatchObject({ status: 404, body });
    await eventually(async () => {
      expect((await askedOf(person)).map(([code]) => code)).toContain('reply-to-read');
    }, 30_000);
    const { items } = (await worker.get('/api/v1/replies')).as(replyList);
    const told = items.filter(({ pathwayId }) => pathwayId === person.pathwayId);
    expect(told.map(({ words }) => words)).toEqual([expect.stringContaining('answered wrongly 5 times')]);
  }, 90_000);

  test('any number of years at once are no more than five', async () => {
    const person = await linked();
    const years = Array.from({ length: 40 }, (_, index) => String(1950 + index));
    const answers = await Promise.all(
      years.map(async (typed) => (await new PageVisitor(url, person.token).answer(typed)).status),
    );
    expect(new Set(answers)).toEqual(new Set([404]));
    const { rows } = await stack.db.pool.query(
      'select wrong_answers as count from person_link where pathway_id = $1',
      [person.pathwayId],
    );
    expect(rows).toEqual([{ count: 5 }]);
  }, 90_000);

  test('the cookie of one link opens no other, and ends; a choice needs both it and the page', async () => {
    const [one, other] = [await linked(), await linked()];
    const page = await entered(one);
    other.visitor.cookie = one.visitor.cookie;
    expect(readOn(await other.visitor.get())).toContain('Year of birth');
    const anybody = new PageVisitor(url, one.token);
    expect((await anybody.press(page, 'stop')).status).toBe(303);
    expect((await one.visitor.post({ act: 'stop', form: 'made.up' })).status).toBe(303);
    expect((await one.visitor.post({ act: 'stop' })).status).toBe(303);
    expect((await anybody.get('/calendar')).status).toBe(303);
    expect(await factsOf(stack.db, testForce, one.personId)).toEqual([]);
    const [until = ''] = one.visitor.cookie.replace('page=', '').split('.');
    one.visitor.cookie = one.visitor.cookie.replace(until, String(Number(until) + 60));
    expect(readOn(await one.visitor.get())).toContain('Year of birth');
  }, 90_000);

  test.each([
    ['it has expired', (p: Linked) => set(p, `expires_at = made_at + interval '1 millisecond'`)],
    ['it was revoked', (p: Linked) => set(p, 'revoked_at = now()')],
    ['the person has died', (p: Linked) => tell(p, 'death')],
    ['a safety flag was set', (p: Linked) => tell(p, 'safety-flag')],
    [
      'a safety flag was set and lifted since',
      async (p: Linked) => {
        await tell(p, 'safety-flag');
        await tell(p, 'safety-flag-lifted');
      },
    ],
    [
      'the number is another one now',
      async (p: Linked) => {
        const index = stack.db.fields.blindIndex('mobile', testForce, '07700900999');
        await stack.db.pool.query('update person set mobile_index = $2 where id = $1', [p.personId, index]);
      },
    ],
    [
      'the referral was void',
      async (p: Linked) => {
        const voiding = command('void-pathway', 'Manager', { reason: 'wrong-person' });
        await sendCommand(stack.engine.client, p, voiding, 15_000);
      },
    ],
  ])(
    'is told the same, whatever the matter is, in both languages: %s',
    async (_why, happens) => {
      const person = await linked();
      await entered(person);
      await happens(person);
      const { body, status } = await nowhere();
      expect(status).toBe(404);
      for (const page of [
        await person.visitor.get(),
        await person.visitor.answer(year),
        await person.visitor.get('/calendar'),
      ]) {
        expect(page).toMatchObject({ status, body, set: null });
      }
      expect(body).toMatch(/<section lang="cy">[^]*<section lang="en">/);
    },
    90_000,
  );

  async function set({ pathwayId }: Linked, change: string): Promise<void> {
    await stack.db.pool.query(`update person_link set ${change} where pathway_id = $1`, [pathwayId]);
  }
});

test('M88: nothing of a page is kept, passed on, indexed, run or framed, and its cookie goes nowhere else', async () => {
  const person = await linked();
  const answered = await person.visitor.answer(year);
  expect(answered.set).toMatch(
    new RegExp(
      `^page=\\d+\\.[0-9a-f]{64}; Path=/p/${person.token}; Max-Age=900; HttpOnly; SameSite=Strict; Secure$`,
    ),
  );
  for (const page of [
    await person.visitor.get(),
    answered,
    await nowhere(),
    await person.visitor.get('/calendar'),
  ]) {
    const { headers } = page;
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toBe('noindex, nofollow');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'none'; style-src 'sha256-[^']+'/);
    expect(policy).not.toMatch(/script|unsafe/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(page.body).not.toMatch(/<script|\son\w+=|https?:/);
  }
  const large = await person.visitor.post({ act: 'year', year: '1'.repeat(5_000) });
  expect([large.status, large.body]).toEqual([404, (await nowhere()).body]);
}, 90_000);

test('works where the page cannot be made: another page, in both languages, to try again', async () => {
  const person = await linked();
  // Nobody listens on the discard port.
  const away = openDatabase('postgres://nobody@127.0.0.1:9/nothing');
  const broken = createApp({
    ...{ db: away, client: stack.engine.client, metrics: createMetrics({ process: 'api', build: 'test' }) },
    log: createLog({ level: 'silent', process: 'api', build: 'test' }),
    issuer: { issuer: stack.issuer.url, audience: 'llwybr' },
    secret: readConfig({ LLWYBR_ENV: 'test' }).blindIndexKey,
    ...{ build: 'test', environment: 'test' },
    webhooks: { publicUrl: stack.url, authToken: 'none' },
  });
  const server = await listen(broken.app, 0);
  const page = await new PageVisitor(server.url, person.token).get();
  await server.close();
  await away.close();
  expect(page.status).toBe(503);
  expect(readOn(page)).toContain('Please try again later');
  expect(readOn(page)).toContain('Rhowch gynnig arall arni yn nes ymlaen');
}, 90_000);

// Last: all that was asked above stands in the log by then.
test('no token and no year stands in the log or the metrics: the address is logged by its pattern', async () => {
  const log = lines.join('');
  const figures = await metrics.registry.metrics();
  expect(tokens.length).toBeGreaterThan(10);
  for (const token of tokens) expect(log + figures).not.toContain(token);
  expect(log).toContain('"route":"/p/{token}"');
  expect(log).not.toContain(`"${year}"`);
});
