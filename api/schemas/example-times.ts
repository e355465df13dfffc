import { epochMs, toInstant } from '../../workflows/domain/common/instant.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { localParts } from '../../workflows/domain/common/london-time.ts';

/** The times that examples speak of, seen from now: an example that is tried must not lie years back. */
export class ExampleTimes {
  readonly #now: Instant;

  constructor(now: Instant) {
    this.#now = now;
  }

  /** So many seconds ago, as an instant. */
  ago(seconds: number): Instant {
    return toInstant(epochMs(this.#now) - seconds * 1_000);
  }

  /** So many days from today, at this local time, as a person types it: `2026-03-03T14:30`. */
  at(days: number, time: string): string {
    return `${this.day(days)}T${time}`;
  }

  /** So many days from today: `2026-03-03`. */
  day(days: number): string {
    return localParts(toInstant(epochMs(this.#now) + days * 86_400_000)).date;
  }
}

/** The `data` of one command; a handful of ids is made up and is to be replaced. */
export type Example<D> = (times: ExampleTimes) => D;

/** Ids in the examples. Those of transfers and attempts are ids of commands, as their answers gave them. */
export const exampleIds = {
  appointment: '5f0c8a52-6f0e-4c39-9a51-0f7d1d1f3a01',
  modality: '5f0c8a52-6f0e-4c39-9a51-0f7d1d1f3a02',
  need: '5f0c8a52-6f0e-4c39-9a51-0f7d1d1f3a03',
  condition: '5f0c8a52-6f0e-4c39-9a51-0f7d1d1f3a04',
  attempt: '5f0c8a52-6f0e-4c39-9a51-0f7d1d1f3a05',
  transfer: '5f0c8a52-6f0e-4c39-9a51-0f7d1d1f3a06',
  laterAppointment: '5f0c8a52-6f0e-4c39-9a51-0f7d1d1f3a11',
  fact: '5f0c8a52-6f0e-4c39-9a51-0f7d1d1f3a12',
  requirement: '5f0c8a52-6f0e-4c39-9a51-0f7d1d1f3a07',
  failure: '5f0c8a52-6f0e-4c39-9a51-0f7d1d1f3a08',
  breach: '5f0c8a52-6f0e-4c39-9a51-0f7d1d1f3a09',
  task: '5f0c8a52-6f0e-4c39-9a51-0f7d1d1f3a10',
} as const;
