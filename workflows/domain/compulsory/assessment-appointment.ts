import { arm } from '../common/arming.ts';
import type { Role } from '../common/actor.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Attention } from '../common/attention.ts';
import { refuse } from '../common/decision.ts';
import type { Refusal } from '../common/decision.ts';
import type { EventEffects } from '../common/event.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore, secondsBetween } from '../common/instant.ts';
import { addLocalMonths } from '../common/london-time.ts';
import { reminderRules, remindersToCome } from '../common/reminder.ts';
import { clearClocks, clock, raise, settle, settleAll } from './clocks.ts';
import type { NewAppointment, ServedNotice } from './commands.ts';
import type { Assessment, Notice } from './events.ts';
import type { CompulsoryState } from './state.ts';
import { findAppointment, wantsNoTexts } from './state.ts';
import type { DeadlineRule } from './table.ts';

/** Who records it, sets it anew and sees to it that the person knows. */
export function assessorOf(assessment: Assessment): Role {
  return assessment === 'initial-assessment' ? 'InitialAssessor' : 'FollowUpAssessor';
}

/**
 * The initial assessor conducts the initial assessment and decides there on the follow-up (Drugs Act 2005 s.13);
 * a follow-up may be conducted by any assessor, who then is the follow-up assessor.
 */
export const conductors: Readonly<Record<Assessment, readonly Role[]>> = {
  'initial-assessment': ['InitialAssessor'],
  'follow-up-assessment': ['InitialAssessor', 'FollowUpAssessor'],
};

/** Whether somebody of that role may record what happened at an assessment of that kind. */
export function refuseConductor(
  assessment: Assessment,
  role: Role,
): { readonly refusal: Refusal } | undefined {
  const allowedRoles = conductors[assessment];
  return allowedRoles.includes(role)
    ? undefined
    : refuse('wrong-role', 'What happened at an assessment is recorded by who conducts it.', {
        role,
        allowedRoles,
      });
}

/**
 * A police officer or a suitably qualified person may change the initial assessment (Drugs Act 2005 s.11(8));
 * the follow-up only the initial assessor or another suitably qualified person (s.13(8)).
 */
export function refuseVarier(assessment: Assessment, role: Role): { readonly refusal: Refusal } | undefined {
  const allowedRoles: readonly Role[] = ['InitialAssessor', 'FollowUpAssessor'];
  return assessment === 'initial-assessment' || allowedRoles.includes(role)
    ? undefined
    : refuse('wrong-role', 'Only an assessor gives a new time to a follow-up assessment.', {
        role,
        allowedRoles,
        law: 'Drugs Act 2005 s.13(8)',
      });
}

/** Longer than a day, or further away than a year, is a slip of the pen, and would start clocks nobody means. */
const longestSeconds = 24 * 60 * 60;
const furthestMonths = 12;

/** Whether an assessment may be set at that time, seen from `decidedAt`. */
export function refuseAppointment(
  state: CompulsoryState,
  appointment: NewAppointment,
  decidedAt: Instant,
): { readonly refusal: Refusal } | undefined {
  const { appointmentId, startsAt, endsAt } = appointment;
  if (findAppointment(state, appointmentId) !== undefined) {
    return refuse('conflict', 'This appointment is already in the pathway.', { appointmentId });
  }
  if (!isBefore(startsAt, endsAt)) {
    return refuse('before-the-start', 'The appointment must end after it starts.', { startsAt, endsAt });
  }
  if (secondsBetween(startsAt, endsAt) > longestSeconds) {
    return refuse('condition-not-met', 'The appointment must last at most a day.', { startsAt, endsAt });
  }
  if (isBefore(startsAt, decidedAt)) {
    return refuse('before-the-start', 'The appointment must lie ahead when it is set.', {
      startsAt,
      setAt: decidedAt,
    });
  }
  if (isBefore(addLocalMonths(decidedAt, furthestMonths), startsAt)) {
    return refuse('condition-not-met', 'The appointment must be within a year.', { startsAt });
  }
  return undefined;
}

/**
 * The notice with the time and place that it gave, as far as they were taken down, and with the time at which
 * it was written down. A paper that names another time or place is taken down as it is: it makes no breach.
 */
export function noticeOf(served: ServedNotice, appointment: NewAppointment, now: Instant): Notice {
  const { appointmentId, startsAt, endsAt, placeCode } = appointment;
  const fromPaper = (['startsAt', 'placeCode'] as const).filter((part) => served[part] !== undefined);
  return {
    ...{ startsAt, placeCode },
    ...served,
    ...{ appointmentId, endsAt, recordedAt: now },
    ...(fromPaper.length === 0 ? {} : { fromPaper }),
  };
}

/** The clocks of a booked assessment, and who must be told in another way because texts are stopped. */
export function appointmentEffects(
  state: CompulsoryState,
  kind: Assessment,
  appointment: NewAppointment,
  occurredAt: Instant,
  now: Instant,
): { readonly armed: readonly Deadline[]; readonly raised: readonly Attention[] } {
  const { appointmentId, startsAt, endsAt } = appointment;
  const { policy } = state;
  const feedback = clock(state, 'feedback', endsAt, policy.feedback.ask, appointmentId);
  if (wantsNoTexts(state)) {
    const ahead = isBefore(now, startsAt);
    return {
      armed: [feedback],
      raised: ahead ? [raise('reach-another-way', occurredAt, appointmentId, assessorOf(kind))] : [],
    };
  }
  // A reminder whose time is past when the appointment is booked is never sent.
  const reminders = remindersToCome(startsAt, policy.messages, now).map(({ rule, due }) =>
    arm(state.seq, rule satisfies DeadlineRule, { start: occurredAt, due }, appointmentId),
  );
  return { armed: [...reminders, feedback], raised: [] };
}

/** Told while it can still be mended: without the warning no failure at this appointment can be declared a breach. */
export function noticeRemark(
  kind: Assessment,
  { appointmentId }: NewAppointment,
  { warningGiven }: ServedNotice,
  occurredAt: Instant,
): Attention[] {
  return warningGiven ? [] : [raise('notice-without-warning', occurredAt, appointmentId, assessorOf(kind))];
}

/** Nothing about an appointment that is recorded (`met`) or moved is waited for any more. */
export function appointmentOver(
  state: CompulsoryState,
  appointmentId: string,
  why: 'met' | 'superseded',
): EventEffects {
  return {
    cleared: [
      ...clearClocks(state, ['feedback', 'feedback-escalation'], appointmentId, why),
      ...clearClocks(state, reminderRules, appointmentId, why === 'met' ? 'ended' : why),
    ],
    settled: [
      ...settle(
        state,
        ['feedback-missing', 'feedback-overdue', 'reach-another-way', 'reply-cannot-come'],
        appointmentId,
      ),
      ...settleAll(state, 'message-not-sent'),
      // Moved again, the person may still come to the time of which nobody has told them.
      ...(why === 'met' ? settleAll(state, 'tell-of-change') : []),
    ],
  };
}
