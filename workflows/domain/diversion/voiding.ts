import { clear } from '../common/arming.ts';
import type { Decision } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { settleAll } from './attention.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';

/**
 * The referral should never have been: whatever waits stops for good, also what has begun, and nobody is asked anything
 * any more. The ledger keeps it with the reason; counts leave out what is void, of every date.
 */
export function voidPathway(
  state: DiversionState,
  command: DiversionCommandOf<'void-pathway'>,
  _now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const cancelled = state.appointments
    .filter(({ status }) => status === 'booked')
    .map(({ appointmentId }) => appointmentId);
  return new DecisionDraft(state, command)
    .record(
      'pathway-voided',
      occurredAt,
      { reason: data.reason, cancelled },
      { cleared: clear(state.deadlines, 'ended'), settled: settleAll(state) },
    )
    .decided();
}
