import type { Language } from '../workflows/domain/common/contact-preference.ts';
import { epochMs, isBefore } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { calendarWords } from './calendar-words.ts';

export interface CalendarEntry {
  /** Opaque, and the same for the same appointment, so that a second file changes the entry and adds none. */
  readonly uid: string;
  /** When the file was made. */
  readonly stamp: Instant;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly language: Language;
  /** Only where it was recorded that the place may be shown; null: none is named. */
  readonly place: string | null;
}

/**
 * One appointment as an iCalendar file (RFC 5545), for the person's own calendar. It says "Appointment" and no more: no
 * organiser, no description, no address of a sender, and no alarm, which would speak on its own.
 * @throws RangeError when an instant is none, the end is not after the start, or the uid is no opaque id
 */
export function calendarFile({ uid, stamp, startsAt, endsAt, language, place }: CalendarEntry): string {
  // A uid may not tell where it was made (RFC 7986 5.3), and must need no escaping anywhere.
  if (!/^[A-Za-z0-9-]{8,64}$/.test(uid)) throw new RangeError('The uid must be an opaque id');
  if (!isBefore(startsAt, endsAt)) throw new RangeError('The end must come after the start');
  const { summary } = calendarWords[language];
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    // Some calendars show it as the source of the entry.
    `PRODID:-//${summary}//${language.toUpperCase()}`,
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${utcTime(stamp)}`,
    `DTSTART:${utcTime(startsAt)}`,
    `DTEND:${utcTime(endsAt)}`,
    `SUMMARY;LANGUAGE=${language}:${escaped(summary)}`,
    ...(place === null ? [] : [`LOCATION:${escaped(place)}`]),
    'CLASS:PRIVATE',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** Form 2 of RFC 5545 3.3.5: the calendar itself puts it into local time. */
function utcTime(instant: Instant): string {
  return `${new Date(epochMs(instant)).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** RFC 5545 3.3.11. A line end within is the sequence \n, however it was spelled; other controls are not allowed. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\\;,]/g, (sign) => `\\${sign}`)
    .replaceAll(/\r\n|[\n\r\u2028\u2029]/g, '\\n')
    .replaceAll(/(?!\t)\p{Cc}/gu, '');
}

const mostOctets = 75;

/**
 * RFC 5545 3.1: a line holds at most 75 octets; it goes on in the next one after a blank, which counts. Parted between
 * characters: some readers do not put the halves of one together again.
 */
function folded(line: string): string {
  let out = '';
  let octets = 0;
  for (const character of line) {
    const width = octetsOf(character);
    if (octets + width > mostOctets) {
      out += '\r\n ';
      octets = 1;
    }
    out += character;
    octets += width;
  }
  return out;
}

/** In UTF-8; a lone half of a pair is written as U+FFFD, three octets. */
function octetsOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x8_00) return 2;
  return point < 0x1_00_00 ? 3 : 4;
}
