import type { Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { isBefore } from '../common/instant.ts';
import { assessorOf } from './assessment-appointment.ts';
import { withdrawTask } from './arrest-task.ts';
import { withdrawBreach } from './breach.ts';
import { clearClocks, raise, settle } from './clocks.ts';
import type { DecideGoodCauseData } from './commands.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import type { CompulsoryState } from './state.ts';
import { breachOfFailure, findFailure, openTaskOf } from './state.ts';

/**
 * Good cause takes a failure out of the offence (Drugs Act 2005 ss.12(3) and 14(3)). Accepted late, it
 * takes the breach and its open task with it in the same append. What was accepted is not taken back:
 * the person was told.
 */
export function decideGoodCause(
  state: CompulsoryState,
  command: Command<'decide-good-cause', DecideGoodCauseData>,
): Decision<CompulsoryEvent> {
  const { data, occurredAt } = command;
  const { failureId, decision, reasonCode } = data;
  const failure = findFailure(state, failureId);
  if (failure === undefined) {
    return refuse('not-found', 'This pathway has no such failure.', { failureId });
  }
  if (isBefore(occurredAt, failure.reportedAt)) {
    return refuse('before-the-start', 'The failure was not reported yet.', {
      reportedAt: failure.reportedAt,
    });
  }
  if (failure.endedByNotice !== undefined) {
    return refuse('condition-not-met', 'This was no failure: an earlier notice had moved the appointment.', {
      endedByNotice: failure.endedByNotice,
    });
  }
  if (failure.endedByAttendance !== undefined) {
    return refuse('condition-not-met', 'This was no failure: the person had attended at the earlier time.', {
      endedByAttendance: failure.endedByAttendance,
    });
  }
  if (failure.review === decision) {
    return refuse('already-done', `Good cause is already ${decision}.`, { reviewedAt: failure.reviewedAt });
  }
  if (failure.review === 'accepted') {
    return refuse('conflict', 'Good cause was accepted. The person relies on that.', {
      reviewedAt: failure.reviewedAt,
    });
  }
  const breach = breachOfFailure(state, failureId);
  if (breach !== undefined && (breach.status !== 'in-force' || breach.arrestedAt !== null)) {
    return refuse(
      'condition-not-met',
      'The person was arrested for this breach, or it is over. Record the result.',
      {
        breach: breach.status,
        arrestedAt: breach.arrestedAt,
      },
    );
  }
  const accepted = decision === 'accepted';
  const decided = newEvent(
    'good-cause-decided',
    occurredAt,
    { failureId, decision, reasonCode },
    {
      cleared: clearClocks(state, ['good-cause-review'], failureId, 'met'),
      settled: [
        ...settle(state, ['failure-undecided', 'review-overdue', 'breach-undeclared'], failureId),
        // It was kept for this decision after the release.
        ...(state.custodySince === null ? settle(state, ['in-custody'], undefined) : []),
      ],
      raised: accepted
        ? [raise('rebook-needed', occurredAt, failure.appointmentId, assessorOf(failure.assessment))]
        : [raise('breach-undeclared', occurredAt, failureId)],
    },
  );
  if (!accepted || breach === undefined) {
    return { events: [decided], intents: [] };
  }
  const task = openTaskOf(state, breach.breachId);
  return {
    events: [
      decided,
      ...(task === undefined ? [] : [withdrawTask(state, task, occurredAt, { cause: 'good-cause' })]),
      withdrawBreach(state, breach, occurredAt, 'good-cause'),
    ],
    intents: [],
  };
}
