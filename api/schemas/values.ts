import { z } from 'zod';
import { emailAddressPattern, localPartFits, longestEmailAddress } from '../../messages/email-address.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { instantOfLocal, isLocalDate, isLocalTime } from '../../workflows/domain/common/london-time.ts';
import { languages, yesNoUnknown } from '../../workflows/domain/common/contact-preference.ts';

/**
 * The values that bodies and parameters are made of. What a value may be is said once, here; the OpenAPI
 * description is made from these schemas. Each of them bounds its length.
 */

/** Years in which anything recorded here can lie; arithmetic with them never leaves the calendar. */
const firstYear = 2000;
const lastYear = 2099;
const firstBirthYear = 1900;

const monthDayPattern = '-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])';
/** The years above, in the description of the API. */
const dayPattern = `20\\d{2}${monthDayPattern}`;
const birthDayPattern = `(19|20)\\d{2}${monthDayPattern}`;

type Context = z.core.$RefinementCtx;

/**
 * Marks an issue with a code of api/problems.ts; without one it is `invalid-request`. The words follow the name of the
 * field, as everywhere here (words.ts).
 */
function issue(
  context: Context,
  code: 'invalid-date' | 'zone-missing' | 'missing-hour' | 'doubled-hour',
  message: string,
) {
  context.addIssue({ code: 'custom', message, params: { code } });
}

/**
 * A line of what a person typed, kept as it is. No control characters, no lone surrogates (PostgreSQL
 * holds neither NUL nor them), none of the marks that turn the reading direction of what follows.
 */
export function line(longest: number, description: string) {
  return z
    .string()
    .min(1)
    .max(longest)
    .regex(
      // eslint-disable-next-line no-control-regex -- these are the characters that are refused
      /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/,
      'must not hold control characters or line breaks',
    )
    .refine((text) => text.trim() !== '', 'must not be blank')
    .refine((text) => !/\p{Surrogate}/u.test(text), 'must be well-formed Unicode')
    .meta({ description });
}

/** What a person wrote in their own words, over several lines. What `line` refuses is refused here, but for tabs and line ends. */
export function prose(longest: number, description: string) {
  return z
    .string()
    .min(1)
    .max(longest)
    .regex(
      // eslint-disable-next-line no-control-regex -- these are the characters that are refused
      /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$/,
      'must not hold control characters',
    )
    .refine((text) => text.trim() !== '', 'must not be blank')
    .refine((text) => !/\p{Surrogate}/u.test(text), 'must be well-formed Unicode')
    .meta({ description });
}

/** A code of reference data, or an opaque id of an account, a unit or a place: never free text. */
export function code(description: string) {
  return z
    .string()
    .max(40)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'must be a code: letters, digits, . _ / and - only')
    .meta({ description });
}

/** The id of something that an earlier answer or event named. */
export function reference(description: string) {
  return z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, 'must be an id, as an earlier answer gave it')
    .meta({ description });
}

export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** An id that the sender makes: a UUID in lower case. */
export function newId(description: string) {
  return z
    .string()
    .max(36)
    .regex(uuidPattern, 'must be a UUID in lower case')
    .meta({ description, format: 'uuid' });
}

function dateFrom(description: string, first: number, pattern: string) {
  return z
    .string()
    .max(40)
    .meta({ description: `${description}. YYYY-MM-DD.`, format: 'date', pattern: `^${pattern}$` })
    .superRefine((text, context) => {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) {
        issue(context, 'invalid-date', 'must be a date written YYYY-MM-DD, e.g. 1994-05-02 for 2 May 1994');
      } else if (!isLocalDate(text)) {
        issue(context, 'invalid-date', 'must be a day that exists, YYYY-MM-DD');
      } else if (Number(text.slice(0, 4)) < first || Number(text.slice(0, 4)) > lastYear) {
        issue(context, 'invalid-date', `must lie in the years ${String(first)} to ${String(lastYear)}`);
      }
    });
}

/** A day that exists. */
export function localDate(description: string) {
  return dateFrom(description, firstYear, dayPattern);
}

export function birthDate(description: string) {
  return dateFrom(description, firstBirthYear, birthDayPattern);
}

/** As the description of the API shows it: as near as a pattern comes, which knows no length of months. */
const timePattern = `${dayPattern}T([01]\\d|2[0-3]):[0-5]\\d`;
const zonePattern = '(Z|\\+((0\\d|1[0-3]):[0-5]\\d|14:00)|-((0\\d|1[01]):[0-5]\\d|12:00))';
const secondsPattern = '(:[0-5]\\d(\\.\\d{1,9})?)?';

const momentSpelling =
  /^(?<date>\d{4}-\d{2}-\d{2})T(?<time>\d{2}:\d{2})(?::(?<seconds>\d{2})(?:\.(?<fraction>\d{1,9}))?)?(?<zone>Z|[+-]\d{2}:\d{2})?$/;

/**
 * A point in time as an instant with `Z` or an offset. Becomes the one spelling of the domain; parts of a
 * millisecond are dropped.
 */
export function instant(description: string) {
  return z
    .string()
    .max(40)
    .meta({
      description: `${description}. An instant with Z or an offset.`,
      pattern: `^${timePattern}${secondsPattern}${zonePattern}$`,
    })
    .transform((text, context) => readMoment(text, context, false));
}

/**
 * A point in time as a person gives it: an instant with `Z` or an offset, or the local time of England
 * and Wales to the minute. A local time in the missing hour of March is refused, and one in the doubled
 * hour of October too, since nobody but the sender knows which of the two is meant.
 */
export function moment(description: string) {
  return z
    .string()
    .max(40)
    .meta({
      description: `${description}. An instant with Z or an offset (2026-03-03T14:30:00Z), or UK local time to the minute (2026-03-03T14:30).`,
      pattern: `^${timePattern}(${secondsPattern}${zonePattern})?$`,
      examples: ['2026-03-03T14:30', '2026-03-03T14:30:00Z'],
    })
    .transform((text, context) => readMoment(text, context, true));
}

function readMoment(text: string, context: Context, localTaken: boolean): Instant {
  const { date, time, seconds, fraction, zone } = momentSpelling.exec(text)?.groups ?? {};
  if (date === undefined) {
    const spellings = localTaken
      ? 'a date and time, e.g. 2026-03-03T14:30 (UK local time) or 2026-03-03T14:30:00Z'
      : 'an instant, e.g. 2026-03-03T14:30:00Z';
    issue(context, 'invalid-date', `must be ${spellings}`);
    return z.NEVER;
  }
  if (
    time === undefined ||
    !isLocalDate(date) ||
    !isLocalTime(time) ||
    (seconds !== undefined && Number(seconds) > 59) ||
    (zone !== undefined && !isOffset(zone))
  ) {
    issue(context, 'invalid-date', 'must be a date and time that exists, YYYY-MM-DDThh:mm');
    return z.NEVER;
  }
  if (Number(date.slice(0, 4)) < firstYear || Number(date.slice(0, 4)) > lastYear) {
    issue(context, 'invalid-date', `must lie in the years ${String(firstYear)} to ${String(lastYear)}`);
    return z.NEVER;
  }
  if (zone !== undefined) {
    const thousandths = (fraction ?? '').padEnd(3, '0').slice(0, 3);
    return toInstant(Date.parse(`${date}T${time}:${seconds ?? '00'}.${thousandths}${zone}`));
  }
  if (!localTaken || seconds !== undefined) {
    issue(context, 'zone-missing', 'must end in Z or an offset such as +01:00');
    return z.NEVER;
  }
  const meant = instantOfLocal(date, time);
  if (meant.kind === 'missing') {
    issue(context, 'missing-hour', 'does not exist in UK local time: the clocks go forward over it');
    return z.NEVER;
  }
  if (meant.kind === 'doubled') {
    issue(context, 'doubled-hour', 'comes twice in UK local time: give the offset, +01:00 or +00:00');
    return z.NEVER;
  }
  return meant.instant;
}

/** Offsets in use lie between -12:00 and +14:00. */
function isOffset(zone: string): boolean {
  if (zone === 'Z') return true;
  const minutes = Number(zone.slice(4, 6));
  const total = Number(zone.slice(1, 3)) * 60 + minutes;
  return minutes < 60 && total <= (zone.startsWith('-') ? 12 * 60 : 14 * 60);
}

/** UK postcode in any case, with or without the space; kept in capitals with one space. */
export const postcode = z
  .string()
  .max(10)
  .regex(/^\s*[A-Za-z]{1,2}[0-9][A-Za-z0-9]?\s*[0-9][A-Za-z]{2}\s*$/, 'must be a UK postcode, e.g. SA31 2AA')
  .meta({ description: 'UK postcode, in any case, with or without the space.', examples: ['SA31 2AA'] })
  .transform((text) => {
    const letters = text.replaceAll(/\s/g, '').toUpperCase();
    return `${letters.slice(0, -3)} ${letters.slice(-3)}`;
  });

export const email = z
  .string()
  .max(longestEmailAddress)
  .regex(emailAddressPattern, 'must be an e-mail address')
  .refine(localPartFits, 'must be an e-mail address')
  .meta({ description: 'An e-mail address.', examples: ['sian@example.org'] });

export const language = z
  .enum(languages)
  .meta({ description: 'The language to write and speak to the person in.' });

export const safeToText = z.enum(yesNoUnknown).meta({
  description: 'Whether texts are safe. `no` and `unknown` (not asked) both mean that none is sent.',
});
