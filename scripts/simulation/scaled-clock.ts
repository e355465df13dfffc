import { toInstant, type Instant } from '../../workflows/domain/common/instant.ts';

/** The time of a simulated year: day 0 is its start, and a day lasts so many real milliseconds. */
export class ScaledClock {
  readonly startMs: number;
  readonly dayMs: number;

  /** @param startMs epoch milliseconds of day 0 */
  constructor(startMs: number, dayMs: number) {
    this.startMs = startMs;
    this.dayMs = dayMs;
  }

  /** Epoch milliseconds at which this day begins, or a fraction of it is over. */
  msAt(day: number): number {
    return this.startMs + day * this.dayMs;
  }

  instantAt(day: number): Instant {
    return toInstant(Math.round(this.msAt(day)));
  }

  /** In scaled days. */
  dayOf(instant: Instant): number {
    return (Date.parse(instant) - this.startMs) / this.dayMs;
  }

  /** Scaled days between two instants. */
  daysBetween(from: Instant, to: Instant): number {
    return (Date.parse(to) - Date.parse(from)) / this.dayMs;
  }
}
