import type { Decision } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import type { DiversionCommandOf } from './commands.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';

export function amendDetails(
  _state: DiversionState,
  _command: DiversionCommandOf<'amend-details'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}

export function addNote(
  _state: DiversionState,
  _command: DiversionCommandOf<'add-note'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}

export function setIomFlag(
  _state: DiversionState,
  _command: DiversionCommandOf<'set-iom-flag'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}
