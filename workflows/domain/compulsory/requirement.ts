import type { Command } from '../common/command.ts';
import { isInFuture } from '../common/command-guard.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { EventEffects } from '../common/event.ts';
import type { Instant } from '../common/instant.ts';
import { epochMs, isBefore, toInstant } from '../common/instant.ts';
import { applyEffects } from '../common/pathway-state.ts';
import { appointmentEffects, noticeOf, noticeRemark, refuseAppointment } from './assessment-appointment.ts';
import { clearClocks, settle } from './clocks.ts';
import type { ConcludeWithoutRequirementData, ImposeRequirementData } from './commands.ts';
import { longestDetentionHours, whyNotOpened } from './drug-test.ts';
import { endPathway } from './ending.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import type { CompulsoryState } from './state.ts';
import { findRequirement } from './state.ts';

/**
 * The officer requires the initial assessment and, in the same breath, the follow-up (Drugs Act 2005 ss.9
 * and 10). The age condition of s.9 (18 at the requirement) holds since the test, before which no younger
 * person's pathway is opened. It is required before release from the station and the notice given there (ss.9(2)
 * and 11); when that was, nobody says here, so the longest detention bounds it. A badly served notice is taken down as it was: it makes no breach later,
 * and one without the warning is remarked at once.
 */
export function imposeRequirement(
  state: CompulsoryState,
  command: Command<'impose-requirement', ImposeRequirementData>,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { data, occurredAt } = command;
  const requirementId = data.requirementId ?? command.commandId;
  if (findRequirement(state, requirementId) !== undefined) {
    return refuse('conflict', 'This requirement is already in the pathway.', { requirementId });
  }
  if (whyNotOpened(state.test) !== undefined || !state.test.adult) {
    return refuse('condition-not-met', 'This test creates no duty.', { basis: state.test.basis.kind });
  }
  const refused = refuseAppointment(state, data.initialAssessment, occurredAt);
  if (refused !== undefined) {
    return refused;
  }
  if (isInFuture(data.notice.servedAt, command.receivedAt, now)) {
    return refuse('in-the-future', 'The notice cannot be served later than now.', {
      servedAt: data.notice.servedAt,
    });
  }
  if (isBefore(data.notice.servedAt, state.test.testedAt)) {
    return refuse('before-the-start', 'The notice cannot be served before the test.', {
      servedAt: data.notice.servedAt,
    });
  }
  const latest = toInstant(epochMs(state.test.testedAt) + longestDetentionHours * 3_600_000);
  if (isBefore(latest, data.notice.servedAt)) {
    return refuse('condition-not-met', 'The assessments can be required only before release.', {
      servedAt: data.notice.servedAt,
      testedAt: state.test.testedAt,
      latest,
      law: 'Drugs Act 2005 ss.9(2) and 11',
    });
  }
  const { armed, raised } = appointmentEffects(
    state,
    'initial-assessment',
    data.initialAssessment,
    occurredAt,
    now,
  );
  const imposed = newEvent(
    'requirement-imposed',
    occurredAt,
    {
      requirementId,
      appointment: data.initialAssessment,
      notice: noticeOf(data.notice, data.initialAssessment, now),
    },
    {
      armed,
      raised: [
        ...raised,
        ...noticeRemark('initial-assessment', data.initialAssessment, data.notice, occurredAt),
      ],
      ...requirementDecided(state),
    },
  );
  return { events: [imposed], intents: [] };
}

/**
 * The officer may require the assessments and need not (Drugs Act 2005 s.9(2)). Nothing is owed then, so
 * the pathway ends with it; the reason is kept.
 */
export function concludeWithoutRequirement(
  state: CompulsoryState,
  { data, occurredAt }: Command<'conclude-without-requirement', ConcludeWithoutRequirementData>,
): Decision<CompulsoryEvent> {
  const decided = newEvent(
    'requirement-not-imposed',
    occurredAt,
    { reasonCode: data.reasonCode },
    requirementDecided(state),
  );
  const after = applyEffects(state, state.seq + 1, decided);
  return { events: [decided, endPathway(after, 'not-required', occurredAt)], intents: [] };
}

function requirementDecided(state: CompulsoryState): EventEffects {
  return {
    cleared: clearClocks(state, ['requirement-decision'], undefined, 'met'),
    settled: settle(state, ['requirement-undecided'], undefined),
  };
}
