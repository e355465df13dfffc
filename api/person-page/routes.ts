import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { calendarFile } from '../../messages/calendar-file.ts';
import { calendarWords } from '../../messages/calendar-words.ts';
import {
  appointmentPage,
  endedPage,
  pageStyle,
  tryLaterPage,
  yearPage,
} from '../../messages/person-page/person-page.ts';
import type { Database } from '../../store/database.ts';
import { answerYear, chooseLanguage, endLink, findLiveLink } from '../../store/person-links.ts';
import type { LiveLink } from '../../store/person-links.ts';
import { recordPageChoice, saidOfComing } from '../../store/replies.ts';
import type { PageChoice } from '../../store/replies.ts';
import type { Appointment } from '../../workflows/domain/common/appointment.ts';
import { languages } from '../../workflows/domain/common/contact-preference.ts';
import type { Language } from '../../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { mostWrongYears } from '../../workflows/domain/common/page-link.ts';
import type { BestEffort } from '../best-effort.ts';
import { followReply } from '../follow-reply.ts';
import type { PageAnswer, PageAsked, PageRoute } from '../route.ts';
import { shownAt } from '../shown-places.ts';
import { PageKeys } from './page-keys.ts';

export interface PersonPageParts {
  readonly db: Database;
  readonly client: Client;
  readonly bestEffort: BestEffort;
  /** At least 32 bytes that all processes of the API share. */
  readonly secret: Uint8Array;
  /** Whether the page is only reached over https. */
  readonly secure: boolean;
}

const largestForm = 4_096;

/** Nothing runs, nothing is fetched, and forms go nowhere else. */
const contentPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Beside what every answer has (api/middleware/security-headers.ts): it is kept nowhere and not passed on. */
const ownHeaders = {
  'Content-Security-Policy': contentPolicy,
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
};

const path = '/p/{token}';

/**
 * The page of one person, reached by the link in a text. Whoever has the link says the year of birth first; what they then
 * choose is what a text with the same meaning would be (store/replies.ts), and a choice that is sent twice is one.
 */
export function personPageRoutes(parts: PersonPageParts): PageRoute[] {
  const page = new PersonPage(parts);
  const route = (
    method: 'get' | 'post',
    at: string,
    summary: string,
    show: PageRoute['show'],
  ): PageRoute => ({
    ...{ method, path: at, summary, tag: 'person page', largest: largestForm, show },
    sorry: (status) => (status < 500 ? ended() : html(503, tryLaterPage(), { 'Retry-After': '60' })),
  });
  return [
    route(
      'get',
      path,
      'The person’s page: the year of birth is asked for, then the next appointment shown',
      (asked) => page.open(asked),
    ),
    route('post', path, 'The year of birth, or what the person chose on their page', (asked) =>
      page.act(asked),
    ),
    route('get', `${path}/calendar`, 'The appointment for the person’s own calendar', (asked) =>
      page.calendar(asked),
    ),
  ];
}

class PersonPage {
  readonly #parts: PersonPageParts;
  readonly #keys: PageKeys;

  constructor(parts: PersonPageParts) {
    this.#parts = parts;
    this.#keys = new PageKeys(parts.secret, parts.secure);
  }

  async open(asked: PageAsked): Promise<PageAnswer> {
    const { db } = this.#parts;
    const link = await findLiveLink(db, asked.token);
    if (link === null) return ended();
    const language = languageIn(asked.query['lang']) ?? link.language ?? 'en';
    if (!this.#keys.knows(asked.cookie, link, asked.receivedAt)) {
      return html(200, yearPage({ language, malformed: false }), { 'Content-Language': language });
    }
    const next = nextOf(link, asked.receivedAt);
    const said =
      next === undefined ? null : await saidOfComing(db, link.forceId, link.pathwayId, next.appointmentId);
    const body = appointmentPage({
      language,
      appointment:
        next === undefined
          ? null
          : {
              ...{ key: this.#keys.nameOf(link, next.appointmentId), startsAt: next.startsAt, said },
              place: await this.#placeOf(link, next, language),
            },
      textsStopped: link.textsStopped,
      form: this.#keys.newForm(link),
      calendar: `/p/${asked.token}/calendar?lang=${language}`,
    });
    return html(200, body, { 'Content-Language': language });
  }

  async act(asked: PageAsked): Promise<PageAnswer> {
    const link = await findLiveLink(this.#parts.db, asked.token);
    if (link === null) return ended();
    if (asked.form['act'] === 'year') return await this.#answer(link, asked);
    const showing = this.#keys.showingOf(asked.form['form'] ?? '', link);
    // Without the cookie the year is asked for again; what no page of ours sent is none of the person's choices.
    if (showing !== undefined && this.#keys.knows(asked.cookie, link, asked.receivedAt)) {
      await this.#choose(link, showing, asked);
    }
    const { act, language, lang } = asked.form;
    return backTo(asked.token, languageIn(act === 'language' ? language : lang));
  }

  async calendar(asked: PageAsked): Promise<PageAnswer> {
    const link = await findLiveLink(this.#parts.db, asked.token);
    if (link === null) return ended();
    const next = nextOf(link, asked.receivedAt);
    if (next === undefined || !this.#keys.knows(asked.cookie, link, asked.receivedAt)) {
      return backTo(asked.token, languageIn(asked.query['lang']));
    }
    const language = languageIn(asked.query['lang']) ?? link.language ?? 'en';
    const { startsAt, endsAt } = next;
    const uid = this.#keys.nameOf(link, next.appointmentId);
    const place = await this.#placeOf(link, next, language);
    const file = { uid, stamp: asked.receivedAt, startsAt, endsAt, language, place };
    return {
      ...{ status: 200, media: 'text/calendar', body: calendarFile(file) },
      headers: {
        ...ownHeaders,
        'Content-Disposition': `attachment; filename="${calendarWords[language].fileName}"`,
      },
    };
  }

  /** null: of this place nothing may be shown. */
  async #placeOf(
    { forceId }: LiveLink,
    { placeCode }: Appointment,
    language: Language,
  ): Promise<string | null> {
    return (await shownAt(this.#parts.db, forceId, placeCode))?.[language] ?? null;
  }

  async #answer(link: LiveLink, { token, form, receivedAt }: PageAsked): Promise<PageAnswer> {
    const language = languageIn(form['lang']) ?? link.language ?? 'en';
    const year = (form['year'] ?? '').trim();
    if (!/^\d{4}$/.test(year)) {
      return html(200, yearPage({ language, malformed: true }), { 'Content-Language': language });
    }
    const answer = await answerYear(this.#parts.db, link, year);
    if (answer === 'right') {
      return backTo(token, language, { 'Set-Cookie': this.#keys.cookieFor(token, link, receivedAt) });
    }
    if (answer === 'dead') {
      await this.#record(link, {
        ...{ choiceId: `wrong-years:${link.linkId}`, meaning: 'other', appointmentId: null, receivedAt },
        words: `The year of birth was answered wrongly ${String(mostWrongYears)} times on the page of this person: the link is dead. Somebody else may have the phone.`,
      });
      // Only now: a link that ended while that was lost would ask nobody again.
      await endLink(this.#parts.db, link);
    }
    return ended();
  }

  async #choose(link: LiveLink, showing: string, { form, receivedAt }: PageAsked): Promise<void> {
    const { act = '' } = form;
    const next = nextOf(link, receivedAt);
    // What was seen may have been moved meanwhile: the page shows what there is now, and asks again.
    const seen = next !== undefined && this.#keys.nameOf(link, next.appointmentId) === form['appointment'];
    const choice = { choiceId: `${showing}:${act}`, receivedAt };
    if ((act === 'confirm' || act === 'cannot-come') && seen) {
      const words = act === 'confirm' ? 'On their page: I’ll be there' : 'On their page: I need another time';
      await this.#record(link, { ...choice, meaning: act, appointmentId: next.appointmentId, words });
    } else if (act === 'stop') {
      await this.#record(link, {
        ...choice,
        ...{ meaning: 'stop', appointmentId: null, words: 'On their page: Stop the texts' },
      });
    } else if (act === 'language') {
      const language = languageIn(form['language']);
      if (language !== undefined) await chooseLanguage(this.#parts.db, link, language);
    }
  }

  async #record(
    { forceId, linkId }: LiveLink,
    choice: Omit<PageChoice, 'forceId' | 'linkId'>,
  ): Promise<void> {
    const reply = await recordPageChoice(this.#parts.db, { forceId, linkId, ...choice });
    if (reply !== null) await followReply(this.#parts, reply);
  }
}

function nextOf({ appointments }: LiveLink, now: Instant): Appointment | undefined {
  return appointments
    .filter(({ status, startsAt }) => status === 'booked' && startsAt > now)
    .sort((one, other) => (one.startsAt < other.startsAt ? -1 : 1))[0];
}

function languageIn(text: string | undefined): Language | undefined {
  return languages.find((language) => language === text);
}

/** Wherever a link leads nowhere, and for a year that is not theirs: byte for byte the same. */
function ended(): PageAnswer {
  return html(404, endedPage());
}

/** What a form did is seen on the page itself, which may be shown again without doing it again. */
function backTo(
  token: string,
  language?: Language,
  headers: Readonly<Record<string, string>> = {},
): PageAnswer {
  const location = `/p/${token}${language === undefined ? '' : `?lang=${language}`}`;
  return html(303, '', { ...headers, Location: location });
}

function html(status: number, body: string, headers: Readonly<Record<string, string>> = {}): PageAnswer {
  return { status, media: 'text/html', body, headers: { ...ownHeaders, ...headers } };
}
