import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { calendarFile } from '../../messages/calendar-file.ts';
import type { CalendarEntry } from '../../messages/calendar-file.ts';

const entry: CalendarEntry = {
  uid: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
  stamp: '2026-07-01T08:00:00.123Z',
  startsAt: '2026-07-14T13:30:00.000Z',
  endsAt: '2026-07-14T14:15:00.000Z',
  language: 'en',
  place: null,
};

const octets = (line: string): number => Buffer.byteLength(line, 'utf8');

/** As RFC 5545 3.1 and 3.3.11 read it. */
function unfolded(file: string): string[] {
  return file.replaceAll('\r\n ', '').split('\r\n').slice(0, -1);
}

function valueOf(file: string, property: string): string | undefined {
  const line = unfolded(file).find((one) => one.startsWith(`${property}:`) || one.startsWith(`${property};`));
  return line?.slice(line.indexOf(':') + 1).replaceAll(/\\([\\;,nN])/g, (_all, sign: string) => {
    return sign.toLowerCase() === 'n' ? '\n' : sign;
  });
}

describe('the calendar file', () => {
  test('in English, to the letter', () => {
    expect(calendarFile(entry)).toBe(
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Appointment//EN',
        'METHOD:PUBLISH',
        'BEGIN:VEVENT',
        'UID:6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
        'DTSTAMP:20260701T080000Z',
        'DTSTART:20260714T133000Z',
        'DTEND:20260714T141500Z',
        'SUMMARY;LANGUAGE=en:Appointment',
        'CLASS:PRIVATE',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    );
  });

  test('in Welsh says so in Welsh, and names a place only where it is given', () => {
    const file = calendarFile({ ...entry, language: 'cy', place: 'Tŷ’r Dref, Heol Fawr; llawr 2' });
    expect(file).toContain('\r\nSUMMARY;LANGUAGE=cy:Apwyntiad\r\n');
    expect(file).toContain('\r\nPRODID:-//Apwyntiad//CY\r\n');
    expect(file).toContain('\r\nLOCATION:Tŷ’r Dref\\, Heol Fawr\\; llawr 2\r\n');
    expect(calendarFile({ ...entry, language: 'cy' })).not.toContain('LOCATION');
  });

  test('a place cannot begin a line, an alarm or an event of its own', () => {
    const place = 'x\r\nEND:VEVENT\nBEGIN:VALARM\r\\n\u2028DESCRIPTION:y\u0000\u001B';
    const file = calendarFile({ ...entry, place });
    expect(unfolded(file).filter((line) => /^(?:BEGIN|END|DESCRIPTION)/.test(line))).toEqual([
      ...['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'END:VEVENT', 'END:VCALENDAR'],
    ]);
    expect(valueOf(file, 'LOCATION')).toBe('x\nEND:VEVENT\nBEGIN:VALARM\n\\n\nDESCRIPTION:y');
  });

  test.each([
    // LOCATION: takes nine octets of the 75.
    ['x'.repeat(66), 1],
    ['x'.repeat(67), 2],
    [`${'x'.repeat(65)}ŷ`, 2],
    [`${'x'.repeat(64)}ŷ`, 1],
    ['ŷ'.repeat(34), 2],
    ['€'.repeat(100), 5],
    ['😀'.repeat(100), 6],
  ])('%j is folded to %i lines, none over 75 octets and no character parted', (place, lines) => {
    const file = calendarFile({ ...entry, place });
    const folded = file.split('\r\n').filter((line) => line.startsWith('LOCATION') || line.startsWith(' '));
    expect(folded).toHaveLength(lines);
    for (const line of folded) {
      expect(octets(line)).toBeLessThanOrEqual(75);
      expect(Buffer.from(line, 'utf8').toString('utf8')).toBe(line);
    }
    expect(valueOf(file, 'LOCATION')).toBe(place);
  });

  test('whatever the place, lines are short, end in CRLF, and are read back as they were', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.string({
        unit: fc.constantFrom('\\', ';', ',', 'n', 'ŷ', '€', '😀', ' ', ':', '\t'),
        maxLength: 200,
      }),
    );
    fc.assert(
      fc.property(text, (place) => {
        const file = calendarFile({ ...entry, place });
        expect(file.endsWith('\r\n')).toBe(true);
        expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        for (const line of file.split('\r\n')) expect(octets(line)).toBeLessThanOrEqual(75);
        const readable = place
          .replaceAll(/\r\n|[\n\r\u2028\u2029]/g, '\n')
          .replaceAll(/(?![\t\n])\p{Cc}/gu, '');
        expect(valueOf(file, 'LOCATION')).toBe(readable);
      }),
      { numRuns: 300 },
    );
  });

  test.each<[string, Partial<CalendarEntry>]>([
    ['a uid that names a house', { uid: 'appointment-1@ddas.wales' }],
    ['no uid', { uid: '' }],
    ['an end before the start', { endsAt: entry.startsAt }],
    ['a start that is no instant', { startsAt: 'tomorrow' }],
    ['a stamp that is no instant', { stamp: '' }],
  ])('%s makes none', (_why, given) => {
    expect(() => calendarFile({ ...entry, ...given })).toThrow(RangeError);
  });
});
