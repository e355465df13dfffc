import type { Language } from '../common/contact-preference.ts';
import { isBefore } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import { instantOfLocal, isLocalDate, isLocalTime } from '../common/london-time.ts';
import type { LocalDate } from '../common/london-time.ts';

/**
 * The cells of the files that other systems send: text as somebody typed it. Dates are DD/MM/YYYY and times HH:MM in
 * local time; an empty cell is not known.
 */

/** Years outside of which a date is a slip of the pen: nobody living was born before, nothing recorded here is older. */
export const firstYear = 2000;
export const firstBirthYear = 1900;

/** Why a cell is not taken, whatever the file is. Words hold no value of the row. */
export const cellRefusals = {
  empty: 'This cell must not be empty.',
  'not-a-date': 'Not a date of the calendar, written DD/MM/YYYY.',
  'not-a-time': 'Not a time of day, written HH:MM.',
  'missing-hour': 'This time did not exist on that day: the clocks went forward over it.',
  'in-the-future': 'This lies in the future.',
  'too-long-ago': 'This lies too far back to be right.',
  'not-readable': 'Too long, or with control characters.',
} as const;

export type CellRefusal = keyof typeof cellRefusals;

/** Thrown by the readers and caught by who judges the row, so that the checks read as a list. */
export class CellRefused<Column extends string, Reason extends string> extends Error {
  readonly column: Column;
  readonly reason: Reason;

  constructor(column: Column, reason: Reason) {
    super(reason);
    this.column = column;
    this.reason = reason;
  }
}

export interface RefusedCell<Column extends string, Reason extends string> {
  readonly verdict: 'refused';
  readonly column: Column;
  readonly reason: Reason;
}

/** What came of judging a row, or the first of its cells that is not taken. The judge throws for its own columns only. */
export function orRefused<Verdict, Column extends string, Reason extends string>(
  judge: () => Verdict,
): Verdict | RefusedCell<Column, Reason> {
  try {
    return judge();
  } catch (error) {
    if (error instanceof CellRefused) {
      const { column, reason } = error as CellRefused<Column, Reason>;
      return { verdict: 'refused', column, reason };
    }
    throw error;
  }
}

type Cells<Column extends string> = Readonly<Record<Column, string>>;

const longestIdentifier = 60;
export const longestName = 100;
const longestAddress = 400;
/** RFC 5321, 4.5.3.1. */
const longestEmail = 254;
const longestPhone = 40;

/** @throws CellRefused */
export function required<Column extends string>(cells: Cells<Column>, column: Column): string {
  const text = cells[column].trim();
  if (text === '') {
    throw new CellRefused(column, 'empty');
  }
  return text;
}

/** A number or reference that names something. @throws CellRefused */
export function identifier<Column extends string>(cells: Cells<Column>, column: Column): string {
  const text = readLine(required(cells, column), longestIdentifier);
  if (text === undefined) {
    throw new CellRefused(column, 'not-readable');
  }
  // Identities are compared by letters and digits: a dash would be the number of everybody who has none.
  if (!namesSomething(text)) {
    throw new CellRefused(column, 'empty');
  }
  return text;
}

/** Null: empty, or nothing but signs. @throws CellRefused */
export function identifierIfGiven<Column extends string>(
  cells: Cells<Column>,
  column: Column,
): string | null {
  return namesSomething(cells[column]) ? identifier(cells, column) : null;
}

function namesSomething(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** @throws CellRefused */
export function nameCell<Column extends string>(cells: Cells<Column>, column: Column): string {
  const name = readLine(required(cells, column), longestName);
  if (name === undefined) {
    throw new CellRefused(column, 'not-readable');
  }
  return name;
}

const dateSpelling = /^(\d{2})\/(\d{2})\/(\d{4})$/;

/** @throws CellRefused */
export function dateCell<Column extends string>(
  cells: Cells<Column>,
  column: Column,
  first: number,
): LocalDate {
  return dateOf(column, required(cells, column), first);
}

function dateOf(column: string, text: string, first: number): LocalDate {
  const [, day, month, year] = dateSpelling.exec(text) ?? [];
  const spelt = `${year ?? ''}-${month ?? ''}-${day ?? ''}`;
  if (!isLocalDate(spelt)) {
    throw new CellRefused(column, 'not-a-date');
  }
  if (Number(year) < first) {
    throw new CellRefused(column, 'too-long-ago');
  }
  return spelt;
}

/**
 * The moment of a date and a time; without a time it is 00:00. A time in the hour that is missing in March cannot have
 * been, so it refuses the row. One in the hour that comes twice in October is taken as the first: the sender cannot be
 * asked which was meant, and periods of days and months end with a local day, whichever it was.
 * @throws CellRefused
 */
export function momentOf(column: string, on: LocalDate, time: string): Instant {
  const spelt = time === '' ? '00:00' : time;
  if (!isLocalTime(spelt)) {
    throw new CellRefused(column, 'not-a-time');
  }
  const meant = instantOfLocal(on, spelt);
  if (meant.kind === 'missing') {
    throw new CellRefused(column, 'missing-hour');
  }
  return meant.instant;
}

/** Date with or without a time, in one cell. Null: empty. @throws CellRefused */
export function momentIfGiven<Column extends string>(cells: Cells<Column>, column: Column): Instant | null {
  const [date = '', time = '', ...rest] = cells[column].trim().split(/\s+/);
  if (date === '') {
    return null;
  }
  if (rest.length > 0) {
    throw new CellRefused(column, 'not-a-time');
  }
  return momentOf(column, dateOf(column, date, firstYear), time);
}

/** @throws CellRefused */
export function refuseFuture(column: string, at: Instant | null, now: Instant): void {
  if (at !== null && isBefore(now, at)) {
    throw new CellRefused(column, 'in-the-future');
  }
}

/** What helps but decides nothing: a cell that cannot be read costs nobody the case, it is named in `unread`. */
export class OptionalCells<Column extends string> {
  readonly #cells: Cells<Column>;
  readonly unread: Column[] = [];

  constructor(cells: Cells<Column>) {
    this.#cells = cells;
  }

  read<T>(column: Column, reader: (text: string) => T | undefined): T | null {
    const text = this.#cells[column].trim();
    const value = text === '' ? undefined : reader(text);
    if (text !== '' && value === undefined) {
      this.unread.push(column);
    }
    return value ?? null;
  }
}

/** Half a postcode still helps whoever writes a letter, so it stays with the address. */
export function withPartialPostcode<
  D extends { readonly address: string | null; readonly postcode: string | null },
>(details: D, written: string): D {
  const text = readLine(written.trim(), longestIdentifier);
  if (details.postcode !== null || text === undefined || text === '') {
    return details;
  }
  return { ...details, address: details.address === null ? text : `${details.address}, ${text}` };
}

export function readName(text: string): string | undefined {
  return readLine(text, longestName);
}

export function readAddress(text: string): string | undefined {
  return readLine(text, longestAddress);
}

const languageOf: Readonly<Record<string, Language>> = { E: 'en', W: 'cy' };

export function readLanguage(text: string): Language | undefined {
  return languageOf[text.toUpperCase()];
}

const answerOf: Readonly<Record<string, 'yes' | 'no'>> = { Y: 'yes', N: 'no' };

export function readYesOrNo(text: string): 'yes' | 'no' | undefined {
  return answerOf[text.toUpperCase()];
}

/** Control characters, and the marks that turn the reading direction of what follows. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const unreadable = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

/** The text on one line: a quoted cell may hold line breaks. Undefined when it is too long or no text of a person. */
export function readLine(text: string, longest: number): string | undefined {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > longest || unreadable.test(line) ? undefined : line;
}

/** Anything that can be dialled; whether it can be texted is judged at sending. */
export function readPhone(text: string): string | undefined {
  const digits = text.replaceAll(/\D/g, '').length;
  return /^\+?[\d\s().-]+$/.test(text) && digits >= 9 && digits <= 15
    ? readLine(text, longestPhone)
    : undefined;
}

export function readEmail(text: string): string | undefined {
  return text.length <= longestEmail && /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+\.[^\s@<>(),;:"]+$/.test(text)
    ? readLine(text, longestEmail)
    : undefined;
}

/** In capitals with one space; undefined when it is no postcode of the United Kingdom. */
export function spellPostcode(text: string): string | undefined {
  const letters = text.replaceAll(/\s+/g, '').toUpperCase();
  return /^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$/.test(letters)
    ? `${letters.slice(0, -3)} ${letters.slice(-3)}`
    : undefined;
}
