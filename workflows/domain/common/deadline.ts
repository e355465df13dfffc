import type { Instant } from './instant.ts';

/**
 * One clock of a pathway. `id` is unique for the life of the pathway; a clock that is set again (a
 * changed marker, a moved appointment) gets a new id, so that the old one stays provable.
 */
export interface Deadline {
  readonly id: string;
  /** Key of the rule in the kind's table. */
  readonly rule: string;
  /** Where the clock started to run. */
  readonly start: Instant;
  readonly due: Instant;
  /** The appointment, breach or task it is about. */
  readonly ref?: string;
}

export interface ClearedDeadline {
  readonly id: string;
  readonly why: 'passed' | 'met' | 'superseded' | 'ended';
}

/** The clock that bites first; ties go to the id, so that the order is the same on every replay. */
export function nearest(deadlines: readonly Deadline[]): Deadline | undefined {
  let first: Deadline | undefined;
  for (const deadline of deadlines) {
    if (
      first === undefined ||
      deadline.due < first.due ||
      (deadline.due === first.due && deadline.id < first.id)
    ) {
      first = deadline;
    }
  }
  return first;
}
