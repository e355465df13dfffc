import { arm, clear } from '../common/arming.ts';
import type { Attention } from '../common/attention.ts';
import { asEmails } from '../common/by-email.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Command, DeadlineDueData } from '../common/command.ts';
import type { Instant } from '../common/instant.ts';
import type { MessageIntent } from '../common/message-intent.ts';
import { reminderIntent } from '../common/reminder.ts';
import type { ReminderRule } from '../common/reminder.ts';
import { closureNear, noMoreToTell, raise, settle } from './attention.ts';
import { clearRules, feedbackEscalation, policyHere } from './clocks.ts';
import { deferralAt } from './closure-deferral.ts';
import { close } from './closing.ts';
import { judgeEffort } from './contact-effort.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import { wayToTell } from './reminding.ts';
import type { DiversionState } from './state.ts';
import type { DeadlineRule } from './table.ts';
import { inTreatment } from './treatment.ts';

/**
 * What the passing of a clock does. The state is looked at again at that moment: a case may have moved on
 * since the clock was set. A clock that passes late acts as of its own time; `deadline-passed` says when
 * that was noticed.
 */
export function passDeadline(
  state: DiversionState,
  command: Command<'deadline-due', DeadlineDueData>,
  now: Instant,
): Decision<DiversionEvent> {
  const deadline = state.deadlines.find(({ id }) => id === command.data.deadlineId);
  if (deadline === undefined) {
    return refuse('already-done', 'This clock does not run any more.');
  }
  if (deadline.due > now) {
    return refuse('condition-not-met', 'This clock is not due yet.', { due: deadline.due });
  }
  const draft = new DecisionDraft(state, command);
  const passed = (effects: DraftEffects = {}): DecisionDraft => {
    const { id: deadlineId, rule, due } = deadline;
    const cleared = clear([deadline], 'passed');
    return draft.record('deadline-passed', now, { deadlineId, rule, due }, { ...effects, cleared });
  };
  // A ledger may hold clocks of a rule that is no more: they pass and do nothing.
  switch (deadline.rule as DeadlineRule | undefined) {
    case 'first-contact':
      return passed({ raised: [raise(state, 'no-first-contact', deadline.due)] }).decided();
    case 'contact-effort':
      return effortOver(draft, passed, deadline, now);
    case 'reminder':
    case 'reminder-week':
    case 'reminder-morning':
      return passed()
        .send(reminder(state, { rule: deadline.rule as ReminderRule, ref: deadline.ref }, now))
        .decided();
    case 'condition':
      return passed({
        raised: [raise(state, 'condition-undecided', deadline.due, deadline.ref)],
      }).decided();
    case 'police-feedback':
      return passed({ raised: [raise(state, 'police-not-told', deadline.due)] }).decided();
    case 'booking':
      return passed({ raised: [raise(state, 'nothing-booked', deadline.due)] }).decided();
    case 'feedback':
    case 'feedback-escalation':
      return passed(feedbackOver(state, deadline)).decided();
    case 'closure-warning':
      return passed({ raised: closureNear(state, deadline.due) }).decided();
    case 'closure':
    case 'closure-after-return':
      return limitReached(draft, passed, deadline, now);
    case 'acceptance':
      return passed({ raised: notAnswered(state, 'not-accepted', deadline.due) }).decided();
    case 'routing':
      return passed({ raised: [raise(state, 'not-routed', deadline.due)] }).decided();
    case 'transfer-answer':
      return passed({ raised: notAnswered(state, 'transfer-unanswered', deadline.due) }).decided();
    case 'late-engagement':
      return passed()
        .record('pathway-finished', deadline.due, {}, { settled: noMoreToTell(state, deadline.due) })
        .decided();
    default:
      return passed().decided();
  }
}

type Passed = (effects?: DraftEffects) => DecisionDraft;

/** Closes only when a person tried often enough, on different days, by two channels where two are known. */
function effortOver(
  draft: DecisionDraft,
  passed: Passed,
  { start, due }: Deadline,
  now: Instant,
): Decision<DiversionEvent> {
  if (inTreatment(draft.state.treatment) || draft.state.concludedAt !== null) {
    return passed().decided();
  }
  if (!judgeEffort(draft.state, { from: start, until: due }).enough) {
    return passed({ raised: [raise(draft.state, 'too-few-tries', due)] }).decided();
  }
  close(passed(), { reason: 'no-contact', at: due }, now);
  return draft.decided();
}

/**
 * One text or e-mail, nothing for what is past, moved or cancelled. It is judged again at the moment of sending, and only there
 * by its number: whether that is the person's is known of the person, from all pathways.
 */
function reminder(
  state: DiversionState,
  { rule, ref }: { readonly rule: ReminderRule; readonly ref: string | undefined },
  now: Instant,
): MessageIntent | undefined {
  const appointment = state.appointments.find(({ appointmentId }) => appointmentId === ref);
  const way = wayToTell(state);
  if (appointment?.status !== 'booked' || way === undefined) return undefined;
  const text = reminderIntent({ rule, urgency: 4 }, appointment, state.policy.messages, now);
  return way === 'text' || text === undefined ? text : asEmails([text], now)[0];
}

/** The team lead and the manager are told. */
function notAnswered(
  state: DiversionState,
  code: 'not-accepted' | 'transfer-unanswered',
  since: Instant,
): Attention[] {
  return [raise(state, code, since), raise(state, `${code}-manager`, since)];
}

/**
 * The caseworker is asked, then the team lead is told. Where the case has gone to another provider meanwhile, who has it
 * now was not there: a manager is asked to have it from who was, who may still record it.
 */
function feedbackOver(state: DiversionState, deadline: Deadline): DraftEffects {
  const { rule, due, ref } = deadline;
  const about = state.appointments.find(({ appointmentId }) => appointmentId === ref);
  if (about?.formerProviderId !== undefined) {
    return { raised: [raise(state, 'feedback-elsewhere', due, ref)] };
  }
  return rule === ('feedback' satisfies DeadlineRule)
    ? {
        raised: [raise(state, 'feedback-missing', due, ref)],
        armed: [feedbackEscalation(state.seq, policyHere(state), deadline)],
      }
    : {
        raised: [raise(state, 'feedback-overdue', due, ref)],
        settled: settle(state, ['feedback-missing'], ref),
      };
}

/**
 * Three calendar months: closed once, as engaged or not, unless what comes of an appointment is still to be recorded.
 * Who is in treatment is not closed: the referral has done its work, and the treatment goes on without a limit, with
 * its appointments and what else waits.
 */
function limitReached(
  draft: DecisionDraft,
  passed: Passed,
  deadline: Deadline,
  now: Instant,
): Decision<DiversionEvent> {
  const { state, seq } = draft;
  const { due, rule, start } = deadline;
  if (inTreatment(state.treatment)) {
    const engagedAt = state.engagement?.at ?? null;
    return passed()
      .record(
        'diversion-concluded',
        due,
        { engagedAt },
        {
          cleared: clearRules(state, ['closure-warning'], 'ended'),
          settled: settle(state, ['closure-near', 'closure-near-lead']),
        },
      )
      .decided();
  }
  const deferral = deferralAt(state, due);
  if (deferral === undefined) {
    const reason = state.engagement === null ? 'not-engaged-in-time' : 'engaged-then-ended';
    close(passed(), { reason, at: due }, now);
    return draft.decided();
  }
  const { appointmentId, until, holds } = deferral;
  return passed()
    .record(
      'closure-deferred',
      due,
      { appointmentId, until, ...(holds ? { holds } : {}) },
      { armed: [arm(seq, rule, { start, due: until }, appointmentId)] },
    )
    .decided();
}
