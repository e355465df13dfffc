import { languages } from '../workflows/domain/common/contact-preference.ts';
import type { Language } from '../workflows/domain/common/contact-preference.ts';
import { epochMs, toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { emailPurposes, textPurposes } from '../workflows/domain/common/message-purpose.ts';
import type { TextPurpose } from '../workflows/domain/common/message-purpose.ts';
import { automaticReplies, inBothLanguages } from './automatic-replies.ts';
import { calendarFile } from './calendar-file.ts';
import { calendarWords } from './calendar-words.ts';
import { referralProgress } from './email-words.ts';
import { letterHtml } from './letters/letter.ts';
import { letterPurposes } from './letters/letter-words.ts';
import type { OutwardSettings } from './outward-settings.ts';
import { caseAddress, pageAddress, startAddress } from './page-address.ts';
import { pageTitles } from './page-titles.ts';
import type { PlaceWords } from './place-words.ts';
import { appointmentPage, endedPage, tryLaterPage, yearPage } from './person-page/person-page.ts';
import { personEmailPurposes, renderPersonEmail } from './person-email.ts';
import { render, renderEmail } from './render.ts';
import type { MessageSubject } from './render.ts';

/** One thing that leaves the house or is seen by whoever stands beside the person. */
export interface OutwardWords {
  readonly kind: OutwardKind;
  /** Which of its kind: a purpose (and how far a referral is), a title, a setting. */
  readonly name: string;
  /** null: not in one language. */
  readonly language: Language | null;
  readonly text: string;
}

export const outwardKinds = [
  ...(['text', 'e-mail subject', 'e-mail', 'automatic reply', 'letter'] as const),
  ...(['calendar file', 'calendar file name', 'page title', 'page', 'setting'] as const),
] as const;

export type OutwardKind = (typeof outwardKinds)[number];

const someId = '00000000-0000-4000-8000-000000000000';

/** What the words are made with. */
export interface OutwardSample {
  readonly at: Instant;
  readonly reference: string;
  /** Of a link to the page of a person. */
  readonly token: string;
  readonly settings: OutwardSettings;
}

/**
 * Everything that is ever seen outside, in one list, so that what is asked of it (that it gives nothing away, that it
 * exists in both languages) is asked of all of it. What is written and not in this list is not checked: put it here.
 */
export function outwardWords(sample: OutwardSample): OutwardWords[] {
  return [
    ...languages.flatMap((language) => wordsIn(language, sample)),
    ...repliesOf(null, inBothLanguages),
    { kind: 'page', name: 'ended', language: null, text: visibleText(endedPage()) },
    { kind: 'page', name: 'try later', language: null, text: visibleText(tryLaterPage()) },
    ...Object.entries(sample.settings).map(([name, text]: [string, string | null]): OutwardWords => {
      return { kind: 'setting', name, language: null, text: text ?? '' };
    }),
  ];
}

function wordsIn(language: Language, { at, reference, token, settings }: OutwardSample): OutwardWords[] {
  const told = (purpose: TextPurpose): MessageSubject =>
    purpose === 'online-invitation'
      ? { link: startAddress(settings.publicUrl), code: 'BCDF-2345' }
      : { startsAt: at, link: pageAddress(settings.pageUrl, token) };
  const words = (kind: OutwardKind, name: string, text: string): OutwardWords => {
    return { kind, name, language, text };
  };
  const { summary, fileName } = calendarWords[language];
  const entry = {
    uid: someId,
    stamp: at,
    startsAt: at,
    endsAt: hourAfter(at),
    language,
    place: null,
  };
  return [
    ...textPurposes.map((purpose) => words('text', purpose, render(purpose, language, told(purpose)))),
    ...emailPurposes.flatMap((purpose) =>
      (purpose === 'referral-progress' ? referralProgress : [null]).flatMap((progress) => {
        const address = caseAddress(settings, purpose, someId);
        const email = renderEmail(purpose, language, { reference, ...address, at, progress });
        const name = progress === null ? purpose : `${purpose} ${progress}`;
        return [words('e-mail subject', name, email.subject), words('e-mail', name, email.text)];
      }),
    ),
    ...personEmailPurposes.flatMap((purpose) => {
      const email = renderPersonEmail(purpose, language, { startsAt: at, phone: '01267 000000' });
      const name = `${purpose} to the person`;
      return [words('e-mail subject', name, email.subject), words('e-mail', name, email.text)];
    }),
    ...repliesOf(language, (reply) => automaticReplies[reply][language]),
    ...letterPurposes.flatMap((purpose) =>
      [null, samplePlace].map((place) =>
        words('letter', purpose, visibleText(sampleLetter(purpose, language, at, place))),
      ),
    ),
    words('calendar file', summary, calendarFile(entry)),
    words('calendar file', summary, calendarFile({ ...entry, place: samplePlace[language] })),
    words('calendar file name', fileName, fileName),
    ...Object.entries(samplePages(language, at)).map(([name, html]) =>
      words('page', name, visibleText(html)),
    ),
    ...Object.entries(pageTitles).map(([name, title]) => words('page title', name, title[language])),
  ];
}

function repliesOf(
  language: Language | null,
  textOf: (reply: keyof typeof automaticReplies) => string,
): OutwardWords[] {
  const replies = Object.keys(automaticReplies) as (keyof typeof automaticReplies)[];
  return replies.map((name) => ({ kind: 'automatic reply', name, language, text: textOf(name) }));
}

/** What people enter of a place is judged when it is set and shown (place-words.ts); here it is what stands around it. */
const samplePlace: PlaceWords = { en: '5 High Street', cy: '5 Stryd Fawr' };

function sampleLetter(
  purpose: (typeof letterPurposes)[number],
  language: Language,
  at: Instant,
  place: PlaceWords | null,
): string {
  const base = { language, name: 'A. N. Other', address: ['1 High Street'], returnAddress: ['PO Box 1'] };
  const given = { ...base, phone: '01267 000000', writtenOn: at.slice(0, 10) };
  return letterHtml(
    purpose === 'appointment' ? { ...given, purpose, startsAt: at, place } : { ...given, purpose },
  );
}

function samplePages(language: Language, at: Instant): Readonly<Record<string, string>> {
  const given = { language, form: '0.0', calendar: 'calendar' };
  const shown = { key: '0', startsAt: at, place: null };
  return {
    year: yearPage({ language, malformed: false }),
    'mistyped year': yearPage({ language, malformed: true }),
    appointment: appointmentPage({
      ...given,
      appointment: { ...shown, said: 'confirm' },
      textsStopped: false,
    }),
    answered: appointmentPage({
      ...given,
      appointment: { ...shown, place: samplePlace[language], said: 'cannot-come' },
      textsStopped: true,
    }),
    'no appointment': appointmentPage({ ...given, appointment: null, textsStopped: false }),
  };
}

/** Of a page: its title and what is read on it. */
function visibleText(html: string): string {
  return html
    .replaceAll(/<style>[^]*?<\/style>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'");
}

function hourAfter(at: Instant): Instant {
  return toInstant(epochMs(at) + 3_600_000);
}
