import { arm, clear } from '../common/arming.ts';
import type { Role } from '../common/actor.ts';
import type { Attention, SettledAttention } from '../common/attention.ts';
import type { ClearedDeadline, Deadline } from '../common/deadline.ts';
import { after } from '../common/duration.ts';
import type { Duration } from '../common/duration.ts';
import type { Instant } from '../common/instant.ts';
import type { Marker } from './commands.ts';
import type { CompulsoryState } from './state.ts';
import { compulsoryTable } from './table.ts';
import type { AttentionCode, DeadlineRule } from './table.ts';

/** Both clocks of each colour, where the policy gives the colour that target. */
export const putOutRules = {
  RED: 'red-put-out',
  AMBER: 'amber-put-out',
  GREEN: 'green-put-out',
} as const satisfies Record<Marker, DeadlineRule>;

export const arrestRules = {
  RED: 'red-arrest',
  AMBER: 'amber-arrest',
  GREEN: 'green-arrest',
} as const satisfies Record<Marker, DeadlineRule>;

export const putOutClocks: readonly DeadlineRule[] = Object.values(putOutRules);
export const arrestClocks: readonly DeadlineRule[] = Object.values(arrestRules);
export const markerClocks: readonly DeadlineRule[] = [...putOutClocks, ...arrestClocks];

/** The parts of a state that a clock needs; before the opening event there is no state yet. */
export type ClockFace = Pick<CompulsoryState, 'seq' | 'policy'>;

/** A clock that runs for a duration of the policy. */
export function clock(
  face: ClockFace,
  rule: DeadlineRule,
  start: Instant,
  duration: Duration,
  ref?: string,
): Deadline {
  return arm(face.seq, rule, { start, due: after(start, duration, face.policy.bankHolidays) }, ref);
}

/** The clocks of these rules about this thing that still run, to be cleared. */
export function clearClocks(
  state: CompulsoryState,
  rules: readonly DeadlineRule[],
  ref: string | undefined,
  why: ClearedDeadline['why'],
): ClearedDeadline[] {
  const running = state.deadlines.filter(
    (deadline) => (rules as readonly string[]).includes(deadline.rule) && deadline.ref === ref,
  );
  return clear(running, why);
}

/** Something for a person's eye: of the role that the table names, unless the case itself names another. */
export function raise(
  code: AttentionCode,
  since: Instant,
  ref?: string,
  owner: Role = compulsoryTable.attention[code].owner,
): Attention {
  return ref === undefined ? { code, since, owner } : { code, since, owner, ref };
}

/** The attention of these codes about this thing that is open, to be settled. */
export function settle(
  state: CompulsoryState,
  codes: readonly AttentionCode[],
  ref: string | undefined,
): SettledAttention[] {
  return state.attention
    .filter((item) => (codes as readonly string[]).includes(item.code) && item.ref === ref)
    .map(({ code }) => (ref === undefined ? { code } : { code, ref }));
}

/** The attention of one code, whatever it is about. */
export function settleAll(state: CompulsoryState, code: AttentionCode): SettledAttention[] {
  return state.attention
    .filter((item) => item.code === code)
    .map(({ ref }) => (ref === undefined ? { code } : { code, ref }));
}
