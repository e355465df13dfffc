import type { Duration } from './duration.ts';
import type { Instant } from './instant.ts';
import type { LocalDate, LocalTime } from './london-time.ts';
import type { MessagePurpose, ReminderPurpose } from './message-purpose.ts';

/**
 * Every duration, attempt count and quiet hour of one force, programme and duty, from a date on.
 * The opening event of a pathway holds the whole snapshot: a later policy touches open cases only by
 * an explicit re-base. A demo policy has durations of seconds; the clock itself is never virtual.
 */
export interface Policy {
  readonly policyId: string;
  readonly version: number;
  readonly forceId: string;
  readonly programme: string;
  readonly duty: 'diversion' | 'compulsory';
  readonly validFrom: Instant;
  readonly demo: boolean;
  readonly bankHolidays: readonly LocalDate[];
  readonly messages: MessagePolicy;
  /** From the end of a case, how long the details of its person are kept; left out: no end is set, and nothing is erased. */
  readonly retention?: Duration;
}

export interface MessagePolicy {
  /** The reminder: so long before the appointment, moved to this local time of that day (null: no fixed time). */
  readonly reminder: { readonly before: Duration; readonly at: LocalTime | null };
  /** The reminders in place of that one, each sort at most once; left out: that one alone. */
  readonly reminders?: readonly ReminderLead[];
  /** What is sent besides reminders; left out (as in policies older than it): nothing. */
  readonly purposes?: readonly MessagePurpose[];
  /** Programmes that are taken online: who is routed into one is enrolled there and invited. Left out: none. */
  readonly onlineProgrammes?: readonly string[];
  /** The most texts to one person on one local day, over all their pathways; left out: no limit. */
  readonly perDay?: number;
  /** Local times between which texts may leave. */
  readonly sendFrom: LocalTime;
  readonly sendUntil: LocalTime;
}

/** One reminder: so long before the appointment, moved to this local time of that day (null: no fixed time). */
export interface ReminderLead {
  readonly purpose: ReminderPurpose;
  readonly before: Duration;
  readonly at: LocalTime | null;
}
