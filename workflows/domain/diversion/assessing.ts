import type { Decision } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import type { DiversionCommandOf } from './commands.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';

export function recordAssessment(
  _state: DiversionState,
  _command: DiversionCommandOf<'record-assessment'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}
