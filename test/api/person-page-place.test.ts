import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sendCommand } from '../../platform/pathway-runs.ts';
import { messagesOf } from '../../store/messages.ts';
import { wholeForce } from '../../store/scope.ts';
import type { Language } from '../../workflows/domain/common/contact-preference.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { MessagePolicy } from '../../workflows/domain/common/policy.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { appointmentsOf } from '../support/recorded-appointments.ts';
import { PageVisitor, readOn } from '../support/page-visitor.ts';
import { command, openDiversion, prepareForce, testForce, testProvider } from '../support/pathways.ts';
import type { OpenedDiversion } from '../support/pathways.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

// Where the person is to come: on their page and in their calendar, once that is recorded as safe to show, and nowhere else;
// and the language that it is looked at in.

let stack: Stack;
let url: string;
let lead: ApiCaller;

beforeAll(async () => {
  stack = await startStack({}, testForce);
  ({ url } = stack);
  await prepareForce(stack.db);
  const claims = { llwybr_force: testForce };
  lead = new ApiCaller(url, await stack.issuer.mint('provider-manager', { claims }));
  await stack.db.pool.query(
    `insert into place (force_id, code, organisation_id, name, name_cy, address, postcode)
      select $1, code, $2, 'Inside name', 'Enw mewnol', '9 Inside Street', 'SA31 9ZZ'
        from unnest(array['ddas-carmarthen', 'ddas-llanelli']) code`,
    [testForce, testProvider],
  );
}, 60_000);

afterAll(async () => {
  await stack.close();
});

const inHours = (count: number) => toInstant(Date.now() + count * 3_600_000);

/** In an hour, so that no reminder is planned. */
async function book(pathway: OpenedDiversion, placeCode = 'ddas-carmarthen'): Promise<string> {
  const appointmentId = `a-${randomUUID()}`;
  const slot = { startsAt: inHours(1), endsAt: inHours(2), placeCode };
  const booking = command('book-appointment', 'ProviderWorker', {
    ...{ appointmentId, kind: 'assessment', ...slot },
  });
  await sendCommand(stack.engine.client, pathway, booking, 15_000);
  return appointmentId;
}

interface Linked extends OpenedDiversion {
  readonly token: string;
  readonly visitor: PageVisitor;
}

/** Booked, with the link in a text, and past the question for the year of birth. */
async function entered(purposes: MessagePolicy['purposes'] = []): Promise<Linked> {
  const messages: MessagePolicy = {
    reminder: { before: { unit: 'days', count: 1 }, at: null },
    purposes: ['page-link', ...purposes],
    ...{ sendFrom: '00:00', sendUntil: '00:00' },
  };
  const pathway = await openDiversion(stack.db, { policy: { messages } });
  await book(pathway);
  const token = await eventually(async () => {
    const all = await messagesOf(stack.db, wholeForce(testForce), pathway.pathwayId);
    const message = all.find(({ purpose }) => purpose === 'page-link');
    expect(message?.status).toBe('sent');
    return stack.db.fields.linkToken(testForce, String(message?.intentId));
  }, 30_000);
  const visitor = new PageVisitor(url, token);
  // Of everybody (test/support/pathways.ts).
  expect((await visitor.answer('1990')).status).toBe(303);
  return { ...pathway, token, visitor };
}

describe('M88: the place', () => {
  const street = { en: '5 High Street, St David’s & Town', cy: '5 Stryd Fawr, Tyddewi a’r Dref' };

  async function shows(placeCode: string, words: Readonly<Record<Language, string>> | null): Promise<void> {
    const path = `/api/v1/organisations/${testProvider}/places/${placeCode}/shown`;
    expect((await lead.post(path, { words })).status).toBe(200);
  }

  /** What is read on the page, and the location in the calendar file, which is one that no line was folded in. */
  async function seen({ visitor }: Linked, lang: Language) {
    const page = readOn(await visitor.get(`?lang=${lang}`));
    const { body } = await visitor.get(`/calendar?lang=${lang}`);
    return { page, location: /^LOCATION.*$/m.exec(body)?.[0].trim(), body };
  }

  async function seesNone(person: Linked): Promise<void> {
    for (const [lang, none] of [
      ['en', 'The place is not shown on this page.'],
      ['cy', 'Nid yw’r lle'],
    ] as const) {
      const { page, location, body } = await seen(person, lang);
      expect(page).toContain(none);
      expect(location).toBeUndefined();
      expect(`${page} ${body}`).not.toMatch(/High Street|Stryd Fawr|Inside|mewnol/);
    }
  }

  test('stands on the page and in the calendar, in their language, once it is recorded as safe to show, and until it is taken back', async () => {
    await shows('ddas-llanelli', { en: '7 Other Street', cy: '7 Stryd Arall' });
    const person = await entered(['appointment-booked', 'appointment-moved']);
    await seesNone(person);

    await shows('ddas-carmarthen', street);
    const english = await seen(person, 'en');
    expect(english.page).toContain('Place: 5 High Street, St David’s &amp; Town');
    expect(english.location).toBe('LOCATION:5 High Street\\, St David’s & Town');
    const welsh = await seen(person, 'cy');
    expect(welsh.page).toContain('Lle: 5 Stryd Fawr, Tyddewi a’r Dref');
    expect(welsh.location).toBe('LOCATION:5 Stryd Fawr\\, Tyddewi a’r Dref');
    for (const { page, body } of [english, welsh]) {
      expect(`${page} ${body}`).not.toMatch(/Inside|mewnol|Provider|Other|Arall/);
    }
    // Whoever has not said the year of birth sees none.
    expect(readOn(await new PageVisitor(url, person.token).get())).not.toContain('High Street');

    await shows('ddas-carmarthen', null);
    await seesNone(person);
    await shows('ddas-carmarthen', street);

    // Moved: only the place of the appointment that is ahead.
    const moved = await book(person, 'ddas-llanelli');
    await eventually(async () => {
      expect((await appointmentsOf(stack.db, person)).map((one) => one.appointmentId)).toContain(moved);
    }, 30_000);
    expect((await seen(person, 'en')).page).toContain('Place: 7 Other Street');
    expect((await seen(person, 'cy')).location).toBe('LOCATION:7 Stryd Arall');

    // Now that it is recorded as well: no text ever.
    const sent = await eventually(async () => {
      const all = await messagesOf(stack.db, wholeForce(testForce), person.pathwayId);
      const texts = all.filter(({ status }) => status === 'sent');
      expect(texts.length).toBeGreaterThanOrEqual(3);
      return texts;
    }, 30_000);
    expect(sent.map(({ body }) => body).join('\n')).not.toMatch(/Street|Stryd|Inside|mewnol/);
  }, 90_000);

  test('is not shown by words that came to tell', async () => {
    const person = await entered();
    await shows('ddas-carmarthen', street);
    expect((await seen(person, 'en')).page).toContain('Place: 5 High Street');
    // One language alone is enough.
    await stack.db.pool.query(`update place_shown set words_cy = 'Clinig, Stryd Fawr'`);
    await seesNone(person);
    await shows('ddas-carmarthen', null);
  }, 90_000);
});

test('the language that a link picked stays after a button, and is no choice for texts', async () => {
  const person = await entered();
  for (const lang of ['cy', 'en']) {
    const picked = await person.visitor.get(`?lang=${lang}`);
    for (const act of ['confirm', 'cannot-come']) {
      const { headers } = await person.visitor.press(picked, act);
      expect(headers.get('location')).toBe(`${person.visitor.path}?lang=${lang}`);
    }
  }
  const { rows } = await stack.db.pool.query('select language from person where id = $1', [person.personId]);
  expect(rows).toEqual([{ language: 'en' }]);
  // What is chosen for good is what is seen next.
  const english = await person.visitor.get('?lang=en');
  const chosen = await person.visitor.press(english, 'language');
  expect(chosen.headers.get('location')).toBe(`${person.visitor.path}?lang=cy`);
}, 90_000);
