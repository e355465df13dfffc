/**
 * Every patch id of the engine, with the day it came, its reason, and when it may go. Rules need no
 * patches: they live in stored events. A patch here is for a change in the order or kind of the engine's
 * own commands (timers, activities, continue-as-new), which recorded histories would not replay.
 */
export const patches = {
  'told-of-no-way': {
    since: '2026-11-22',
    reason:
      'A text that was skipped because none reaches the person is reported, which appends; before, it was not.',
    mayGo: 'when no run is alive that had a text skipped before that day',
  },
  'told-of-more-skips': {
    since: '2026-11-23',
    reason:
      'A text that was skipped because the number is known to be wrong, because the day had no room for it, or too late to tell of a change is reported, which appends; before, it was not.',
    mayGo: 'when no run is alive that had a text skipped before that day',
  },
} as const satisfies Record<
  string,
  { readonly since: string; readonly reason: string; readonly mayGo: string }
>;
