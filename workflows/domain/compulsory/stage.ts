import type { ClosureReason } from './events.ts';
import { breachOfFailure, isEnded, isInForce, isOpen } from './state.ts';
import type { CompulsoryState, Failure } from './state.ts';
import type { Stage } from './table.ts';

/** What the state amounts to: the stage of a pathway that goes on, or the reason why it has ended. */
export type Standing = { readonly stage: Stage } | { readonly ends: ClosureReason };

/**
 * The most pressing thing decides: a person wanted for arrest, then a failure that waits for a decision,
 * then an arrest that waits for its result, then the duty itself.
 */
export function standing(state: CompulsoryState): Standing {
  const inForce = state.breaches.filter(isInForce);
  if (state.diedAt !== null) {
    return { ends: 'died' };
  }
  if (inForce.some(({ arrestedAt }) => arrestedAt === null)) {
    return { stage: 'breach' };
  }
  if (state.failures.some((failure) => isUnderReview(state, failure))) {
    return { stage: 'good-cause-review' };
  }
  if (inForce.length > 0) {
    return { stage: 'arrested' };
  }
  const duty = state.requirements.find(({ status }) => status === 'in-force');
  if (duty !== undefined) {
    return { stage: duty.followUp === 'set' ? 'follow-up-assessment' : 'initial-assessment' };
  }
  if (state.requirements.length === 0) {
    return { stage: 'awaiting-requirement' };
  }
  return { ends: state.breaches.some(({ status }) => status === 'concluded') ? 'concluded' : 'discharged' };
}

/** Reported, and neither excused, nor ended as no failure at all, nor declared a breach. */
export function isUnderReview(state: CompulsoryState, failure: Failure): boolean {
  const { failureId, review } = failure;
  return review !== 'accepted' && !isEnded(failure) && breachOfFailure(state, failureId) === undefined;
}

/** Ended, with no unit left that may still act on a withdrawn task. */
export function isFinished({ closed, tasks }: Pick<CompulsoryState, 'closed' | 'tasks'>): boolean {
  return closed !== null && !tasks.some((task) => isOpen(task) || task.status === 'withdrawn');
}
