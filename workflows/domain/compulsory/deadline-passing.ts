import { clear } from '../common/arming.ts';
import type { Role } from '../common/actor.ts';
import type { Command, DeadlineDueData } from '../common/command.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { EventEffects } from '../common/event.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore } from '../common/instant.ts';
import type { MessageIntent } from '../common/message-intent.ts';
import { isReminderRule, reminderIntent } from '../common/reminder.ts';
import { assessorOf } from './assessment-appointment.ts';
import { clock, raise } from './clocks.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import type { CompulsoryState } from './state.ts';
import { findAppointment, wantsNoTexts } from './state.ts';
import type { DeadlineRule } from './table.ts';

/**
 * A clock has passed; the event says when that was seen, which may be late. What it does is judged by the state of this moment; it only ever tells people or
 * sends a reminder. No breach, no marker, no task and no ending comes from a clock.
 */
export function passDeadline(
  state: CompulsoryState,
  { data }: Command<'deadline-due', DeadlineDueData>,
  now: Instant,
): Decision<CompulsoryEvent> {
  const deadline = state.deadlines.find(({ id }) => id === data.deadlineId);
  if (deadline === undefined) {
    return refuse('already-done', 'This clock no longer runs.', { deadlineId: data.deadlineId });
  }
  const { id, rule, due, ref } = deadline;
  if (isBefore(now, due)) {
    return refuse('condition-not-met', 'This clock has not passed yet.', { due });
  }
  const { armed = [], raised = [] } = consequences(state, deadline);
  const passed = newEvent(
    'deadline-passed',
    now,
    { deadlineId: id, rule, due, ...(ref === undefined ? {} : { ref }) },
    { armed, raised, cleared: clear([deadline], 'passed') },
  );
  return { events: [passed], intents: reminder(state, deadline, now) };
}

function consequences(state: CompulsoryState, { rule, due, ref, start }: Deadline): EventEffects {
  // A ledger may hold clocks of a rule that is no more: they pass and do nothing.
  switch (rule as DeadlineRule | undefined) {
    case 'requirement-decision':
      return { raised: [raise('requirement-undecided', due)] };
    case 'reminder':
    case 'reminder-week':
    case 'reminder-morning':
      return {};
    case 'feedback':
      return {
        raised: [raise('feedback-missing', due, ref, assessor(state, ref))],
        armed: [clock(state, 'feedback-escalation', start, state.policy.feedback.escalate, ref)],
      };
    case 'feedback-escalation':
      return { raised: [raise('feedback-overdue', due, ref)] };
    case 'good-cause-review':
      return { raised: [raise('review-overdue', due, ref)] };
    case 'task-acknowledgement':
      return { raised: [raise('task-unacknowledged', due, ref)] };
    case 'red-put-out':
    case 'red-arrest':
    case 'amber-put-out':
    case 'amber-arrest':
    case 'green-put-out':
    case 'green-arrest':
      return { raised: [raise('marker-overdue', due, ref)] };
    default:
      return {};
  }
}

function assessor(state: CompulsoryState, ref: string | undefined): Role | undefined {
  const appointment = ref === undefined ? undefined : findAppointment(state, ref);
  return appointment === undefined ? undefined : assessorOf(appointment.kind);
}

/** One text about an appointment that is still ahead; it is judged again when it is sent. */
function reminder(state: CompulsoryState, { rule, ref }: Deadline, now: Instant): MessageIntent[] {
  if (!isReminderRule(rule) || wantsNoTexts(state) || state.custodySince !== null) {
    return [];
  }
  const appointment = ref === undefined ? undefined : findAppointment(state, ref);
  const intent =
    appointment?.status === 'booked'
      ? reminderIntent({ rule, urgency: 2 }, appointment, state.policy.messages, now)
      : undefined;
  return intent === undefined ? [] : [intent];
}
