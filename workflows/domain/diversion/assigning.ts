import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { latest } from './accepting.ts';
import { raise, settle } from './attention.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import { refuseBefore, refuseWithoutProvider } from './handing-over.ts';
import type { DiversionState } from './state.ts';

/** Who carries the case. Whoever carried it before stays in the ledger, also when their account is closed. */
export function assignCaseworker(
  state: DiversionState,
  command: DiversionCommandOf<'assign-caseworker'>,
  _now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { workerId } = data;
  const { acceptance, closure } = state;
  const refused = refuseWithoutProvider(state);
  if (refused !== undefined) {
    return refused;
  }
  if (workerId === acceptance.workerId) {
    const { assignedAt } = acceptance;
    return workerId === null
      ? refuse('already-done', 'Nobody carries this case: it is on the list of the team.', { assignedAt })
      : refuse('already-done', 'This caseworker carries the case already.', { workerId, assignedAt });
  }
  const early = refuseBefore(
    occurredAt,
    latest(acceptance.routedAt, acceptance.assignedAt),
    'It is dated before the provider got the referral, or before a later assignment.',
  );
  if (early !== undefined) {
    return early;
  }
  return new DecisionDraft(state, command)
    .record(
      'caseworker-assigned',
      occurredAt,
      { workerId },
      workerId === null
        ? { raised: closure === null ? [raise(state, 'unassigned', occurredAt)] : [] }
        : { settled: settle(state, ['unassigned']) },
    )
    .decided();
}
