/**
 * Every patch id of the engine, with the day it came, its reason, and when it may go. Rules need no
 * patches: they live in stored events. A patch here is for a change in the order or kind of the engine's
 * own commands (timers, activities, continue-as-new), which recorded histories would not replay.
 *
 * There is none yet.
 */
export const patches = {} as const satisfies Record<
  string,
  { readonly since: string; readonly reason: string; readonly mayGo: string }
>;
