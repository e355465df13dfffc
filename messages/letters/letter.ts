import type { Language } from '../../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import type { LocalDate } from '../../workflows/domain/common/london-time.ts';
import { dateWordsWithYear, dayWords } from '../date-words.ts';
import { tellingWordsInPlaceName } from '../neutral-words.ts';
import type { PlaceWords } from '../place-words.ts';
import { escapeHtml } from './escape.ts';
import { letterFrame, letterWords } from './letter-words.ts';
import type { LetterWords } from './letter-words.ts';

interface LetterBase {
  readonly language: Language;
  readonly name: string;
  /** Of the person, line by line; empty for a letter that is handed over. */
  readonly address: readonly string[];
  /** Where it came from, line by line: it shows through the window of the envelope. */
  readonly returnAddress: readonly string[];
  /** To be rung. */
  readonly phone: string;
  readonly writtenOn: LocalDate;
}

export interface AppointmentLetter extends LetterBase {
  readonly purpose: 'appointment';
  readonly startsAt: Instant;
  /** Only where it was recorded that it may be shown; null: the letter asks to ring. Each sheet has its own words. */
  readonly place: PlaceWords | null;
}

export interface PleaseRingLetter extends LetterBase {
  readonly purpose: 'please-ring';
}

export type Letter = AppointmentLetter | PleaseRingLetter;

/** The return address or the number would tell whoever holds the envelope what the letter is about. */
export class TellingAddressError extends Error {
  override readonly name = 'TellingAddressError';
  readonly words: readonly string[];

  constructor(words: readonly string[]) {
    super(`A letter may not say where it comes from in these words: ${words.join(', ')}`);
    this.words = words;
  }
}

/**
 * For printing on A4, and for reading aloud on a screen: sizes as large print asks for, no colour that carries a
 * meaning, one heading, and the language said. Apart, so that a content security policy can name it by its hash.
 */
export const letterStyle = `@page{size:A4;margin:25mm}
body{margin:0 auto;max-width:160mm;font:14pt/1.5 Arial,Helvetica,sans-serif;color:#000;background:#fff}
address{font-style:normal;white-space:pre-line}
.from{text-align:right}
.to{margin:10mm 0;min-height:30mm}
h1{font-size:18pt;line-height:1.25;margin:8mm 0 4mm}
p{margin:0 0 4mm;break-inside:avoid}
.other{margin-top:12mm;font-size:12pt}
article+article{break-before:page}
`;

/**
 * The letter as a page of its own that is printed as it stands. Everything given is escaped. It is no notice that the
 * law asks for, and names neither a service nor a case.
 * @throws TellingAddressError when the return address or the number gives the service away
 * @throws RangeError when an instant or a date is none
 */
export function letterHtml(letter: Letter): string {
  return page(letter.language, sheet(letter));
}

/** The same letter in both languages, Welsh first, each on a sheet of its own. @throws as `letterHtml` */
export function letterInBothLanguages(letter: Letter): string {
  const sheets = (['cy', 'en'] as const).map(
    (language) => `<article lang="${language}">
${sheet({ ...letter, language })}</article>
`,
  );
  return page('cy', sheets.join(''));
}

function page(language: Language, sheets: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${letterFrame[language].title}</title>
<style>${letterStyle}</style>
</head>
<body>
<main>
${sheets}</main>
</body>
</html>
`;
}

function sheet(letter: Letter): string {
  const { language, name, address, returnAddress, phone, writtenOn } = letter;
  const telling = tellingWordsInPlaceName([...returnAddress, phone].join('\n'));
  if (telling.length > 0) throw new TellingAddressError(telling);
  const frame = letterFrame[language];
  const { heading, says } = wordsOf(letter);
  return `<address class="from">${lines(returnAddress)}</address>
<address class="to">${lines([name, ...address])}</address>
<p><time datetime="${escapeHtml(writtenOn)}">${dayWords(language, writtenOn)}</time></p>
<p>${frame.dear} ${escapeHtml(name)}</p>
<h1>${escapeHtml(heading)}</h1>
${says.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n')}
<p>${frame.yours}</p>
<p>${escapeHtml(frame.from)}</p>
<p class="other" lang="${frame.other}">${escapeHtml(frame.otherLanguage)}</p>
`;
}

function wordsOf(letter: Letter): LetterWords {
  const { language, phone } = letter;
  if (letter.purpose === 'please-ring') return letterWords['please-ring'][language]({ phone });
  const { startsAt, place } = letter;
  const when = dateWordsWithYear(language, startsAt);
  return letterWords.appointment[language]({ when, place: place?.[language] ?? null, phone });
}

function lines(given: readonly string[]): string {
  return given.map(escapeHtml).join('\n');
}
