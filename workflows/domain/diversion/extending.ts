import type { Decision } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import type { DiversionCommandOf } from './commands.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';

export function extendClosureDate(
  _state: DiversionState,
  _command: DiversionCommandOf<'extend-closure-date'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}
