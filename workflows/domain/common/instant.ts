/**
 * A point in time: ISO 8601 in UTC with milliseconds, always `YYYY-MM-DDTHH:mm:ss.sssZ`, years 0000 to
 * 9999. With this one spelling, equal instants are equal strings, and text order is order in time.
 */
export type Instant = string;

const spelling = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** The range of four-digit years, beyond which toISOString writes a sign and six digits. */
const firstMs = Date.parse('0000-01-01T00:00:00.000Z');
const lastMs = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * The instant so many milliseconds after 1970-01-01T00:00Z, rounded down to a whole millisecond.
 * @throws RangeError when that is no number or lies outside the years 0000 to 9999.
 */
export function toInstant(ms: number): Instant {
  if (!(ms >= firstMs && ms < lastMs + 1)) {
    throw new RangeError(`No instant at ${String(ms)} ms`);
  }
  return new Date(Math.floor(ms)).toISOString();
}

/**
 * Milliseconds since 1970-01-01T00:00Z.
 * @throws RangeError when the text is not an instant in the one spelling.
 */
export function epochMs(instant: Instant): number {
  const ms = spelling.test(instant) ? Date.parse(instant) : Number.NaN;
  // Date.parse also takes 24:00 and, in some engines, 30 February: only what reads back the same is meant.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== instant) {
    throw new RangeError(`Not an instant: ${JSON.stringify(instant)}`);
  }
  return ms;
}

/** Whether the text is an instant in the one spelling, of a day and time that exist. */
export function isInstant(text: string): boolean {
  try {
    epochMs(text);
    return true;
  } catch {
    return false;
  }
}

/** @throws RangeError when either is not an instant. */
export function isBefore(a: Instant, b: Instant): boolean {
  return epochMs(a) < epochMs(b);
}

/**
 * The earliest of the instants; undefined when there are none.
 * @throws RangeError when one is not an instant.
 */
export function earliest(first: Instant, ...others: readonly Instant[]): Instant;
export function earliest(...instants: readonly Instant[]): Instant | undefined;
export function earliest(...instants: readonly Instant[]): Instant | undefined {
  return instants.length === 0 ? undefined : toInstant(Math.min(...instants.map(epochMs)));
}

/**
 * Elapsed seconds, exact to the millisecond, below zero when `to` comes first.
 * @throws RangeError when either is not an instant.
 */
export function secondsBetween(from: Instant, to: Instant): number {
  return (epochMs(to) - epochMs(from)) / 1000;
}
