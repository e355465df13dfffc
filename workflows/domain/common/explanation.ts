import type { Role } from './actor.ts';
import type { Instant } from './instant.ts';

/**
 * What a pathway waits for: the one answer that pages, the API and the stuck list show.
 */
export interface Explanation {
  readonly stage: string;
  readonly stageTitle: string;
  readonly waits: readonly Wait[];
  /** Said wherever durations are scaled: these clocks prove nothing. */
  readonly demo: boolean;
}

export interface Wait {
  /** The rule's or the attention's key in the kind's table. */
  readonly rule: string;
  /** One plain sentence. */
  readonly what: string;
  readonly since: Instant;
  /** When the clock bites; null where only a person can move it. */
  readonly until: Instant | null;
  readonly overdue: boolean;
  /** Act and section, or the policy field. */
  readonly source: string;
  readonly whoCanMove: readonly Role[];
  readonly ref?: string;
}
