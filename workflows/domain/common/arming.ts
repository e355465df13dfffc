import type { ClearedDeadline, Deadline } from './deadline.ts';
import type { Instant } from './instant.ts';

/**
 * A clock to set. `seq` is that of the state on which the decision is made, which makes the id unique
 * for the life of the pathway: one decision sets a rule for the same thing at most once.
 */
export function arm(
  seq: number,
  rule: string,
  clock: { readonly start: Instant; readonly due: Instant },
  ref?: string,
): Deadline {
  const { start, due } = clock;
  const id = `${rule}:${ref ?? '-'}:${String(seq)}`;
  return ref === undefined ? { id, rule, start, due } : { id, rule, start, due, ref };
}

/** The clocks as an event clears them. */
export function clear(deadlines: readonly Deadline[], why: ClearedDeadline['why']): ClearedDeadline[] {
  return deadlines.map(({ id }) => ({ id, why }));
}
