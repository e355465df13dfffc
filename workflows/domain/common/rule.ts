import { after, describeDuration } from './duration.ts';
import type { Duration } from './duration.ts';
import { epochMs } from './instant.ts';
import type { Json } from './json.ts';
import type { MessagePolicy, Policy } from './policy.ts';

/** One rule of a policy as it is printed: what it is called, what it says, where it comes from. */
export interface Rule {
  /** The field of the policy. */
  readonly field: string;
  readonly title: string;
  /** In words. */
  readonly value: string;
  readonly source: string;
}

/** A field that does not say what a policy may say. */
export interface PolicyFault {
  readonly field: string;
  readonly message: string;
}

/** How short and how long a length may be. A demonstration may be as short as it likes. */
export interface Limits {
  readonly least: Duration;
  readonly most: Duration;
}

export const ownDefault = 'own default: no published source gives it';

/** With the end of the day said where it counts. */
export function inWords(duration: Duration): string {
  const words = describeDuration(duration);
  if (duration.endOfDay !== true) return words;
  return duration.count === 0 ? 'the end of that day' : `${words}, to the end of that day`;
}

/** What is wrong with a length; undefined: nothing. */
export function faultOfLength(
  field: string,
  duration: Duration,
  { least, most }: Limits,
  { demo }: Pick<Policy, 'demo'>,
): PolicyFault | undefined {
  let length: number;
  try {
    length = lengthMs(duration);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { field, message: error.message };
  }
  if (length > lengthMs(most) || (!demo && length < lengthMs(least))) {
    return { field, message: `From ${inWords(least)} to ${inWords(most)}, and not ${inWords(duration)}` };
  }
  return undefined;
}

/** Counted from one Monday morning without a holiday near: good for telling which of two is longer. */
export function lengthMs(duration: Duration): number {
  const monday = '2026-06-01T08:00:00.000Z';
  return epochMs(after(monday, duration, [])) - epochMs(monday);
}

/** What every policy says, whatever its duty. */
export function commonRules({ messages, bankHolidays, retention }: Policy): Rule[] {
  const { reminder, reminders = [reminder], sendFrom, sendUntil } = messages;
  const last = bankHolidays.toSorted().at(-1);
  return [
    {
      field: 'messages.reminder',
      title: 'Appointment reminder',
      value: reminders.map(leadInWords).join('; '),
      source: ownDefault,
    },
    ...messageRules(messages),
    {
      field: 'messages.sendFrom',
      title: 'Hours in which texts leave',
      value: `${sendFrom} to ${sendUntil} local time`,
      source: ownDefault,
    },
    {
      field: 'bankHolidays',
      title: 'Days that are no working days',
      value: `Saturdays, Sundays and ${String(bankHolidays.length)} bank holidays${last === undefined ? '' : `, the last on ${last}`}`,
      source: 'Banking and Financial Dealings Act 1971; gov.uk/bank-holidays',
    },
    {
      field: 'retention',
      title: 'How long the details of a person are kept, from the end of the last case',
      value: retention === undefined ? 'no end is set' : inWords(retention),
      source: 'UK GDPR article 5(1)(e): no longer than is necessary; the force sets it',
    },
  ];
}

function leadInWords({ before, at }: MessagePolicy['reminder']): string {
  const time = at === null ? '' : `, at ${at} local time`;
  return before.count === 0 ? `the same day${time}` : `${inWords(before)} before${time}`;
}

/** Of a policy that says them: one from before them sends its reminder and nothing else. */
function messageRules({ purposes, onlineProgrammes, perDay }: MessagePolicy): Rule[] {
  const rules: (Rule | undefined)[] = [
    purposes === undefined
      ? undefined
      : {
          field: 'messages.purposes',
          title: 'Messages besides reminders',
          value: purposes.length === 0 ? 'none' : purposes.join(', '),
          source: ownDefault,
        },
    onlineProgrammes === undefined
      ? undefined
      : {
          field: 'messages.onlineProgrammes',
          title: 'Programmes that are taken online',
          value: onlineProgrammes.length === 0 ? 'none' : onlineProgrammes.join(', '),
          source: ownDefault,
        },
    perDay === undefined
      ? undefined
      : {
          field: 'messages.perDay',
          title: 'The most texts to one person on one day',
          value: perDay === 1 ? '1 text' : `${String(perDay)} texts`,
          source: ownDefault,
        },
  ];
  return rules.filter((rule) => rule !== undefined);
}

export function commonFaults({ messages, bankHolidays, retention, demo }: Policy): PolicyFault[] {
  const { reminder, reminders = [], sendFrom, sendUntil } = messages;
  const faults: (PolicyFault | undefined)[] = [
    faultOfLead('messages.reminder.before', reminder, demo),
    ...reminders.map((lead) => faultOfLead('messages.reminders', lead, demo)),
    new Set(reminders.map(({ purpose }) => purpose)).size === reminders.length
      ? undefined
      : { field: 'messages.reminders', message: 'Each sort of reminder once' },
    sendFrom < sendUntil
      ? undefined
      : { field: 'messages.sendUntil', message: 'Texts stop after they begin, within one day' },
    new Set(bankHolidays).size === bankHolidays.length
      ? undefined
      : { field: 'bankHolidays', message: 'Each day once' },
    retention === undefined ? undefined : faultOfLength('retention', retention, retentionLimits, { demo }),
  ];
  return faults.filter((fault) => fault !== undefined);
}

/** At a fixed time of the day of the appointment no length is counted back. */
function faultOfLead(
  field: string,
  { before, at }: MessagePolicy['reminder'],
  demo: boolean,
): PolicyFault | undefined {
  if (before.unit === 'months' || before.unit === 'working-days') {
    return { field, message: 'Counted back in hours, days or weeks' };
  }
  const thatDay = before.unit === 'days' && before.count === 0 && at !== null;
  return thatDay ? undefined : faultOfLength(field, before, reminderLimits, { demo });
}

const reminderLimits: Limits = { least: { unit: 'hours', count: 1 }, most: { unit: 'days', count: 30 } };

/** A year and a day after the end, what was asked about a case can still be answered. */
const retentionLimits: Limits = { least: { unit: 'days', count: 366 }, most: { unit: 'months', count: 600 } };

/** Where two policies differ, by field; lengths as they are. */
export function changedFields(before: Policy, after: Policy): string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  const value = (policy: Policy, field: string): string =>
    canonical((policy as unknown as Record<string, Json | undefined>)[field] ?? null);
  return [...fields].filter((field) => value(before, field) !== value(after, field)).toSorted();
}

function canonical(value: Json): string {
  return JSON.stringify(value, (_key, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
}
