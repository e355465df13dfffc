import type { Language } from '../../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { dateWordsWithYear } from '../date-words.ts';
import { escapeHtml } from '../letters/escape.ts';
import { pageTitles } from '../page-titles.ts';
import { pageWords } from './page-words.ts';
import type { PageWords } from './page-words.ts';

/**
 * The person's page as HTML that needs no script. Addresses in it are relative, so that the token stands in none of its
 * words, and nothing in it names a person, a service or a provider. What has been said stands in words, never in a colour
 * alone.
 */

export interface AppointmentShown {
  /** Opaque; sent back with an answer, so that the answer is to what was seen. */
  readonly key: string;
  readonly startsAt: Instant;
  /** Only where it was recorded that the place may be shown; null: none is named. */
  readonly place: string | null;
  readonly said: 'confirm' | 'cannot-come' | null;
}

export interface AppointmentPage {
  readonly language: Language;
  /** null: none is ahead. */
  readonly appointment: AppointmentShown | null;
  readonly textsStopped: boolean;
  /** Of this showing of the page; sent back with every answer. */
  readonly form: string;
  /** Where the calendar file is, from this page. */
  readonly calendar: string;
}

/** Apart, so that the content security policy can name it by its hash. Contrasts are those of WCAG 2.2 AA. */
export const pageStyle = `body{margin:0;font:1.1875rem/1.4 Arial,Helvetica,sans-serif;color:#0b0c0c;background:#fff}
main{max-width:38rem;margin:0 auto;padding:1.25rem}
h1{font-size:1.75rem;line-height:1.2}
h2{font-size:1.25rem;margin-top:2rem}
.when{font-size:1.375rem;font-weight:bold}
.said{border:3px solid #0b0c0c;padding:.75rem}
.hint{color:#505a5f;margin:.25rem 0}
.problem{border:4px solid #d4351c;padding:1rem}
.problem h2{margin-top:0}
.problem a,.wrong{color:#942514;font-weight:bold}
label{font-weight:bold}
input[type=text]{font:inherit;border:2px solid #0b0c0c;padding:.4rem;width:6rem}
button{font:inherit;border:2px solid #0b0c0c;background:#f3f2f1;color:#0b0c0c;padding:.5rem .9rem;margin:.25rem .5rem .25rem 0;min-height:2.75rem;cursor:pointer}
button.first{background:#005a30;border-color:#005a30;color:#fff}
a{color:#1a5fa8}
a{line-height:2}
a:focus,button:focus,input:focus{outline:3px solid #fd0;outline-offset:0;box-shadow:0 0 0 6px #0b0c0c}
`;

export function yearPage({
  language,
  malformed,
}: {
  readonly language: Language;
  /** What was typed is no year. */
  readonly malformed: boolean;
}): string {
  const words = pageWords[language];
  const { year } = words;
  const title = pageTitles.yearOfBirth[language];
  const summary = `<div class="problem" role="alert" aria-labelledby="problem">
<h2 id="problem">${escapeHtml(words.problem)}</h2>
<p><a href="#year">${escapeHtml(year.malformed)}</a></p>
</div>`;
  const wrong = `<p class="wrong" id="year-wrong">${escapeHtml(words.error)}: ${escapeHtml(year.malformed)}</p>`;
  const described = malformed ? 'year-hint year-wrong' : 'year-hint';
  const field = `<input type="text" id="year" name="year" inputmode="numeric" maxlength="10" autocomplete="bday-year" aria-describedby="${described}"${malformed ? ' aria-invalid="true"' : ''} required>`;
  return whole(
    language,
    malformed ? `${words.error}: ${title}` : title,
    `${malformed ? summary : ''}
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(year.why)}</p>
<form method="post" novalidate>
<input type="hidden" name="act" value="year">
<input type="hidden" name="lang" value="${language}">
<p><label for="year">${escapeHtml(year.label)}</label></p>
<p class="hint" id="year-hint">${escapeHtml(year.hint)}</p>
${malformed ? wrong : ''}
<p>${field}</p>
<p><button class="first">${escapeHtml(year.goOn)}</button></p>
</form>
<p>${escapeHtml(year.notForYou)}</p>
<p><a href="?lang=${other(language)}" lang="${other(language)}" hreflang="${other(language)}">${escapeHtml(year.inOther)}</a></p>`,
  );
}

export function appointmentPage({
  language,
  appointment,
  textsStopped,
  form,
  calendar,
}: AppointmentPage): string {
  const words = pageWords[language];
  // Also what it is shown in: a link may have picked that for now.
  const sent = `<input type="hidden" name="form" value="${escapeHtml(form)}"><input type="hidden" name="lang" value="${language}">`;
  const act = (name: string, label: string, { first = false, about = '' } = {}): string =>
    `<form method="post">${sent}${about}<button${first ? ' class="first"' : ''} name="act" value="${name}">${escapeHtml(label)}</button></form>`;
  const next = other(language);
  return whole(
    language,
    pageTitles.appointment[language],
    `<h1>${escapeHtml(pageTitles.appointment[language])}</h1>
${appointment === null ? `<p>${escapeHtml(words.appointment.none)}</p>` : shown(words, language, appointment, calendar, act)}
<h2>${escapeHtml(words.texts.heading)}</h2>
${
  textsStopped
    ? `<p class="said" role="status">${escapeHtml(words.texts.stopped)}</p>`
    : `<p>${escapeHtml(appointment === null ? words.texts.about : words.texts.aboutAppointment)}</p>
${act('stop', words.texts.stop)}`
}
<h2>${escapeHtml(words.language.heading)}</h2>
<form method="post">${sent}<input type="hidden" name="language" value="${next}"><button name="act" value="language" lang="${next}">${escapeHtml(words.language.change)}</button></form>`,
  );
}

function shown(
  { appointment: words }: PageWords,
  language: Language,
  { key, startsAt, place, said }: AppointmentShown,
  calendar: string,
  act: (name: string, label: string, options: { first?: boolean; about?: string }) => string,
): string {
  const about = `<input type="hidden" name="appointment" value="${escapeHtml(key)}">`;
  const answer = said === 'confirm' ? words.confirmed : words.cannotCome;
  return `<p class="when"><time datetime="${escapeHtml(startsAt)}">${escapeHtml(words.when(dateWordsWithYear(language, startsAt)))}</time></p>
<p>${escapeHtml(place === null ? words.noPlace : `${words.place}: ${place}`)}</p>
${said === null ? '' : `<p class="said" role="status">${escapeHtml(answer)}</p>`}
${act('confirm', words.confirm, { first: true, about })}
${act('cannot-come', words.askForAnother, { about })}
<p><a href="${escapeHtml(calendar)}">${escapeHtml(words.addToCalendar)}</a></p>`;
}

/** In both languages, since of a link that is none nobody's is known; the same for whatever is the matter. */
export function endedPage(): string {
  return inBoth(
    pageTitles.ended,
    ({ ended }) => ended.says,
    ({ ended }) => ended.tryAgain,
  );
}

export function tryLaterPage(): string {
  return inBoth(
    pageTitles.tryLater,
    ({ tryLater }) => [tryLater],
    ({ ended }) => ended.tryAgain,
  );
}

function inBoth(
  title: Readonly<Record<Language, string>>,
  says: (words: PageWords) => readonly string[],
  again: (words: PageWords) => string,
): string {
  const part = (language: Language): string => `<section lang="${language}">
<h1>${escapeHtml(title[language])}</h1>
${says(pageWords[language])
  .map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`)
  .join('\n')}
<p><a href="?lang=${language}">${escapeHtml(again(pageWords[language]))}</a></p>
</section>`;
  // Welsh first, as it is not treated less favourably.
  return whole('cy', `${title.cy} / ${title.en}`, `${part('cy')}\n${part('en')}`);
}

function whole(language: Language, title: string, main: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}

function other(language: Language): Language {
  return language === 'en' ? 'cy' : 'en';
}
