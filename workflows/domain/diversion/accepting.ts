import type { Decision } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import type { DiversionCommandOf } from './commands.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';

export function acceptReferral(
  _state: DiversionState,
  _command: DiversionCommandOf<'accept-referral'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}

export function declineReferral(
  _state: DiversionState,
  _command: DiversionCommandOf<'decline-referral'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}
