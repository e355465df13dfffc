import type { Decision } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import type { DiversionCommandOf } from './commands.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';

export function offerTransfer(
  _state: DiversionState,
  _command: DiversionCommandOf<'transfer-pathway'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}

export function acceptTransfer(
  _state: DiversionState,
  _command: DiversionCommandOf<'accept-transfer'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}

export function declineTransfer(
  _state: DiversionState,
  _command: DiversionCommandOf<'decline-transfer'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}

export function takeBackTransfer(
  _state: DiversionState,
  _command: DiversionCommandOf<'take-back-transfer'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}
